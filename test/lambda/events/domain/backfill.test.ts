import * as fc from 'fast-check';
import { newsOf } from '../../../../lambda-src/events/domain/backfill-compare';
import { storeFacts } from '../../../../lambda-src/events/domain/backfill-facts';
import { scopesToRead } from '../../../../lambda-src/events/domain/backfill-plan';
import { BackfillOutcome, backfillScope } from '../../../../lambda-src/events/domain/backfill-scope';
import { complianceFact } from '../../../../lambda-src/events/domain/fact';
import { ingest } from '../../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../../lambda-src/events/domain/shards';
import { Found, LearnedFact, MemberDenied, RuleGone } from '../../../../lambda-src/events/truth-ports';
import { BlindItem, ComplianceStatus, EVENT_KEYS, EVENT_PREFIX } from '../../../../src/events/contract';
import { recountOf } from '../../../support/event-recount';
import { InMemoryConfig, InMemoryStateScan, statesIn } from '../../../support/in-memory-config';
import { RecordingLog } from '../../../support/in-memory-drift';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const scope = { account: '111111111111', region: 'eu-central-1' };
const BUCKET = 'AWS::S3::Bucket';
const found = (resourceId: string, status: ComplianceStatus, minutesAgo = 60, more: Partial<Found> = {}): Found =>
  ({ resourceType: BUCKET, resourceId, status, recordedAt: at(minutesAgo), ...more });

/** A hub with a member. */
class Hub {
  public readonly table = new InMemoryEventTable();
  public readonly config = new InMemoryConfig();
  public readonly scan = new InMemoryStateScan(this.table);
  public readonly log = new RecordingLog();
  public now = NOW;
  public remaining = 900_000;
  public readonly clock = { now: () => new Date(this.now), remaining: () => this.remaining, sleep: async () => undefined };
  private readonly dependencies = {
    table: this.table, clock: this.clock, keeping: { retentionDays: 90, tombstoneDays: 44 },
    shards: async () => new ShardMap(), known: new KnownPlaces(),
  };
  public readonly store = storeFacts(this.dependencies, this.log);

  /** An event that came. */
  public async event(rule: string, { recordedAt, ...rest }: Found, of = scope): Promise<void> {
    const { outcomes } = await ingest([complianceFact({ ...of, rule, ...rest, recordedAt })], this.dependencies);
    expect(outcomes.map(({ kind }) => kind)).not.toContain('failed');
  }

  public async run(after?: string, open = async () => this.config): Promise<BackfillOutcome> {
    const { table, store, scan, clock, log } = this;
    return backfillScope({ ...scope, after }, { table, store, scan, clock, log, open, keptDays: 90 });
  }

  /** Reads the rules for the first time, so that what comes later is news. */
  public async begin(...rules: string[]): Promise<void> {
    for (const rule of rules) this.config.put(rule);
    await this.run();
  }

  public states(): { [name: string]: string } {
    return Object.fromEntries(statesIn(this.table).map(({ rule, resourceId, status }) => [`${rule} ${resourceId}`, status]));
  }

  public log1(resourceId: string) {
    return this.table.all().filter((item) => item.sk.startsWith(EVENT_PREFIX) && item.resourceId === resourceId);
  }

  public blind(): BlindItem[] {
    return this.table.all().filter(({ pk }) => pk.startsWith('BLIND#')) as unknown as BlindItem[];
  }
}

