import { Misuse } from './outcome';
import { columns, visible } from './terminal';
import { Parameters } from '../../events/domain/parameters';
import { Problem } from '../../events/domain/problem';
import { summarize, Summary, SUMMARY_PARAMETERS } from '../../events/domain/summary';
import { Pair, Pairs } from '../../events/domain/summary-sums';
import { EventReader } from '../ports';

/** The API's parameters, each by the option that it is here. */
export const SUMMARY_OPTIONS: { readonly [parameter in typeof SUMMARY_PARAMETERS[number]]: string } = {
  account: 'account', region: 'member-region', start_date: 'start', end_date: 'end',
};
export type SummaryQuery = { readonly [parameter in keyof typeof SUMMARY_OPTIONS]?: string };

/** Refuses what the API would refuse, in the command's words. */
export function checkQuery(query: SummaryQuery): void {
  said(() => {
    const parameters = Parameters.of(query);
    parameters.account();
    parameters.region();
    parameters.period('start_date', 'end_date');
  });
}

/** The answer that the API would give, added up here. Nothing is kept for others: a command line writes nothing. */
export async function summaryOf(table: EventReader, query: SummaryQuery, now: Date): Promise<Summary> {
  const { account, region } = query;
  const period = Parameters.of(query).period('start_date', 'end_date');
  const reading = { ...bound(table), write: writesNothing, commit: writesNothing };
  try {
    return await summarize(reading, { account, region, ...period, fewReads: Infinity }, now);
  } catch (error) {
    return said(() => { throw error; });
  }
}

const bound = (table: EventReader) => ({ read: table.read.bind(table), query: table.query.bind(table) });
const writesNothing = () => Promise.reject(new Error('the command line writes nothing'));

function said<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { detail, allowed } = error.body;
    const text = detail.includes('allowed is') || !allowed ? detail : `${detail}; allowed is ${allowed}`;
    throw new Misuse(text.replace(/^(account|region)\b|\b(start_date|end_date)\b/g, (name) => `--${SUMMARY_OPTIONS[name as keyof SummaryQuery]}`));
  }
}

/** For people: what is now, what happened in the period, and both by name. */
export function summaryLines(summary: Summary): string[] {
  const { total_events, compliant, non_compliant, opened, resolved, by_rule, by_resource_type, current, period } = summary;
  const score = current.score === null ? 'no score, since nothing is evaluated' : `score ${current.score} %`;
  return [
    `Now: ${current.compliant} compliant, ${current.non_compliant} not, ${score} (as of ${current.asOf})`,
    `Events from ${period.from ?? 'the first one'} to ${period.to}: ${total_events}, of which ${compliant} compliant and ${non_compliant} not; ${opened} violations opened, ${resolved} resolved`,
    ...current.unknown.map(({ account, region, cause, from, rules }) =>
      visible(`Unknown: account ${account}, ${region}: ${cause}${from === null ? '' : ` since ${from}`}${rules === null ? '' : `, rules ${rules.join(', ')}`}`)),
    ...rowsOf('Rule', current.by_rule, by_rule),
    ...rowsOf('Type of resource', current.by_resource_type, by_resource_type),
  ];
}

const NONE: Pair = { compliant: 0, non_compliant: 0 };

/** What is worst now comes first. */
function rowsOf(heading: string, now: Pairs, events: Pairs): string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(events)])];
  if (names.length === 0) return [];
  const pair = (pairs: Pairs, name: string) => (Object.hasOwn(pairs, name) ? pairs[name] : NONE);
  const rows = names.map((name) => ({ name, now: pair(now, name), events: pair(events, name) }))
    .sort((a, b) => b.now.non_compliant - a.now.non_compliant || b.events.non_compliant - a.events.non_compliant || (a.name < b.name ? -1 : 1));
  return ['', ...columns([
    [heading, 'compliant now', 'not', 'events compliant', 'not'],
    ...rows.map((row) => [row.name, row.now.compliant, row.now.non_compliant, row.events.compliant, row.events.non_compliant]),
  ])];
}
