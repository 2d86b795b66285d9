import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { logAccess } from '../foundation/bucket-access';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { makeAccessLogBucket, makeReportsBucket } from '../foundation/make-buckets';

/** A bucket for what AWS Config delivers, made as the reports bucket of an environment is, and one for its access logs. */
export function makeDeliveryBucket(scope: Construct, id: string, profile: EnvironmentProfile, encryptionKey: kms.IKey): s3.IBucket {
  const place = new Construct(scope, id);
  const { removalPolicy, noncurrentVersionExpiration, reportRetention } = profile;
  const bucket = makeReportsBucket(place, { encryptionKey, removalPolicy, noncurrentVersionExpiration, reportRetention });
  logAccess(place, [bucket], makeAccessLogBucket(place, removalPolicy, Duration.days(365)));
  return bucket;
}
