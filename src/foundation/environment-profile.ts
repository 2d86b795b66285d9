import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CustomProfileOptions, EnvironmentProfileOptions } from './environment-profile-options';
import { checkProfile } from './profile-checks';

/** What holds in Dev, and what the other profiles change. */
const DEV: Required<EnvironmentProfileOptions> = {
  promotionWindow: Duration.days(14),
  logRetention: logs.RetentionDays.ONE_WEEK,
  noncurrentVersionExpiration: Duration.days(30),
  reportRetention: Duration.days(365),
  removalPolicy: RemovalPolicy.RETAIN,
  deletionProtection: true,
  production: false,
  databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.R8G, ec2.InstanceSize.LARGE),
  databaseReaders: 0,
  databaseMinCapacity: 1,
  databaseMaxCapacity: 2,
  backupRetention: Duration.days(7),
  monitoringInterval: Duration.seconds(0),
};

/**
 * Sizes, retentions and protections of an environment.
 *
 * A profile creates nothing. It is a value: `withOverrides` returns a new one and changes none. Compare profiles by `name`: in Python and the
 * other languages each access gives another object.
 */
export class EnvironmentProfile {
  /**
   * Development: 14 days of promotion window, logs for a week, replaced objects for 30 days, reports for 365 days. A database is one
   * r8g.large or 1 to 2 ACU, backed up for 7 days, without enhanced monitoring.
   */
  public static readonly DEV = new EnvironmentProfile('Dev', DEV);

