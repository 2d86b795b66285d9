import { DetectAnswer, RuleDocument } from '../../../../src/drift/contract';
import { Scenario, summary, DAY } from '../../../support/drift-scenario';

describe('what is a finding', () => {
  test('environments that are the same have none, and nobody is told', async () => {
    const scenario = new Scenario().everywhere('app/timeout', '30').everywhere('app/list', 'a,b');
    const answer = await scenario.check();
    expect(answer).toMatchObject({
      environment: 'Dev', baseline: 'Prod', complete: true, causes: [], driftDetected: false, compared: 2, ignored: 0, open: 0, findings: [],
    });
    expect(scenario.notifier.messages).toEqual([]);
  });

  test('each kind of difference, one a name', async () => {
    const scenario = new Scenario({
      rules: [
        { kind: 'mayDiffer', pattern: '*/endpoint' },
        { kind: 'expected', pattern: 'app/level', values: { Dev: 'debug', Prod: 'info' } },
        { kind: 'ignored', pattern: 'scratch/**', reason: 'developers play here' },
      ],
    });
    scenario.everywhere('db/endpoint', 'the same is fine too').everywhere('app/same', '1');
    scenario.parameters
      .put('Prod', 'app/missing', 'x')
      .put('Dev', 'app/extra', 'x')
      .put('Prod', 'app/type', { value: 'x', type: 'StringList' }).put('Dev', 'app/type', 'x')
      .put('Prod', 'app/value', '1').put('Dev', 'app/value', '2')
      .put('Prod', 'app/level', 'info').put('Dev', 'app/level', 'info')
      .put('Prod', 'x/endpoint', 'prod.example').put('Dev', 'x/endpoint', 'dev.example')
      .put('Prod', 'y/endpoint', 'prod.example')
      .put('Prod', 'app/api-token', 'abc').put('Dev', 'app/api-token', 'abc')
      .put('Dev', 'scratch/a', '1');
    const answer = await scenario.check();
    expect(summary(answer)).toEqual([
      'app/api-token LOOKS_SECRET open',
      'app/extra EXTRA open',
      'app/level NOT_EXPECTED open',
      'app/missing MISSING open',
      'app/type TYPE_DIFFERS open',
      'app/value VALUE_DIFFERS open',
      'y/endpoint MISSING open',
    ]);
    expect(answer).toMatchObject({ compared: 10, ignored: 1, open: 7, opened: 7, driftDetected: true });
    expect(answer.findings.map((finding) => finding.subject)).toEqual(Array(7).fill('parameter'));
  });

  test('an expected value that the policy spells out must exist, even where the baseline lacks it', async () => {
    const scenario = new Scenario({ rules: [{ kind: 'expected', pattern: 'app/region', values: { Dev: '{region}/{account}/{environment}', Prod: 'x' } }] });
    scenario.everywhere('app/same', '1');
    expect(summary(await scenario.check())).toEqual(['app/region MISSING open']);
    scenario.parameters.put('Dev', 'app/region', 'eu-west-1/111111111111/Dev');
    expect(await scenario.check()).toMatchObject({ findings: [], resolved: 1 });
  });

  test('an expected glob asks for what the baseline has, and for the value of what is there', async () => {
    const scenario = new Scenario({ rules: [{ kind: 'expected', pattern: 'flags/*', values: { Dev: 'on', Prod: 'off' } }] });
    scenario.parameters.put('Prod', 'flags/a', 'off').put('Prod', 'flags/b', 'off').put('Dev', 'flags/b', 'on').put('Dev', 'flags/c', 'off').put('Dev', 'flags/d', 'on')
      .put('Dev', 'flags/e', { value: 'on', type: 'SecureString' });
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['flags/a MISSING open', 'flags/c NOT_EXPECTED open', 'flags/e NOT_EXPECTED open']);
    // Whether the baseline has it decides whether it is missing: unknown after a read that failed.
    scenario.parameters.put('Dev', 'flags/a', 'on');
    await scenario.check();
    scenario.parameters.delete('Dev', 'flags/a').fail({ environment: 'Prod', reason: 'THROTTLED', times: Infinity });
    expect(await scenario.check({ kind: 'names', names: ['flags/a', 'flags/c'] })).toMatchObject({ compared: 1, open: 2, opened: 0, resolved: 0 });
    scenario.parameters.clearFaults();
    expect(await scenario.check({ kind: 'names', names: ['flags/none'] })).toMatchObject({ compared: 1, opened: 0, complete: true });
  });

  test('a SecureString is never what an expected rule without a value for this environment expects', async () => {
    const scenario = new Scenario({ rules: [{ kind: 'expected', pattern: 'a', values: {} }] });
    scenario.parameters.put('Prod', 'a', { value: 'x', type: 'SecureString' }).put('Dev', 'a', { value: 'x', type: 'SecureString' });
    expect(summary(await scenario.check())).toEqual(['a NOT_EXPECTED open']);
  });

  test('the baseline is measured by its expected rules and by nothing else', async () => {
    const scenario = new Scenario(
      { rules: [{ kind: 'expected', pattern: 'app/level', values: { Dev: 'debug', Prod: 'info' } }] }, { environment: 'Prod' },
    );
    scenario.parameters.put('Prod', 'app/level', 'debug').put('Prod', 'app/only-here', '1').put('Dev', 'app/elsewhere', '2');
    const answer = await scenario.check();
    expect(answer).toMatchObject({ environment: 'Prod', baseline: 'Prod', compared: 2 });
    expect(summary(answer)).toEqual(['app/level NOT_EXPECTED open']);
    expect(scenario.parameters.calls.filter((call) => call.environment === 'Dev')).toEqual([]);
  });

  test('names that differ only in case are two names', async () => {
    const scenario = new Scenario().everywhere('app/Timeout', '1');
    scenario.parameters.put('Prod', 'app/timeout', '1');
    expect(summary(await scenario.check())).toEqual(['app/timeout MISSING open']);
  });

  test('a SecureString is compared by presence and type, and no value of it is anywhere', async () => {
    const scenario = new Scenario({}, { messageDetail: 'EXPLANATIONS' });
    const canary = 'c4n4ry-value';
    scenario.everywhere('app/same', '1');
    scenario.parameters
      .put('Prod', 'db/a', { value: `${canary}-1`, type: 'SecureString' }).put('Dev', 'db/a', { value: `${canary}-2`, type: 'SecureString' })
      .put('Prod', 'db/b', { value: canary, type: 'SecureString' }).put('Dev', 'db/b', canary)
      .put('Prod', 'db/c', { value: canary, type: 'SecureString' });
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['db/b TYPE_DIFFERS open', 'db/c MISSING open']);
    const { notifier, log, store, objects } = scenario;
    const said = JSON.stringify([answer, notifier.messages, log.lines, store.standing, store.history, objects.snapshots]);
    expect(said).not.toContain(canary);
  });

  test('a plain parameter that looks like a secret is masked whatever else is wrong with it', async () => {
    const scenario = new Scenario({}, { messageDetail: 'EXPLANATIONS' });
    scenario.everywhere('app/same', '1');
    scenario.parameters.put('Prod', 'app/api-token', 'c4n4ry-1').put('Dev', 'app/api-token', 'c4n4ry-2')
      .put('Prod', 'app/config', '{"password":"c4n4ry-3","size":1}').put('Dev', 'app/config', '{"password":"c4n4ry-4","size":2}');
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['app/api-token VALUE_DIFFERS open', 'app/config VALUE_DIFFERS open']);
    expect(answer.findings[1].explanation).toContain('2 JSON keys differ from Prod: password (not shown); size (not shown)');
    expect(JSON.stringify([answer, scenario.notifier.messages, scenario.store.standing, scenario.store.history])).not.toContain('c4n4ry');
  });

  test('what the policy expects is masked as well when it looks like a secret', async () => {
    const rules: RuleDocument[] = [
      { kind: 'expected', pattern: 'app/id', values: { Dev: 'AKIAIOSFODNN7EXAMPLE' } }, { kind: 'expected', pattern: 'db/password', values: { Dev: 'c4n4ry' } },
    ];
    const scenario = new Scenario({ rules });
    scenario.everywhere('app/id', 'none').everywhere('db/password', 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:x');
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['app/id NOT_EXPECTED open', 'db/password NOT_EXPECTED open']);
    expect(JSON.stringify(answer)).not.toMatch(/AKIA|c4n4ry/);
  });

  test('reporting of plain secrets can be switched off; masking cannot', async () => {
    const scenario = new Scenario({ reportPlainSecrets: 'false' }).everywhere('app/api-token', 'c4n4ry');
    expect(await scenario.check()).toMatchObject({ findings: [] });
    scenario.parameters.put('Prod', 'app/api-token', 'c4n4ry-2');
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['app/api-token VALUE_DIFFERS open']);
    expect(JSON.stringify(answer)).not.toContain('c4n4ry');
  });
});

