import { cursorOf, positionIn } from './cursor';
import { EventFilter, isOver, matches, questionOf } from './event-filter';
import { EventView, MOST_BYTES, viewsOf } from './event-view';
import { knownDays } from './known-days';
import { behind, dateIn, eventLanes, FIRST_VERSION, LAST_VERSION, resourceIn, resourceLane } from './lanes';
import { MergedLanes, ReadBudget } from './merge';
import { readShards } from './shards';
import { EventItem, EventTable } from '../ports';

/** Queries of one answer: about a second's worth. Whoever's filter finds little gets what there is and a cursor. */
export const MOST_QUERIES = 150;
/** As much as one query may well bring. */
const CHUNK = 200;

export interface EventQuestion {
  readonly filter: EventFilter;
  /** Moments, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly mostBytes?: number;
  readonly mostQueries?: number;
}
export interface EventPage {
  readonly items: EventView[];
  /** Null at the end, and only there. */
  readonly nextCursor: string | null;
}

/** Events, newest first, page by page. */
export async function listEvents(table: EventTable, question: EventQuestion, now: Date): Promise<EventPage> {
  const { filter, from, to, limit, mostBytes = MOST_BYTES } = question;
  const asked = questionOf('events', filter, from, to);
  const listing = new Listing(table, question, now, positionIn(question.cursor, asked));
  // One more than the page holds tells whether it is the last one.
  const { found, position } = await listing.read(limit + 1);
  const items = await viewsOf(table, found.slice(0, limit), mostBytes);
  if (items.length < found.length) return { items, nextCursor: cursorOf(found[items.length - 1].version as string, asked) };
  return { items, nextCursor: position === undefined ? null : cursorOf(position, asked) };
}

class Listing {
  private readonly budget: ReadBudget;
  private readonly found: EventItem[] = [];
  /** Behind the last item that was looked at, whether or not it was wanted. */
  private position: string | undefined;
  private hasMoved = false;

  constructor(
    private readonly table: EventTable, private readonly question: EventQuestion, private readonly now: Date, position: string | undefined,
  ) {
    this.budget = new ReadBudget(question.mostQueries ?? MOST_QUERIES);
    this.position = position;
  }

  /** So many events, or fewer and where to go on; no position at the end. */
  public async read(wanted: number): Promise<{ found: EventItem[]; position: string | undefined }> {
    const resource = resourceIn(this.question.filter);
    const isEnd = resource ? await this.readLanes([resourceLane(resource)], wanted) : await this.readDays(wanted);
    return { found: this.found, position: isEnd ? undefined : this.position };
  }

  private async readDays(wanted: number): Promise<boolean> {
    const { filter, from, to } = this.question;
    const map = await readShards(this.table);
    const before = this.position;
    const last = [to, before].filter((bound) => bound !== undefined).map(dateIn).sort()[0];
    const range = { ...(from === undefined ? {} : { from: dateIn(from) }), ...(last === undefined ? {} : { to: last }) };
    for await (const { sk: date } of knownDays(this.table, range, this.now, { newestFirst: true, budget: this.budget })) {
      // Nothing of a day is left behind its own date.
      if (before === date) continue;
      if (this.budget.isSpent && this.hasMoved) return false;
      if (!await this.readLanes(eventLanes(filter, date, map), wanted)) return false;
      this.moveTo(date);
    }
    return true;
  }

  /** Whether the lanes were read to their end. */
  private async readLanes(lanes: ReturnType<typeof eventLanes>, wanted: number): Promise<boolean> {
    const { from, to } = this.question;
    const merged = new MergedLanes(this.table, lanes, {
      from: from ?? FIRST_VERSION,
      to: to === undefined ? LAST_VERSION : behind(to),
      ...(this.position === undefined ? {} : { after: this.position }),
      newestFirst: true,
      ...this.chunks(lanes.length, wanted),
      budget: this.budget,
    });
    for (;;) {
      const item = await merged.next(!this.hasMoved);
      if (item === 'end') return true;
      if (item === 'spent') return false;
      this.moveTo(item.version as string);
      if (!matches(this.question.filter, item) || isOver(item, this.now)) continue;
      this.found.push(item);
      if (this.found.length === wanted) return false;
    }
  }

  private moveTo(position: string): void {
    this.position = position;
    this.hasMoved = true;
  }

  /** Little more than a page where most events fit, and then more and more: what is rare shows at once, and so do accounts that have the most. */
  private chunks(lanes: number, wanted: number): { readonly chunk: number; readonly mostChunk: number } {
    const { status, region, resourceType, resourceId, account, rule } = this.question.filter;
    const isSifted = [status, region, resourceType, resourceId].some((value) => value !== undefined) || (account !== undefined && rule !== undefined);
    const mostChunk = Math.max(CHUNK, wanted);
    return { chunk: isSifted ? mostChunk : Math.ceil((wanted - this.found.length) / lanes) + 8, mostChunk };
  }
}
