import * as fc from 'fast-check';
import { AsOfItem, AsOfQuestion, brokenAsOf } from '../../../../lambda-src/events/domain/as-of';
import { EventFilter } from '../../../../lambda-src/events/domain/event-filter';
import { Problem } from '../../../../lambda-src/events/domain/problem';
import { EVENT_KEYS, LogItem } from '../../../../src/events/contract';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';
import { account, distinctItems, fits, expiryOf, heard, makesState, store, Told } from '../../../support/stored-events';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const ONE = account(1);
const asOf = (table: InMemoryEventTable, time: string, filter: EventFilter = { account: ONE }, more: Partial<AsOfQuestion> = {}) =>
  brokenAsOf(table, { filter, time, limit: 500, ...more }, NOW);

async function all(table: InMemoryEventTable, time: string, filter: EventFilter, more: Partial<AsOfQuestion>): Promise<AsOfItem[]> {
  const items: AsOfItem[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    if (pages > 500) throw new Error('paging does not end');
    const answer = await asOf(table, time, filter, { ...more, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...answer.items);
    if (answer.nextCursor === null) return items;
    cursor = answer.nextCursor;
  }
}
const nameOf = ({ account: owner, region, rule, resourceType, resourceId }: Pick<AsOfItem, 'account' | 'region' | 'resourceType' | 'resourceId'> & { rule?: string }) =>
  JSON.stringify([owner, region, rule, resourceType, resourceId]);

/** Plays the events from the beginning, up to the time; what is only known from its first event was before what that says. */
function replayed(items: readonly LogItem[], time: string, filter: EventFilter): string[] {
  const broken: string[] = [];
  const own = items.filter((item) => makesState(item) && fits(item, filter));
  const sorted = [...own].sort((a, b) => (a.version < b.version ? -1 : 1));
  for (const key of new Set(sorted.map(nameOf))) {
    const events = sorted.filter((item) => nameOf(item) === key);
    const before = events.filter(({ recordedAt }) => recordedAt <= time).at(-1);
    if ((before ? before.status : events[0].previousStatus) === 'NON_COMPLIANT') broken.push(key);
  }
  return broken.sort();
}

const statuses = fc.constantFrom('COMPLIANT', 'NON_COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'ODD');
const moments = fc.tuple(fc.constantFrom('2026-11-20', '2026-11-22', '2026-11-23'), fc.integer({ min: 0, max: 5 })).map(([day, second]) => `${day}T10:00:0${second}.000Z`);
const told = fc.record({
  at: moments,
  account: fc.constantFrom(ONE, account(2)),
  rule: fc.constantFrom('encrypted', 'a#b%'),
  id: fc.constantFrom('one', 'two', '/#'),
  status: statuses,
  previous: fc.option(statuses, { nil: undefined }),
  mode: fc.constantFrom(undefined, undefined, undefined, 'PROACTIVE'),
  source: fc.constantFrom('aws.config', 'aws.config', 'bank.scanner'),
}) satisfies fc.Arbitrary<Told>;
const resource = { account: ONE, region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', resourceId: '/#' };
const filters: fc.Arbitrary<EventFilter> = fc.constantFrom<EventFilter>(
  { account: ONE }, { rule: 'encrypted' }, { account: ONE, rule: 'a#b%' }, { account: ONE, region: 'us-east-1' }, resource, { ...resource, rule: 'encrypted' },
);

test('equals a replay of the events, page by page, whatever is asked for and however little one answer may read', async () => {
  const pages = fc.record({ limit: fc.integer({ min: 1, max: 5 }), mostQueries: fc.constantFrom(1, 4, 20, 300) });
  await fc.assert(fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 30 }), filters, moments, pages, async (events, filter, time, more) => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-19T00:00:00.000Z', account: account(9), rule: 'other' }, ...events);
    const items = distinctItems(events);
    expect((await all(table, time, filter, more)).map(nameOf).sort()).toEqual(replayed(items, time, filter));
  }), { numRuns: 500 });
});

test('leaves nothing out while states change between pages', async () => {
  await fc.assert(fc.asyncProperty(fc.array(told, { minLength: 3, maxLength: 20 }), fc.integer({ min: 1, max: 2 }), async (events, limit) => {
    const table = new InMemoryEventTable();
    const first = await store(table, { at: '2026-11-19T00:00:00.000Z', account: account(9) }, ...events);
    const time = '2026-11-22T10:00:02.000Z';
    const expected = replayed(first, time, { account: ONE });
    const found = new Set<string>();
    let answer = await asOf(table, time, { account: ONE }, { limit });
    for (let second = 10; ; second++) {
      answer.items.forEach((item) => found.add(nameOf(item)));
      if (answer.nextCursor === null) break;
      await store(table, { ...events[second % events.length], at: `2026-11-24T10:00:${second}.000Z`, status: 'COMPLIANT', previous: undefined });
      answer = await asOf(table, time, { account: ONE }, { limit, cursor: answer.nextCursor });
    }
    expect([...found].sort()).toEqual(expected);
  }), { numRuns: 100 });
});

