import { App, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AlertSeverity, EnvironmentProfile, SlackNotifier, SlackNotifierProps } from '../../../src';
import { SLACK_SETTINGS, SlackRouteDocument } from '../../../src/alerts/contract';
import { HubOfParts } from '../events/hub-of-parts';
import { flat, flatList, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';

const partsOf = (stack: Stack) => ({
  hub: stack.node.tryFindChild('Hub') as HubOfParts | undefined ?? new HubOfParts(stack, 'Hub'),
  webhookSecret: stack.node.tryFindChild('Webhook') as Secret | undefined ?? new Secret(stack, 'Webhook', { encryptionKey: new Key(stack, 'SecretKey') }),
});
const slackIn = (stack: Stack, props: Partial<SlackNotifierProps> = {}, id = 'Slack') => new SlackNotifier(stack, id, { ...partsOf(stack), ...props });
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');
const patternsOf = (stack: Stack) => ofType(resourcesOf(stack), 'AWS::Events::Rule').map(([, { Properties }]) => Properties.EventPattern as { detail: object });
const variablesOf = (stack: Stack, id = /SlackNotifierNotify/) =>
  (only(resourcesOf(stack), 'AWS::Lambda::Function', id).Properties.Environment as { Variables: { [name: string]: unknown } }).Variables;

describe('the way of a message', () => {
  test('goes from the announcements bus by a rule of its own to a queue of its own', () => {
    const stack = stackOf();
    const slack = slackIn(stack);
    const rule = only(resourcesOf(stack), 'AWS::Events::Rule');
    expect(rule.Properties.EventPattern).toEqual({
      'source': ['compliance.monitoring'], 'detail-type': ['Compliance State Changed'], 'detail': { eventId: [{ exists: true }], alert: [true] },
    });
    expect(short(flat(rule.Properties.EventBusName))).toBe('${HubAnnouncements}');
    const [target] = rule.Properties.Targets as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
    expect([target.Arn, target.DeadLetterConfig.Arn].map((arn) => short(flat(arn)))).toEqual(['${SlackNotifierDefaultQueue.Arn}', '${SlackNotifierDeadLetters.Arn}']);
    expect(slack.rules).toHaveLength(1);
    expect(slack.queues).toHaveLength(1);
  });

  test('takes nothing from anybody else: only the rule may send to its queues', () => {
    const stack = stackOf();
    slackIn(stack);
    const allows = ofType(resourcesOf(stack), 'AWS::SQS::QueuePolicy').flatMap(([, policy]) => statementsOf(policy)).filter(({ Effect }) => Effect === 'Allow');
    expect(allows).toHaveLength(2);
    for (const { Action, Principal, Condition } of allows) {
      expect([Action, Principal]).toEqual(['sqs:SendMessage', { Service: 'events.amazonaws.com' }]);
      expect(short(flat((Condition as { ArnEquals: { [key: string]: unknown } }).ArnEquals['aws:SourceArn']))).toBe('${SlackNotifierDefaultRule.Arn}');
    }
  });

  test('keeps a message for as long as SQS can, and gives it out as often', () => {
    const stack = stackOf();
    slackIn(stack);
    expect(only(resourcesOf(stack), 'AWS::SQS::Queue', /DefaultQueue/).Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 86_400, VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 1_000 },
    });
  });

  test('gathers for two seconds, and runs twice at a time', () => {
    const stack = stackOf();
    slackIn(stack);
    expect(only(resourcesOf(stack), 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
      BatchSize: 100, MaximumBatchingWindowInSeconds: 2, ScalingConfig: { MaximumConcurrency: 2 }, FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('routes', () => {
  test('each have a rule that says what they are told, and a queue', () => {
    const stack = stackOf();
    const { webhookSecret } = partsOf(stack);
    const slack = slackIn(stack, {
      minimumSeverity: AlertSeverity.MEDIUM,
      resolvedMessages: false,
      routes: [
        { name: 'Pager', webhookSecret, webhookJsonKey: 'pager', minimumSeverity: AlertSeverity.CRITICAL, accounts: ['111111111111'], resolved: true },
        { name: 'All', webhookSecret },
      ],
    });
    expect(slack.queues).toHaveLength(3);
    expect(patternsOf(stack).map(({ detail }) => detail)).toEqual([
      { eventId: [{ exists: true }], alert: [true], status: ['NON_COMPLIANT'], severity: ['MEDIUM', 'HIGH', 'CRITICAL'] },
      { eventId: [{ exists: true }], alert: [true], account: ['111111111111'], severity: ['CRITICAL'] },
      { eventId: [{ exists: true }], alert: [true], status: ['NON_COMPLIANT'] },
    ]);
    const routes = JSON.parse(flat(variablesOf(stack)[SLACK_SETTINGS.routes])) as SlackRouteDocument[];
    expect(routes.map(({ queueUrl, secret, jsonKey }) => [short(queueUrl), short(secret), jsonKey])).toEqual([
      ['${SlackNotifierDefaultQueue}', '${Webhook}', undefined], ['${SlackNotifierPagerQueue}', '${Webhook}', 'pager'], ['${SlackNotifierAllQueue}', '${Webhook}', undefined],
    ]);
    expect(slack.alarms!.late).toHaveLength(3);
    expect(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm')).toHaveLength(5);
  });

  test('do without a channel for everything', () => {
    const stack = stackOf();
    const { hub, webhookSecret } = partsOf(stack);
    expect(new SlackNotifier(stack, 'Slack', { hub, routes: [{ name: 'Default', webhookSecret }] }).queues).toHaveLength(1);
  });
});

describe('the function', () => {
  test('gets every setting of the contract, and no other', () => {
    const stack = stackOf();
    slackIn(stack, { burstThreshold: 3, webhookHosts: ['127.0.0.1:8080', 'hooks.slack.com'] });
    const variables = variablesOf(stack);
    expect(Object.keys(variables).sort()).toEqual(Object.values(SLACK_SETTINGS).sort());
    expect(variables).toMatchObject({ HUB_NAME: 'compliance', BURST_THRESHOLD: '3', WEBHOOK_HOSTS: '127.0.0.1:8080,hooks.slack.com' });
  });

  test('may read its secret, its queues and nothing else', () => {
    const stack = stackOf();
    slackIn(stack);
    const statements = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /Notify/));
    expect(statements.filter(({ Action }) => !flatList(Action).join().match(/xray|logs/)).map(({ Action, Resource }) => [flatList(Action).join(), flatList(Resource).map(short).join()])).toEqual([
      ['sqs:ChangeMessageVisibility,sqs:DeleteMessage,sqs:GetQueueAttributes,sqs:ReceiveMessage', '${SlackNotifierDefaultQueue.Arn}'],
      ['sqs:SendMessage', '${SlackNotifierDeadLetters.Arn}'],
      ['kms:Decrypt,kms:GenerateDataKey', '${HubKey.Arn}'],
      ['secretsmanager:GetSecretValue', '${Webhook}'],
      ['kms:Decrypt', '${SecretKey.Arn}'],
    ]);
    expect(JSON.stringify(resourcesOf(stack))).not.toContain('hooks.slack.com/');
  });

  test('takes a profile, a role and a runtime', () => {
    const stack = stackOf();
    slackIn(stack, { profile: EnvironmentProfile.EPHEMERAL });
    const logs = only(resourcesOf(stack), 'AWS::Logs::LogGroup');
    expect([logs.DeletionPolicy, EnvironmentProfile.EPHEMERAL.removalPolicy]).toEqual(['Delete', RemovalPolicy.DESTROY]);
  });
});

describe('alarms', () => {
  test('tell the topic, and lead to the runbook', () => {
    const stack = stackOf();
    const { alarms } = slackIn(stack, { alertTopic: new Topic(stack, 'Alerts', { masterKey: new Key(stack, 'TopicKey') }) });
    const all = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(all).toHaveLength(3);
    expect(all.every(({ AlarmActions }) => (AlarmActions as unknown[]).length === 1)).toBe(true);
    expect(all.map(({ AlarmDescription }) => (AlarmDescription as string).split('#')[1]).sort()).toEqual(['announcements-not-sent', 'announcements-wait', 'notifier-errors']);
    expect(Object.keys(alarms!)).toEqual(['errors', 'deadLetters', 'late']);
  });

  test('can be left out', () => {
    const stack = stackOf();
    expect(slackIn(stack, { alarms: false }).alarms).toBeUndefined();
    expect(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm')).toEqual([]);
  });
});

test('counts messages about violations by hub', () => {
  const metric = slackIn(stackOf()).metricViolationNotifications({ statistic: 'max' });
  expect(metric).toMatchObject({ namespace: 'ConfigCompliance', metricName: 'ComplianceViolationNotifications', dimensions: { Hub: 'compliance' }, statistic: 'Maximum' });
});

test('stands twice in a stack', () => {
  const stack = stackOf();
  slackIn(stack);
  slackIn(stack, {}, 'Second');
  expect(ofType(resourcesOf(stack), 'AWS::SQS::Queue')).toHaveLength(4);
});

test('takes an imported secret by its name', () => {
  const stack = stackOf();
  slackIn(stack, { webhookSecret: Secret.fromSecretNameV2(stack, 'Imported', 'slack/webhook') });
  expect(JSON.stringify(statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /Notify/)))).toContain('slack/webhook-??????');
});

test('passes AwsSolutions', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new AwsSolutionsChecks(app);
  slackIn(stack);
  const errors = app.synth().getStackByName('Stack').messages.filter(({ level, entry }) => level === 'error' && JSON.stringify(entry).includes('/Slack/'));
  expect(errors).toEqual([]);
});

describe('refuses', () => {
  const refused = (props: Partial<SlackNotifierProps>) => () => slackIn(stackOf(), props);
  const route = (more: object) => {
    const stack = stackOf();
    const { webhookSecret } = partsOf(stack);
    return () => slackIn(stack, { routes: [{ name: 'A', webhookSecret, ...more }] });
  };

  test.each([
    [{ webhookSecret: undefined }, 'SlackNotifier.webhookSecret: got nothing, but allowed is a secret, routes, or both; say which channel is told'],
    [{ webhookJsonKey: '' }, 'SlackNotifier.webhookJsonKey: got "", but allowed is a text of 1 to 256 characters; name a key of the secret, or leave it out'],
    [{ webhookHosts: [] }, 'SlackNotifier.webhookHosts: got "0 hosts", but allowed is 1 to 10; leave it out for Slack\'s own'],
    [{ webhookHosts: ['https://hooks.slack.com'] }, 'SlackNotifier.webhookHosts[0]: got "https://hooks.slack.com", but allowed is a host in small letters, with a port where it is not 443; leave out https:// and the path'],
    [{ burstThreshold: 11 }, 'SlackNotifier.burstThreshold: got 11, but allowed is a whole number from 1 to 10; leave it out for 5'],
  ])('%j', (props, message) => {
    expect(refused(props)).toThrow(new Error(message));
  });

  test.each([
    [{ name: '1' }, 'SlackNotifier.routes[0].name: got "1", but allowed is 1 to 32 letters and digits, the first a letter, and not Default beside webhookSecret; choose another name'],
    [{ name: 'Default' }, 'SlackNotifier.routes[0].name: got "Default", but allowed is 1 to 32 letters and digits, the first a letter, and not Default beside webhookSecret; choose another name'],
    [{ webhookJsonKey: ' ' }, 'SlackNotifier.routes[0].webhookJsonKey: got " ", but allowed is a text of 1 to 256 characters; name a key of the secret, or leave it out'],
    [{ accounts: [] }, 'SlackNotifier.routes[0].accounts: got "0 accounts", but allowed is 1 to 50; leave it out for all accounts, or divide them'],
    [{ accounts: ['12'] }, 'SlackNotifier.routes[0].accounts[0]: got "12", but allowed is an account id of 12 digits; write it as a text, with its leading zeros'],
  ])('the route %j', (more, message) => {
    expect(route(more)).toThrow(new Error(message));
  });

  test('too many routes, and a name twice', () => {
    const stack = stackOf();
    const { webhookSecret } = partsOf(stack);
    const routes = (...names: string[]) => () => slackIn(stack, { routes: names.map((name) => ({ name, webhookSecret })) }, `Slack${names.length}`);
    expect(routes(...Array.from({ length: 11 }, (_, i) => `R${i}`))).toThrow('SlackNotifier.routes: got "11 routes", but allowed is up to 10; make a second notifier');
    expect(routes('A', 'A')).toThrow('SlackNotifier.routes[1].name: got "A", but allowed is each name once; choose another name');
  });

  test('nothing that is known at deployment only', () => {
    const stack = stackOf();
    const token = (value: string) => Lazy.string({ produce: () => value });
    const { webhookSecret } = partsOf(stack);
    expect(() => slackIn(stack, { webhookHosts: [token('x y')], routes: [{ name: 'A', webhookSecret, accounts: [token('x')] }] })).not.toThrow();
  });
});
