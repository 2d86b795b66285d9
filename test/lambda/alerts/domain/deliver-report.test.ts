import { deliverReport } from '../../../../lambda-src/alerts/domain/deliver-report';
import { Report } from '../../../../lambda-src/alerts/domain/report-model';
import { DriftSource, DriftState } from '../../../../lambda-src/alerts/report-ports';
import { WaiverDocument } from '../../../../src/drift/contract';
import { BlindItem, CONFIG_DETAIL_TYPES, EVENT_KEYS, HeartbeatItem, ScoreItem } from '../../../../src/events/contract';
import { DATE, evaluation, NOW, store, storeMany, TestWorld, worldOf } from '../../../support/report-world';
import { logItem } from '../../../support/stored-events';

const jsonOf = ({ files }: TestWorld, date = DATE) => JSON.parse(files.all.get(`daily-reports/dt=${date}/report.json`)!) as Report;

describe('the facts', () => {
  test('are counted by UTC day, in all accounts and regions, and examples are the newest', async () => {
    const world = worldOf();
    await store(world.table, [
      evaluation({ recordedAt: '2026-11-22T23:59:59.999Z', resourceId: 'before' }),
      evaluation({ recordedAt: '2026-11-23T00:00:00.000Z', resourceId: 'first' }),
      evaluation({ recordedAt: '2026-11-23T23:59:59.999Z', resourceId: 'last', account: '222222222222', region: 'us-east-1', annotation: 'open to the world' }),
      evaluation({ recordedAt: '2026-11-24T00:00:00.000Z', resourceId: 'after' }),
      evaluation({ recordedAt: '2026-11-23T11:00:00.000Z', resourceId: 'before', status: 'COMPLIANT', previousStatus: 'NON_COMPLIANT' }),
      evaluation({ recordedAt: '2026-11-23T12:00:00.000Z', resourceId: 'well', status: 'COMPLIANT' }),
      evaluation({ recordedAt: '2026-11-23T13:00:00.000Z', resourceId: 'asked', mode: 'PROACTIVE' }),
      evaluation({ recordedAt: '2026-11-23T14:00:00.000Z', resourceId: 'gone', status: 'NOT_APPLICABLE' }),
      evaluation({ recordedAt: '2026-11-23T15:00:00.000Z', resourceId: 'same', previousStatus: 'NON_COMPLIANT' }),
    ]);
    await world.table.write({ kind: 'put', item: { ...logItem({ at: '2026-11-23T16:00:00.000Z', id: 'item', detailType: CONFIG_DETAIL_TYPES.itemChange }) } });
    const answer = await deliverReport(world, {});
    expect(answer).toEqual({
      date: DATE, complete: true, outcomes: { files: 'STORED', slack: 'SENT', email: 'SENT' }, folder: 's3://reports/daily-reports/dt=2026-11-23/',
      evaluations: 7, score: 33.3, opened: 2, resolved: 1,
    });
    const report = jsonOf(world);
    expect(report.evaluations).toEqual({ total: 7, compliant: 2, nonCompliant: 3, notApplicable: 1, insufficientData: 0, other: 1 });
    expect(report.newestOpened.map(({ resourceId, annotation }) => [resourceId, annotation])).toEqual([['last', 'open to the world'], ['first', null]]);
    expect(report.newestResolved.map(({ resourceId, status }) => [resourceId, status])).toEqual([['before', 'COMPLIANT']]);
    expect(report.rules).toEqual([{ rule: 'restricted-ssh', nonCompliant: 4, compliant: 2, accounts: 2, opened: 2, resolved: 1 }]);
    expect(report.accounts.map(({ account, percent }) => [account, percent])).toEqual([['111111111111', 40], ['222222222222', 0]]);
    expect([...world.files.all.keys()].map((key) => key.replace('daily-reports/dt=2026-11-23/', ''))).toEqual([
      'report.html', 'report.csv', 'rules.csv', 'accounts.csv', 'violations.csv', 'silent-accounts.csv', 'drift.csv', 'waivers.csv', 'report.json',
    ]);
  });

  test('of a day of 5,000 events and of 50,000 take the same requests', async () => {
    const requests: number[] = [];
    for (const events of [5_000, 50_000]) {
      const world = worldOf();
      await storeMany(world.table, Array.from({ length: events }, (_, i) => ({
        account: `11111111111${i % 5}`,
        region: i % 2 ? 'us-east-1' : 'eu-central-1',
        rule: `rule-${i % 20}`,
        id: `bucket-${i}`,
        status: i % 3 ? 'COMPLIANT' : 'NON_COMPLIANT',
        at: new Date(Date.parse('2026-11-23T00:00:00.000Z') + i * 1_000).toISOString(),
      })));
      world.table.consumed = { requests: 0, readUnits: 0, writeUnits: 0 };
      await expect(deliverReport(world, {})).resolves.toMatchObject({ evaluations: events, opened: Math.ceil(events / 3), outcomes: { files: 'STORED', slack: 'SENT', email: 'SENT' } });
      expect(jsonOf(world).newestOpened).toHaveLength(50);
      requests.push(world.table.consumed.requests);
    }
    expect(requests[1]).toBe(requests[0]);
    expect(requests[0]).toBeLessThan(80);
  }, 120_000);

  test('name the score as it was kept, and the one of the day before', async () => {
    const world = worldOf();
    const kept = (date: string, compliant: number): ScoreItem => ({ ...EVENT_KEYS.score('ALL', date), score: compliant, compliant, nonCompliant: 100 - compliant, asOf: `${date}T23:59:00.000Z`, expiresAt: 2_000_000_000 });
    for (const item of [kept('2026-11-22', 90), kept(DATE, 95)]) await world.table.write({ kind: 'put', item: { ...item } });
    await expect(deliverReport(world, {})).resolves.toMatchObject({ score: 95 });
    expect(jsonOf(world)).toMatchObject({ scoreBefore: { percent: 90 }, scoreChange: 5 });
    // Kept of nothing: not 100, and not 0.
    const empty = worldOf();
    await empty.table.write({ kind: 'put', item: { ...kept(DATE, 0), nonCompliant: 0 } });
    await expect(deliverReport(empty, {})).resolves.toMatchObject({ score: null, evaluations: 0 });
    expect(jsonOf(empty).noScore).toBe('NOTHING_EVALUATED');
  });

  test('name what is not seen: silent, never heard of, or blind for a time', async () => {
    const world = worldOf();
    const put = async (item: object) => { await world.table.write({ kind: 'put', item: item as never }); };
    const heartbeat = (account: string, version: string): HeartbeatItem =>
      ({ ...EVENT_KEYS.heartbeat(account, 'eu-central-1'), version, receivedAt: version, firstHeardAt: version, delaySeconds: 1, intervalMinutes: 15 });
    const blind = (account: string, from: string, more: Partial<BlindItem>): BlindItem => ({ ...EVENT_KEYS.blind(account, 'eu-central-1', from, more.cause), cause: 'SILENT', from, ...more });
    await put(heartbeat('1', '2026-11-24T07:50:00Z'));
    await put(heartbeat('2', '2026-11-24T07:00:00Z'));
    await put(heartbeat('3', '2026-11-24T05:00:00Z'));
    await put(blind('3', '2026-11-24T05:00:00.000Z', { cause: 'SILENT' }));
    await put({ ...EVENT_KEYS.expected('4', 'eu-central-1'), since: '2026-11-20T00:00:00.000Z' });
    await put(blind('4', '2026-11-20T00:00:00.000Z', { cause: 'NEVER_HEARD' }));
    await put(blind('1', '2026-11-23T10:00:00.000Z', { cause: 'RECORDER_STOPPED', until: '2026-11-23T11:00:00.000Z' }));
    await put(blind('1', '2026-11-22T10:00:00.000Z', { cause: 'DELIVERY_FAILED', until: '2026-11-23T00:00:00.000Z' }));
    await put(blind('1', '2026-11-24T01:00:00.000Z', { cause: 'DELIVERY_FAILED', until: '2026-11-24T02:00:00.000Z' }));
    await put(blind('1', '2026-11-19T10:00:00.000Z', { cause: 'NOT_RECORDED', rules: ['rds-storage-encrypted'] }));
    await deliverReport(world, {});
    expect(jsonOf(world).blind).toEqual([
      { account: '1', region: 'eu-central-1', cause: 'NOT_RECORDED', from: '2026-11-19T10:00:00.000Z', until: null, rules: ['rds-storage-encrypted'] },
      { account: '1', region: 'eu-central-1', cause: 'RECORDER_STOPPED', from: '2026-11-23T10:00:00.000Z', until: '2026-11-23T11:00:00.000Z', rules: null },
      { account: '2', region: 'eu-central-1', cause: 'SILENT', from: '2026-11-24T07:00:00.000Z', until: null, rules: null },
      { account: '3', region: 'eu-central-1', cause: 'SILENT', from: '2026-11-24T05:00:00.000Z', until: null, rules: null },
      { account: '4', region: 'eu-central-1', cause: 'NEVER_HEARD', from: '2026-11-20T00:00:00.000Z', until: null, rules: null },
    ]);
  });

  test('name drift by environment and waivers that end, and what of it could not be read', async () => {
    const waiver = (environment: string, expiresOn: string, ticket?: string): WaiverDocument => ({ pattern: 'payments/**', environment, reason: 'until then', owner: 'team', expiresOn, ...(ticket ? { ticket } : {}) });
    const all = [waiver('Dev', '2026-12-24', 'PAY-1'), waiver('Dev', '2026-12-25'), waiver('Dev', '2026-11-23'), waiver('Dev', '2026-11-24'), waiver('Prod', '2026-11-30')];
    const source = (environment: string, state: DriftState | Error, waivers: readonly WaiverDocument[] | Error = all): DriftSource => ({
      organization: 'finserv',
      environment,
      state: async () => { if (state instanceof Error) throw state; return state; },
      waivers: async (key) => { expect(key).toBe('p'); if (waivers instanceof Error) throw waivers; return waivers; },
    });
    const findings = (['open', 'open', 'pending', 'waived'] as const).map((status) => ({ status }));
    const world = worldOf({
      drift: [
        source('Dev', { checkedAt: '2026-11-24T07:00:00.000Z', policyKey: 'p', findings }), source('Prod', new Error('denied')),
        source('Staging', { checkedAt: '2026-11-24T07:00:00.000Z', policyKey: 'p', findings: [] }, new Error('gone')), source('New', { findings: [] }),
      ],
    });
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { slack: 'SENT' } });
    const { drift, waiversEnding } = jsonOf(world);
    const none = { checkedAt: null, open: null, pending: null, waived: null };
    expect(drift).toEqual([
      { organization: 'finserv', environment: 'Dev', readable: true, checkedAt: '2026-11-24T07:00:00.000Z', open: 2, pending: 1, waived: 1, waiversReadable: true },
      { organization: 'finserv', environment: 'Prod', readable: false, ...none, waiversReadable: false },
      { organization: 'finserv', environment: 'Staging', readable: true, checkedAt: '2026-11-24T07:00:00.000Z', open: 0, pending: 0, waived: 0, waiversReadable: false },
      { organization: 'finserv', environment: 'New', readable: true, checkedAt: null, open: 0, pending: 0, waived: 0, waiversReadable: false },
    ]);
    expect(waiversEnding.map(({ environment, expiresOn, daysLeft, ticket }) => [environment, expiresOn, daysLeft, ticket])).toEqual([['Dev', '2026-11-24', 0, null], ['Dev', '2026-12-24', 30, 'PAY-1']]);
    expect(world.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'the drift of an environment could not be read, and the report says so', 'the waivers of an environment could not be read, and the report says so',
    ]);
  });

  test('a table that cannot be read makes no report: nothing is sent', async () => {
    const world = worldOf();
    world.table.query = () => Promise.reject(new Error('throttled'));
    await expect(deliverReport(world, {})).rejects.toThrow('throttled');
    expect([world.files.all.size, world.slack.got.length, world.email.got.length]).toEqual([0, 0, 0]);
  });
});

