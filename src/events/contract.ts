/**
 * What the constructs of compliance events and their functions agree on. It imports nothing of CDK or the SDK, or every bundle would
 * carry it.
 */
import { createHash } from 'crypto';
import { deflateRawSync, inflateRawSync } from 'zlib';
import type { SeverityName } from '../alerts/contract';

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
  /** How bad it is that this rule is broken, by the rule's name. */
  readonly severity: SeverityName;
  /** Of what is well again: since when it was broken, as far as the hub knows. */
  readonly brokenSince?: string;
}

/** Most rules that an announcement names. */
export const MOST_RULES_NAMED = 50;

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
  /** A time in which an account and region could not be seen, by when it began; two causes may begin at the same moment. */
  blind: (account: string, region: string, from: string, cause?: BlindCause): EventTableKey =>
    ({ pk: partition('BLIND', account, region), sk: cause === undefined ? from : `${from}#${cause}` }),
  /** Since when a member is expected that was never heard of. */
  expected: (account: string, region: string): EventTableKey => ({ pk: 'EXPECTED', sk: scopeText(account, region) }),
  /** A rule whose results a backfill has read to the end once: from then on, what only it knew was lost on the way. */
  readRule: (account: string, region: string, rule: string): EventTableKey => ({ pk: partition('READ', account, region), sk: sort('RULE', rule) }),
  shards: (fromDate: string): EventTableKey => ({ pk: 'META', sk: `SHARDS#${fromDate}` }),
  /** What is done once, such as a report of a day, by whoever makes the item first. */
  once: (what: string, date: string): EventTableKey => ({ pk: partition('ONCE', what), sk: date }),
  /** That a person's test event was announced. */
  verification: (id: string): EventTableKey => ({ pk: 'VERIFICATION', sk: id }),
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

/** An alert of a resource and cause, from its beginning to its end. */
export interface AlertRound {
  /** Identity of the fact that somebody was told of. */
  readonly openedBy: string;
  readonly openedAt: string;
  /** Identity of the fact that ended it. */
  readonly closedBy?: string;
  /** Identities of facts that nobody was told of, since others had begun or ended it. */
  readonly others?: readonly string[];
}

/**
 * Who was told of a resource and cause, and whether they were told the end of it too. Its `version` is another one with every change. Once
 * ended it stays for a while, since facts may have to be announced again.
 */
