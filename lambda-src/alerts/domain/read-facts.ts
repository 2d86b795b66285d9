import { readDrift } from './report-drift';
import { BlindLine, percentOf, Period, ReportFacts, ReportViolation, Score } from './report-model';
import { dayBefore } from './report-period';
import {
  ALL_SCOPES, BlindItem, EVENT_KEYS, HeartbeatItem, LogItem, MemberScope, OTHER_COUNTS, ScoreItem, Shards,
} from '../../../src/events/contract';
import { atOnce } from '../../events/domain/at-once';
import { dayCells, stateCells } from '../../events/domain/cell-sums';
import { dayCounts, isCounted } from '../../events/domain/items';
import { keyOf, knownScopes, QUERIES_AT_ONCE } from '../../events/domain/scope-facts';
import { readShards } from '../../events/domain/shards';
import { MISSED_HEARTBEATS } from '../../events/domain/silence';
import { EventTable } from '../../events/ports';
import { Log } from '../../shared/log';
import { DriftSource } from '../report-ports';

/** The newest violations that a report names, of each kind. */
export const MOST_NAMED = 50;
/** Where they are looked for: so many of the newest events of each shard of the day, whatever their number. */
const PAGES_A_SHARD = 2;
const PAGE = 200;
/** The newest times without sight of an account and region; one that lasts is among them. */
const MOST_BLIND = 50;

export interface FactSources {
  readonly hub: string;
  readonly table: EventTable;
  readonly drift: readonly DriftSource[];
  readonly log: Log;
}

/**
 * Reads what a report is made of. Counters say how much, and an index the newest examples, so that the number of requests depends on how many
 * accounts and regions there are and not on how many events.
 */
export async function readFacts({ hub, table, drift, log }: FactSources, period: Period, now: Date): Promise<ReportFacts> {
  const [{ withEvents, all, heartbeats }, shards] = await Promise.all([knownScopes(table, {}), readShards(table)]);
  const [[recorded, recordedBefore], driftFacts, examples] = await Promise.all([
    scores(table, [period.date, dayBefore(period.date)]), readDrift(drift, now, log), newest(table, period.date, shards.on(period.date)),
  ]);
  const cells = await atOnce(withEvents, QUERIES_AT_ONCE, async (scope) => ({
    day: await dayCells(table, scope, period.date),
    states: await stateCells(table, scope, shards.most.cells),
  }));
  return {
    hub,
    period,
    generatedAt: now,
    dayCells: cells.flatMap(({ day }) => day),
    stateCells: cells.flatMap(({ states }) => states),
    ...(recorded ? { recorded } : {}),
    ...(recordedBefore ? { recordedBefore } : {}),
    ...examples,
    blind: (await atOnce(all, QUERIES_AT_ONCE, (scope) => blindLines(table, scope, heartbeats.get(keyOf(scope)), period, now))).flat(),
    ...driftFacts,
  };
}

/** Scores as they were written down when each of the days had ended. */
async function scores(table: EventTable, dates: readonly string[]): Promise<(Score | undefined)[]> {
  const items = await table.read(dates.map((date) => EVENT_KEYS.score(ALL_SCOPES, date))) as unknown as ScoreItem[];
  return dates.map((date) => {
    const item = items.find(({ sk }) => sk === date);
    const percent = item ? percentOf(item.compliant, item.nonCompliant) : null;
    return item && percent !== null ? { percent, compliant: item.compliant, nonCompliant: item.nonCompliant, asOf: item.asOf } : undefined;
  });
}

/** The newest events after which a resource broke a rule, or no longer did. */
async function newest(table: EventTable, date: string, shards: Shards): Promise<Pick<ReportFacts, 'newestOpened' | 'newestResolved'>> {
  const partitions = Array.from({ length: shards.accounts }, (_, account) =>
    Array.from({ length: shards.resources }, (__, resource) => EVENT_KEYS.day(date, account, resource))).flat();
  const events = (await atOnce(partitions, QUERIES_AT_ONCE, (partition) => newestOf(table, partition))).flat()
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

/** By the same rule as the counters: what is listed is what they count. */
const countsOf = (event: LogItem) => (isCounted(event) ? dayCounts(event) : {});
const opens = (event: LogItem) => OTHER_COUNTS.opened in countsOf(event);
const resolves = (event: LogItem) => OTHER_COUNTS.resolved in countsOf(event);

const violationOf = ({ recordedAt, account, region, rule, resourceType, resourceId, status, annotation }: LogItem): ReportViolation =>
  ({ recordedAt, account, region, rule: rule!, resourceType, resourceId, status: status!, annotation: annotation ?? null });

/** What was hidden of an account and region in the period, and what is hidden now. */
async function blindLines(
  table: EventTable, { account, region }: MemberScope, heard: HeartbeatItem | undefined, period: Period, now: Date,
): Promise<BlindLine[]> {
  const { items } = await table.query({ partition: EVENT_KEYS.blind(account, region, '').pk, newestFirst: true, limit: MOST_BLIND });
  const found = (items as unknown as BlindItem[])
    .map(({ cause, from, until = null, rules = null }): BlindLine => ({ account, region, cause, from, until, rules }))
    .filter(({ from, until }) => until === null || (until > period.from && from < period.to));
  // Whoever looks for silence comes by from time to time: a report may be earlier.
  const isKnown = found.some(({ cause, until }) => cause === 'SILENT' && until === null);
  const isOverdue = heard !== undefined && now.getTime() - Date.parse(heard.version) > MISSED_HEARTBEATS * heard.intervalMinutes * 60_000;
  return isOverdue && !isKnown ? [...found, { account, region, cause: 'SILENT', from: new Date(heard.version).toISOString(), until: null, rules: null }] : found;
}
