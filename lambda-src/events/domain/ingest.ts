import { Fact, keyText, logKey, makesState, stateKey } from './fact';
import { Keeping, logItemOf } from './items';
import { KnownPlaces } from './known-places';
import { commitOf, Entry, inOrder, parts, waves } from './plan';
import { ShardMap, Shardings } from './shards';
import { bytesOf, LARGEST_ITEM_BYTES } from './size';
import { dayOf, StateItem } from '../../../src/events/contract';
import { Clock } from '../../shared/clock';
import { EventTable, MOST_ACTIONS, Unwritable } from '../ports';

/** Smaller commits meet fewer others. In the last round each fact goes by itself. */
const ROUNDS = [MOST_ACTIONS, MOST_ACTIONS / 2, MOST_ACTIONS / 4, 1] as const;
const FIRST_WAIT_MS = 50;
/** With less time no commit is begun: one that is cut off is not known to have been made. */
const SHORTEST_COMMIT_MS = 3_000;

export interface IngestDependencies {
  readonly table: EventTable;
  readonly clock: Clock;
  readonly keeping: Keeping;
  readonly shards: Shardings;
  /** Kept from call to call. */
  readonly known: KnownPlaces;
  readonly random?: () => number;
  /** The facts are what AWS Config says now, however long ago it recorded them: no tombstone of theirs can be gone. */
  readonly current?: boolean;
}

export type Outcome =
  | { readonly kind: 'stored' }
  /** It was known already. */
  | { readonly kind: 'duplicate' }
  /** It is stored, and a newer one had made the state, or it is too old to. */
  | { readonly kind: 'stale' }
  /** Never to be stored. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Worth another attempt. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface IngestReport {
  /** One for each fact, in the order given. */
  readonly outcomes: readonly Outcome[];
  readonly commits: number;
  /** Commits that were refused because others wrote at the same time. */
  readonly conflicts: number;
}

/**
 * Stores facts: each once, with the state and the counters that follow from all of them, in whatever order and however often they come.
 * It never throws: each fact has an outcome of its own.
 */
export async function ingest(facts: readonly Fact[], dependencies: IngestDependencies): Promise<IngestReport> {
  const run = new Run(dependencies);
  const keys = facts.map((fact) => keyText(logKey(fact)));
  await run.store(facts, keys);
  const seen = new Set<string>();
  const outcomes = keys.map((key): Outcome => {
    const outcome = run.outcomes.get(key)!;
    const again = seen.has(key) && (outcome.kind === 'stored' || outcome.kind === 'stale');
    seen.add(key);
    return again ? { kind: 'duplicate' } : outcome;
  });
  return { outcomes, commits: run.commits, conflicts: run.conflicts };
}

class Run {
  public readonly outcomes = new Map<string, Outcome>();
  public commits = 0;
  public conflicts = 0;
  private readonly random: () => number;

  constructor(private readonly dependencies: IngestDependencies) {
    this.random = dependencies.random ?? Math.random;
  }

  public async store(facts: readonly Fact[], keys: readonly string[]): Promise<void> {
    const { clock, known, table } = this.dependencies;
    let pending: Entry[] = [];
    try {
      const shards = await this.dependencies.shards(clock.now());
      pending = this.entriesOf(facts, keys, shards);
      await known.note(table, pending.map(({ log }) => log));
      for (const [round, mostActions] of ROUNDS.entries()) {
        if (pending.length === 0) return;
        if (round > 0) await clock.sleep(this.random() * FIRST_WAIT_MS * 2 ** round);
        pending = await this.round(pending, mostActions, shards);
      }
      this.failed(pending, 'others wrote at the same time, in each of four rounds');
    } catch (error) {
      for (const key of keys) if (!this.outcomes.has(key)) this.outcomes.set(key, { kind: 'failed', reason: reasonOf(error) });
    }
  }