describe('sending', () => {
  test('happens once, and the files are written again', async () => {
    const world = worldOf();
    await deliverReport(world, {});
    const before = world.files.all.get('daily-reports/dt=2026-11-23/report.json');
    world.clock = new Date('2026-11-24T09:00:00.000Z');
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { files: 'STORED', slack: 'ALREADY_SENT', email: 'ALREADY_SENT' } });
    expect([world.slack.got.length, world.email.got.length, world.files.all.size]).toEqual([1, 1, 9]);
    expect(world.files.all.get('daily-reports/dt=2026-11-23/report.json')).not.toBe(before);
  });

  test('happens again when it is asked for', async () => {
    const world = worldOf();
    await deliverReport(world, {});
    await expect(deliverReport(world, { again: true })).resolves.toMatchObject({ outcomes: { slack: 'SENT', email: 'SENT' } });
    expect(world.slack.got).toHaveLength(2);
  });

  test('of another report of the same hub happens all the same', async () => {
    const world = worldOf();
    await deliverReport(world, {});
    await deliverReport({ ...world, settings: { ...world.settings, reportName: 'Audit' } }, {});
    expect(world.slack.got).toHaveLength(2);
  });

  test('to one target is not stopped by another that fails, which is tried again alone', async () => {
    const world = worldOf();
    world.slack.answers.push({ kind: 'down', why: 'status 503' });
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { files: 'STORED', slack: 'FAILED', email: 'SENT' } });
    expect(world.lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'the daily report did not reach a target', fields: expect.objectContaining({ target: 'slack' }) }));
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { slack: 'SENT', email: 'ALREADY_SENT' } });
    expect([world.slack.got.length, world.email.got.length]).toEqual([1, 1]);
  });

  test('goes on without the files, and says that they are missing', async () => {
    const world = worldOf();
    world.files.failure = new Error('AccessDenied');
    const answer = await deliverReport(world, {});
    expect(answer).toMatchObject({ outcomes: { files: 'FAILED', slack: 'SENT' } });
    expect(answer).not.toHaveProperty('folder');
    expect(JSON.stringify(world.slack.got[0])).toContain('could not be stored');
    world.files.failure = undefined;
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { files: 'STORED', slack: 'ALREADY_SENT' } });
  });

  test('waits a little when it is asked to, and leaves a longer wait to the queue', async () => {
    const world = worldOf();
    world.slack.answers.push({ kind: 'wait', seconds: 7 });
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { slack: 'SENT' } });
    expect(world.waits).toEqual([7_000]);
    world.slack.answers.push({ kind: 'wait', seconds: 300 }, { kind: 'wait', seconds: 5 }, { kind: 'wait', seconds: 5 });
    await expect(deliverReport(world, { again: true })).resolves.toMatchObject({ outcomes: { slack: 'FAILED' } });
    await expect(deliverReport(world, { again: true })).resolves.toMatchObject({ outcomes: { slack: 'FAILED' } });
    expect(world.waits).toEqual([7_000, 5_000]);
  });

  test('leaves out what is not set up', async () => {
    const world = worldOf({ slack: undefined, email: undefined });
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { files: 'STORED' } });
    expect(world.table.all()).toEqual([]);
  });

  test('after a crash between the mark and the message comes when the mark has run out: nothing is lost', async () => {
    const world = worldOf({ email: undefined });
    const post = world.slack.post.bind(world.slack);
    world.slack.post = () => new Promise(() => undefined);
    void deliverReport(world, {});
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    world.slack.post = post;
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { slack: 'BEING_SENT' } });
    world.clock = new Date(NOW.getTime() + 12 * 60_000);
    await expect(deliverReport(world, {})).resolves.toMatchObject({ outcomes: { slack: 'SENT' } });
    expect(world.slack.got).toHaveLength(1);
  });
});