describe('a finding lives', () => {
  test('opened, silent while unchanged, resolved, re-opened with its first sight and a count', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    const first = await scenario.check();
    expect(first).toMatchObject({ opened: 1, reopened: 0, resolved: 0, open: 1 });
    const second = await scenario.check();
    expect(second).toMatchObject({ opened: 0, open: 1 });
    expect(second.findings[0]).toMatchObject({ id: first.findings[0].id, firstSeen: first.findings[0].firstSeen });
    expect(second.findings[0].lastSeen > first.findings[0].lastSeen).toBe(true);
    expect(scenario.notifier.messages).toHaveLength(1);

    scenario.parameters.put('Dev', 'app/a', '2');
    expect(await scenario.check()).toMatchObject({ resolved: 1, open: 0, driftDetected: false, findings: [] });
    scenario.parameters.put('Prod', 'app/a', '3');
    const back = await scenario.check();
    expect(back).toMatchObject({ opened: 0, reopened: 1, open: 1 });
    expect(back.findings[0]).toMatchObject({ id: first.findings[0].id, firstSeen: first.findings[0].firstSeen });
    expect(scenario.store.standing[0].reopened).toBe(1);
    expect(scenario.notifier.messages.map((message) => message.subject)).toEqual([
      '[acme/Dev] Drift: 1 new', '[acme/Dev] Drift: 1 resolved', '[acme/Dev] Drift: 1 re-opened',
    ]);
    expect(scenario.store.history.map((entry) => entry.kind)).toEqual(['opened', 'resolved', 'reopened']);
  });

  test('a difference of another kind is the same finding, changed: told, and in its history', async () => {
    const scenario = new Scenario().everywhere('app/a', '1').everywhere('app/b', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    const { findings: [before] } = await scenario.check();
    scenario.parameters.delete('Dev', 'app/a');
    const answer = await scenario.check();
    expect(answer).toMatchObject({ opened: 0, reopened: 0, resolved: 0, open: 1 });
    expect(answer.findings[0]).toMatchObject({ id: before.id, difference: 'MISSING' });
    expect(scenario.store.standing[0].difference).toBe('MISSING');
    expect(scenario.store.history.map((entry) => entry.kind)).toEqual(['opened', 'changed']);
    expect(scenario.notifier.messages.at(-1)).toMatchObject({ subject: '[acme/Dev] Drift: 1 changed' });
    expect(scenario.notifier.messages.at(-1)!.body).toContain('Changed (1)\n  MISSING        app/a');
  });

  test('the metrics of a run', async () => {
    const scenario = new Scenario({ waivers: [{ pattern: 'x', environment: 'Dev', reason: 'r', owner: 'o', expiresOn: '2026-11-25' }] });
    scenario.everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    expect((await scenario.run()).metrics).toMatchObject({
      ConfigurationDrift: 1, PendingPromotion: 0, DriftDetectionErrors: 0, DriftCheckIncomplete: 0, ParametersCompared: 1, SsmApiCalls: 3,
      FindingsOpened: 1, FindingsResolved: 0, WaiversExpiring: 1,
    });
    scenario.clock.advance(2 * 3_600_000);
    scenario.parameters.put('Dev', 'app/a', '2');
    const { metrics } = await scenario.run();
    expect(metrics).toMatchObject({ ConfigurationDrift: 0, FindingsResolved: 1 });
    expect(metrics.TimeToResolveHours).toBeCloseTo(2, 2);
  });

  test('what a policy ignores from now on is resolved', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    await scenario.check();
    scenario.objects.document = { ...scenario.objects.document, rules: [{ kind: 'ignored', pattern: 'app/**', reason: 'r' }] } as never;
    expect(await scenario.check()).toMatchObject({ open: 0, resolved: 1, ignored: 1, compared: 0 });
  });

  test('what was only pending is resolved without a word', async () => {
    const scenario = new Scenario({}, { promotionWindowMinutes: 10_000 }).everywhere('app/a', '1');
    scenario.parameters.put('Dev', 'app/a', '2');
    await scenario.check();
    scenario.clock.advance(3_600_000);
    scenario.parameters.put('Prod', 'app/a', '2');
    const { answer, metrics } = await scenario.run();
    expect(answer).toMatchObject({ pending: 0, resolved: 1 });
    // Promoting takes as long as it takes: that is no time to resolve.
    expect(metrics).not.toHaveProperty('TimeToResolveHours');
    expect(scenario.notifier.messages).toEqual([]);
    scenario.parameters.put('Prod', 'app/a', '3');
    expect(await scenario.check()).toMatchObject({ opened: 1, reopened: 0 });
  });

  test('is never seen last before it was', async () => {
    const scenario = new Scenario().everywhere('app/a', '1').everywhere('app/b', '1');
    scenario.parameters.put('Prod', 'app/a', '2').put('Prod', 'app/b', '2');
    await scenario.check();
    scenario.clock.advance(DAY / 8);
    const walked = await scenario.check();
    scenario.clock.advance(60_000);
    const asked = await scenario.check({ kind: 'names', names: ['app/a'] });
    scenario.clock.advance(60_000);
    const timed = await scenario.check({ kind: 'scheduled' });
    const lastSeen = (answer: DetectAnswer) => answer.findings.map((finding) => finding.lastSeen);
    expect(lastSeen(asked)[0] > lastSeen(walked)[0]).toBe(true);
    expect(lastSeen(timed)).toEqual([lastSeen(asked)[0], lastSeen(walked)[1]]);
  });

  test('what another baseline was measured by too', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2').put('Staging', 'app/a', '1');
    expect(await scenario.check()).toMatchObject({ open: 1 });
    scenario.objects.document = { version: '1', baseline: 'Staging', environments: ['Dev', 'Staging', 'Prod'], reportPlainSecrets: 'true' };
    expect(await scenario.check()).toMatchObject({ baseline: 'Staging', open: 0, resolved: 1 });
  });
});

