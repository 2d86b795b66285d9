/**
 * What the drift constructs and their functions agree on. Both sides import this file and neither repeats a string of it.
 * It imports nothing, or every bundle would carry it.
 */

/** Settings (environment variables) of `drift/detect`. */
export const DETECT_SETTINGS = {
  organization: 'ORGANIZATION',
  environment: 'ENVIRONMENT',
  baseline: 'BASELINE',
  tableName: 'TABLE_NAME',
  bucketName: 'BUCKET_NAME',
  /** Key of the parity policy's object; it names its content, so a changed policy is a changed setting. */
  policyKey: 'POLICY_KEY',
  queueUrl: 'QUEUE_URL',
  topicArn: 'TOPIC_ARN',
  /** SSM calls a second that this monitor may make. */
  readRate: 'READ_RATE',
  fullWalkMinutes: 'FULL_WALK_MINUTES',
  promotionWindowMinutes: 'PROMOTION_WINDOW_MINUTES',
  messageDetail: 'MESSAGE_DETAIL',
} as const;

/** Settings of `drift/policy`, the custom resource that puts the policy where `drift/detect` reads it. */
export const POLICY_SETTINGS = { bucketName: 'BUCKET_NAME' } as const;

export const POLICY_RESOURCE_TYPE = 'Custom::ParityPolicy';
/** Attribute of the custom resource: the object's key. */
export const POLICY_KEY_ATTRIBUTE = 'Key';
/** Property of the custom resource that holds the document. */
export const POLICY_PROPERTY = 'Policy';
/** Property that names the bucket: another bucket must be an update, or the policy would stay in the old one. */
export const POLICY_BUCKET_PROPERTY = 'Bucket';

/** Keys in the state bucket, all below one prefix, so that the bucket may be shared. */
export const STATE_PREFIX = 'parity';
export const policyKey = (hash: string) => `${STATE_PREFIX}/policies/${hash}.json`;
export const snapshotKey = (organization: string, environment: string) => `${STATE_PREFIX}/${organization}/${environment}/snapshot.json.gz`;
export const walkPrefix = `${STATE_PREFIX}/walks/`;
export const walkKey = (runId: string) => `${walkPrefix}${runId}.json.gz`;

/** `/organization/environment`: every name below it is relative to its environment. */
export const parameterPrefix = (organization: string, environment: string) => `/${organization}/${environment}`;

/** Event rule's constant input: a check that walks only when a walk is due. `{}` always walks. */
export const SCHEDULED_CHECK = { check: 'scheduled' } as const;

/** Message on the monitor's own queue: a walk that the clock or the budget cut goes on here. */
export interface ContinueWalk {
  readonly continueWalk: string;
}

/** Times and sizes. */
export const DETECT_TIMEOUT_SECONDS = 180;
/** A cut walk goes on this many times at the most. */
export const MAX_CONTINUATIONS = 8;

/** CloudWatch metrics. */
export const METRIC_NAMESPACE = 'ConfigCompliance';
export const DIMENSIONS = { organization: 'Organization', environment: 'Environment' } as const;
export const METRICS = {
  configurationDrift: 'ConfigurationDrift',
  pendingPromotion: 'PendingPromotion',
  driftDetectionErrors: 'DriftDetectionErrors',
  driftCheckIncomplete: 'DriftCheckIncomplete',
  driftDetectionDuration: 'DriftDetectionDuration',
  parametersCompared: 'ParametersCompared',
  ssmApiCalls: 'SsmApiCalls',
  findingsOpened: 'FindingsOpened',
  findingsResolved: 'FindingsResolved',
  waiversExpiring: 'WaiversExpiring',
  timeToResolveHours: 'TimeToResolveHours',
} as const;

/** Drift table. Names of environments and stacks hold no `#`, and a finding's id is hexadecimal, so keys need no escaping. */
export const TABLE = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' } as const;
export interface TableKey {
  readonly pk: string;
  readonly sk: string;
}
export const activePartition = (environment: string) => `ACTIVE#${environment}`;
/** What `foundation/record-deployment` may write to, and nothing else of the table. */
export const deploymentsPartition = (environment: string) => `DEPLOYMENTS#${environment}`;
export const deployedPartition = (environment: string) => `DEPLOYED#${environment}`;
export const TABLE_KEYS = {
  /** Who may write now. */
  lease: (environment: string): TableKey => ({ pk: `ENV#${environment}`, sk: 'LEASE' }),
  /** When the environment was last walked, under which policy, and which snapshot it left. */
  pointer: (environment: string): TableKey => ({ pk: `ENV#${environment}`, sk: 'POINTER' }),
  /** What the next message has to tell. */
  outbox: (environment: string): TableKey => ({ pk: `ENV#${environment}`, sk: 'OUTBOX' }),
  run: (environment: string, startedAt: string, runId: string): TableKey => ({ pk: `RUNS#${environment}`, sk: `${startedAt}#${runId}` }),
  /** Findings that are pending, open or waived. */
  active: (environment: string, id: string): TableKey => ({ pk: activePartition(environment), sk: id }),
  /** Findings that are resolved: a partition of their own, so that a check reads only what stands. */
  resolved: (environment: string, id: string): TableKey => ({ pk: `RESOLVED#${environment}`, sk: id }),
  /** One item for each change of a finding. */
  history: (id: string, at: string, runId: string): TableKey => ({ pk: `FINDING#${id}`, sk: `${at}#${runId}` }),
  /** One item for each deployment that ended, in the order of time: a `DeploymentItem`. */
  deployment: (environment: string, at: string, eventId: string): TableKey => ({ pk: deploymentsPartition(environment), sk: `${at}#${eventId}` }),
  /** The last deployment of a stack: a `DeploymentItem` with its `order`, which never gives way to a lower one. */
  lastDeployment: (environment: string, stackName: string): TableKey => ({ pk: deployedPartition(environment), sk: stackName }),
} as const;

