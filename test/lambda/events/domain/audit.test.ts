import * as fc from 'fast-check';
import { auditStateCells } from '../../../../lambda-src/events/domain/audit-cells';
import { auditDay, daysBefore } from '../../../../lambda-src/events/domain/audit-days';
import { correctCells } from '../../../../lambda-src/events/domain/correct-cells';
import { complianceFact, Fact } from '../../../../lambda-src/events/domain/fact';
import { ingest } from '../../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../../lambda-src/events/domain/shards';
import { ComplianceStatus, EVENT_KEYS } from '../../../../src/events/contract';
import { recountOf } from '../../../support/event-recount';
import { InMemoryStateScan } from '../../../support/in-memory-config';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const DAY = '2026-11-24';
const name = { account: '111111111111', region: 'eu-central-1', rule: 'r1', resourceType: 'AWS::S3::Bucket' };
const cellKey = { pk: EVENT_KEYS.cells(name.account, name.region, 0), sk: EVENT_KEYS.cell(name.rule, name.resourceType) };
const dayKey = { ...cellKey, pk: EVENT_KEYS.dayCells(name.account, name.region, DAY) };

let minute = 0;
const fact = (resourceId: string, status: ComplianceStatus | 'ODD', more: object = {}): Fact => {
  minute += 1;
  return complianceFact({ ...name, resourceId, status, recordedAt: new Date(Date.parse('2026-11-24T06:00:00Z') + minute * 60_000).toISOString(), ...more });
};

class Hub {
  public readonly table = new InMemoryEventTable();
  public readonly scan = new InMemoryStateScan(this.table);
  private readonly dependencies = {
    table: this.table, clock: { now: () => NOW, remaining: () => 900_000, sleep: async () => undefined },
    keeping: { retentionDays: 90, tombstoneDays: 44 },
    shards: async () => new ShardMap(), known: new KnownPlaces(),
  };

  public async take(...facts: Fact[]): Promise<void> {
    await ingest(facts, this.dependencies);
  }
  public async add(key: typeof cellKey, add: { [count: string]: number }): Promise<void> {
    await this.table.write({ kind: 'update', key, add, setOnce: name });
  }
}

