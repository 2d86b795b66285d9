import { CellSum, Counts } from './cell-sums';
import { EVENT_COUNTS, OTHER_COUNTS, STATE_COUNTS } from '../../../src/events/contract';

export interface Pair {
  readonly compliant: number;
  readonly non_compliant: number;
}
export type Pairs = { readonly [name: string]: Pair };

/** Events of a period, as the reference system names them. */
export interface EventSums {
  readonly total_events: number;
  readonly compliant: number;
  readonly non_compliant: number;
  readonly not_applicable: number;
  readonly insufficient_data: number;
  /** Proactive evaluations and statuses that AWS Config does not document. */
  readonly other: number;
  /** Events after which a resource broke a rule that it had not broken, and the reverse. */
  readonly opened: number;
  readonly resolved: number;
  readonly by_rule: Pairs;
  readonly by_resource_type: Pairs;
}

/** Resources as they are now, each counted once for each rule. */
export interface StateSums {
  readonly compliant: number;
  readonly non_compliant: number;
  readonly insufficient_data: number;
  /** Percent of what is compliant or not; null where nothing is. Not rounded up: 100 means all. */
  readonly score: number | null;
  readonly by_rule: Pairs;
  readonly by_resource_type: Pairs;
  readonly by_account: { readonly [account: string]: Pair & { readonly score: number | null } };
}

const EVENT_TOTALS = [...Object.values(EVENT_COUNTS), OTHER_COUNTS.other];

export function eventSums(cells: readonly CellSum[]): EventSums {
  const sum = (name: string) => total(cells, name);
  return {
    total_events: EVENT_TOTALS.reduce((all, name) => all + sum(name), 0),
    compliant: sum(EVENT_COUNTS.COMPLIANT),
    non_compliant: sum(EVENT_COUNTS.NON_COMPLIANT),
    not_applicable: sum(EVENT_COUNTS.NOT_APPLICABLE),
    insufficient_data: sum(EVENT_COUNTS.INSUFFICIENT_DATA),
    other: sum(OTHER_COUNTS.other),
    opened: sum(OTHER_COUNTS.opened),
    resolved: sum(OTHER_COUNTS.resolved),
    by_rule: pairsBy(cells, ({ rule }) => rule),
    by_resource_type: pairsBy(cells, ({ resourceType }) => resourceType),
  };
}

export function stateSums(cells: readonly CellSum[]): StateSums {
  // What was counted and is gone leaves a cell of zeros behind.
  const present = cells.filter(({ counts }) => Object.values(counts).some((count) => count !== 0));
  const all = pairOf(present);
  const accounts = Object.entries(pairsBy(present, ({ account }) => account))
    .map(([account, pair]) => [account, { ...pair, score: scoreOf(pair) }] as const);
  return {
    ...all,
    insufficient_data: total(present, STATE_COUNTS.INSUFFICIENT_DATA!),
    score: scoreOf(all),
    by_rule: pairsBy(present, ({ rule }) => rule),
    by_resource_type: pairsBy(present, ({ resourceType }) => resourceType),
    by_account: Object.fromEntries(accounts),
  };
}

function scoreOf({ compliant, non_compliant }: Pair): number | null {
  const evaluated = compliant + non_compliant;
  return evaluated === 0 ? null : Math.floor(10_000 * compliant / evaluated) / 100;
}

/** In the alphabet's order. A name may be anything, `__proto__` too, which `fromEntries` takes as a name like any other. */
function pairsBy(cells: readonly CellSum[], nameOf: (cell: CellSum) => string): Pairs {
  const groups = new Map<string, CellSum[]>();
  for (const cell of cells) {
    const name = nameOf(cell);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(cell);
  }
  return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, group]) => [name, pairOf(group)]));
}

const pairOf = (cells: readonly CellSum[]): Pair =>
  ({ compliant: total(cells, EVENT_COUNTS.COMPLIANT), non_compliant: total(cells, EVENT_COUNTS.NON_COMPLIANT) });
const total = (cells: readonly { readonly counts: Counts }[], name: string) => cells.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
