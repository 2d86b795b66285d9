import { detectDrift } from '../../../../lambda-src/drift/domain/detect-drift';
import { LeaseLost } from '../../../../lambda-src/drift/ports';
import { Scenario, summary } from '../../../support/drift-scenario';
import { FakeClock } from '../../../support/in-memory-drift';

/** One open finding that is fixed by now: whether a run resolves it shows what the run thinks it knows. */
async function withFixedFinding() {
  const scenario = new Scenario();
  for (let i = 10; i < 50; i++) scenario.everywhere(`app/${i}`, '1');
  scenario.parameters.put('Prod', 'app/45', '2');
  await scenario.check();
  scenario.parameters.put('Dev', 'app/45', '2');
  return scenario;
}

describe('a read that failed', () => {
  test.each([
    ['THROTTLED', 'Dev'], ['ACCESS_DENIED', 'Prod'], ['READ_FAILED', 'Dev'], ['TIMED_OUT', 'Prod'],
  ] as const)('%s in %s resolves nothing, says so, and the next run does', async (reason, environment) => {
    const scenario = await withFixedFinding();
    scenario.parameters.fail({ reason, environment, operation: 'page', call: 2 });
    const { answer, metrics } = await scenario.run();
    expect(answer).toMatchObject({ complete: false, causes: [reason], resolved: 0, open: 1, opened: 0 });
    expect(answer.notes).toHaveLength(1);
    expect(metrics.DriftCheckIncomplete).toBe(1);
    expect(scenario.notifier.messages).toHaveLength(1);
    expect(await scenario.check()).toMatchObject({ complete: true, resolved: 1, open: 0 });
  });

  test('absence is not known then: nothing is missing and nothing is extra, what was read on both sides is compared', async () => {
    const scenario = new Scenario({ rules: [{ kind: 'expected', pattern: 'app/10', values: { Dev: 'x', Prod: '1' } }] });
    for (let i = 10; i < 50; i++) scenario.everywhere(`app/${i}`, '1');
    scenario.parameters.put('Prod', 'app/11', '2').delete('Dev', 'app/12').put('Dev', 'app/13a', 'extra');
    scenario.parameters.fail({ reason: 'THROTTLED', environment: 'Prod', operation: 'page', call: 3, times: Infinity });
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['app/10 NOT_EXPECTED open', 'app/11 VALUE_DIFFERS open', 'app/12 MISSING open']);
    expect(answer).toMatchObject({ complete: false, compared: 20 });
  });

  test('an environment that may not be read at all has no findings and no resolutions', async () => {
    const scenario = await withFixedFinding();
    scenario.parameters.fail({ reason: 'ACCESS_DENIED', environment: 'Prod', times: Infinity });
    expect(await scenario.check()).toMatchObject({ complete: false, causes: ['ACCESS_DENIED'], open: 1, opened: 0, compared: 0 });
    expect(await scenario.check({ kind: 'names', names: ['app/45', 'app/44'] })).toMatchObject({ complete: false, open: 1, resolved: 0, compared: 0 });
  });

  test('also when the finding was measured by another baseline before', async () => {
    const scenario = await withFixedFinding();
    scenario.objects.document = { version: '1', baseline: 'Live', environments: ['Dev', 'Live'], reportPlainSecrets: 'true' };
    scenario.parameters.put('Live', 'app/10', '1').fail({ reason: 'ACCESS_DENIED', environment: 'Live' });
    expect(await scenario.check()).toMatchObject({ complete: false, causes: ['ACCESS_DENIED'], open: 1, resolved: 0 });
    expect(scenario.notifier.messages).toHaveLength(1);
  });

  test('both failing tell both', async () => {
    const scenario = await withFixedFinding();
    scenario.parameters.fail({ reason: 'ACCESS_DENIED', environment: 'Prod', times: Infinity });
    scenario.parameters.fail({ reason: 'THROTTLED', environment: 'Dev', times: Infinity });
    const answer = await scenario.check();
    expect(answer.causes.sort()).toEqual(['ACCESS_DENIED', 'THROTTLED']);
    expect(answer.notes).toHaveLength(2);
  });

  test('a part of the names: the calls before the failure count', async () => {
    const scenario = await withFixedFinding();
    scenario.parameters.fail({ reason: 'THROTTLED', environment: 'Dev', operation: 'named', call: 2 });
    const names = Array.from({ length: 40 }, (_, i) => `app/${10 + i}`);
    expect(await scenario.check({ kind: 'names', names })).toMatchObject({ complete: false, resolved: 0, compared: 10 });
    scenario.parameters.fail({ reason: 'THROTTLED', environment: 'Dev', operation: 'named', call: 2 });
    expect(await scenario.check({ kind: 'names', names: [...names].reverse() })).toMatchObject({ complete: false, resolved: 1 });
  });

  test('who changed it is not known: the finding is told without', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    scenario.parameters.fail({ operation: 'lastChange', reason: 'ACCESS_DENIED' });
    const answer = await scenario.check();
    expect(answer).toMatchObject({ complete: true, open: 1 });
    expect(answer.findings[0].explanation).not.toContain('written by');
  });

  test('a walk that gets the same token again ends', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    const { dependencies } = scenario;
    const stuck = { ...scenario.parameters.reader('Dev'), page: async () => ({ parameters: [], nextToken: 'again' }) };
    const { answer } = await detectDrift(
      { ...dependencies, readers: (environment) => environment === 'Dev' ? stuck : scenario.parameters.reader(environment) }, { kind: 'full' },
    );
    expect(answer).toMatchObject({ complete: false, causes: ['READ_FAILED'] });
  });

  test('a bug is no failed read: it stops the run', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.before = () => { throw new TypeError('a bug'); };
    await expect(scenario.check()).rejects.toThrow('a bug');
    expect(scenario.store.holder).toBeUndefined();
  });
});