describe('an audit', () => {
  let hub: Hub;
  beforeEach(async () => {
    minute = 0;
    hub = new Hub();
    await hub.take(fact('a', 'COMPLIANT'), fact('b', 'NON_COMPLIANT'), fact('c', 'COMPLIANT'));
    await hub.take(fact('c', 'NOT_APPLICABLE', { previousStatus: 'COMPLIANT' }), fact('d', 'ODD'), fact('e', 'COMPLIANT', { mode: 'PROACTIVE' }));
    const item = { source: 'aws.config', detailType: 'Config Configuration Item Change', resourceId: 'a', recordedAt: '2026-11-24T07:00:00.000Z' };
    await hub.take({ ...name, ...item, eventId: 'x', rule: undefined });
  });

  it('of counters that are right finds nothing, and writes nothing', async () => {
    const { writeUnits } = hub.table.consumed;
    expect(await auditStateCells(hub.table, hub.scan)).toEqual({ cells: 1, mismatches: [], unsettled: 0 });
    expect(await auditDay(hub.table, DAY)).toEqual({ cells: 1, mismatches: [], unsettled: 0 });
    expect(await auditDay(hub.table, '2026-11-01')).toEqual({ cells: 0, mismatches: [], unsettled: 0 });
    expect(hub.table.consumed.writeUnits).toBe(writeUnits);
    expect(hub.scan.scans).toBe(1);
  });

  it('finds a wrong cell of now, and corrects it when it is asked to, once', async () => {
    await hub.add(cellKey, { compliant: 2, nonCompliant: -1 });
    const { mismatches } = await auditStateCells(hub.table, hub.scan);
    const counted = expect.objectContaining({ compliant: 3 }) as object;
    expect(mismatches).toEqual([{ ...name, cell: cellKey.sk, counted, recounted: { compliant: 1, nonCompliant: 1 } }]);
    expect(await correctCells(hub.table, mismatches, 'run-1', NOW)).toBe(1);
    expect(await correctCells(hub.table, mismatches, 'run-1', NOW)).toBe(0);
    expect((await auditStateCells(hub.table, hub.scan)).mismatches).toEqual([]);
    expect(recountOf(hub.table.all())).toEqual([]);
  });

  it('finds a wrong cell of a day, and corrects it', async () => {
    await hub.add(dayKey, { opened: 4, other: -2 });
    const { mismatches } = await auditDay(hub.table, DAY);
    expect(mismatches).toMatchObject([{ ...name, date: DAY, counted: { opened: 5 }, recounted: { opened: 1, other: 2 } }]);
    expect(await correctCells(hub.table, mismatches, 'run-1', NOW)).toBe(1);
    expect((await auditDay(hub.table, DAY)).mismatches).toEqual([]);
    expect(recountOf(hub.table.all())).toEqual([]);
  });

  it('finds a cell that is missing, and one of nothing', async () => {
    await hub.table.write({ kind: 'delete', key: cellKey });
    await hub.table.write({ kind: 'delete', key: { ...cellKey, pk: EVENT_KEYS.cells(name.account, name.region, 1) } });
    // By hand, without a name.
    await hub.table.write({ kind: 'update', key: { ...cellKey, sk: EVENT_KEYS.cell('r2', name.resourceType) }, add: { compliant: 1 } });
    expect((await auditStateCells(hub.table, hub.scan)).mismatches).toMatchObject([
      { rule: 'r1', counted: {}, recounted: { compliant: 1, nonCompliant: 1 } },
      { cell: EVENT_KEYS.cell('r2', name.resourceType), rule: '', counted: { compliant: 1 }, recounted: {} },
    ]);
  });

  it('takes no event that comes meanwhile for a mistake', async () => {
    const { states } = hub.scan;
    let [before, after] = [0, 0];
    hub.scan.states = async function* (of) {
      if (before++ === 0) await hub.take(fact('f', 'COMPLIANT'));
      yield* states.call(hub.scan, of);
      if (after++ === 0) await hub.take(fact('g', 'NON_COMPLIANT'), fact('a', 'NON_COMPLIANT', { previousStatus: 'COMPLIANT' }));
    };
    expect(await auditStateCells(hub.table, hub.scan)).toEqual({ cells: 1, mismatches: [], unsettled: 1 });
  });

  it('takes what only one of two recounts finds for none', async () => {
    await hub.add(cellKey, { compliant: 1 });
    await hub.add(dayKey, { compliant: 1 });
    const query = hub.table.query.bind(hub.table);
    const reads = { now: 0, day: 0 };
    hub.table.query = async (asked) => {
      // Before the second recount, somebody puts it right.
      if (asked.partition === cellKey.pk && ++reads.now === 3) await hub.add(cellKey, { compliant: -1 });
      if (asked.partition === dayKey.pk && ++reads.day === 3) await hub.add(dayKey, { compliant: -1 });
      return query(asked);
    };
    expect(await auditStateCells(hub.table, hub.scan)).toMatchObject({ mismatches: [], unsettled: 0 });
    expect(await auditDay(hub.table, DAY)).toMatchObject({ mismatches: [], unsettled: 0 });
    expect(hub.scan.scans).toBe(2);
  });

  it('looks at the last days that are over', () => {
    expect(daysBefore(new Date('2026-03-01T00:30:00Z'), 3)).toEqual(['2026-02-28', '2026-02-27', '2026-02-26']);
    expect(daysBefore(NOW, 0)).toEqual([]);
  });

  it('of whatever came finds nothing, and of any tampering that it was tampered with', async () => {
    const status = fc.constantFrom<ComplianceStatus | 'ODD'>('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA', 'ODD');
    const events = fc.array(fc.record({ id: fc.constantFrom('a', 'b'), status, rule: fc.constantFrom('r1', 'r2') }), { minLength: 1, maxLength: 15 });
    await fc.assert(fc.asyncProperty(events, fc.integer({ min: -3, max: 3 }), async (all, tampered) => {
      minute = 0;
      hub = new Hub();
      for (const { id, status: next, rule } of all) await hub.take(fact(id, next, { rule }));
      if (tampered !== 0) await hub.add(cellKey, { compliant: tampered });
      expect((await auditStateCells(hub.table, hub.scan)).mismatches).toHaveLength(tampered === 0 ? 0 : 1);
      expect((await auditDay(hub.table, DAY)).mismatches).toEqual([]);
    }), { numRuns: 100 });
  });
});
