import { App, BootstraplessSynthesizer, CfnParameter, Duration, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus, EventBusPolicy } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CostEstimate, CrossAccountEventForwarder, CrossAccountEventForwarderProps, EnvironmentProfile, RequiredBusStatementsOptions } from '../../../src';
import { READER_ACTIONS } from '../../../src/events/contract';
import { flat, flatList, ofType, only, Resource, resourcesOf, stackOf, statementsOf } from '../support';

const HUB_ARN = 'arn:aws:events:eu-central-1:222222222222:event-bus/compliance';
const HERE = { account: '111111111111', region: 'eu-central-1' };
const hubIn = (stack: Stack, arn = HUB_ARN, id = 'Hub') => EventBus.fromEventBusArn(stack, id, arn);

function forwarderIn(stack: Stack, props: Partial<CrossAccountEventForwarderProps> = {}, id = 'Forwarder') {
  return new CrossAccountEventForwarder(stack, id, { hubBus: props.hubBus ?? hubIn(stack), ...props });
}
function resourcesWith(props: Partial<CrossAccountEventForwarderProps> = {}, stack = stackOf()) {
  forwarderIn(stack, props);
  return resourcesOf(stack);
}
const targetOf = (rule: Resource) => (rule.Properties.Targets as { [name: string]: unknown }[])[0];
const patternOf = (rule: Resource) => rule.Properties.EventPattern as { [name: string]: unknown };
const trustOf = (role: Resource) => statementsOf(role, 'AssumeRolePolicyDocument')[0];
const scheduleOf = (resources: ReturnType<typeof resourcesOf>) => only(resources, 'AWS::Scheduler::Schedule').Properties as {
  Target: { Input: unknown; [name: string]: unknown }; [name: string]: unknown;
};

describe('the rule', () => {
  test('carries what AWS Config tells and the heartbeat, of this account only, and keeps what failed', () => {
    const rule = only(resourcesWith(), 'AWS::Events::Rule');
    expect(rule.Properties).toEqual({
      Description: 'Sends compliance events to the monitoring account',
      State: 'ENABLED',
      EventPattern: {
        'source': ['aws.config', 'compliance.monitoring'],
        'account': [{ Ref: 'AWS::AccountId' }],
        'detail-type': ['Config Rules Compliance Change', 'Config Configuration Item Change', 'Compliance Heartbeat', 'Compliance Verification'],
      },
      Targets: [{
        Id: 'Target0',
        Arn: HUB_ARN,
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ForwarderRole/), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^ForwarderDeadLetters/), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      }],
    });
    expect(rule.DependsOn).toEqual([expect.stringMatching(/^ForwarderRoleDefaultPolicy/)]);
  });

  test('leaves changes of resources out where they are not wanted', () => {
    expect(patternOf(only(resourcesWith({ configurationItems: false }), 'AWS::Events::Rule'))['detail-type'])
      .toEqual(['Config Rules Compliance Change', 'Compliance Heartbeat', 'Compliance Verification']);
  });

  test('tries as long and as often as it is told', () => {
    const rule = only(resourcesWith({ maxEventAge: Duration.minutes(30), retryAttempts: 0 }), 'AWS::Events::Rule');
    expect(targetOf(rule).RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 1800, MaximumRetryAttempts: 0 });
  });

  test('takes numbers of the template', () => {
    const stack = stackOf();
    const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
    const rule = only(resourcesWith({ maxEventAge: Duration.seconds(number('Age')), retryAttempts: number('Attempts') }, stack), 'AWS::Events::Rule');
    expect(targetOf(rule).RetryPolicy).toEqual({ MaximumEventAgeInSeconds: { Ref: 'Age' }, MaximumRetryAttempts: { Ref: 'Attempts' } });
  });

  test("its role may put events on the hub's bus, and nothing else, for this account only", () => {
    const resources = resourcesWith();
    expect(trustOf(only(resources, 'AWS::IAM::Role', /^ForwarderRole/))).toEqual({
      Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    expect(statementsOf(only(resources, 'AWS::IAM::Policy', /^ForwarderRole/))).toEqual([{ Action: 'events:PutEvents', Effect: 'Allow', Resource: HUB_ARN }]);
  });
});

