import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import {
  accessLogStatement, allowConfigDelivery, configDeliveryStatements, grantReadObjects, grantWriteObjects, logAccess, refuseLockedAccessLogs,
  refuseLockedReports,
} from './bucket-access';
import { ComplianceKey } from './compliance-key';
import { makeAccessLogBucket, makeConfigBucket, makeEvidenceBucket, makeReportsBucket } from './make-buckets';
import { IParityBuckets, ParityBucketsAttributes, ParityBucketsProps } from './parity-buckets-props';
import { refuse, requireDays } from '../private/validation';

/** A hundred years: the longest that S3 locks an object. */
const LONGEST_LOCK_DAYS = 36_500;

abstract class ParityBucketsBase extends Construct implements IParityBuckets {
  public abstract readonly configBucket: s3.IBucket;
  public abstract readonly reportsBucket: s3.IBucket;
  public abstract readonly evidenceBucket?: s3.IBucket;

  /**
   * Lets somebody of this account list and read the config bucket.
   *
   * @param grantee Who may.
   */
  public grantReadConfig(grantee: iam.IGrantable): iam.Grant {
    return grantReadObjects(this, grantee, this.configBucket);
  }

  /**
   * Lets somebody of this account list and read the reports.
   *
   * @param grantee Who may.
   */
  public grantReadReports(grantee: iam.IGrantable): iam.Grant {
    return grantReadObjects(this, grantee, this.reportsBucket);
  }

  /**
   * Lets somebody of this account write reports, without reading or deleting any.
   *
   * @param grantee Who may.
   */
  public grantWriteReports(grantee: iam.IGrantable): iam.Grant {
    return grantWriteObjects(this, grantee, this.reportsBucket);
  }

  /**
   * Lets somebody of this account list and read the evidence. Only where there is an evidence bucket.
   *
   * @param grantee Who may.
   */
  public grantReadEvidence(grantee: iam.IGrantable): iam.Grant {
    return grantReadObjects(this, grantee, this.requireEvidenceBucket('grantReadEvidence'));
  }

  /**
   * Lets somebody of this account write evidence, which the bucket then locks. Only where there is an evidence bucket.
   *
   * @param grantee Who may.
   */
  public grantWriteEvidence(grantee: iam.IGrantable): iam.Grant {
    return grantWriteObjects(this, grantee, this.requireEvidenceBucket('grantWriteEvidence'));
  }

  private requireEvidenceBucket(method: string): s3.IBucket {
    return this.evidenceBucket
      ?? refuse(`ParityBuckets.${method}`, undefined, 'only buckets with an evidence bucket', 'give evidence, or evidenceBucket, to them');
  }
}

/**
 * Config bucket and compliance-report bucket of an environment, made alike in every environment.
 *
 * Each is KMS-encrypted with a bucket key, versioned, TLS only, not public and free of ACLs, logs its access, moves objects to Standard-IA
 * after 30 days and drops replaced versions by profile. Reports expire by profile as well.
 */
export class ParityBuckets extends ParityBucketsBase {
  /**
   * Buckets that exist already.
   *
   * Statements that they need are added where CDK can; for an imported bucket a warning names them.
   *
   * @param scope Where they are used.
   * @param id Their name there.
   * @param attributes The buckets.
   */
  public static fromParityBucketsAttributes(scope: Construct, id: string, attributes: ParityBucketsAttributes): IParityBuckets {
    const { configBucket, reportsBucket, evidenceBucket } = attributes;
    if (evidenceBucket && (evidenceBucket === reportsBucket || evidenceBucket === configBucket)) {
      refuse('ParityBucketsAttributes.evidenceBucket', evidenceBucket.node.path, 'another bucket than configBucket and reportsBucket',
        'bring a bucket of its own for evidence, or leave evidenceBucket out');
    }
    class Existing extends ParityBucketsBase {
      public readonly configBucket = configBucket;
      public readonly reportsBucket = reportsBucket;
      public readonly evidenceBucket = evidenceBucket;
    }
    const existing = new Existing(scope, id);
    if (attributes.configDelivery ?? true) {
      refuseLockedReports('ParityBucketsAttributes.reportsBucket', reportsBucket);
      allowConfigDelivery(existing, reportsBucket);
    }
    return existing;
  }

