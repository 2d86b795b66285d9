import { randomBytes } from 'node:crypto';
import { readDetail } from '../../../../lambda-src/events/domain/detail';
import { Evaluation, Fact } from '../../../../lambda-src/events/domain/fact';
import { ingest } from '../../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../../lambda-src/events/domain/shards';
import { takeMessages } from '../../../../lambda-src/events/domain/take-messages';
import { EventTable, Unwritable, Write } from '../../../../lambda-src/events/ports';
import { LogItem, StateItem } from '../../../../src/events/contract';
import { aFact, complianceMessage, EVENTS_NOW, ingestInto } from '../../../support/event-messages';
import { recountOf } from '../../../support/event-recount';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

let table: InMemoryEventTable;
beforeEach(() => {
  table = new InMemoryEventTable();
});
afterEach(() => expect(recountOf(table.all())).toEqual([]));

const store = async (...facts: Fact[]) => (await ingest(facts, ingestInto(table))).outcomes.map(({ kind }) => kind);
const all = <T>(prefix: string) => table.all().filter(({ pk, sk }) => pk.startsWith(prefix) || sk.startsWith(prefix)) as unknown as T[];
const states = () => all<StateItem>('STATE#');
const log = () => all<LogItem>('EVT#');
const sums = (prefix: string) => {
  const total: { [name: string]: number } = {};
  for (const cell of all<{ [name: string]: unknown }>(prefix)) {
    for (const [name, value] of Object.entries(cell)) if (typeof value === 'number' && name !== 'expiresAt') total[name] = (total[name] ?? 0) + value;
  }
  return total;
};
/** A table of which some calls are other than the fake's. */
const tableWith = (more: Partial<EventTable>): EventTable => ({
  read: (keys) => table.read(keys),
  query: (query) => table.query(query),
  write: (write) => table.write(write),
  commit: (writes) => table.commit(writes),
  ...more,
});