describe('pages', () => {
  test('an empty page that has a token goes on', async () => {
    const scenario = await withFixedFinding();
    scenario.parameters.emptyEvery = 2;
    expect(await scenario.check()).toMatchObject({ complete: true, compared: 40, resolved: 1 });
  });

  test('a baseline without parameters is no empty baseline', async () => {
    const scenario = new Scenario();
    scenario.parameters.put('Dev', 'app/a', '1');
    expect(await scenario.check()).toMatchObject({ complete: false, causes: ['BASELINE_ABSENT'], findings: [], driftDetected: false });
    const baseline = new Scenario({ rules: [{ kind: 'expected', pattern: 'app/a', values: { Dev: '1', Prod: '1' } }] }, { environment: 'Prod' });
    expect(await baseline.check()).toMatchObject({ complete: false, causes: ['BASELINE_ABSENT'], findings: [] });
  });

  test('a baseline that lost all its parameters is noticed by a check of few names as well', async () => {
    const scenario = await withFixedFinding();
    for (const name of scenario.parameters.names('Prod')) scenario.parameters.delete('Prod', name);
    scenario.parameters.resetCalls();
    expect(await scenario.check({ kind: 'names', names: ['app/10', 'app/11'] })).toMatchObject({ causes: ['BASELINE_ABSENT'], open: 1, opened: 0 });
    expect(scenario.parameters.count()).toBe(3);
    scenario.parameters.put('Prod', 'app/12', '1');
    expect(await scenario.check({ kind: 'names', names: ['app/10'] })).toMatchObject({ complete: true, opened: 1 });
  });

  test('a baseline that lost all its parameters resolves nothing', async () => {
    const scenario = await withFixedFinding();
    for (const name of scenario.parameters.names('Prod')) scenario.parameters.delete('Prod', name);
    expect(await scenario.check()).toMatchObject({ complete: false, causes: ['BASELINE_ABSENT'], open: 1, opened: 0, resolved: 0 });
  });

  test('a target without parameters lacks everything: one message', async () => {
    const scenario = new Scenario();
    for (let i = 0; i < 300; i++) scenario.parameters.put('Prod', `app/${i}`, '1');
    expect(await scenario.check()).toMatchObject({ complete: true, open: 300, opened: 300 });
    expect(scenario.notifier.messages).toHaveLength(1);
    expect(scenario.notifier.messages[0].body).toContain('New (300)');
    expect(scenario.notifier.messages[0].body).toContain('  and 280 more');
  });
});

