import { complianceFact, Fact } from './fact';
import { fieldsIn, fieldsOf, Fields, isFields, json, optionalText, Refused, text, time, wellFormed } from './fields';
import { CONFIG_DETAIL_TYPES, CONFIG_SOURCE, hashOf, OWN_DETAIL_TYPES, OWN_SOURCE } from '../../../src/events/contract';

/** A member is heard of. */
export interface Heartbeat {
  readonly account: string;
  readonly region: string;
  /** ISO 8601 with milliseconds. */
  readonly scheduledAt: string;
  readonly intervalMinutes: number;
}

export type Arrival = { readonly kind: 'fact'; readonly fact: Fact } | { readonly kind: 'heartbeat'; readonly heartbeat: Heartbeat };

/** What EventBridge says of every event. */
interface Envelope {
  readonly id: unknown;
  readonly source: string;
  readonly detailType: string;
  /** EventBridge vouches for it. */
  readonly account: string;
  readonly region: string;
  readonly at: string;
  readonly replayed?: true;
  readonly resources: unknown;
  readonly detail: unknown;
}

/** Longest names that AWS Config gives, and some room. */
const LONGEST = { source: 256, detailType: 128, id: 256, rule: 256, resourceType: 256, resourceId: 768, status: 64, word: 64 } as const;
/** AWS Config gives 256 characters at the most; the detail holds the whole of what others send. */
const LONGEST_ANNOTATION = 1_024;
const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z0-9-]{1,32}$/;
const LONGEST_INTERVAL_MINUTES = 366 * 1_440;
const VERIFICATION_ID = /^[A-Za-z0-9-]{1,64}$/;

/** Reads the body of a message: an event of EventBridge, by itself or in a notification of SNS. Throws Refused. */
export function parseMessage(body: string, now: Date): Arrival {
  const event = envelopeOf(eventIn(json(body, 'the message')), now);
  if (event.source === OWN_SOURCE && event.detailType === OWN_DETAIL_TYPES.heartbeat) return { kind: 'heartbeat', heartbeat: heartbeatOf(event, now) };
  return { kind: 'fact', fact: factOf(event, now) };
}

function eventIn(message: unknown): Fields {
  const fields = fieldsOf(message, 'the message');
  if (fields.Type !== 'Notification' || typeof fields.Message !== 'string') return fields;
  return fieldsOf(json(fields.Message, 'Message'), 'Message');
}

function envelopeOf(event: Fields, now: Date): Envelope {
  const account = text(event.account, 'account', 12);
  const region = text(event.region, 'region', 32);
  if (!ACCOUNT.test(account)) throw new Refused('account must be the twelve digits of an account');
  if (!REGION.test(region)) throw new Refused('region must be the name of a region');
  const replayName = event['replay-name'];
  return {
    id: event.id,
    source: text(event.source, 'source', LONGEST.source),
    detailType: text(event['detail-type'], 'detail-type', LONGEST.detailType),
    account,
    region,
    at: time(event.time, 'time', now),
    ...(typeof replayName === 'string' && replayName !== '' ? { replayed: true } : {}),
    resources: event.resources,
    detail: event.detail,
  };
}

function factOf(event: Envelope, now: Date): Fact {
  if (event.source === CONFIG_SOURCE && event.detailType === CONFIG_DETAIL_TYPES.complianceChange) return complianceChange(event, now);
  if (event.source === CONFIG_SOURCE && event.detailType === CONFIG_DETAIL_TYPES.itemChange) return itemChange(event, now) ?? otherEvent(event);
  if (event.source === OWN_SOURCE && event.detailType === OWN_DETAIL_TYPES.verification) return verification(event, now);
  return otherEvent(event);
}

function complianceChange(event: Envelope, now: Date): Fact {
  const detail = fieldsOf(event.detail, 'detail');
  const path = 'detail.newEvaluationResult';
  const result = fieldsOf(detail.newEvaluationResult, path);
  const qualifier = fieldsIn(fieldsIn(result.evaluationResultIdentifier).evaluationResultQualifier);
  const { account, region, replayed } = event;
  refuseOtherAccount(account, detail.awsAccountId, 'detail.awsAccountId');
  const annotation = optionalText(result.annotation, `${path}.annotation`, Infinity);
  return complianceFact({
    account,
    region,
    rule: text(detail.configRuleName ?? qualifier.configRuleName, 'detail.configRuleName', LONGEST.rule),
    resourceType: text(detail.resourceType ?? qualifier.resourceType, 'detail.resourceType', LONGEST.resourceType),
    resourceId: text(detail.resourceId ?? qualifier.resourceId, 'detail.resourceId', LONGEST.resourceId),
    status: text(result.complianceType, `${path}.complianceType`, LONGEST.status),
    previousStatus: optionalText(fieldsIn(detail.oldEvaluationResult).complianceType, 'detail.oldEvaluationResult.complianceType', LONGEST.status),
    annotation: annotation && wellFormed(annotation.slice(0, LONGEST_ANNOTATION)),
    recordedAt: time(result.resultRecordedTime, `${path}.resultRecordedTime`, now),
    mode: optionalText(qualifier.evaluationMode, `${path}.evaluationMode`, LONGEST.word),
    replayed,
    detail,
  });
}