describe('a backfill', () => {
  let hub: Hub;
  beforeEach(() => {
    hub = new Hub();
  });

  it('that learns nothing writes nothing', async () => {
    await hub.begin('r1', 'r2');
    for (const [rule, status] of [['r1', 'NON_COMPLIANT'], ['r2', 'COMPLIANT']] as const) {
      await hub.event(rule, found('a', status, 90));
      // The last evaluation is younger than the event.
      hub.config.evaluate(rule, found('a', status, 20));
    }
    hub.config.evaluate('r2', found('b', 'NOT_APPLICABLE'));
    const before = hub.table.all();
    const { writeUnits } = hub.table.consumed;
    expect(await hub.run()).toEqual({ stored: 0, lost: 0, closed: 0, rules: 2, unread: [], unreadable: false });
    expect(hub.table.consumed.writeUnits).toBe(writeUnits);
    expect(hub.table.all()).toEqual(before);
    expect(hub.scan.scans).toBe(0);
  });

  it('learns what no event told, and counts it as lost', async () => {
    await hub.begin('r1');
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT', 60, { annotation: 'not encrypted' }));
    await hub.event('r1', found('b', 'COMPLIANT', 90));
    hub.config.evaluate('r1', found('b', 'NON_COMPLIANT', 30));
    expect(await hub.run()).toMatchObject({ stored: 2, lost: 2 });
    expect(hub.states()).toEqual({ 'r1 a': 'NON_COMPLIANT', 'r1 b': 'NON_COMPLIANT' });
    expect(statesIn(hub.table).find(({ resourceId }) => resourceId === 'b')).toMatchObject({ late: true, replayed: false, previousStatus: 'COMPLIANT' });
    expect(hub.log1('a')).toMatchObject([{ annotation: 'not encrypted', recordedAt: at(60), late: true }]);
    expect(await hub.run()).toMatchObject({ stored: 0, lost: 0 });
  });

  it('takes what is young for on its way: it is stored and announced, and not counted', async () => {
    await hub.begin('r1');
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT', 14));
    expect(await hub.run()).toMatchObject({ stored: 1, lost: 0 });
    expect(statesIn(hub.table)).toMatchObject([{ status: 'NON_COMPLIANT', late: false, replayed: false }]);
    // The event itself then is a duplicate.
    await hub.event('r1', found('a', 'NON_COMPLIANT', 14));
    expect(hub.log1('a')).toHaveLength(1);
  });

  it('takes everything for history that a rule says for the first time', async () => {
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT', 600));
    hub.config.evaluate('r1', found('b', 'NON_COMPLIANT', 5));
    expect(await hub.run()).toMatchObject({ stored: 2, lost: 0 });
    expect(statesIn(hub.table)).toMatchObject([{ replayed: true }, { replayed: true }]);
    hub.config.evaluate('r1', found('c', 'NON_COMPLIANT', 60));
    expect(await hub.run()).toMatchObject({ stored: 1, lost: 1 });
  });

  it('begins anew with a rule that was not read to the end the first time', async () => {
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT'));
    hub.config.evaluate('r1', found('b', 'NON_COMPLIANT'));
    hub.config.evaluate('r1', found('c', 'NON_COMPLIANT'));
    hub.config.failures.set('r1', { afterPages: 2, error: new Error('throttled') });
    expect(await hub.run()).toMatchObject({ stored: 0, unread: ['r1'], rules: 0 });
    hub.config.failures.clear();
    expect(await hub.run()).toMatchObject({ lost: 0 });
    expect(statesIn(hub.table).every(({ replayed }) => replayed)).toBe(true);
  });

  it('believes AWS Config where a state is older than any event on its way', async () => {
    await hub.begin('r1');
    await hub.event('r1', found('a', 'NON_COMPLIANT', 30));
    await hub.event('r1', found('b', 'NON_COMPLIANT', 10));
    hub.config.evaluate('r1', found('a', 'COMPLIANT', 60));
    hub.config.evaluate('r1', found('b', 'COMPLIANT', 60));
    expect(await hub.run()).toMatchObject({ stored: 1, lost: 1 });
    expect(hub.states()).toEqual({ 'r1 a': 'COMPLIANT', 'r1 b': 'NON_COMPLIANT' });
    expect(hub.log1('a')).toHaveLength(2);
  });

  it('makes a state of a fact that was kept and never applied, once', async () => {
    await hub.begin('r1');
    await hub.event('r1', found('a', 'NON_COMPLIANT', 60 * 24 * 60));
    expect(hub.states()).toEqual({});
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT', 60 * 24 * 60));
    expect(await hub.run()).toMatchObject({ stored: 1, lost: 1 });
    expect(hub.states()).toEqual({ 'r1 a': 'NON_COMPLIANT' });
    expect(await hub.run()).toMatchObject({ stored: 0 });
  });

  it('stores nothing again that an event told in the meantime', async () => {
    await hub.begin('r1');
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT'));
    const { store } = hub;
    Object.assign(hub, {
      store: async (facts: readonly LearnedFact[]) => {
        await hub.event('r1', found('a', 'NON_COMPLIANT'));
        return store(facts);
      },
    });
    expect(await hub.run()).toMatchObject({ stored: 0, lost: 0 });
    expect(hub.log1('a')).toHaveLength(1);
  });

  describe('closes', () => {
    it.each(['NON_COMPLIANT', 'COMPLIANT'] as const)('what is gone and was %s', async (status) => {
      await hub.begin('r1');
      await hub.event('r1', found('a', status, 90));
      await hub.event('r1', found('b', status, 90));
      hub.config.evaluate('r1', found('b', status, 90));
      expect(await hub.run()).toMatchObject({ stored: 0, closed: 1, lost: 0 });
      expect(hub.states()).toEqual({ 'r1 a': 'NOT_APPLICABLE', 'r1 b': status });
      expect(statesIn(hub.table).find(({ resourceId }) => resourceId === 'a')).toMatchObject({ recordedAt: at(0), late: true, replayed: false });
      expect(hub.scan.scans).toBe(status === 'COMPLIANT' ? 1 : 0);
      hub.now += 60_000;
      expect(await hub.run()).toMatchObject({ closed: 0 });
      expect(hub.scan.scans).toBe(status === 'COMPLIANT' ? 1 : 0);
    });

    it('everything of a rule that was deleted, and begins anew with one of its name', async () => {
      await hub.begin('r1', 'r2');
      await hub.event('r1', found('a', 'NON_COMPLIANT', 90));
      await hub.event('r1', found('b', 'COMPLIANT', 90));
      hub.config.rulesByName.delete('r1');
      expect(await hub.run()).toMatchObject({ closed: 2, rules: 1 });
      expect(hub.states()).toEqual({ 'r1 a': 'NOT_APPLICABLE', 'r1 b': 'NOT_APPLICABLE' });
      hub.now += 3_600_000;
      hub.config.evaluate('r1', found('a', 'NON_COMPLIANT', -30));
      expect(await hub.run()).toMatchObject({ stored: 1, lost: 0 });
      expect(statesIn(hub.table).find(({ resourceId }) => resourceId === 'a')).toMatchObject({ status: 'NON_COMPLIANT', replayed: true });
    });

    it('no state that is younger than the listing', async () => {
      await hub.begin('r1');
      hub.config.onPage = () => undefined;
      await hub.event('r1', found('a', 'NON_COMPLIANT', 90));
      const before = at(0);
      hub.config.onPage = () => {
        hub.config.onPage = undefined;
        void hub.event('r1', { ...found('a', 'NON_COMPLIANT'), recordedAt: new Date(Date.parse(before) + 5).toISOString() });
      };
      expect(await hub.run()).toMatchObject({ closed: 0 });
      expect(hub.states()).toEqual({ 'r1 a': 'NON_COMPLIANT' });
    });

    it('nothing of other accounts and regions', async () => {
      await hub.begin('r1');
      await hub.event('r1', found('a', 'NON_COMPLIANT', 90), { ...scope, region: 'eu-west-1' });
      await hub.event('r1', found('a', 'COMPLIANT', 90), { ...scope, account: '222222222222' });
      await hub.event('r1', found('b', 'COMPLIANT', 90));
      expect(await hub.run()).toMatchObject({ closed: 1 });
      expect(statesIn(hub.table).map(({ status }) => status).sort()).toEqual(['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE']);
    });

    it.each([
      ['a rule that fails half-way', (config: InMemoryConfig) => config.failures.set('r1', { afterPages: 1, error: new Error('ThrottlingException') }), ['r1']],
      ['a rule that fails oddly', (config: InMemoryConfig) => config.failures.set('r1', { afterPages: 0, error: 'odd' as unknown as Error }), ['r1']],
      ['a rule that is deleted meanwhile', (config: InMemoryConfig) => config.failures.set('r1', { afterPages: 1, error: new RuleGone('r1') }), ['r1']],
      ['a rule that is being deleted', (config: InMemoryConfig) => Object.assign(config.rulesByName.get('r1')!, { rule: { name: 'r1', beingDeleted: true } }), []],
    ])('nothing of %s', async (_, break_, unread) => {
      await hub.begin('r1', 'r2');
      for (const status of ['NON_COMPLIANT', 'COMPLIANT'] as const) for (const rule of ['r1', 'r2']) await hub.event(rule, found(status, status, 90));
      hub.config.evaluate('r1', found('c', 'COMPLIANT'));
      break_(hub.config);
      expect(await hub.run()).toMatchObject({ closed: 2, unread });
      expect(hub.states()).toMatchObject({
        'r1 NON_COMPLIANT': 'NON_COMPLIANT', 'r1 COMPLIANT': 'COMPLIANT', 'r2 NON_COMPLIANT': 'NOT_APPLICABLE', 'r2 COMPLIANT': 'NOT_APPLICABLE',
      });
      expect(hub.log.lines.filter(({ message }) => message.startsWith('a rule could not be read to the end'))).toHaveLength(unread.length);
    });

    it('nothing when the rules could not be listed', async () => {
      await hub.begin('r1');
      await hub.event('r1', found('a', 'NON_COMPLIANT', 90));
      hub.config.listing = new Error('ThrottlingException');
      await expect(hub.run()).rejects.toThrow('ThrottlingException');
      expect(hub.states()).toEqual({ 'r1 a': 'NON_COMPLIANT' });
    });

    it('nothing where more is counted than there is, and looks for it once a day', async () => {
      await hub.begin('r1');
      await hub.event('r1', found('a', 'COMPLIANT', 90));
      hub.config.evaluate('r1', found('a', 'COMPLIANT', 90));
      await hub.table.write({
        kind: 'update', key: { pk: EVENT_KEYS.cells(scope.account, scope.region, 0), sk: EVENT_KEYS.cell('r1', BUCKET) }, add: { compliant: 1 },
        setOnce: { rule: 'r1', resourceType: BUCKET },
      });
      for (const scans of [1, 1]) {
        expect(await hub.run()).toMatchObject({ closed: 0 });
        expect(hub.scan.scans).toBe(scans);
      }
      hub.now += 86_400_000;
      await hub.run();
      expect(hub.scan.scans).toBe(2);
    });
  });

  it('looks again on the same day for what it could not read', async () => {
    await hub.begin('r1');
    await hub.event('r1', found('a', 'COMPLIANT', 90));
    const scan = hub.scan.states.bind(hub.scan);
    jest.spyOn(hub.scan, 'states').mockImplementationOnce((of) => {
      hub.config.failures.set('r1', { afterPages: 0, error: new Error('throttled') });
      return scan(of);
    });
    expect(await hub.run()).toMatchObject({ closed: 0, unread: ['r1'] });
    hub.config.failures.clear();
    expect(await hub.run()).toMatchObject({ closed: 1 });
    expect(hub.states()).toEqual({ 'r1 a': 'NOT_APPLICABLE' });
  });

  describe('of a member that is not allowed', () => {
    const denied = new MemberDenied('AccessDenied: no');

    it('says so and closes nothing', async () => {
      await hub.begin('r1');
      await hub.event('r1', found('a', 'NON_COMPLIANT', 90));
      const outcome = { stored: 0, lost: 0, closed: 0, rules: 0, unread: [], unreadable: true };
      expect(await hub.run(undefined, () => Promise.reject(denied))).toEqual(outcome);
      hub.config.failures.set('r1', { afterPages: 0, error: denied });
      expect(await hub.run()).toEqual(outcome);
      expect(hub.states()).toEqual({ 'r1 a': 'NON_COMPLIANT' });
      expect(hub.log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { ...scope, reason: 'AccessDenied: no' } }, {}]);
    });

    it('fails where it is something else', async () => {
      await expect(hub.run(undefined, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    });
  });

  it('goes on where its time was over', async () => {
    const rules = Array.from({ length: 10 }, (_, index) => `r${index}`);
    await hub.begin(...rules);
    for (const rule of rules) await hub.event(rule, found('a', 'COMPLIANT', 90));
    hub.config.rulesByName.delete('r9');
    hub.remaining = 1_000 * 300;
    const outcomes: BackfillOutcome[] = [];
    let after: string | undefined;
    do {
      const outcome = await hub.run(after);
      outcomes.push(outcome);
      after = outcome.next?.after;
    } while (after !== undefined);
    expect(outcomes.map(({ next, rules: read, closed }) => [read, closed, next])).toEqual([
      [4, 4, { ...scope, after: 'r3' }], [4, 4, { ...scope, after: 'r7' }], [1, 2, undefined],
    ]);
    expect(new Set(Object.values(hub.states()))).toEqual(new Set(['NOT_APPLICABLE']));
  });

  it('reads an aggregator, whose answers are old', async () => {
    await hub.begin('r1');
    Object.assign(hub.config, { asOf: async () => at(360), recorder: undefined });
    await hub.event('r1', found('a', 'NON_COMPLIANT', 400));
    await hub.event('r1', found('b', 'NON_COMPLIANT', 300));
    hub.config.evaluate('r1', found('c', 'NON_COMPLIANT', 370));
    hub.config.evaluate('r1', found('d', 'NON_COMPLIANT', 60));
    hub.config.evaluate('r1', found('e', 'NON_COMPLIANT', 10));
    // An event is as fast wherever AWS Config is asked: after a quarter of an hour it is lost.
    expect(await hub.run()).toMatchObject({ closed: 1, stored: 3, lost: 2 });
    expect(hub.states()).toMatchObject({ 'r1 a': 'NOT_APPLICABLE', 'r1 b': 'NON_COMPLIANT', 'r1 c': 'NON_COMPLIANT', 'r1 d': 'NON_COMPLIANT' });
    expect(statesIn(hub.table).filter(({ late }) => !late).map(({ resourceId }) => resourceId).sort()).toEqual(['b', 'e']);
  });

  it('says what it could not store', async () => {
    await hub.begin('r1');
    hub.config.evaluate('r1', found('a', 'NON_COMPLIANT', 60, { annotation: 'x'.repeat(500_000) }));
    await hub.run();
    expect(hub.log.lines.find(({ message }) => message === 'a result cannot be stored')).toMatchObject({ fields: { rule: 'r1' } });
    hub.config.evaluate('r1', found('b', 'NON_COMPLIANT'));
    hub.table.commit = () => Promise.reject(new Error('throttled'));
    expect(await hub.run()).toMatchObject({ unread: ['r1'] });
    expect(hub.log.lines.at(-1)).toMatchObject({ fields: { reason: 'a result of the rule r1 could not be stored: Error: throttled' } });
  });
});

