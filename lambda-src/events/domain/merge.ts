import { EventItem, EventTable } from '../ports';
import { Lane, sortKeyName, sortKeyOf } from './lanes';

/** What one answer may read. A question that finds little must not read everything. */
export class ReadBudget {
  private spent = 0;

  constructor(private readonly queries: number) {}

  public spend(): void {
    this.spent += 1;
  }

  public get isSpent(): boolean {
    return this.spent >= this.queries;
  }
}

export interface MergeOptions {
  /** Bounds of versions, both included. */
  readonly from: string;
  readonly to: string;
  /** Goes on behind this one, in the direction of the list. */
  readonly after?: string;
  readonly newestFirst: boolean;
  /** How many to read from one lane at first, */
  readonly chunk: number;
  /** and how many at the most: as many once more, which serves uneven lanes, and then twice as many each time. */
  readonly mostChunk: number;
  readonly budget: ReadBudget;
}

interface Reading {
  readonly lane: Lane;
  items: EventItem[];
  after?: string;
  more: boolean;
  /** How many to read next, and then. */
  chunk: number;
  nextChunk: number;
}

/** Several sorted partitions as one sorted list. */
export class MergedLanes {
  private readonly readings: Reading[];

  constructor(private readonly table: EventTable, lanes: readonly Lane[], private readonly options: MergeOptions) {
    const { after, chunk } = options;
    this.readings = lanes.map((lane) => (
      { lane, items: [], more: true, chunk, nextChunk: chunk, ...(after === undefined ? {} : { after: sortKeyOf(lane, after) }) }
    ));
  }

  /** The next item; `end` behind the last one, `spent` when finding it takes more than may be read, unless that is the first thing read. */
  public async next(mustGoOn = false): Promise<EventItem | 'end' | 'spent'> {
    for (;;) {
      const empty = this.readings.filter(({ items, more }) => items.length === 0 && more);
      if (empty.length === 0) break;
      if (this.options.budget.isSpent && !mustGoOn) return 'spent';
      await Promise.all(empty.map((reading) => this.fill(reading)));
    }
    const { newestFirst } = this.options;
    let first: Reading | undefined;
    for (const reading of this.readings) {
      if (reading.items.length === 0) continue;
      if (first && (versionIn(reading) > versionIn(first)) !== newestFirst) continue;
      first = reading;
    }
    return first?.items.shift() ?? 'end';
  }

  private async fill(reading: Reading): Promise<void> {
    const { from, to, newestFirst, mostChunk, budget } = this.options;
    const { lane, after, chunk, nextChunk } = reading;
    budget.spend();
    const { items, more } = await this.table.query({
      ...lane,
      from: sortKeyOf(lane, from),
      to: sortKeyOf(lane, to),
      newestFirst,
      limit: chunk,
      ...(after === undefined ? {} : { after }),
    });
    const last = items.at(-1);
    // A failed read is never an empty one.
    if (more && !last) throw new Error(`the table answered an empty page of ${lane.partition} that is not the last`);
    const chunks = { chunk: nextChunk, nextChunk: Math.min(2 * nextChunk, mostChunk) };
    Object.assign(reading, { items, more, ...chunks, after: last?.[sortKeyName(lane)] ?? after });
  }
}

const versionIn = ({ items }: Reading) => items[0].version as string;
