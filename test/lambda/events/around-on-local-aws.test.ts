import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  ConfigServiceClient, DeleteConfigRuleCommand, PutConfigRuleCommand, PutConfigurationRecorderCommand, PutDeliveryChannelCommand,
  PutAggregationAuthorizationCommand, PutConfigurationAggregatorCommand, PutEvaluationsCommand,
  StartConfigurationRecorderCommand, StopConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { Context } from 'aws-lambda';
import { DynamoStateScan } from '../../../lambda-src/events/adapters/dynamo-state-scan';
import * as audit from '../../../lambda-src/events/audit';
import * as backfill from '../../../lambda-src/events/backfill';
import { backfillWorld } from '../../../lambda-src/events/backfill/world';
import { BackfillOutcome } from '../../../lambda-src/events/domain/backfill-scope';
import { complianceFact } from '../../../lambda-src/events/domain/fact';
import { ingest } from '../../../lambda-src/events/domain/ingest';
import * as exporting from '../../../lambda-src/events/export';
import * as watch from '../../../lambda-src/events/watch';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';
import { Settings } from '../../../lambda-src/shared/settings';
import { BACKFILL_ROUND, membersAsSetting } from '../../../src/events/contract';
import { clientConfig } from '../../local-aws/clients';
import { LocalAws, startLocalAws } from '../../local-aws/local-aws';
import { createEventTable } from '../../support/create-event-table';
import { recountOf } from '../../support/event-recount';
import { lambdaContext } from '../../support/stub-aws';

const HUB = '111111111111';
const MEMBER = '222222222222';
const STRANGER = '333333333333';
const context = lambdaContext(900_000) as unknown as Context;

