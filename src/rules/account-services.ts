import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AccountMonitoring } from './account-monitoring';
import { AccountMonitoringOptions } from './account-monitoring-props';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { GovernanceTags } from '../foundation/governance-tags';

interface AccountContext {
  readonly organizationName: string;
  readonly profile: EnvironmentProfile;
  /** Of the account, for required tags. */
  readonly environments: string[];
  readonly encryptionKey: kms.IKey;
  readonly reportsBucket?: s3.IBucket;
  readonly alertTopic: sns.ITopic;
  readonly criticalTopic?: sns.ITopic;
  readonly tags?: GovernanceTags;
}

/**
 * Where the things stand that an account has once in a region, however many environments live there: Config recorder, rules, and the
 * route of compliance events.
 */
export class AccountServices {
  /**
   * In this system's stack. Two systems that make them in one account and region of an app are refused.
   *
   * @param options What differs from the defaults.
   */
  public static create(options: AccountMonitoringOptions = {}): AccountServices {
    return new AccountServices((scope, id, context) =>
      new AccountMonitoring(scope, id, { ...options, ...context, deliveryBucket: options.deliveryBucket ?? context.reportsBucket }));
  }

  /**
   * Elsewhere: another system of the account makes them, or an organization does.
   */
  public static shared(): AccountServices {
    return new AccountServices(() => undefined);
  }

  private constructor(private readonly make: (scope: Construct, id: string, context: AccountContext) => AccountMonitoring | undefined) {}

  /** @internal */
  public _bind(scope: Construct, id: string, context: AccountContext): AccountMonitoring | undefined {
    return this.make(scope, id, context);
  }
}
