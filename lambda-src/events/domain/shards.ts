import { DEFAULT_SHARDS, EVENT_KEYS, Shards } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';

/** More partitions than that no table needs, and each is one more to read. */
const MOST_SHARDS = 64;
const PAGE = 100;
const KEPT_MS = 5 * 60_000;

/** The shard map, as of a time. */
export type Shardings = (now: Date) => Promise<ShardMap>;

/** Into how many partitions each day is divided. */
export class ShardMap {
  /** Newest first. */
  private readonly entries: readonly { readonly from: string; readonly shards: Shards }[];

  constructor(entries: readonly { readonly from: string; readonly shards: Shards }[] = []) {
    this.entries = [...entries].sort((a, b) => (a.from < b.from ? 1 : -1));
  }

  /** Of a day, as `2026-11-24`: the last entry that begins by then. */
  public on(date: string): Shards {
    return this.entries.find(({ from }) => from <= date)?.shards ?? DEFAULT_SHARDS;
  }

  /** What is written today may lie in any partition there ever was: lists and counters of now are read from all of these. */
  public get most(): Shards {
    return this.entries.map(({ shards }) => shards).reduce((most, shards) => ({
      accounts: Math.max(most.accounts, shards.accounts),
      resources: Math.max(most.resources, shards.resources),
      cells: Math.max(most.cells, shards.cells),
    }), DEFAULT_SHARDS);
  }
}

/** Reads the map once in five minutes: an entry therefore begins on a later day than it is written. */
export function keptShards(table: EventTable): Shardings {
  let kept: { readonly map: ShardMap; readonly at: number } | undefined;
  return async (now) => {
    if (kept === undefined || now.getTime() >= kept.at + KEPT_MS) kept = { map: await readShards(table), at: now.getTime() };
    return kept.map;
  };
}

/** Reads what an operator wrote. */
export async function readShards(table: EventTable): Promise<ShardMap> {
  const first = EVENT_KEYS.shards('');
  const { items } = await table.query({ partition: first.pk, from: first.sk, to: EVENT_KEYS.shards('9999-12-31').sk, limit: PAGE, consistent: true });
  return new ShardMap(items.map((item) => ({ from: item.sk.slice(first.sk.length), shards: shardsOf(item) })));
}

function shardsOf(item: EventItem): Shards {
  const { accounts, resources, cells } = item;
  if (!isCount(accounts) || !isCount(resources) || !isCount(cells)) {
    throw new Error(`the item ${item.pk} ${item.sk} must have accounts, resources and cells, whole numbers from 1 to ${MOST_SHARDS}: correct it in the table`);
  }
  return { accounts, resources, cells };
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_SHARDS;
