import { Fact, keyText, makesState, StateFact, stateKey, versionOfFact } from './fact';
import { dayCounts, expiryOf, isCounted, Keeping, stateCounts, stateItemOf } from './items';
import { LARGEST_COMMIT_BYTES } from './size';
import { dayOf, EVENT_KEYS, EventTableKey, LogItem, Shards, StateItem } from '../../../src/events/contract';
import { EventItem, Update, Write } from '../ports';

/** A fact that is to be stored, and the item it becomes. */
export interface Entry {
  readonly fact: Fact;
  readonly log: LogItem;
  readonly bytes: number;
  /** Whether a state may be made of it: what is older than tombstones may not. */
  readonly applies: boolean;
}

/** Everything that one commit writes. */
export interface Commit {
  readonly writes: readonly Write[];
  /** States as they are after it, by key. */
  readonly states: ReadonlyMap<string, StateItem>;
  /** Facts that were newer than the state they met. */
  readonly applied: ReadonlySet<Fact>;
}

export interface Planning extends Keeping {
  readonly now: Date;
  /** Of today. */
  readonly shards: Shards;
  /** The part of the current counters that one commit adds to; another commit takes another, so that they do not meet. */
  readonly cellShard: number;
}

/** What is counted in one item stands together, and facts of one state from the oldest to the newest: fewer writes, and never a newer one left behind. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  const key = ({ fact }: Entry) => [fact.account, fact.region, fact.rule ?? '', fact.resourceType, fact.resourceId, versionOfFact(fact)].join('\0');
  return entries.map((entry) => ({ entry, text: key(entry) })).sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ entry }) => entry);
}

/** More facts than that in one batch are no single ones. */
const BURST = 25;

/**
 * Facts in their order, in waves that are committed one after the other: what broke and was well again in the same batch is two changes of its
 * state, or nobody would be told that it broke. Of replays nobody is told anyway, and a burst is told in digests: there only what lasts counts,
 * since another commit costs as much as the facts of a whole batch.
 */
export function waves(entries: readonly Entry[]): Entry[][] {
  if (entries.length > BURST) return [[...entries]];
  const all: Entry[][] = [];
  let wave = 0;
  let before: StateFact | undefined;
  for (const entry of entries) {
    const { fact, applies } = entry;
    if (applies && makesState(fact)) {
      const follows = before !== undefined && keyText(stateKey(before)) === keyText(stateKey(fact));
      if (!follows) wave = 0;
      else if (before!.status === 'NON_COMPLIANT' && fact.status !== 'NON_COMPLIANT' && before!.replayed !== true) wave += 1;
      before = fact;
    }
    (all[wave] ??= []).push(entry);
  }
  return all;
}

/** Parts that fit into a commit each: so many actions, and DynamoDB's bytes. */
export function parts(entries: readonly Entry[], mostActions: number): Entry[][] {
  const all: Entry[][] = [];
  let touched = new Set<string>();
  let bytes = 0;
  for (const entry of entries) {
    const items = itemsTouchedBy(entry);
    const added = items.filter((item) => !touched.has(item)).length;
    const part = all.at(-1);
    if (part && touched.size + added <= mostActions && bytes + entry.bytes <= LARGEST_COMMIT_BYTES) {
      part.push(entry);
    } else {
      all.push([entry]);
      touched = new Set();
      bytes = 0;
    }
    for (const item of items) touched.add(item);
    bytes += entry.bytes;
  }
  return all;
}

function itemsTouchedBy({ fact, log, applies }: Entry): string[] {
  const cell = `${fact.account} ${fact.region} ${EVENT_KEYS.cell(fact.rule ?? '', fact.resourceType)}`;
  return [
    keyText(log),
    ...(isCounted(fact) ? [`day ${dayOf(fact.recordedAt)} ${cell}`] : []),
    ...(applies && makesState(fact) ? [keyText(stateKey(fact)), `now ${cell}`] : []),
  ];
}

/** One commit: the events, what they add to their days, the newest state of each key where it is newer than the one read, and what that adds. */
export function commitOf(entries: readonly Entry[], stored: ReadonlyMap<string, StateItem>, planning: Planning): Commit {
  const states = new Map<string, StateItem>();
  const applied = new Set<Fact>();
  const cells = new Cells();
  for (const { fact, applies } of entries) {
    if (isCounted(fact)) cells.addDay(fact, planning);
    if (!applies || !makesState(fact)) continue;
    const key = keyText(stateKey(fact));
    const before = states.get(key) ?? stored.get(key);
    if (before !== undefined && before.version >= versionOfFact(fact)) continue;
    const after = stateItemOf(fact, before, planning, planning.shards);
    states.set(key, after);
    applied.add(fact);
    cells.addNow(fact, stateCounts(after, before), planning.cellShard);
  }
  const puts = entries.map(({ log }): Write => ({ kind: 'put', item: asItem(log), condition: { kind: 'absent' } }));
  const stateWrites = [...states].map(([key, state]): Write => {
    const before = stored.get(key);
    return { kind: 'put', item: asItem(state), condition: before === undefined ? { kind: 'absent' } : { kind: 'version', is: before.version } };
  });
  return { writes: [...puts, ...stateWrites, ...cells.updates()], states, applied };
}

const asItem = (item: LogItem | StateItem) => item as LogItem & StateItem & EventItem;

type Values = { readonly [name: string]: unknown };
type Counts = { readonly [count: string]: number };
interface Cell {
  readonly key: EventTableKey;
  readonly add: { [count: string]: number };
  readonly set: Values;
  readonly setOnce: Values;
}

/** Sums what the facts of a commit add to each counter, since it may write an item only once. */
class Cells {
  private readonly all = new Map<string, Cell>();

  public addDay(fact: Fact & { readonly rule: string }, { retentionDays, now }: Planning): void {
    const { account, region, rule, resourceType, recordedAt } = fact;
    const date = dayOf(recordedAt);
    const key = { pk: EVENT_KEYS.dayCells(account, region, date), sk: EVENT_KEYS.cell(rule, resourceType) };
    this.add(key, dayCounts(fact), { rule, resourceType }, { expiresAt: expiryOf(date, retentionDays, now) });
  }

  public addNow({ account, region, rule, resourceType }: Fact, counts: Counts, shard: number): void {
    const key = { pk: EVENT_KEYS.cells(account, region, shard), sk: EVENT_KEYS.cell(rule!, resourceType) };
    this.add(key, counts, { rule, resourceType }, {});
  }

  public updates(): Update[] {
    return [...this.all.values()].flatMap(({ add, ...rest }) => {
      const changes = Object.fromEntries(Object.entries(add).filter(([, value]) => value !== 0));
      return Object.keys(changes).length === 0 ? [] : [{ kind: 'update', ...rest, add: changes } as const];
    });
  }

  private add(key: EventTableKey, counts: Counts, setOnce: Values, set: Values): void {
    const cell = this.all.get(keyText(key)) ?? { key, add: {}, set, setOnce };
    this.all.set(keyText(key), cell);
    for (const [name, value] of Object.entries(counts)) cell.add[name] = (cell.add[name] ?? 0) + value;
  }
}
