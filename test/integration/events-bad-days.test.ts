/** A hub on bad days: what cannot be read, who may not send, forged announcements, callers without credentials, and a Slack that is down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { MEMBERS } from '../local-aws/hub-system';
import { HubWorld, startHubWorld } from '../local-aws/hub-world';

jest.setTimeout(60_000);

const [MEMBER, FELLOW] = MEMBERS;
const STRANGER = '444444444444';
const scratch = mkdtempSync(join(tmpdir(), 'events-bad-'));
let world: HubWorld;

beforeAll(async () => { world = await startHubWorld(scratch); });
afterAll(async () => {
  await world?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const stored = async (account: string, rule: string) => (await world.api(`/events?account=${account}&rule=${rule}`)).items.length as number;
async function arnOf(QueueUrl: string): Promise<string> {
  const { Attributes } = await new SQSClient(world.settings(world.hub.account)).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes!.QueueArn!;
}
const putAs = (account: string, EventBusName: string, Source: string, DetailType = 'any') =>
  new EventBridgeClient(world.settings(account)).send(new PutEventsCommand({ Entries: [{ EventBusName, Source, DetailType, Detail: '{}' }] }));

test('what cannot be read fails alone and ends in the dead-letter queue', async () => {
  const { EventsDeadLetterQueueUrl: letters } = world.hub.outputs;
  const good = world.complianceEvent(FELLOW, { rule: 'mixed', resourceId: 'good', status: 'COMPLIANT' });
  const foreign = { ...world.complianceEvent(FELLOW, { rule: 'mixed', resourceId: 'foreign', status: 'NON_COMPLIANT' }), account: MEMBER };
  const future = world.complianceEvent(FELLOW, { rule: 'mixed', resourceId: 'future', status: 'NON_COMPLIANT', recordedAt: new Date(Date.now() + 3_600_000) });
  await world.toQueue(['no JSON', good, foreign, future]);
  expect((await world.take(letters, 3)).map(({ Body }) => Body!).sort()).toEqual(['no JSON', JSON.stringify(foreign), JSON.stringify(future)].sort());
  expect([await stored(FELLOW, 'mixed'), await stored(MEMBER, 'mixed')]).toEqual([1, 0]);
});

test('what failed for a reason that is gone comes back from the dead-letter queue', async () => {
  const { EventsDeadLetterQueueUrl: letters, EventsQueueUrl: queue } = world.hub.outputs;
  await world.local('deny-functions', { account: world.hub.account, denied: true });
  await world.toQueue([world.complianceEvent(MEMBER, { rule: 'delayed', resourceId: 'x', status: 'COMPLIANT' })]);
  await world.until('the event is a dead letter', async () => await world.waiting(letters) === 1);
  await world.local('deny-functions', { account: world.hub.account, denied: false });
  const [SourceArn, DestinationArn] = [await arnOf(letters), await arnOf(queue)];
  await new SQSClient(world.settings(world.hub.account)).send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  await world.until('it is stored', async () => await stored(MEMBER, 'delayed') === 1);
  expect(await world.waiting(letters)).toBe(0);
});

describe('the policy of the hub\'s bus', () => {
  test('admits members with these sources, and nobody else', async () => {
    const { EventBusArn: bus } = world.hub.outputs;
    await putAs(MEMBER, bus, 'compliance.monitoring', 'Nothing Known');
    const refused = { name: 'AccessDeniedException' };
    await expect(putAs(STRANGER, bus, 'compliance.monitoring')).rejects.toMatchObject(refused);
    await expect(putAs(MEMBER, bus, 'some.app')).rejects.toMatchObject(refused);
    const { Entries } = await putAs(MEMBER, bus, 'aws.config').catch(() => ({ Entries: [{ ErrorCode: 'refused' }] }));
    expect(Entries![0].ErrorCode).toBeDefined();
  });

  test('sends what a rule of another account forwards nowhere', async () => {
    const client = new EventBridgeClient(world.settings(STRANGER));
    await client.send(new PutRuleCommand({ Name: 'intruder', EventPattern: '{"source":["compliance.monitoring"]}' }));
    await client.send(new PutTargetsCommand({
      Rule: 'intruder', Targets: [{ Id: 'hub', Arn: world.hub.outputs.EventBusArn, RoleArn: `arn:aws:iam::${STRANGER}:role/none` }],
    }));
    await putAs(STRANGER, 'default', 'compliance.monitoring', 'Compliance Verification');
    await putAs(MEMBER, 'default', 'compliance.monitoring', 'Compliance Verification');
    await world.until('what the member sent has come', async () => (await world.api(`/events?account=${MEMBER}&source=compliance.monitoring`)).items.length > 0
      || await world.waiting(world.hub.outputs.EventsDeadLetterQueueUrl) > 0);
    expect((await world.api(`/events?account=${STRANGER}`)).items).toEqual([]);
  });

  test('lets nobody announce but the hub itself', async () => {
    const { AnnouncementBusArn: bus } = world.hub.outputs;
    for (const account of [world.hub.account, MEMBER, STRANGER]) {
      await expect(putAs(account, bus, 'compliance.monitoring', 'Compliance State Changed')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
  });
});

describe('the API', () => {
  test('answers nobody without credentials, with wrong ones, or with those of another account', async () => {
    const statuses = await Promise.all([
      world.call('/events', null),
      world.call('/events', { credentials: { accessKeyId: world.hub.account, secretAccessKey: 'wrong' } }),
      world.call('/events', { credentials: { accessKeyId: MEMBER, secretAccessKey: 'test' } }),
      world.call('/nothing/here', null),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  test('answers a member that assumes the reader role', async () => {
    const sts = new STSClient(world.settings(MEMBER));
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: world.hub.outputs.ReaderRoleArn, RoleSessionName: 'member' }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    expect((await world.call('/events', { credentials })).status).toBe(200);
    const stranger = new STSClient(world.settings(STRANGER));
    const assume = new AssumeRoleCommand({ RoleArn: world.hub.outputs.ReaderRoleArn, RoleSessionName: 'stranger' });
    await expect(stranger.send(assume)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each(['limit=0', 'limit=1000000000', 'cursor=junk', 'start=2026-02-02&end=2026-02-01', 'nothing=known'])('says what is wrong with %s', async (query) => {
    const response = await world.call(`/events?${query}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await response.text()).toContain(query.split('=')[0]);
  });
});

test('a Slack that is down delays messages, loses none, and slows no write', async () => {
  const rule = world.ruleOf(MEMBER);
  const before = (await world.slack()).length;
  await world.slackFault({ status: 500, seconds: 60 });
  for (const id of ['a', 'b', 'c']) await world.evaluate(MEMBER, rule, id, 'NON_COMPLIANT');
  await world.until('the events are stored', async () => (await world.api(`/events?account=${MEMBER}&rule=${rule}`)).items.length === 3, 5_000);
  await world.slackFault({ status: 429, retryAfter: 1, seconds: 2 });
  await world.until('all three are told', async () => {
    const said = JSON.stringify((await world.slack()).slice(before));
    return ['a', 'b', 'c'].every((id) => said.includes(id));
  });
});
