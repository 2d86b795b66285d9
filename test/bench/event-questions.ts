/** Questions about stored events, as the API and the daily report ask them, and what each takes of the table. */
import { EventLoad, eventOf } from './event-load';
import { readFacts } from '../../lambda-src/alerts/domain/read-facts';
import { buildReport } from '../../lambda-src/alerts/domain/report';
import { reportFiles } from '../../lambda-src/alerts/domain/report-files';
import { periodOf } from '../../lambda-src/alerts/domain/report-period';
import { answer } from '../../lambda-src/events/domain/api';
import { IngestDependencies } from '../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../lambda-src/events/domain/known-places';
import { keptShards } from '../../lambda-src/events/domain/shards';
import { bytesOf } from '../../lambda-src/events/domain/size';
import { takeMessages } from '../../lambda-src/events/domain/take-messages';
import { EventItem, EventTable, Page, Query, Refusal, Write } from '../../lambda-src/events/ports';
import { EventTableKey } from '../../src/events/contract';

const HUB = 'bench';
const UNIT_BYTES = 4_096;
export const PAGE = 50;
const LONGEST_PAGE = 500;

/** Passes everything on, and counts reads as DynamoDB does. */
export class ReadCounting implements EventTable {
  public requests = 0;
  public readUnits = 0;

  constructor(private readonly table: EventTable) {}

  public async read(keys: readonly EventTableKey[]): Promise<EventItem[]> {
    const items = await this.table.read(keys);
    this.requests += Math.ceil(keys.length / 100);
    this.readUnits += keys.length - items.length + items.reduce((sum, item) => sum + Math.max(1, Math.ceil(bytesOf(item) / UNIT_BYTES)), 0);
    return items;
  }

  public async query(query: Query): Promise<Page> {
    const page = await this.table.query(query);
    const bytes = page.items.reduce((sum, item) => sum + bytesOf(item), 0);
    this.requests += 1;
    this.readUnits += Math.max(1, Math.ceil(bytes / UNIT_BYTES)) * (query.consistent ? 1 : 0.5);
    return page;
  }

  public write(write: Write): Promise<Refusal | undefined> {
    return this.table.write(write);
  }

  public commit(writes: readonly Write[]): Promise<Refusal | undefined> {
    return this.table.commit(writes);
  }
}

/** What an answer took. */
export interface Taken {
  readonly requests: number;
  readonly readUnits: number;
  readonly milliseconds: number;
}

/** More events make numbers of more digits: what took 4,096 bytes may take some more, and each request one unit more for it. */
export const mostUnits = ({ requests, readUnits }: Taken) => requests + readUnits;

export async function taking<T>(table: EventTable, ask: (table: EventTable) => Promise<T>): Promise<{ readonly taken: Taken; readonly answer: T }> {
  const counting = new ReadCounting(table);
  const started = performance.now();
  const answered = await ask(counting);
  return { taken: { requests: counting.requests, readUnits: counting.readUnits, milliseconds: performance.now() - started }, answer: answered };
}

interface EventList {
  readonly items: { readonly eventId: string }[];
  readonly nextCursor: string | null;
}
interface Sums {
  readonly total_events: number;
}

const api = async <T>(table: EventTable, now: Date, path: string, query = '') => await answer({ method: 'GET', path, query }, { table, hub: HUB, now }).answer as T;

export const summary = (table: EventTable, now: Date) => api<Sums>(table, now, '/compliance/summary');
export const page = (table: EventTable, now: Date) => api<EventList>(table, now, '/events', `source=aws.config&limit=${PAGE}`);

/** Every event, page by page, each of them once. */
export async function walk(table: EventTable, now: Date): Promise<number> {
  const seen = new Set<string>();
  let events = 0;
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const list: EventList = await api<EventList>(table, now, '/events', `source=aws.config&limit=${LONGEST_PAGE}${after}`);
    for (const { eventId } of list.items) seen.add(eventId);
    events += list.items.length;
    cursor = list.nextCursor;
  } while (cursor !== null);
  if (seen.size !== events) throw new Error(`${events - seen.size} of ${events} events came twice`);
  return events;
}

/** The daily report with all its files. */
export async function report(table: EventTable, date: string, now: Date): Promise<number> {
  const log = { info: () => undefined, warn: () => undefined, error: (message: string) => { throw new Error(message); } };
  const made = buildReport(await readFacts({ hub: HUB, table, drift: [], log }, periodOf(date, now), now));
  return reportFiles(made, 10).reduce((bytes, { content }) => bytes + Buffer.byteLength(content), 0);
}

/** Stores events as the queue would bring them. */
export async function fill(table: EventTable, load: EventLoad, from: number, to: number, batch = 100): Promise<void> {
  const clock = { now: () => new Date(Date.parse(load.at) + to), remaining: () => 900_000, sleep: async () => undefined };
  const dependencies: IngestDependencies = {
    table, clock, keeping: { retentionDays: 90, tombstoneDays: 44 }, shards: keptShards(table), known: new KnownPlaces(),
  };
  for (let first = from; first < to; first += batch) {
    const messages = Array.from({ length: Math.min(batch, to - first) }, (_, i) => ({ id: `${first + i}`, body: eventOf(load, first + i).body }));
    const { taken } = await takeMessages(messages, dependencies);
    const wrong = taken.find(({ outcome }) => outcome.kind !== 'stored' && outcome.kind !== 'stale');
    if (wrong) throw new Error(`event ${wrong.id} was not stored: ${JSON.stringify(wrong.outcome)}`);
  }
}
