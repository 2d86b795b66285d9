import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DatabaseAlarmThresholds } from './database-alarms';
import { DatabaseCapacity } from './database-capacity';

/**
 * How a database is watched and told of, be it new or brought along.
 */
export interface DatabaseWatchOptions {
  /**
   * Whether `database/password` is written as a SecureString as well, and follows each rotation of the master secret.
   *
   * Off by default: whoever reads `database/secret-arn` and then the secret is never behind a rotation, and connecting with IAM needs no
   * password. An application that reads this parameter has to read it again after a rotation, which RDS does every 7 days.
   *
   * @default false
   */
  readonly passwordParameter?: boolean;

  /**
   * Whether there are alarms on connections, CPU and free memory: three, or four with a reader, at $0.10 each a month.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * When these alarms go off. Not with `alarms: false`.
   *
   * @default - more than 50 connections, more than 80 % CPU, less than 5 % of memory free
   */
  readonly alarmThresholds?: DatabaseAlarmThresholds;
}

/**
 * Options of a new database.
 */
export interface DatabaseOptions extends DatabaseWatchOptions {
  /**
   * Network that the database stands in. Another one on a live stack is refused by RDS.
   */
  readonly vpc: ec2.IVpc;

  /**
   * Which of its subnets: at least two, in two zones.
   *
   * @default - the private ones, else the isolated ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of your own. What they let in is yours to decide.
   *
   * @default - a new one that lets nobody in, until `connections.allowDefaultPortFrom` does
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * How large the database is.
   *
   * @default - provisioned, as the profile says
   */
  readonly capacity?: DatabaseCapacity;

  /**
   * Version of Aurora MySQL, of major version 3 or 8.4. A later one on a live stack upgrades at once and restarts the database, and no way
   * leads back; try another major version on a copy first.
   *
   * @default - 3.10, which AWS supports for the long term, until April 2028
   */
  readonly engineVersion?: rds.AuroraMysqlEngineVersion;

  /**
   * Name of the cluster: up to 63 lower-case letters, digits and single hyphens, the first a letter and the last no hyphen. It must be known
   * before the cluster is, because its log groups are made first. Another one on a live stack makes another, empty database.
   *
   * @default - `db-`, names of stack and construct, and what makes them unique
   */
  readonly clusterIdentifier?: string;

  /**
   * Name of the master user: 1 to 16 letters and digits, the first a letter. Another one on a live stack makes another, empty database.
   *
   * @default 'admin'
   */
  readonly masterUsername?: string;

  /**
   * Database that the cluster is made with: up to 64 letters, digits and underscores, the first a letter. Another one on a live stack makes
   * another, empty cluster.
   *
   * @default 'configdb'
   */
  readonly defaultDatabaseName?: string;

  /**
   * Port, from 1150 to 65535.
   *
   * @default 3306
   */
  readonly port?: number;

  /**
   * Whether every statement is logged. It costs a line a statement, and the lines hold whatever stands in a statement, passwords and
   * personal data included. It may be switched on a live stack.
   *
   * @default false
   */
  readonly generalLog?: boolean;

  /**
   * Further cluster parameters, or other values for those that are set here: `require_secure_transport` ON, `slow_query_log` 1,
   * `server_audit_logging` 1, `server_audit_events` CONNECT,QUERY_DCL,QUERY_DDL, `log_output` FILE. `general_log` is `generalLog`.
   *
   * @default - none
   */
  readonly clusterParameters?: { [name: string]: string };

  /**
   * How long automated backups are kept, and with them point-in-time recovery. Whole days, from 1 to 35.
   *
   * @default - the profile's: 7 days in Dev, 14 in Staging, 30 in Prod, 1 in EPHEMERAL
   */
  readonly backupRetention?: Duration;

  /**
   * When the daily backup is taken, as `hh:mm-hh:mm` in UTC, at least 30 minutes.
   *
   * @default '03:00-04:00'
   */
  readonly backupWindow?: string;

  /**
   * When RDS may restart for maintenance, as `ddd:hh:mm-ddd:hh:mm` in UTC, at least 30 minutes, outside the backup window.
   *
   * @default 'sun:04:00-sun:05:00'
   */
  readonly maintenanceWindow?: string;

  /**
   * How often enhanced monitoring tells the operating system's figures: 0 (never), 1, 5, 10, 15, 30 or 60 seconds. They are log lines, which
   * cost.
   *
   * @default - the profile's: 60 seconds in Staging and Prod, never elsewhere
   */
  readonly monitoringInterval?: Duration;

  /**
   * Role that enhanced monitoring writes its log with.
   *
   * @default - a new role, where there is enhanced monitoring
   */
  readonly monitoringRole?: iam.IRole;

  /**
   * STANDARD costs nothing and shows CloudWatch's metrics; Performance Insights, which samples statements, stays off. ADVANCED turns it on,
   * keeps 15 months (465 days) and costs by vCPU or capacity unit.
   *
   * @default DatabaseInsightsMode.STANDARD
   */
  readonly databaseInsights?: rds.DatabaseInsightsMode;

  /**
   * Aurora Standard, or I/O-Optimized where input and output make up more than a quarter of the bill.
   *
   * @default DBClusterStorageType.AURORA
   */
  readonly storageType?: rds.DBClusterStorageType;

  /**
   * Whether RDS installs minor versions by itself, in the maintenance window. What frameworks ask for; but it may lead from the long-term
   * version to one that is not. With `false` a database stays with 3.10, and its patches are yours to install.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;

  /**
   * What happens when AWS no longer supports the version: an upgrade, or extended support, which is billed by vCPU and hour.
   *
   * @default EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED
   */
  readonly engineLifecycleSupport?: rds.EngineLifecycleSupport;

  /**
   * Whether RDS refuses to delete the cluster. To delete a stack, deploy it with `false` first.
   *
   * @default - the profile's: true, and false for EPHEMERAL
   */
  readonly deletionProtection?: boolean;

  /**
   * What happens to the cluster when the stack is deleted: SNAPSHOT takes a last snapshot, RETAIN keeps the cluster
   * with its security group, parameter group and monitoring role, DESTROY loses the data.
   *
   * @default - SNAPSHOT, and DESTROY where the profile says so
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A database that exists already.
 */
export interface ComplianceDatabaseAttributes {
  /**
   * The cluster. Import it with `port` and `clusterEndpointAddress` for the parameters, with `clusterResourceIdentifier` for `grantConnect`,
   * with `securityGroups` for `connections`, and with `instanceIdentifiers` for events of its instances.
   */
  readonly cluster: rds.IDatabaseCluster;

  /**
   * Secret of its master user, a JSON object with `username` and `password`. Import an encrypted one with its key, or readers cannot decrypt.
   */
  readonly secret: secretsmanager.ISecret;
}

/**
 * Options of a database that exists already.
 */
export interface ExistingDatabaseOptions extends ComplianceDatabaseAttributes, DatabaseWatchOptions {}
