import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LogItem, SMALL_DETAIL_BYTES } from '../../../src/events/contract';

/** What is known of a detail without reading it: what stands in the item beside it, and in its indexes too. */
export type DetailContext = Pick<LogItem, 'account' | 'region' | 'resourceType' | 'resourceId' | 'rule' | 'annotation' | 'recordedAt'>;
type Packed = Pick<LogItem, 'detail' | 'longDetail'>;

/** First byte of what is packed: how it is to be unpacked. Another dictionary is another format, or what is stored could not be read. */
const FORMAT = 1;
/** Ordinary details and their dictionary fit into a window of 4 KB, and the default of 32 KB costs more than all else. */
const SHORT_DETAIL = 2_000;
const SMALL_WINDOW = { windowBits: 12, memLevel: 5 } as const;
/** No event is larger by far; a damaged item must not fill the memory. */
const LONGEST = 16 * 1_024 * 1_024;

/**
 * Compresses the detail of an event, so that an ordinary item stays below one write unit. Most of a compliance change is the same in all of
 * them, and the rest stands in the item already.
 */
export function packDetail(detail: unknown, context: DetailContext): Packed {
  if (detail === undefined) return {};
  const json = JSON.stringify(detail);
  const bytes = deflateRawSync(json, { dictionary: dictionaryOf(context), ...(json.length <= SHORT_DETAIL ? SMALL_WINDOW : {}) });
  const packed = new Uint8Array(bytes.length + 1);
  packed[0] = FORMAT;
  packed.set(bytes, 1);
  return packed.length <= SMALL_DETAIL_BYTES ? { detail: packed } : { longDetail: packed };
}

/** The detail as it came. Undefined when the item has none, as items of an index when the detail is long. */
export function readDetail(item: DetailContext & Packed): unknown {
  const packed = item.detail ?? item.longDetail;
  if (packed === undefined) return undefined;
  if (packed[0] !== FORMAT) throw new Error(`the detail of an event has the format ${packed[0]}, which a later version of this library wrote: update this function`);
  return JSON.parse(inflateRawSync(packed.subarray(1), { dictionary: dictionaryOf(item), maxOutputLength: LONGEST }).toString('utf8')) as unknown;
}

/** Never to be changed while FORMAT stays. */
function dictionaryOf({ account, region, resourceType, resourceId, rule = '', annotation = '', recordedAt }: DetailContext): Buffer {
  const text = (value: string) => JSON.stringify(value);
  const second = recordedAt.slice(0, 17);
  const qualifier = `{"configRuleName":${text(rule)},"resourceType":${text(resourceType)},"resourceId":${text(resourceId)},"evaluationMode":"DETECTIVE"}`;
  return Buffer.from('"configurationItemDiff":{"changedProperties":{},"changeType":"UPDATE"},"configurationItem":{"relatedEvents":[],"relationships":[],'
    + '"configuration":{},"supplementaryConfiguration":{},"tags":{},"configurationItemVersion":"1.3","configurationItemCaptureTime":"'
    + '"configurationStateId":,"configurationItemStatus":"ResourceDiscovered","ResourceDeleted","OK","resourceName":"","ARN":"arn:aws:'
    + '"availabilityZone":"Regional","resourceCreationTime":"","configurationStateMd5Hash":"","s3DeliverySummary":{"s3BucketLocation":"'
    + '"messageType":"ConfigurationItemChangeNotification","recordVersion":"1.3","NOT_APPLICABLE","INSUFFICIENT_DATA",".000Z"'
    + `{"resourceId":${text(resourceId)},"awsRegion":${text(region)},"awsAccountId":${text(account)},"configRuleName":${text(rule)},"recordVersion":"1.0",`
    + `"configRuleARN":"arn:aws:config:${region}:${account}:config-rule/aws-service-rule/config-conforms.amazonaws.com/config-rule-",`
    + '"messageType":"ComplianceChangeNotification","oldEvaluationResult":{'
    + `"evaluationResultIdentifier":{"evaluationResultQualifier":${qualifier},"orderingTimestamp":"${second}`
    + '"},"complianceType":"COMPLIANT","resultRecordedTime":"","configRuleInvokedTime":"","annotation":""},"newEvaluationResult":{'
    + `"evaluationResultIdentifier":{"evaluationResultQualifier":${qualifier},"orderingTimestamp":"${second}`
    + `"},"complianceType":"NON_COMPLIANT","resultRecordedTime":"${recordedAt}","configRuleInvokedTime":"${second}`
    + `","annotation":${text(annotation)}},"notificationCreationTime":"${second}","resourceType":${text(resourceType)}}`);
}