describe('the day', () => {
  test('is the one that was over when the report was due, however late it is made', async () => {
    const world = worldOf();
    world.clock = new Date('2026-11-25T00:20:00.000Z');
    await expect(deliverReport(world, { scheduledAt: '2026-11-24T22:00:00Z' })).resolves.toMatchObject({ date: DATE });
  });

  test('can be asked for; of today it is what there is so far, and takes nothing from the whole one', async () => {
    const world = worldOf();
    await store(world.table, [evaluation({ recordedAt: '2026-11-24T07:00:00.000Z' })]);
    await expect(deliverReport(world, { date: '2026-11-24' })).resolves.toMatchObject({ date: '2026-11-24', complete: false, evaluations: 1, score: 0, outcomes: { slack: 'SENT' } });
    await expect(deliverReport(world, { date: '2026-11-24' })).resolves.toMatchObject({ outcomes: { slack: 'ALREADY_SENT' } });
    world.clock = new Date('2026-11-25T08:00:00.000Z');
    await expect(deliverReport(world, {})).resolves.toMatchObject({ date: '2026-11-24', complete: true, outcomes: { slack: 'SENT' } });
  });

  test('that has not begun, or is none, is refused', async () => {
    await expect(deliverReport(worldOf(), { date: '2026-11-25' })).rejects.toThrow('date: 2026-11-25 has not begun (UTC); give a UTC day such as 2026-11-23, or leave it out');
    await expect(deliverReport(worldOf(), { date: '23.11.2026' })).rejects.toThrow("date: '23.11.2026' is no day of the calendar written as YYYY-MM-DD");
  });
});
