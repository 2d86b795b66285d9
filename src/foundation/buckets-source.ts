import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EnvironmentProfile } from './environment-profile';
import { ParityBuckets } from './parity-buckets';
import { IParityBuckets, ParityBucketsAttributes, ParityBucketsOptions } from './parity-buckets-props';

interface BucketsContext {
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
}

/**
 * Where a system's config bucket and compliance-report bucket come from.
 */
export class BucketsSource {
  /**
   * New buckets in the system's stack.
   *
   * @param options What differs from the defaults.
   */
  public static create(options: ParityBucketsOptions = {}): BucketsSource {
    return new BucketsSource(
      (scope, id, context) => new ParityBuckets(scope, id, { ...options, ...context }),
      (profile) => options.removalPolicy ?? profile.removalPolicy,
    );
  }

  /**
   * Buckets that exist already. Statements that they need are added where CDK can; for an imported bucket a warning names them, see
   * `ParityBuckets.requiredBucketStatements`.
   *
   * @param buckets The buckets.
   */
  public static fromBuckets(buckets: ParityBucketsAttributes): BucketsSource {
    return new BucketsSource((scope, id) => ParityBuckets.fromParityBucketsAttributes(scope, id, buckets), () => undefined);
  }

  /**
   * No such buckets: the drift monitor makes one for its own state.
   */
  public static none(): BucketsSource {
    return new BucketsSource(() => undefined, () => undefined);
  }

  private constructor(
    private readonly make: (scope: Construct, id: string, context: BucketsContext) => IParityBuckets | undefined,
    private readonly removal: (profile: EnvironmentProfile) => RemovalPolicy | undefined,
  ) {}

  /** @internal */
  public _bind(scope: Construct, id: string, context: BucketsContext): IParityBuckets | undefined {
    return this.make(scope, id, context);
  }

  /**
   * What happens to buckets that the system makes; nothing where it makes none.
   *
   * @internal
   */
  public _removalPolicy(profile: EnvironmentProfile): RemovalPolicy | undefined {
    return this.removal(profile);
  }
}
