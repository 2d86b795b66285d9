import { MemberScope } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { atOnce } from './at-once';
import { dayCells, stateCells } from './cell-sums';
import { endOf, startOf } from './instants';
import { knownDays } from './known-days';
import { dateIn } from './lanes';
import { Problem } from './problem';
import { rolledUp } from './roll-up';
import { KnownScopes, knownScopes, QUERIES_AT_ONCE, ScopeFilter, Unknown, unknownAt } from './scope-facts';
import { readShards } from './shards';
import { EventSums, eventSums, StateSums, stateSums } from './summary-sums';

export const SUMMARY_PARAMETERS = ['account', 'region', 'start_date', 'end_date'] as const;
/** Up to so many reads an answer is added up anew each time; beyond, one over all accounts is kept for a minute. */
export const FEW_READS = 250;
/** Another one when an answer has other names: what is kept may have been written by the version before. */
const FORM = 'SUMMARY1';
/** More than that take longer than an answer may. */
export const MOST_READS = 30_000;

export interface SummaryQuestion extends ScopeFilter {
  /** Moments; the days that they are in count as a whole. */
  readonly from?: string;
  readonly to?: string;
  readonly mostReads?: number;
  readonly fewReads?: number;
}

export interface Summary extends EventSums {
  /** Whole days of UTC, both included; without dates from the first day that is still kept. Null before the first event. */
  readonly period: { readonly from: string | null; readonly to: string };
  readonly current: StateSums & {
    /** When this was added up. */
    readonly asOf: string;
    /** Accounts and regions whose figures may be wrong, because nothing is heard of them. */
    readonly unknown: readonly Unknown[];
  };
}

/** Counts events of a period, and resources as they are now, from counters alone: how many events there are makes no difference. */
export async function summarize(table: EventTable, question: SummaryQuestion, now: Date): Promise<Summary> {
  const { account, region, from, to, mostReads = MOST_READS, fewReads = FEW_READS } = question;
  const [scopes, map, days] = await Promise.all([knownScopes(table, question), readShards(table), daysOf(table, from, to, now)]);
  const reads = scopes.withEvents.length * (days.length + map.most.cells) + scopes.all.length;
  if (reads > mostReads) {
    throw new Problem('too-much-to-add-up', `${scopes.withEvents.length} accounts and regions on ${days.length} days take ${reads} reads; at most ${mostReads} are made for one answer`, {
      allowed: 'a shorter time by start_date and end_date, one account, or one region',
    });
  }
  const addUp = () => sumUp(table, { question, scopes, days, shards: map.most.cells, now });
  if (account !== undefined || reads <= fewReads) return addUp();
  const dates = [from, to].map((moment) => (moment === undefined ? '*' : dateIn(moment)));
  return rolledUp(table, [FORM, region ?? '*', ...dates].join('#'), now, addUp);
}

async function daysOf(table: EventTable, from: string | undefined, to: string | undefined, now: Date): Promise<string[]> {
  const range = { ...(from === undefined ? {} : { from: dateIn(from) }), ...(to === undefined ? {} : { to: dateIn(to) }) };
  const days: string[] = [];
  for await (const { sk } of knownDays(table, range, now)) days.push(sk);
  return days;
}

interface Sources {
  readonly question: SummaryQuestion;
  readonly scopes: KnownScopes;
  readonly days: readonly string[];
  readonly shards: number;
  readonly now: Date;
}

async function sumUp(table: EventTable, { question, scopes, days, shards, now }: Sources): Promise<Summary> {
  const { account, region, from, to } = question;
  const dayReads = scopes.withEvents.flatMap((scope) => days.map((date): readonly [MemberScope, string] => [scope, date]));
  const events = (await atOnce(dayReads, QUERIES_AT_ONCE, ([scope, date]) => dayCells(table, scope, date))).flat();
  const states = (await atOnce(scopes.withEvents, QUERIES_AT_ONCE, (scope) => stateCells(table, scope, shards))).flat();
  const first = from === undefined ? days.at(0) : dateIn(from);
  return {
    ...eventSums(events),
    period: { from: first === undefined ? null : startOf(first), to: endOf(to === undefined ? lastDay(days, now) : dateIn(to)) },
    current: {
      ...stateSums(states),
      asOf: now.toISOString(),
      unknown: [...await unknownAt(table, scopes, now, now), ...neverSeen(scopes, account, region)],
    },
  };
}

/** Events may be some minutes ahead of this clock. */
function lastDay(days: readonly string[], now: Date): string {
  const today = dateIn(now.toISOString());
  const last = days.at(-1) ?? today;
  return last > today ? last : today;
}

/** An account that was asked for and that nobody has heard of is no account without problems. */
function neverSeen({ all }: KnownScopes, account: string | undefined, region: string | undefined): Unknown[] {
  if (all.length > 0 || account === undefined) return [];
  return [{ account, region: region ?? '*', cause: 'NEVER_HEARD', from: null, until: null, rules: null }];
}
