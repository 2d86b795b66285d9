import { dayOf } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { isStateFact, StateFact, Violation, violationBefore } from './as-of-keys';
import { EventFilter, matches } from './event-filter';
import { nextDay } from './instants';
import { knownDays } from './known-days';
import { behind, brokenLanes, eventLanes, FIRST_VERSION, Lane, LAST_VERSION, resourceIn, resourceLane } from './lanes';
import { MergedLanes, ReadBudget } from './merge';
import { statesOf } from './resource';
import { ShardMap, readShards } from './shards';

const MOST_QUERIES = 300;
const CHUNK = 100;

export interface AsOfQuery {
  readonly filter: EventFilter;
  readonly time: string;
  readonly mostQueries?: number;
}

/**
 * First what breaks a rule now and did so at that moment already, newest first; then each event since then, oldest first, which tells how it was
 * before. What changes while pages are read moves from the first part to the second, and may be told twice; nothing is left out.
 */
export class AsOfListing {
  private readonly budget: ReadBudget;
  private readonly bound: string;
  private readonly found: Violation[] = [];
  private readonly told = new Set<string>();
  private hasMoved = false;

  constructor(
    private readonly table: EventTable, private readonly query: AsOfQuery, private readonly now: Date, private position: string | undefined,
  ) {
    this.budget = new ReadBudget(query.mostQueries ?? MOST_QUERIES);
    this.bound = behind(query.time);
  }

  /** Up to so many, and where to go on; no position at the end. */
  public async read(limit: number): Promise<{ found: Violation[]; position: string | undefined }> {
    const map = await readShards(this.table);
    if (this.position === undefined || this.position < this.bound) {
      if (!await this.readBroken(limit, map)) return { found: this.found, position: this.position };
      this.position = this.bound;
    }
    const isEnd = await this.readSince(limit, map);
    return { found: this.found, position: isEnd ? undefined : this.position };
  }

  private async readBroken(limit: number, map: ShardMap): Promise<boolean> {
    const { filter } = this.query;
    const resource = resourceIn(filter);
    if (resource) return this.takeStates(await statesOf(this.table, resource, this.now), limit);
    const merged = this.merged(brokenLanes(filter, map), { from: FIRST_VERSION, to: this.bound, newestFirst: true });
    return this.take(merged, limit, async (item) => Promise.resolve({ item, evidence: item }));
  }

  private takeStates(states: readonly StateFact[], limit: number): boolean {
    const { position = this.bound, query: { filter } } = this;
    const broken = states.filter((state) => state.status === 'NON_COMPLIANT' && state.version < position && matches(filter, state))
      .sort((a, b) => (a.version < b.version ? 1 : -1));
    for (const item of broken.slice(0, limit)) {
      this.found.push({ item, evidence: item });
      this.moveTo(item.version);
    }
    return broken.length < limit;
  }

  private async readSince(limit: number, map: ShardMap): Promise<boolean> {
    const { filter, time } = this.query;
    const resource = resourceIn(filter);
    if (resource) return this.takeEvents([resourceLane(resource)], limit);
    const from = [dayOf(time), dayOf(this.position!)].sort()[1];
    for await (const { sk: date } of knownDays(this.table, { from }, this.now, { budget: this.budget })) {
      if (this.budget.isSpent && this.hasMoved) return false;
      if (!await this.takeEvents(eventLanes(filter, date, map), limit)) return false;
      this.moveTo(nextDay(date));
    }
    return true;
  }

  private async takeEvents(lanes: readonly Lane[], limit: number): Promise<boolean> {
    const { query: { time }, table, now, budget } = this;
    return this.take(this.merged(lanes, { from: this.bound, to: LAST_VERSION, newestFirst: false }), limit, async (item) => {
      const key = [item.account, item.region, item.rule, item.resourceType, item.resourceId].join('\n');
      if (this.told.has(key)) return undefined;
      this.told.add(key);
      return violationBefore(table, item, time, now, budget);
    }, (item) => isStateFact(item, now));
  }

  /** Takes what is wanted from the lanes; whether they were read to their end. */
  private async take(
    merged: MergedLanes, limit: number, judge: (item: StateFact) => Promise<Violation | undefined>, counts: (item: EventItem) => boolean = () => true,
  ): Promise<boolean> {
    while (this.found.length < limit) {
      const item = await merged.next(!this.hasMoved);
      if (item === 'end') return true;
      if (item === 'spent' || (this.budget.isSpent && this.hasMoved)) return false;
      const violation = matches(this.query.filter, item) && counts(item) ? await judge(item as unknown as StateFact) : undefined;
      if (violation) this.found.push(violation);
      this.moveTo(item.version as string);
    }
    return false;
  }

  private merged(lanes: readonly Lane[], options: { from: string; to: string; newestFirst: boolean }): MergedLanes {
    const { position, budget } = this;
    const chunks = { chunk: CHUNK, mostChunk: CHUNK };
    return new MergedLanes(this.table, lanes, { ...options, ...chunks, ...(position === undefined ? {} : { after: position }), budget });
  }

  private moveTo(position: string): void {
    this.position = position;
    this.hasMoved = true;
  }
}