describe('a result of no state', () => {
  it('is no news when it is not applicable', () => {
    const reading = { scope, rule: 'r', at: at(0), asked: at(0), first: false };
    expect(newsOf(reading, found('a', 'NOT_APPLICABLE'), undefined)).toBeUndefined();
  });
});

describe('the recorder of a member', () => {
  let hub: Hub;
  beforeEach(() => {
    hub = new Hub();
    hub.config.put('s3', { types: [BUCKET] });
    hub.config.put('mixed', { types: [BUCKET, 'AWS::EC2::Volume'] });
    hub.config.put('account', { types: ['AWS::::Account'] });
    hub.config.put('any');
  });
  const causes = () => hub.blind().map(({ cause, from, until, rules }) => [cause, from, until, ...rules ?? []].filter(Boolean).join(' ')).sort();

  it('that is well notes nothing', async () => {
    await hub.run();
    expect(hub.blind()).toEqual([]);
  });

  it('is noted while it is not, and when it is again', async () => {
    hub.config.recorderStatus = { name: 'default', recording: false };
    hub.config.channelStatus = undefined;
    hub.config.types = { only: ['AWS::EC2::Volume'] };
    await hub.run();
    const three = [`DELIVERY_FAILED ${at(0)}`, `NOT_RECORDED ${at(0)} s3`, `RECORDER_STOPPED ${at(0)}`];
    expect(causes()).toEqual(three);
    hub.now += 60_000;
    await hub.run();
    expect(causes()).toEqual(three);
    // What nobody knows changes nothing.
    hub.config.recorderStatus = new Error('denied');
    hub.config.channelStatus = new Error('denied');
    hub.config.types = new Error('denied');
    await hub.run();
    hub.config.types = 'odd' as unknown as Error;
    Object.assign(hub.config.recorder, { recordedTypes: () => Promise.reject('odd') });
    await hub.run();
    expect(causes()).toEqual(three);
    hub.config.recorderStatus = { name: 'default', recording: true };
    hub.config.channelStatus = { name: 'default', deliveries: [] };
    Object.assign(hub.config.recorder, { recordedTypes: async () => ({ allBut: [BUCKET, 'AWS::EC2::Volume'] }) });
    await hub.run();
    expect(causes()).toEqual([
      `DELIVERY_FAILED ${at(0)} ${at(-1)}`, `NOT_RECORDED ${at(0)} ${at(-1)} s3`,
      `NOT_RECORDED ${at(-1)} mixed s3`, `RECORDER_STOPPED ${at(0)} ${at(-1)}`,
    ]);
    const gone = Math.floor((NOW + 60_000) / 1_000) + 90 * 86_400;
    expect(hub.blind().filter(({ until }) => until).every(({ expiresAt }) => expiresAt === gone)).toBe(true);
    hub.config.recorderStatus = undefined;
    Object.assign(hub.config.recorder, { recordedTypes: async () => undefined });
    await hub.run();
    expect(causes().filter((text) => text.startsWith('NOT_RECORDED'))).toHaveLength(2);
  });

  it('is seen again no earlier than it was lost, whatever the clock does', async () => {
    hub.config.recorderStatus = undefined;
    await hub.run();
    hub.config.recorderStatus = { name: 'default', recording: true };
    hub.now -= 60_000;
    await hub.run();
    expect(causes()).toEqual([`RECORDER_STOPPED ${at(0)} ${at(0)}`]);
  });
});

