/**
 * What holds data keeps its logical id for ever: another one would make CloudFormation replace it. When a new part adds a stateful
 * resource, run with UPDATE_STATEFUL=1 and look at the difference: lines may come, none may change or go.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { EnvironmentProfile, ParityBuckets } from '../../../src';
import { monitorIn, parityOf, resourcesOf, systemIn } from '../support';

/** Types that hold data, with the properties whose change replaces them. */
const STATEFUL: { [type: string]: string[] } = {
  'AWS::DynamoDB::Table': ['AttributeDefinitions', 'KeySchema', 'TableName'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'],
  'AWS::SNS::Topic': ['FifoTopic', 'TopicName'],
  'AWS::SQS::Queue': ['FifoQueue', 'QueueName'],
};
const GOLDEN = path.join(__dirname, 'stateful-resources.json');

function statefulOf(build: (stack: Stack) => unknown) {
  const stack = new Stack(new App(), 'Stack');
  build(stack);
  return Object.fromEntries(Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type in STATEFUL).sort().map(([id, { Type, Properties }]) => [
    id, { type: Type, ...Object.fromEntries(STATEFUL[Type].filter((name) => name in Properties).map((name) => [name, Properties[name]])) },
  ]));
}

test('stateful resources are those of the golden file', () => {
  const now = {
    system: statefulOf((stack) => systemIn(stack)),
    monitor: statefulOf((stack) => monitorIn(stack)),
    buckets: statefulOf((stack) => new ParityBuckets(stack, 'Buckets', { profile: EnvironmentProfile.STAGING, evidence: { retention: Duration.days(1) } })),
  };
  if (process.env.UPDATE_STATEFUL) { fs.writeFileSync(GOLDEN, `${JSON.stringify(now, undefined, 2)}\n`); }
  expect(now).toEqual(JSON.parse(fs.readFileSync(GOLDEN, 'utf8')));
});

test.each([EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD])('%# what holds data outlives its stack', (profile) => {
  const stack = new Stack(new App(), 'Stack');
  systemIn(stack, { profile, parity: parityOf() });
  for (const { Type, DeletionPolicy, UpdateReplacePolicy, Properties } of Object.values(resourcesOf(stack))) {
    if (!['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket'].includes(Type)) { continue; }
    expect([Type, DeletionPolicy, UpdateReplacePolicy]).toEqual([Type, 'Retain', 'Retain']);
    if (Type === 'AWS::DynamoDB::Table') { expect(Properties.DeletionProtectionEnabled).toBe(true); }
  }
});
