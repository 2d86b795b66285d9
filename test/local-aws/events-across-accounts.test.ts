/** What a hub of several accounts needs of the local AWS, beyond what MiniStack has: see holes/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeArchiveCommand, DescribeEventBusCommand, DescribeReplayCommand, EventBridgeClient, PutEventsCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal, Effect, PolicyStatement, Role, ServicePrincipal, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { clientConfig } from './clients';
import { deleteStack, deployAssembly } from './deploy';
import { LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const HUB = '111111111111';
const MEMBER = '222222222222';
const FELLOW = '333333333333';
const STRANGER = '444444444444';
const ORGANIZATION = 'o-a1b2c3d4e5';

const scratch = mkdtempSync(join(tmpdir(), 'events-across-'));
let aws: LocalAws;
let hub: Record<string, string>;
const members: { [account: string]: Record<string, string> } = {};

const settings = (account: string) => clientConfig(aws.endpoint, account, aws.region);
const busArn = () => `arn:aws:events:${aws.region}:${HUB}:event-bus/hub`;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  await local('organization', { id: ORGANIZATION, accounts: [HUB, FELLOW] });
  hub = await deploy('Hub', HUB, hubStack);
  for (const account of [MEMBER, FELLOW, STRANGER]) members[account] = await deploy('Member', account, memberStack);
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function deploy(stackName: string, account: string, build: (stack: Stack) => void) {
  const assemblyDir = join(scratch, `${stackName}-${account}`);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  build(new Stack(app, stackName, { env: { account, region: aws.region } }));
  app.synth();
  return (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, account, assemblyDir }))[stackName].outputs;
}

/** A bus that lets an account and an organization put one source, with an archive, and queues behind two of its rules. */
function hubStack(stack: Stack): void {
  const bus = new EventBus(stack, 'Bus', { eventBusName: 'hub' });
  const sources = { 'ForAllValues:StringEquals': { 'events:source': ['app.test'] }, 'Null': { 'events:source': 'false' } };
  const admit = (sid: string, statement: object) => bus.addToResourcePolicy(new PolicyStatement({
    sid, actions: ['events:PutEvents'], resources: [bus.eventBusArn], ...statement,
  }));
  admit('Account', { principals: [new AccountPrincipal(MEMBER)], conditions: sources });
  admit('Organization', { principals: [new StarPrincipal()], conditions: { ...sources, StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } } });
  admit('NoForgeries', {
    effect: Effect.DENY, principals: [new StarPrincipal()],
    conditions: { StringEquals: { 'events:source': 'forged' }, ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HUB}:role/none` } },
  });
  const archive = bus.archive('Archive', { eventPattern: { detailType: ['Kept'] }, retention: Duration.days(7) });
  output(stack, { ArchiveArn: archive.archiveArn, ArchiveName: archive.archiveName });
  for (const name of ['First', 'Second']) {
    const queue = new Queue(stack, `${name}Queue`);
    const rule = new Rule(stack, name, { eventBus: bus, eventPattern: anything, targets: [new SqsQueue(queue)] });
    output(stack, { [`${name}RuleArn`]: rule.ruleArn, [`${name}QueueUrl`]: queue.queueUrl });
  }
  const onwards = new Queue(stack, 'Onwards');
  new Rule(stack, 'ThirdHop', { eventBus: bus, eventPattern: { detailType: ['Onwards'] } }).addTarget({
    bind: () => ({
      arn: `arn:aws:events:${stack.region}:${STRANGER}:event-bus/default`, role: eventRole(stack, 'ThirdHopRole', '*'), deadLetterConfig: { arn: onwards.queueArn },
    }),
  });
  const role = new Role(stack, 'Reader', { assumedBy: new AccountPrincipal(HUB) });
  output(stack, { OnwardsUrl: onwards.queueUrl, RoleArn: role.roleArn });
}
const anything: EventPattern = { source: [{ prefix: '' }] as unknown as string[] };

/** A rule that sends all events of `app.` sources to the hub, and a schedule that puts one. */
function memberStack(stack: Stack): void {
  const letters = new Queue(stack, 'Letters');
  const role = eventRole(stack, 'Role', `arn:aws:events:${stack.region}:${HUB}:event-bus/hub`);
  const rule = new Rule(stack, 'Rule', { eventPattern: { source: ['app.test', 'app.other', 'app.nowhere'] } });
  rule.addTarget({ bind: () => ({ arn: `arn:aws:events:${stack.region}:${HUB}:event-bus/hub`, role, deadLetterConfig: { arn: letters.queueArn } }) });
  const withoutRole = new Rule(stack, 'WithoutRole', { eventPattern: { source: ['app.nobody'] } });
  withoutRole.addTarget({ bind: () => ({ arn: `arn:aws:events:${stack.region}:${HUB}:event-bus/hub`, deadLetterConfig: { arn: letters.queueArn } }) });
  const schedule = new Schedule(stack, 'Schedule', {
    schedule: ScheduleExpression.rate(Duration.hours(1)),
    target: {
      bind: () => ({
        arn: `arn:aws:events:${stack.region}:${stack.account}:event-bus/default`,
        role: new Role(stack, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') }),
        eventBridgeParameters: { source: 'app.test', detailType: 'Due' },
        input: ScheduleTargetInput.fromObject({ dueAt: ContextAttribute.scheduledTime, of: ContextAttribute.scheduleArn }),
      }),
    },
  });
  const trusting = new Role(stack, 'Trusting', {
    assumedBy: new AccountPrincipal(HUB).withConditions({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${HUB}:role/Hub-Reader*` } }),
  });
  output(stack, { LettersUrl: letters.queueUrl, RuleArn: rule.ruleArn, ScheduleName: schedule.scheduleName, TrustingArn: trusting.roleArn });
}

