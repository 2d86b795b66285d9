import { BlindLine, Cell, Period, percentOf, ReportFacts, ReportViolation, Score } from './report';
import { readDrift } from './report-drift';
import { dayBefore } from './report-period';
import {
  BlindItem, CONFIG_DETAIL_TYPES, DEFAULT_SHARDS, EVENT_KEYS, EventTableKey, HeartbeatItem, LogItem, scopeOf, Shards,
} from '../../../src/events/contract';
import { EventItem, EventTable, Query } from '../../events/ports';
import { inParallel } from '../../shared/in-parallel';
import { Log } from '../../shared/log';
import { DriftSource } from '../ports';

/** The newest violations that a report names, of each kind. */
export const MOST_NAMED = 50;
/** Where they are looked for: so many of the newest events of each shard of the day, whatever their number. */
const PAGES_A_SHARD = 2;
const PAGE = 200;
/** The newest times without sight of an account and region; one that lasts is among them. */
const MOST_BLIND = 50;
const AT_ONCE = 16;
/** So many heartbeats may be missing before an account is called silent here. */
const MISSED_HEARTBEATS = 3;

export interface FactSources {
  readonly hub: string;
  readonly table: EventTable;
  readonly drift: readonly DriftSource[];
  readonly log: Log;
}

interface Scope {
  readonly account: string;
  readonly region: string;
}

/**
 * Reads what a report is made of. Counters say how much, and an index the newest examples, so that the number of requests depends on how many
 * accounts and regions there are and not on how many events.
 */
export async function readFacts({ hub, table, drift, log }: FactSources, period: Period, now: Date): Promise<ReportFacts> {
  const [known, heartbeats, expected] = await Promise.all(['SCOPES', 'HB', 'EXPECTED'].map((partition) => everything(table, { partition })));
  const scopes = distinct(known);
  const [shards, [recorded, recordedBefore], driftFacts] = await Promise.all([
    shardsOf(table, period.date),
    scores(table, [period.date, dayBefore(period.date)]),
    readDrift(drift, now, log),
  ]);
  const dayCells = await cellsOf(table, scopes, ({ account, region }) => [EVENT_KEYS.dayCells(account, region, period.date)], now);
  const stateCells = await cellsOf(table, scopes, ({ account, region }) =>
    Array.from({ length: shards.cells }, (_, shard) => EVENT_KEYS.cells(account, region, shard)), now);
  return {
    hub,
    period,
    generatedAt: now,
    dayCells,
    stateCells,
    ...(recorded ? { recorded } : {}),
    ...(recordedBefore ? { recordedBefore } : {}),
    ...await newest(table, period.date, shards),
    blind: await blindLines(table, distinct([...known, ...heartbeats, ...expected]), heartbeats as unknown as HeartbeatItem[], period, now),
    ...driftFacts,
  };
}

/** All of a partition. */
async function everything(table: EventTable, query: Omit<Query, 'limit'>): Promise<EventItem[]> {
  const items: EventItem[] = [];
  for (let after: string | undefined; ;) {
    const page = await table.query({ ...query, ...(after === undefined ? {} : { after }), limit: 1_000 });
    items.push(...page.items);
    after = page.items.at(-1)?.sk;
    if (!page.more || after === undefined) return items;
  }
}

const distinct = (items: readonly EventTableKey[]): Scope[] => [...new Set(items.map(({ sk }) => sk))].sort().map(scopeOf);

/** How the day's events are divided: a later map does not change older days. */
async function shardsOf(table: EventTable, date: string): Promise<Shards> {
  const { pk, sk } = EVENT_KEYS.shards(date);
  const { items: [map] } = await table.query({ partition: pk, from: EVENT_KEYS.shards('').sk, to: sk, newestFirst: true, limit: 1 });
  return { ...DEFAULT_SHARDS, ...map };
}

/** Scores as they were written down when each of the days had ended. */
async function scores(table: EventTable, dates: readonly string[]): Promise<(Score | undefined)[]> {
  const items = await table.read(dates.map((date) => EVENT_KEYS.score('ALL', date)));
  return dates.map((date) => {
    const item = items.find(({ sk }) => sk === date) as { compliant: number; nonCompliant: number; asOf: string } | undefined;
    const percent = item ? percentOf(item.compliant, item.nonCompliant) : null;
    return percent === null ? undefined : { percent, compliant: item!.compliant, nonCompliant: item!.nonCompliant, asOf: item!.asOf };
  });
}