describe('a fact', () => {
  it('is kept with its state, its day and its counters', async () => {
    const fact = aFact({ annotation: '\nno tag', previousStatus: 'COMPLIANT' });
    await expect(store(fact)).resolves.toEqual(['stored']);
    const [event] = log();
    expect(event).toMatchObject({
      pk: 'RES#111122223333#eu-central-1#AWS::EC2::Volume#vol-1', sk: `EVT#2026-11-24T11:59:00.000Z#${fact.eventId}`, version: `2026-11-24T11:59:00.000Z#${fact.eventId}`,
      eventId: fact.eventId, source: 'aws.config', detailType: 'Config Rules Compliance Change', rule: 'tags', status: 'NON_COMPLIANT', previousStatus: 'COMPLIANT',
      annotation: '\nno tag', recordedAt: '2026-11-24T11:59:00.000Z', receivedAt: EVENTS_NOW.toISOString(), expiresAt: Date.parse('2027-02-23T00:00:00Z') / 1_000,
    });
    expect(event.timeline).toMatch(/^DAY#2026-11-24#[01]\.[01]$/);
    expect(event.ruleline).toMatch(/^RULE#tags#2026-11-24#[01]$/);
    expect(readDetail(event)).toEqual({ any: 'detail' });
    const [state] = states();
    expect(state).toMatchObject({ sk: 'STATE#tags', version: event.version, status: 'NON_COMPLIANT', since: fact.recordedAt, annotation: '\nno tag' });
    expect(state).not.toHaveProperty('expiresAt');
    expect(state).not.toHaveProperty('previousStatus');
    expect(state.timeline).toMatch(/^NC#111122223333#[01]$/);
    expect(state.ruleline).toMatch(/^NCR#tags#[01]$/);
    expect(all('CNT#')).toEqual([{ pk: 'CNT#111122223333#eu-central-1#0', sk: 'CELL#tags#AWS::EC2::Volume', rule: 'tags', resourceType: 'AWS::EC2::Volume', nonCompliant: 1 }]);
    expect(all('DAYCNT#')).toEqual([{
      pk: 'DAYCNT#111122223333#eu-central-1#2026-11-24', sk: 'CELL#tags#AWS::EC2::Volume', rule: 'tags', resourceType: 'AWS::EC2::Volume',
      nonCompliant: 1, opened: 1, expiresAt: event.expiresAt,
    }]);
    expect(all('DAYS')).toEqual([{ pk: 'DAYS', sk: '2026-11-24', expiresAt: event.expiresAt }]);
    expect(all('SCOPES')).toEqual([{ pk: 'SCOPES', sk: '111122223333#eu-central-1', account: '111122223333', region: 'eu-central-1' }]);
  });

  it('a thousand times is one, and changes nothing when it is known', async () => {
    const kinds = await store(...Array.from({ length: 1_000 }, () => aFact()));
    expect([kinds[0], new Set(kinds.slice(1))]).toEqual(['stored', new Set(['duplicate'])]);
    const before = structuredClone(table.all());
    await expect(store(aFact({ replayed: true }), aFact({ late: true }))).resolves.toEqual(['duplicate', 'duplicate']);
    expect(table.all()).toEqual(before);
  });

  it('that came by itself counts more than its replay in the same batch', async () => {
    await store(aFact({ replayed: true }), aFact({ late: true }), aFact());
    expect(log()[0]).not.toHaveProperty('replayed');
    expect(states()[0]).not.toHaveProperty('late');
  });

  it('says in log and state that it came with a replay, or late', async () => {
    await store(aFact({ replayed: true }), aFact({ resourceId: 'b', late: true }));
    for (const items of [log(), states()]) {
      expect(items.map(({ resourceId, replayed, late }) => [resourceId, replayed, late]).sort()).toEqual([['b', undefined, true], ['vol-1', true, undefined]]);
    }
  });

  it('that is older than the state is stored, and changes no state', async () => {
    await store(aFact({ status: 'COMPLIANT', recordedAt: '2026-11-24T11:00:00.000Z' }));
    await expect(store(aFact({ recordedAt: '2026-11-24T10:00:00.000Z' }))).resolves.toEqual(['stale']);
    expect(states()).toMatchObject([{ status: 'COMPLIANT' }]);
    expect(log()).toHaveLength(2);
    expect(sums('CNT#')).toEqual({ compliant: 1 });
    expect(sums('DAYCNT#')).toEqual({ compliant: 1, nonCompliant: 1, opened: 1 });
  });

  it('of a status since then leaves the time at which that began', async () => {
    const at = (minute: string, status: string) => aFact({ status, recordedAt: `2026-11-24T11:${minute}:00.000Z` });
    await store(at('10', 'COMPLIANT'));
    await store(at('20', 'NON_COMPLIANT'), at('30', 'NON_COMPLIANT'));
    expect(states()).toMatchObject([{ since: '2026-11-24T11:20:00.000Z', recordedAt: '2026-11-24T11:30:00.000Z', previousStatus: 'COMPLIANT' }]);
    await store(at('40', 'NON_COMPLIANT'));
    expect(states()).toMatchObject([{ since: '2026-11-24T11:20:00.000Z', recordedAt: '2026-11-24T11:40:00.000Z', previousStatus: 'COMPLIANT' }]);
  });

  it('that something is gone leaves indexes and counters, and is remembered for its time', async () => {
    await store(aFact());
    await store(aFact({ status: 'NOT_APPLICABLE', previousStatus: 'NON_COMPLIANT', recordedAt: '2026-11-24T11:59:30.500Z' }));
    const [state] = states();
    expect(state).toMatchObject({ status: 'NOT_APPLICABLE', expiresAt: Date.parse('2027-03-08T11:59:30Z') / 1_000 });
    expect(state).not.toHaveProperty('timeline');
    expect(state).not.toHaveProperty('ruleline');
    expect(sums('CNT#')).toEqual({ nonCompliant: 0 });
    expect(sums('DAYCNT#')).toEqual({ nonCompliant: 1, notApplicable: 1, opened: 1, resolved: 1 });
    await expect(store(aFact({ recordedAt: '2026-11-24T11:58:00.000Z' }))).resolves.toEqual(['stale']);
    expect(states()).toMatchObject([{ status: 'NOT_APPLICABLE' }]);
  });

  it('that is older than what is remembered is stored only, unless AWS Config says it now', async () => {
    const old = aFact({ recordedAt: '2022-03-02T07:03:46.945Z' });
    await expect(store(old)).resolves.toEqual(['stale']);
    expect(states()).toEqual([]);
    expect(log()).toMatchObject([{ timeline: expect.stringMatching(/^DAY#2022-03-02#/), expiresAt: Date.parse('2027-02-23T00:00:00Z') / 1_000 }]);
    expect(all('DAYS')).toMatchObject([{ sk: '2022-03-02', expiresAt: Date.parse('2027-02-23T00:00:00Z') / 1_000 }]);
    const { outcomes } = await ingest([aFact({ recordedAt: '2022-03-02T07:03:46.946Z' })], ingestInto(table, { current: true }));
    expect(outcomes).toEqual([{ kind: 'stored' }]);
    expect(states()).toHaveLength(1);
  });

  it('of a status that nobody knows, or of what was only asked about, is kept and makes no state', async () => {
    await expect(store(aFact({ status: 'PARTLY' }), aFact({ mode: 'PROACTIVE' }))).resolves.toEqual(['stored', 'stored']);
    expect(log().map(({ status, mode }) => [status, mode])).toEqual(expect.arrayContaining([['PARTLY', undefined], ['NON_COMPLIANT', 'PROACTIVE']]));
    expect(states()).toEqual([]);
    expect(sums('DAYCNT#')).toEqual({ other: 2 });
  });

  it('of insufficient data is a state as well', async () => {
    await store(aFact());
    await store(aFact({ status: 'INSUFFICIENT_DATA', previousStatus: 'NON_COMPLIANT', recordedAt: '2026-11-24T11:59:30.000Z' }));
    expect(sums('CNT#')).toEqual({ nonCompliant: 0, insufficientData: 1 });
    expect(sums('DAYCNT#')).toEqual({ nonCompliant: 1, insufficientData: 1, opened: 1 });
  });

  it('that is no result of a rule is kept, and counted nowhere', async () => {
    const { rule: _rule, status: _status, ...rest } = aFact();
    await expect(store({ ...rest, detailType: 'Config Configuration Item Change', changeType: 'DELETE', detail: undefined })).resolves.toEqual(['stored']);
    expect(log()).toMatchObject([{ changeType: 'DELETE' }]);
    expect(log()[0]).not.toHaveProperty('ruleline');
    expect(readDetail(log()[0])).toBeUndefined();
    expect([...states(), ...all('CNT#'), ...all('DAYCNT#')]).toEqual([]);
  });
});

describe('keys', () => {
  it('of hostile names never meet', async () => {
    const names = ['a', 'a#b', 'a%23b', 'a%', '#', 'STATE#tags', 'EVT#2026', '%~00', 'é'.repeat(768), `${'é'.repeat(767)}e`, '#'.repeat(768), '\u0000', ' '];
    const facts = names.flatMap((resourceId) => ['tags', 'tags#AWS::EC2::Volume', 'r'.repeat(256)].map((rule) => aFact({ resourceId, rule })));
    expect(new Set(await store(...facts))).toEqual(new Set(['stored']));
    expect(states()).toHaveLength(facts.length);
    expect(new Set(states().map(({ resourceId, rule }) => `${resourceId} ${rule}`)).size).toBe(facts.length);
    expect(sums('CNT#')).toEqual({ nonCompliant: facts.length });
    expect(all('CNT#')).toHaveLength(3);
    for (const { pk, sk } of table.all()) {
      expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2_048);
      expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024);
    }
  });
});

describe('a batch', () => {
  const messages = (...bodies: unknown[]) => bodies.map((body, at) => ({ id: `m${at}`, body: typeof body === 'string' ? body : JSON.stringify(body) }));
  const take = async (...bodies: unknown[]) => (await takeMessages(messages(...bodies), ingestInto(table))).taken.map(({ outcome }) => outcome);

  it('stores what is good whatever is beside it', async () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const generic = { ...complianceMessage(), source: 'my.own' };
    const random = randomBytes(450_000).toString('base64');
    const outcomes = await take(
      complianceMessage(), 'poison', complianceMessage({ account: '1' }), JSON.stringify({ ...generic, detail: 0 }).replace('"detail":0', `"detail":${deep}`),
      { ...generic, id: 'large', detail: { random } }, complianceMessage({ resourceId: 'vol-2' }), complianceMessage({ recordedAt: '2030-01-01T00:00:00.000Z' }),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'refused', 'refused', 'refused', 'refused', 'stored', 'refused']);
    expect(outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome.reason] : []))).toEqual([
      'the message is no JSON', 'account must be the twelve digits of an account', expect.stringContaining('RangeError'),
      expect.stringMatching(/it has \d+ bytes even when compressed, and the table takes 409600/), expect.stringContaining('more than 15 minutes in the future'),
    ]);
    expect(states()).toHaveLength(2);
  });

  it('in which something broke and was well again tells the stream of both', async () => {
    const at = (second: number, status: string) => complianceMessage({ recordedAt: `2026-11-24T11:50:0${second}.000Z`, status });
    const seen: string[] = [];
    const watched = tableWith({
      commit: (writes) => {
        seen.push(...writes.flatMap((write) => (write.kind === 'put' && write.item.sk.startsWith('STATE#') ? [String(write.item.status)] : [])));
        return table.commit(writes);
      },
    });
    const bodies = [at(3, 'NON_COMPLIANT'), at(2, 'COMPLIANT'), at(4, 'COMPLIANT'), at(1, 'NON_COMPLIANT'), complianceMessage({ resourceId: 'vol-2' })];
    const { taken } = await takeMessages(messages(...bodies), ingestInto(watched));
    expect(new Set(taken.map(({ outcome }) => outcome.kind))).toEqual(new Set(['stored']));
    expect(seen).toEqual(['NON_COMPLIANT', 'NON_COMPLIANT', 'NON_COMPLIANT', 'COMPLIANT']);
    expect(states().find(({ resourceId }) => resourceId === 'vol-1')).toMatchObject({ status: 'COMPLIANT', since: '2026-11-24T11:50:04.000Z' });
    seen.length = 0;
    const replays = [at(6, 'COMPLIANT'), at(5, 'NON_COMPLIANT')].map((message) => ({ ...message, 'replay-name': 'again' }));
    await takeMessages(messages(...replays), ingestInto(watched));
    expect(seen).toEqual(['COMPLIANT']);
    seen.length = 0;
    const burst = Array.from({ length: 26 }, (_, second) => complianceMessage({
      resourceId: 'vol-3', recordedAt: `2026-11-24T11:51:${String(second + 10)}.000Z`, status: second % 2 === 0 ? 'NON_COMPLIANT' : 'COMPLIANT',
    }));
    await takeMessages(messages(...burst), ingestInto(watched));
    expect(seen).toEqual(['COMPLIANT']);
  });

  it('keeps a large detail where only the table has it', async () => {
    const note = randomBytes(1_000).toString('base64');
    await take({ ...complianceMessage(), source: 'my.own', detail: { note } });
    expect(log()[0]).not.toHaveProperty('detail');
    expect(readDetail(log()[0])).toEqual({ note });
  });

  it('keeps the last heartbeat of an account and region, and when the first one came', async () => {
    const heartbeat = (scheduledAt: string, region = 'eu-central-1') => ({
      ...complianceMessage({ region }), 'source': 'compliance.monitoring', 'detail-type': 'Compliance Heartbeat',
      'detail': { account: '111122223333', region, scheduledAt, intervalMinutes: 5 },
    });
    const kinds = await take(heartbeat('2026-11-24T11:50:00Z'), heartbeat('2026-11-24T11:55:00Z'), heartbeat('2026-11-24T11:45:00Z'), heartbeat('2026-11-24T11:50:00Z', 'eu-west-1'));
    expect(kinds.map(({ kind }) => kind)).toEqual(['stale', 'stored', 'stale', 'stored']);
    const kept = {
      pk: 'HB', sk: '111122223333#eu-central-1', version: '2026-11-24T11:55:00.000Z', receivedAt: EVENTS_NOW.toISOString(), firstHeardAt: EVENTS_NOW.toISOString(),
      delaySeconds: 300, intervalMinutes: 5,
    };
    expect(all('HB')).toEqual([kept, expect.objectContaining({ sk: '111122223333#eu-west-1', delaySeconds: 600 })]);
    await expect(take(heartbeat('2026-11-24T11:40:00Z'))).resolves.toEqual([{ kind: 'stale' }]);
    expect(all('HB')[0]).toEqual(kept);
    const later = new Date(EVENTS_NOW.getTime() + 60_000);
    const clock = { now: () => later, remaining: () => 60_000, sleep: async () => undefined };
    await takeMessages(messages(heartbeat('2026-11-24T12:05:00Z')), ingestInto(table, { clock }));
    expect(all('HB')[0]).toEqual({ ...kept, version: '2026-11-24T12:05:00.000Z', receivedAt: later.toISOString(), delaySeconds: 0 });
    const conflict = tableWith({ write: async () => 'CONFLICT' });
    const lost = tableWith({ write: async () => { throw new Error('the table is away'); } });
    for (const [broken, reason] of [[conflict, 'others wrote the same heartbeat at the same time'], [lost, 'Error: the table is away']] as const) {
      await expect(takeMessages(messages(heartbeat('2026-11-24T12:06:00Z')), ingestInto(broken))).resolves.toMatchObject({ taken: [{ outcome: { kind: 'failed', reason } }] });
    }
  });
});

describe('a bad day', () => {
  const many = (count: number, more: Partial<Evaluation> = {}) => Array.from({ length: count }, (_, at) => aFact({ resourceId: `vol-${at}`, ...more }));

  it('conflicts are tried again in smaller parts, after a wait that grows', async () => {
    const waits: number[] = [];
    const sizes: number[] = [];
    let refusals = 8;
    const busy = tableWith({
      commit: async (writes) => {
        sizes.push(writes.length);
        return refusals-- > 0 ? 'CONFLICT' : table.commit(writes);
      },
    });
    const clock = { now: () => EVENTS_NOW, remaining: () => 60_000, sleep: async (ms: number) => { waits.push(ms); } };
    const { outcomes, conflicts } = await ingest(many(100), ingestInto(busy, { clock, random: () => 0.5 }));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['stored']));
    expect(conflicts).toBe(8);
    expect(waits).toEqual([50, 100]);
    expect(sizes[0]).toBeGreaterThan(95);
    expect(Math.max(...sizes.slice(3, 8))).toBeLessThanOrEqual(50);
    expect(Math.max(...sizes.slice(8))).toBeLessThanOrEqual(50);
  });

  it('what stays in conflict fails after four rounds', async () => {
    const { outcomes, conflicts, commits } = await ingest(many(2), ingestInto(tableWith({ commit: async () => 'CONDITION' })));
    expect(outcomes).toEqual(Array(2).fill({ kind: 'failed', reason: 'others wrote at the same time, in each of four rounds' }));
    expect([conflicts, commits]).toEqual([5, 0]);
  });

  it('a state that another worker made meanwhile is not overwritten', async () => {
    let first = true;
    const raced = tableWith({
      commit: async (writes) => {
        if (first) {
          first = false;
          await store(aFact({ status: 'COMPLIANT', recordedAt: '2026-11-24T11:59:30.000Z' }));
        }
        return table.commit(writes);
      },
    });
    await expect(ingest([aFact()], ingestInto(raced))).resolves.toEqual({ outcomes: [{ kind: 'stale' }], conflicts: 1, commits: 1 });
    expect(states()).toMatchObject([{ status: 'COMPLIANT' }]);
  });

  it('names that look alike when they stand side by side take no more actions than a commit has', async () => {
    const alike = [{ rule: 'r x', resourceType: 'y' }, { rule: 'r', resourceType: 'x y' }];
    const facts = Array.from({ length: 49 }, (_, at) => aFact({ resourceId: `vol-${at}`, ...alike[at % 2] }));
    expect((await store(...facts)).every((kind) => kind === 'stored')).toBe(true);
  });

  it('what the table never takes fails alone', async () => {
    const choosy = tableWith({
      commit: async (writes) => {
        if (writes.some((write) => write.kind === 'put' && write.item.resourceId === 'vol-3')) throw new Unwritable('ValidationException');
        return table.commit(writes);
      },
    });
    const { outcomes } = await ingest(many(20), ingestInto(choosy));
    expect(outcomes.map(({ kind }) => kind)).toEqual(many(20).map((_, at) => (at === 3 ? 'failed' : 'stored')));
  });

  it('a throttled table gives everything back, and what was stored meanwhile is known', async () => {
    const throttled = (when: string) => async () => { throw Object.assign(new Error(when), { name: 'ThrottlingException' }); };
    for (const call of ['read', 'write', 'commit'] as const) {
      const { outcomes } = await ingest(many(3), ingestInto(tableWith({ [call]: throttled(call) })));
      expect(outcomes).toEqual(Array(3).fill({ kind: 'failed', reason: `ThrottlingException: ${call}` }));
    }
    const { outcomes } = await ingest(many(1), ingestInto(table, { shards: async () => { throw Object.assign(new Error('text'), { name: '' }); } }));
    expect(outcomes).toEqual([{ kind: 'failed', reason: ': text' }]);
    let commits = 0;
    const half = tableWith({ commit: async (writes) => (commits++ > 0 ? throttled('later')() : table.commit(writes)) });
    const kinds = (await ingest(many(100), ingestInto(half))).outcomes.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['stored', 'failed']));
    expect((await store(...many(100))).map((kind) => (kind === 'duplicate' ? 'stored' : 'failed'))).toEqual(kinds);
  });

  it('what is no error is said as well', async () => {
    const odd = tableWith({ read: async () => Promise.reject('a text') });
    await expect(ingest(many(1), ingestInto(odd))).resolves.toMatchObject({ outcomes: [{ reason: 'a text' }] });
  });

  it('no commit is begun when the time is nearly over', async () => {
    const clock = { now: () => EVENTS_NOW, remaining: () => 2_999, sleep: async () => undefined };
    await expect(ingest(many(1), ingestInto(table, { clock }))).resolves.toMatchObject({ outcomes: [{ kind: 'failed', reason: 'the time of the function is over' }] });
    expect(log()).toEqual([]);
  });

  it('nor one of a single event, when what the table never takes is looked for', async () => {
    let left = 3_003;
    const clock = { now: () => EVENTS_NOW, remaining: () => left, sleep: async () => undefined };
    const choosy = tableWith({
      commit: async (writes) => {
        left -= 1;
        if (writes.some((write) => write.kind === 'put' && write.item.resourceId === 'vol-0')) throw new Unwritable('ValidationException');
        return table.commit(writes);
      },
    });
    const { outcomes } = await ingest(many(10), ingestInto(choosy, { clock }));
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(2);
    expect(outcomes.filter((each) => each.kind === 'failed' && each.reason === 'the time of the function is over')).toHaveLength(7);
  });

  it('days and accounts are listed first, by each process once', async () => {
    const writes: Write[] = [];
    const watched = tableWith({ write: async (write) => { writes.push(write); return writes.length === 1 ? 'CONFLICT' : table.write(write); } });
    const known = new KnownPlaces();
    await ingest([aFact()], ingestInto(watched, { known }));
    expect(writes).toHaveLength(3);
    await ingest([aFact({ resourceId: 'b' })], ingestInto(watched, { known }));
    expect(writes).toHaveLength(3);
    await ingest([aFact({ recordedAt: '2026-11-23T10:00:00.000Z' })], ingestInto(watched, { known }));
    expect(writes).toHaveLength(4);
    const stuck = await ingest([aFact({ resourceId: 'c', region: 'eu-west-1' })], ingestInto(tableWith({ write: async () => 'CONFLICT' }), { known }));
    expect(stuck.outcomes).toMatchObject([{ kind: 'failed', reason: expect.stringContaining('could not be listed') }]);
  });

  it('commits stay within DynamoDB\'s bytes', async () => {
    const counts: number[] = [];
    const watched = tableWith({ commit: async (writes) => { counts.push(writes.length); return table.commit(writes); } });
    const facts = Array.from({ length: 40 }, (_, at) => aFact({ resourceId: `vol-${at}`, detail: randomBytes(150_000).toString('base64') }));
    const { outcomes } = await ingest(facts, ingestInto(watched));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['stored']));
    expect(counts.length).toBeGreaterThan(1);
  });

  it('shards that an operator raised hold from their day on', async () => {
    const shards = new ShardMap([{ from: '2026-11-24', shards: { accounts: 1, resources: 64, cells: 8 } }]);
    const facts = [...many(50), ...many(50, { recordedAt: '2026-11-23T10:00:00.000Z', status: 'COMPLIANT' })];
    await ingest(facts, ingestInto(table, { shards: async () => shards, random: () => 0.99 }));
    const places = (date: string) => new Set(log().filter(({ timeline }) => timeline.startsWith(`DAY#${date}#`)).map(({ timeline }) => timeline.split('.')[1]));
    expect(places('2026-11-23')).toEqual(new Set(['0', '1']));
    expect(places('2026-11-24').size).toBeGreaterThan(10);
    expect(new Set(all<StateItem>('CNT#').map(({ pk }) => pk))).toEqual(new Set(['CNT#111122223333#eu-central-1#7']));
  });
});