describe('a target that runs ahead', () => {
  const ahead = () => {
    const scenario = new Scenario({}, { promotionWindowMinutes: 14 * 24 * 60 }).everywhere('app/a', '1').everywhere('app/b', '1');
    scenario.parameters.put('Dev', 'app/a', '2').put('Dev', 'app/new', '1').put('Dev', 'app/b', { value: '1', type: 'StringList' });
    return scenario;
  };

  test('is pending, counted and silent, and opens when the window has passed', async () => {
    const scenario = ahead();
    const answer = await scenario.check();
    expect(summary(answer)).toEqual(['app/a VALUE_DIFFERS pending', 'app/b TYPE_DIFFERS pending', 'app/new EXTRA pending']);
    expect(answer).toMatchObject({ driftDetected: false, open: 0, pending: 3, opened: 0 });
    expect(answer.findings[0].explanation).toContain('Dev may run ahead until 2026-12-06 10:04 UTC.');
    expect(scenario.notifier.messages).toEqual([]);
    scenario.clock.advance(14 * DAY);
    expect(await scenario.check()).toMatchObject({ open: 3, pending: 0, opened: 3, reopened: 0 });
    expect(scenario.notifier.messages).toHaveLength(1);
  });

  test('what it lacks, and where the baseline is the newer one, opens at once', async () => {
    const scenario = ahead();
    scenario.clock.advance(60_000);
    scenario.parameters.put('Prod', 'app/a', '3').put('Prod', 'app/only-prod', '1');
    expect(summary(await scenario.check())).toEqual([
      'app/a VALUE_DIFFERS open', 'app/only-prod MISSING open', 'app/b TYPE_DIFFERS pending', 'app/new EXTRA pending',
    ]);
  });

  test('what was told, runs ahead for a while and opens again is re-opened', async () => {
    const scenario = new Scenario({}, { promotionWindowMinutes: 60 }).everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    expect(await scenario.check()).toMatchObject({ opened: 1 });
    scenario.clock.advance(60_000);
    scenario.parameters.put('Dev', 'app/a', '3');
    expect(await scenario.check()).toMatchObject({ pending: 1, open: 0 });
    scenario.clock.advance(61 * 60_000);
    expect(await scenario.check()).toMatchObject({ opened: 0, reopened: 1 });
  });

  test('a value that the policy expects, and a plain secret, are never tomorrow\'s release', async () => {
    const rules: RuleDocument[] = [{ kind: 'expected', pattern: 'app/level', values: { Dev: 'debug', Prod: 'info' } }];
    const scenario = new Scenario({ rules }, { promotionWindowMinutes: 10_000 });
    scenario.everywhere('app/level', 'info').everywhere('app/password', 'x');
    expect(summary(await scenario.check())).toEqual(['app/level NOT_EXPECTED open', 'app/password LOOKS_SECRET open']);
  });

  test('another window applies to the next check, also to what it does not read', async () => {
    const scenario = ahead();
    await scenario.check();
    Object.assign(scenario.settings, { promotionWindowMinutes: 0 });
    expect(await scenario.check({ kind: 'scheduled' })).toMatchObject({ open: 3, pending: 0, opened: 3 });
    Object.assign(scenario.settings, { promotionWindowMinutes: 60 });
    expect(await scenario.check({ kind: 'scheduled' })).toMatchObject({ open: 0, pending: 3 });
  });

  test('a scheduled check without a walk opens what only waited for time', async () => {
    const scenario = new Scenario({}, { promotionWindowMinutes: 30 }).everywhere('app/a', '1');
    scenario.parameters.put('Dev', 'app/a', '2');
    expect(await scenario.check()).toMatchObject({ pending: 1 });
    scenario.clock.advance(31 * 60_000);
    scenario.parameters.resetCalls();
    const answer = await scenario.check({ kind: 'scheduled' });
    expect(answer).toMatchObject({ open: 1, opened: 1, complete: true, compared: 0 });
    expect(scenario.parameters.calls).toEqual([]);
    expect(scenario.store.runs.map((run) => run.kind)).toEqual(['full', 'timed']);
  });
});

