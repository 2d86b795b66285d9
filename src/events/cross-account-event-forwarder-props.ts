import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * What most users of a forwarder leave as it is.
 */
export interface CrossAccountEventForwarderOptions {
  /**
   * Whether changes of resources (`Config Configuration Item Change`) are sent as well as changes of compliance.
   *
   * They are many more, and the sender pays for each event that goes to another account or region. A change on a live stack applies to
   * what happens afterwards.
   *
   * @default true
   */
  readonly configurationItems?: boolean;

  /**
   * Other sources whose events are sent as well, whatever their detail type: `aws.guardduty`, or one of your own applications. Up to 20.
   * The hub's bus has to admit them.
   *
   * @default - none
   */
  readonly additionalSources?: string[];

  /**
   * Whether the hub may read what AWS Config found here, by a role that only its backfill can assume and that may do nothing else. By it the
   * hub learns what no event told, and whether the recorder runs. The role has a name, so that a StackSet needs `CAPABILITY_NAMED_IAM`.
   *
   * Without it a hub with backfill reports this account and region as one that it cannot read.
   *
   * @default true
   */
  readonly readerRole?: boolean;

  /**
   * How the name of that role begins, before `-` and the region: up to 49 letters, digits and the characters `+=,.@_-`. The hub must be told
   * the same. Another one on a live stack replaces the role.
   *
   * @default - the name of the hub's bus, and `-reader`
   */
  readonly readerRolePrefix?: string;

  /**
   * How often a heartbeat is put on this account's default bus, from where it travels like every other event. Whole minutes, from 1 to
   * 1440. Each one tells the hub when to miss the next, so that a change on a live stack alarms nobody.
   *
   * @default Duration.minutes(15)
   */
  readonly heartbeatInterval?: Duration;

  /**
   * How long EventBridge tries to send an event before it goes to the dead-letter queue. Whole seconds, from 60 to 86,400.
   *
   * What AWS refuses for want of permission, or because the bus is not there, goes to the queue at once.
   *
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;

  /**
   * How often EventBridge tries again at the most: a whole number from 0 to 185.
   *
   * @default 185
   */
  readonly retryAttempts?: number;

  /**
   * Whether alarms are made. Each of the three costs about $0.10 a month.
   *
   * @default true
   */
  readonly alarms?: boolean;
}

/**
 * Props of `CrossAccountEventForwarder`.
 */
export interface CrossAccountEventForwarderProps extends CrossAccountEventForwarderOptions {
  /**
   * The bus in the monitoring account, mostly by `EventBus.fromEventBusArn`, in another account or another region of the same partition.
   * Its policy has to admit this account: see `requiredBusStatements`.
   *
   * Another bus on a live stack gets what happens afterwards; what waits in the dead-letter queue stays there.
   */
  readonly hubBus: events.IEventBus;

  /**
   * The environment, which decides what happens to a new key on delete.
   *
   * @default EnvironmentProfile.PROD
   */
  readonly profile?: EnvironmentProfile;

  /**
   * Key of your own for the dead-letter queue. EventBridge is admitted to it; for an imported one see
   * `ComplianceKey.requiredKeyStatements`. Another key on a live stack leaves what lies in the queue under the old one.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whom alarms tell, in this account and region. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - nobody: the alarms are there, and actions can be added to them
   */
  readonly alertTopic?: sns.ITopic;
}

/**
 * Whom the hub's bus admits.
 */
export interface RequiredBusStatementsOptions {
  /**
   * Every account of this organization: `o-` and 10 to 32 lower-case letters or digits.
   *
   * @default - no organization; then accounts must be given
   */
  readonly organizationId?: string;

  /**
   * Ids of accounts, of 12 digits each, up to 100: the policy of a bus has 10,240 characters.
   *
   * @default - no accounts; then an organization must be given
   */
  readonly accounts?: string[];

  /**
   * Sources admitted beside `aws.config` and the library's own `compliance.monitoring`.
   *
   * @default - none
   */
  readonly additionalSources?: string[];
}
