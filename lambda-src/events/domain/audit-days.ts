import { dayOf, EVENT_KEYS, LogItem, MemberScope } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { atOnce } from './at-once';
import { Audited, byCell, compared, count, isSame } from './audit-cells';
import { CellSum, dayCells } from './cell-sums';
import { dayCounts, isCounted } from './items';
import { numbers, pagesOf, PARTITIONS_AT_ONCE, scopesIn } from './read-all';
import { readShards } from './shards';

/** The last days that are over, the newest first, as `2026-11-24`. */
export const daysBefore = (now: Date, days: number) =>
  numbers(days).map((index) => dayOf(new Date(now.getTime() - (index + 1) * 86_400_000).toISOString()));

/** Recounts the events of a day and compares them with the day's cells. */
export async function auditDay(table: EventTable, date: string): Promise<Audited> {
  const first = await recountDay(table, date);
  if (first.mismatches.length === 0) return first;
  // An index follows the table after a moment.
  const second = await recountDay(table, date);
  return { ...second, mismatches: second.mismatches.filter((found) => first.mismatches.some((earlier) => isSame(earlier, found))) };
}

async function recountDay(table: EventTable, date: string): Promise<Audited> {
  const before = byCell(await cellsOfDay(table, date));
  const events = new Map<string, CellSum>();
  for await (const page of eventsOf(table, date)) {
    for (const event of page) {
      if (!isCounted(event)) continue;
      const { account, region, rule, resourceType } = event;
      count(events, { account, region, rule, resourceType }, dayCounts(event));
    }
  }
  return compared(before, byCell(await cellsOfDay(table, date)), events, date);
}

async function cellsOfDay(table: EventTable, date: string): Promise<CellSum[]> {
  const scopes: MemberScope[] = await scopesIn(table, EVENT_KEYS.knownScope('', '').pk);
  return (await atOnce(scopes, PARTITIONS_AT_ONCE, (scope) => dayCells(table, scope, date))).flat();
}

/** All events of a day, of one partition after another and in each by their version. */
export async function* eventsOf(table: EventTable, date: string): AsyncGenerator<LogItem[]> {
  const { accounts, resources } = (await readShards(table)).most;
  for (const account of numbers(accounts)) for (const resource of numbers(resources)) yield* eventsInShard(table, date, account, resource);
}

export async function* eventsInShard(table: EventTable, date: string, account: number, resource: number): AsyncGenerator<LogItem[]> {
  for await (const page of pagesOf(table, { index: 'timeline', partition: EVENT_KEYS.day(date, account, resource) })) yield page as (EventItem & LogItem)[];
}
