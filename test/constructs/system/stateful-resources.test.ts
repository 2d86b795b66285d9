/**
 * What holds data keeps its logical id for ever: another one would make CloudFormation replace it. When a new part adds a stateful
 * resource, run with UPDATE_STATEFUL=1 and look at the difference: lines may come, none may change or go.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { EnvironmentProfile, ParityBuckets } from '../../../src';
import { everythingIn, monitorIn, ofType, organizationIn, parityOf, resourcesOf, systemIn } from '../support';

/** Types that hold data, with the properties whose change replaces them. */
const STATEFUL: { [type: string]: string[] } = {
  'AWS::DynamoDB::Table': ['AttributeDefinitions', 'KeySchema', 'TableName'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::RDS::DBCluster': ['DatabaseName', 'DBClusterIdentifier', 'DBSubnetGroupName', 'Engine', 'EngineMode', 'KmsKeyId', 'MasterUsername', 'StorageEncrypted'],
  'AWS::RDS::DBInstance': ['DBClusterIdentifier', 'DBInstanceIdentifier', 'DBSubnetGroupName', 'Engine', 'KmsKeyId', 'StorageEncrypted'],
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
    everything: statefulOf((stack) => everythingIn(stack)),
    monitor: statefulOf((stack) => monitorIn(stack)),
    organization: statefulOf((stack) => organizationIn(stack)),
    buckets: statefulOf((stack) => new ParityBuckets(stack, 'Buckets', { profile: EnvironmentProfile.STAGING, evidence: { retention: Duration.days(1) } })),
  };
  if (process.env.UPDATE_STATEFUL) { fs.writeFileSync(GOLDEN, `${JSON.stringify(now, undefined, 2)}\n`); }
  expect(now).toEqual(JSON.parse(fs.readFileSync(GOLDEN, 'utf8')));
});

const KEPT = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket'];

test.each([EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD])('%# what holds data outlives its stack', (profile) => {
  const stack = new Stack(new App(), 'Stack');
  everythingIn(stack, { profile, parity: parityOf() });
  const resources = resourcesOf(stack);
  const policies = (types: string[]) => [...new Set(Object.values(resources).filter(({ Type }) => types.includes(Type))
    .map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => `${Type} ${DeletionPolicy} ${UpdateReplacePolicy}`))].sort();
  // Those of the database have names, which a creation that is rolled back must leave free.
  expect(policies(KEPT)).toEqual([...KEPT.map((type) => `${type} Retain Retain`), 'AWS::Logs::LogGroup RetainExceptOnCreate Retain'].sort());
  expect(policies(['AWS::RDS::DBCluster'])).toEqual(['AWS::RDS::DBCluster Snapshot Snapshot']);
  expect(protectionOf(resources)).toEqual([true, true]);
});

test('a profile that destroys keeps nothing and protects nothing; one that is overridden does as it is told', () => {
  const built = (profile: EnvironmentProfile) => {
    const stack = new Stack(new App(), 'Stack');
    everythingIn(stack, { profile, parity: parityOf([profile.name], profile.name) });
    return resourcesOf(stack);
  };
  const ephemeral = built(EnvironmentProfile.EPHEMERAL);
  const kept = Object.entries(ephemeral).filter(([, { Type, DeletionPolicy }]) => [...KEPT, 'AWS::RDS::DBCluster'].includes(Type) && DeletionPolicy !== 'Delete');
  expect(kept.map(([id]) => id)).toEqual([]);
  expect(protectionOf(ephemeral)).toEqual([false, false]);
  expect(protectionOf(built(EnvironmentProfile.PROD.withOverrides({ deletionProtection: false })))).toEqual([false, false]);
});

function protectionOf(resources: ReturnType<typeof resourcesOf>): unknown[] {
  const [[, table]] = ofType(resources, 'AWS::DynamoDB::Table');
  const [[, cluster]] = ofType(resources, 'AWS::RDS::DBCluster');
  return [table.Properties.DeletionProtectionEnabled, cluster.Properties.DeletionProtection];
}
