import { EVENT_KEYS, MemberScope } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { allOf, numbers } from './read-all';

/** Counts of a rule and type of resource in an account and region. */
export interface CellSum extends MemberScope {
  /** Sort key of the cell, which alone says whose it is: somebody may have written one by hand. */
  readonly cell: string;
  readonly rule: string;
  readonly resourceType: string;
  readonly counts: Counts;
}
export type Counts = { [name: string]: number };

/** Whatever is counted in an item: all its numbers but the time at which it goes. */
export const countsIn = (item: EventItem): Counts =>
  Object.fromEntries(Object.entries(item).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[0] !== 'expiresAt'));

/** The cells of states of an account and region, summed over their shards. */
export async function stateCells(table: EventTable, { account, region }: MemberScope, shards: number): Promise<CellSum[]> {
  const partitions = numbers(shards).map((shard) => EVENT_KEYS.cells(account, region, shard));
  return summed({ account, region }, (await Promise.all(partitions.map((partition) => allOf(table, { partition, consistent: true })))).flat());
}

/** The cells of a day's events of an account and region. */
export async function dayCells(table: EventTable, { account, region }: MemberScope, date: string): Promise<CellSum[]> {
  return summed({ account, region }, await allOf(table, { partition: EVENT_KEYS.dayCells(account, region, date), consistent: true }));
}

function summed(scope: MemberScope, items: EventItem[]): CellSum[] {
  const sums = new Map<string, CellSum>();
  for (const item of items) {
    const { sk, rule = '', resourceType = '' } = item as EventItem & { rule?: string; resourceType?: string };
    const sum = sums.get(sk) ?? { ...scope, cell: sk, rule, resourceType, counts: {} };
    sums.set(sk, sum);
    add(sum.counts, countsIn(item));
  }
  return [...sums.values()];
}

export function add(counts: Counts, more: Counts): void {
  for (const [name, value] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + value;
}

/** Whether two counts are equal: what is not there is zero. */
export const areEqual = (a: Counts, b: Counts) => Object.keys({ ...a, ...b }).every((name) => (a[name] ?? 0) === (b[name] ?? 0));