describe('an item', () => {
  const at = (day: number, more: Partial<Told> = {}): Told => ({ at: `2026-11-${day}T10:00:00.000Z`, ...more });

  test('says what was recorded of it by then', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20, { annotation: 'no key' }), at(22, { status: 'COMPLIANT' }));
    await expect(asOf(table, '2026-11-21T00:00:00.000Z')).resolves.toEqual({
      time: '2026-11-21T00:00:00.000Z',
      asOf: NOW.toISOString(),
      items: [{
        account: ONE, region: 'eu-central-1', rule: 'encrypted', resourceType: 'AWS::S3::Bucket', resourceId: 'bucket',
        status: 'NON_COMPLIANT', lastKnownStatus: 'NON_COMPLIANT', recordedAt: '2026-11-20T10:00:00.000Z', annotation: 'no key',
      }],
      unknown: [expect.objectContaining({ cause: 'NEVER_HEARD' })],
      nextCursor: null,
    });
    expect((await asOf(table, '2026-11-22T10:00:00.000Z')).items).toEqual([]);
    expect((await asOf(table, '2026-11-22T09:59:59.999Z')).items).toHaveLength(1);
  });

  test('counts an event of that very moment', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20));
    expect((await asOf(table, '2026-11-20T10:00:00.000Z')).items).toHaveLength(1);
    expect((await asOf(table, '2026-11-20T09:59:59.999Z')).items).toHaveLength(0);
  });

  test('is unknown while nothing could be seen, and names the last that was known', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20), at(20, { rule: 'logged' }));
    await heard(table, ONE, 'eu-central-1', NOW, { firstHeardAt: '2026-11-01T00:00:00.000Z' });
    const blind = { cause: 'RECORDER_STOPPED' as const, from: '2026-11-21T00:00:00.000Z', until: '2026-11-22T00:00:00.000Z' };
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.blind(ONE, 'eu-central-1', blind.from, blind.cause), ...blind } });
    const statusesAt = async (time: string) =>
      (await asOf(table, time)).items.map(({ rule, status, lastKnownStatus }) => [rule, status, lastKnownStatus]).sort();
    await expect(statusesAt('2026-11-21T12:00:00.000Z')).resolves.toEqual([['encrypted', 'UNKNOWN', 'NON_COMPLIANT'], ['logged', 'UNKNOWN', 'NON_COMPLIANT']]);
    await expect(statusesAt('2026-11-22T00:00:00.000Z')).resolves.toEqual([['encrypted', 'NON_COMPLIANT', 'NON_COMPLIANT'], ['logged', 'NON_COMPLIANT', 'NON_COMPLIANT']]);
    expect((await asOf(table, '2026-11-22T00:00:00.000Z')).unknown).toEqual([]);
    const one = { cause: 'NOT_RECORDED' as const, from: '2026-11-23T00:00:00.000Z', rules: ['logged'] };
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.blind(ONE, 'eu-central-1', one.from, one.cause), ...one } });
    await expect(statusesAt('2026-11-23T12:00:00.000Z')).resolves.toEqual([['encrypted', 'NON_COMPLIANT', 'NON_COMPLIANT'], ['logged', 'UNKNOWN', 'NON_COMPLIANT']]);
  });

  test('before the first heartbeat is unknown where only what came later tells of it', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20), at(22, { id: 'later', status: 'COMPLIANT', previous: 'NON_COMPLIANT' }));
    await heard(table, ONE, 'eu-central-1', NOW, { firstHeardAt: '2026-11-23T00:00:00.000Z' });
    const { items, unknown } = await asOf(table, '2026-11-21T00:00:00.000Z');
    expect(items.map(({ resourceId, status, recordedAt }) => [resourceId, status, recordedAt])).toEqual([
      ['bucket', 'NON_COMPLIANT', '2026-11-20T10:00:00.000Z'], ['later', 'UNKNOWN', null],
    ]);
    expect(unknown).toEqual([{ account: ONE, region: 'eu-central-1', cause: 'NEVER_HEARD', from: null, until: '2026-11-23T00:00:00.000Z', rules: null }]);
  });

  test('is unknown after a last heartbeat that is long ago', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20));
    await heard(table, ONE, 'eu-central-1', new Date('2026-11-22T00:00:00.000Z'), { firstHeardAt: '2026-11-01T00:00:00.000Z' });
    expect((await asOf(table, '2026-11-23T00:00:00.000Z')).items).toMatchObject([{ status: 'UNKNOWN' }]);
    expect((await asOf(table, '2026-11-21T00:00:00.000Z')).items).toMatchObject([{ status: 'NON_COMPLIANT' }]);
  });

  test('of one resource comes page by page as well', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20, { rule: 'a' }), at(21, { rule: 'b' }), at(19, { rule: 'c' }));
    const name = { account: ONE, region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', resourceId: 'bucket' };
    await expect(all(table, '2026-11-22T00:00:00.000Z', name, { limit: 1 })).resolves.toMatchObject([{ rule: 'b' }, { rule: 'a' }, { rule: 'c' }]);
  });

  test('is found behind many events of its resource', async () => {
    const table = new InMemoryEventTable();
    await store(table, at(20, { rule: 'old' }), ...Array.from({ length: 300 }, (_, i) => ({ at: `2026-11-21T10:00:00.${String(i).padStart(3, '0')}Z`, rule: 'busy' })));
    await store(table, at(23, { rule: 'old', status: 'COMPLIANT' }));
    expect((await asOf(table, '2026-11-22T00:00:00.000Z')).items.map(({ rule }) => rule).sort()).toEqual(['busy', 'old']);
  });
});

