import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { MessageDetail } from './message-detail';
import { ParityPolicy } from './parity-policy';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * What most users of a drift monitor leave as it is.
 */
export interface DriftMonitorOptions {
  /**
   * How often everything is read again, whatever changes were announced. Whole minutes, from 5 minutes to 7 days.
   *
   * Changes arrive within a minute as events, but AWS sends those on a best-effort basis: this walk is the net under them. It happens
   * with the first check that finds it due, so that a time below `interval` makes every check a full walk.
   *
   * @default Duration.hours(6)
   */
  readonly fullWalkInterval?: Duration;

  /**
   * How long this environment may run ahead of the baseline before that counts as drift. Whole minutes; zero switches it off.
   *
   * A change on a live stack applies to the next check: findings that no longer have the time open, others become pending.
   *
   * @default - the profile's: 14 days for Dev, 3 days for Staging, zero for Prod and Ephemeral
   */
  readonly promotionWindow?: Duration;

  /**
   * How much a message tells.
   *
   * @default MessageDetail.NAMES
   */
  readonly messageDetail?: MessageDetail;

  /**
   * Whether the alarm on open findings notifies the topic as well.
   *
   * The monitor's own message already tells each finding once, with its details; the alarm is for dashboards and composite alarms.
   * In production it tells `criticalTopic` in any case.
   *
   * @default false
   */
  readonly driftAlarmAction?: boolean;

  /**
   * Whether alarms are made: on open findings, errors, incomplete checks, crashes, throttles and dead letters.
   *
   * Each costs about $0.10 a month. Switched off, the metrics remain.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Bucket of your own for policies, snapshots and walks under way, all below `parity/`. It may be shared by monitors.
   *
   * Let objects below `parity/walks/` expire after a day. Import an encrypted bucket with its key, or the functions cannot use it.
   * Another bucket on a live stack starts with a full walk.
   *
   * @default - a new bucket: KMS-encrypted, versioned, TLS only, not public; in a system its config bucket, if it has one
   */
  readonly stateBucket?: s3.IBucket;

  /**
   * Table of your own for findings and runs, with the string keys `pk` and `sk` and the time-to-live attribute `expiresAt`. It may be
   * shared by monitors of different environments.
   *
   * Another table on a live stack starts without history: every finding is new again.
   *
   * @default - a new table: on-demand, encrypted, with point-in-time recovery, a stream, and the profile's deletion protection
   */
  readonly table?: dynamodb.ITable;

  /**
   * Role of the function that checks. It must trust Lambda. What it needs is added to it where CDK can.
   *
   * @default - a new role with nothing but what the check needs
   */
  readonly role?: iam.IRole;

  /**
   * Node.js runtime of the functions, 22 or later.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;

  /**
   * What happens to table, bucket, key and logs when the stack is deleted.
   *
   * `RemovalPolicy.DESTROY` also empties the bucket and leaves the table without deletion protection.
   *
   * @default - the profile's: RETAIN, and DESTROY for EPHEMERAL
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Props of `DriftMonitor`.
 */
export interface DriftMonitorProps extends DriftMonitorOptions {
  /**
   * First level of the parameters' names: `/{organizationName}/{environment}/…`.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack watches other parameters.
   */
  readonly organizationName: string;

  /**
   * The environment that is watched: its name is the second level of the parameters' names and one of the policy's environments.
   */
  readonly profile: EnvironmentProfile;

  /**
   * What "the same" means. Hand the same policy to the monitor of each environment.
   *
   * A change on a live stack applies to the next check, which reads everything again.
   */
  readonly parity: ParityPolicy;

  /**
   * How often a check starts by itself. Whole minutes, from 5 to 1440.
   *
   * @default Duration.minutes(60)
   */
  readonly interval?: Duration;

  /**
   * Who receives messages and alarms by email. Each address has to confirm once.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly alertEmails?: string[];

  /**
   * Topic of your own for messages and alarms.
   *
   * CDK cannot change the policy of an imported topic: a warning then names what it must allow, see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Topic for what cannot wait. In an environment in production the alarm on open findings publishes to it.
   *
   * @default - none
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Key of your own for whatever this monitor creates. For an imported key see `ComplianceKey.requiredKeyStatements`.
   *
   * Another key on a live stack encrypts what is written from then on.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * VPC for the function that checks.
   *
   * The subnets need a way to SSM, DynamoDB, S3, SQS, SNS and KMS, by NAT or by endpoints. The function that writes the policy stays
   * outside: it answers to CloudFormation.
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
   * Security groups of the function. Only with `vpc`. It connects out by HTTPS and accepts nothing.
   *
   * @default - a new one that lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}
