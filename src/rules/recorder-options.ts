import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RecordingFrequency } from './recording-frequency';

/**
 * Types that are recorded at another frequency than the rest.
 */
export interface RecordingOverride {
  /**
   * Types such as `AWS::EC2::NetworkInterface`. Those of AWS Config itself cannot be recorded daily.
   */
  readonly resourceTypes: string[];

  /**
   * How often they are recorded.
   */
  readonly recordingFrequency: RecordingFrequency;
}

/**
 * What a recorder that is made records, and where it delivers.
 *
 * A change on a live stack applies at once; for `RecorderSource.ensure` only to a recorder that it made.
 */
export interface RecorderOptions {
  /**
   * The only types that are recorded, such as `AWS::S3::Bucket`. A rule about a type that is not recorded never finds anything.
   *
   * @default - all supported types, and those that AWS adds
   */
  readonly resourceTypes?: string[];

  /**
   * Types that are not recorded. Not with `resourceTypes`.
   *
   * @default - none
   */
  readonly excludedResourceTypes?: string[];

  /**
   * Whether IAM users, groups, roles and customer managed policies are recorded. Not with `resourceTypes`.
   *
   * They are the same in every region: where a system stands in several regions of an account, record them in one and switch it off in
   * the others, or each of their items costs as often as there are regions.
   *
   * @default - true, since rules about IAM find nothing without; false in regions where AWS Config cannot record them
   */
  readonly recordGlobalTypes?: boolean;

  /**
   * How often changes are recorded.
   *
   * @default RecordingFrequency.CONTINUOUS
   */
  readonly recordingFrequency?: RecordingFrequency;

  /**
   * Types that are recorded at another frequency.
   *
   * @default - none
   */
  readonly recordingOverrides?: RecordingOverride[];

  /**
   * How often a snapshot of everything is delivered to the bucket. Rules that wait for a snapshot run that often at the most.
   *
   * @default config.MaximumExecutionFrequency.TWENTY_FOUR_HOURS
   */
  readonly deliveryFrequency?: config.MaximumExecutionFrequency;

  /**
   * What comes before `AWSLogs/` in the bucket, without a slash at either end.
   *
   * @default - nothing
   */
  readonly deliveryPrefix?: string;

  /**
   * Role of your own that AWS Config reads resources and delivers with. It must trust `config.amazonaws.com` and have the managed policy
   * `service-role/AWS_ConfigRole` or less. Delivery to the bucket is added, unless the role is imported with `mutable: false`: such a one needs
   * `s3:GetBucketAcl` on the bucket, `s3:PutObject` and `s3:PutObjectAcl` below `AWSLogs/` in it, and `kms:Decrypt` and
   * `kms:GenerateDataKey` on its key.
   *
   * Security Hub's control Config.1 fails with another role than the service-linked one.
   *
   * @default - the service-linked role AWSServiceRoleForConfig
   */
  readonly role?: iam.IRole;
}

/**
 * Options of a recorder that is made as a resource of the stack.
 */
export interface CreatedRecorderOptions extends RecorderOptions {
  /**
   * Whether the stack makes the service-linked role as well. Only in an account that never used AWS Config: where the role exists, the
   * deployment fails. The role stays when the stack is deleted. Not with `role`.
   *
   * @default false
   */
  readonly createServiceLinkedRole?: boolean;
}