function eventRole(stack: Stack, id: string, bus: string): Role {
  const role = new Role(stack, id, { assumedBy: new ServicePrincipal('events.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] }));
  return role;
}
function output(stack: Stack, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
}

test('a schedule of a rate begins at once', async () => {
  const due = await events(HUB, hub.FirstQueueUrl, 2);
  expect(due.map((event) => [event.account, event['detail-type']]).sort()).toEqual([[MEMBER, 'Due'], [FELLOW, 'Due']]);
  await receive(STRANGER, members[STRANGER].LettersUrl, 1);
  await drain();
});

describe('a rule of one account that sends to the bus of another', () => {
  test('delivers the event as it was, for an account and for a member of the organization', async () => {
    for (const account of [MEMBER, FELLOW]) {
      await put(account, 'app.test', { n: account }, { Time: new Date('2026-01-02T03:04:05Z') });
      const [event] = await events(HUB, hub.FirstQueueUrl, 1);
      expect(event).toMatchObject({ account, region: aws.region, source: 'app.test', time: '2026-01-02T03:04:05Z', detail: { n: account } });
      await events(HUB, hub.SecondQueueUrl, 1);
    }
  });

  test.each([
    ['a source that the policy does not name', MEMBER, 'app.other'],
    ['an account that is no member', STRANGER, 'app.test'],
    ['a target without a role', MEMBER, 'app.nobody'],
  ])('keeps %s in the dead-letter queue of the target, with the reason', async (_what, account, source) => {
    await put(account, source, { n: 1 });
    const [letter] = await receive(account, members[account].LettersUrl, 1);
    expect(JSON.parse(letter.Body!)).toMatchObject({ source, account, detail: { n: 1 } });
    const { RULE_ARN, ...attributes } = Object.fromEntries(
      Object.entries(letter.MessageAttributes!).map(([name, { StringValue }]) => [name, StringValue]));
    expect(RULE_ARN).toMatch(/:rule\/Member-/);
    expect(attributes).toEqual({
      TARGET_ARN: busArn(), ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: expect.any(String), RETRY_ATTEMPTS: '0', EXHAUSTED_RETRY_CONDITION: 'NonRetryable',
    });
    await nothing(HUB, hub.FirstQueueUrl);
  });

  test('sends nothing to a third account that came from another one', async () => {
    await put(MEMBER, 'app.test', {}, { DetailType: 'Onwards' });
    const [letter] = await receive(HUB, hub.OnwardsUrl, 1);
    expect(letter.MessageAttributes!.ERROR_CODE.StringValue).toBe('THIRD_ACCOUNT_HOP_DETECTED');
    await drain();
  });
});

describe('PutEvents', () => {
  test('on the bus of another account asks its policy, and the event is of who put it', async () => {
    await put(MEMBER, 'app.test', { n: 2 }, { EventBusName: busArn() });
    expect((await events(HUB, hub.FirstQueueUrl, 1))[0]).toMatchObject({ account: MEMBER, detail: { n: 2 } });
    for (const [account, source] of [[MEMBER, 'app.other'], [STRANGER, 'app.test']]) {
      await expect(put(account, source, {}, { EventBusName: busArn() })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
    await drain();
  });

  test('on a bus of the same account asks nobody but a policy that denies', async () => {
    await put(HUB, 'any.thing', { n: 6 }, { EventBusName: 'hub' });
    expect((await events(HUB, hub.FirstQueueUrl, 1))[0]).toMatchObject({ account: HUB, detail: { n: 6 } });
    await expect(put(HUB, 'forged', {}, { EventBusName: 'hub' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await drain();
  });

  test('refuses alone what has no detail type, a detail that is no object, and a source of AWS', async () => {
    const Detail = '{}';
    const { FailedEntryCount, Entries } = await new EventBridgeClient(settings(HUB)).send(new PutEventsCommand({
      Entries: [
        { Source: 'app.test', Detail }, { Source: 'app.test', DetailType: 'x', Detail: '[1]' }, { Source: 'aws.config', DetailType: 'x', Detail },
        { Source: 'app.test', DetailType: 'x', Detail },
      ],
    }));
    expect(FailedEntryCount).toBe(3);
    expect(Entries!.map(({ ErrorCode }) => ErrorCode)).toEqual(['InvalidArgument', 'MalformedDetail', 'NotAuthorizedForSourceException', undefined]);
  });
});

describe('the policy of a bus', () => {
  test('has the statements of the stack, and loses them with it', async () => {
    const sids = async () => {
      const { Policy = '{"Statement":[]}' } = await new EventBridgeClient(settings(HUB)).send(new DescribeEventBusCommand({ Name: 'other' }));
      return (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    };
    const build = (...names: string[]) => (stack: Stack) => {
      const bus = new EventBus(stack, 'Bus', { eventBusName: 'other' });
      for (const sid of names) {
        bus.addToResourcePolicy(new PolicyStatement({ sid, actions: ['events:PutEvents'], resources: [bus.eventBusArn], principals: [new AccountPrincipal(MEMBER)] }));
      }
    };
    await deploy('Other', HUB, build('One', 'Two'));
    expect(await sids()).toEqual(['cdk-One', 'cdk-Two']);
    await deploy('Other', HUB, build('Two'));
    expect(await sids()).toEqual(['cdk-Two']);
    await deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: 'Other' });
    await deploy('Other', HUB, build());
    expect(await sids()).toEqual([]);
  });
});

describe('an archive', () => {
  test('is replayed to the chosen rules of its bus, and does not keep what is replayed', async () => {
    const client = new EventBridgeClient(settings(HUB));
    await put(MEMBER, 'app.test', { n: 3 }, { DetailType: 'Kept', Time: new Date('2026-01-02T00:00:00Z') });
    await put(MEMBER, 'app.test', { n: 4 }, { DetailType: 'Kept', Time: new Date('2026-03-02T00:00:00Z') });
    await put(MEMBER, 'app.test', { n: 5 }, { DetailType: 'Passing' });
    await drain();
    const kept = async () => {
      const { EventCount, RetentionDays } = await client.send(new DescribeArchiveCommand({ ArchiveName: hub.ArchiveName }));
      return { EventCount, RetentionDays };
    };
    expect(await kept()).toEqual({ EventCount: 2, RetentionDays: 7 });
    const replay = (ReplayName: string, FilterArns?: string[]) => client.send(new StartReplayCommand({
      ReplayName, EventSourceArn: hub.ArchiveArn, EventStartTime: new Date('2026-01-01'), EventEndTime: new Date('2026-02-01'), Destination: { Arn: busArn(), FilterArns },
    }));
    await replay('one-rule', [hub.FirstRuleArn]);
    expect(await events(HUB, hub.FirstQueueUrl, 1)).toMatchObject([{ 'replay-name': 'one-rule', 'account': MEMBER, 'time': '2026-01-02T00:00:00Z', 'detail': { n: 3 } }]);
    await until('the replay is over', async () => (await client.send(new DescribeReplayCommand({ ReplayName: 'one-rule' }))).State === 'COMPLETED');
    await nothing(HUB, hub.SecondQueueUrl);
    await replay('every-rule');
    expect(await events(HUB, hub.SecondQueueUrl, 1)).toMatchObject([{ 'replay-name': 'every-rule' }]);
    expect(await kept()).toMatchObject({ EventCount: 2 });
    await drain();
  });
});

test('a schedule puts an event of its source and detail type, with its context attributes', async () => {
  await local('run-schedule', { account: FELLOW, region: aws.region, name: members[FELLOW].ScheduleName });
  const [event] = await events(HUB, hub.FirstQueueUrl, 1);
  expect(event).toMatchObject({
    'source': 'app.test', 'account': FELLOW, 'detail-type': 'Due',
    'detail': { dueAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), of: expect.stringMatching(`^arn:aws:scheduler:${aws.region}:${FELLOW}:schedule/default/`) },
  });
  await drain();
  await expect(local('run-schedule', { account: FELLOW, region: aws.region, name: 'none' })).rejects.toThrow('There is no schedule none');
});

test('a role is assumed by whom it trusts, which a condition on the caller\'s role narrows', async () => {
  const assume = async (RoleArn: string, credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
    const client = new STSClient({ ...settings(HUB), ...credentials && { credentials } });
    const { Credentials } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
  };
  const refused = { name: 'AccessDenied' };
  await expect(assume(members[MEMBER].TrustingArn)).rejects.toMatchObject(refused);
  const reader = await assume(hub.RoleArn);
  const session = await assume(members[MEMBER].TrustingArn, reader);
  expect((await new STSClient({ ...settings(HUB), credentials: session }).send(new GetCallerIdentityCommand({}))).Account).toBe(MEMBER);
  await expect(assume(`${members[MEMBER].TrustingArn}-none`, reader)).rejects.toMatchObject(refused);
  await expect(assume(hub.RoleArn, { accessKeyId: STRANGER, secretAccessKey: 'test' })).rejects.toMatchObject(refused);
});

type Entry = { DetailType?: string; Time?: Date; EventBusName?: string };
async function put(account: string, Source: string, detail: object, entry: Entry = {}) {
  const { FailedEntryCount } = await new EventBridgeClient(settings(account)).send(new PutEventsCommand({
    Entries: [{ Source, DetailType: 'any', Detail: JSON.stringify(detail), ...entry }],
  }));
  expect(FailedEntryCount).toBe(0);
}

async function local(route: string, body: object): Promise<void> {
  const response = await fetch(`${aws.endpoint}/_local/${route}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

async function receive(account: string, QueueUrl: string, count: number): Promise<Message[]> {
  const found: Message[] = [];
  await until(`${count} messages are in ${QueueUrl}`, async () => {
    found.push(...await take(account, QueueUrl));
    return found.length >= count;
  });
  return found;
}
const events = async (account: string, queueUrl: string, count: number) =>
  (await receive(account, queueUrl, count)).map(({ Body }) => JSON.parse(Body!) as Record<string, unknown>);

async function take(account: string, QueueUrl: string): Promise<Message[]> {
  const sqs = new SQSClient(settings(account));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }));
  await Promise.all(Messages.map(({ ReceiptHandle }) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))));
  return Messages;
}
const nothing = async (account: string, queueUrl: string) => expect(await take(account, queueUrl)).toEqual([]);
async function drain() {
  await sleep(200);
  for (const url of [hub.FirstQueueUrl, hub.SecondQueueUrl, hub.OnwardsUrl]) while ((await take(HUB, url)).length) { /* until it is empty */ }
}

async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!await ask()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await sleep(50);
  }
}
