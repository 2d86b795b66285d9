import { Condition, EventItem, EventTable, MOST_ACTIONS, Page, Query, Refusal, Write } from '../../lambda-src/events/ports';
import { EVENT_INDEXES, EVENT_TABLE, EventTableKey, INDEX_SORT_KEY } from '../../src/events/contract';

/** One list of items in the order of their sort key. Sorted when it is next read, so that loading many costs little. */
class Collection {
  private readonly bySort = new Map<string, EventItem>();
  private sorted: string[] | undefined;

  public set(sort: string, item: EventItem): void {
    if (!this.bySort.has(sort)) this.sorted = undefined;
    this.bySort.set(sort, item);
  }

  public delete(sort: string): void {
    if (this.bySort.delete(sort)) this.sorted = undefined;
  }

  public page({ from, to, after, newestFirst = false, limit }: Query): Page {
    this.sorted ??= [...this.bySort.keys()].sort();
    const { sorted } = this;
    let low = from === undefined ? 0 : this.firstAtLeast(from);
    let high = to === undefined ? sorted.length : this.firstAbove(to);
    if (after !== undefined && newestFirst) high = Math.min(high, this.firstAtLeast(after));
    if (after !== undefined && !newestFirst) low = Math.max(low, this.firstAbove(after));
    const found = newestFirst
      ? sorted.slice(Math.max(low, high - limit), Math.max(low, high)).reverse()
      : sorted.slice(low, Math.min(high, low + limit));
    return { items: found.map((sort) => structuredClone(this.bySort.get(sort)!)), more: high - low > found.length };
  }

  private firstAtLeast(sort: string): number {
    return this.firstWhere((each) => each >= sort);
  }

  private firstAbove(sort: string): number {
    return this.firstWhere((each) => each > sort);
  }

  private firstWhere(isBehind: (sort: string) => boolean): number {
    const sorted = this.sorted!;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isBehind(sorted[middle])) high = middle; else low = middle + 1;
    }
    return low;
  }
}

/** Units as DynamoDB counts them: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
export interface Consumption {
  requests: number;
  readUnits: number;
  writeUnits: number;
}

const INDEXES = Object.entries(EVENT_INDEXES) as [keyof typeof EVENT_INDEXES, { partitionKey: string }][];

/** The table of compliance events in memory, with DynamoDB's rules and its bill. */
export class InMemoryEventTable implements EventTable {
  public consumed: Consumption = { requests: 0, readUnits: 0, writeUnits: 0 };
  private readonly items = new Map<string, Map<string, EventItem>>();
  private readonly collections = new Map<string, Collection>();

  /** Every item, in no particular order. */
  public all(): EventItem[] {
    return [...this.items.values()].flatMap((partition) => [...partition.values()].map((item) => structuredClone(item)));
  }

  public async read(keys: readonly EventTableKey[]): Promise<EventItem[]> {
    const wanted = new Map(keys.map((key) => [`${key.pk}\0${key.sk}`, key]));
    this.consumed.requests += Math.ceil(wanted.size / 100);
    return [...wanted.values()].flatMap((key) => {
      const item = this.find(key);
      this.consumed.readUnits += Math.max(1, Math.ceil(bytesOf(item ?? {}) / 4_096));
      return item ? [structuredClone(item)] : [];
    });
  }

  public async query(query: Query): Promise<Page> {
    if (query.index && query.consistent) throw new Error('an index has no consistent reads');
    if (!Number.isInteger(query.limit) || query.limit < 1) throw new Error(`limit must be a whole number of at least 1, and is ${query.limit}`);
    const page = this.collections.get(collectionName(query.index, query.partition))?.page(query) ?? { items: [], more: false };
    this.consumed.requests += 1;
    const size = page.items.reduce((sum, item) => sum + bytesOf(item), 0);
    this.consumed.readUnits += Math.max(1, Math.ceil(size / 4_096)) * (query.consistent ? 1 : 0.5);
    return page;
  }

  public async write(write: Write): Promise<Refusal | undefined> {
    return this.apply([write], 1);
  }

