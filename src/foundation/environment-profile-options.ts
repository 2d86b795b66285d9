import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { EnvironmentProfile } from './environment-profile';

/**
 * What may be set differently by environment.
 */
export interface EnvironmentProfileOptions {
  /**
   * How long a target may run ahead of the baseline before that counts as drift.
   *
   * A parameter that was added or changed in the environment within this time is a release under way: reported as pending,
   * not alerted. Whole minutes; zero switches it off. A change on a live stack applies to the next check.
   *
   * @default - what the profile that this one is based on has
   */
  readonly promotionWindow?: Duration;

  /**
   * How long logs are kept: those of functions, and those that a database exports.
   *
   * A shorter time on a live stack deletes what is older.
   *
   * @default - what the profile that this one is based on has
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * How long replaced or deleted versions of objects in buckets are kept. Whole days, at least one.
   *
   * A shorter time on a live stack deletes what is older.
   *
   * @default - what the profile that this one is based on has
   */
  readonly noncurrentVersionExpiration?: Duration;

  /**
   * How long compliance reports are kept. Whole days, at least 31: after 30 they move to Standard-IA.
   *
   * A shorter time on a live stack deletes what is older.
   *
   * @default - what the profile that this one is based on has
   */
  readonly reportRetention?: Duration;

  /**
   * What happens to whatever holds data when its stack is deleted or it leaves the stack. A database that is to be retained leaves a
   * final snapshot.
   *
   * `RemovalPolicy.DESTROY` also switches deletion protection off, unless `deletionProtection` is given.
   *
   * @default - what the profile that this one is based on has
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether tables and databases refuse to be deleted, whoever asks. To delete a stack with a database, switch it off by an update first.
   *
   * @default - true, unless removalPolicy is DESTROY; where no removalPolicy is given either, what the profile that this one is based on has
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether this environment serves customers: it then has a critical topic beside the alert topic.
   *
   * @default - what the profile that this one is based on has
   */
  readonly production?: boolean;

  /**
   * Instance class of a provisioned database. A change on a live stack fails over, or restarts a database without a reader.
   *
   * @default - what the profile that this one is based on has
   */
  readonly databaseInstanceType?: ec2.InstanceType;

  /**
   * Readers beside the writer, each in another zone as far as there are zones. A whole number from 0 to 15, which is Aurora's limit.
   *
   * @default - what the profile that this one is based on has
   */
  readonly databaseReaders?: number;

  /**
   * Fewest Aurora capacity units (ACU, about 2 GiB of memory each) of a serverless database: from 0, which pauses it when nobody is
   * connected, to 256 in steps of a half.
   *
   * @default - what the profile that this one is based on has
   */
  readonly databaseMinCapacity?: number;

  /**
   * Most Aurora capacity units of a serverless database: from 1 to 256 in steps of a half, and not below `databaseMinCapacity`.
   *
   * @default - what the profile that this one is based on has
   */
  readonly databaseMaxCapacity?: number;

  /**
   * How long automated backups of a database are kept. Whole days from 1 to 35, which are RDS's limits.
   *
   * A shorter time on a live stack deletes what is older.
   *
   * @default - what the profile that this one is based on has
   */
  readonly backupRetention?: Duration;

  /**
   * How often a database tells its operating system's figures (enhanced monitoring): 0 (off), 1, 5, 10, 15, 30 or 60 seconds, which are
   * the values that RDS takes.
   *
   * @default - what the profile that this one is based on has
   */
  readonly monitoringInterval?: Duration;
}

/**
 * Options of an environment profile of your own.
 */
export interface CustomProfileOptions extends EnvironmentProfileOptions {
  /**
   * The profile that supplies whatever is not given here.
   */
  readonly basedOn: EnvironmentProfile;
}
