import * as fc from 'fast-check';
import { MOST_BYTES } from '../../../../lambda-src/events/domain/event-view';
import { EventQuestion, listEvents } from '../../../../lambda-src/events/domain/list-events';
import { Problem } from '../../../../lambda-src/events/domain/problem';
import { Query } from '../../../../lambda-src/events/ports';
import { DEFAULT_SHARDS, EVENT_KEYS, LogItem } from '../../../../src/events/contract';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';
import { account, distinctItems, fits, logItem, store, Told } from '../../../support/stored-events';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const page = (table: InMemoryEventTable, question: Partial<EventQuestion> = {}) => listEvents(table, { filter: {}, limit: 50, ...question }, NOW);

/** Every page, until there is none. */
async function all(table: InMemoryEventTable, question: Partial<EventQuestion>, between: () => Promise<unknown> = async () => Promise.resolve()) {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    if (pages > 2_000) throw new Error('paging does not end');
    const answer = await page(table, { ...question, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...answer.items.map(({ eventId }) => eventId));
    if (answer.nextCursor === null) return { ids, pages };
    cursor = answer.nextCursor;
    await between();
  }
}
const newestFirst = (items: readonly LogItem[]) => [...items].sort((a, b) => (a.version < b.version ? 1 : -1)).map(({ eventId }) => eventId);

function watched(table: InMemoryEventTable) {
  const queries: Query[] = [];
  const original = table.query.bind(table);
  jest.spyOn(table, 'query').mockImplementation(async (query) => {
    queries.push(query);
    return original(query);
  });
  return queries;
}