describe('around the table of events, on the local AWS', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'around-'));
  const before = { ...process.env };
  let aws: LocalAws;
  let config: ConfigServiceClient;
  let table: DynamoDBDocumentClient;
  let sqs: SQSClient;
  let s3: S3Client;
  let queueUrl: string;
  let lines: string[] = [];

  beforeAll(async () => {
    aws = await startLocalAws({ stateDir });
    const hub = clientConfig(aws.endpoint, HUB, aws.region);
    const member = clientConfig(aws.endpoint, MEMBER, aws.region);
    config = new ConfigServiceClient(member);
    table = DynamoDBDocumentClient.from(new DynamoDBClient(hub), documentOptions);
    sqs = new SQSClient(hub);
    s3 = new S3Client({ ...hub, forcePathStyle: true });
    await createEventTable(table, 'events');
    await s3.send(new CreateBucketCommand({ Bucket: 'reports' }));
    queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'tasks' }))).QueueUrl!;
    await new IAMClient(member).send(new CreateRoleCommand({
      RoleName: `hub-reader-${aws.region}`,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: 'sts:AssumeRole' }],
      }),
    }));
    await new S3Client({ ...member, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'delivered' }));
    await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN: 'arn:aws:iam::222222222222:role/config' } }));
    await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: 'delivered' } }));
    await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
    for (const ConfigRuleName of ['encrypted', 'tagged']) {
      const Source = { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED' } as const;
      await config.send(new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName, Source } }));
    }
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: HUB, AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: aws.region, AWS_ENDPOINT_URL: aws.endpoint, POWERTOOLS_DEV: 'true',
      HUB_NAME: 'hub', TABLE_NAME: 'events', QUEUE_URL: queueUrl, ACCOUNT: HUB, OWN_ACCOUNT: 'true', PARTITION: 'aws', READER_ROLE_PREFIX: 'hub-reader',
      EXPECTED_MEMBERS: membersAsSetting([{ account: MEMBER, region: aws.region }]), RETENTION_DAYS: '90', TOMBSTONE_DAYS: '44', GRACE_MINUTES: '0',
      ACCOUNT_SCORES: 'true', BUCKET_NAME: 'reports',
    });
    delete process.env.AWS_SESSION_TOKEN;
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    await aws.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => undefined);
  });
  afterEach(() => jest.restoreAllMocks());

  const items = async () => (await table.send(new ScanCommand({ TableName: 'events' }))).Items! as { pk: string; sk: string; [name: string]: unknown }[];
  const states = async () => Object.fromEntries((await items()).filter(({ sk }) => sk.startsWith('STATE#'))
    .map(({ rule, resourceId, status }) => [`${String(rule)} ${String(resourceId)}`, status]));
  const evaluate = (rule: string, resources: { [id: string]: 'COMPLIANT' | 'NON_COMPLIANT' }) => config.send(new PutEvaluationsCommand({
    ResultToken: rule,
    Evaluations: Object.entries(resources).map(([ComplianceResourceId, ComplianceType]) => (
      { ComplianceResourceType: 'AWS::S3::Bucket', ComplianceResourceId, ComplianceType, OrderingTimestamp: new Date() })),
  }));
  const read = (account = MEMBER) => backfill.handler({ account, region: aws.region }, context) as Promise<BackfillOutcome>;
  const metrics = () => Object.assign({}, ...lines.filter((line) => line.includes('_aws')).map((line) => JSON.parse(line) as object)) as { [name: string]: unknown };
  const names = (from: number, count: number, status: 'COMPLIANT' | 'NON_COMPLIANT') =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`b${String(from + index).padStart(3, '0')}`, status] as const));

  it('a round sends a message for each member', async () => {
    expect(await backfill.handler(BACKFILL_ROUND, context)).toEqual({ members: 2 });
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
    const wanted = [HUB, MEMBER].map((account) => ({ account, region: aws.region }));
    expect(Messages.map(({ Body }) => JSON.parse(Body!) as object)).toEqual(expect.arrayContaining(wanted));
  });

  it('what no event told is learned from AWS Config, page by page, once', async () => {
    for (const from of [0, 100]) await evaluate('encrypted', { ...names(from, 60, 'COMPLIANT'), ...names(from + 60, 40, 'NON_COMPLIANT') });
    expect(await read()).toMatchObject({ stored: 200, lost: 0, rules: 2, unreadable: false });
    expect(Object.values(await states()).filter((status) => status === 'NON_COMPLIANT')).toHaveLength(80);
    const all = await items();
    expect(await read()).toMatchObject({ stored: 0, closed: 0 });
    expect(await items()).toEqual(all);
    expect(recountOf(all)).toEqual([]);
    await evaluate('tagged', { b000: 'NON_COMPLIANT' });
    expect(await read()).toMatchObject({ stored: 1, lost: 0 });
  }, 60_000);

  it('an event that comes after all is a duplicate', async () => {
    const [state] = (await items()).filter(({ sk, rule }) => sk.startsWith('STATE#') && rule === 'tagged') as unknown as Parameters<typeof complianceFact>[0][];
    const { table: events, known, shards } = backfillWorld(new Settings());
    const { account, region, rule, resourceType, resourceId, status, recordedAt } = state;
    const { outcomes } = await ingest([complianceFact({ account, region, rule, resourceType, resourceId, status, recordedAt })], {
      table: events, known, shards, clock: { now: () => new Date(), remaining: () => 60_000, sleep: async () => undefined },
      keeping: { retentionDays: 90, tombstoneDays: 44 },
    });
    expect(outcomes).toEqual([{ kind: 'duplicate' }]);
  });

  it('a rule that is deleted closes what it found, compliant or not', async () => {
    await config.send(new DeleteConfigRuleCommand({ ConfigRuleName: 'encrypted' }));
    expect(await read()).toMatchObject({ stored: 0, closed: 200, rules: 1 });
    const closed = Object.entries(await states()).filter(([name]) => name.startsWith('encrypted'));
    expect(new Set(closed.map(([, status]) => status))).toEqual(new Set(['NOT_APPLICABLE']));
    expect(await read()).toMatchObject({ stored: 0, closed: 0 });
    expect(recountOf(await items())).toEqual([]);
  }, 60_000);

  it('a member that is not allowed is told, and the hub\'s own account needs no role', async () => {
    expect(await read(STRANGER)).toMatchObject({ unreadable: true });
    expect(metrics()).toMatchObject({ UnreadableMembers: 1 });
    expect(await read(HUB)).toMatchObject({ unreadable: false, rules: 0 });
  });

  it('a recorder that is stopped makes the member blind until it runs again', async () => {
    const blind = async () => (await items()).filter(({ pk }) => pk === `BLIND#${MEMBER}#${aws.region}`)
      .map(({ cause, until }) => `${String(cause)} ${until ? 'over' : 'lasts'}`);
    await config.send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
    await read();
    expect(await blind()).toEqual(['RECORDER_STOPPED lasts']);
    await watch.handler({}, context);
    expect(metrics()).toMatchObject({ SilentMembers: 1, UnhealthyRecorders: 1, ComplianceScore: 0 });
    await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
    await read();
    expect(await blind()).toEqual(expect.arrayContaining(['RECORDER_STOPPED over', 'NEVER_HEARD lasts']));
  });

  it('an aggregator is read instead of the members, and nothing is closed by what may be old', async () => {
    await config.send(new PutAggregationAuthorizationCommand({ AuthorizedAccountId: HUB, AuthorizedAwsRegion: aws.region }));
    await new ConfigServiceClient(clientConfig(aws.endpoint, HUB, aws.region)).send(new PutConfigurationAggregatorCommand({
      ConfigurationAggregatorName: 'org', AccountAggregationSources: [{ AccountIds: [MEMBER], AwsRegions: [aws.region] }],
    }));
    await evaluate('tagged', { b000: 'NON_COMPLIANT', b001: 'NON_COMPLIANT' });
    const world = backfillWorld(new Settings({ ...process.env, AGGREGATOR_NAME: 'org' }));
    const through = (account: string) => backfill.handle({ account, region: aws.region }, context, world);
    expect(await through(MEMBER)).toMatchObject({ stored: 1, lost: 0, closed: 0, rules: 1, unreadable: false });
    expect(await states()).toMatchObject({ 'tagged b001': 'NON_COMPLIANT' });
    expect(await through(STRANGER)).toMatchObject({ unreadable: true });
  });

  it('all states are read once, in however many segments', async () => {
    for (const segments of [1, 4]) {
      const found: unknown[] = [];
      const scan = new DynamoStateScan(table, { tableName: 'events', segments });
      for await (const page of scan.states({ account: MEMBER, region: aws.region })) found.push(...page);
      expect(found).toHaveLength(202);
    }
  });

  it('the counters are right, and the score is kept', async () => {
    expect(await audit.handler({}, context)).toMatchObject({ mismatches: 0, unsettled: 0 });
    expect((await items()).filter(({ pk }) => pk === 'SCORE#ALL')).toMatchObject([{ score: 0, nonCompliant: 2 }]);
  }, 60_000);

  it('a day is exported to the bucket, the same each time', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const { table: events, known, shards } = backfillWorld(new Settings());
    await ingest(Array.from({ length: 30 }, (_, index) => complianceFact({
      account: MEMBER, region: aws.region, rule: 'r', resourceType: 'T', resourceId: `x${index}`, status: 'COMPLIANT', recordedAt: `${yesterday}T12:00:00.000Z`,
      detail: { text: Array.from({ length: index === 7 ? 3_000 : 3 }, (__, place) => String.fromCharCode(0x4e00 + (place * 7_919) % 20_000)).join('') },
    })), {
      table: events, known, shards, clock: { now: () => new Date(), remaining: () => 60_000, sleep: async () => undefined },
      keeping: { retentionDays: 90, tombstoneDays: 44 },
    });
    for (const _ of [1, 2]) expect(await exporting.handler({ daysAgo: 1 }, context)).toMatchObject({ date: yesterday, events: 30 });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'reports', Prefix: `compliance-events/dt=${yesterday}/` }));
    const bodies = await Promise.all(Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'reports', Key }));
      return gunzipSync(await Body!.transformToByteArray()).toString();
    }));
    const events_ = bodies.flatMap((body) => body.trimEnd().split('\n')).map((line) => JSON.parse(line) as { resourceId: string; detail: { text: string } });
    expect(new Set(events_.map(({ resourceId }) => resourceId)).size).toBe(30);
    expect(events_.find(({ resourceId }) => resourceId === 'x7')!.detail.text).toHaveLength(3_000);
  }, 60_000);
});
