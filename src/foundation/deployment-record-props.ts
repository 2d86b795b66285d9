import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EnvironmentProfile } from './environment-profile';

/**
 * Which deployments are recorded, and as what.
 */
export interface DeploymentRecordOptions {
  /**
   * Stacks of this app whose deployments are recorded, in the account and region of the record's own stack.
   *
   * Whoever gives `stacks` or `stackNames` names the record's own stack too, if it is to be recorded. A change on a live stack applies to
   * what is deployed afterwards.
   *
   * @default - the stack that the record stands in; none when `stackNames` is given
   */
  readonly stacks?: Stack[];

  /**
   * Names of stacks that are deployed by others, in the account and region of the record's own stack: letters, digits and hyphens, up to
   * 128, the first a letter. They need not exist yet, and a stack that is made again under its name is still recorded.
   *
   * A change on a live stack applies to what is deployed afterwards.
   *
   * @default - none
   */
  readonly stackNames?: string[];

  /**
   * Version of the stack that the record stands in, such as a release or a commit: 1 to 256 characters.
   *
   * It is recorded with this stack's deployments only; give other stacks a record of their own for their versions. A deployment that was
   * rolled back is recorded with the version in force again: CloudFormation has put back this setting with everything else by then. Never
   * derive it from a clock, or every synthesis deploys something. A change on a live stack is recorded with the deployment that makes it.
   *
   * @default - none: deployments are recorded without a version
   */
  readonly deploymentVersion?: string;
}

/**
 * Props of `DeploymentRecord`.
 */
export interface DeploymentRecordProps extends DeploymentRecordOptions {
  /**
   * The organization, as `DriftMonitor` has it: a dimension of the metrics.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. A change on a live
   * stack begins new metrics.
   */
  readonly organizationName: string;

  /**
   * The environment that the stacks belong to. Its name is part of the table's keys: another one on a live stack begins a new history.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Table that deployments are written to: the drift table of the environment's monitor (`DriftMonitor.table`), in this or another stack.
   * An imported table needs its key, or the function cannot use it.
   *
   * Another table on a live stack begins a new history.
   */
  readonly table: dynamodb.ITable;

  /**
   * Key of your own for the function's log and its dead-letter queue. For an imported one see `ComplianceKey.requiredKeyStatements`.
   *
   * Another key on a live stack encrypts what is written from then on.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Topic that is told when deployments could not be recorded.
   *
   * For an imported one see `AlertTopics.requiredTopicStatements`. A change on a live stack applies at once.
   *
   * @default - none: the alarm has no action
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Role of the function. It must trust Lambda. What it needs is added to it where CDK can.
   *
   * @default - a new role with nothing but what the record needs
   */
  readonly role?: iam.IRole;

  /**
   * Node.js runtime of the function, 22 or later. It is built for and tested on the default.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;

  /**
   * What happens to a new key and to the logs when the stack is deleted.
   *
   * @default - the profile's: RETAIN, and DESTROY for EPHEMERAL
   */
  readonly removalPolicy?: RemovalPolicy;
}
