import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AlertSeverity, AnnouncementTopic, AnnouncementTopicProps, TopicFormat } from '../../../src';
import { TOPIC_SETTINGS } from '../../../src/alerts/contract';
import { HubOfParts } from '../events/hub-of-parts';
import { flat, flatList, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';

const topicIn = (stack: Stack, props: Partial<AnnouncementTopicProps> = {}, id = 'Topic') =>
  new AnnouncementTopic(stack, id, { hub: stack.node.tryFindChild('Hub') as HubOfParts | undefined ?? new HubOfParts(stack, 'Hub'), ...props });
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');
const grantsOf = (stack: Stack) => statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /Notify/))
  .map(({ Action, Resource }) => [flatList(Action).join(), flatList(Resource).map(short).join()]);

test('makes an encrypted topic that people subscribe to, and tells it by a function', () => {
  const stack = stackOf();
  const { queue, rule, deadLetterQueue } = topicIn(stack, { emails: ['platform@bank.example'] });
  const resources = resourcesOf(stack);
  expect(short(flat(only(resources, 'AWS::SNS::Topic').Properties.KmsMasterKeyId))).toBe('${HubKey.Arn}');
  expect(only(resources, 'AWS::SNS::Subscription').Properties).toMatchObject({ Protocol: 'email', Endpoint: 'platform@bank.example' });
  const { Variables } = only(resources, 'AWS::Lambda::Function').Properties.Environment as { Variables: { [name: string]: unknown } };
  expect(Object.keys(Variables).sort()).toEqual(Object.values(TOPIC_SETTINGS).sort());
  expect(Variables).toMatchObject({ FORMAT: 'TEXT', BURST_THRESHOLD: '5', HUB_NAME: 'compliance' });
  expect(grantsOf(stack)).toEqual(expect.arrayContaining([['sns:Publish', '${Topic}'], ['kms:Decrypt,kms:GenerateDataKey', '${HubKey.Arn}']]));
  expect([queue, rule, deadLetterQueue].every(Boolean)).toBe(true);
});

test('tells a topic of the consumer in the words of Amazon Q, of some accounts, bad rules and violations only', () => {
  const stack = stackOf();
  const topic = new Topic(stack, 'Own');
  expect(topicIn(stack, {
    topic, format: TopicFormat.AMAZON_Q, accounts: ['111111111111'], minimumSeverity: AlertSeverity.HIGH, resolvedMessages: false, alarms: false, burstThreshold: 100,
  }).topic).toBe(topic);
  const resources = resourcesOf(stack);
  expect(ofType(resources, 'AWS::SNS::Topic')).toHaveLength(1);
  expect(only(resources, 'AWS::Events::Rule').Properties.EventPattern).toMatchObject({
    detail: { alert: [true], status: ['NON_COMPLIANT'], account: ['111111111111'], severity: ['HIGH', 'CRITICAL'] },
  });
  expect((only(resources, 'AWS::Lambda::Function').Properties.Environment as { Variables: object }).Variables).toMatchObject({ FORMAT: 'AMAZON_Q' });
  // Its key, had it one, and not the hub's.
  const keys = statementsOf(only(resources, 'AWS::IAM::Policy', /Notify/)).filter(({ Action }) => flatList(Action).includes('kms:Decrypt'));
  expect(keys).toHaveLength(1);
  expect(ofType(resources, 'AWS::CloudWatch::Alarm')).toEqual([]);
});

test('passes AwsSolutions', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new AwsSolutionsChecks(app);
  topicIn(stack);
  const errors = app.synth().getStackByName('Stack').messages.filter(({ level, entry }) => level === 'error' && JSON.stringify(entry).includes('/Topic/'));
  expect(errors).toEqual([]);
});

test('refuses a burst that is none', () => {
  expect(() => topicIn(stackOf(), { burstThreshold: 0 })).toThrow(
    'AnnouncementTopic.burstThreshold: got 0, but allowed is a whole number from 1 to 100; leave it out for 5',
  );
});
