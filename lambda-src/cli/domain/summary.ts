import { columns } from './terminal';

interface Counts {
  readonly compliant: number;
  readonly non_compliant: number;
}
/** What the API answers to `GET /compliance/summary`; fields that are not named here are handed on as they are. */
export interface SummaryAnswer extends Counts {
  readonly total_events: number;
  readonly by_rule: { readonly [rule: string]: Counts };
  readonly by_resource_type: { readonly [type: string]: Counts };
  readonly current: Counts & { readonly score: number | null; readonly asOf: string };
  readonly period?: { readonly start?: string; readonly end?: string };
}

/** For people: what is now, then what happened in the period. */
export function summaryLines({ total_events, compliant, non_compliant, by_rule, by_resource_type, current, period }: SummaryAnswer): string[] {
  const score = current.score === null ? 'no score yet' : `score ${current.score} %`;
  const days = period?.start || period?.end ? ` from ${period.start ?? 'the first day'} to ${period.end ?? 'now'}` : '';
  return [
    `Now: ${current.compliant} compliant, ${current.non_compliant} not, ${score} (as of ${current.asOf})`,
    `Events${days}: ${total_events}, of which ${compliant} compliant and ${non_compliant} not`,
    ...table('Rule', by_rule),
    ...table('Type of resource', by_resource_type),
  ];
}

/** The worst first. */
function table(heading: string, counts: { readonly [name: string]: Counts }): string[] {
  const rows = Object.entries(counts).sort(([a, x], [b, y]) => y.non_compliant - x.non_compliant || (a < b ? -1 : 1));
  if (rows.length === 0) return [];
  return ['', ...columns([[heading, 'compliant', 'not compliant'], ...rows.map(([name, each]) => [name, each.compliant, each.non_compliant])])];
}
