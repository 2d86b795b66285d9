import { atOnce } from '../../../../lambda-src/events/domain/at-once';
import { keepScores } from '../../../../lambda-src/events/domain/daily-score';
import { keepHeartbeat } from '../../../../lambda-src/events/domain/heartbeats';
import { allOf } from '../../../../lambda-src/events/domain/read-all';
import { allStateCells, scoresOf } from '../../../../lambda-src/events/domain/score';
import { findSilence, MISSED_HEARTBEATS, Silence } from '../../../../lambda-src/events/domain/silence';
import { BlindItem, EVENT_KEYS, MemberScope } from '../../../../src/events/contract';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const minutes = (count: number) => new Date(NOW + count * 60_000);
const at = (count: number) => minutes(count).toISOString();
const member = (digit: string, region = 'eu-central-1'): MemberScope => ({ account: digit.repeat(12), region });

describe('silence', () => {
  let table: InMemoryEventTable;
  beforeEach(() => {
    table = new InMemoryEventTable();
  });
  const heard = (scope: MemberScope, due: number, intervalMinutes = 15) =>
    keepHeartbeat(table, { ...scope, scheduledAt: at(due), intervalMinutes }, minutes(due));
  const look = (after: number, expected: MemberScope[] = [], graceMinutes = 60): Promise<Silence> =>
    findSilence(table, { expected, graceMinutes, keptDays: 90 }, minutes(after));
  const blind = () => (table.all().filter(({ pk }) => pk.startsWith('BLIND#')) as unknown as BlindItem[])
    .map(({ cause, from, until }) => [cause, from, until].filter(Boolean).join(' ')).sort();

  it('is nothing where all are heard, and nothing is written', async () => {
    await heard(member('1'), 0);
    await heard(member('2'), -5, 60);
    const { writeUnits } = table.consumed;
    expect(await look(10, [member('1')])).toEqual({ silent: [], heardAgain: [], members: 2, unhealthyRecorders: 0 });
    expect(table.consumed.writeUnits).toBe(writeUnits);
  });

  it('begins when three heartbeats are missed, each member by its own interval', async () => {
    await heard(member('1'), 0);
    await heard(member('2'), 0, 60);
    expect((await look(15 * MISSED_HEARTBEATS)).silent).toEqual([]);
    const silent = [{ ...member('1'), cause: 'SILENT', since: at(0) }];
    expect((await look(15 * MISSED_HEARTBEATS + 1)).silent).toEqual(silent);
    const { writeUnits } = table.consumed;
    expect((await look(15 * MISSED_HEARTBEATS + 6)).silent).toEqual(silent);
    expect(table.consumed.writeUnits).toBe(writeUnits);
    expect(blind()).toEqual([`SILENT ${at(0)}`]);
  });

  it('ends with the next heartbeat', async () => {
    await heard(member('1'), 0);
    await look(60);
    await heard(member('1'), 75);
    expect(await look(80)).toMatchObject({ silent: [], heardAgain: [member('1')] });
    expect(blind()).toEqual([`SILENT ${at(0)} ${at(75)}`]);
    expect(await look(85)).toMatchObject({ heardAgain: [] });
  });

  it('is also that of a member which was never heard of, after a grace', async () => {
    expect(await look(0, [member('3')])).toMatchObject({ silent: [], members: 1 });
    expect((await look(59, [member('3')])).silent).toEqual([]);
    expect((await look(60, [member('3')])).silent).toEqual([{ ...member('3'), cause: 'NEVER_HEARD', since: at(0) }]);
    expect(blind()).toEqual([`NEVER_HEARD ${at(0)}`]);
    await heard(member('3'), 70);
    expect(await look(75, [member('3')])).toMatchObject({ silent: [], heardAgain: [member('3')] });
    expect(blind()).toEqual([`NEVER_HEARD ${at(0)} ${at(70)}`]);
    expect(table.all().filter(({ pk }) => pk === 'EXPECTED')).toEqual([]);
  });

  it('is told at once where no grace is given', async () => {
    expect((await look(0, [member('3')], 0)).silent).toMatchObject([{ cause: 'NEVER_HEARD' }]);
  });

  it('is not that of a member which is expected no more', async () => {
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(member('3').account, member('3').region) } });
    await look(0, [member('3')], 0);
    expect(await look(5)).toMatchObject({ silent: [], members: 0 });
    expect(blind()).toEqual([`NEVER_HEARD ${at(0)} ${at(5)}`]);
    expect(table.all().filter(({ pk }) => pk === 'EXPECTED')).toEqual([]);
  });

  it('counts members whose recorder tells nothing, once each', async () => {
    await heard(member('1'), 0);
    for (const cause of ['RECORDER_STOPPED', 'DELIVERY_FAILED'] as const) {
      await table.write({ kind: 'put', item: { ...EVENT_KEYS.blind(member('1').account, member('1').region, at(0), cause), cause, from: at(0) } });
    }
    expect(await look(5)).toMatchObject({ unhealthyRecorders: 1, silent: [] });
    expect(await look(60)).toMatchObject({ unhealthyRecorders: 1, silent: [{ cause: 'SILENT' }] });
  });
});

