import { gunzipSync } from 'node:zlib';
import { Context } from 'aws-lambda';
import * as audit from '../../../lambda-src/events/audit';
import * as backfill from '../../../lambda-src/events/backfill';
import { backfillWorld, World as BackfillWorld } from '../../../lambda-src/events/backfill/world';
import { complianceFact } from '../../../lambda-src/events/domain/fact';
import { keepHeartbeat } from '../../../lambda-src/events/domain/heartbeats';
import { ingest } from '../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../lambda-src/events/domain/shards';
import * as exporting from '../../../lambda-src/events/export';
import { MemberDenied } from '../../../lambda-src/events/truth-ports';
import * as watch from '../../../lambda-src/events/watch';
import { Settings } from '../../../lambda-src/shared/settings';
import {
  AUDIT_SETTINGS, BACKFILL_ROUND, BACKFILL_SETTINGS, BackfillTask, CORRECT_CELLS, EVENT_KEYS, EXPORT_SETTINGS, membersAsSetting, membersOfSetting,
  MemberScope, WATCH_SETTINGS,
} from '../../../src/events/contract';
import { InMemoryConfig, InMemoryStateScan } from '../../support/in-memory-config';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { lambdaContext } from '../../support/stub-aws';
import { awsError, StubServer } from '../../support/stub-server';

const member = (digit: string): MemberScope => ({ account: digit.repeat(12), region: 'eu-central-1' });
const context = lambdaContext(900_000) as unknown as Context;
const settingsOf = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint,
  HUB_NAME: 'hub', TABLE_NAME: 'events', QUEUE_URL: `${endpoint}/queue`, ACCOUNT: '111111111111', OWN_ACCOUNT: 'true', PARTITION: 'aws',
  READER_ROLE_PREFIX: 'hub-reader', AGGREGATOR_NAME: 'org', EXPECTED_MEMBERS: membersAsSetting([member('4')]), RETENTION_DAYS: '90', TOMBSTONE_DAYS: '44',
  GRACE_MINUTES: '60', ACCOUNT_SCORES: 'false', BUCKET_NAME: 'reports',
});