  public async commit(writes: readonly Write[]): Promise<Refusal | undefined> {
    if (writes.length > MOST_ACTIONS) throw new Error(`a commit has ${MOST_ACTIONS} actions at the most, and this one ${writes.length}`);
    const keys = writes.map((write) => JSON.stringify(keyOf(write)));
    if (new Set(keys).size < keys.length) throw new Error('a commit cannot have two actions on one item');
    return this.apply(writes, 2);
  }

  private apply(writes: readonly Write[], factor: number): Refusal | undefined {
    this.consumed.requests += 1;
    if (writes.some((write) => !holds(write.condition, this.find(keyOf(write))))) {
      this.consumed.writeUnits += writes.length * factor;
      return 'CONDITION';
    }
    for (const write of writes) this.store(write, factor);
    return undefined;
  }

  private store(write: Write, factor: number): void {
    const key = keyOf(write);
    const before = this.find(key);
    const after = afterwards(write, before);
    this.consumed.writeUnits += factor * units(Math.max(bytesOf(before ?? {}), bytesOf(after ?? {})));
    const places = (item: EventItem | undefined) => new Map(item ? placesOf(item) : []);
    const [old, now] = [places(before), places(after)];
    for (const [collection, sort] of old) {
      if (now.get(collection) === sort) continue;
      this.collections.get(collection)!.delete(sort);
      if (isIndex(collection)) this.consumed.writeUnits += units(bytesOf(before!));
    }
    for (const [collection, sort] of now) {
      if (!this.collections.has(collection)) this.collections.set(collection, new Collection());
      this.collections.get(collection)!.set(sort, after!);
      if (isIndex(collection)) this.consumed.writeUnits += units(bytesOf(after!));
    }
    const partition = this.items.get(key.pk) ?? new Map<string, EventItem>();
    this.items.set(key.pk, partition);
    if (after) partition.set(key.sk, after); else partition.delete(key.sk);
  }

  private find({ pk, sk }: EventTableKey): EventItem | undefined {
    return this.items.get(pk)?.get(sk);
  }
}

const keyOf = (write: Write): EventTableKey => (write.kind === 'put' ? { pk: write.item.pk, sk: write.item.sk } : write.key);

function holds(condition: Condition | undefined, item: EventItem | undefined): boolean {
  switch (condition?.kind) {
    case 'absent': return item === undefined;
    case 'version': return item?.version === condition.is;
    case 'older': return item === undefined || (item.version as string) < condition.than;
    case undefined: return true;
  }
}

function afterwards(write: Write, before: EventItem | undefined): EventItem | undefined {
  if (write.kind === 'delete') return undefined;
  if (write.kind === 'put') return present(write.item);
  const { key, add = {}, set = {}, setOnce = {} } = write;
  const sums = Object.fromEntries(Object.entries(add).map(([name, value]) => [name, ((before?.[name] as number | undefined) ?? 0) + value]));
  return present({ ...setOnce, ...before, ...key, ...sums, ...set });
}

const present = (item: EventItem) =>
  structuredClone(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined))) as EventItem;

const collectionName = (index: string | undefined, partition: string) => `${index ?? ''}\0${partition}`;
const isIndex = (collection: string) => !collection.startsWith('\0');

/** Where an item is found: in the table, and in each index whose partition it names. */
function placesOf(item: EventItem): [string, string][] {
  const indexed = INDEXES.filter(([, { partitionKey }]) => item[partitionKey] !== undefined)
    .map(([index, { partitionKey }]): [string, string] => [collectionName(index, item[partitionKey] as string), item[INDEX_SORT_KEY] as string]);
  return [[collectionName(undefined, item[EVENT_TABLE.partitionKey]), item[EVENT_TABLE.sortKey]], ...indexed];
}

const units = (bytes: number) => Math.max(1, Math.ceil(bytes / 1_024));

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function bytesOf(item: object): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value === 'number') return 1 + Math.ceil(String(value).replace(/[^0-9]/g, '').length / 2);
  return value !== null && typeof value === 'object' ? 3 + bytesOf(value) : 1;
}
