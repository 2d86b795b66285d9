import { SQSBatchResponse } from 'aws-lambda';
import { handle, handler, world } from '../../../lambda-src/events/ingest';
import { writeMetrics } from '../../../lambda-src/shared/metrics';
import { Settings } from '../../../lambda-src/shared/settings';
import { INGEST_SETTINGS } from '../../../src/events/contract';
import { complianceMessage, ingestEnvironment, queueEvent } from '../../support/event-messages';
import { recountOf } from '../../support/event-recount';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { lambdaContext } from '../../support/stub-aws';
import { StubEventTable } from '../../support/stub-event-table';
import { StubServer } from '../../support/stub-server';

const fresh = (more: object = {}) => {
  const recordedAt = new Date().toISOString();
  return { ...complianceMessage({ recordedAt, ...more }), time: recordedAt };
};

describe('events/ingest', () => {
  const before = { ...process.env };
  const lines: { [name: string]: unknown }[] = [];
  let stub: StubEventTable;
  let server: StubServer;
  let run: typeof handler;

  const start = (more: { [name: string]: string } = {}) => {
    Object.assign(process.env, ingestEnvironment(server.url), { POWERTOOLS_DEV: 'true', ...more });
    const ofProcess = world(new Settings());
    run = (event, context) => handle(event, context, ofProcess);
  };
  beforeEach(async () => {
    lines.length = 0;
    stub = new StubEventTable(new InMemoryEventTable());
    server = await StubServer.start((request) => stub.answer(request));
    for (const level of ['info', 'warn', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation((...told: unknown[]) => {
        lines.push(JSON.parse(String(told[0])) as { [name: string]: unknown });
      });
    }
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(JSON.parse(String(line)) as { [name: string]: unknown });
      return true;
    });
    start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await server.stop();
  });
  const take = (...bodies: unknown[]): Promise<SQSBatchResponse> => run(queueEvent(...bodies), lambdaContext() as never);
  const metrics = () => lines.find((line) => '_aws' in line)!;

  it('stores a batch, gives back what is no good, and says what became of each', async () => {
    await expect(take(fresh(), 'poison', fresh({ resourceId: 'vol-2', status: 'COMPLIANT' }), fresh({ account: '1' }))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }],
    });
    expect(stub.table.all().filter(({ sk }) => sk.startsWith('STATE#'))).toHaveLength(2);
    expect(recountOf(stub.table.all())).toEqual([]);
    expect(metrics()).toMatchObject({
      Hub: 'compliance', ConfigEventsProcessed: 4, ConfigEventProcessingErrors: 2, EventsDuplicate: 0, EventsStale: 0, CommitConflicts: 0, ConfigEventLatency: [expect.any(Number), expect.any(Number)],
    });
    expect(metrics()._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: 'ConfigCompliance', Dimensions: [['Hub']] }] });
    const told = lines.filter((line) => line.outcome !== undefined);
    expect(told.map(({ level, outcome, messageId, reason }) => [level, outcome, messageId, reason])).toEqual([
      ['INFO', 'stored', 'm0', undefined], ['ERROR', 'refused', 'm1', 'the message is no JSON'],
      ['INFO', 'stored', 'm2', undefined], ['ERROR', 'refused', 'm3', 'account must be the twelve digits of an account'],
    ]);
    expect(told[0]).toMatchObject({
      service: 'events/ingest', requestId: 'request-1', eventType: 'Config Rules Compliance Change', account: '111122223333', rule: 'tags', resourceType: 'AWS::EC2::Volume', status: 'NON_COMPLIANT',
      durationMs: expect.any(Number),
    });
  });

  it('makes its world once', async () => {
    await expect(handler(queueEvent(fresh()), lambdaContext() as never)).resolves.toEqual({ batchItemFailures: [] });
    await expect(handler(queueEvent(fresh()), lambdaContext() as never)).resolves.toEqual({ batchItemFailures: [] });
    expect(server.operations.filter((operation) => operation === 'Query')).toHaveLength(1);
  });

  it('counts a redelivery, and writes nothing for it', async () => {
    const message = fresh();
    await take(message);
    const { writeUnits } = stub.table.consumed;
    lines.length = 0;
    await expect(take(message, message)).resolves.toEqual({ batchItemFailures: [] });
    expect(stub.table.consumed.writeUnits).toBe(writeUnits);
    expect(metrics()).toMatchObject({ ConfigEventsProcessed: 2, EventsDuplicate: 2 });
    expect(metrics()).not.toHaveProperty('ConfigEventLatency');
  });

  it('says of what is old and of a replay no latency', async () => {
    const at = new Date(Date.now() - 60_000).toISOString();
    await take({ ...fresh(), 'replay-name': 'monday' }, { ...fresh(), source: 'my.own' });
    expect(metrics()).toMatchObject({ ConfigEventsProcessed: 2, EventsStale: 0 });
    expect(metrics()).not.toHaveProperty('ConfigEventLatency');
    expect(lines.find(({ messageId }) => messageId === 'm0')).toMatchObject({ replayed: true });
    lines.length = 0;
    await take(fresh({ status: 'COMPLIANT', recordedAt: at }));
    expect(metrics()).toMatchObject({ ConfigEventsProcessed: 1, EventsStale: 1, ConfigEventLatency: [expect.any(Number)] });
  });

  it('shows neither ids of resources nor addresses, unless it is told to', async () => {
    const message = fresh({ resourceId: 'canary-7f3', rule: 'open-to-10.1.2.3', status: 'SEEN ::1' });
    const foreign = { ...message, detail: { ...message.detail, awsAccountId: '10.9.8.7' } };
    await take(message, foreign, { ...fresh(), 'source': 'compliance.monitoring', 'detail-type': 'Compliance Heartbeat', 'detail': { account: '111122223333', region: 'eu-central-1', scheduledAt: new Date().toISOString(), intervalMinutes: 5 } });
    const shown = JSON.stringify(lines);
    expect(shown).not.toMatch(/canary-7f3|10\.1\.2\.3|10\.9\.8\.7|::1/);
    expect(lines.find(({ messageId }) => messageId === 'm0')).toMatchObject({ resource: expect.stringMatching(/^masked-/), rule: 'open-to-masked-address', status: 'SEEN masked-address' });
    expect(lines.find(({ messageId }) => messageId === 'm2')).toMatchObject({ eventType: 'Compliance Heartbeat', outcome: 'stored', account: '111122223333', region: 'eu-central-1' });
    start({ [INGEST_SETTINGS.logResourceIds]: 'true' });
    await take({ ...fresh({ resourceId: 'canary-7f3', rule: 'open-to-10.1.2.3' }), time: new Date().toISOString() });
    expect(JSON.stringify(lines)).toMatch(/"resource":"canary-7f3".*|10\.1\.2\.3/);
  });

  it('gives everything back when the table is away, and stores it the next time', async () => {
    stub.fault = (operation) => (operation === 'TransactWriteItems' ? 'conflict' : undefined);
    const message = fresh();
    await expect(take(message)).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(lines.find(({ outcome }) => outcome === 'failed')).toMatchObject({ level: 'WARN', reason: 'others wrote at the same time, in each of four rounds' });
    expect(metrics()).toMatchObject({ CommitConflicts: 4, ConfigEventProcessingErrors: 1 });
    stub.fault = () => undefined;
    await expect(take(message)).resolves.toEqual({ batchItemFailures: [] });
    expect(recountOf(stub.table.all())).toEqual([]);
  });

  it('survives lost calls, lost answers, throttling and unread keys', async () => {
    const faults = ['lost', 'unheard', 'throttled', 'unprocessed', 'conflict'] as const;
    let call = 0;
    stub.fault = () => (call++ % 2 === 0 ? faults[Math.floor(call / 2) % faults.length] : undefined);
    const messages = Array.from({ length: 30 }, (_, at) => fresh({ resourceId: `vol-${at}` }));
    let left = messages.map((message, at) => [`m${at}`, message] as const);
    for (let round = 0; left.length > 0 && round < 5; round++) {
      const { batchItemFailures } = await run(queueEvent(...left.map(([, message]) => message)), lambdaContext() as never);
      left = batchItemFailures.map(({ itemIdentifier }) => left[Number(itemIdentifier.slice(1))]);
    }
    expect(left).toEqual([]);
    expect(stub.table.all().filter(({ sk }) => sk.startsWith('STATE#'))).toHaveLength(30);
    expect(recountOf(stub.table.all())).toEqual([]);
  });

  it('throws at what no queue sends', async () => {
    for (const event of [undefined, {}, { Records: 'x' }, { Records: [{ messageId: 'm' }] }]) {
      await expect(run(event, lambdaContext() as never)).rejects.toThrow('this function takes batches of its queue, and this is none');
    }
  });

  it('reads exactly the settings that the contract names', () => {
    const read = new Set<string>();
    const settings = {
      required: (name: string) => { read.add(name); return 'x'; }, optional: (name: string) => { read.add(name); return undefined; }, number: (name: string) => { read.add(name); return 1; },
    };
    world(settings as never);
    expect([...read].sort()).toEqual(Object.values(INGEST_SETTINGS).sort());
  });
});

describe('metrics', () => {
  it('may have several values, a hundred in a line', () => {
    const written: string[] = [];
    const context = { namespace: 'N', dimensions: {}, dimensionSets: [[]], timestamp: new Date(0) };
    writeMetrics(context, { one: [1, NaN, 2], none: [], many: Array(150).fill(3) }, (line) => written.push(line));
    const line = JSON.parse(written[0]) as { one: number[]; many: number[] };
    expect([line.one, line.many.length, 'none' in line]).toEqual([[1, 2], 100, false]);
  });
});