  /**
   * What the policy of an imported reports bucket must allow, so that AWS Config can deliver to it.
   *
   * @param scope Any construct in the stack whose account delivers.
   * @param reportsBucket The bucket.
   */
  public static requiredBucketStatements(scope: IConstruct, reportsBucket: s3.IBucket): iam.PolicyStatement[] {
    return configDeliveryStatements(scope, reportsBucket);
  }

  /**
   * What the policy of an imported access-log bucket must allow, so that S3 can write the logs.
   *
   * @param scope Any construct in the stack whose buckets log their access.
   * @param accessLogBucket The bucket.
   */
  public static requiredAccessLogStatements(scope: IConstruct, accessLogBucket: s3.IBucket): iam.PolicyStatement[] {
    return [accessLogStatement(scope, accessLogBucket)];
  }

  /** Configuration of the environment, and state of the drift monitor below `parity/`. */
  public readonly configBucket: s3.IBucket;
  /** Compliance reports, and what AWS Config delivers. */
  public readonly reportsBucket: s3.IBucket;
  /** What cannot be changed or deleted for a time, if asked for. */
  public readonly evidenceBucket?: s3.IBucket;
  /** Who read and wrote what in the others. */
  public readonly accessLogBucket: s3.IBucket;

  /**
   * @param scope Where the buckets belong.
   * @param id Their name there. Another id on a live stack makes new, empty buckets.
   * @param props The environment, and what differs from the defaults.
   */
  constructor(scope: Construct, id: string, props: ParityBucketsProps) {
    super(scope, id);
    const { profile, evidence } = props;
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    const configDelivery = props.configDelivery ?? true;
    check(props, removalPolicy);

    const encryptionKey = props.encryptionKey ?? new ComplianceKey(this, 'Key', { profile, removalPolicy }).key;
    const { noncurrentVersionExpiration, reportRetention } = profile;
    const common = { encryptionKey, removalPolicy, noncurrentVersionExpiration, reportRetention };
    const configBucket = makeConfigBucket(this, common);
    const reportsBucket = makeReportsBucket(this, common);
    const evidenceBucket = evidence && makeEvidenceBucket(this, common, evidence);
    Tags.of(reportsBucket).add('Purpose', 'ComplianceReporting');
    if (configDelivery) { allowConfigDelivery(this, reportsBucket); }

    this.accessLogBucket = props.accessLogBucket ?? makeAccessLogBucket(this, removalPolicy, props.accessLogRetention ?? Duration.days(365));
    logAccess(this, [configBucket, reportsBucket, ...(evidenceBucket ? [evidenceBucket] : [])], this.accessLogBucket);
    this.configBucket = configBucket;
    this.reportsBucket = reportsBucket;
    this.evidenceBucket = evidenceBucket;
  }
}

function check(props: ParityBucketsProps, removalPolicy: RemovalPolicy): void {
  if (props.accessLogRetention) {
    if (props.accessLogBucket) {
      refuse('ParityBuckets.accessLogRetention', props.accessLogRetention, 'no time beside an accessLogBucket of your own',
        'leave accessLogRetention out and let objects in your bucket expire, or leave accessLogBucket out');
    }
    requireDays('ParityBuckets.accessLogRetention', props.accessLogRetention, 1);
  }
  if (props.accessLogBucket) {
    refuseLockedAccessLogs('ParityBuckets.accessLogBucket', props.accessLogBucket);
  }
  if (!props.evidence) { return; }
  requireDays('EvidenceOptions.retention', props.evidence.retention, 1, LONGEST_LOCK_DAYS);
  if (removalPolicy === RemovalPolicy.DESTROY) {
    refuse('ParityBuckets.evidence', 'with RemovalPolicy.DESTROY', 'evidence only in buckets that outlive their stack',
      'leave evidence out, or set removalPolicy to RemovalPolicy.RETAIN');
  }
}
