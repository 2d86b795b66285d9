import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ComplianceFramework } from './compliance-framework';
import { ConfigRuleSetOptions } from './config-rule-set-props';
import { RecorderSource } from './recorder-source';
import { EventRouting } from '../events/event-routing';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { GovernanceTags } from '../foundation/governance-tags';

/**
 * What most users of an account's monitoring leave as it is.
 */
export interface AccountMonitoringOptions {
  /**
   * Where the account's Config recorder comes from. For what a change on a live stack does see `ConfigRecorder`.
   *
   * @default RecorderSource.ensure()
   */
  readonly recorder?: RecorderSource;

  /**
   * Where a recorder that is made delivers. It must not have Object Lock by default.
   *
   * Another bucket on a live stack leaves what was delivered in the old one.
   *
   * @default - in a system its reports bucket; else a new one, if a recorder may be made: encrypted, versioned, TLS only, not public
   */
  readonly deliveryBucket?: s3.IBucket;

  /**
   * Frameworks whose rules the account gets. Not beside `ruleSet.frameworks`. A change on a live stack adds and removes rules, and replaces
   * none.
   *
   * @default - none: required tags, and encryption of buckets and databases
   */
  readonly frameworks?: ComplianceFramework[];

  /**
   * What else differs of the account's rules: tags, parameters, rules of your own, how they are deployed. They wait for the recorder.
   *
   * @default - the rule set's defaults
   */
  readonly ruleSet?: ConfigRuleSetOptions;

  /**
   * Where compliance events of account and region go: to the hub of another account, or to one that is made here.
   *
   * @default EventRouting.none()
   */
  readonly routing?: EventRouting;

  /**
   * How often the recorder's health is looked at. Whole minutes, from 5 to 1440.
   *
   * @default Duration.minutes(15)
   */
  readonly healthCheckInterval?: Duration;

  /**
   * Whether alarms on the recorder's health are made. Each costs about $0.10 a month.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Node.js runtime of the functions, 22 or later.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;
}

/**
 * Props of `AccountMonitoring`.
 */
export interface AccountMonitoringProps extends AccountMonitoringOptions {
  /**
   * Value of the tag `Organization` that resources must have, and of the dimension of the recorder's metrics.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack starts other metrics, and resources with the tag of before no longer comply.
   */
  readonly organizationName: string;

  /**
   * The environment whose stack looks after the account: retentions, and what happens on delete.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Names of all environments in the account: values of the tag `Environment` that resources may have. At least one; a change on a live stack
   * changes the rule in place.
   *
   * @default - the profile's
   */
  readonly environments?: string[];

  /**
   * Where exports and reports of a hub that is made here lie. Import an encrypted bucket with its key.
   *
   * @default - in a system its reports bucket; else a new one, if a hub is made
   */
  readonly reportsBucket?: s3.IBucket;

  /**
   * Key of your own for whatever is made. For an imported one see `ComplianceKey.requiredKeyStatements`.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whom alarms tell. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whom the alarm tells as well that nothing records.
   *
   * @default - a new topic in production, and none elsewhere
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Who receives alarms by email, those of the critical topic included. Each address has to confirm once for each topic.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly alertEmails?: string[];

  /**
   * Tags on everything that takes tags.
   *
   * @default - Environment, Organization, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;
}
