import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AlertTopics, AlertTopicsProps, EnvironmentProfile } from '../../../src';
import { flat, ofType, only, resourcesOf, stackOf, statementsOf, systemIn } from '../support';

function topicsIn(stack: ReturnType<typeof stackOf>, props: Partial<AlertTopicsProps> = {}, id = 'Topics') {
  return new AlertTopics(stack, id, { profile: EnvironmentProfile.PROD, ...props });
}
const endpoints = (stack: ReturnType<typeof stackOf>) => ofType(resourcesOf(stack), 'AWS::SNS::Subscription')
  .map(([, { Properties }]) => `${/Critical/.test(flat(Properties.TopicArn)) ? 'critical' : 'alerts'} ${Properties.Protocol as string} ${Properties.Endpoint as string}`);

test('production has a critical topic, the others have none', () => {
  for (const profile of [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.EPHEMERAL]) {
    const stack = stackOf();
    expect(topicsIn(stack, { profile }).criticalTopic).toBeUndefined();
    expect(ofType(resourcesOf(stack), 'AWS::SNS::Topic')).toHaveLength(1);
  }
  const stack = stackOf();
  expect(topicsIn(stack).criticalTopic).toBeDefined();
  expect(ofType(resourcesOf(stack), 'AWS::SNS::Topic')).toHaveLength(2);
});

test('both are encrypted with the key, take TLS only, and take what CloudWatch and EventBridge publish', () => {
  const stack = stackOf();
  topicsIn(stack);
  const resources = resourcesOf(stack);
  for (const [id, { Properties }] of ofType(resources, 'AWS::SNS::Topic')) {
    expect(flat(Properties.KmsMasterKeyId)).toMatch(/^\${TopicsKey/);
    const policy = ofType(resources, 'AWS::SNS::TopicPolicy').find(([, policyOf]) => JSON.stringify(policyOf.Properties.Topics).includes(id))![1];
    expect(statementsOf(policy).map(({ Effect, Principal, Condition }) => [Effect, JSON.stringify(Principal), JSON.stringify(Condition)])).toEqual([
      ['Deny', '"*"', '{"Bool":{"aws:SecureTransport":"false"}}'],
      ['Allow', '{"Service":"cloudwatch.amazonaws.com"}', '{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}}'],
      // A condition here loses events silently.
      ['Allow', '{"Service":"events.amazonaws.com"}', undefined],
    ]);
  }
  const admitted = statementsOf(only(resources, 'AWS::KMS::Key'), 'KeyPolicy').slice(1).map(({ Principal }) => (Principal as { Service: string }).Service);
  expect(admitted).toEqual(['cloudwatch.amazonaws.com', 'events.amazonaws.com']);
});

test('what cannot wait is mailed to those who get alerts, unless others are named', () => {
  const stack = stackOf();
  topicsIn(stack, { alertEmails: ['a@bank.example', 'b@bank.example'] });
  expect(endpoints(stack).sort()).toEqual([
    'alerts email a@bank.example', 'alerts email b@bank.example', 'critical email a@bank.example', 'critical email b@bank.example',
  ]);
  const other = stackOf();
  topicsIn(other, { alertEmails: ['a@bank.example'], criticalEmails: ['duty@bank.example'] });
  expect(endpoints(other).sort()).toEqual(['alerts email a@bank.example', 'critical email duty@bank.example']);
  const dev = stackOf();
  topicsIn(dev, { profile: EnvironmentProfile.DEV, alertEmails: ['a@bank.example'], criticalEmails: ['duty@bank.example'] });
  expect(endpoints(dev)).toEqual(['alerts email a@bank.example']);
});

test("the consumer's own topics are used, let through what publishes, and no key is made for them", () => {
  const stack = stackOf();
  const masterKey = new Key(stack, 'Own');
  const alertTopic = new Topic(stack, 'Alerts', { masterKey });
  const criticalTopic = new Topic(stack, 'Critical', { masterKey });
  const topics = topicsIn(stack, { profile: EnvironmentProfile.DEV, alertTopic, criticalTopic });
  expect([topics.alertTopic, topics.criticalTopic]).toEqual([alertTopic, criticalTopic]);
  const resources = resourcesOf(stack);
  expect(ofType(resources, 'AWS::SNS::Topic')).toHaveLength(2);
  expect(JSON.stringify(only(resources, 'AWS::KMS::Key').Properties.KeyPolicy)).toMatch(/cloudwatch\.amazonaws\.com.*events\.amazonaws\.com/);
});

test('an imported topic warns once, and the statements that it needs are those that a new one gets', () => {
  const stack = stackOf();
  const alertTopic = Topic.fromTopicArn(stack, 'Imported', 'arn:aws:sns:eu-central-1:111111111111:alerts');
  topicsIn(stack, { profile: EnvironmentProfile.DEV, alertTopic });
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([[
    '/Stack/Imported',
    'CDK cannot change the policy of an imported topic: if it has one of its own, add the statements of AlertTopics.requiredTopicStatements() '
    + 'to it yourself, or alarms and events cannot publish [ack: cdk-compliance-monitoring:AlertTopics.importedTopic]',
  ]]);
  expect(AlertTopics.requiredTopicStatements(stack, alertTopic).map((statement) => stack.resolve(statement.toStatementJson()) as unknown)).toEqual([{
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: 'arn:aws:sns:eu-central-1:111111111111:alerts',
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  }, {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: 'arn:aws:sns:eu-central-1:111111111111:alerts',
  }]);
});

test.each([
  ['alertEmails', ['not an address'], 'AlertTopics.alertEmails[0]: got "not an address", but allowed is an email address; write it as name@domain'],
  ['criticalEmails', ['a@bank.example', 'a@bank.example'],
    'AlertTopics.criticalEmails[1]: got "a@bank.example", but allowed is each address once; remove the second one'],
])('a wrong address in %s is refused', (prop, emails, message) => {
  expect(() => topicsIn(stackOf(), { [prop]: emails })).toThrow(new Error(message));
});

test('a wrong critical address is refused also where there is no critical topic', () => {
  expect(() => topicsIn(stackOf(), { profile: EnvironmentProfile.DEV, criticalEmails: ['on-call'] }))
    .toThrow(new Error('AlertTopics.criticalEmails[0]: got "on-call", but allowed is an email address; write it as name@domain'));
});

test('in production open findings reach the critical topic, elsewhere they do not', () => {
  const actionsOf = (profile: EnvironmentProfile) => {
    const stack = stackOf();
    systemIn(stack, { profile });
    return only(resourcesOf(stack), 'AWS::CloudWatch::Alarm', /DriftAlarm/).Properties.AlarmActions;
  };
  expect(actionsOf(EnvironmentProfile.DEV)).toBeUndefined();
  expect((actionsOf(EnvironmentProfile.PROD) as unknown[]).map(flat)).toEqual([expect.stringMatching(/^\${SystemAlertsCritical/)]);
});
