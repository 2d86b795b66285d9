import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { DAYS_IN_STANDARD } from './contract';
import { requireDays, requireName, requireWindow } from '../private/validation';

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
   * How long logs of functions are kept.
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
   * What happens to whatever holds data when its stack is deleted or it leaves the stack.
   *
   * `RemovalPolicy.DESTROY` also switches deletion protection off.
   *
   * @default - what the profile that this one is based on has
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether this environment serves customers.
   *
   * @default - what the profile that this one is based on has
   */
  readonly production?: boolean;
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

/**
 * Sizes, retentions and protections of an environment.
 *
 * A profile creates nothing. It is a value: `withOverrides` returns a new one and changes none.
 */
export class EnvironmentProfile {
  /**
   * Development: 14 days of promotion window, logs for a week, replaced objects for 30 days, reports for 365 days.
   */
  public static readonly DEV = new EnvironmentProfile('Dev', {
    promotionWindow: Duration.days(14),
    logRetention: logs.RetentionDays.ONE_WEEK,
    noncurrentVersionExpiration: Duration.days(30),
    reportRetention: Duration.days(365),
    removalPolicy: RemovalPolicy.RETAIN,
    production: false,
  });

  /**
   * Staging: 3 days of promotion window, logs for a month, replaced objects for 90 days, reports for 365 days.
   */
  public static readonly STAGING = new EnvironmentProfile('Staging', {
    promotionWindow: Duration.days(3),
    logRetention: logs.RetentionDays.ONE_MONTH,
    noncurrentVersionExpiration: Duration.days(90),
    reportRetention: Duration.days(365),
    removalPolicy: RemovalPolicy.RETAIN,
    production: false,
  });

  /**
   * Production: no promotion window, logs for three months, replaced objects for 365 days, reports for 2555 days.
   */
  public static readonly PROD = new EnvironmentProfile('Prod', {
    promotionWindow: Duration.days(0),
    logRetention: logs.RetentionDays.THREE_MONTHS,
    noncurrentVersionExpiration: Duration.days(365),
    reportRetention: Duration.days(2555),
    removalPolicy: RemovalPolicy.RETAIN,
    production: true,
  });

  /**
   * For an hour or a branch: no promotion window, retentions of Dev, and everything is destroyed with its stack.
   */
  public static readonly EPHEMERAL = new EnvironmentProfile('Ephemeral', {
    promotionWindow: Duration.days(0),
    logRetention: logs.RetentionDays.ONE_WEEK,
    noncurrentVersionExpiration: Duration.days(30),
    reportRetention: Duration.days(365),
    removalPolicy: RemovalPolicy.DESTROY,
    production: false,
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
  /** How long logs of functions are kept. */
  public readonly logRetention: logs.RetentionDays;
  /** How long replaced or deleted versions of objects are kept. */
  public readonly noncurrentVersionExpiration: Duration;
  /** How long compliance reports are kept. */
  public readonly reportRetention: Duration;
  /** What happens to whatever holds data when its stack is deleted. */
  public readonly removalPolicy: RemovalPolicy;
  /** Whether this environment serves customers. */
  public readonly production: boolean;

  private constructor(name: string, settings: Required<EnvironmentProfileOptions>) {
    requireName('EnvironmentProfile.name', name);
    requireWindow('EnvironmentProfile.promotionWindow', settings.promotionWindow);
    requireDays('EnvironmentProfile.noncurrentVersionExpiration', settings.noncurrentVersionExpiration, 1);
    requireDays('EnvironmentProfile.reportRetention', settings.reportRetention, DAYS_IN_STANDARD + 1);
    this.name = name;
    this.promotionWindow = settings.promotionWindow;
    this.logRetention = settings.logRetention;
    this.noncurrentVersionExpiration = settings.noncurrentVersionExpiration;
    this.reportRetention = settings.reportRetention;
    this.removalPolicy = settings.removalPolicy;
    this.production = settings.production;
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
  return {
    promotionWindow: options.promotionWindow ?? base.promotionWindow,
    logRetention: options.logRetention ?? base.logRetention,
    noncurrentVersionExpiration: options.noncurrentVersionExpiration ?? base.noncurrentVersionExpiration,
    reportRetention: options.reportRetention ?? base.reportRetention,
    removalPolicy: options.removalPolicy ?? base.removalPolicy,
    production: options.production ?? base.production,
  };
}
