/**
 * What the constructs of compliance events and their functions agree on. It imports nothing of CDK or the SDK, or every bundle would
 * carry it.
 */
import { createHash } from 'crypto';

/** Source of AWS Config's events. Nobody but AWS can put events of a source that begins with `aws.`. */
export const CONFIG_SOURCE = 'aws.config';
/** Source of the library's own events. */
export const OWN_SOURCE = 'compliance.monitoring';

/** What AWS Config tells about rules and resources. */
export const CONFIG_DETAIL_TYPES = {
  /** A rule came to another result about a resource. */
  complianceChange: 'Config Rules Compliance Change',
  /** A resource was made, changed or deleted. */
  itemChange: 'Config Configuration Item Change',
} as const;

/** What the library itself puts on a member's default bus, to travel the way of AWS Config's events. */
export const OWN_DETAIL_TYPES = {
  /** A member is heard of. */
  heartbeat: 'Compliance Heartbeat',
  /** A person asks whether the way is open. */
  verification: 'Compliance Verification',
} as const;

/** Detail of a heartbeat. Account and region of the event itself say the same, and nobody can forge these. */
export interface HeartbeatDetail {
  readonly account: string;
  readonly region: string;
  /** When it was due, in ISO 8601 with seconds: what the event's own time is later by was lost on the way to the bus. */
  readonly scheduledAt: string;
  /** Until the next one: whoever listens knows when to miss it. Digits as a text where the interval is a parameter of the template. */
  readonly intervalMinutes: number | string;
}

/** Compliance as AWS Config writes it. Other words are kept as they came, and make no state. */
export const COMPLIANCE_TYPES = ['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA'] as const;
export type ComplianceStatus = typeof COMPLIANCE_TYPES[number];

/**
 * What the hub announces on a bus that members cannot write to: the compliance of a resource with a rule is another than before.
 */
export const STATE_CHANGED = 'Compliance State Changed';
/** A person's test event has come as far as the announcements. Its detail is a `VerificationAnnouncement`. */
export const VERIFICATION_ARRIVED = 'Compliance Verification Arrived';

/** Detail of `Compliance State Changed`. */
export interface StateChange {
  /** Of the fact: a redelivery of one announcement has the same. */
  readonly eventId: string;
  readonly account: string;
  readonly region: string;
  readonly rule: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly status: ComplianceStatus;
  /** What the hub held before; absent for a resource that the rule had not been seen with. */
  readonly previousStatus?: ComplianceStatus;
  readonly annotation?: string;
  /** When AWS Config recorded the result, ISO 8601 with milliseconds. */
  readonly recordedAt: string;
  /**
   * What rules find in common, whoever deployed them: a rule's name without what Security Hub, conformance packs and organizations add to it.
   * Rules of one cause raise one alert for a resource.
   */
  readonly cause: string;
  /** Rules of the same cause that find the same of this resource now, this one included, in the alphabet's order. */
  readonly rules: string[];
  /** Whether somebody is to be told: it is the first rule of its cause to break, or the last to be well again. */
  readonly alert: boolean;
  /** It came with a replay of the archive: nobody is paged for the past. */
  readonly replayed: boolean;
  /** Only AWS Config's API told it: the event itself never came. */
  readonly late: boolean;
}

/** Detail of a verification that a person sends, on a member's default bus. */
export interface VerificationDetail {
  /** 1 to 64 letters, digits and hyphens; answers name it again. */
  readonly id: string;
  /** ISO 8601 with milliseconds. */
  readonly sentAt: string;
}

/** Detail of `Compliance Verification Arrived`. */
export interface VerificationAnnouncement extends VerificationDetail {
  readonly account: string;
  readonly region: string;
  readonly receivedAt: string;
}

