import { EVENT_KEYS } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { differenceOf, Mismatch } from './audit-cells';

/**
 * Adds to each wrong cell what it lacks. Additions commute with those of events that come in meanwhile, and a marker in the same transaction
 * lets none be made twice. Answers how many cells were corrected.
 */
export async function correctCells(table: EventTable, mismatches: readonly Mismatch[], runId: string, now: Date): Promise<number> {
  let corrected = 0;
  for (const mismatch of mismatches) {
    const { account, region, cell: sk, rule, resourceType, date } = mismatch;
    const pk = date === undefined ? EVENT_KEYS.cells(account, region, 0) : EVENT_KEYS.dayCells(account, region, date);
    const marker = EVENT_KEYS.once(`correct ${pk} ${sk}`, runId);
    const refusal = await table.commit([
      { kind: 'put', item: { ...marker, expiresAt: Math.floor(now.getTime() / 1_000) + 90 * 86_400 }, condition: { kind: 'absent' } },
      { kind: 'update', key: { pk, sk }, add: differenceOf(mismatch), setOnce: { account, region, rule, resourceType, ...(date === undefined ? {} : { date }) } },
    ]);
    if (refusal === undefined) corrected += 1;
  }
  return corrected;
}
