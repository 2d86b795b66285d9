import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DAYS_IN_STANDARD } from './contract';
import { EvidenceOptions } from './parity-buckets-props';
import { walkPrefix } from '../drift/contract';
import { acknowledgeRule } from '../private/acknowledge';

export interface MakeBucketsProps {
  readonly encryptionKey: kms.IKey;
  readonly noncurrentVersionExpiration: Duration;
  readonly reportRetention: Duration;
  readonly removalPolicy: RemovalPolicy;
}

interface FurtherBucketProps {
  /** How long objects are kept; for ever without it. */
  readonly expiration?: Duration;
  readonly lifecycleRules?: s3.LifecycleRule[];
  readonly objectLockEnabled?: boolean;
}

const secured = (removalPolicy: RemovalPolicy) => ({
  versioned: true,
  enforceSSL: true,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy,
  autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
});

/** The one way to make a bucket of an environment: what they all have, they have alike. */
function makeBucket(scope: Construct, id: string, props: MakeBucketsProps, further: FurtherBucketProps = {}): s3.Bucket {
  const bucket = new s3.Bucket(scope, id, {
    ...secured(props.removalPolicy),
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: props.encryptionKey,
    bucketKeyEnabled: true,
    objectLockEnabled: further.objectLockEnabled,
    lifecycleRules: [
      {
        id: 'Common',
        transitions: [{ storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(DAYS_IN_STANDARD) }],
        noncurrentVersionExpiration: props.noncurrentVersionExpiration,
        expiration: further.expiration,
        // A time for expiration clears delete markers as well, and S3 takes only one of the two.
        expiredObjectDeleteMarker: further.expiration ? undefined : true,
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
      ...(further.lifecycleRules ?? []),
    ],
  });
  acknowledgeRule(bucket, 'S3BucketReplicationEnabled',
    'A copy in another region needs a bucket and a key there, and often must not leave the country; S3 keeps it in three zones, with old versions');
  return bucket;
}

export function makeConfigBucket(scope: Construct, props: MakeBucketsProps): s3.Bucket {
  return makeBucket(scope, 'ConfigBucket', props, {
    lifecycleRules: [{ id: 'Walks', prefix: walkPrefix, expiration: Duration.days(1), noncurrentVersionExpiration: Duration.days(1) }],
  });
}

export function makeReportsBucket(scope: Construct, props: MakeBucketsProps): s3.Bucket {
  return makeBucket(scope, 'ReportsBucket', props, { expiration: props.reportRetention });
}

/** S3 itself keeps a lifecycle rule from deleting a version that is locked. */
export function makeEvidenceBucket(scope: Construct, props: MakeBucketsProps, evidence: EvidenceOptions): s3.Bucket {
  const bucket = makeBucket(scope, 'EvidenceBucket', props, { objectLockEnabled: true });
  // Not by `objectLockDefaultRetention`, which takes no time that is known at deployment only.
  (bucket.node.defaultChild as s3.CfnBucket).objectLockConfiguration = {
    objectLockEnabled: 'Enabled',
    rule: { defaultRetention: { mode: evidence.mode ?? s3.ObjectLockMode.GOVERNANCE, days: evidence.retention.toDays() } },
  };
  return bucket;
}

/** S3 delivers access logs to no bucket that locks them, and to one with a key of one's own only with a policy on that key as well. */
export function makeAccessLogBucket(scope: Construct, removalPolicy: RemovalPolicy, retention: Duration): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'AccessLogBucket', {
    ...secured(removalPolicy),
    encryption: s3.BucketEncryption.S3_MANAGED,
    lifecycleRules: [{
      id: 'Logs',
      expiration: retention,
      noncurrentVersionExpiration: Duration.days(1),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    }],
  });
  acknowledgeRule(bucket, 'S3DefaultEncryptionKMS',
    'S3 encrypts it with its own key: with another, each delivery hangs on that key\'s policy, and a log that is not delivered is lost silently');
  acknowledgeRule(bucket, 'S3BucketReplicationEnabled',
    'Access logs come with best effort and are kept for a time; whoever needs them elsewhere brings a central bucket by `accessLogBucket`');
  return bucket;
}
