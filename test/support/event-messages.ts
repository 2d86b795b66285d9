import { complianceFact, Evaluation, Fact } from '../../lambda-src/events/domain/fact';
import { IngestDependencies } from '../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../lambda-src/events/domain/shards';
import { EventTable } from '../../lambda-src/events/ports';
import { INGEST_SETTINGS } from '../../src/events/contract';

export const EVENTS_NOW = new Date('2026-11-24T12:00:00.000Z');

export const aFact = (more: Partial<Evaluation> = {}): Fact => complianceFact({
  account: '111122223333', region: 'eu-central-1', rule: 'tags', resourceType: 'AWS::EC2::Volume', resourceId: 'vol-1', status: 'NON_COMPLIANT',
  recordedAt: '2026-11-24T11:59:00.000Z', detail: { any: 'detail' }, ...more,
});

export interface MessageOf {
  readonly account?: string;
  readonly region?: string;
  readonly rule?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly status?: string;
  readonly previousStatus?: string;
  readonly recordedAt?: string;
  readonly annotation?: string | null;
  readonly mode?: string;
}

/** A compliance change as EventBridge brings it. */
export function complianceMessage(of: MessageOf = {}) {
  const {
    account = '111122223333', region = 'eu-central-1', rule = 'tags', resourceType = 'AWS::EC2::Volume', resourceId = 'vol-1', status = 'NON_COMPLIANT',
    previousStatus, recordedAt = '2026-11-24T11:59:00.123Z', annotation, mode = 'DETECTIVE',
  } = of;
  const second = recordedAt.slice(0, 19);
  const result = (complianceType: string, resultRecordedTime: string) => ({
    evaluationResultIdentifier: {
      evaluationResultQualifier: { configRuleName: rule, resourceType, resourceId, evaluationMode: mode }, orderingTimestamp: `${second}.001Z`,
    },
    complianceType,
    resultRecordedTime,
    configRuleInvokedTime: `${second}.101Z`,
    ...(annotation === undefined ? {} : { annotation }),
  });
  return {
    'version': '0',
    'id': '81d83bb1-13dc-cb1e-b370-5c8151b020f7',
    'detail-type': 'Config Rules Compliance Change',
    'source': 'aws.config',
    account,
    'time': `${second}Z`,
    region,
    'resources': [],
    'detail': {
      resourceId,
      awsRegion: region,
      awsAccountId: account,
      configRuleName: rule,
      recordVersion: '1.0',
      configRuleARN: `arn:aws:config:${region}:${account}:config-rule/config-rule-dx9jfb`,
      messageType: 'ComplianceChangeNotification',
      newEvaluationResult: result(status, recordedAt),
      ...(previousStatus === undefined ? {} : { oldEvaluationResult: result(previousStatus, '2026-11-20T08:00:00.456Z') }),
      notificationCreationTime: `${second}.701Z`,
      resourceType,
    },
  };
}

export const ingestInto = (table: EventTable, more: Partial<IngestDependencies> = {}): IngestDependencies => ({
  table,
  clock: { now: () => EVENTS_NOW, remaining: () => 60_000, sleep: async () => undefined },
  keeping: { retentionDays: 90, tombstoneDays: 104 },
  shards: async () => new ShardMap(),
  known: new KnownPlaces(),
  random: () => 0,
  ...more,
});

/** Settings of `events/ingest` in tests, and what the Lambda service gives every function. */
export const ingestEnvironment = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '111111111111',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: 'session',
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL: endpoint,
  [INGEST_SETTINGS.hubName]: 'compliance',
  [INGEST_SETTINGS.tableName]: 'events',
  [INGEST_SETTINGS.retentionDays]: '90',
  [INGEST_SETTINGS.tombstoneDays]: '104',
});

/** A batch of the queue. Texts go as they are. */
export const queueEvent = (...bodies: unknown[]) => ({
  Records: bodies.map((body, at) => ({ messageId: `m${at}`, body: typeof body === 'string' ? body : JSON.stringify(body) })),
});