describe('the functions around the table of events', () => {
  const before = { ...process.env };
  let table: InMemoryEventTable;
  let lines: string[];
  let said: { level: string; message: string; [field: string]: unknown }[];
  let server: StubServer;
  beforeEach(async () => {
    server = await StubServer.start(() => ({ body: {} }));
    process.env = { ...before, POWERTOOLS_DEV: 'true', ...settingsOf(server.url) };
    table = new InMemoryEventTable();
    [lines, said] = [[], []];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => { said.push(JSON.parse(String(parts[0])) as typeof said[number]); });
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await server.stop();
  });
  const metrics = () => lines.filter((line) => line.includes('_aws')).map((line) => {
    const { _aws, ...values } = JSON.parse(line) as { _aws: { CloudWatchMetrics: { Dimensions: string[][]; Namespace: string }[] } };
    return { ...values, sets: _aws.CloudWatchMetrics[0].Dimensions };
  });
  const messages = (level: string) => said.filter((line) => line.level === level).map(({ message }) => message);
  const take = (resourceId: string, status: string, recordedAt: string, account = member('2').account) => ingest(
    [complianceFact({ account, region: 'eu-central-1', rule: 'r1', resourceType: 'T', resourceId, status, recordedAt })],
    {
      table, clock: { now: () => new Date(), remaining: () => 900_000, sleep: async () => undefined },
      keeping: { retentionDays: 90, tombstoneDays: 44 }, shards: async () => new ShardMap(), known: new KnownPlaces(),
    },
  );
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

  describe('events/backfill', () => {
    let config: InMemoryConfig;
    let sent: BackfillTask[];
    let world: BackfillWorld;
    beforeEach(() => {
      config = new InMemoryConfig();
      sent = [];
      world = {
        settings: { hubName: 'hub', own: member('1'), expected: [member('4')], keeping: { retentionDays: 90, tombstoneDays: 44 } },
        table,
        scan: new InMemoryStateScan(table),
        known: new KnownPlaces(),
        shards: async () => new ShardMap(),
        readerOf: async ({ account }) => {
          if (account === member('3').account) throw new MemberDenied('no');
          return config;
        },
        send: async (tasks) => void sent.push(...tasks),
      };
    });
    const records = (...tasks: object[]) => ({ Records: tasks.map((task) => ({ body: JSON.stringify(task) })) });

    it('begins a round with a message for each account and region', async () => {
      await take('a', 'COMPLIANT', hoursAgo(2));
      expect(await backfill.handle(BACKFILL_ROUND, context, world)).toEqual({ members: 3 });
      expect(sent).toEqual([member('1'), member('2'), member('4')]);
    });

    it('reads the one of a message, and counts what it learned', async () => {
      config.put('r1');
      await backfill.handle(records(member('2')), context, world);
      config.evaluate('r1', { resourceType: 'T', resourceId: 'secret-name', status: 'NON_COMPLIANT', recordedAt: hoursAgo(1) });
      await backfill.handle(records(member('2')), context, world);
      expect(metrics()).toEqual([0, 1].map((EventsLearnedByBackfill) => ({ Hub: 'hub', EventsLearnedByBackfill, UnreadableMembers: 0, sets: [['Hub']] })));
      expect(said.at(-1)).toMatchObject({ message: 'read', account: member('2').account, stored: 1, lost: 1 });
      expect(JSON.stringify(said)).not.toContain('secret-name');
    });

    it('answers a person who asks for one', async () => {
      expect(await backfill.handle(member('2'), context, world)).toMatchObject({ stored: 0, unreadable: false });
    });

    it('goes on in another invocation where its time is over', async () => {
      for (let index = 0; index < 9; index++) config.put(`r${index}`);
      await backfill.handle(records({ ...member('2'), after: 'r1' }), { ...context, getRemainingTimeInMillis: () => 10_000 }, world);
      expect(sent).toEqual([{ ...member('2'), after: 'r5' }]);
    });

    it('tells of a member that is not allowed, and does not fail', async () => {
      await backfill.handle(records(member('3')), context, world);
      expect(metrics()).toMatchObject([{ UnreadableMembers: 1, EventsLearnedByBackfill: 0 }]);
      expect(messages('ERROR')).toEqual(['the account cannot be read, so that nothing of it is known to be true']);
    });

    it('fails when it could not read, so that the message comes back', async () => {
      config.listing = new Error('ThrottlingException');
      await expect(backfill.handle(records(member('2')), context, world)).rejects.toThrow('ThrottlingException');
      await expect(backfill.handle(records({ account: 1 }), context, world)).rejects.toThrow('a message must name an account and a region');
      expect(messages('ERROR')).toEqual(['the backfill failed', 'the backfill failed']);
    });

    it('runs with its settings', async () => {
      server.answer = ({ operation }) => {
        if (operation === 'Query') return { body: { Items: [] } };
        return operation === 'SendMessageBatch' ? { body: { Successful: [] } } : { body: {} };
      };
      expect(await backfill.handler(BACKFILL_ROUND, context)).toEqual({ members: 2 });
      expect(server.requests.at(-1)!.json).toMatchObject({ QueueUrl: `${server.url}/queue`, Entries: [{ MessageBody: JSON.stringify(member('1')) }, {}] });
      const { settings, readerOf } = backfillWorld(new Settings({ ...settingsOf(server.url), OWN_ACCOUNT: 'false', AGGREGATOR_NAME: '' }));
      expect(settings).toEqual({ hubName: 'hub', own: undefined, expected: [member('4')], keeping: { retentionDays: 90, tombstoneDays: 44 } });
      expect((await readerOf(member('1'))).recorder).toBeDefined();
    });
  });

  describe('events/watch', () => {
    const worldOf = (more: object = {}): watch.World => ({
      settings: { hubName: 'hub', expected: [], graceMinutes: 60, keptDays: 90, accountScores: false, ...more }, table,
    });

    it('counts silent members, and tells the score and what breaks most', async () => {
      await keepHeartbeat(table, { ...member('2'), scheduledAt: hoursAgo(2), intervalMinutes: 15 }, new Date());
      await keepHeartbeat(table, { ...member('3'), scheduledAt: hoursAgo(0), intervalMinutes: 15 }, new Date());
      for (const id of ['a', 'b', 'c']) await take(id, 'COMPLIANT', hoursAgo(1));
      await take('d', 'NON_COMPLIANT', hoursAgo(1));
      await take('d', 'INSUFFICIENT_DATA', hoursAgo(1), member('5').account);
      await watch.handle(context, worldOf());
      expect(metrics()).toEqual([{ Hub: 'hub', SilentMembers: 1, UnhealthyRecorders: 0, sets: [['Hub']] }, { Hub: 'hub', ComplianceScore: 75, sets: [['Hub']] }]);
      expect(said.find(({ message }) => message === 'silent member')).toMatchObject({ ...member('2'), cause: 'SILENT' });
      expect(said.filter(({ message }) => message === 'score')).toEqual([expect.objectContaining({ account: member('2').account, score: 75, compliant: 3, nonCompliant: 1 })]);
      expect(said.filter(({ message }) => message === 'failing rule')).toEqual([expect.objectContaining({ rule: 'r1', nonCompliant: 1 })]);
    });

    it('tells the score of each account where that is asked for, and who is heard again', async () => {
      await keepHeartbeat(table, { ...member('2'), scheduledAt: hoursAgo(2), intervalMinutes: 15 }, new Date());
      await watch.handle(context, worldOf());
      await keepHeartbeat(table, { ...member('2'), scheduledAt: hoursAgo(0), intervalMinutes: 15 }, new Date());
      await take('a', 'COMPLIANT', hoursAgo(1));
      lines = [];
      await watch.handle(context, worldOf({ accountScores: true }));
      expect(metrics()).toMatchObject([
        { SilentMembers: 0 }, { Hub: 'hub', Account: member('2').account, ComplianceScore: 100, sets: [['Hub', 'Account']] }, { ComplianceScore: 100, sets: [['Hub']] },
      ]);
      expect(messages('INFO')).toContain('member is heard again');
    });

    it('has no score where nothing is evaluated', async () => {
      await watch.handle(context, worldOf());
      expect(metrics()).toHaveLength(1);
    });

    it('tells what it can, and fails', async () => {
      const query = table.query.bind(table);
      table.query = async (asked) => {
        if (asked.partition === 'HB') throw new Error('throttled');
        return query(asked);
      };
      await take('a', 'COMPLIANT', hoursAgo(1));
      await expect(watch.handle(context, worldOf())).rejects.toThrow('throttled');
      expect(metrics()).toMatchObject([{ ComplianceScore: 100 }]);
      expect(messages('ERROR')).toEqual(['the watch failed']);
    });

    it('runs with its settings', async () => {
      server.answer = () => ({ body: { Items: [] } });
      await watch.handler({}, context);
      expect(metrics()).toMatchObject([{ Hub: 'hub', SilentMembers: 0 }]);
      const put = server.requests.find(({ operation }) => operation === 'PutItem')!;
      expect(put.json).toMatchObject({ TableName: 'events', Item: { pk: { S: 'EXPECTED' } } });
      expect(watch.world(new Settings({ ...settingsOf(server.url), ACCOUNT_SCORES: 'true' })).settings.accountScores).toBe(true);
    });
  });

  describe('events/audit', () => {
    const worldOf = (): audit.World => ({ settings: { hubName: 'hub', days: 3 }, table, scan: new InMemoryStateScan(table) });
    const spoil = () => table.write({
      kind: 'update', key: { pk: EVENT_KEYS.cells(member('2').account, 'eu-central-1', 0), sk: EVENT_KEYS.cell('r1', 'T') }, add: { compliant: 5 },
    });

    it('finds nothing where all is well, and keeps the score of the day that is over', async () => {
      await take('a', 'COMPLIANT', hoursAgo(30));
      expect(await audit.handle({}, context, worldOf())).toEqual({ cells: 2, mismatches: 0, unsettled: 0, corrected: 0 });
      expect(metrics()).toEqual([{ Hub: 'hub', CounterAuditMismatch: 0, sets: [['Hub']] }]);
      expect(table.all().filter(({ pk }) => pk === 'SCORE#ALL')).toMatchObject([{ sk: hoursAgo(24).slice(0, 10), score: 100 }]);
    });

    it('tells of a wrong cell, and corrects it when it is asked to', async () => {
      await take('a', 'COMPLIANT', hoursAgo(30));
      await spoil();
      expect(await audit.handle(undefined, context, worldOf())).toMatchObject({ mismatches: 1, corrected: 0 });
      expect(metrics()).toMatchObject([{ CounterAuditMismatch: 1 }]);
      expect(said.find(({ level }) => level === 'ERROR')).toMatchObject({ account: member('2').account, counted: { compliant: 6 }, recounted: { compliant: 1 } });
      expect(await audit.handle(CORRECT_CELLS, context, worldOf())).toMatchObject({ mismatches: 1, corrected: 1 });
      expect(await audit.handle({}, context, worldOf())).toMatchObject({ mismatches: 0 });
    });

    it('fails when it could not read', async () => {
      table.query = () => Promise.reject(new Error('throttled'));
      await expect(audit.handle({}, context, worldOf())).rejects.toThrow('throttled');
      expect(messages('ERROR')).toEqual(['the audit failed']);
      expect(metrics()).toEqual([]);
    });

    it('runs with its settings, and recounts no day whose events are gone', async () => {
      server.answer = () => ({ body: { Items: [] } });
      expect(await audit.handler({}, context)).toMatchObject({ cells: 0 });
      expect(server.operations).toContain('Scan');
      const days = (RETENTION_DAYS: string) => audit.world(new Settings({ ...settingsOf(server.url), RETENTION_DAYS })).settings.days;
      expect([days('90'), days('2'), days('0')]).toEqual([3, 1, 0]);
    });
  });

  describe('events/export', () => {
    it('writes a day to the bucket', async () => {
      const put = new Map<string, Buffer>();
      await take('a', 'COMPLIANT', hoursAgo(24));
      const date = hoursAgo(24).slice(0, 10);
      const sink = { put: async (key: string, content: Buffer) => void put.set(key, content) };
      expect(await exporting.handle({ daysAgo: 1 }, context, { table, sink })).toEqual({ date, events: 1, parts: 1, unreadable: 0 });
      expect(JSON.parse(gunzipSync([...put.values()][0]).toString())).toMatchObject({ resourceId: 'a' });
      expect(messages('INFO')).toEqual(['exported']);
    });

    it('tells of an event that it could not unpack', async () => {
      await take('a', 'COMPLIANT', hoursAgo(24));
      const { pk, sk } = table.all().find(({ sk: key }) => key.startsWith('EVT#'))!;
      await table.write({ kind: 'update', key: { pk, sk }, set: { detail: new Uint8Array([9]) } });
      expect(await exporting.handle({ daysAgo: 1 }, context, { table, sink: { put: async () => undefined } })).toMatchObject({ unreadable: 1 });
      expect(messages('ERROR')).toEqual(['exported']);
    });

    it('fails when it could not', async () => {
      await expect(exporting.handle({}, context, { table, sink: { put: async () => undefined } })).rejects.toThrow('the export takes');
      expect(messages('ERROR')).toEqual(['the export failed']);
    });

    it('runs with its settings', async () => {
      const item = {
        pk: { S: 'p' }, sk: { S: 'EVT#1' }, version: { S: '1' }, eventId: { S: '1' }, account: { S: '1' }, region: { S: 'r' }, resourceType: { S: 'T' },
        resourceId: { S: 'a' }, recordedAt: { S: '2026-11-20T00:00:00.000Z' },
      };
      server.answer = ({ operation, json }) => {
        if (operation === 'BatchGetItem') return { body: { Responses: { events: [item] } } };
        return operation === 'Query' ? { body: { Items: JSON.stringify(json).includes('DAY#2026-11-20#0.0') ? [item] : [] } } : { body: {} };
      };
      expect(await exporting.handler({ date: '2026-11-20' }, context)).toEqual({ date: '2026-11-20', events: 1, parts: 1, unreadable: 0 });
      const put = server.requests.find(({ method }) => method === 'PUT')!;
      expect([put.method, put.path, put.headers['content-type']]).toEqual(['PUT', '/reports/compliance-events/dt%3D2026-11-20/part-0.0-0000.json.gz', 'application/gzip']);
      server.answer = () => awsError('AccessDeniedException');
      await expect(exporting.handler({ date: '2026-11-20' }, context)).rejects.toThrow('planned AccessDeniedException');
    });
  });

  describe('settings', () => {
    const readBy = (make: (settings: Settings) => unknown) => {
      const read = new Set<string>();
      const watched = new Settings(settingsOf(server.url));
      for (const method of ['required', 'optional', 'number', 'oneOf'] as const) {
        const original = watched[method].bind(watched) as (name: string, allowed?: readonly string[]) => unknown;
        jest.spyOn(watched, method).mockImplementation(((name: string, allowed?: readonly string[]) => {
          read.add(name);
          return original(name, allowed);
        }) as never);
      }
      make(watched);
      return [...read].sort();
    };
    it.each([
      ['backfill', backfillWorld, BACKFILL_SETTINGS], ['watch', watch.world, WATCH_SETTINGS], ['audit', audit.world, AUDIT_SETTINGS], ['export', exporting.world, EXPORT_SETTINGS],
    ] as const)('of events/%s are all of the contract, and no other', (_, make, names) => {
      expect(readBy(make)).toEqual(Object.values(names).sort());
      for (const name of Object.values(names).filter((each) => each !== BACKFILL_SETTINGS.aggregatorName)) {
        expect(() => make(new Settings({ ...settingsOf(server.url), [name]: '' }))).toThrow(`the setting ${name} is missing`);
      }
    });

    it('hold many members, compressed where they are long', () => {
      const many = Array.from({ length: 350 }, (_, index) => ({ account: String(100_000_000_000 + index * 7_919_777_777 % 900_000_000_000), region: 'eu-central-1' }));
      const setting = membersAsSetting(many);
      expect(setting).toMatch(/^deflated:/);
      expect(setting.length).toBeLessThan(3_000);
      expect(membersOfSetting(setting)).toEqual(many);
      expect(membersOfSetting(membersAsSetting(many, true))).toEqual(many);
      const two = [member('1'), { ...member('1'), region: 'us-east-1' }, member('2')];
      expect(membersAsSetting(two)).toBe('[["eu-central-1 us-east-1",["111111111111"]],["eu-central-1",["222222222222"]]]');
      expect(membersOfSetting(membersAsSetting(two))).toEqual(two);
      expect(membersOfSetting(membersAsSetting([]))).toEqual([]);
    });
  });
});
