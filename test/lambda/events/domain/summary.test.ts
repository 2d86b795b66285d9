import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { Problem } from '../../../../lambda-src/events/domain/problem';
import { MOST_READS, summarize, SummaryQuestion } from '../../../../lambda-src/events/domain/summary';
import { dayOf, EVENT_KEYS, LogItem } from '../../../../src/events/contract';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';
import { account, distinctItems, heard, logItem, makesState, store, Told } from '../../../support/stored-events';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const summary = (table: InMemoryEventTable, question: SummaryQuestion = {}, now = NOW) => summarize(table, question, now);
const DAYS = ['2026-11-20', '2026-11-22', '2026-11-24'];
const told = fc.record({
  at: fc.tuple(fc.constantFrom(...DAYS), fc.integer({ min: 0, max: 5 })).map(([day, second]) => `${day}T10:00:0${second}.000Z`),
  account: fc.constantFrom(account(1), account(2)),
  region: fc.constantFrom('eu-central-1', 'us-east-1'),
  rule: fc.constantFrom('encrypted', '__proto__', 'a#b%'),
  type: fc.constantFrom('AWS::S3::Bucket', 'AWS::::Account'),
  id: fc.constantFrom('one', 'two'),
  status: fc.constantFrom('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA', 'ODD'),
  mode: fc.constantFrom(undefined, undefined, 'PROACTIVE'),
}) satisfies fc.Arbitrary<Told>;

/** Counted from the events themselves. */
function recount(items: readonly LogItem[], { account: owner, region, from, to }: SummaryQuestion) {
  const own = items.filter((item) => (owner === undefined || item.account === owner) && (region === undefined || item.region === region));
  const known = own.map((item) => ({ ...item, day: dayOf(item.recordedAt) }))
    .filter(({ day }) => (from === undefined || day >= dayOf(from)) && (to === undefined || day <= dayOf(to)));
  const count = (list: readonly LogItem[], status: string) => list.filter((item) => item.status === status && item.mode === undefined).length;
  const latest = new Map<string, LogItem>();
  for (const item of own.filter(makesState)) {
    const key = JSON.stringify([item.account, item.region, item.rule, item.resourceType, item.resourceId]);
    if (!latest.has(key) || latest.get(key)!.version < item.version) latest.set(key, item);
  }
  const states = [...latest.values()];
  return {
    total_events: known.length,
    compliant: count(known, 'COMPLIANT'),
    non_compliant: count(known, 'NON_COMPLIANT'),
    not_applicable: count(known, 'NOT_APPLICABLE'),
    insufficient_data: count(known, 'INSUFFICIENT_DATA'),
    other: known.filter(({ status, mode }) => mode !== undefined || status === 'ODD').length,
    rules: [...new Set(known.map(({ rule }) => rule!))].sort().map((rule) => [rule, {
      compliant: count(known.filter((item) => item.rule === rule), 'COMPLIANT'), non_compliant: count(known.filter((item) => item.rule === rule), 'NON_COMPLIANT'),
    }]),
    current: { compliant: count(states, 'COMPLIANT'), non_compliant: count(states, 'NON_COMPLIANT'), insufficient_data: count(states, 'INSUFFICIENT_DATA') },
  };
}

test('equals a recount of the events, whatever account, region and period', async () => {
  const questions = fc.record({
    account: fc.constantFrom(undefined, account(1)),
    region: fc.constantFrom(undefined, 'us-east-1'),
    from: fc.constantFrom(undefined, '2026-11-20T10:00:03.000Z', '2026-11-21T00:00:00.000Z'),
    to: fc.constantFrom(undefined, '2026-11-22T00:00:00.000Z', '2026-11-23T23:59:59.999Z'),
    fewReads: fc.constantFrom(0, 1_000),
  });
  await fc.assert(fc.asyncProperty(fc.array(told, { maxLength: 30 }), questions, async (events, question) => {
    const table = new InMemoryEventTable();
    await store(table, ...events);
    const items = distinctItems(events);
    const { by_rule, by_resource_type, current, period: _period, opened: _opened, resolved: _resolved, ...totals } = await summary(table, question);
    const { compliant, non_compliant, insufficient_data } = current;
    expect({ ...totals, rules: Object.entries(by_rule), current: { compliant, non_compliant, insufficient_data } }).toEqual(recount(items, question));
    expect(Object.values(by_resource_type).reduce((sum, pair) => sum + pair.compliant, 0)).toBe(totals.compliant);
    expect(Object.values(current.by_account).reduce((sum, pair) => sum + pair.non_compliant, 0)).toBe(non_compliant);
  }), { numRuns: 200 });
});