describe('write units', () => {
  /** Each resource goes to and fro, in full batches; returns the units for each transition. */
  const measured = async (accounts: number, rules: number, types: number) => {
    const known = new KnownPlaces();
    const of = (round: number, at: number): Fact => {
      const [account, rule, type] = [at % accounts, Math.floor(at / accounts) % rules, at % types];
      const statuses = ['COMPLIANT', 'NON_COMPLIANT'];
      const evaluation = {
        account: String(111_111_111_111 + account),
        rule: `rule-with-an-ordinary-name-${rule}`,
        resourceType: `AWS::EC2::Type${type}`,
        resourceId: `vol-0f0b1ec8ced4${at}`,
        status: statuses[round % 2],
        previousStatus: statuses[(round + 1) % 2],
        annotation: 'This resource is not as the rule wants it to be: look at its tags.',
        recordedAt: `2026-11-24T1${round}:00:00.${String(at % 1_000).padStart(3, '0')}Z`,
      };
      return aFact({ ...evaluation, detail: complianceMessage(evaluation).detail });
    };
    const run = async (round: number) => {
      for (let at = 0; at < 1_000; at += 100) {
        await ingest(Array.from({ length: 100 }, (_, more) => of(round, at + more)), ingestInto(table, { known, random: Math.random }));
      }
    };
    await run(0);
    const { writeUnits } = table.consumed;
    await run(1);
    for (const item of log()) expect(JSON.stringify(item).length).toBeLessThan(3_000);
    return Math.round((table.consumed.writeUnits - writeUnits)) / 1_000;
  };

  it('are at most 13 a transition over 10 accounts and 50 rules', async () => {
    await expect(measured(10, 50, 5)).resolves.toBeLessThanOrEqual(13);
  });

  it('are at most 9 for one account and ten rules', async () => {
    await expect(measured(1, 10, 5)).resolves.toBeLessThanOrEqual(9);
  });
});
