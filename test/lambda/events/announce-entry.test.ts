import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { EventBridgeAnnouncements } from '../../../lambda-src/events/adapters/event-bridge-announcements';
import { AnnounceWorld, handle, handler, world } from '../../../lambda-src/events/announce';
import { readRecord } from '../../../lambda-src/events/announce/records';
import { packDetail } from '../../../lambda-src/events/domain/detail';
import { Settings } from '../../../lambda-src/shared/settings';
import { ANNOUNCE_SETTINGS, EVENT_KEYS, StateChange } from '../../../src/events/contract';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { BUCKET, RULE, stateItem, streamRecord } from '../../support/state-item';
import { lambdaContext } from '../../support/stub-aws';
import { awsError, StubAnswer, StubRequest, StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const context = lambdaContext() as unknown as Context;
const environment = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '222222222222', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint,
  HUB_NAME: 'compliance', TABLE_NAME: 'events', ANNOUNCEMENT_BUS_NAME: 'announcements', SEVERITIES: '[{"pattern":"s3-*","severity":"HIGH"}]',
});
const sent = { id: 'v-1', sentAt: '2026-11-22T10:00:00.000Z' };
const verificationItem = (detail: unknown, more = {}) => {
  const name = { account: BUCKET.account, region: BUCKET.region, resourceType: '', resourceId: '', recordedAt: '2026-11-22T10:00:00.000Z' };
  return {
    ...EVENT_KEYS.event(name, `${name.recordedAt}#e1`), ...name, detailType: 'Compliance Verification', receivedAt: '2026-11-22T10:00:02.000Z',
    ...packDetail(detail, name), ...more,
  };
};
const streamOf = (...Records: unknown[]) => ({ Records }) as DynamoDBStreamEvent;
const entriesOf = ({ json }: StubRequest) => json.Entries as { Detail: string; DetailType: string; Source: string; EventBusName: string }[];