describe('the answer', () => {
  test('has the names of the reference system, whole days, and the score', async () => {
    const table = new InMemoryEventTable();
    await store(table, ...['COMPLIANT', 'COMPLIANT', 'NON_COMPLIANT'].map((status, i) => ({ at: '2026-11-22T10:00:00.000Z', id: `b${i}`, status })));
    await heard(table, account(1), 'eu-central-1', NOW);
    await expect(summary(table, { from: '2026-11-21T10:00:00.000Z', to: '2026-11-22T10:00:00.000Z' })).resolves.toEqual({
      total_events: 3, compliant: 2, non_compliant: 1, not_applicable: 0, insufficient_data: 0, other: 0, opened: 0, resolved: 0,
      by_rule: { encrypted: { compliant: 2, non_compliant: 1 } },
      by_resource_type: { 'AWS::S3::Bucket': { compliant: 2, non_compliant: 1 } },
      period: { from: '2026-11-21T00:00:00.000Z', to: '2026-11-22T23:59:59.999Z' },
      current: {
        compliant: 2, non_compliant: 1, insufficient_data: 0, score: 66.66,
        by_rule: { encrypted: { compliant: 2, non_compliant: 1 } },
        by_resource_type: { 'AWS::S3::Bucket': { compliant: 2, non_compliant: 1 } },
        by_account: { [account(1)]: { compliant: 2, non_compliant: 1, score: 66.66 } },
        asOf: NOW.toISOString(),
        unknown: [],
      },
    });
  });

  test('does not round a score up to all', async () => {
    const table = new InMemoryEventTable();
    const cell = { pk: EVENT_KEYS.cells(account(1), 'eu-central-1', 0), sk: EVENT_KEYS.cell('r', 't') };
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(account(1), 'eu-central-1') } });
    await table.write({ kind: 'put', item: { ...cell, rule: 'r', resourceType: 't', compliant: 1_000_000, nonCompliant: 1 } });
    expect((await summary(table)).current.score).toBe(99.99);
  });

  test('names no rule of which nothing is there any more', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-22T10:00:00.000Z', status: 'COMPLIANT' }, { at: '2026-11-22T11:00:00.000Z', status: 'NOT_APPLICABLE' });
    expect((await summary(table)).current).toMatchObject({ by_rule: {}, score: null, compliant: 0 });
  });

  test('of nothing has no score and no first day', async () => {
    await expect(summary(new InMemoryEventTable())).resolves.toMatchObject({
      total_events: 0, by_rule: {}, period: { from: null, to: '2026-11-24T23:59:59.999Z' }, current: { score: null, unknown: [] },
    });
  });

  test('without dates is of all days that are kept', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-20T10:00:00.000Z' });
    expect((await summary(table)).period).toEqual({ from: '2026-11-20T00:00:00.000Z', to: '2026-11-24T23:59:59.999Z' });
    // A clock may be ahead of ours.
    await store(table, { at: '2026-11-25T00:01:00.000Z' });
    expect((await summary(table)).period.to).toBe('2026-11-25T23:59:59.999Z');
  });
});

