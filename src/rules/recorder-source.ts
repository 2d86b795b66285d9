import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { CreatedRecorder } from './created-recorder';
import { EnsuredRecorder } from './ensured-recorder';
import { checkRecorder } from './recorder-checks';
import { CreatedRecorderOptions, RecorderOptions } from './recorder-options';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { requireText } from '../private/validation';

/** What AWS Config calls a recorder that nobody named. */
const UNNAMED = 'default';

interface RecorderContext {
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  /** Where the recorder delivers; nobody asks for it where the recorder exists. */
  readonly deliveryBucket: () => s3.IBucket;
  readonly runtime?: lambda.Runtime;
}

/** A recorder of the account, however it comes about. */
export interface BoundRecorder {
  readonly recorderName: string;
  /** What has to be there before a rule can be made. */
  readonly ready: IConstruct[];
}

/**
 * Where the account's Config recorder comes from. An account has one in a region, beside those that AWS services keep for themselves.
 */
export class RecorderSource {
  /**
   * Makes a recorder and a delivery channel where the account has none in the region, and leaves what is there as it is.
   *
   * A custom resource does it. It changes only what it made itself, and nothing is deleted with the stack: the rules of other stacks need
   * the recorder as well. A stack of the same name takes up again what an earlier one of that name made.
   *
   * @param options What a recorder that is made records. One that exists already is not changed to it.
   */
  public static ensure(options: RecorderOptions = {}): RecorderSource {
    checkRecorder(options);
    return new RecorderSource((scope, id, context) =>
      new EnsuredRecorder(scope, id, { ...context, deliveryBucket: context.deliveryBucket(), options }));
  }

  /**
   * Makes a recorder and a delivery channel as resources of the stack, which are deleted with it.
   *
   * The deployment fails where the account has one in the region already, and, unless `role` or `createServiceLinkedRole` is given, in an
   * account that never used AWS Config: it lacks the service-linked role then (`aws iam create-service-linked-role --aws-service-name
   * config.amazonaws.com` makes it, once). CloudFormation tags no recorder.
   *
   * @param options What it records.
   */
  public static create(options: CreatedRecorderOptions = {}): RecorderSource {
    checkRecorder(options);
    return new RecorderSource((scope, id, context) => new CreatedRecorder(scope, id, { deliveryBucket: context.deliveryBucket(), options }));
  }

  /**
   * The account has a recorder, such as Control Tower's, and nothing is made. Its health is watched all the same.
   *
   * @param recorderName Its name, as `aws configservice list-configuration-recorders` shows it. By default `default`, as AWS Config names one
   *   that nobody named. The health check finds the account's own recorder whatever its name.
   */
  public static existing(recorderName: string = UNNAMED): RecorderSource {
    requireText('RecorderSource.existing.recorderName', recorderName, 256, 'give the name that `aws configservice list-configuration-recorders` shows, or leave it out');
    return new RecorderSource(() => ({ recorderName, ready: [] }), false);
  }

  private constructor(
    private readonly make: (scope: Construct, id: string, context: RecorderContext) => BoundRecorder,
    private readonly delivers = true,
  ) {}

  /** @internal */
  public _bind(scope: Construct, id: string, context: RecorderContext): BoundRecorder {
    return this.make(scope, id, context);
  }

  /**
   * Whether it may make a recorder, which then needs a bucket.
   *
   * @internal
   */
  public _delivers(): boolean {
    return this.delivers;
  }
}