describe('a round', () => {
  it('goes through whoever is expected, heard of or known, and the own account', async () => {
    const table = new InMemoryEventTable();
    const of = (digit: string, region = 'eu-central-1') => ({ account: digit.repeat(12), region });
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.heartbeat(of('2').account, of('2').region) } });
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(of('3').account, of('3').region) } });
    await table.write({ kind: 'put', item: { ...EVENT_KEYS.knownScope(of('2').account, of('2').region) } });
    expect(await scopesToRead(table, [of('4'), of('2', 'us-east-1')], of('1'))).toEqual([of('1'), of('2'), of('2', 'us-east-1'), of('3'), of('4')]);
    expect(await scopesToRead(table, [])).toEqual([of('2'), of('3')]);
  });
});

describe('whatever events are lost', () => {
  const status = fc.constantFrom<ComplianceStatus>('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE');
  const step = fc.record({
    rule: fc.constantFrom('r1', 'r2'), id: fc.constantFrom('a', 'b', 'c'), status, lost: fc.boolean(), deletes: fc.constantFrom('nothing', 'nothing', 'nothing', 'resource', 'rule'),
  });

  it('the states are AWS Config\'s after a backfill, the cells are the states\', and another one writes nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const hub = new Hub();
      await hub.begin('r1', 'r2');
      let minutesAgo = 500;
      for (const { rule, id, lost, deletes, ...rest } of steps) {
        minutesAgo -= 10;
        const result = found(id, rest.status, minutesAgo);
        if (deletes === 'rule') {
          hub.config.rulesByName.delete(rule);
        } else if (deletes === 'resource' || rest.status === 'NOT_APPLICABLE') {
          hub.config.forget(rule, id);
          if (!lost) await hub.event(rule, { ...result, status: 'NOT_APPLICABLE' });
        } else {
          hub.config.evaluate(rule, result);
          if (!lost) await hub.event(rule, result);
        }
      }
      await hub.run();
      const wanted = [...hub.config.rulesByName].flatMap(([rule, { results }]) => [...results.values()].map((each) => `${rule} ${each.resourceId} ${each.status}`));
      const there = Object.entries(hub.states()).filter(([, each]) => each !== 'NOT_APPLICABLE').map(([name, each]) => `${name} ${each}`);
      expect(there.sort()).toEqual(wanted.sort());
      expect(recountOf(hub.table.all())).toEqual([]);
      const { writeUnits } = hub.table.consumed;
      hub.now += 60_000;
      expect(await hub.run()).toMatchObject({ stored: 0, closed: 0 });
      expect(hub.table.consumed.writeUnits).toBe(writeUnits);
    }), { numRuns: 150 });
  });
});