describe('what may be wrong', () => {
  const scope = [account(1), 'eu-central-1'] as const;
  const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
  const unknown = async (table: InMemoryEventTable, question: SummaryQuestion = {}) => (await summary(table, question)).current.unknown;

  test('is an account that sends events and no heartbeat', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-24T10:00:00.000Z' });
    await expect(unknown(table)).resolves.toEqual([{ account: scope[0], region: scope[1], cause: 'NEVER_HEARD', from: null, until: null, rules: null }]);
  });

  test('is one whose heartbeats stay away, before anybody has noted it', async () => {
    const table = new InMemoryEventTable();
    await heard(table, ...scope, minutesAgo(45));
    await expect(unknown(table)).resolves.toEqual([]);
    await heard(table, ...scope, minutesAgo(46));
    await expect(unknown(table)).resolves.toEqual([expect.objectContaining({ cause: 'SILENT', from: minutesAgo(46).toISOString() })]);
  });

  test('is what is noted as blind and has not ended', async () => {
    const table = new InMemoryEventTable();
    await heard(table, ...scope, minutesAgo(1));
    const blind = async (cause: 'SILENT' | 'NOT_RECORDED', from: string, more: object = {}) =>
      table.write({ kind: 'put', item: { ...EVENT_KEYS.blind(...scope, from, cause), cause, from, ...more } });
    await blind('SILENT', '2026-11-20T00:00:00.000Z', { until: '2026-11-21T00:00:00.000Z' });
    await blind('NOT_RECORDED', '2026-11-22T00:00:00.000Z', { rules: ['encrypted'] });
    await expect(unknown(table)).resolves.toEqual([
      { account: scope[0], region: scope[1], cause: 'NOT_RECORDED', from: '2026-11-22T00:00:00.000Z', until: null, rules: ['encrypted'] },
    ]);
  });

  test('is listed in the order of accounts and regions', async () => {
    const table = new InMemoryEventTable();
    for (const [owner, region] of [[3, 'b'], [1, 'b'], [2, 'a'], [1, 'a']] as const) {
      await table.write({ kind: 'put', item: { ...EVENT_KEYS.expected(account(owner), region) } });
    }
    await store(table, { at: '2026-11-24T10:00:00.000Z', account: account(2), region: 'b' });
    expect((await unknown(table)).map((each) => `${each.account[0]}${each.region}`)).toEqual(['1a', '1b', '2a', '2b', '3b']);
  });

  test('is told once', async () => {
    const table = new InMemoryEventTable();
    await heard(table, ...scope, minutesAgo(200));
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.blind(...scope, '2026-11-24T09:00:00.000Z', 'SILENT'), cause: 'SILENT', from: '2026-11-24T09:00:00.000Z' } });
    await expect(unknown(table)).resolves.toHaveLength(1);
  });

  test('is an account that is expected, or asked for, and that nobody has heard of', async () => {
    const table = new InMemoryEventTable();
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.expected(account(5), 'us-east-1'), since: '2026-11-24T00:00:00.000Z' } });
    await expect(unknown(table)).resolves.toEqual([expect.objectContaining({ account: account(5), region: 'us-east-1', cause: 'NEVER_HEARD' })]);
    await expect(unknown(table, { account: account(6) })).resolves.toEqual([expect.objectContaining({ account: account(6), region: '*', cause: 'NEVER_HEARD' })]);
    await expect(unknown(table, { account: account(6), region: 'us-east-1' })).resolves.toEqual([expect.objectContaining({ region: 'us-east-1' })]);
    await expect(unknown(table, { region: 'eu-north-1' })).resolves.toEqual([]);
  });
});

