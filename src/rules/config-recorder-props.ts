import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { RecorderSource } from './recorder-source';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { GovernanceTags } from '../foundation/governance-tags';

/**
 * Props of `ConfigRecorder`.
 */
export interface ConfigRecorderProps {
  /**
   * Value of the tag `Organization`, and of the dimension of the recorder's metrics.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack starts other metrics.
   */
  readonly organizationName: string;

  /**
   * The environment whose stack looks after the recorder: how long logs are kept, and what happens on delete.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Where the recorder comes from.
   *
   * From `ensure` to `existing` on a live stack: the recorder stays. From `ensure` to `create`: delete recorder and channel by hand before.
   * From `create` to another one: they are deleted, and nothing is recorded until another one is made.
   *
   * @default RecorderSource.ensure()
   */
  readonly source?: RecorderSource;

  /**
   * Where a recorder that is made delivers: the reports bucket of `ParityBuckets`. In the account and region of the stack, without Object
   * Lock by default. It gets the statements that AWS Config needs; for an imported one see `requiredBucketStatements`.
   *
   * @default - none, which only `RecorderSource.existing` does without
   */
  readonly deliveryBucket?: s3.IBucket;

  /**
   * Key of your own for the logs of the functions. For an imported one see `ComplianceKey.requiredKeyStatements`.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whom the alarms tell. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - the alarms have no action
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whom the alarm tells as well that nothing records.
   *
   * @default - nobody else
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * How often the recorder's health is looked at. Whole minutes, from 5 to 1440. A failed delivery that AWS Config tells of is looked at
   * at once.
   *
   * @default Duration.minutes(15)
   */
  readonly healthCheckInterval?: Duration;

  /**
   * Whether alarms are made: stopped, delivery failed, and checks that fail. Each costs about $0.10 a month.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Tags on everything that takes tags, a recorder that `RecorderSource.ensure` makes included.
   *
   * @default - Environment, Organization, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;

  /**
   * Node.js runtime of the functions, 22 or later.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;
}