describe('waivers', () => {
  const waived = (expiresOn: string, pattern = 'app/*') => {
    const scenario = new Scenario({ waivers: [{ pattern, environment: 'Dev', reason: 'migration', owner: 'team-x', expiresOn, ticket: 'OPS-7' }] });
    scenario.everywhere('app/a', '1');
    scenario.parameters.put('Prod', 'app/a', '2');
    return scenario;
  };

  test('a waived finding is seen, is no drift and alerts nobody', async () => {
    const scenario = waived('2026-12-31');
    const answer = await scenario.check();
    expect(answer).toMatchObject({ driftDetected: false, waived: 1, open: 0, opened: 0 });
    expect(answer.findings[0].explanation).toContain('Waived until the end of 2026-12-31 (UTC) by team-x: migration (OPS-7).');
    expect(scenario.notifier.messages).toEqual([]);
  });

  test('it re-opens at the end of its last day, UTC, and not before', async () => {
    const scenario = waived('2026-11-22');
    await scenario.check();
    scenario.clock.set('2026-11-22T23:59:50.000Z');
    expect(await scenario.check({ kind: 'scheduled' })).toMatchObject({ waived: 1, reopened: 0 });
    scenario.clock.set('2026-11-23T00:00:00.000Z');
    expect(await scenario.check({ kind: 'scheduled' })).toMatchObject({ waived: 0, open: 1, reopened: 1 });
    expect(scenario.notifier.messages.at(-1)!.subject).toBe('[acme/Dev] Drift: 1 re-opened');
  });

  test('its coming end is told once, within seven days', async () => {
    const scenario = waived('2026-12-10');
    await scenario.check();
    expect(scenario.notifier.messages).toEqual([]);
    scenario.clock.set('2026-12-04T00:00:00.000Z');
    await scenario.check();
    await scenario.check();
    expect(scenario.notifier.messages).toHaveLength(1);
    expect(scenario.notifier.messages[0].subject).toBe('[acme/Dev] Drift: 1 waived finding about to re-open');
    expect(scenario.notifier.messages[0].body).toContain('VALUE_DIFFERS  app/a  (waived until 2026-12-10)');
  });

  test.each([['2026-11-21', 'ended yesterday'], ['soon', 'unreadable'], ['22.11.2027', 'another format']])('%s never matches (%s)', async (expiresOn) => {
    expect(await waived(expiresOn).check()).toMatchObject({ open: 1, waived: 0 });
  });

  test('one of another environment or another name does not match', async () => {
    expect(await waived('2026-12-31', 'web/*').check()).toMatchObject({ open: 1 });
    const other = new Scenario({ waivers: [{ pattern: '**', environment: 'Staging', reason: 'r', owner: 'o', expiresOn: '2026-12-31' }] });
    other.everywhere('app/a', '1').parameters.put('Prod', 'app/a', '2');
    expect(await other.check()).toMatchObject({ open: 1 });
  });

  test('an open finding that gets a waiver is waived, and re-opens at once when the waiver is taken away', async () => {
    const scenario = waived('2026-12-31', 'nothing');
    expect(await scenario.check()).toMatchObject({ open: 1 });
    const { document } = scenario.objects;
    scenario.objects.document = { ...document, waivers: [{ pattern: 'app/a', environment: 'Dev', reason: 'r', owner: 'o', expiresOn: '2026-12-31' }] } as never;
    expect(await scenario.check()).toMatchObject({ open: 0, waived: 1, resolved: 0 });
    scenario.objects.document = document;
    expect(await scenario.check()).toMatchObject({ open: 1, waived: 0, reopened: 1 });
  });
});

