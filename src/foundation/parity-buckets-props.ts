import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { EnvironmentProfile } from './environment-profile';

/**
 * A bucket in which nothing can be changed or deleted for a time.
 */
export interface EvidenceOptions {
  /**
   * How long each object is locked, from the moment it is written. Whole days, from 1 to 36500.
   *
   * Another time on a live stack holds for what is written from then on.
   */
  readonly retention: Duration;

  /**
   * Who may lift a lock before its time.
   *
   * In GOVERNANCE mode whoever has `s3:BypassGovernanceRetention`; this library gives that to nobody. In COMPLIANCE mode nobody, the
   * account's root user included: such an object leaves before its time only with the whole account.
   *
   * @default s3.ObjectLockMode.GOVERNANCE
   */
  readonly mode?: s3.ObjectLockMode;
}

/**
 * What most users of the buckets leave as it is.
 */
export interface ParityBucketsOptions {
  /**
   * Whether AWS Config may deliver to the reports bucket, from this account.
   *
   * @default true
   */
  readonly configDelivery?: boolean;

  /**
   * A further bucket with Object Lock, for what auditors must find unchanged. AWS Config never delivers there: it cannot deliver to a
   * locked bucket.
   *
   * Evidence outlives its stack, so the buckets must not be destroyed with it. Left out later, the bucket stays with what it holds.
   *
   * @default - none
   */
  readonly evidence?: EvidenceOptions;

  /**
   * Bucket of your own for the access logs of all these buckets, in the same account and region. They come below `s3-access-logs/`, by
   * account, region, bucket and day.
   *
   * It must not have Object Lock. CDK cannot change the policy of an imported bucket: a warning then names what
   * it must allow, see `ParityBuckets.requiredAccessLogStatements`.
   *
   * @default - a new bucket: encrypted by S3's own keys, TLS only, not public
   */
  readonly accessLogBucket?: s3.IBucket;

  /**
   * How long access logs are kept. Whole days, at least one. Not with `accessLogBucket`.
   *
   * A shorter time on a live stack deletes what is older.
   *
   * @default Duration.days(365)
   */
  readonly accessLogRetention?: Duration;

  /**
   * What happens to the buckets when the stack is deleted. `RemovalPolicy.DESTROY` also empties them.
   *
   * @default - the profile's: RETAIN, and DESTROY for EPHEMERAL
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Props of `ParityBuckets`.
 */
export interface ParityBucketsProps extends ParityBucketsOptions {
  /**
   * The environment, which decides how long reports and replaced objects are kept, and what happens on delete.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Key of your own for the buckets. It gets the statement that AWS Config needs; for an imported one see
   * `ComplianceKey.requiredKeyStatements`.
   *
   * Another key on a live stack encrypts what is written from then on.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Buckets that exist already.
 */
export interface ParityBucketsAttributes {
  /**
   * Where configuration of the environment lies. The drift monitor keeps its state in it, below `parity/`.
   *
   * Let objects below `parity/walks/` expire after a day. Import an encrypted bucket with its key, or the functions cannot use it.
   */
  readonly configBucket: s3.IBucket;

  /**
   * Where compliance reports lie and AWS Config delivers. It must not have Object Lock with a default retention.
   */
  readonly reportsBucket: s3.IBucket;

  /**
   * Where evidence lies. Another one than the others.
   *
   * @default - none
   */
  readonly evidenceBucket?: s3.IBucket;

  /**
   * Whether AWS Config may deliver to the reports bucket, from this account.
   *
   * @default true
   */
  readonly configDelivery?: boolean;
}

/**
 * Buckets of an environment: new ones, or those that exist already.
 */
export interface IParityBuckets extends IConstruct {
  /** Configuration of the environment, and state of the drift monitor below `parity/`. */
  readonly configBucket: s3.IBucket;
  /** Compliance reports, and what AWS Config delivers. */
  readonly reportsBucket: s3.IBucket;
  /** What cannot be changed or deleted for a time, if there is such a bucket. */
  readonly evidenceBucket?: s3.IBucket;

  /**
   * Lets somebody of this account list and read the config bucket.
   *
   * @param grantee Who may.
   */
  grantReadConfig(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets somebody of this account list and read the reports.
   *
   * @param grantee Who may.
   */
  grantReadReports(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets somebody of this account write reports, without reading or deleting any.
   *
   * @param grantee Who may.
   */
  grantWriteReports(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets somebody of this account list and read the evidence. Only where there is an evidence bucket.
   *
   * @param grantee Who may.
   */
  grantReadEvidence(grantee: iam.IGrantable): iam.Grant;

  /**
   * Lets somebody of this account write evidence, which the bucket then locks. Only where there is an evidence bucket.
   *
   * @param grantee Who may.
   */
  grantWriteEvidence(grantee: iam.IGrantable): iam.Grant;
}
