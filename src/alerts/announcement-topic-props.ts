import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertSeverity } from './alert-severity';
import { TopicFormat } from './topic-format';
import { IComplianceEventHub } from '../events/compliance-event-hub-props';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * Props of `AnnouncementTopic`.
 */
export interface AnnouncementTopicProps {
  /**
   * The hub whose announcements are told. Its key encrypts the queue, the log and a new topic.
   */
  readonly hub: IComplianceEventHub;

  /**
   * Topic of your own. The function may publish to it by its role; a topic of another account has to admit that role, and its key too.
   *
   * Another topic on a live stack is told what happens afterwards.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly topic?: sns.ITopic;

  /**
   * Who is told by email. Each address has to confirm once. With the format AMAZON_Q nobody would want to read it.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly emails?: string[];

  /**
   * In which words. A change on a live stack applies to what is told afterwards.
   *
   * @default TopicFormat.TEXT
   */
  readonly format?: TopicFormat;

  /**
   * Accounts whose resources are meant: ids of 12 digits, up to 50.
   *
   * @default - all
   */
  readonly accounts?: string[];

  /**
   * Only rules of this severity, or a worse one.
   *
   * @default - all
   */
  readonly minimumSeverity?: AlertSeverity;

  /**
   * Whether the topic is also told what is well again.
   *
   * @default true
   */
  readonly resolvedMessages?: boolean;

  /**
   * When more violations than this come at once, they become one message with counts, and so does what is well again: 1 to 100.
   *
   * @default 5
   */
  readonly burstThreshold?: number;

  /**
   * The environment, which decides how long logs are kept, and what happens to them on delete.
   *
   * @default EnvironmentProfile.PROD
   */
  readonly profile?: EnvironmentProfile;

  /**
   * Whom alarms tell. It should not be the same topic. For an imported one see `AlertTopics.requiredTopicStatements`.
   *
   * @default - nobody: the alarms are there, and actions can be added to them
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whether alarms are made: three, at about $0.10 a month each.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Role of the function. It must trust Lambda. What it needs is added to it where CDK can.
   *
   * @default - a new role with nothing but what the notifier needs
   */
  readonly role?: iam.IRole;

  /**
   * Node.js runtime of the function, 22 or later. It is built for and tested on the default.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;
}
