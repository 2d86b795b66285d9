import { AwsFailure, EXIT } from '../../../lambda-src/cli/domain/outcome';
import { summaryLines } from '../../../lambda-src/cli/domain/summary';
import { complianceFact } from '../../../lambda-src/events/domain/fact';
import { ingest } from '../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../lambda-src/events/domain/shards';
import { FakeWorld, HUB, NOW } from '../../support/command-line';
import { InMemoryEventTable } from '../../support/in-memory-event-table';

const RULE = 's3-bucket\u001b[31m-encryption';

async function filled(table: InMemoryEventTable): Promise<void> {
  const facts = [
    ['222222222222', 'eu-central-1', 'bucket-1', 'NON_COMPLIANT'], ['222222222222', 'eu-central-1', 'bucket-2', 'COMPLIANT'], ['333333333333', 'us-east-1', 'bucket-3', 'COMPLIANT'],
  ].map(([account, region, resourceId, status], i) => complianceFact({
    account, region, rule: i === 2 ? 'other-rule' : RULE, resourceType: 'AWS::S3::Bucket', resourceId, status, recordedAt: `2026-11-2${i + 2}T10:00:00.000Z`,
  }));
  const clock = { now: () => NOW, remaining: () => 60_000, sleep: async () => undefined };
  const keeping = { retentionDays: 90, tombstoneDays: 104 };
  const { outcomes } = await ingest(facts, { table, clock, keeping, shards: async () => new ShardMap(), known: new KnownPlaces() });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored']);
}

test('the API is asked where there is one, and its answer handed on', async () => {
  const world = new FakeWorld();
  await filled(world.hub.table('events'));
  const { out } = await world.run('summary', '--table', 'events', '--json');
  world.hub.answers['/compliance/summary'] = JSON.parse(out.join('\n'));
  const asked = await world.run('summary', '--stack', 'Hub', '--account', '222222222222', '--member-region', 'eu-central-1', '--start', '2026-11-20', '--end', '1795478400', '--json');
  expect(asked).toEqual({ code: EXIT.well, out, problems: [] });
  expect(world.hub.asked).toEqual([{
    apiUrl: HUB.ApiUrl, path: '/compliance/summary', query: { account: '222222222222', region: 'eu-central-1', start_date: '2026-11-20', end_date: '1795478400' },
  }]);
});

test('without an API the table is added up, and nothing is written', async () => {
  const world = new FakeWorld();
  const table = world.hub.table('events');
  await filled(table);
  const before = table.consumed.writeUnits;
  const { code, out, problems } = await world.run('summary', '--table', 'events', '--start', '2026-11-22', '--end', '2026-11-24');
  expect({ code, problems }).toEqual({ code: EXIT.well, problems: [] });
  expect(out).toEqual([
    'Now: 2 compliant, 1 not, score 66.66 % (as of 2026-11-24T12:00:00.000Z)',
    'Events from 2026-11-22T00:00:00.000Z to 2026-11-24T23:59:59.999Z: 3, of which 2 compliant and 1 not; 1 violations opened, 0 resolved',
    'Unknown: account 222222222222, eu-central-1: NEVER_HEARD',
    'Unknown: account 333333333333, us-east-1: NEVER_HEARD',
    '',
    'Rule                            compliant now  not  events compliant  not',
    's3-bucket\\u{1b}[31m-encryption              1    1                 1    1',
    'other-rule                                  1    0                 1    0',
    '',
    'Type of resource  compliant now  not  events compliant  not',
    'AWS::S3::Bucket               2    1                 2    1',
  ]);
  expect(table.consumed.writeUnits).toBe(before);
  expect((await world.run('summary', '--table', 'events', '--account', '333333333333')).out[0]).toMatch(/^Now: 1 compliant, 0 not, score 100 %/);
});

test('an API that asks for a token is not needed where the table is known', async () => {
  const world = new FakeWorld();
  await filled(world.hub.table('events'));
  world.hub.ask = () => Promise.reject(new AwsFailure('GET /compliance/summary of the API', 'HTTP401', 'Unauthorized'));
  expect(await world.run('summary', '--stack', 'Hub', '--json')).toEqual(await world.run('summary', '--table', 'events', '--json'));
  expect(await world.run('summary', '--api-url', HUB.ApiUrl)).toMatchObject({ code: EXIT.refused });
});

