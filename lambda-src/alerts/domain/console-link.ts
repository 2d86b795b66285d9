import { StateChange } from '../../../src/events/contract';

/** Longest address of a button. https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export const LONGEST_LINK = 3_000;
/** `AWS::S3::Bucket`, or a type of somebody else's that AWS Config records. An account as such (`AWS::::Account`) has no timeline. */
const RECORDED_TYPE = /^[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9:]+$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

type Place = Pick<StateChange, 'region'>;

/** AWS Config in the console of the region's partition. A region that is none would make a link to somewhere else. */
function consoleOf({ region }: Place): string {
  if (!REGION.test(region)) return 'https://console.aws.amazon.com/config/home';
  return `https://${region}.${consoleDomain(region)}/config/home?region=${region}`;
}

/** Where the console of a region's partition is. */
export function consoleDomain(region: string): string {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  return region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : 'console.aws.amazon.com';
}

/** Also what `encodeURIComponent` leaves, and half a surrogate pair, which it throws at. */
const encoded = (text: string) => encodeURIComponent(Buffer.from(text).toString()).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The resource's timeline, or the rule's page where there is none or its address would be too long. */
export function consoleLink(change: Pick<StateChange, 'region' | 'rule' | 'resourceType' | 'resourceId'>): string {
  const home = consoleOf(change);
  const timeline = `${home}#/resources/timeline?resourceId=${encoded(change.resourceId)}&resourceType=${encoded(change.resourceType)}`;
  const hasTimeline = change.resourceId !== '' && RECORDED_TYPE.test(change.resourceType) && timeline.length <= LONGEST_LINK;
  return hasTimeline ? timeline : `${home}#/rules/details?configRuleName=${encoded(change.rule)}`;
}

/** AWS Config's first page in a region. */
export const consoleHome = (place: Place) => `${consoleOf(place)}#/dashboard`;