/** The table of compliance events. */
export const EVENT_TABLE = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' } as const;
/** Both indexes sort by `version`; an item without the partition's attribute is not in the index. */
export const EVENT_INDEXES = {
  /** Events of a day (`DAY#`), and what breaks a rule now by account (`NC#`). */
  timeline: { indexName: 'Timeline', partitionKey: 'timeline' },
  /** Events of a rule and day (`RULE#`), and what breaks it now (`NCR#`). */
  rules: { indexName: 'Rules', partitionKey: 'ruleline' },
} as const;
export const INDEX_SORT_KEY = 'version';
/** What the indexes hold beside keys: everything of an event but details of more than this many bytes, which only the table holds. */
export const SMALL_DETAIL_BYTES = 1_024;
export const PROJECTED = [
  'eventId', 'source', 'detailType', 'account', 'region', 'rule', 'resourceType', 'resourceId', 'status', 'previousStatus', 'changeType', 'annotation',
  'recordedAt', 'since', 'mode', 'late', 'replayed', 'detail', 'expiresAt',
] as const;

export interface EventTableKey {
  readonly pk: string;
  readonly sk: string;
}

/** Longest keys that DynamoDB takes, in bytes. */
const LONGEST_PARTITION_KEY = 2_048;
const LONGEST_SORT_KEY = 1_024;