  /**
   * Staging: 3 days of promotion window, logs for a month, replaced objects for 90 days, reports for 365 days. A database is an r8g.xlarge
   * with one reader or 2 to 4 ACU, backed up for 14 days, with enhanced monitoring every minute.
   */
  public static readonly STAGING = new EnvironmentProfile('Staging', {
    ...DEV,
    promotionWindow: Duration.days(3),
    logRetention: logs.RetentionDays.ONE_MONTH,
    noncurrentVersionExpiration: Duration.days(90),
    databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.R8G, ec2.InstanceSize.XLARGE),
    databaseReaders: 1,
    databaseMinCapacity: 2,
    databaseMaxCapacity: 4,
    backupRetention: Duration.days(14),
    monitoringInterval: Duration.seconds(60),
  });

  /**
   * Production: no promotion window, logs for three months, replaced objects for 365 days, reports for 2555 days, and a critical topic. A
   * database is an r8g.2xlarge with one reader or 4 to 8 ACU, backed up for 30 days, with enhanced monitoring every minute.
   */
  public static readonly PROD = new EnvironmentProfile('Prod', {
    ...DEV,
    promotionWindow: Duration.days(0),
    logRetention: logs.RetentionDays.THREE_MONTHS,
    noncurrentVersionExpiration: Duration.days(365),
    reportRetention: Duration.days(2555),
    production: true,
    databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.R8G, ec2.InstanceSize.XLARGE2),
    databaseReaders: 1,
    databaseMinCapacity: 4,
    databaseMaxCapacity: 8,
    backupRetention: Duration.days(30),
    monitoringInterval: Duration.seconds(60),
  });

  /**
   * For an hour or a branch: no promotion window, retentions of Dev, and everything is destroyed with its stack, but for an ensured Config
   * recorder, which belongs to the account, and KMS keys, which are scheduled for deletion. A database is one t4g.medium or 0.5 to 1 ACU,
   * backed up for a day.
   */
  public static readonly EPHEMERAL = new EnvironmentProfile('Ephemeral', {
    ...DEV,
    promotionWindow: Duration.days(0),
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    databaseInstanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM),
    databaseMinCapacity: 0.5,
    databaseMaxCapacity: 1,
    backupRetention: Duration.days(1),
  });

  /**
   * A profile under a name of your own.
   *
   * @param name Name of the environment: up to 64 letters, digits and the characters `_.-`, the first a letter or a digit. It is the
   *   second level of its parameters' names, so renaming an environment on a live stack watches other parameters.
   * @param options What differs from the profile that it is based on.
   */
  public static custom(name: string, options: CustomProfileOptions): EnvironmentProfile {
    return new EnvironmentProfile(name, merge(options.basedOn, options));
  }

  /** Name of the environment, as it stands in its parameters' names. */
  public readonly name: string;
  /** How long a target may run ahead of the baseline before that counts as drift; zero when it may not. */
  public readonly promotionWindow: Duration;
  /** How long logs are kept. */
  public readonly logRetention: logs.RetentionDays;
  /** How long replaced or deleted versions of objects are kept. */
  public readonly noncurrentVersionExpiration: Duration;
  /** How long compliance reports are kept. */
  public readonly reportRetention: Duration;
  /** What happens to whatever holds data when its stack is deleted. */
  public readonly removalPolicy: RemovalPolicy;
  /** Whether tables and databases refuse to be deleted. */
  public readonly deletionProtection: boolean;
  /** Whether this environment serves customers. */
  public readonly production: boolean;
  /** Instance class of a provisioned database. */
  public readonly databaseInstanceType: ec2.InstanceType;
  /** Readers beside the writer of a database. */
  public readonly databaseReaders: number;
  /** Fewest Aurora capacity units of a serverless database. */
  public readonly databaseMinCapacity: number;
  /** Most Aurora capacity units of a serverless database. */
  public readonly databaseMaxCapacity: number;
  /** How long automated backups of a database are kept. */
  public readonly backupRetention: Duration;
  /** How often a database tells its operating system's figures; zero when it does not. */
  public readonly monitoringInterval: Duration;

  private constructor(name: string, settings: Required<EnvironmentProfileOptions>) {
    checkProfile(name, settings);
    this.name = name;
    this.promotionWindow = settings.promotionWindow;
    this.logRetention = settings.logRetention;
    this.noncurrentVersionExpiration = settings.noncurrentVersionExpiration;
    this.reportRetention = settings.reportRetention;
    this.removalPolicy = settings.removalPolicy;
    this.deletionProtection = settings.deletionProtection;
    this.production = settings.production;
    this.databaseInstanceType = settings.databaseInstanceType;
    this.databaseReaders = settings.databaseReaders;
    this.databaseMinCapacity = settings.databaseMinCapacity;
    this.databaseMaxCapacity = settings.databaseMaxCapacity;
    this.backupRetention = settings.backupRetention;
    this.monitoringInterval = settings.monitoringInterval;
  }

  /**
   * The same environment with some settings changed.
   *
   * @param options What is to be different.
   */
  public withOverrides(options: EnvironmentProfileOptions): EnvironmentProfile {
    return new EnvironmentProfile(this.name, merge(this, options));
  }
}

function merge(base: EnvironmentProfile, options: EnvironmentProfileOptions): Required<EnvironmentProfileOptions> {
  const { removalPolicy } = options;
  return {
    promotionWindow: options.promotionWindow ?? base.promotionWindow,
    logRetention: options.logRetention ?? base.logRetention,
    noncurrentVersionExpiration: options.noncurrentVersionExpiration ?? base.noncurrentVersionExpiration,
    reportRetention: options.reportRetention ?? base.reportRetention,
    removalPolicy: removalPolicy ?? base.removalPolicy,
    deletionProtection: options.deletionProtection ?? (removalPolicy ? removalPolicy !== RemovalPolicy.DESTROY : base.deletionProtection),
    production: options.production ?? base.production,
    databaseInstanceType: options.databaseInstanceType ?? base.databaseInstanceType,
    databaseReaders: options.databaseReaders ?? base.databaseReaders,
    databaseMinCapacity: options.databaseMinCapacity ?? base.databaseMinCapacity,
    databaseMaxCapacity: options.databaseMaxCapacity ?? base.databaseMaxCapacity,
    backupRetention: options.backupRetention ?? base.backupRetention,
    monitoringInterval: options.monitoringInterval ?? base.monitoringInterval,
  };
}