test('an empty hub has no score and no rows', async () => {
  const world = new FakeWorld();
  expect((await world.run('summary', '--table', 'events')).out).toEqual([
    'Now: 0 compliant, 0 not, no score, since nothing is evaluated (as of 2026-11-24T12:00:00.000Z)',
    'Events from the first one to 2026-11-24T23:59:59.999Z: 0, of which 0 compliant and 0 not; 0 violations opened, 0 resolved',
  ]);
});

test('lines name since when and which rules are unknown, and each name once, the worst first', () => {
  const counts = (compliant: number, non_compliant: number) => ({ compliant, non_compliant });
  const lines = summaryLines({
    ...counts(0, 0), total_events: 0, not_applicable: 0, insufficient_data: 0, other: 0, opened: 0, resolved: 0, period: { from: null, to: 'x' },
    by_rule: { a: counts(0, 1), constructor: counts(3, 0), b: counts(0, 2) }, by_resource_type: {},
    current: {
      ...counts(0, 0), insufficient_data: 0, score: 50, asOf: 'now', by_rule: { c: counts(0, 9), d: counts(0, 0), z: counts(0, 0), m: counts(0, 0) }, by_resource_type: {}, by_account: {},
      unknown: [{ account: '1', region: 'r', cause: 'SILENT', from: 'then', until: null, rules: null }, { account: '1', region: 'r', cause: 'NOT_RECORDED', from: null, until: null, rules: ['a', 'b'] }],
    },
  });
  expect(lines.slice(2, 4)).toEqual(['Unknown: account 1, r: SILENT since then', 'Unknown: account 1, r: NOT_RECORDED, rules a, b']);
  expect(lines.slice(6).map((line) => line.split(' ')[0])).toEqual(['c', 'b', 'a', 'constructor', 'd', 'm', 'z']);
});

describe('is refused', () => {
  const world = new FakeWorld();
  const problem = async (...args: string[]) => {
    const { code, problems } = await world.run('summary', ...args);
    expect(code).toBe(EXIT.misused);
    return problems[0].replace('cdk-compliance-monitoring summary: ', '');
  };
  test.each([
    [['--account', '12'], '--account is "12"; allowed is an account id of 12 digits'],
    [['--member-region', 'EU'], '--member-region is "EU"; allowed is a region as eu-central-1'],
    [['--start', 'yesterday'], '--start is "yesterday"; allowed is seconds since 1970, a date as 2026-11-24, or an instant as 2026-11-24T09:30:00Z, from 1970 to 9999'],
    [['--start', '2026-11-24', '--end', '2026-11-23'], '--end is "2026-11-23"; allowed is a time that is not before --start (2026-11-24T00:00:00.000Z)'],
    [[], 'summary does not know whom to ask: give --stack, a stack with the output ApiUrl or EventsTableName, or --api-url or --table'],
  ])('%j', async (args, message) => {
    expect(await problem(...args)).toBe(message);
  });

  test('what takes too many reads', async () => {
    const table = world.hub.table('many');
    for (let day = 0; day < 100; day++) await table.write({ kind: 'put', item: { pk: 'DAYS', sk: new Date(NOW.getTime() - day * 86_400_000).toISOString().slice(0, 10), expiresAt: 9_999_999_999 } });
    for (let i = 0; i < 400; i++) await table.write({ kind: 'put', item: { pk: 'SCOPES', sk: `${100_000_000_000 + i}#eu-central-1` } });
    expect(await problem('--table', 'many')).toMatch(/^400 accounts and regions on 100 days take \d+ reads; at most 30000 are made for one answer; allowed is a shorter time by --start and --end, one account, or one region$/);
  });
  test('a fault is no refusal', async () => {
    const broken = new FakeWorld();
    broken.hub.table('events').query = () => Promise.reject(new Error('broken'));
    expect((await broken.run('summary', '--table', 'events')).code).toBe(EXIT.unexpected);
  });
});