describe('over all accounts', () => {
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
  const big = { fewReads: 0 };

  test('is added up anew while that takes few reads', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-24T10:00:00.000Z', id: 'a' });
    await summary(table);
    await store(table, { at: '2026-11-24T10:00:00.000Z', id: 'b' });
    await expect(summary(table)).resolves.toMatchObject({ total_events: 2 });
    expect(table.all().filter(({ pk }) => pk === 'ROLLUP')).toEqual([]);
  });

  test('is kept for a minute where it takes many, and says of when it is', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-24T10:00:00.000Z', id: 'a' });
    const first = await summary(table, big);
    await store(table, { at: '2026-11-24T10:00:00.000Z', id: 'b' });
    await expect(summary(table, big, at(59))).resolves.toEqual(first);
    expect(first.current.asOf).toBe(NOW.toISOString());
    await expect(summary(table, big, at(60))).resolves.toMatchObject({ total_events: 2, current: { asOf: at(60).toISOString() } });
    // Whoever's clock is behind trusts nothing from the future.
    await expect(summary(table, big, at(-1))).resolves.toMatchObject({ current: { asOf: at(-1).toISOString() } });
    expect(table.all().filter(({ pk }) => pk === 'ROLLUP').map(({ sk, expiresAt }) => [sk, expiresAt])).toEqual([['SUMMARY1#*#*#*', Math.floor(at(-1).getTime() / 1_000) + 86_400]]);
  });

  test('is answered also where it cannot be kept', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-24T10:00:00.000Z' });
    jest.spyOn(table, 'write').mockRejectedValue(new Error('AccessDenied'));
    await expect(summary(table, big)).resolves.toMatchObject({ total_events: 1 });
  });

  test('is kept for each question by itself, and never for one account', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-24T10:00:00.000Z' });
    await summary(table, { ...big, region: 'eu-central-1', from: '2026-11-01T09:00:00.000Z' });
    await summary(table, { ...big, to: '2026-11-01T09:00:00.000Z' });
    await summary(table, { ...big, account: account(1) });
    expect(table.all().filter(({ pk }) => pk === 'ROLLUP').map(({ sk }) => sk).sort()).toEqual(['SUMMARY1#*#*#2026-11-01', 'SUMMARY1#eu-central-1#2026-11-01#*']);
  });

  test('is not kept when it is larger than an item may be', async () => {
    const table = new InMemoryEventTable();
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(account(1), 'eu-central-1') } });
    for (let i = 0; i < 8_000; i++) {
      const rule = createHash('sha512').update(`${i}`).digest('base64');
      const key = { pk: EVENT_KEYS.cells(account(1), 'eu-central-1', 0), sk: EVENT_KEYS.cell(rule, 't') };
      await table.write({ kind: 'put', item: { ...key, rule, resourceType: 't', compliant: 1 } });
    }
    await expect(summary(table, big)).resolves.toMatchObject({ current: { compliant: 8_000 } });
    expect(table.all().filter(({ pk }) => pk === 'ROLLUP')).toEqual([]);
  });

  test('is refused where it would take longer than an answer may, and says what to ask instead', async () => {
    const table = new InMemoryEventTable();
    await store(table, { at: '2026-11-24T10:00:00.000Z' }, { at: '2026-11-23T10:00:00.000Z' });
    const problem = await summary(table, { mostReads: 4 }).catch((error: unknown) => error);
    expect((problem as Problem).body).toEqual({
      type: expect.stringMatching(/docs\/api\.md#too-much-to-add-up$/), title: 'Too much to add up', status: 400,
      detail: '1 accounts and regions on 2 days take 5 reads; at most 4 are made for one answer', allowed: expect.stringContaining('start_date'),
    });
    expect(MOST_READS).toBeGreaterThan(100 * 2 * 90);
  });
});

test('costs the same, however many events there are', async () => {
  const costs: object[] = [];
  for (const count of [1_000, 100_000]) {
    const table = new InMemoryEventTable();
    // A cell is as long with a large number as with a small one, up to DynamoDB's digits: what grows is what the cells count.
    for (const [rule, day] of [0, 1, 2, 3, 4].flatMap((i) => DAYS.map((date) => [`rule-${i}`, date] as const))) {
      const counted = { rule, resourceType: 'AWS::S3::Bucket', compliant: count, nonCompliant: count / 10 };
      const sk = EVENT_KEYS.cell(rule, 'AWS::S3::Bucket');
      await table.write({ kind: 'put', item: { pk: EVENT_KEYS.dayCells(account(1), 'eu-central-1', day), sk, ...counted } });
      await table.write({ kind: 'put', item: { pk: EVENT_KEYS.cells(account(1), 'eu-central-1', 0), sk, ...counted } });
      await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownDay(day) } });
    }
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(account(1), 'eu-central-1') } });
    for (let i = 0; i < count; i++) {
      await table.write({ kind: 'put', item: { ...logItem({ at: `2026-11-22T10:00:00.${String(i % 1_000).padStart(3, '0')}Z`, id: `b${i}` }, {}) } });
    }
    table.consumed = { requests: 0, readUnits: 0, writeUnits: 0 };
    await expect(summary(table)).resolves.toMatchObject({ compliant: 15 * count });
    costs.push({ ...table.consumed });
  }
  expect(costs[1]).toEqual(costs[0]);
}, 120_000);
