import { EVENT_KEYS, STATE_COUNTS } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { atOnce } from './at-once';
import { CellSum, stateCells } from './cell-sums';
import { PARTITIONS_AT_ONCE, scopesIn } from './read-all';
import { readShards } from './shards';

export interface Score {
  readonly compliant: number;
  readonly nonCompliant: number;
  /** Percent of what is compliant or not; absent where nothing is. */
  readonly score?: number;
}
export interface Scores {
  readonly all: Score;
  readonly byAccount: ReadonlyMap<string, Score>;
  /** Rules that something breaks, by how much, most first. */
  readonly failing: readonly { readonly rule: string; readonly nonCompliant: number }[];
}

/** All cells of states of all accounts and regions. */
export async function allStateCells(table: EventTable): Promise<CellSum[]> {
  const { cells } = (await readShards(table)).most;
  const scopes = await scopesIn(table, EVENT_KEYS.knownScope('', '').pk);
  return (await atOnce(scopes, PARTITIONS_AT_ONCE, (scope) => stateCells(table, scope, cells))).flat();
}

export function scoresOf(cells: readonly CellSum[]): Scores {
  const accounts = new Map<string, CellSum[]>();
  const rules = new Map<string, number>();
  for (const cell of cells) {
    accounts.set(cell.account, [...accounts.get(cell.account) ?? [], cell]);
    rules.set(cell.rule, (rules.get(cell.rule) ?? 0) + brokenIn(cell));
  }
  // Accounts come in order, as the table lists them.
  const byAccount = new Map([...accounts].map(([account, own]) => [account, scoreOf(own)]));
  const failing = [...rules].filter(([, nonCompliant]) => nonCompliant > 0).map(([rule, nonCompliant]) => ({ rule, nonCompliant }));
  return { all: scoreOf(cells), byAccount, failing: failing.sort((a, b) => b.nonCompliant - a.nonCompliant || (a.rule < b.rule ? -1 : 1)) };
}

function scoreOf(cells: readonly CellSum[]): Score {
  const compliant = cells.reduce((sum, { counts }) => sum + (counts[STATE_COUNTS.COMPLIANT!] ?? 0), 0);
  const nonCompliant = cells.reduce((sum, cell) => sum + brokenIn(cell), 0);
  const evaluated = compliant + nonCompliant;
  return { compliant, nonCompliant, ...(evaluated > 0 ? { score: 100 * compliant / evaluated } : {}) };
}
const brokenIn = ({ counts }: CellSum) => counts[STATE_COUNTS.NON_COMPLIANT!] ?? 0;