describe('the score', () => {
  const cell = (account: string, rule: string, compliant: number, nonCompliant: number, shard = 0) => ({
    kind: 'put' as const,
    item: { pk: EVENT_KEYS.cells(account, 'eu-central-1', shard), sk: EVENT_KEYS.cell(rule, 'T'), account, region: 'eu-central-1', rule, resourceType: 'T', compliant, nonCompliant },
  });
  const [one, two, three] = ['1', '2', '3'].map((digit) => member(digit).account);
  let table: InMemoryEventTable;
  beforeEach(async () => {
    table = new InMemoryEventTable();
    for (const account of [two, one, three]) await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(account, 'eu-central-1') } });
  });

  it('is the share of what is compliant, over all and by account; and the rules that most resources break come first', async () => {
    const cells = [
      cell(one, 'a', 6, 1), cell(one, 'a', 2, 0, 1), cell(one, 'b', 0, 1), cell(two, 'b', 5, 5), cell(two, 'c', 1, 6), cell(two, 'd', 3, 0),
      cell(three, 'e', 0, 6), cell(three, 'aa', 0, 6),
    ];
    for (const write of cells) await table.write(write);
    const { all, byAccount, failing } = scoresOf(await allStateCells(table));
    expect(all).toEqual({ compliant: 17, nonCompliant: 25, score: 1_700 / 42 });
    expect([...byAccount]).toEqual([
      [one, { compliant: 8, nonCompliant: 2, score: 80 }], [two, { compliant: 9, nonCompliant: 11, score: 45 }],
      [three, { compliant: 0, nonCompliant: 12, score: 0 }],
    ]);
    expect(failing.map(({ rule, nonCompliant }) => `${rule} ${nonCompliant}`)).toEqual(['aa 6', 'b 6', 'c 6', 'e 6', 'a 1']);
  });

  it('is not there where nothing is evaluated, nor kept', async () => {
    await table.write({ kind: 'put', item: { ...cell(one, 'a', 0, 0).item, compliant: undefined, insufficientData: 4, nonCompliant: undefined } });
    const scores = scoresOf(await allStateCells(table));
    expect(scores.all).toEqual({ compliant: 0, nonCompliant: 0 });
    await keepScores(table, scores, '2026-11-23', minutes(0));
    expect(table.all().filter(({ pk }) => pk.startsWith('SCORE#'))).toEqual([]);
  });

  it('of a day is kept for three years, as it was when the day had ended', async () => {
    await table.write(cell(one, 'a', 3, 1));
    for (const after of [5, 600]) {
      await keepScores(table, scoresOf(await allStateCells(table)), '2026-11-23', minutes(after));
      await table.write({ kind: 'update', key: cell(one, 'a', 3, 1).item, add: { nonCompliant: 4 } });
    }
    const item = { sk: '2026-11-23', score: 75, compliant: 3, nonCompliant: 1, asOf: at(5), expiresAt: Date.parse('2026-11-23') / 1_000 + 3 * 365 * 86_400 };
    expect(table.all().filter(({ pk }) => pk.startsWith('SCORE#'))).toEqual([{ pk: 'SCORE#ALL', ...item }, { pk: `SCORE#${one}`, ...item }]);
  });
});

describe('many at once', () => {
  it('are as many as allowed, in order', async () => {
    let [now, most] = [0, 0];
    const results = await atOnce([30, 10, 20, 0], 2, async (wait) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, wait));
      now -= 1;
      return wait;
    });
    expect([results, most]).toEqual([[30, 10, 20, 0], 2]);
    expect(await atOnce([], 2, async () => 1)).toEqual([]);
  });

  it('begin no further one after a failure', async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      if (item === 1) throw new Error('one');
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await expect(atOnce([0, 1, 2, 3], 2, work)).rejects.toThrow('one');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(begun).toEqual([0, 1]);
  });
});

describe('all pages', () => {
  it('are read, of the table and of an index', async () => {
    const table = new InMemoryEventTable();
    for (let index = 0; index < 1_201; index++) {
      const sk = String(index).padStart(5, '0');
      await table.write({ kind: 'put', item: { pk: 'p', sk, timeline: 't', version: sk } });
    }
    expect(await allOf(table, { partition: 'p' })).toHaveLength(1_201);
    expect(new Set((await allOf(table, { index: 'timeline', partition: 't' })).map(({ sk }) => sk)).size).toBe(1_201);
  });

  it('are never taken for all when one is empty', async () => {
    const table = new InMemoryEventTable();
    table.query = async () => ({ items: [], more: true });
    await expect(allOf(table, { partition: 'p' })).rejects.toThrow('the table answered an empty page of p that is not the last');
  });
});
