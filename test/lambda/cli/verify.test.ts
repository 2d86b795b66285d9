import { AwsFailure, EXIT } from '../../../lambda-src/cli/domain/outcome';
import { logItemOf } from '../../../lambda-src/events/domain/items';
import { parseMessage } from '../../../lambda-src/events/domain/parse';
import { EventTable } from '../../../lambda-src/events/ports';
import { DEFAULT_SHARDS, EVENT_KEYS, OWN_DETAIL_TYPES, OWN_SOURCE, VerificationItem } from '../../../src/events/contract';
import { FakeAws, FakeWorld, HUB, NOW } from '../../support/command-line';

const ID = '11112222-3333-4444-8555-666677778888';
const MEMBER = '222222222222';

/** As EventBridge brings a test event to ingest, and as ingest keeps it. */
async function store(table: EventTable, id = ID, account = MEMBER): Promise<void> {
  const message = { 'id': 'e', 'source': OWN_SOURCE, 'detail-type': OWN_DETAIL_TYPES.verification, 'time': '2026-11-24T12:00:00Z', account, 'region': 'eu-central-1', 'detail': { id, sentAt: NOW.toISOString() } };
  const arrival = parseMessage(JSON.stringify(message), NOW);
  if (arrival.kind !== 'fact') throw new Error('a test event is a fact');
  const item = logItemOf(arrival.fact, { retentionDays: 90, tombstoneDays: 104 }, DEFAULT_SHARDS, new Date('2026-11-24T12:00:02.500Z'));
  await table.write({ kind: 'put', item: { ...item } });
}

function worldWithMember() {
  const world = new FakeWorld();
  const member = new FakeAws();
  member.account = MEMBER;
  world.profiles.set('member', member);
  world.hub.answers['/events'] = { items: [] };
  return { world, hub: world.hub, member, table: world.hub.table('events') };
}
const VERIFY = ['verify', '--stack', 'Hub', '--member-profile', 'member'];

test('an event that goes the whole way is seen at each hop', async () => {
  const { world, hub, member, table } = worldWithMember();
  // Other test events are not ours.
  await store(table, 'other');
  await store(table, ID, '333333333333');
  world.passing = (now) => {
    const seconds = (now.getTime() - NOW.getTime()) / 1_000;
    if (seconds === 2) void store(table);
    if (seconds === 3) hub.answers['/events'] = { items: [{ detail: { id: ID } }] };
    if (seconds === 4) void table.write({ kind: 'put', item: { ...EVENT_KEYS.verification(ID), announcedAt: '2026-11-24T12:00:03.000Z', expiresAt: 1 } satisfies VerificationItem });
  };
  const { code, out, problems } = await world.run(...VERIFY);
  expect(out).toEqual([
    `Verification ${ID} from account 222222222222, eu-central-1`,
    '✓ accepted   after 0 s, by the default bus of 222222222222',
    "✓ stored     after 2 s, in the hub's table, received at 2026-11-24T12:00:02.500Z",
    '✓ answered   after 3 s, by the API',
    "✓ announced  after 4 s, on the hub's announcement bus at 2026-11-24T12:00:03.000Z",
  ]);
  expect({ code, problems }).toEqual({ code: EXIT.well, problems: ['looking for up to 120 seconds'] });
  expect(member.put).toEqual([{ source: 'compliance.monitoring', detailType: 'Compliance Verification', detail: { id: ID, sentAt: '2026-11-24T12:00:00.000Z' } }]);
  expect(hub.put).toEqual([]);
  expect(hub.asked[0]).toEqual({
    apiUrl: HUB.ApiUrl, path: '/events',
    query: { source: 'compliance.monitoring', detailType: 'Compliance Verification', account: MEMBER, region: 'eu-central-1', start: '2026-11-24T12:00:00.000Z', limit: '100' },
  });
});

test('the hub sends for itself without a member, and an API answers in pages', async () => {
  const { world, hub } = worldWithMember();
  let call = 0;
  hub.ask = async (_url, _path, query) => {
    if (query.cursor === 'next') return { items: [{ detail: 'text' }, { detail: null }, { detail: { id: ID } }] };
    return call++ === 0 ? { items: [], nextCursor: null } : { items: [{}], nextCursor: 'next' };
  };
  const { code, out } = await world.run('verify', '--api-url', HUB.ApiUrl, '--member-region', 'eu-west-1');
  expect(out).toEqual([
    `Verification ${ID} from account 111111111111, eu-central-1`,
    '✓ accepted   after 0 s, by the default bus of 111111111111',
    '· stored     not looked at: give --table, or --stack with the output EventsTableName',
    '· announced  not looked at: give --table, or --stack with the output EventsTableName',
    '✓ answered   after 0 s, by the API',
  ]);
  expect(code).toBe(EXIT.well);
  expect(world.identities).toEqual([{}, { region: 'eu-west-1' }]);
});

