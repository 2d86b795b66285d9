import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { logAccess } from '../foundation/bucket-access';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { makeAccessLogBucket, makeReportsBucket } from '../foundation/make-buckets';

/** Exports and reports, made like the reports bucket of an environment. */
export function makeHubReports(scope: Construct, profile: EnvironmentProfile, encryptionKey: kms.IKey, removalPolicy: RemovalPolicy): s3.Bucket {
  const { noncurrentVersionExpiration, reportRetention } = profile;
  const bucket = makeReportsBucket(scope, { encryptionKey, removalPolicy, noncurrentVersionExpiration, reportRetention });
  Tags.of(bucket).add('Purpose', 'ComplianceReporting');
  logAccess(scope, [bucket], makeAccessLogBucket(scope, removalPolicy, Duration.days(365)));
  return bucket;
}