describe('the policy', () => {
  test('one that cannot be read means no comparison', async () => {
    const scenario = await withFixedFinding();
    scenario.objects.document = new Error('NoSuchKey');
    const answer = await scenario.check();
    expect(answer).toMatchObject({ complete: false, causes: ['POLICY_UNREADABLE'], open: 1, resolved: 0, compared: 0 });
    expect(answer.baseline).toBe('Prod');
    expect(answer.notes[0]).toBe('the parity policy (parity/policies/1.json) cannot be read, so nothing was compared: NoSuchKey');
    expect(scenario.store.holder).toBeUndefined();
  });
});

describe('the table', () => {
  test('a write that fails stops the run before anybody is told, and the next one tells once', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    scenario.store.faults.plan({ operation: 'commit' });
    await expect(scenario.check()).rejects.toThrow('planned fault before commit');
    expect(scenario.notifier.messages).toEqual([]);
    expect(scenario.store.holder).toBeUndefined();
    expect(await scenario.check()).toMatchObject({ opened: 1 });
    expect(scenario.notifier.messages).toHaveLength(1);
  });

  test('a write that fails half-way loses no name and tells none twice', async () => {
    const scenario = new Scenario();
    for (let i = 10; i < 20; i++) scenario.parameters.put('Prod', `app/${i}`, '1');
    scenario.store.partSize = 4;
    scenario.store.faults.plan({ operation: 'commit', call: 2 });
    await expect(scenario.check()).rejects.toThrow();
    expect(await scenario.check()).toMatchObject({ open: 10, opened: 6 });
    const told = scenario.notifier.messages.flatMap((message) => message.body.match(/app\/\d+/g) ?? []);
    expect(told.sort()).toEqual(Array.from({ length: 10 }, (_, i) => `app/${10 + i}`));
  });

  test('a message that could not be sent is sent by the next run, with the same id', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    scenario.notifier.faults.plan({});
    const { answer, metrics } = await scenario.run();
    expect(answer).toMatchObject({ complete: true, opened: 1 });
    expect(metrics.DriftDetectionErrors).toBe(1);
    const { id } = scenario.store.untold!;
    await scenario.check();
    expect(scenario.notifier.messages.map((message) => message.id)).toEqual([id]);
    expect(scenario.store.untold).toBeUndefined();
  });

  test('a crash between publishing and recording repeats one message with the same id', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    scenario.store.faults.plan({ operation: 'sent' });
    const { answer, metrics } = await scenario.run();
    expect(answer).toMatchObject({ complete: true, opened: 1 });
    expect(metrics.DriftDetectionErrors).toBe(1);
    await scenario.check();
    await scenario.check();
    const [first, second, ...more] = scenario.notifier.messages;
    expect(second).toEqual(first);
    expect(more).toEqual([]);
  });
});

test('a snapshot that cannot be stored is an error, and no reason to lose the check; the next walk stores it', async () => {
  const scenario = new Scenario().everywhere('app/a', '1');
  scenario.objects.faults.plan({ operation: 'saveSnapshot' });
  const { answer, metrics } = await scenario.run();
  expect(answer).toMatchObject({ complete: true });
  expect(metrics.DriftDetectionErrors).toBe(1);
  expect(scenario.store.latestPointer).toHaveProperty('lastWalkAt');
  await scenario.check();
  expect(scenario.objects.snapshots).toHaveLength(1);
});

