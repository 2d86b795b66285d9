import { EVENT_KEYS } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { isOver } from './event-filter';
import { nextDay, startOf } from './instants';
import { ReadBudget } from './merge';
import { pagesOf } from './read-all';

export interface DayRange {
  /** Dates, both included. */
  readonly from?: string;
  readonly to?: string;
}

/** Days that have events, in order: what is not listed need not be asked for. Reads on only as far as somebody asks. */
export async function* knownDays(
  table: EventTable, range: DayRange, now: Date, options: { readonly newestFirst?: boolean; readonly budget?: ReadBudget } = {},
): AsyncGenerator<EventItem> {
  for await (const page of pagesOf(table, { partition: EVENT_KEYS.knownDay('').pk, newestFirst: options.newestFirst ?? false, ...range })) {
    options.budget?.spend();
    yield* page.filter((day) => !isOver(day, now));
  }
}

/**
 * The first moment from which on every event is still there; undefined before the first event. A day tells how long it is kept, but for days
 * of facts that came later than they were recorded: those are kept longer. So the shortest time that a day is kept is what all are.
 */
export async function earliestWhole(table: EventTable, now: Date): Promise<string | undefined> {
  let first: string | undefined;
  let kept = Infinity;
  for await (const { sk, expiresAt } of knownDays(table, {}, now)) {
    first ??= sk;
    if (typeof expiresAt === 'number') kept = Math.min(kept, expiresAt * 1_000 - Date.parse(startOf(nextDay(sk))));
  }
  if (first === undefined || kept === Infinity) return first;
  const retained = new Date(Math.max(0, now.getTime() - kept)).toISOString().slice(0, 10);
  return retained > first ? retained : first;
}