/** What separates the parts of a key cannot stand in a part. */
const escaped = (part: string) => part.replace(/%/g, '%25').replace(/#/g, '%23');
const unescaped = (part: string) => part.replace(/%23/g, '#').replace(/%25/g, '%');

/** Parts that make a longer key than DynamoDB takes are told apart by their hash; no escaped part looks like one. */
const keyOf = (longest: number, kind: string, ...parts: string[]): string => {
  const key = [kind, ...parts.map(escaped)].join('#');
  return Buffer.byteLength(key) <= longest ? key : `${kind}#%~${hashOf(parts)}`;
};
const partition = (kind: string, ...parts: string[]) => keyOf(LONGEST_PARTITION_KEY, kind, ...parts);
const sort = (kind: string, ...parts: string[]) => keyOf(LONGEST_SORT_KEY, kind, ...parts);

/** 32 hexadecimal digits of a list of texts: no two lists are written alike. */
export const hashOf = (parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** Newer versions sort behind older ones; facts of one millisecond by their identity, so that the order does not depend on who comes first. */
export const versionOf = (recordedAt: string, eventId: string) => `${recordedAt}#${eventId}`;
export const dayOf = (recordedAt: string) => recordedAt.slice(0, 10);

/** Into how many partitions a day, a list and a counter are divided. */
export interface Shards {
  readonly accounts: number;
  readonly resources: number;
  readonly cells: number;
}
/** Enough for a thousand events a second; an operator may raise it from a day on by an item `META`, `SHARDS#<date>`. */
export const DEFAULT_SHARDS: Shards = { accounts: 2, resources: 2, cells: 2 };
export const shardOf = (text: string, count: number) => numberOf(text) % count;

/** A resource is asked for several times in a row, and hashing is a good part of what storing an event takes. */
const numbers = new Map<string, number>();
const MOST_NUMBERS = 1_000;
function numberOf(text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  if (numbers.size >= MOST_NUMBERS) numbers.clear();
  const number = parseInt(hashOf([text]).slice(0, 8), 16);
  numbers.set(text, number);
  return number;
}

/** What identifies a resource, wherever it is. */
export interface ResourceName {
  readonly account: string;
  readonly region: string;
  readonly resourceType: string;
  readonly resourceId: string;
}
const resourceText = ({ account, region, resourceType, resourceId }: ResourceName) => [account, region, resourceType, resourceId].join('#');

/** Keys of the table; nobody else builds or takes one apart. */
export const EVENT_KEYS = {
  resource: ({ account, region, resourceType, resourceId }: ResourceName) => partition('RES', account, region, resourceType, resourceId),
  event: (name: ResourceName, version: string): EventTableKey => ({ pk: EVENT_KEYS.resource(name), sk: `${EVENT_PREFIX}${version}` }),
  state: (name: ResourceName, rule: string): EventTableKey => ({ pk: EVENT_KEYS.resource(name), sk: sort('STATE', rule) }),
  /** Which announcement told of a resource and cause: whoever has it alerts, the others do not. */
  alert: (name: ResourceName, cause: string): EventTableKey => ({ pk: EVENT_KEYS.resource(name), sk: sort('ALERT', cause) }),

  /** Partitions of the indexes. */
  day: (date: string, accountShard: number, resourceShard: number) => `DAY#${date}#${accountShard}.${resourceShard}`,
  dayOf: (date: string, name: ResourceName, shards: Shards) =>
    EVENT_KEYS.day(date, shardOf(name.account, shards.accounts), shardOf(resourceText(name), shards.resources)),
  ruleDay: (rule: string, date: string, shard: number) => partition('RULE', rule, date, `${shard}`),
  ruleDayOf: (rule: string, date: string, name: ResourceName, shards: Shards) =>
    EVENT_KEYS.ruleDay(rule, date, shardOf(resourceText(name), shards.resources)),
  broken: (account: string, shard: number) => partition('NC', account, `${shard}`),
  brokenOf: (name: ResourceName, shards: Shards) => EVENT_KEYS.broken(name.account, shardOf(resourceText(name), shards.resources)),
  brokenRule: (rule: string, shard: number) => partition('NCR', rule, `${shard}`),
  brokenRuleOf: (rule: string, name: ResourceName, shards: Shards) => EVENT_KEYS.brokenRule(rule, shardOf(resourceText(name), shards.resources)),

  /** Counters: one item for each rule and type of resource. */
  cells: (account: string, region: string, shard: number) => partition('CNT', account, region, `${shard}`),
  dayCells: (account: string, region: string, date: string) => partition('DAYCNT', account, region, date),
  cell: (rule: string, resourceType: string) => sort('CELL', rule, resourceType),

  /** Days that have events, and accounts and regions that ever had one: what is not listed need not be asked for. */
  knownDay: (date: string): EventTableKey => ({ pk: 'DAYS', sk: date }),
  knownScope: (account: string, region: string): EventTableKey => ({ pk: 'SCOPES', sk: scopeText(account, region) }),
  rollUp: (scope: string): EventTableKey => ({ pk: 'ROLLUP', sk: scope }),
  score: (scope: string, date: string): EventTableKey => ({ pk: partition('SCORE', scope), sk: date }),
  heartbeat: (account: string, region: string): EventTableKey => ({ pk: 'HB', sk: scopeText(account, region) }),
  /** A time in which an account and region could not be seen, by when it began. */
  blind: (account: string, region: string, from: string): EventTableKey => ({ pk: partition('BLIND', account, region), sk: from }),
  shards: (fromDate: string): EventTableKey => ({ pk: 'META', sk: `SHARDS#${fromDate}` }),
  /** What is done once, such as a report of a day, by whoever makes the item first. */
  once: (what: string, date: string): EventTableKey => ({ pk: partition('ONCE', what), sk: date }),
} as const;
export const EVENT_PREFIX = 'EVT#';
export const STATE_PREFIX = 'STATE#';
const scopeText = (account: string, region: string) => `${account}#${region}`;
/** Account and region of a `SCOPES` or `HB` item. */
export const scopeOf = (sk: string) => {
  const [account, region] = sk.split('#').map(unescaped);
  return { account, region };
};

/** An event as the table keeps it, whether or not it makes a state. */
export interface LogItem extends EventTableKey {
  readonly version: string;
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  /** Empty texts where an event names no resource. */
  readonly resourceType: string;
  readonly resourceId: string;
  readonly rule?: string;
  /** As it came; a state comes of the four known ones only. */
  readonly status?: string;
  readonly previousStatus?: string;
  /** CREATE, UPDATE or DELETE, of a configuration item. */
  readonly changeType?: string;
  readonly annotation?: string;
  readonly recordedAt: string;
  /** When the hub first had it. */
  readonly receivedAt: string;
  /** `PROACTIVE` where a resource was only asked about; absent for what is there. */
  readonly mode?: string;
  /** Only AWS Config's API told it. */
  readonly late?: boolean;
  readonly replayed?: boolean;
  /** The event's detail, compressed, when that takes no more than `SMALL_DETAIL_BYTES`. */
  readonly detail?: Uint8Array;
  /** Else here, which the indexes do not hold. */
  readonly longDetail?: Uint8Array;
  readonly expiresAt: number;
  readonly timeline: string;
  readonly ruleline?: string;
}

/** What a rule last found of a resource. */
export interface StateItem extends EventTableKey {
  readonly version: string;
  readonly eventId: string;
  readonly account: string;
  readonly region: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly rule: string;
  readonly status: ComplianceStatus;
  readonly previousStatus?: ComplianceStatus;
  readonly annotation?: string;
  readonly recordedAt: string;
  /** When it came to have this status, as far as the hub was told in time. */
  readonly since: string;
  readonly late?: boolean;
  readonly replayed?: boolean;
  /** Of what is gone only. */
  readonly expiresAt?: number;
  /** While non-compliant. */
  readonly timeline?: string;
  readonly ruleline?: string;
}

/** Attributes of a cell of states (`CNT`), which count resources: what is not applicable is not there. */
export const STATE_COUNTS: { readonly [status in ComplianceStatus]?: string } = {
  COMPLIANT: 'compliant', NON_COMPLIANT: 'nonCompliant', INSUFFICIENT_DATA: 'insufficientData',
};
/** Attributes of a cell of a day (`DAYCNT`), which count events. */
export const EVENT_COUNTS: { readonly [status in ComplianceStatus]: string } = {
  COMPLIANT: 'compliant', NON_COMPLIANT: 'nonCompliant', NOT_APPLICABLE: 'notApplicable', INSUFFICIENT_DATA: 'insufficientData',
};
/** And beside them: proactive evaluations and unknown statuses; events after which a resource broke a rule, or no longer did. */
export const OTHER_COUNTS = { other: 'other', opened: 'opened', resolved: 'resolved' } as const;

/**
 * A counter: of resources now (`CNT`, to be summed over its shards) or of a day's events (`DAYCNT`). Of which account, region and day, its
 * partition says. Counts that are zero may be absent.
 */
export interface CellItem extends EventTableKey {
  readonly rule: string;
  readonly resourceType: string;
  readonly compliant?: number;
  readonly nonCompliant?: number;
  readonly insufficientData?: number;
  /** Of a day only, as what follows. */
  readonly notApplicable?: number;
  readonly other?: number;
  readonly opened?: number;
  readonly resolved?: number;
  readonly expiresAt?: number;
}

/** The last heartbeat of an account and region. */
export interface HeartbeatItem extends EventTableKey {
  /** When it was due: an older one never takes the place of a newer. */
  readonly version: string;
  readonly receivedAt: string;
  readonly firstHeardAt: string;
  /** From when it was due to when the hub had it. */
  readonly delaySeconds: number;
  readonly intervalMinutes: number;
}

/** Why nothing is known of a time. */
export type BlindCause = 'SILENT' | 'NEVER_HEARD' | 'RECORDER_STOPPED' | 'DELIVERY_FAILED' | 'NOT_RECORDED';
export interface BlindItem extends EventTableKey {
  readonly cause: BlindCause;
  /** ISO 8601; the sort key is when it began. */
  readonly until?: string;
  readonly expiresAt?: number;
}

/** Metrics of the hub, in the library's namespace. */
export const HUB_DIMENSION = 'Hub';
export const EVENT_METRICS = {
  processed: 'ConfigEventsProcessed',
  errors: 'ConfigEventProcessingErrors',
  notifications: 'ComplianceViolationNotifications',
  /** Milliseconds from when AWS Config recorded a result to when the hub has stored it. */
  latency: 'ConfigEventLatency',
  score: 'ComplianceScore',
  duplicate: 'EventsDuplicate',
  stale: 'EventsStale',
  conflicts: 'CommitConflicts',
  learnedByBackfill: 'EventsLearnedByBackfill',
  auditMismatch: 'CounterAuditMismatch',
  silentMembers: 'SilentMembers',
  unhealthyRecorders: 'UnhealthyRecorders',
} as const;

/** Settings of `events/ingest`. */
export const INGEST_SETTINGS = {
  hubName: 'HUB_NAME',
  tableName: 'TABLE_NAME',
  retentionDays: 'RETENTION_DAYS',
  /** Facts that are older than this are kept, and change no state: what was gone since may be forgotten. */
  tombstoneDays: 'TOMBSTONE_DAYS',
  /** `true` writes ids of resources into the log. */
  logResourceIds: 'LOG_RESOURCE_IDS',
} as const;
/** A batch takes a second; the rest is for a table that is throttled. */
export const INGEST_TIMEOUT_SECONDS = 60;
