/** Where a system's buckets come from, and what that means for its drift monitor, its outputs and its key. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BucketsSource, EnvironmentProfile, ParityBuckets } from '../../../src';
import { flat, ofType, only, parityOf, resourcesOf, stackOf, systemIn } from '../support';

const EPHEMERAL = { profile: EnvironmentProfile.EPHEMERAL, parity: parityOf(['Ephemeral', 'Prod']) };
const stateBucketOf = (stack: Stack) => flat((only(resourcesOf(stack), 'AWS::Lambda::Function', /Detect/).Properties.Environment as
  { Variables: { BUCKET_NAME: unknown } }).Variables.BUCKET_NAME).replace(/[0-9A-F]{8}/, '');
const outputsOf = (stack: Stack) => Object.keys((Template.fromStack(stack).toJSON() as { Outputs: object }).Outputs);
const keyPolicyOf = (stack: Stack) => only(resourcesOf(stack), 'AWS::KMS::Key').DeletionPolicy;

test('by default they are new, and the drift monitor keeps its state in the config bucket', () => {
  const stack = stackOf();
  const system = systemIn(stack);
  expect(system.buckets).toBeInstanceOf(ParityBuckets);
  expect(system.driftMonitor.stateBucket).toBe(system.buckets!.configBucket);
  expect(stateBucketOf(stack)).toBe('${SystemBucketsConfigBucket}');
  expect(ofType(resourcesOf(stack), 'AWS::S3::Bucket')).toHaveLength(3);
  for (const [, bucket] of ofType(resourcesOf(stack), 'AWS::S3::Bucket').filter(([id]) => !id.includes('AccessLog'))) {
    expect(JSON.stringify(bucket.Properties.BucketEncryption)).toContain('SystemKey');
  }
});

test('options reach them', () => {
  const stack = stackOf();
  systemIn(stack, { buckets: BucketsSource.create({ evidence: { retention: Duration.days(90) }, configDelivery: false }) });
  const resources = resourcesOf(stack);
  expect(only(resources, 'AWS::S3::Bucket', /EvidenceBucket/).Properties.ObjectLockEnabled).toBe(true);
  expect(JSON.stringify(resources)).not.toContain('config.amazonaws.com');
});

test('a state bucket of the monitor is used instead', () => {
  const stack = stackOf();
  systemIn(stack, { drift: { stateBucket: new Bucket(stack, 'Mine') } });
  expect(stateBucketOf(stack)).toBe('${Mine}');
});

test("the consumer's own are used, and get what they need", () => {
  const stack = stackOf();
  const configBucket = new Bucket(stack, 'Config');
  const reportsBucket = new Bucket(stack, 'Reports');
  const system = systemIn(stack, { buckets: BucketsSource.fromBuckets({ configBucket, reportsBucket }) });
  const { buckets } = system;
  expect([buckets!.configBucket, buckets!.reportsBucket, buckets!.evidenceBucket]).toEqual([configBucket, reportsBucket, undefined]);
  expect(stateBucketOf(stack)).toBe('${Config}');
  expect(ofType(resourcesOf(stack), 'AWS::S3::Bucket')).toHaveLength(2);
  expect(outputsOf(stack)).toEqual(expect.arrayContaining(['ConfigBucketName', 'ComplianceBucketName']));
  // Nothing of AWS Config's is encrypted with the system's key.
  expect(JSON.stringify(only(resourcesOf(stack), 'AWS::KMS::Key'))).not.toContain('config.amazonaws.com');
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('imported ones warn once, where AWS Config delivers', () => {
  const stack = stackOf();
  systemIn(stack, {
    buckets: BucketsSource.fromBuckets({
      configBucket: Bucket.fromBucketName(stack, 'Config', 'their-config'),
      reportsBucket: Bucket.fromBucketAttributes(stack, 'Reports', { bucketName: 'their-reports', encryptionKey: new Key(stack, 'Theirs') }),
    }),
  });
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id }) => id)).toEqual(['/Stack/Reports']);
  expect(JSON.stringify(only(resourcesOf(stack), 'AWS::KMS::Key', /^Theirs/))).toContain('config.amazonaws.com');
});

test('with none the monitor makes its own, and the outputs leave them out', () => {
  const stack = stackOf();
  const system = systemIn(stack, { buckets: BucketsSource.none() });
  expect(system.buckets).toBeUndefined();
  expect(stateBucketOf(stack)).toBe('${SystemDriftStateBucket}');
  expect(ofType(resourcesOf(stack), 'AWS::S3::Bucket')).toHaveLength(1);
  expect(outputsOf(stack)).toEqual(['DashboardURL', 'StateTableName', 'DriftDetectionFunctionArn', 'AlertTopicArn', 'ParameterStorePrefix', 'KMSKeyId']);
});

test('one source serves several systems', () => {
  const stack = stackOf();
  const buckets = BucketsSource.create();
  systemIn(stack, { buckets }, 'One');
  systemIn(stack, { buckets, organizationName: 'other' }, 'Two');
  expect(ofType(resourcesOf(stack), 'AWS::S3::Bucket')).toHaveLength(6);
});

describe('the key goes only with everything that it encrypts', () => {
  test.each<[string, Parameters<typeof systemIn>[1], string]>([
    ['all retained', {}, 'Retain'],
    ['all destroyed', EPHEMERAL, 'Delete'],
    ['monitor destroyed, buckets retained', { drift: { removalPolicy: RemovalPolicy.DESTROY } }, 'Retain'],
    ['monitor destroyed, buckets as well', {
      drift: { removalPolicy: RemovalPolicy.DESTROY }, buckets: BucketsSource.create({ removalPolicy: RemovalPolicy.DESTROY }),
    }, 'Delete'],
    ['monitor destroyed, no buckets', { drift: { removalPolicy: RemovalPolicy.DESTROY }, buckets: BucketsSource.none() }, 'Delete'],
    ['buckets destroyed, monitor retained', { buckets: BucketsSource.create({ removalPolicy: RemovalPolicy.DESTROY }) }, 'Retain'],
    ['ephemeral, buckets retained', { ...EPHEMERAL, buckets: BucketsSource.create({ removalPolicy: RemovalPolicy.RETAIN }) }, 'Retain'],
  ])('%s', (_title, props, expected) => {
    const stack = stackOf();
    systemIn(stack, props);
    expect(keyPolicyOf(stack)).toBe(expected);
  });
});

test.each([
  ['evidence', BucketsSource.create({ evidence: { retention: Duration.days(1) } })],
  ['none', BucketsSource.none()],
])('cdk-nag finds nothing with %s', (_title, buckets) => {
  const stack = stackOf();
  const system = systemIn(stack, { buckets });
  expect(new AwsSolutionsChecks().validateScope(system).violations).toEqual([]);
});
