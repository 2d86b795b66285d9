import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { IConstruct } from 'constructs';
import { DatabaseOptions } from './compliance-database-options';
import { DatabaseAlarms } from './database-alarms';
import { EnvironmentProfile } from './environment-profile';
import { GovernanceTags } from './governance-tags';
import { ParameterHierarchy } from './parameter-hierarchy';

/**
 * Props of `ComplianceDatabase`.
 */
export interface ComplianceDatabaseProps extends DatabaseOptions {
  /**
   * First level of the parameters' names, as in `ParameterHierarchy`: up to 64 letters, digits and the characters `_.-`, the first a letter or
   * a digit; not starting with `aws` or `ssm`.
   */
  readonly organizationName: string;

  /**
   * The environment, which decides sizes, backups, monitoring, protection and what happens on delete.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Where `database/endpoint`, `database/port`, `database/secret-arn` and, if asked for, `database/password` are written. A hierarchy of the
   * same environment.
   *
   * @default - a hierarchy of its own
   */
  readonly parameters?: ParameterHierarchy;

  /**
   * Key for the data, the backups, the master secret and the logs. It gets the statement that CloudWatch Logs needs; for an imported one see
   * `ComplianceKey.requiredKeyStatements`. Another key on a live stack makes another, empty database.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Where alarms go. It gets the statement that CloudWatch needs.
   *
   * @default - the alarms have no action
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Where it is told at once that the database fails, fails over or restarts. It gets the statement that EventBridge needs.
   *
   * @default - it is told to nobody
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Tags on everything that takes tags.
   *
   * @default - Environment, Organization, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;
}

/**
 * A database of an environment: a new one, or one that exists already.
 */
export interface IComplianceDatabase extends IConstruct, ec2.IConnectable {
  /** The cluster. */
  readonly cluster: rds.IDatabaseCluster;
  /** Secret of the master user, with `username` and `password`. */
  readonly secret: secretsmanager.ISecret;
  /** Its alarms; absent when they are switched off, or when it was imported without an environment. */
  readonly alarms?: DatabaseAlarms;

  /**
   * Lets somebody connect with IAM, without a password, as a database user that was made with the plugin `AWSAuthenticationPlugin`. Who
   * connects also needs the network: `connections.allowDefaultPortFrom`.
   *
   * @param grantee Who may.
   * @param databaseUser The user in the database.
   */
  grantConnect(grantee: iam.IGrantable, databaseUser: string): iam.Grant;

  /**
   * Lets somebody of this account read the secret of the master user. The key's policy has to leave that to IAM, as CDK's keys do.
   *
   * @param grantee Who may.
   */
  grantReadSecret(grantee: iam.IGrantable): iam.Grant;

  /**
   * A metric of the cluster, over all its instances.
   *
   * @param metricName Its name in the namespace AWS/RDS.
   * @param options What differs from an average over five minutes.
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Connections, on average of the instances.
   *
   * @param options What differs.
   */
  metricDatabaseConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * CPU use in percent, on average of the instances.
   *
   * @param options What differs.
   */
  metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Free memory in bytes, on average of the instances.
   *
   * @param options What differs.
   */
  metricFreeableMemory(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