/** The whole item, or where AWS Config put one that does not fit into an event. Nothing when a message of another kind has neither. */
function itemChange(event: Envelope, now: Date): Fact | undefined {
  const detail = fieldsOf(event.detail, 'detail');
  const oversized = !isFields(detail.configurationItem) && isFields(detail.configurationItemSummary);
  const path = oversized ? 'detail.configurationItemSummary' : 'detail.configurationItem';
  if (!oversized && !isFields(detail.configurationItem) && isOtherMessage(detail.messageType)) return undefined;
  const item = fieldsOf(oversized ? detail.configurationItemSummary : detail.configurationItem, path);
  const { source, detailType, account, region, replayed } = event;
  refuseOtherAccount(account, item.awsAccountId, `${path}.awsAccountId`);
  const resourceType = text(item.resourceType, `${path}.resourceType`, LONGEST.resourceType);
  const resourceId = text(item.resourceId, `${path}.resourceId`, LONGEST.resourceId);
  const recordedAt = time(item.configurationItemCaptureTime, `${path}.configurationItemCaptureTime`, now);
  const changeType = optionalText(oversized ? item.changeType : fieldsIn(detail.configurationItemDiff).changeType, 'changeType', LONGEST.word)
    ?? changeOf(item.configurationItemStatus);
  const stateId = String(item.configurationStateId);
  return {
    source, detailType, account, region, resourceType, resourceId, changeType, recordedAt, replayed, detail,
    eventId: hashOf([detailType, account, region, resourceType, resourceId, recordedAt, stateId, changeType ?? '']),
  };
}

const isOtherMessage = (messageType: unknown) =>
  typeof messageType === 'string' && !/^(Oversized)?ConfigurationItemChangeNotification$/.test(messageType);

/** What an item's status says where nothing is said of the change. */
function changeOf(status: unknown): string | undefined {
  switch (status) {
    case 'ResourceDeleted':
    case 'ResourceDeletedNotRecorded': return 'DELETE';
    case 'ResourceDiscovered': return 'CREATE';
    default: return undefined;
  }
}

function verification(event: Envelope, now: Date): Fact {
  const detail = fieldsOf(event.detail, 'detail');
  const id = text(detail.id, 'detail.id', LONGEST.id);
  if (!VERIFICATION_ID.test(id)) throw new Refused('detail.id must be 1 to 64 letters, digits and hyphens');
  const { source, detailType, account, region, replayed } = event;
  const recordedAt = time(detail.sentAt, 'detail.sentAt', now);
  return {
    source, detailType, account, region, resourceType: '', resourceId: '', recordedAt, replayed, detail,
    eventId: hashOf([detailType, account, region, id, recordedAt]),
  };
}

/** Of a kind that we know nothing of: kept, and made nothing of. EventBridge's id is the same in a redelivery and in a replay. */
function otherEvent({ source, detailType, account, region, at, replayed, resources, detail, id }: Envelope): Fact {
  const [resource] = Array.isArray(resources) ? resources as unknown[] : [];
  const resourceId = typeof resource === 'string' && resource.length <= LONGEST.resourceId ? wellFormed(resource) : '';
  return {
    source, detailType, account, region, resourceType: '', resourceId, recordedAt: at, replayed, detail,
    eventId: hashOf([source, detailType, account, region, text(id, 'id', LONGEST.id), at]),
  };
}

function heartbeatOf({ account, region, detail: told }: Envelope, now: Date): Heartbeat {
  const detail = fieldsOf(told, 'detail');
  refuseOtherAccount(account, text(detail.account, 'detail.account', LONGEST.word), 'detail.account');
  if (detail.region !== region) throw new Refused('detail.region names another region than the event came from');
  const minutes = typeof detail.intervalMinutes === 'string' && /^\d{1,6}$/.test(detail.intervalMinutes) ? Number(detail.intervalMinutes) : detail.intervalMinutes;
  if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= LONGEST_INTERVAL_MINUTES)) {
    throw new Refused('detail.intervalMinutes must be a number of minutes above zero, up to a year');
  }
  return { account, region, scheduledAt: time(detail.scheduledAt, 'detail.scheduledAt', now), intervalMinutes: minutes };
}

function refuseOtherAccount(account: string, told: unknown, path: string): void {
  if (told !== undefined && told !== null && told !== account) {
    throw new Refused(`${path} names another account than ${account}, which the event came from`);
  }
}