  /** What is to be stored, each once. What came by itself counts more than a replay of it, or than what was learned later. */
  private entriesOf(facts: readonly Fact[], keys: readonly string[], shards: ShardMap): Entry[] {
    const { clock, current = false, keeping } = this.dependencies;
    const now = clock.now();
    const oldest = new Date(now.getTime() - keeping.tombstoneDays * 86_400_000).toISOString();
    const distinct = new Map<string, Fact>();
    for (const [at, fact] of facts.entries()) {
      const first = distinct.get(keys[at]);
      if (first === undefined || rank(fact) < rank(first)) distinct.set(keys[at], fact);
    }
    return [...distinct].flatMap(([key, fact]) => {
      try {
        const log = logItemOf(fact, keeping, shards.on(dayOf(fact.recordedAt)), now);
        const bytes = bytesOf(log);
        if (bytes > LARGEST_ITEM_BYTES) throw new Error(`it has ${bytes} bytes even when compressed, and the table takes ${LARGEST_ITEM_BYTES}`);
        return [{ fact, log, bytes, applies: current || fact.recordedAt >= oldest }];
      } catch (error) {
        // A detail that is nested too deeply cannot be written as JSON. That is no fault of the others.
        this.outcomes.set(key, { kind: 'refused', reason: reasonOf(error) });
        return [];
      }
    });
  }

  /** Reads what is there, and commits the rest. Gives back what others were in the way of. */
  private async round(pending: readonly Entry[], mostActions: number, shards: ShardMap): Promise<Entry[]> {
    const { table } = this.dependencies;
    const found = new Map((await table.read(pending.flatMap(keysOf))).map((item) => [keyText(item), item]));
    // Beside the states it holds the events, which no state's key finds.
    const states = found as Map<string, unknown> as Map<string, StateItem>;
    const fresh = pending.filter(({ log }) => {
      const isKnown = found.has(keyText(log));
      if (isKnown) this.outcomes.set(keyText(log), { kind: 'duplicate' });
      return !isKnown;
    });
    const again: Entry[] = [];
    for (const part of waves(inOrder(fresh)).flatMap((wave) => parts(wave, mostActions))) again.push(...await this.commit(part, states, shards));
    return again;
  }

  private async commit(part: readonly Entry[], states: Map<string, StateItem>, shards: ShardMap): Promise<Entry[]> {
    const { clock, keeping, table } = this.dependencies;
    if (clock.remaining() < SHORTEST_COMMIT_MS) {
      this.failed(part, 'the time of the function is over');
      return [];
    }
    const now = clock.now();
    const today = shards.on(dayOf(now.toISOString()));
    const cellShard = Math.floor(this.random() * today.cells);
    const commit = commitOf(part, states, { ...keeping, now, shards: today, cellShard });
    try {
      if (await table.commit(commit.writes)) {
        this.conflicts += 1;
        return [...part];
      }
    } catch (error) {
      if (!(error instanceof Unwritable) || part.length === 1) {
        this.failed(part, reasonOf(error));
        return [];
      }
      // One of them is to blame: the others are not to suffer for it.
      const singly: Entry[] = [];
      for (const entry of part) singly.push(...await this.commit([entry], states, shards));
      return singly;
    }
    this.commits += 1;
    for (const [key, state] of commit.states) states.set(key, state);
    for (const { fact, log } of part) {
      const isStale = makesState(fact) && !commit.applied.has(fact);
      this.outcomes.set(keyText(log), { kind: isStale ? 'stale' : 'stored' });
    }
    return [];
  }

  private failed(entries: readonly Entry[], reason: string): void {
    for (const { log } of entries) this.outcomes.set(keyText(log), { kind: 'failed', reason });
  }
}

const rank = ({ late = false, replayed = false }: Fact) => Number(late) + 2 * Number(replayed);
const keysOf = ({ fact, applies }: Entry) => (applies && makesState(fact) ? [logKey(fact), stateKey(fact)] : [logKey(fact)]);
export const reasonOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