describe('two runs', () => {
  test('the second waits for the first', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    const lease = scenario.store.stealLease('other', scenario.clock.now().getTime() + 5_000);
    const sleep = jest.spyOn(scenario.clock, 'sleep');
    expect(await scenario.check()).toMatchObject({ complete: true });
    expect(sleep.mock.calls.length).toBeGreaterThan(3);
    expect(lease.holder).toBe('other');
  });

  test('a lease that cannot be given up runs out by itself; what was found is not lost', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.store.faults.plan({ operation: 'release' });
    expect(await scenario.check()).toMatchObject({ complete: true });
    expect(scenario.log.lines).toEqual([expect.objectContaining({ level: 'warn', message: 'the lease could not be given up' })]);
  });

  test('a run that waited in vain says so and changes nothing', async () => {
    const scenario = await withFixedFinding();
    scenario.store.stealLease();
    const { answer, metrics } = await scenario.run({ kind: 'names', names: ['app/45'] });
    // Another check is at work: nobody need be alarmed.
    expect(metrics).not.toHaveProperty('DriftCheckIncomplete');
    expect(answer).toMatchObject({ complete: false, causes: ['BUSY'], open: 1, resolved: 0 });
    expect(scenario.store.holder).toBe('thief');
  });

  test('a late run that lost the lease writes nothing', async () => {
    const scenario = await withFixedFinding();
    scenario.parameters.before = () => { scenario.store.stealLease(); };
    const answer = await scenario.check();
    expect(answer).toMatchObject({ complete: false, causes: ['SUPERSEDED'], open: 1, resolved: 0 });
    expect(answer.notes[0]).toBe(new LeaseLost().message);
    expect(scenario.store.holder).toBe('thief');
    expect(scenario.store.runs).toHaveLength(1);
  });

  test('a lease that ran out is taken over', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.store.stealLease('crashed', scenario.clock.now().getTime() - 1);
    expect(await scenario.check()).toMatchObject({ complete: true });
  });
});

