import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DriftMonitorOptions } from './drift/drift-monitor-props';
import { ParityPolicy } from './drift/parity-policy';
import { BucketsSource } from './foundation/buckets-source';
import { EnvironmentProfile } from './foundation/environment-profile';
import { GovernanceTags } from './foundation/governance-tags';

/**
 * Props of `ComplianceMonitoringSystem`.
 */
export interface ComplianceMonitoringSystemProps {
  /**
   * First level of the parameters' names: `/{organizationName}/{environment}/…`.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack watches other parameters.
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
   * Who receives messages and alarms by email. Each address has to confirm once.
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
   * Whether the stack gets outputs: `ConfigBucketName` and `ComplianceBucketName` where there are buckets, `StateTableName`,
   * `DriftDetectionFunctionArn`, `AlertTopicArn`, `ParameterStorePrefix`, `KMSKeyId`.
   *
   * The first system of a stack has these names; further ones put their own id before each.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * Whether the outputs are exported as well, as `{stack}-config-bucket`, `{stack}-compliance-bucket`, `{stack}-state-table`,
   * `{stack}-drift-function`, `{stack}-alert-topic`, `{stack}-parameter-prefix` and `{stack}-kms-key`; further systems of a stack put their
   * own id after the stack's name.
   *
   * CloudFormation refuses to change or remove an export that another stack imports.
   *
   * @default false
   */
  readonly exportOutputs?: boolean;
}