const DAYS = ['2026-11-20', '2026-11-22', '2026-11-23', '2026-11-24'];
const told = fc.record({
  at: fc.tuple(fc.constantFrom(...DAYS), fc.integer({ min: 0, max: 5 })).map(([day, second]) => `${day}T10:00:0${second}.000Z`),
  account: fc.constantFrom(account(1), account(2), account(3)),
  region: fc.constantFrom('eu-central-1', 'us-east-1'),
  rule: fc.constantFrom('encrypted', 'a#b%'),
  id: fc.constantFrom('one', 'two', '#', '/a/b'),
  status: fc.constantFrom('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'ODD'),
}) satisfies fc.Arbitrary<Told>;
const filters = fc.record({
  account: fc.option(fc.constantFrom(account(1), account(2)), { nil: undefined }),
  region: fc.option(fc.constant('us-east-1'), { nil: undefined }),
  rule: fc.option(fc.constantFrom('encrypted', 'a#b%'), { nil: undefined }),
  resourceType: fc.option(fc.constant('AWS::S3::Bucket'), { nil: undefined }),
  resourceId: fc.option(fc.constantFrom('one', '#'), { nil: undefined }),
  status: fc.option(fc.constantFrom('NON_COMPLIANT', 'COMPLIANT'), { nil: undefined }),
});

describe('reading by source or detail type', () => {
  const many = Array.from({ length: 1_000 }, (_, index): Told => ({
    at: `2026-11-22T10:${String(Math.floor(index / 60)).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}.000Z`, account: account(index % 5), id: `b${index}`,
    ...(index % 100 === 0 ? { source: 'aws.guardduty', detailType: 'GuardDuty Finding' } : {}),
  }));
  let table: InMemoryEventTable;
  beforeEach(async () => {
    table = new InMemoryEventTable();
    await store(table, ...many);
  });
  const eventsRead = (queries: readonly Query[]) => queries.filter(({ index }) => index === 'timeline').reduce((sum, { limit }) => sum + limit, 0);

  test('reads little more than a page of what most events are', async () => {
    const queries = watched(table);
    expect((await page(table, { filter: { source: 'aws.config' } })).items).toHaveLength(50);
    expect(eventsRead(queries)).toBeLessThan(150);
  });

  test.each([{ source: 'aws.guardduty' }, { detailType: 'GuardDuty Finding' }])('finds what is rare in few queries (%j)', async (filter) => {
    const queries = watched(table);
    expect((await all(table, { filter })).ids).toHaveLength(10);
    expect(queries.length).toBeLessThan(25);
  });
});

describe('paging', () => {
  test('gives every event once, newest first, whatever the filter, the size of a page and what one answer may read', async () => {
    const sizes = fc.record({ limit: fc.integer({ min: 1, max: 45 }), mostQueries: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(fc.asyncProperty(fc.array(told, { maxLength: 40 }), filters, sizes, async (events, filter, { limit, mostQueries }) => {
      const table = new InMemoryEventTable();
      await store(table, ...events);
      const wanted = distinctItems(events).filter((item) => fits(item, filter));
      expect((await all(table, { filter, limit, mostQueries })).ids).toEqual(newestFirst(wanted));
    }), { numRuns: 300 });
  });

  test('neither repeats nor skips while events arrive', async () => {
    const first = fc.array(told, { minLength: 5, maxLength: 30 });
    await fc.assert(fc.asyncProperty(first, fc.array(told, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), async (events, late, limit) => {
      const table = new InMemoryEventTable();
      await store(table, ...events);
      const arriving = [...late];
      const { ids } = await all(table, { limit }, async () => store(table, ...arriving.splice(0, 2)));
      expect(new Set(ids).size).toBe(ids.length);
      const initially = newestFirst(distinctItems(events));
      expect(ids.filter((id) => initially.includes(id))).toEqual(initially);
    }), { numRuns: 100 });
  });

  test('ends with the last event, not with an empty page', async () => {
    const table = new InMemoryEventTable();
    await store(table, ...Array.from({ length: 10 }, (_, i) => ({ at: `2026-11-2${i % 3}T10:00:00.00${i}Z` })));
    await expect(all(table, { limit: 5 })).resolves.toMatchObject({ pages: 2 });
    await expect(all(table, { limit: 10 })).resolves.toMatchObject({ pages: 1 });
  });

  test('takes both bounds in', async () => {
    const table = new InMemoryEventTable();
    const items = await store(table, ...[1, 2, 3, 4].map((second) => ({ at: `2026-11-20T10:00:00.00${second}Z` })), { at: '2026-11-21T00:00:00.000Z' });
    const numberOf = (id: string) => items.findIndex(({ eventId }) => eventId === id) + 1;
    const ids = async (from?: string, to?: string) => (await page(table, { from, to })).items.map(({ eventId }) => numberOf(eventId));
    await expect(ids('2026-11-20T10:00:00.002Z', '2026-11-20T10:00:00.003Z')).resolves.toEqual([3, 2]);
    await expect(ids('2026-11-20T10:00:00.004Z')).resolves.toEqual([5, 4]);
    await expect(ids(undefined, '2026-11-20T23:59:59.999Z')).resolves.toEqual([4, 3, 2, 1]);
    await expect(ids('2026-11-21T10:00:00.000Z', '2026-11-23T00:00:00.000Z')).resolves.toEqual([]);
  });

  test('leaves out what is over, though DynamoDB has not deleted it yet, and whole days of it', async () => {
    const table = new InMemoryEventTable();
    const seconds = NOW.getTime() / 1_000;
    await store(table, { at: '2026-11-23T10:00:00.000Z', id: 'a', expiresAt: seconds }, { at: '2026-11-23T10:00:00.000Z', id: 'b', expiresAt: seconds + 1 });
    await store(table, { at: '2026-08-01T10:00:00.000Z', expiresAt: seconds - 5 });
    const queries = watched(table);
    expect((await page(table)).items.map(({ resourceId }) => resourceId)).toEqual(['b']);
    expect(queries.map(({ partition }) => partition).filter((partition) => partition.includes('2026-08-01'))).toEqual([]);
  });
});

describe('what it reads', () => {
  const events = Array.from({ length: 40 }, (_, i): Told => ({ at: `2026-11-2${i % 4}T10:00:00.0${10 + i}Z`, account: account(1 + i % 3), id: `b${i}` }));
  let table: InMemoryEventTable;
  let queries: Query[];
  beforeEach(async () => {
    table = new InMemoryEventTable();
    await store(table, ...events);
    queries = watched(table);
  });
  const partitions = () => [...new Set(queries.map(({ partition }) => partition.split('#')[0]))].sort();
  const ofDay = (day: string) => new Set(queries.filter(({ partition }) => partition.includes(day)).map(({ partition }) => partition)).size;

  test('only the resource, when it is named', async () => {
    await page(table, { filter: { account: account(1), region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', resourceId: 'b0', rule: 'encrypted' } });
    expect(queries).toHaveLength(1);
    expect(partitions()).toEqual(['RES']);
  });

  test('the rule\'s days, when that is named', async () => {
    await page(table, { filter: { rule: 'encrypted', account: account(1) } });
    expect(partitions()).toEqual(['DAYS', 'META', 'RULE']);
    expect(ofDay('2026-11-20')).toBe(DEFAULT_SHARDS.resources);
  });

  test('an account\'s share of the days, or all', async () => {
    await page(table, { filter: { account: account(1) } });
    expect(ofDay('2026-11-21')).toBe(DEFAULT_SHARDS.resources);
    await page(table);
    expect(partitions()).toEqual(['DAY', 'DAYS', 'META']);
    expect(ofDay('2026-11-22')).toBe(DEFAULT_SHARDS.accounts * DEFAULT_SHARDS.resources);
  });

  test('days that have events, and of them those that are asked for', async () => {
    await page(table, { from: '2026-11-21T00:00:00.000Z', to: '2026-11-22T23:59:59.999Z' });
    expect([...new Set(queries.map(({ partition }) => /^DAY#([\d-]+)/.exec(partition)?.[1]).filter(Boolean))]).toEqual(['2026-11-22', '2026-11-21']);
  });

  test('as many shards as a day had', async () => {
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.shards('2026-11-22'), accounts: 1, resources: 3, cells: 2 } });
    await page(table);
    expect([ofDay('2026-11-21'), ofDay('2026-11-22'), ofDay('2026-11-23')]).toEqual([4, 3, 3]);
  });

  test('no more than one answer may: then it holds fewer and says where to go on', async () => {
    const answer = await page(table, { filter: { status: 'COMPLIANT' }, mostQueries: 6 });
    expect(answer).toEqual({ items: [], nextCursor: expect.any(String) });
    expect(queries.length).toBeLessThanOrEqual(14);
    await expect(all(table, { filter: { status: 'COMPLIANT' }, mostQueries: 6 })).resolves.toMatchObject({ ids: [] });
  });

  test('no more than that of a single day, either', async () => {
    const other = new InMemoryEventTable();
    await store(other, ...Array.from({ length: 900 }, (_, i): Told => ({ at: `2026-11-20T10:00:00.${String(i).padStart(3, '0')}Z`, id: `b${i}` })));
    const first = await page(other, { filter: { status: 'COMPLIANT' }, mostQueries: 5 });
    expect(first).toEqual({ items: [], nextCursor: expect.any(String) });
    await expect(all(other, { filter: { region: 'eu-central-1' }, limit: 500, mostQueries: 5 })).resolves.toMatchObject({ ids: { length: 900 } });
  });

  test('nothing more of a page that is empty and not the last', async () => {
    const other = new InMemoryEventTable();
    await store(other, events[3]);
    const query = other.query.bind(other);
    jest.spyOn(other, 'query').mockImplementation(async (asked) => (asked.index ? { items: [], more: true } : query(asked)));
    await expect(page(other)).rejects.toThrow('the table answered an empty page of DAY#2026-11-23#0.0 that is not the last');
  });
});

describe('cursors', () => {
  let table: InMemoryEventTable;
  let cursor: string;
  beforeEach(async () => {
    table = new InMemoryEventTable();
    await store(table, ...Array.from({ length: 10 }, (_, i) => ({ at: `2026-11-20T10:00:00.00${i}Z` })));
    cursor = (await page(table, { limit: 3 })).nextCursor!;
  });
  const refused = async (wrong: string, question: Partial<EventQuestion> = {}) => {
    const problem = await page(table, { ...question, cursor: wrong }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect((problem as Problem).body).toMatchObject({ status: 400, title: 'Invalid cursor', field: 'cursor', allowed: expect.stringContaining('nextCursor') });
  };

  test('may come with another limit', async () => {
    await expect(page(table, { cursor, limit: 100 })).resolves.toMatchObject({ items: Array(7).fill(expect.anything()), nextCursor: null });
  });

  test('of another question are refused', async () => {
    await refused(cursor, { filter: { status: 'NON_COMPLIANT' } });
    await refused(cursor, { from: '2026-11-01T00:00:00.000Z' });
    await refused(cursor, { filter: { account: account(1) } });
  });

  test('are refused when one character is another', async () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .%'];
    await fc.assert(fc.asyncProperty(fc.nat({ max: cursor.length - 1 }), fc.constantFrom(...letters), async (at, letter) => {
      fc.pre(cursor[at] !== letter);
      await refused(cursor.slice(0, at) + letter + cursor.slice(at + 1));
    }), { numRuns: 400 });
  });

  test('are refused when they are anything else', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String()), async (wrong) => refused(wrong)), { numRuns: 200 });
    for (const wrong of ['', `${cursor}A`, cursor.slice(1), `${cursor}=`, 'A'.repeat(5_000), Buffer.from('1 2026-11-20').toString('base64url')]) await refused(wrong);
  });
});

describe('an item', () => {
  test('has every name, and null where the event has no such thing', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-20T10:00:00.000Z', previous: 'COMPLIANT', annotation: '<b>no</b>', detail: { deep: [1, { a: null }] } });
    const [item] = (await page(table)).items;
    expect(item).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f]{32}$/), source: 'aws.config', detailType: 'Config Rules Compliance Change', account: account(1), region: 'eu-central-1',
      rule: 'encrypted', resourceType: 'AWS::S3::Bucket', resourceId: 'bucket', status: 'NON_COMPLIANT', previousStatus: 'COMPLIANT', changeType: null,
      annotation: '<b>no</b>', recordedAt: '2026-11-20T10:00:00.000Z', mode: null, late: false, replayed: false, detail: { deep: [1, { a: null }] },
    });
    await store(table, { at: '2026-11-21T10:00:00.000Z', source: 'bank.scanner', detailType: 'Finding', type: '', id: '' });
    expect((await page(table)).items[0]).toMatchObject({
      source: 'bank.scanner', detailType: 'Finding', rule: null, resourceType: null, resourceId: null, status: null, previousStatus: null, annotation: null, changeType: 'UPDATE',
    });
  });

  test('has its detail from the table where no index holds it', async () => {
    const table = new InMemoryEventTable();
    const long = Array.from({ length: 300 }, (_, i) => ({ [`key${i}`]: `value ${Math.sin(i)}` }));
    const short = Array.from({ length: 5 }, (_, i) => ({ at: `2026-11-20T10:00:00.00${i}Z`, id: `s${i}` }));
    await store(table, ...short, { at: '2026-11-20T10:00:00.009Z', id: 'long', detail: long });
    // In DynamoDB, an index does not project it.
    const query = table.query.bind(table);
    jest.spyOn(table, 'query').mockImplementation(async (asked) => {
      const { items, more } = await query(asked);
      return { items: items.map(({ longDetail: _long, ...item }) => item as typeof items[number]), more };
    });
    const read = jest.spyOn(table, 'read');
    const { items } = await page(table);
    expect(items[0].detail).toEqual(long);
    expect(items.slice(1).map(({ detail }) => detail)).toEqual(['s4', 's3', 's2', 's1', 's0'].map((id) => ({ id })));
    expect(read.mock.calls.flat(2)).toHaveLength(1);
  });

  test('says why a detail cannot be read, and hides no other', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-20T10:00:00.000Z', id: 'well' });
    const broken = logItem({ at: '2026-11-20T10:00:00.001Z', id: 'broken' });
    await table.write({ kind: 'put', item: { ...broken, detail: new Uint8Array([9, 9, 9]) } });
    const gone = { ...logItem({ at: '2026-11-20T10:00:00.002Z', id: 'gone' }) };
    const { detail: _detail, ...without } = gone;
    await table.write({ kind: 'put', item: without });
    const { items } = await page(table);
    expect(items.map(({ resourceId, detail, detailError }) => [resourceId, detail, detailError])).toEqual([
      ['gone', null, undefined], ['broken', null, expect.stringContaining('a later version')], ['well', { id: 'well' }, undefined],
    ]);
  });

  test('finds no place on a page that would be larger than Lambda answers, and the next page begins with it', async () => {
    const table = new InMemoryEventTable();
    const detail = { text: 'x'.repeat(900) };
    await store(table, ...Array.from({ length: 60 }, (_, i): Told => ({ at: `2026-11-20T10:00:00.0${10 + i}Z`, id: `b${i}`, detail })));
    const first = await page(table, { limit: 60, mostBytes: 20_000 });
    expect(first.items.length).toBeGreaterThan(5);
    expect(JSON.stringify(first.items).length).toBeLessThan(20_100);
    expect((await all(table, { limit: 60, mostBytes: 20_000 })).ids).toHaveLength(60);
    expect((await page(table, { mostBytes: 10 })).items).toHaveLength(1);
    expect(MOST_BYTES * 4 / 3).toBeLessThan(6 * 1_024 * 1_024);
  });
});

