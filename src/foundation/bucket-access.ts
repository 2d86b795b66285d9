import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { KeyUse } from './key-use';
import { admit, DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { refuse } from '../private/validation';

/** Below this prefix by account, region, bucket and day, so that environments can share a bucket for access logs. */
export const ACCESS_LOG_PREFIX = 's3-access-logs/';

/** The three statements that AWS Config checks and uses, for this account only; the last one below a prefix, if there is one. */
export function configDeliveryStatements(scope: IConstruct, bucket: s3.IBucket, prefix?: string): iam.PolicyStatement[] {
  const { account } = Stack.of(scope);
  type Conditions = { [key: string]: string };
  const statement = (sid: string | undefined, action: string, resource: string, conditions: Conditions = {}) => new iam.PolicyStatement({
    sid,
    principals: [new iam.ServicePrincipal('config.amazonaws.com')],
    actions: [action],
    resources: [resource],
    conditions: { StringEquals: { 'aws:SourceAccount': account, ...conditions } },
  });
  return [
    statement('AWSConfigBucketPermissionsCheck', 's3:GetBucketAcl', bucket.bucketArn),
    statement('AWSConfigBucketExistenceCheck', 's3:ListBucket', bucket.bucketArn),
    // A policy takes each name once, and the same bucket may have the statement without a prefix as well.
    statement(prefix === undefined ? 'AWSConfigBucketDelivery' : undefined, 's3:PutObject', bucket.arnForObjects(deliveredObjects(account, prefix)), {
      's3:x-amz-acl': 'bucket-owner-full-control',
    }),
  ];
}

/** Keys of what AWS Config delivers from an account. */
export function deliveredObjects(account: string, prefix?: string): string {
  return `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/Config/*`;
}

/** Lets AWS Config deliver, and says where CDK cannot. */
export function allowConfigDelivery(scope: IConstruct, bucket: s3.IBucket, prefix?: string): void {
  const added = configDeliveryStatements(scope, bucket, prefix).map((statement) => bucket.addToResourcePolicy(statement).statementAdded);
  if (added.includes(false)) {
    Annotations.of(bucket).addWarningV2('cdk-compliance-monitoring:ParityBuckets.importedBucket',
      'CDK cannot change the policy of an imported bucket: add the statements of ParityBuckets.requiredBucketStatements() to it yourself, '
      + 'or AWS Config cannot deliver to it');
  }
  if (bucket.encryptionKey) { admit(scope, bucket.encryptionKey, KeyUse.CONFIG_DELIVERY); }
}

/** What a bucket must allow that takes the access logs of this account's buckets. */
export function accessLogStatement(scope: IConstruct, bucket: s3.IBucket, sources: s3.IBucket[] = []): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`${ACCESS_LOG_PREFIX}*`)],
    conditions: {
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
      ...(sources.length ? { ArnLike: { 'aws:SourceArn': sources.map(({ bucketArn }) => bucketArn) } } : {}),
    },
  });
}

/** Not by `serverAccessLogsBucket`: by a feature flag it would open the bucket with an ACL, which these buckets have switched off. */
export function logAccess(scope: IConstruct, sources: s3.Bucket[], destination: s3.IBucket): void {
  for (const source of sources) {
    (source.node.defaultChild as s3.CfnBucket).loggingConfiguration = {
      destinationBucketName: destination.bucketName,
      logFilePrefix: ACCESS_LOG_PREFIX,
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: s3.PartitionDateSource.EVENT_TIME } },
    };
  }
  // A policy in another stack that named these buckets, which name its bucket, would tie the stacks in a circle.
  const named = Stack.of(destination) === Stack.of(scope) ? sources : [];
  if (!destination.addToResourcePolicy(accessLogStatement(scope, destination, named)).statementAdded) {
    Annotations.of(destination).addWarningV2('cdk-compliance-monitoring:ParityBuckets.importedAccessLogBucket',
      'CDK cannot change the policy of an imported bucket: add the statements of ParityBuckets.requiredAccessLogStatements() to it yourself, '
      + 'or no access log arrives');
  }
}

/** AWS Config does not deliver to a bucket that locks whatever comes. Of an imported one nothing is known. */
export function refuseLockedReports(prop: string, bucket: s3.IBucket): void {
  const resource = bucket.node.defaultChild;
  if (resource instanceof s3.CfnBucket && resource.objectLockConfiguration !== undefined) {
    refuse(prop, bucket.node.path, 'a bucket without Object Lock by default', 'bring another one, to which AWS Config can deliver, or set configDelivery to false');
  }
}

/** S3 delivers no access log to a bucket with Object Lock, whether it locks by default or not. */
export function refuseLockedAccessLogs(prop: string, bucket: s3.IBucket): void {
  const resource = bucket.node.defaultChild;
  if (resource instanceof s3.CfnBucket && (resource.objectLockEnabled || resource.objectLockConfiguration)) {
    refuse(prop, bucket.node.path, 'a bucket without Object Lock', 'bring another one, to which S3 can deliver access logs');
  }
}

export function grantReadObjects(scope: IConstruct, grantee: iam.IGrantable, bucket: s3.IBucket): iam.Grant {
  const grant = iam.Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] })
    .combine(iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject', 's3:GetObjectVersion'], resourceArns: [bucket.arnForObjects('*')] }));
  grantKeyThrough(scope, bucket.encryptionKey, grantee, 's3', ['kms:Decrypt']);
  return grant;
}

export function grantWriteObjects(scope: IConstruct, grantee: iam.IGrantable, bucket: s3.IBucket): iam.Grant {
  const grant = iam.Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [bucket.arnForObjects('*')] });
  // Parts of a large object are read again when they are put together.
  grantKeyThrough(scope, bucket.encryptionKey, grantee, 's3', DATA_KEY_ACTIONS);
  return grant;
}
