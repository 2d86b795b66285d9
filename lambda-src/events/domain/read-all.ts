import { EVENT_TABLE, INDEX_SORT_KEY, MemberScope, scopeOf } from '../../../src/events/contract';
import { EventItem, EventTable, Query } from '../ports';

const PAGE = 500;
/** As many of an account's or a day's partitions as are read at a time. */
export const PARTITIONS_AT_ONCE = 8;

/** All items of a query, page by page. */
export async function* pagesOf(table: EventTable, query: Omit<Query, 'limit' | 'after'>): AsyncGenerator<EventItem[]> {
  const sortKey = query.index ? INDEX_SORT_KEY : EVENT_TABLE.sortKey;
  let after: string | undefined;
  for (;;) {
    const { items, more } = await table.query({ ...query, limit: PAGE, ...(after === undefined ? {} : { after }) });
    if (items.length > 0) yield items;
    if (!more) return;
    const last = items.at(-1);
    // A failed read is never an empty one.
    if (!last) throw new Error(`the table answered an empty page of ${query.partition} that is not the last`);
    after = last[sortKey] as string;
  }
}

export async function allOf(table: EventTable, query: Omit<Query, 'limit' | 'after'>): Promise<EventItem[]> {
  const all: EventItem[] = [];
  for await (const page of pagesOf(table, query)) all.push(...page);
  return all;
}

/** Accounts and regions of the items in a partition such as `SCOPES` or `HB`. */
export async function scopesIn(table: EventTable, partition: string): Promise<MemberScope[]> {
  return (await allOf(table, { partition })).map(({ sk }) => scopeOf(sk));
}

export const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