describe('a walk that the clock cuts', () => {
  const large = () => {
    const scenario = new Scenario();
    for (let i = 100; i < 200; i++) scenario.parameters.put('Prod', `app/${i}`, '1').put('Dev', `app/${i}`, i === 150 ? '2' : '1');
    scenario.parameters.put('Prod', 'app/0-token', 'c4n4ry-1').put('Dev', 'app/0-token', 'c4n4ry-2');
    scenario.parameters.before = () => { scenario.clock.advance(1_000); };
    return scenario;
  };
  const goOn = (scenario: Scenario, remaining: number) => scenario.check({ kind: 'continue', key: scenario.queue.sent.at(-1)!.continueWalk }, remaining);

  test('goes on elsewhere under the same run and lease, and ends with the same findings', async () => {
    const scenario = large();
    const first = await scenario.check({ kind: 'full' }, 47_000);
    expect(first).toMatchObject({ complete: false, causes: ['CONTINUES'], findings: [] });
    expect(scenario.store.holder).toBe(first.runId);
    const notes = [...scenario.objects.walks.values()].join();
    expect(notes).toContain('app/0-token');
    expect(notes).not.toContain('c4n4ry');
    let last = first;
    while (last.causes.includes('CONTINUES')) last = await goOn(scenario, 47_000);
    expect(last).toMatchObject({ runId: first.runId, complete: true, compared: 101 });
    // The record and the pointer are those of the whole walk.
    const { runs: [record], latestPointer } = scenario.store;
    expect(record).toMatchObject({ runId: first.runId, startedAt: latestPointer.lastWalkAt, ssmCalls: scenario.parameters.calls.length });
    expect(Date.parse(record.endedAt) - Date.parse(record.startedAt)).toBeGreaterThan(20_000);
    expect(summary(last)).toEqual(['app/0-token VALUE_DIFFERS open', 'app/150 VALUE_DIFFERS open']);
    expect(scenario.store.holder).toBeUndefined();
  });

  test('a value that was kept out of its notes is read again, and may be gone by then', async () => {
    const scenario = large();
    await scenario.check({ kind: 'full' }, 47_000);
    scenario.parameters.delete('Dev', 'app/0-token');
    expect(summary(await goOn(scenario, 180_000))).toContain('app/0-token MISSING open');
  });

  test('the baseline\'s own walk too', async () => {
    const scenario = new Scenario({ rules: [{ kind: 'expected', pattern: 'app/150', values: { Dev: '1', Prod: '1' } }] }, { environment: 'Prod' });
    for (let i = 100; i < 200; i++) scenario.parameters.put('Prod', `app/${i}`, '0');
    scenario.parameters.before = () => { scenario.clock.advance(1_000); };
    expect(await scenario.check({ kind: 'full' }, 47_000)).toMatchObject({ causes: ['CONTINUES'] });
    expect(summary(await goOn(scenario, 60_000))).toEqual(['app/150 NOT_EXPECTED open']);
  });

  test('another check that comes in between waits, and does not write between the parts', async () => {
    const scenario = large();
    await scenario.check({ kind: 'full' }, 47_000);
    expect(await scenario.check({ kind: 'names', names: ['app/150'] })).toMatchObject({ causes: ['BUSY'] });
  });

  test('a part that comes after another check counts no more, also when the lease is free again', async () => {
    const scenario = large();
    await scenario.check({ kind: 'full' }, 47_000);
    scenario.clock.advance(6 * 60_000);
    scenario.parameters.put('Dev', 'app/150', '1').put('Dev', 'app/0-token', 'c4n4ry-1');
    expect(await scenario.check()).toMatchObject({ complete: true, open: 1 });
    expect(scenario.store.holder).toBeUndefined();
    expect(await goOn(scenario, 47_000)).toMatchObject({ complete: false, causes: ['SUPERSEDED'], opened: 0 });
    expect(scenario.store.holder).toBeUndefined();
  });

  test('a part that comes late goes on while nobody else has checked', async () => {
    const scenario = large();
    await scenario.check({ kind: 'full' }, 47_000);
    scenario.clock.advance(6 * 60_000);
    expect(await goOn(scenario, 180_000)).toMatchObject({ complete: true, open: 2 });
  });

  test('it is continued eight times at the most', async () => {
    const scenario = large();
    let answer = await scenario.check({ kind: 'full' }, 41_500);
    for (let i = 0; answer.causes.includes('CONTINUES'); i++) {
      expect(i).toBeLessThan(8);
      answer = await goOn(scenario, 41_500);
    }
    expect(answer).toMatchObject({ complete: false, causes: ['TIMED_OUT'] });
    expect(scenario.queue.sent).toHaveLength(8);
    expect(scenario.store.holder).toBeUndefined();
  });

  test('names with a finding are read again before old pages resolve it', async () => {
    const scenario = large();
    await scenario.check();
    // Fixed while the walk begins, broken again before it ends.
    scenario.parameters.put('Dev', 'app/150', '1');
    await scenario.check({ kind: 'full' }, 47_000);
    let answer = await goOn(scenario, 47_000);
    scenario.parameters.put('Dev', 'app/150', '3');
    scenario.clock.advance(16 * 60_000);
    scenario.store.stealLease(answer.runId);
    while (answer.causes.includes('CONTINUES')) answer = await goOn(scenario, 47_000);
    expect(answer).toMatchObject({ complete: true, resolved: 0 });
    expect(summary(answer)).toContain('app/150 VALUE_DIFFERS open');
  });

  test('a walk whose notes are gone fails loudly', async () => {
    await expect(large().check({ kind: 'continue', key: 'parity/walks/none.json.gz' })).rejects.toThrow('there is no walk at');
  });
});

test('the clock of the fakes moves as slept', async () => {
  const clock = new FakeClock();
  await clock.sleep(500);
  expect(clock.remaining()).toBe(179_500);
});