export interface AlertItem extends EventTableKey, AlertRound {
  readonly version: string;
  /** The last ones before, the oldest first. */
  readonly earlier?: readonly AlertRound[];
  readonly expiresAt?: number;
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

/** Written when a verification has been announced: whoever sent it has no subscription to see that by. */
export interface VerificationItem extends EventTableKey {
  readonly announcedAt: string;
  readonly expiresAt: number;
}

/** Why nothing is known of a time. */
export type BlindCause = 'SILENT' | 'NEVER_HEARD' | 'RECORDER_STOPPED' | 'DELIVERY_FAILED' | 'NOT_RECORDED';
export interface BlindItem extends EventTableKey {
  readonly cause: BlindCause;
  /** ISO 8601 with milliseconds. */
  readonly from: string;
  /** ISO 8601 with milliseconds; absent while it lasts. */
  readonly until?: string;
  /** Names of rules that alone are concerned, because AWS Config does not record their types; all of them when absent. */
  readonly rules?: string[];
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
  /** Accounts and regions whose AWS Config the backfill could not read. */
  unreadableMembers: 'UnreadableMembers',
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

/**
 * Name of the role that a hub's backfill runs under: members trust it by this name, so that none has to know a role that is not there yet.
 * 64 characters are the most that IAM takes: see `LONGEST_HUB_NAME`.
 */
export const backfillRoleName = (hubName: string, region: string) => `${hubName}-backfill-${region}`;
/** How the names of the roles begin that members make for a hub to read AWS Config, unless hub and member are told another prefix. */
export const readerRolePrefix = (hubName: string) => `${hubName}-reader`;
/** A role is the account's, and a member has one for each region. */
export const readerRoleName = (prefix: string, region: string) => `${prefix}-${region}`;
/** Of roles, in IAM. */
export const LONGEST_ROLE_NAME = 64;
/** As long as `ap-southeast-7`, which no region's name exceeds. */
export const LONGEST_REGION_NAME = 14;
export const LONGEST_HUB_NAME = LONGEST_ROLE_NAME - backfillRoleName('', '').length - LONGEST_REGION_NAME;
export const LONGEST_READER_PREFIX = LONGEST_ROLE_NAME - readerRoleName('', '').length - LONGEST_REGION_NAME;
/** What a hub reads of a member, by that role. Rules and recorders are listed: AWS Config takes no narrower resource for most of it. */
export const READER_ACTIONS = [
  'config:DescribeConfigRules', 'config:DescribeConfigurationRecorders', 'config:DescribeConfigurationRecorderStatus',
  'config:DescribeDeliveryChannelStatus', 'config:GetComplianceDetailsByConfigRule',
] as const;

/** Messages of the lines that `events/watch` logs, and that the dashboard asks for. */
export const SCORE_LINES = {
  /** With `account`, `score` (percent), `compliant` and `nonCompliant`; one for each account. */
  score: 'score',
  /** With `rule` and `nonCompliant`; one for each rule that something breaks. */
  failingRule: 'failing rule',
} as const;

/** Compliance of an account, or of all (`ALL_SCOPES`), when a day had ended: `SCORE#<account>`, by date. */
export interface ScoreItem extends EventTableKey {
  /** Percent of resources, counted once for each rule, that are compliant; of those that are compliant or not. */
  readonly score: number;
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly asOf: string;
  readonly expiresAt: number;
}
export const ALL_SCOPES = 'ALL';
export const SCORE_DAYS = 3 * 365;

/** An account and region that has to report. */
export interface MemberScope {
  readonly account: string;
  readonly region: string;
}
/** Beyond this many characters, the list travels compressed: all settings of a function together have 4 KB. */
const LONGEST_PLAIN_LIST = 1_500;
const COMPRESSED = 'deflated:';

/** Expected members as a setting: accounts by their regions. What is not known before the deployment (`plain`) cannot be compressed. */
export function membersAsSetting(members: readonly MemberScope[], plain = false): string {
  const regionsOf = new Map<string, Set<string>>();
  for (const { account, region } of members) regionsOf.set(account, (regionsOf.get(account) ?? new Set()).add(region));
  const accountsOf = new Map<string, string[]>();
  for (const [account, regions] of regionsOf) {
    const key = [...regions].sort().join(' ');
    accountsOf.set(key, [...accountsOf.get(key) ?? [], account]);
  }
  const text = JSON.stringify([...accountsOf].map(([regions, accounts]) => [regions, accounts]));
  return plain || text.length <= LONGEST_PLAIN_LIST ? text : `${COMPRESSED}${deflateRawSync(text, { level: 9 }).toString('base64')}`;
}

export function membersOfSetting(setting: string): MemberScope[] {
  const text = setting.startsWith(COMPRESSED) ? inflateRawSync(Buffer.from(setting.slice(COMPRESSED.length), 'base64')).toString() : setting;
  const groups = JSON.parse(text) as [string, string[]][];
  return groups.flatMap(([regions, accounts]) => accounts.flatMap((account) => regions.split(' ').map((region) => ({ account, region }))));
}

/** Settings of `events/backfill`. */
export const BACKFILL_SETTINGS = {
  hubName: 'HUB_NAME',
  tableName: 'TABLE_NAME',
  /** Its own queue: a message for each account and region, and one more where the time was too short. */
  queueUrl: 'QUEUE_URL',
  /** The hub's own account, which needs no role. */
  account: 'ACCOUNT',
  /** `false`: events of the hub's own account are not taken, so that nothing is read there. */
  ownAccount: 'OWN_ACCOUNT',
  partition: 'PARTITION',
  readerRolePrefix: 'READER_ROLE_PREFIX',
  /** Name of an organization's aggregator in the hub's account and region; read instead of the members where it is set. */
  aggregatorName: 'AGGREGATOR_NAME',
  expectedMembers: 'EXPECTED_MEMBERS',
  retentionDays: 'RETENTION_DAYS',
  tombstoneDays: 'TOMBSTONE_DAYS',
} as const;
export const BACKFILL_TIMEOUT_SECONDS = 900;
/** What starts a round through all accounts and regions. */
export const BACKFILL_ROUND = { backfill: 'all' } as const;
/** A message on the backfill's own queue. */
export interface BackfillTask extends MemberScope {
  /** Goes on behind this rule, in the alphabet's order, where the time of one invocation was too short. */
  readonly after?: string;
}

/** Settings of `events/watch`. */
export const WATCH_SETTINGS = {
  hubName: 'HUB_NAME',
  tableName: 'TABLE_NAME',
  expectedMembers: 'EXPECTED_MEMBERS',
  /** How long a member may be expected before it has to be heard of. */
  graceMinutes: 'GRACE_MINUTES',
  /** `true` writes the score also with the dimension `Account`. */
  accountScores: 'ACCOUNT_SCORES',
  retentionDays: 'RETENTION_DAYS',
} as const;
export const ACCOUNT_DIMENSION = 'Account';

/** Settings of `events/audit`. */
export const AUDIT_SETTINGS = { hubName: 'HUB_NAME', tableName: 'TABLE_NAME', retentionDays: 'RETENTION_DAYS' } as const;
/** What a person sends to `events/audit` to have cells corrected that two recounts found wrong. */
export const CORRECT_CELLS = { correct: true } as const;

/** Settings of `events/export`. */
export const EXPORT_SETTINGS = { tableName: 'TABLE_NAME', bucketName: 'BUCKET_NAME' } as const;
export const EXPORT_PREFIX = 'compliance-events';
/** What `events/export` is asked for: a day by its distance from today (UTC), or by its date. */
export type ExportRequest = { readonly daysAgo: number } | { readonly date: string };

export const WATCH_TIMEOUT_SECONDS = 120;
export const AUDIT_TIMEOUT_SECONDS = 900;
export const EXPORT_TIMEOUT_SECONDS = 900;
/** An event that comes later than this many days after its own is in the table, and in no export unless a person asks for its day again. */
export const EXPORTED_DAYS = 3;

/** Settings of `events/announce`. */
export const ANNOUNCE_SETTINGS = {
  hubName: 'HUB_NAME',
  tableName: 'TABLE_NAME',
  busName: 'ANNOUNCEMENT_BUS_NAME',
  /** The consumer's own severities, as a JSON list of `SeverityRuleDocument`; the first that fits counts. */
  severities: 'SEVERITIES',
} as const;
export const ANNOUNCE_TIMEOUT_SECONDS = 60;

/** Paths of the API that answers questions. */
export const API_ROUTES = {
  events: '/events',
  summary: '/compliance/summary',
  asOf: '/compliance/as-of',
  resource: '/compliance/resources/{account}/{region}/{type}/{id}',
  /** The same with its names as parameters. */
  resources: '/compliance/resources',
  health: '/health',
} as const;

/** Settings of `events/query`. */
export const QUERY_SETTINGS = {
  hubName: 'HUB_NAME',
  tableName: 'TABLE_NAME',
  logResourceIds: 'LOG_RESOURCE_IDS',
} as const;
/** An HTTP API waits for 30 seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const QUERY_TIMEOUT_SECONDS = 29;
