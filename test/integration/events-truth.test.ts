/** A hub that was not told everything: replays, lost events, heartbeats, and the daily report. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeReplayCommand, EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { EVENT_KEYS } from '../../src/events/contract';
import { MEMBERS } from '../local-aws/hub-system';
import { HubWorld, startHubWorld } from '../local-aws/hub-world';

jest.setTimeout(60_000);

const [MEMBER, FELLOW] = MEMBERS;
const scratch = mkdtempSync(join(tmpdir(), 'events-truth-'));
let world: HubWorld;

beforeAll(async () => { world = await startHubWorld(scratch); });
afterAll(async () => {
  await world?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('a replay of the archive changes no counter and pages nobody', async () => {
  const rule = world.ruleOf(MEMBER);
  const started = new Date(Date.now() - 60_000);
  await world.evaluate(MEMBER, rule, 'one', 'NON_COMPLIANT');
  await world.evaluate(MEMBER, rule, 'two', 'NON_COMPLIANT');
  await world.evaluate(MEMBER, rule, 'one', 'COMPLIANT');
  await world.until('all is stored', async () => (await world.api(`/compliance/summary?account=${MEMBER}`)).total_events === 3);
  // Both broke, and one was well again.
  await world.slackMessages(3);
  const { current: { asOf: _asOf, ...current }, ...summary } = await world.api(`/compliance/summary?account=${MEMBER}`);
  const told = (await world.slack()).length;

  const client = new EventBridgeClient(world.settings(world.hub.account));
  const { ArchiveArn, EventBusArn, IngestRuleArn } = world.hub.outputs;
  await client.send(new StartReplayCommand({
    ReplayName: 'day', EventSourceArn: ArchiveArn, EventStartTime: started, EventEndTime: new Date(), Destination: { Arn: EventBusArn, FilterArns: [IngestRuleArn] },
  }));
  await world.until('the replay is over', async () => (await client.send(new DescribeReplayCommand({ ReplayName: 'day' }))).State === 'COMPLETED');
  await world.until('what was replayed is known already', async () => await world.metric('EventsDuplicate') >= 3);
  await world.queueIsEmpty();
  expect(await world.api(`/compliance/summary?account=${MEMBER}`)).toMatchObject({ ...summary, current });
  expect(await world.slack()).toHaveLength(told);
});

test('an evaluation whose event was lost is learnt, and told once and late', async () => {
  const [{ name: rule }] = world.hub.members[FELLOW].rules;
  const place = { account: FELLOW, region: world.region };
  await world.evaluate(FELLOW, rule, 'known', 'COMPLIANT');
  await world.until('it is stored', async () => (await world.api(`/events?account=${FELLOW}`)).items.length === 1);
  // What a first reading finds is history.
  expect(await world.invoke('Backfill', place)).toMatchObject({ lost: 0, unreadable: false, unread: [] });

  await world.local('lose-config-events', { account: FELLOW, lost: true });
  await world.evaluate(FELLOW, rule, 'lost', 'NON_COMPLIANT', 'Nobody said so.');
  await world.local('lose-config-events', { account: FELLOW, lost: false });
  await world.local('age-evaluations', { ...place, rule, seconds: 1_800 });
  const told = (await world.slack()).length;
  expect(await world.invoke('Backfill', place)).toMatchObject({ lost: 1 });
  const message = JSON.stringify((await world.slackMessages(told + 1)).at(-1)!.body);
  for (const part of ['lost', 'Nobody said so.', FELLOW]) expect(message).toContain(part);
  const { items: [found] } = await world.api(`/events?account=${FELLOW}&status=NON_COMPLIANT`);
  expect(found).toMatchObject({ resourceId: 'lost', rule, late: true });

  expect(await world.invoke('Backfill', place)).toMatchObject({ stored: 0, lost: 0 });
  expect(await world.slack()).toHaveLength(told + 1);
  expect(await world.metric('EventsLearnedByBackfill')).toBe(1);
});

test('heartbeats come by the schedule, and a member that is silent is found until it is heard again', async () => {
  const beat = (account: string) => world.local('run-schedule', { account, region: world.region, name: world.hub.members[account].outputs.HeartbeatName });
  // The hub's own account, and both members, from the moment of their deployment.
  await world.until('three accounts are heard', async () => (await world.api('/health')).membersHeard === 3);
  await world.invoke('Watch');
  expect(await world.metric('SilentMembers', 'Maximum')).toBe(0);
  const longAgo = `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`;
  const { pk, sk } = EVENT_KEYS.heartbeat(FELLOW, world.region);
  await new DynamoDBClient(world.settings(world.hub.account)).send(new UpdateItemCommand({
    TableName: world.hub.outputs.EventsTableName, Key: { pk: { S: pk }, sk: { S: sk } },
    UpdateExpression: 'SET version = :longAgo', ExpressionAttributeValues: { ':longAgo': { S: longAgo } },
  }));
  await world.invoke('Watch');
  expect(await world.metric('SilentMembers')).toBe(1);
  await beat(FELLOW);
  await world.until('it is heard again', async () => {
    const before = await world.metric('SilentMembers');
    await world.invoke('Watch');
    return await world.metric('SilentMembers') === before;
  });
});

test('counters are as a recount has them', async () => {
  await world.invoke('Audit');
  expect(await world.metric('CounterAuditMismatch')).toBe(0);
});

test('a report that is made twice is sent once, and lies in the bucket', async () => {
  const told = (await world.slack()).length;
  const first = await world.invoke('Report');
  await world.slackMessages(told + 1);
  const second = await world.invoke('Report');
  expect([first.complete, second.complete]).toEqual([true, true]);
  const sent = (await world.slack()).slice(told);
  expect(sent).toHaveLength(1);
  expect(JSON.stringify(sent[0].body)).toContain('Daily AWS Config Compliance Report');
  const s3 = new S3Client({ ...world.settings(world.hub.account), forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: world.hub.outputs.ReportsBucketName }));
  const kinds = new Set(Contents.map(({ Key }) => Key!.split('.').at(-1)));
  for (const kind of ['html', 'csv', 'json']) expect(kinds).toContain(kind);
});
