import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DriftMonitorOptions } from './drift/drift-monitor-props';
import { ParityPolicy } from './drift/parity-policy';
import { BucketsSource } from './foundation/buckets-source';
import { DatabaseSource } from './foundation/database-source';
import { DeploymentRecordOptions } from './foundation/deployment-record-props';
import { EnvironmentProfile } from './foundation/environment-profile';
import { GovernanceTags } from './foundation/governance-tags';
import { CostAssumptions } from './observability/cost-assumptions';
import { AccountServices } from './rules/account-services';

/**
 * Props of `ComplianceMonitoringSystem`.
 */
export interface ComplianceMonitoringSystemProps {
  /**
   * First level of the parameters' names: `/{organizationName}/{environment}/…`.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack watches other parameters and makes those of this library anew below it; SecureStrings of before stay where they are.
   */
  readonly organizationName: string;

  /**
   * The environment: its name, and its retentions and protections.
   */
  readonly profile: EnvironmentProfile;

  /**
   * What "the same in every environment" means. Hand the same policy to the system of each environment.
   */
  readonly parity: ParityPolicy;

  /**
   * Who receives messages and alarms by email, and what cannot wait unless `criticalEmails` names others. Each address has to confirm once
   * for each topic.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly alertEmails?: string[];

  /**
   * Topic of your own for messages and alarms. For an imported one see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Topic of your own for what cannot wait. For an imported one see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic in production, and none elsewhere
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Who receives what cannot wait by email. Each address has to confirm once. Without a critical topic they are told nothing.
   *
   * @default - those of alertEmails
   */
  readonly criticalEmails?: string[];

  /**
   * Key of your own for whatever the system creates. For an imported one see `ComplianceKey.requiredKeyStatements`.
   *
   * Another key on a live stack encrypts what is written from then on; a database that the system made is replaced by another, empty one.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Config bucket and compliance-report bucket: new ones, your own, or none.
   *
   * The drift monitor keeps its state below `parity/` in the config bucket, unless `drift.stateBucket` names another; without buckets it
   * makes one of its own. Another source on a live stack leaves the old buckets behind, with what they hold, and starts with a full walk.
   *
   * @default BucketsSource.create()
   */
  readonly buckets?: BucketsSource;

  /**
   * Database of the environment: a new one, your own, or none. It costs money as long as it lives, and monitoring does not need it.
   *
   * Another source on a live stack takes the old database out of the stack: what happens to it is its removal policy. Lift its
   * deletion protection by an update before.
   *
   * @default DatabaseSource.none()
   */
  readonly database?: DatabaseSource;

  /**
   * What an account has once in a region, however many environments live there: Config recorder and rules. Either this system makes it, or
   * it is made elsewhere. Two systems that make it in one account and region of an app are refused.
   *
   * @default - the system of the parity policy's baseline makes it, the others share it
   */
  readonly account?: AccountServices;

  /**
   * Which deployments are recorded beside the drift, and as which version.
   *
   * @default - those of the system's own stack, without a version
   */
  readonly deployments?: DeploymentRecordOptions;

  /**
   * How often a drift check starts by itself. Whole minutes, from 5 to 1440.
   *
   * @default Duration.minutes(60)
   */
  readonly driftCheckInterval?: Duration;

  /**
   * The rest of the drift monitor's settings.
   *
   * @default - the monitor's defaults
   */
  readonly drift?: DriftMonitorOptions;

  /**
   * Tags on everything that takes tags.
   *
   * @default - Environment, Organization, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;

  /**
   * VPC for the functions that may stand in one.
   *
   * @default - no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets in the VPC. Only with `vpc`.
   *
   * @default - the VPC's private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the functions. Only with `vpc`.
   *
   * @default - a new one that lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether there is a dashboard. It costs USD 3 a month above the account's first three.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * What a month may cost in US dollars, above 0: synth warns when the estimate is above it. See `estimateMonthlyCost`.
   *
   * @default - no warning
   */
  readonly monthlyBudget?: number;

  /**
   * How much happens in a month, for the estimate that `monthlyBudget` is compared with.
   *
   * @default - those that `CostAssumptions` names
   */
  readonly costAssumptions?: CostAssumptions;

  /**
   * Whether the stack gets outputs: `StateTableName`, `DriftDetectionFunctionArn`, `AlertTopicArn`, `ParameterStorePrefix`, `KMSKeyId`; where
   * there are buckets `ConfigBucketName` and `ComplianceBucketName`; with a database `AuroraClusterEndpoint` and `AuroraClusterPort`; with the
   * account's recorder `ConfigRecorderName`; with a dashboard `DashboardURL`.
   *
   * The first system of a stack has these names; further ones put their own id before each. A hub that is made in the system has outputs of
   * its own, see `ComplianceEventHubOptions.outputs`.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * Whether the outputs are exported as well, as `{stack}-config-bucket`, `{stack}-compliance-bucket`, `{stack}-state-table`,
   * `{stack}-drift-function`, `{stack}-alert-topic`, `{stack}-parameter-prefix`, `{stack}-kms-key`, `{stack}-aurora-endpoint`,
   * `{stack}-aurora-port` and `{stack}-config-recorder`; further systems of a stack put their own id after the stack's name. The dashboard's
   * URL is not exported.
   *
   * CloudFormation refuses to change or remove an export that another stack imports.
   *
   * @default false
   */
  readonly exportOutputs?: boolean;
}