test('a page costs the same, however many events there are', async () => {
  const costs: { requests: number; readUnits: number }[] = [];
  for (const count of [1_000, 100_000]) {
    const table = new InMemoryEventTable();
    const { detail } = logItem({ at: '2026-11-20T00:00:00.000Z' });
    for (let i = 0; i < count; i++) {
      const at = new Date(Date.parse('2026-11-20T00:00:00.000Z') + Math.floor(i * 4 * 86_400_000 / count)).toISOString();
      await table.write({ kind: 'put', item: { ...logItem({ at, account: account(1 + i % 9), id: `bucket-${i % 500}` }, { detail }) } });
    }
    for (const day of ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23']) await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownDay(day) } });
    for (const filter of [{}, { account: account(2) }, { rule: 'encrypted' }]) {
      table.consumed = { requests: 0, readUnits: 0, writeUnits: 0 };
      expect((await page(table, { filter })).items).toHaveLength(50);
      costs.push({ requests: table.consumed.requests, readUnits: table.consumed.readUnits });
    }
  }
  for (const kind of [0, 1, 2]) {
    expect(costs[kind + 3].requests).toBeLessThanOrEqual(costs[kind].requests);
    expect(costs[kind + 3].readUnits).toBeLessThanOrEqual(costs[kind].readUnits * 1.2);
    expect(costs[kind].requests).toBeLessThanOrEqual(14);
  }
}, 120_000);