describe('events/announce', () => {
  const before = { ...process.env };
  let lines: string[];
  let said: string[];
  let server: StubServer;
  beforeEach(async () => {
    lines = [];
    said = [];
    server = await StubServer.start((request) => answer(request));
    process.env = { ...before, POWERTOOLS_DEV: 'true', ...environment(server.url) };
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => { said.push(String(parts[0])); });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = before;
    await server.stop();
  });

  const answer = (request: StubRequest): StubAnswer => {
    switch (request.operation) {
      case 'Query': return { body: { Items: [], Count: 0 } };
      case 'BatchGetItem': return { body: { Responses: {} } };
      case 'PutEvents': return { body: { FailedEntryCount: 0, Entries: entriesOf(request).map((_entry, i) => ({ EventId: `${i}` })) } };
      default: return { body: {} };
    }
  };
  const puts = () => server.requests.filter(({ operation }) => operation === 'PutEvents');
  const metrics = () => lines.filter((line) => line.includes('_aws')).map((line) => JSON.parse(line) as object);
  const announce = async (...records: unknown[]) => handle(streamOf(...records), context, world(new Settings()));
  const violation = streamRecord('100', stateItem('COMPLIANT', 1), stateItem('NON_COMPLIANT', 2));

  it('puts a violation on its bus, with the severity that the consumer chose', async () => {
    await expect(handler(streamOf(violation), context)).resolves.toEqual({ batchItemFailures: [] });
    const [entry] = entriesOf(puts()[0]);
    expect(entry).toMatchObject({ EventBusName: 'announcements', Source: 'compliance.monitoring', DetailType: 'Compliance State Changed' });
    expect(JSON.parse(entry.Detail)).toMatchObject({ ...BUCKET, rule: RULE, alert: true, severity: 'HIGH' });
    expect(server.requests.find(({ operation }) => operation === 'Query')!.json).toMatchObject({ TableName: 'events', ConsistentRead: true });
    expect(server.requests.find(({ operation }) => operation === 'PutItem')!.json).toMatchObject({ Item: { sk: { S: `ALERT#${RULE}` } } });
    expect(said.join('\n')).not.toContain(BUCKET.resourceId);
    await expect(handler(streamOf(), context)).resolves.toEqual({ batchItemFailures: [] });
  });

  it('announces a verification with what the person sent', async () => {
    const long = { ...sent, more: Array.from({ length: 2_000 }, (_, i) => i * i).join() };
    await announce(streamRecord('1', undefined, verificationItem(sent)), streamRecord('2', undefined, verificationItem(long)));
    const entries = puts().flatMap(entriesOf);
    expect(entries.map(({ DetailType }) => DetailType)).toEqual(['Compliance Verification Arrived', 'Compliance Verification Arrived']);
    expect(JSON.parse(entries[0].Detail)).toEqual({ ...sent, account: BUCKET.account, region: BUCKET.region, receivedAt: '2026-11-22T10:00:02.000Z' });
  });

  it('leaves what is none of its business', () => {
    const [one, other] = [stateItem('COMPLIANT', 1), stateItem('NON_COMPLIANT', 2)];
    const expired = streamRecord('1', one, undefined, { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } });
    const records = [
      expired, streamRecord('2', undefined, { ...EVENT_KEYS.alert(BUCKET, RULE) }), streamRecord('3', verificationItem(sent), verificationItem(sent)),
      streamRecord('4', undefined, verificationItem(sent, { detailType: 'Config Rules Compliance Change' })), { eventName: 'INSERT' as const }, {},
      { ...streamRecord('5', one, other), dynamodb: { NewImage: {} } },
    ];
    expect(records.map((record) => readRecord(record as never))).toEqual(records.map(() => undefined));
  });

  it('reads flags, and what the item held before', () => {
    const record = streamRecord('1', stateItem('COMPLIANT', 1), stateItem('NON_COMPLIANT', 2, { late: true, replayed: false, expiresAt: 7 }));
    expect(readRecord(record as never)).toMatchObject({ kind: 'state', id: '1', state: { late: true, replayed: false }, before: { status: 'COMPLIANT' } });
  });

  it('tells and counts what it cannot read, and announces the rest', async () => {
    const [torn, unknown] = [{ ...stateItem('COMPLIANT', 1), status: 'PERHAPS' }, verificationItem({ id: '<script>', sentAt: 'x' })];
    await expect(announce(streamRecord('1', undefined, torn), streamRecord('2', undefined, unknown), violation)).resolves.toEqual({ batchItemFailures: [] });
    expect(said.filter((line) => line.includes('cannot be read'))).toHaveLength(2);
    expect(said.join('\n')).toContain('an item is not as the hub writes it: look at status');
    expect(metrics()).toEqual([expect.objectContaining({ Hub: 'compliance', ConfigEventProcessingErrors: 2 })]);
    expect(puts()).toHaveLength(1);
  });

  it('has records come again that the bus did not take', async () => {
    const world_: AnnounceWorld = { hubName: 'compliance', severities: [], table: new InMemoryEventTable(), bus: announcements() };
    server.answer = () => awsError('InternalException', 'planned', 500);
    const elsewhere = { ...BUCKET, resourceId: 'other' };
    const item = { ...stateItem('NON_COMPLIANT', 3), ...elsewhere, ...EVENT_KEYS.state(elsewhere, RULE) };
    const second = streamRecord('101', undefined, item);
    await expect(handle(streamOf(violation, second), context, world_)).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: '100' }, { itemIdentifier: '101' }] });
  });

  it.each(Object.values(ANNOUNCE_SETTINGS))('says when the setting %s is missing', (name) => {
    expect(() => world(new Settings({ ...environment(server.url), [name]: '' }))).toThrow(`the setting ${name} is missing`);
  });

  it('reads every setting of the contract and no other', () => {
    const watched = new Settings(environment(server.url));
    const required = jest.spyOn(watched, 'required');
    world(watched);
    expect(required.mock.calls.map(([name]) => name).sort()).toEqual(Object.values(ANNOUNCE_SETTINGS).sort());
  });

  it('is bundled to run alone', async () => {
    const bundle = join(__dirname, '..', '..', '..', 'assets', 'events', 'announce', 'index.mjs');
    const script = `import { handler } from ${JSON.stringify(bundle)};
      console.error('answer ' + JSON.stringify(await handler(${JSON.stringify(streamOf(violation))}, ${JSON.stringify(lambdaContext())})));`;
    const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment(server.url) });
    expect(stderr).toContain('answer {"batchItemFailures":[]}');
    expect(puts()).toHaveLength(1);
  });

  const announcements = () => new EventBridgeAnnouncements(new EventBridgeClient({
    region: 'eu-central-1', endpoint: server.url, credentials: { accessKeyId: '1', secretAccessKey: '2' }, maxAttempts: 1,
  }), 'announcements', 1);
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `${i}`, detailType: 'x', detail: { eventId: `${i}` } as StateChange }));

  describe('the bus', () => {
    it('gets ten at a time', async () => {
      await expect(announcements().put(many(23))).resolves.toEqual([]);
      expect(puts().map((request) => entriesOf(request).length)).toEqual([10, 10, 3]);
    });

    it('gets no more bytes at a time than it takes', async () => {
      const detail = { rules: Array.from({ length: 50 }, () => '\u0001'.repeat(256)) } as unknown as StateChange;
      await expect(announcements().put(many(5).map((each) => ({ ...each, detail })))).resolves.toEqual([]);
      expect(puts().map((request) => entriesOf(request).length)).toEqual([2, 2, 1]);
    });

    it('gets those again that it did not take, and no others', async () => {
      let call = 0;
      server.answer = (request) => {
        call += 1;
        return { body: { FailedEntryCount: 1, Entries: entriesOf(request).map((_, i) => (i === 1 && call < 3 ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' } : { EventId: 'x' })) } };
      };
      await expect(announcements().put(many(3))).resolves.toEqual([]);
      expect(puts().map((request) => entriesOf(request).map(({ Detail }) => (JSON.parse(Detail) as StateChange).eventId))).toEqual([['0', '1', '2'], ['1']]);
      server.requests.length = 0;
      server.answer = (request) => ({ body: { Entries: entriesOf(request).map(({ Detail }) => (Detail.includes('"1"') ? { ErrorCode: 'InternalFailure' } : { EventId: 'x' })) } });
      await expect(announcements().put(many(3))).resolves.toEqual([{ index: 1, why: 'InternalFailure: ' }]);
      expect(puts()).toHaveLength(4);
      server.answer = () => ({ body: {} });
      await expect(announcements().put(many(1))).resolves.toEqual([{ index: 0, why: 'no answer: ' }]);
    });

    it('says what kept it from taking any', async () => {
      server.answer = () => awsError('AccessDeniedException');
      await expect(announcements().put(many(2))).resolves.toEqual([0, 1].map((index) => ({ index, why: 'AccessDeniedException: planned AccessDeniedException' })));
    });
  });
});
