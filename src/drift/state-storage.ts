import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { TABLE, walkPrefix } from './contract';
import { acknowledgeRule } from '../private/acknowledge';
import { makeKeyedTable } from '../private/keyed-table';

export interface StateStorageProps {
  readonly encryptionKey: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Leases, pointers, runs and findings. */
export function makeDriftTable(scope: Construct, props: StateStorageProps & { readonly deletionProtection: boolean }): dynamodb.Table {
  return makeKeyedTable(scope, {
    ...props,
    attributes: TABLE,
    noBackupPlan: 'Point-in-time recovery is on, and the next check finds again what is lost; a backup plan is the account\'s and selects by tag',
  });
}

/** Policies, snapshots and walks under way: what grows with the number of parameters, which no item of the table may. */
export function makeStateBucket(scope: Construct, props: StateStorageProps & { readonly noncurrentVersionExpiration: Duration }): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'StateBucket', {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: props.encryptionKey,
    bucketKeyEnabled: true,
    versioned: true,
    enforceSSL: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    removalPolicy: props.removalPolicy,
    autoDeleteObjects: props.removalPolicy === RemovalPolicy.DESTROY,
    lifecycleRules: [
      {
        id: 'OldVersions',
        noncurrentVersionExpiration: props.noncurrentVersionExpiration,
        expiredObjectDeleteMarker: true,
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
      { id: 'Walks', prefix: walkPrefix, expiration: Duration.days(1), noncurrentVersionExpiration: Duration.days(1) },
    ],
  });
  acknowledgeRule(bucket, 'S3BucketLoggingEnabled',
    'It holds what can be derived again from Parameter Store and the app; two functions alone may read it, and CloudTrail data events '
    + 'log that where wanted. Bring a bucket with access logs by `stateBucket`');
  acknowledgeRule(bucket, 'S3BucketReplicationEnabled', 'It holds what can be derived again from Parameter Store and the app');
  return bucket;
}