async function cellsOf(table: EventTable, scopes: readonly Scope[], partitions: (scope: Scope) => string[], now: Date): Promise<Cell[]> {
  const wanted = scopes.flatMap((scope) => partitions(scope).map((partition) => ({ scope, partition })));
  const read = await inParallel(AT_ONCE, wanted, async ({ scope, partition }) =>
    (await everything(table, { partition })).filter((item) => !isExpired(item, now)).map((item): Cell => ({ ...scope, rule: item.rule as string, counts: countsOf(item) })));
  return read.flat();
}

const isExpired = ({ expiresAt }: EventItem, now: Date) => typeof expiresAt === 'number' && expiresAt * 1_000 <= now.getTime();
const countsOf = (item: EventItem) => Object.fromEntries(Object.entries(item).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

/** The newest events after which a resource broke a rule, or no longer did. */
async function newest(table: EventTable, date: string, shards: Shards): Promise<Pick<ReportFacts, 'newestOpened' | 'newestResolved'>> {
  const partitions = Array.from({ length: shards.accounts }, (_, account) =>
    Array.from({ length: shards.resources }, (__, resource) => EVENT_KEYS.day(date, account, resource))).flat();
  const events = (await inParallel(AT_ONCE, partitions, (partition) => newestOf(table, partition))).flat()
    .sort((a, b) => (a.version < b.version ? 1 : -1));
  const named = (wanted: (event: LogItem) => boolean) => events.filter(wanted).slice(0, MOST_NAMED).map(violationOf);
  return { newestOpened: named(opens), newestResolved: named(resolves) };
}

async function newestOf(table: EventTable, partition: string): Promise<LogItem[]> {
  const events: LogItem[] = [];
  for (let page = 0, more = true; page < PAGES_A_SHARD && more; page++) {
    const after = events.at(-1)?.version;
    const answer = await table.query({ index: 'timeline', partition, newestFirst: true, limit: PAGE, ...(after === undefined ? {} : { after }) });
    events.push(...answer.items as unknown as LogItem[]);
    more = answer.more;
  }
  return events;
}

const counts = ({ detailType, mode }: LogItem) => detailType === CONFIG_DETAIL_TYPES.complianceChange && mode !== 'PROACTIVE';
const opens = (event: LogItem) => counts(event) && event.status === 'NON_COMPLIANT' && event.previousStatus !== 'NON_COMPLIANT';
const resolves = (event: LogItem) => counts(event) && event.status !== 'NON_COMPLIANT' && event.previousStatus === 'NON_COMPLIANT';

const violationOf = ({ recordedAt, account, region, rule = '', resourceType, resourceId, status = '', annotation = null }: LogItem): ReportViolation =>
  ({ recordedAt, account, region, rule, resourceType, resourceId, status, annotation });

/** What was hidden in the period, and what is hidden now. */
async function blindLines(
  table: EventTable, scopes: readonly Scope[], heartbeats: readonly HeartbeatItem[], period: Period, now: Date,
): Promise<BlindLine[]> {
  const lines = await inParallel(AT_ONCE, scopes, async ({ account, region }): Promise<BlindLine[]> => {
    const partition = EVENT_KEYS.blind(account, region, '').pk;
    const { items } = await table.query({ partition, newestFirst: true, limit: MOST_BLIND });
    const found = (items as unknown as (BlindItem & { from: string; rules?: string[] })[])
      .map(({ cause, from, until = null, rules = null }): BlindLine => ({ account, region, cause, from, until, rules }))
      .filter(({ from, until }) => until === null || (until > period.from && from < period.to));
    const { sk } = EVENT_KEYS.heartbeat(account, region);
    const heard = heartbeats.find((item) => item.sk === sk);
    // Whoever looks for silence comes by from time to time: a report may be earlier.
    const overdue = heard && found.every(({ cause, until }) => cause !== 'SILENT' || until !== null)
      && now.getTime() - Date.parse(heard.version) > MISSED_HEARTBEATS * heard.intervalMinutes * 60_000;
    return overdue ? [...found, { account, region, cause: 'SILENT', from: heard.version, until: null, rules: null }] : found;
  });
  return lines.flat();
}