describe('the heartbeat', () => {
  test('is put on the default bus every 15 minutes, says who and when, and does not outlive the next one', () => {
    const resources = resourcesWith();
    const { Target: { Input, Arn, RoleArn, DeadLetterConfig, ...target }, ...schedule } = scheduleOf(resources);
    expect(schedule).toEqual({
      Description: 'Tells the monitoring account that events of this account and region reach it',
      FlexibleTimeWindow: { Mode: 'OFF' }, ScheduleExpression: 'rate(15 minutes)', ScheduleExpressionTimezone: 'Etc/UTC', State: 'ENABLED',
    });
    expect(target).toEqual({
      EventBridgeParameters: { Source: 'compliance.monitoring', DetailType: 'Compliance Heartbeat' },
      RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 185 },
    });
    expect(flat(Arn)).toBe('arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default');
    expect(flat(RoleArn)).toMatch(/^\$\{ForwarderHeartbeatRole/);
    expect(flat((DeadLetterConfig as { Arn: unknown }).Arn)).toMatch(/^\$\{ForwarderDeadLetters/);
    expect(JSON.parse(flat(Input))).toEqual({
      account: '${AWS::AccountId}', region: '${AWS::Region}', scheduledAt: '<aws.scheduler.scheduled-time>', intervalMinutes: 15,
    });
    expect(only(resources, 'AWS::Scheduler::Schedule').DependsOn).toEqual([
      expect.stringMatching(/^ForwarderHeartbeatRoleDefaultPolicy/), expect.stringMatching(/^ForwarderRule/),
    ]);
  });

  test('comes as often as it is told, by a number of the template as well', () => {
    expect(scheduleOf(resourcesWith({ heartbeatInterval: Duration.hours(1) })).ScheduleExpression).toBe('rate(1 hour)');
    const stack = stackOf();
    const minutes = new CfnParameter(stack, 'Minutes', { type: 'Number' });
    const { ScheduleExpression, Target } = scheduleOf(resourcesWith({ heartbeatInterval: Duration.minutes(minutes.valueAsNumber) }, stack));
    expect(flat(ScheduleExpression)).toBe('rate(${Minutes} minutes)');
    expect(flat(Target.Input)).toContain('"intervalMinutes":"${Minutes}"');
    expect(Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
  });

  test('its role may put heartbeats on the default bus, and keep what failed, encrypted', () => {
    const resources = resourcesWith();
    expect(trustOf(only(resources, 'AWS::IAM::Role', /^ForwarderHeartbeatRole/))).toMatchObject({
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' }, 'aws:SourceArn': expect.anything() as unknown } },
    });
    expect(statementsOf(only(resources, 'AWS::IAM::Policy', /^ForwarderHeartbeatRole/)).map(({ Action, Resource: on, Condition }) =>
      [Action, flatList(on)[0].replace(/[0-9A-F]{8}/, ''), JSON.stringify(Condition)])).toEqual([
      ['events:PutEvents', 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default',
        '{"ForAllValues:StringEquals":{"events:source":["compliance.monitoring"],"events:detail-type":["Compliance Heartbeat"]}}'],
      ['sqs:SendMessage', '${ForwarderDeadLetters.Arn}', undefined],
      [['kms:Decrypt', 'kms:GenerateDataKey'], '${ForwarderKey.Arn}', expect.stringContaining('kms:ViaService')],
    ]);
  });
});

describe('the reader role', () => {
  const READER = /^ForwarderReaderRole/;
  const readerOf = (props: Partial<CrossAccountEventForwarderProps> = {}, stack = stackOf()) => only(resourcesWith(props, stack), 'AWS::IAM::Role', READER);

  test("is named after the hub and the region, and trusts the hub's account for its backfill only", () => {
    const role = readerOf();
    expect(flat(role.Properties.RoleName)).toBe('compliance-reader-${AWS::Region}');
    const trust = trustOf(role);
    expect(flat((trust.Principal as { AWS: unknown }).AWS)).toBe('arn:${AWS::Partition}:iam::222222222222:root');
    expect(Object.keys(trust.Condition as object)).toEqual(['ArnEquals']);
    expect(flat((trust.Condition as { ArnEquals: { [key: string]: unknown } }).ArnEquals['aws:PrincipalArn']))
      .toBe('arn:${AWS::Partition}:iam::222222222222:role/compliance-backfill-eu-central-1');
  });

  test('may read AWS Config, and nothing else', () => {
    const statements = statementsOf(only(resourcesWith(), 'AWS::IAM::Policy', READER));
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.sort()).toEqual([...READER_ACTIONS].sort());
    expect(actions.filter((action) => !/^config:(Describe|Get)\w+$/.test(action))).toEqual([]);
    expect(statements.map(({ Resource: on }) => flat(on))).toEqual(['arn:${AWS::Partition}:config:${AWS::Region}:${AWS::AccountId}:config-rule/*', '*']);
  });

  test('is named as it is told, and left out where it is not wanted', () => {
    expect(flat(readerOf({ readerRolePrefix: 'bank-config' }).Properties.RoleName)).toBe('bank-config-${AWS::Region}');
    const stack = stackOf();
    expect(forwarderIn(stack, { readerRole: false }).readerRole).toBeUndefined();
    expect(ofType(resourcesOf(stack), 'AWS::IAM::Role').filter(([id]) => READER.test(id))).toEqual([]);
  });

  test('two of one name are refused in a stack', () => {
    const stack = stackOf();
    forwarderIn(stack);
    forwarderIn(stack, { hubBus: hubIn(stack, HUB_ARN.replace('222222222222', '333333333333'), 'Second') }, 'Other');
    expect(() => resourcesOf(stack)).toThrow('CrossAccountEventForwarder.readerRolePrefix: got the name of the role at Stack/Forwarder/ReaderRole/Resource, '
      + 'but allowed is each name once in an account; give another readerRolePrefix, to the hub as well, or set readerRole to false');
  });
});

test('other sources have a rule of their own, which sends the same way', () => {
  const stack = stackOf();
  const forwarder = forwarderIn(stack, { additionalSources: ['aws.guardduty', 'bank.payments'] });
  const resources = resourcesOf(stack);
  const rule = only(resources, 'AWS::Events::Rule', /^ForwarderAdditionalRule/);
  expect(rule.Properties.EventPattern).toEqual({ source: ['aws.guardduty', 'bank.payments'], account: [{ Ref: 'AWS::AccountId' }] });
  expect(targetOf(rule)).toEqual(targetOf(only(resources, 'AWS::Events::Rule', /^ForwarderRule/)));
  expect(statementsOf(only(resources, 'AWS::SQS::QueuePolicy')).filter(({ Effect }) => Effect === 'Allow')).toHaveLength(2);
  expect(forwarder.additionalRule).toBeDefined();
  expect(forwarderIn(stackOf()).additionalRule).toBeUndefined();
});

describe('what could not be sent', () => {
  test('is kept for 14 days, encrypted, by TLS only, from the rule only', () => {
    const resources = resourcesWith();
    expect(only(resources, 'AWS::SQS::Queue').Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, KmsMasterKeyId: expect.anything() as unknown });
    expect(statementsOf(only(resources, 'AWS::SQS::QueuePolicy')).map(({ Effect, Action, Condition }) => [Effect, Action, Object.keys(Condition as object)]))
      .toEqual([['Deny', 'sqs:*', ['Bool']], ['Allow', 'sqs:SendMessage', ['ArnEquals']]]);
    expect(flat((statementsOf(only(resources, 'AWS::SQS::QueuePolicy'))[1].Condition as { ArnEquals: { [key: string]: unknown } }).ArnEquals['aws:SourceArn']))
      .toMatch(/^\$\{ForwarderRule/);
  });

  test('a key of its own is kept on delete, unless the environment is to vanish; EventBridge is admitted to it', () => {
    const key = only(resourcesWith(), 'AWS::KMS::Key');
    expect(key.DeletionPolicy).toBe('Retain');
    expect(statementsOf(key, 'KeyPolicy').slice(1).map(({ Principal }) => Principal)).toEqual([{ Service: 'events.amazonaws.com' }]);
    expect(only(resourcesWith({ profile: EnvironmentProfile.EPHEMERAL }), 'AWS::KMS::Key').DeletionPolicy).toBe('Delete');
  });

  test("the consumer's key is used, and an imported one warns", () => {
    const stack = stackOf();
    const forwarder = forwarderIn(stack, { encryptionKey: new Key(stack, 'Own') });
    expect(forwarder.encryptionKey.node.id).toBe('Own');
    expect(flat(only(resourcesOf(stack), 'AWS::SQS::Queue').Properties.KmsMasterKeyId)).toMatch(/^\$\{Own/);
    const other = stackOf();
    forwarderIn(other, { encryptionKey: Key.fromKeyArn(other, 'Imported', 'arn:aws:kms:eu-central-1:111111111111:key/1') });
    expect(Annotations.fromStack(other).findWarning('*', Match.stringLikeRegexp('ComplianceKey.importedKey'))).toHaveLength(1);
  });

  test('raises alarms by the name of the rule', () => {
    const stack = stackOf();
    const topic = new Topic(stack, 'Alerts');
    const forwarder = forwarderIn(stack, { alertTopic: topic });
    const alarms = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms.map(({ MetricName, Threshold, Statistic, Dimensions, AlarmActions, AlarmDescription }) => [
      MetricName, Threshold, Statistic, (Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => `${Name} ${flat(Value).slice(0, 15)}`),
      flatList(AlarmActions)[0].slice(0, 8), String(AlarmDescription).replace(/^.*#/, ''),
    ])).toEqual([
      ['FailedInvocations', 1, 'Sum', ['RuleName ${ForwarderRule'], '${Alerts', 'event-delivery-failed'],
      ['InvocationsFailedToBeSentToDlq', 1, 'Sum', ['RuleName ${ForwarderRule'], '${Alerts', 'compliance-events-lost'],
      ['ApproximateNumberOfMessagesVisible', 1, 'Maximum', ['QueueName ${ForwarderDead'], '${Alerts', 'compliance-events-not-sent'],
    ]);
    expect(JSON.stringify(only(resourcesOf(stack), 'AWS::SNS::TopicPolicy').Properties)).toContain('cloudwatch.amazonaws.com');
    expect(forwarder.alarms?.lostEvents.alarmArn).toBeDefined();
    expect(forwarder.metricForwarded({ period: Duration.hours(1) })).toMatchObject({ namespace: 'AWS/Events', metricName: 'Invocations', period: Duration.hours(1) });
  });

  test('tells nobody without a topic, and there are no alarms where none are wanted', () => {
    expect(ofType(resourcesWith(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmActions)).toEqual([undefined, undefined, undefined]);
    const stack = stackOf();
    expect(forwarderIn(stack, { alarms: false }).alarms).toBeUndefined();
    expect(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm')).toEqual([]);
  });
});

describe('a StackSet', () => {
  test("can roll it out: no function, asset, custom resource, parameter or export, and no physical name but the reader role's", () => {
    const app = new App();
    const stack = new Stack(app, 'Member', { synthesizer: new BootstraplessSynthesizer() });
    forwarderIn(stack);
    const template = Template.fromStack(stack).toJSON() as { [section: string]: unknown };
    expect(Object.keys(template)).toEqual(['Resources']);
    const resources = resourcesOf(stack);
    expect([...new Set(Object.values(resources).map(({ Type }) => Type))].sort()).toEqual([
      'AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::Schedule',
    ]);
    expect(app.synth().getStackByName('Member').assets).toEqual([]);
    const names = ['Name', 'RoleName', 'QueueName', 'AlarmName', 'ScheduleName'];
    expect(Object.values(resources).flatMap(({ Properties }) => names.filter((name) => name in Properties))).toEqual(['RoleName']);
    expect(Object.keys(resources).length).toBeLessThan(15);
  });

  test('can name the hub by a parameter', () => {
    const stack = stackOf();
    const arn = new CfnParameter(stack, 'HubBusArn').valueAsString;
    const resources = resourcesWith({ hubBus: hubIn(stack, arn) }, stack);
    expect(targetOf(only(resources, 'AWS::Events::Rule')).Arn).toEqual({ Ref: 'HubBusArn' });
    expect(statementsOf(only(resources, 'AWS::IAM::Policy', /^ForwarderRole/))[0].Resource).toEqual({ Ref: 'HubBusArn' });
    const reader = only(resources, 'AWS::IAM::Role', /^ForwarderReaderRole/);
    expect(JSON.stringify(reader.Properties.RoleName)).toContain('{"Ref":"HubBusArn"}');
    expect(JSON.stringify(trustOf(reader))).toContain('{"Ref":"HubBusArn"}');
  });
});

test.each([['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov']])('it works in %s', (region, partition) => {
  const stack = stackOf({ env: { account: HERE.account, region } });
  const arn = HUB_ARN.replace('arn:aws:', `arn:${partition}:`);
  const resources = resourcesWith({ hubBus: hubIn(stack, arn) }, stack);
  expect(targetOf(only(resources, 'AWS::Events::Rule')).Arn).toBe(arn);
  expect(flat(scheduleOf(resources).Target.Arn)).toContain(`:events:${region}:111111111111:event-bus/default`);
  expect(JSON.stringify(resources)).not.toContain('arn:aws:');
});

test('two stand in one stack, and the same tree in two stages', () => {
  const app = new App();
  const templates = ['One', 'Two'].map((name) => {
    const stack = new Stack(new Stage(app, name, { env: HERE }), 'Member');
    forwarderIn(stack);
    forwarderIn(stack, { hubBus: hubIn(stack, HUB_ARN.replace('eu-central-1', 'eu-west-1'), 'Second'), readerRolePrefix: 'second-reader' }, 'Other');
    return Template.fromStack(stack).toJSON() as object;
  });
  expect(templates[0]).toEqual(templates[1]);
});

test('a bus of another stack of the app, with a name, is reached by it', () => {
  const app = new App();
  const hub = new Stack(app, 'HubStack', { env: { account: '222222222222', region: HERE.region } });
  const hubBus = new EventBus(hub, 'Bus', { eventBusName: 'compliance' });
  const member = new Stack(app, 'Member', { env: HERE });
  forwarderIn(member, { hubBus });
  expect(flat(targetOf(only(resourcesOf(member), 'AWS::Events::Rule')).Arn)).toBe(HUB_ARN.replace('arn:aws', 'arn:${AWS::Partition}'));
});

test('another region of the same account needs a forwarder', () => {
  const stack = stackOf({ env: HERE });
  expect(() => forwarderIn(stack, { hubBus: hubIn(stack, HUB_ARN.replace('222222222222', HERE.account).replace('eu-central-1', 'eu-west-1')) })).not.toThrow();
});

test('its price is cents, and is told', () => {
  const stack = stackOf({ env: HERE });
  forwarderIn(stack);
  const estimate = CostEstimate.of(stack);
  const lines = estimate.lines.filter(({ service }) => service === 'Amazon EventBridge').map(({ quantity }) => quantity);
  expect(lines).toEqual([9000 + 2920, 2920]);
  expect(estimate.unpriced).toEqual([]);
});

const SAME = 'but allowed is a bus in another account or another region than the stack\'s; '
  + 'leave the forwarder out: there a rule on the default bus reaches whatever listens, without a second bus';
const FORWARDER = 'CrossAccountEventForwarder';

describe('refusals', () => {
  test.each<[string, Partial<CrossAccountEventForwarderProps>, string]>([
    ['too rare heartbeats', { heartbeatInterval: Duration.days(2) },
      `${FORWARDER}.heartbeatInterval: got "Duration.days(2)", but allowed is a whole number of minutes from 1 to 1440; give it in minutes or hours`],
    ['half a minute', { heartbeatInterval: Duration.seconds(30) },
      `${FORWARDER}.heartbeatInterval: got "Duration.seconds(30)", but allowed is a whole number of minutes from 1 to 1440; give it in minutes or hours`],
    ['too short an age', { maxEventAge: Duration.seconds(59) },
      `${FORWARDER}.maxEventAge: got "Duration.seconds(59)", but allowed is a whole number of seconds from 60 to 86,400; leave it out for EventBridge's own 24 hours`],
    ['too many retries', { retryAttempts: 186 },
      `${FORWARDER}.retryAttempts: got 186, but allowed is a whole number from 0 to 185; leave it out for EventBridge's own 185`],
    ['a prefix with a slash', { readerRolePrefix: 'bank/reader' },
      `${FORWARDER}.readerRolePrefix: got "bank/reader", but allowed is 1 to 49 letters, digits and the characters + = , . @ _ -; choose a shorter name without other characters`],
    ['too long a prefix', { readerRolePrefix: 'r'.repeat(50) }, `${FORWARDER}.readerRolePrefix: got "${'r'.repeat(50)}", but allowed is 1 to 49 letters, `
      + 'digits and the characters + = , . @ _ -; choose a shorter name without other characters'],
    ['a source that is sent anyway', { additionalSources: ['aws.config'] }, `${FORWARDER}.additionalSources[0]: got "aws.config", but allowed is sources beside `
      + 'aws.config and compliance.monitoring, which are let in anyway; leave it out'],
    ['a source twice', { additionalSources: ['bank', 'bank'] }, `${FORWARDER}.additionalSources[1]: got "bank", but allowed is each source once; remove the second one`],
    ['more sources than a rule can name', { additionalSources: Array.from({ length: 11 }, (_, index) => `${index}`.padStart(100, 's')) },
      `${FORWARDER}.additionalSources: got "1110 characters", but allowed is up to 1024 characters together; name those that matter, and give the others a rule of your own`],
  ])('%s', (_, props, message) => { expect(() => forwarderIn(stackOf(), props)).toThrow(new Error(message)); });

  test('a bus in the same account and region', () => {
    const arn = HUB_ARN.replace('222222222222', HERE.account);
    const stack = stackOf({ env: HERE });
    expect(() => forwarderIn(stack, { hubBus: hubIn(stack, arn) })).toThrow(new Error(`${FORWARDER}.hubBus: got "${arn}", ${SAME}`));
  });

  test('a bus of the same stack, wherever that is deployed', () => {
    const stack = stackOf();
    const hubBus = new EventBus(stack, 'Bus');
    expect(() => forwarderIn(stack, { hubBus })).toThrow(new Error(`${FORWARDER}.hubBus: got "a bus of the stack's own place", ${SAME}`));
  });

  test('a bus with too long a name for roles', () => {
    const arn = HUB_ARN.replace('compliance', 'c'.repeat(41));
    const stack = stackOf();
    expect(() => forwarderIn(stack, { hubBus: hubIn(stack, arn) })).toThrow(new Error(`${FORWARDER}.hubBus: got "${'c'.repeat(41)}", but allowed is a bus whose name `
      + 'has up to 40 characters, since names of roles derive from it; set readerRole to false, or send to a bus with a shorter name'));
    const other = stackOf();
    expect(() => forwarderIn(other, { hubBus: hubIn(other, arn), readerRole: false })).not.toThrow();
  });

  test('a bus of another partition', () => {
    const stack = stackOf({ env: { account: HERE.account, region: 'cn-north-1' } });
    expect(() => forwarderIn(stack)).toThrow(new Error(`${FORWARDER}.hubBus: got "${HUB_ARN}", but allowed is a bus in partition aws-cn, as the stack is; `
      + 'events do not cross partitions: give each its own hub'));
  });

  const accounts = `${FORWARDER}.requiredBusStatements.accounts`;
  test.each<[string, RequiredBusStatementsOptions, string]>([
    ['nobody', {}, `${FORWARDER}.requiredBusStatements.organizationId: got nothing, but allowed is an organization, accounts, or both; say who may send events`],
    ['no organization', { organizationId: 'o-1' }, `${FORWARDER}.requiredBusStatements.organizationId: got "o-1", but allowed is o- and 10 to 32 lower-case `
      + 'letters or digits; take it from AWS Organizations'],
    ['no account', { accounts: ['1234'] }, `${accounts}[0]: got "1234", but allowed is an account id of 12 digits; write it as a text, with its leading zeros`],
    ['an account twice', { accounts: ['111111111111', '111111111111'] }, `${accounts}[1]: got "111111111111", but allowed is each account once; remove the second one`],
    ['too many accounts', { accounts: Array.from({ length: 101 }, (_, index) => String(100_000_000_000 + index)) },
      `${accounts}: got "101 accounts", but allowed is up to 100; give organizationId`],
    ['a source without a name', { organizationId: 'o-a1b2c3d4e5', additionalSources: [' '] }, `${FORWARDER}.requiredBusStatements.additionalSources[0]: got " ", `
      + 'but allowed is a text of 1 to 256 characters; name the source as its events have it'],
  ])('%s in a bus policy', (_, options, message) => {
    expect(() => CrossAccountEventForwarder.requiredBusStatements(hubIn(stackOf()), options)).toThrow(new Error(message));
  });
});

describe("what the policy of the hub's bus must allow", () => {
  const SOURCES = {
    'ForAllValues:StringEquals': { 'events:source': ['aws.config', 'compliance.monitoring'] },
    'Null': { 'events:source': 'false' },
  };
  const policiesOf = (options: RequiredBusStatementsOptions) => {
    const stack = stackOf();
    const bus = new EventBus(stack, 'Bus');
    for (const statement of CrossAccountEventForwarder.requiredBusStatements(bus, options)) { bus.addToResourcePolicy(statement); }
    expect(stack.node.findAll().filter((construct) => construct instanceof EventBusPolicy).length).toBeGreaterThan(0);
    return ofType(resourcesOf(stack), 'AWS::Events::EventBusPolicy').map(([, { Properties }]) => Properties.Statement as { [name: string]: unknown });
  };

  test('an organization, with the known sources only, and none without a source', () => {
    expect(policiesOf({ organizationId: 'o-a1b2c3d4e5' })).toEqual([{
      Sid: 'cdk-ComplianceEventsOfOrganization', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, ...SOURCES },
    }]);
  });

  test('accounts beside it, and more sources', () => {
    const [, listed] = policiesOf({ organizationId: 'o-a1b2c3d4e5', accounts: ['111111111111', '333333333333'], additionalSources: ['aws.guardduty'] });
    expect(flatList((listed.Principal as { AWS: unknown }).AWS)).toEqual([
      'arn:${AWS::Partition}:iam::111111111111:root', 'arn:${AWS::Partition}:iam::333333333333:root',
    ]);
    expect(listed.Condition).toEqual({ ...SOURCES, 'ForAllValues:StringEquals': { 'events:source': ['aws.config', 'compliance.monitoring', 'aws.guardduty'] } });
    expect(policiesOf({ accounts: ['111111111111'] })).toHaveLength(1);
  });
});