test('an event that is not stored names where to look, and what is behind it is not reached', async () => {
  const { world, hub } = worldWithMember();
  hub.queues = { [HUB.EventsQueueUrl]: [{ waiting: 3, inFlight: 1 }], [HUB.EventsDeadLetterQueueUrl]: [{ waiting: 2, inFlight: 0 }] };
  const { code, out } = await world.run(...VERIFY, '--timeout', '5');
  expect(code).toBe(EXIT.wrong);
  expect(out.slice(2)).toEqual([
    '✗ stored     not seen within 5 seconds',
    '             see "A test event that does not arrive" in docs/runbook.md',
    "· answered   not reached: it comes behind 'stored'",
    "· announced  not reached: it comes behind 'stored'",
    "Of all events, 4 are in the hub's queue, and 2 in its dead-letter queue",
  ]);
});

test('an event that is stored and not answered is told in JSON as well', async () => {
  const { world, table } = worldWithMember();
  world.passing = () => void store(table);
  const { code, out, problems } = await world.run(...VERIFY, '--timeout', '5', '--json');
  expect({ code, problems }).toEqual({ code: EXIT.wrong, problems: [] });
  expect(JSON.parse(out.join('\n'))).toEqual({
    command: 'verify', well: false, id: ID, sentAt: '2026-11-24T12:00:00.000Z', account: MEMBER, region: 'eu-central-1',
    hops: [
      { hop: 'accepted', status: 'OK', seconds: 0, note: 'by the default bus of 222222222222' },
      { hop: 'stored', status: 'OK', seconds: 1, note: "in the hub's table, received at 2026-11-24T12:00:02.500Z" },
      { hop: 'answered', status: 'FAILED', note: 'not seen within 5 seconds', runbook: 'A test event that the API does not answer' },
      { hop: 'announced', status: 'FAILED', note: 'not seen within 5 seconds', runbook: 'A test event that is not announced' },
    ],
    queues: { waiting: 0, deadLetters: 0 },
  });
});

test('an event that the bus refuses is looked for nowhere', async () => {
  const { world, hub, member } = worldWithMember();
  member.taken = { taken: false, code: 'ThrottlingException', message: 'slow\u0007 down' };
  const { code, out } = await world.run('verify', '--table', 'events', '--member-profile', 'member');
  expect(code).toBe(EXIT.wrong);
  expect(out.slice(1)).toEqual(['✗ accepted   ThrottlingException: slow\\u{7} down', '             see "Compliance events not sent" in docs/runbook.md']);
  expect(hub.asked).toEqual([]);
});

test('who may not look does not send', async () => {
  const { world, hub, member } = worldWithMember();
  hub.ask = () => Promise.reject(new Error('no'));
  expect((await world.run(...VERIFY)).code).toBe(EXIT.unexpected);
  expect(member.put).toEqual([]);
});

test('an API that asks for a token is not looked at', async () => {
  const { world, hub, table } = worldWithMember();
  hub.ask = () => Promise.reject(new AwsFailure('GET /events of the API', 'HTTP401', 'Unauthorized'));
  world.passing = () => void store(table);
  const { out } = await world.run(...VERIFY, '--timeout', '5');
  expect(out).toContain('· answered   not looked at: the API asks for a token, and takes no signature');
});

test('on a terminal the marks have colours', async () => {
  const { world } = worldWithMember();
  world.colours = true;
  const { out } = await world.run(...VERIFY, '--timeout', '5');
  expect(out[1]).toBe('\u001b[32m✓ accepted   after 0 s, by the default bus of 222222222222\u001b[0m');
  expect(out[2]).toBe('\u001b[31m✗ stored     not seen within 5 seconds\u001b[0m');
});

test('nothing to look at is wrong use', async () => {
  const { world } = worldWithMember();
  expect((await world.run('verify', '--queue-url', 'https://q')).problems[0]).toBe('cdk-compliance-monitoring verify: '
    + 'verify does not know where to look: give --stack, a stack with the output EventsTableName or ApiUrl, or --table or --api-url');
  expect((await world.run(...VERIFY, '--timeout', '1')).problems[0]).toBe("cdk-compliance-monitoring verify: --timeout must be a whole number from 5 to 900, and is '1'");
});