/**
 * How a deployment ended. `ROLLED_BACK`: the stack is as it was before. `FAILED`: it stopped half-way. `DELETED`: the stack is gone.
 */
export type DeploymentOutcome = 'SUCCEEDED' | 'ROLLED_BACK' | 'FAILED' | 'DELETED';

/** The statuses that end an operation on a stack, and what each means. */
export const FINAL_STATUSES: { readonly [status: string]: DeploymentOutcome } = {
  CREATE_COMPLETE: 'SUCCEEDED',
  UPDATE_COMPLETE: 'SUCCEEDED',
  IMPORT_COMPLETE: 'SUCCEEDED',
  ROLLBACK_COMPLETE: 'ROLLED_BACK',
  UPDATE_ROLLBACK_COMPLETE: 'ROLLED_BACK',
  IMPORT_ROLLBACK_COMPLETE: 'ROLLED_BACK',
  CREATE_FAILED: 'FAILED',
  UPDATE_FAILED: 'FAILED',
  DELETE_FAILED: 'FAILED',
  ROLLBACK_FAILED: 'FAILED',
  UPDATE_ROLLBACK_FAILED: 'FAILED',
  IMPORT_ROLLBACK_FAILED: 'FAILED',
  DELETE_COMPLETE: 'DELETED',
};

/** A deployment that ended: an operation on a stack that changed, made, imported or deleted it. */
export interface DeploymentItem {
  readonly environment: string;
  readonly stackName: string;
  /** ARN, which a stack that is made again does not share with the one before. */
  readonly stackId: string;
  /** CloudFormation's word for how it ended. */
  readonly status: string;
  readonly outcome: DeploymentOutcome;
  /** When it ended, by CloudFormation's clock (ISO 8601, whole seconds). */
  readonly at: string;
  /** Of EventBridge: the same for every delivery of one event. */
  readonly eventId: string;
  /** What all events of one operation share. */
  readonly requestToken?: string;
  /**
   * The version in force when it had ended: the new one after a success, and after a rollback the one of before. Absent where that is not
   * known: for other stacks than the one that the record stands in, after a failure, and for an event that was handled late.
   */
  readonly version?: string;
}

/**
 * The policy as it travels: strings, lists and maps only, because CloudFormation turns every other primitive of a custom
 * resource's properties into a string. An absent list is an empty one: CDK drops empty lists from templates.
 */
export interface PolicyDocument {
  readonly version: '1';
  readonly baseline: string;
  readonly environments: string[];
  readonly rules?: RuleDocument[];
  readonly waivers?: WaiverDocument[];
  /** 'true' or 'false': whether plain parameters that look like secrets are findings. */
  readonly reportPlainSecrets: string;
}
export interface RuleDocument {
  readonly kind: 'same' | 'mayDiffer' | 'expected' | 'ignored';
  readonly pattern: string;
  /** Expected value by environment; `{environment}`, `{account}` and `{region}` are replaced. */
  readonly values?: { [environment: string]: string };
  readonly reason?: string;
}
export interface WaiverDocument {
  readonly pattern: string;
  readonly environment: string;
  readonly reason: string;
  readonly owner: string;
  /** ISO date (YYYY-MM-DD): the waiver ends with this day, UTC. */
  readonly expiresOn: string;
  readonly ticket?: string;
}

/** How much a message tells. */
export type MessageDetailValue = 'NAMES' | 'EXPLANATIONS';

export type Difference = 'MISSING' | 'EXTRA' | 'TYPE_DIFFERS' | 'VALUE_DIFFERS' | 'NOT_EXPECTED' | 'LOOKS_SECRET';
export type FindingStatus = 'pending' | 'open' | 'waived';

/** Why a check could not see everything. */
export type IncompleteCause =
  | 'ACCESS_DENIED' | 'BASELINE_ABSENT' | 'BUSY' | 'CONTINUES' | 'POLICY_UNREADABLE' | 'READ_FAILED' | 'SUPERSEDED' | 'THROTTLED' | 'TIMED_OUT';

/** A finding in the function's answer. */
export interface FindingAnswer {
  readonly id: string;
  readonly subject: string;
  /** Relative name. */
  readonly name: string;
  readonly difference: Difference;
  readonly status: FindingStatus;
  readonly explanation: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** The function's answer to a direct invocation. */
export interface DetectAnswer {
  readonly runId: string;
  readonly environment: string;
  readonly baseline: string;
  /** Whether everything was read; when not, nothing that was not read is resolved. */
  readonly complete: boolean;
  readonly causes: IncompleteCause[];
  /** A sentence for each cause. */
  readonly notes: string[];
  readonly driftDetected: boolean;
  /** Names compared, and names that an `ignored` rule kept out. */
  readonly compared: number;
  readonly ignored: number;
  /** Findings as they stand. */
  readonly open: number;
  readonly pending: number;
  readonly waived: number;
  /** What this run changed. */
  readonly opened: number;
  readonly reopened: number;
  readonly resolved: number;
  readonly findings: FindingAnswer[];
  /** Whether `findings` holds fewer than stand: Lambda answers 6 MB at the most. */
  readonly truncated: boolean;
}
