import * as fc from 'fast-check';
import { complianceFact, Fact, keyText, logKey, makesState, stateKey, versionOfFact } from '../../../../lambda-src/events/domain/fact';
import { ingest, IngestDependencies, IngestReport } from '../../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../../lambda-src/events/domain/shards';
import { EventTable } from '../../../../lambda-src/events/ports';
import { recountOf } from '../../../support/event-recount';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const NOW = new Date('2026-11-24T12:00:00.000Z');
/** What happens to one call of the table. */
type Fate = 'done' | 'lost' | 'unheard' | 'refused';
const RUNS = 2_000;

const facts = fc.array(fc.record({
  account: fc.constantFrom('111111111111', '222222222222'),
  rule: fc.constantFrom('encrypted', 'tagged'),
  resourceId: fc.constantFrom('a', 'b'),
  minute: fc.nat(3),
  status: fc.constantFrom('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA', 'NOVEL'),
  previousStatus: fc.constantFrom(undefined, 'COMPLIANT', 'NON_COMPLIANT'),
  mode: fc.constantFrom(undefined, undefined, undefined, 'PROACTIVE'),
  old: fc.constantFrom(false, false, false, true),
}), { minLength: 1, maxLength: 20 }).map((all) => all.map(({ minute, old, ...fact }) => complianceFact({
  ...fact, region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', recordedAt: `2026-${old ? '06' : '11'}-24T11:0${minute}:00.000Z`, detail: {},
})));
const fates = fc.array(fc.constantFrom<Fate>('done', 'done', 'done', 'lost', 'unheard', 'refused'), { maxLength: 40 });

/** States as they must be in the end: of each key the newest fact that is not older than tombstones. */
function oracle(all: readonly Fact[]): { [key: string]: string } {
  const newest = new Map<string, Fact>();
  for (const fact of all) {
    if (!makesState(fact) || fact.recordedAt < '2026-08') continue;
    const key = keyText(stateKey(fact));
    const other = newest.get(key);
    if (other === undefined || versionOfFact(other) < versionOfFact(fact)) newest.set(key, fact);
  }
  return Object.fromEntries([...newest].map(([key, fact]) => [key, `${versionOfFact(fact)} ${fact.status}`]).sort());
}

const statesIn = (table: InMemoryEventTable) => Object.fromEntries(table.all().filter(({ sk }) => sk.startsWith('STATE#'))
  .map((item) => [keyText(item), `${item.version as string} ${item.status as string}`]).sort());
const logIn = (table: InMemoryEventTable) => table.all().filter(({ sk }) => sk.startsWith('EVT#')).map(keyText).sort();

/** The table as several workers meet it: each call waits its turn, and may be lost before its effect or after it, or be refused. */
class Perilous implements EventTable {
  public commits = 0;
  /** Kept for the test's end: thrown here, they would be one more call that failed. */
  public readonly disagreements: string[] = [];
  private calls = 0;
  constructor(
    private readonly table: InMemoryEventTable,
    private readonly schedule: <T>(effect: () => Promise<T>) => Promise<T>,
    private readonly tape: readonly Fate[],
  ) {}

  public async read(keys: Parameters<EventTable['read']>[0]) {
    return this.around(() => this.table.read(keys));
  }

  public async query(query: Parameters<EventTable['query']>[0]) {
    return this.around(() => this.table.query(query));
  }

  public async write(write: Parameters<EventTable['write']>[0]) {
    return this.around(() => this.table.write(write), 'CONFLICT' as const);
  }

  public async commit(writes: Parameters<EventTable['commit']>[0]) {
    return this.around(async () => {
      const refusal = await this.table.commit(writes);
      if (refusal === undefined) this.commits += 1;
      // Readers may look after each commit, and must never see counters and items that do not agree.
      this.disagreements.push(...recountOf(this.table.all()));
      return refusal;
    }, 'CONFLICT' as const);
  }

  private async around<T>(effect: () => Promise<T>, refusal?: T): Promise<T> {
    const fate = this.tape[this.calls++] ?? 'done';
    return this.schedule(async () => {
      if (fate === 'lost') throw new Error('the call was lost');
      if (fate === 'refused' && refusal !== undefined) return refusal;
      const answer = await effect();
      if (fate === 'unheard') throw new Error('the answer was lost');
      return answer;
    });
  }
}

const dependencies = (table: EventTable): IngestDependencies => ({
  table,
  clock: { now: () => NOW, remaining: () => 60_000, sleep: async () => undefined },
  keeping: { retentionDays: 90, tombstoneDays: 104 },
  shards: async () => new ShardMap(),
  known: new KnownPlaces(),
});

describe('whatever the schedule, and whatever fails', () => {
  it('each event is stored once, and states and counters follow from all of them', async () => {
    await fc.assert(fc.asyncProperty(facts, fates, fc.infiniteStream(fc.nat(1_000)), fc.scheduler(), async (all, tape, numbers, scheduler) => {
      const number = (below: number) => (numbers.next().value as number) % below;
      const table = new InMemoryEventTable();
      const perilous = new Perilous(table, async (effect) => scheduler.schedule(Promise.resolve()).then(effect), tape);
      // Some come twice, in any order, in batches of any size.
      let queue = [...all, ...all.filter(() => number(3) === 0)].map((fact) => ({ fact, at: number(1_000) }))
        .sort((a, b) => a.at - b.at).map(({ fact }) => fact);
      for (let round = 1; queue.length > 0; round++) {
        expect(round).toBeLessThan(60);
        const batches: Fact[][] = [[]];
        for (const fact of queue) {
          if (number(4) === 0) batches.push([]);
          batches.at(-1)!.push(fact);
        }
        const store = async (batch: Fact[]) => ({ batch, report: await ingest(batch, { ...dependencies(perilous), random: () => number(10) / 10 }) });
        const workers = Promise.all(batches.map(store));
        await scheduler.waitFor(workers);
        queue = (await workers).flatMap(({ batch, report }) => batch.filter((_, at) => report.outcomes[at].kind === 'failed'));
      }
      expect(perilous.disagreements).toEqual([]);
      expect(logIn(table)).toEqual([...new Set(all.map((fact) => keyText(logKey(fact))))].sort());
      expect(statesIn(table)).toEqual(oracle(all));
      const before = perilous.commits;
      const again: IngestReport = await ingest(all, dependencies(table));
      expect(again).toMatchObject({ commits: 0, conflicts: 0 });
      expect(new Set(again.outcomes.map(({ kind }) => kind))).toEqual(new Set(['duplicate']));
      expect(perilous.commits).toBe(before);
    }), { numRuns: RUNS });
  }, 120_000);

  it('what others are always in the way of goes back to the queue', async () => {
    await fc.assert(fc.asyncProperty(facts, async (all) => {
      const table = new InMemoryEventTable();
      const report = await ingest(all, dependencies({
        read: async (keys) => table.read(keys), query: async (query) => table.query(query), write: async (write) => table.write(write), commit: async () => 'CONFLICT',
      }));
      expect(new Set(report.outcomes.map(({ kind }) => kind))).toEqual(new Set(['failed']));
      expect(logIn(table)).toEqual([]);
    }), { numRuns: 100 });
  });
});
