import { EVENT_KEYS, MemberScope, STATE_COUNTS } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { StateScan } from '../truth-ports';
import { add, areEqual, CellSum, Counts } from './cell-sums';
import { allStateCells } from './score';

/** A cell that counts something else than a recount, which found the same twice. */
export interface Mismatch extends MemberScope {
  /** Sort key. */
  readonly cell: string;
  readonly rule: string;
  readonly resourceType: string;
  /** Of a day's cell. */
  readonly date?: string;
  readonly counted: Counts;
  readonly recounted: Counts;
}

export interface Audited {
  readonly cells: number;
  readonly mismatches: Mismatch[];
  /** Cells that changed while they were recounted: the next audit sees them. */
  readonly unsettled: number;
}

/**
 * Recounts all states and compares them with their cells. Events come in meanwhile: a cell counts as wrong only when it did not change during
 * the recount, and when a second recount finds the same difference.
 */
export async function auditStateCells(table: EventTable, scan: StateScan): Promise<Audited> {
  const first = await recount(table, scan);
  if (first.mismatches.length === 0) return first;
  const second = await recount(table, scan);
  return { ...second, mismatches: second.mismatches.filter((found) => first.mismatches.some((earlier) => isSame(earlier, found))) };
}

async function recount(table: EventTable, scan: StateScan): Promise<Audited> {
  const before = byCell(await allStateCells(table));
  const states = new Map<string, CellSum>();
  for await (const page of scan.states()) {
    for (const { account, region, rule, resourceType, status } of page) {
      const name = STATE_COUNTS[status];
      if (name === undefined) continue;
      count(states, { account, region, rule, resourceType }, { [name]: 1 });
    }
  }
  return compared(before, byCell(await allStateCells(table)), states);
}

/** What was counted before and after, and what was found in between. */
export function compared(before: Cells, after: Cells, found: Cells, date?: string): Audited {
  const keys = [...new Set([...after.keys(), ...found.keys()])].sort();
  const countsOf = (cells: Cells, key: string) => cells.get(key)?.counts ?? {};
  const settled = keys.filter((key) => areEqual(countsOf(before, key), countsOf(after, key)));
  const wrong = settled.filter((key) => !areEqual(countsOf(after, key), countsOf(found, key)));
  return {
    cells: keys.length,
    unsettled: keys.length - settled.length,
    mismatches: wrong.map((key) => {
      const { counts: _, ...cell } = (found.get(key) ?? after.get(key))!;
      return { ...cell, ...(date === undefined ? {} : { date }), counted: countsOf(after, key), recounted: countsOf(found, key) };
    }),
  };
}

export type Cells = ReadonlyMap<string, CellSum>;
export const byCell = (sums: readonly CellSum[]): Cells => new Map(sums.map((sum) => [keyOf(sum), sum]));
const keyOf = ({ account, region, cell }: Pick<CellSum, 'account' | 'region' | 'cell'>) => `${EVENT_KEYS.knownScope(account, region).sk}\n${cell}`;

/** Adds to what a recount found. */
export function count(found: Map<string, CellSum>, of: Omit<CellSum, 'cell' | 'counts'>, counts: Counts): void {
  const sum: CellSum = { ...of, cell: EVENT_KEYS.cell(of.rule, of.resourceType), counts: {} };
  const key = keyOf(sum);
  if (!found.has(key)) found.set(key, sum);
  add(found.get(key)!.counts, counts);
}
export const isSame = (a: Mismatch, b: Mismatch) => keyOf(a) === keyOf(b) && a.date === b.date && areEqual(differenceOf(a), differenceOf(b));

/** What has to be added to a cell to make it right. */
export function differenceOf({ counted, recounted }: Mismatch): Counts {
  const names = Object.keys({ ...counted, ...recounted });
  return Object.fromEntries(names.map((name) => [name, (recounted[name] ?? 0) - (counted[name] ?? 0)]).filter(([, difference]) => difference !== 0));
}