describe('refused', () => {
  const refused = async (answer: Promise<unknown>) => ((await answer.catch((error: unknown) => error)) as Problem).body;
  let table: InMemoryEventTable;
  beforeEach(async () => {
    table = new InMemoryEventTable();
    await store(table, { at: '2026-11-20T10:00:00.000Z' });
  });

  test('is the future, and a question about everything', async () => {
    await expect(refused(asOf(table, '2026-11-24T12:00:00.001Z'))).resolves.toMatchObject({ status: 400, field: 'time', allowed: expect.stringContaining('not in the future') });
    await expect(refused(asOf(table, '2026-11-22T12:00:00.001Z', {}))).resolves.toMatchObject({ status: 400, field: 'account', allowed: 'account or rule, or both' });
  });

  test('is a time before the first event, with the earliest one', async () => {
    await expect(refused(asOf(table, '2026-11-19T23:59:59.999Z'))).resolves.toEqual({
      type: expect.stringMatching(/#before-retention$/), title: 'Before retention', status: 400, field: 'time',
      detail: 'what was told before 2026-11-20T00:00:00.000Z is not, or no longer, kept; time is 2026-11-19T23:59:59.999Z',
      allowed: 'a time from 2026-11-20T00:00:00.000Z on',
    });
    await expect(asOf(table, '2026-11-20T00:00:00.000Z')).resolves.toMatchObject({ items: [] });
  });

  test('is a time before retention, also when an older fact came late and is kept longer', async () => {
    await store(table, { at: '2026-09-01T10:00:00.000Z' }, { at: '2026-01-05T10:00:00.000Z', expiresAt: expiryOf('2026-11-24T00:00:00.000Z') });
    await expect(refused(asOf(table, '2026-08-25T23:59:59.999Z'))).resolves.toMatchObject({ allowed: 'a time from 2026-08-26T00:00:00.000Z on' });
    await expect(asOf(table, '2026-08-26T00:00:00.000Z')).resolves.toMatchObject({ items: [{ recordedAt: '2026-01-05T10:00:00.000Z' }] });
  });

  test('is a cursor of another time', async () => {
    await store(table, { at: '2026-11-20T10:00:00.000Z', id: 'two' });
    const { nextCursor } = await asOf(table, '2026-11-21T00:00:00.000Z', { account: ONE }, { limit: 1 });
    await expect(refused(asOf(table, '2026-11-22T00:00:00.000Z', { account: ONE }, { cursor: nextCursor! }))).resolves.toMatchObject({ title: 'Invalid cursor' });
  });

  test('is nothing where nothing is known yet, or where a day does not say how long it is kept', async () => {
    await expect(asOf(new InMemoryEventTable(), '2020-01-01T00:00:00.000Z')).resolves.toMatchObject({ items: [], nextCursor: null });
    const plain = new InMemoryEventTable();
    await plain.write({ kind: 'put', item: { ...EVENT_KEYS.knownDay('2026-11-20') } });
    await expect(refused(asOf(plain, '2026-11-19T00:00:00.000Z'))).resolves.toMatchObject({ allowed: 'a time from 2026-11-20T00:00:00.000Z on' });
  });
});