describe('incremental', () => {
  test('reads only the names that changed, ten a call, after the first walk', async () => {
    const scenario = new Scenario();
    for (let i = 0; i < 200; i++) scenario.parameters.put('Prod', `app/${i}`, '1').put('Dev', `app/${i}`, '1');
    await scenario.check();
    const names = Array.from({ length: 25 }, (_, i) => `app/${i}`);
    scenario.parameters.put('Prod', 'app/3', '2').delete('Dev', 'app/4');
    scenario.parameters.resetCalls();
    const answer = await scenario.check({ kind: 'names', names: [...names, 'app/3', 'gone/in-both'] });
    expect(summary(answer)).toEqual(['app/3 VALUE_DIFFERS open', 'app/4 MISSING open']);
    expect(answer).toMatchObject({ complete: true, compared: 26 });
    expect(scenario.parameters.count()).toBe(6);
    expect(scenario.store.runs.at(-1)!.kind).toBe('incremental');
  });

  test('resolves what it read and leaves what it did not read', async () => {
    const scenario = new Scenario().everywhere('app/a', '1').everywhere('app/b', '1');
    scenario.parameters.put('Prod', 'app/a', '2').put('Prod', 'app/b', '2');
    await scenario.check();
    scenario.parameters.put('Dev', 'app/a', '2').put('Dev', 'app/b', '2');
    expect(await scenario.check({ kind: 'names', names: ['app/a'] })).toMatchObject({ resolved: 1, open: 1 });
  });

  test('under another policy it walks, since every name may have another finding', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    await scenario.check();
    Object.assign(scenario.settings, { policyKey: 'parity/policies/2.json' });
    await scenario.check({ kind: 'names', names: ['app/a'] });
    await scenario.check({ kind: 'names', names: ['app/a'] });
    expect(scenario.store.runs.map((run) => run.kind)).toEqual(['full', 'full', 'incremental']);
    // Another policy key may also mean another bucket.
    expect(scenario.objects.snapshots).toHaveLength(2);
  });

  test('before the first complete walk it walks, since an absent baseline would make everything EXTRA', async () => {
    const scenario = new Scenario();
    scenario.parameters.put('Dev', 'app/a', '1');
    expect(await scenario.check({ kind: 'names', names: ['app/a'] })).toMatchObject({ complete: false, causes: ['BASELINE_ABSENT'], findings: [] });
  });

  test('a schedule walks when a walk is due, or the policy is another one', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    await scenario.check({ kind: 'scheduled' });
    scenario.clock.advance(5 * 3_600_000);
    await scenario.check({ kind: 'scheduled' });
    scenario.clock.advance(3_600_000);
    await scenario.check({ kind: 'scheduled' });
    Object.assign(scenario.settings, { policyKey: 'parity/policies/2.json' });
    await scenario.check({ kind: 'scheduled' });
    await scenario.check({ kind: 'scheduled' });
    expect(scenario.store.runs.map((run) => run.kind)).toEqual(['full', 'timed', 'full', 'full', 'timed']);
  });

  test('a schedule walks again after a walk that was not complete', async () => {
    const scenario = new Scenario().everywhere('app/a', '1');
    scenario.parameters.fail({ reason: 'THROTTLED', operation: 'page' });
    await scenario.check({ kind: 'scheduled' });
    await scenario.check({ kind: 'scheduled' });
    expect(scenario.store.runs.map((run) => [run.kind, run.complete])).toEqual([['full', false], ['full', true]]);
  });

  test('the snapshot is saved when it changed', async () => {
    const scenario = new Scenario().everywhere('app/b', '1').everywhere('app/a', '1');
    scenario.parameters.pageSize = 1;
    await scenario.check();
    await scenario.check();
    expect(scenario.objects.snapshots).toEqual(['{"app/a":{"type":"String","version":1},"app/b":{"type":"String","version":1}}']);
    scenario.parameters.put('Dev', 'app/a', '1');
    await scenario.check();
    expect(scenario.objects.snapshots).toHaveLength(2);
  });
});
