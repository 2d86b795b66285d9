import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertRoute } from './alert-route';
import { AlertSeverity } from './alert-severity';
import { IComplianceEventHub } from '../events/compliance-event-hub-props';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * Props of `SlackNotifier`.
 */
export interface SlackNotifierProps {
  /**
   * The hub whose announcements are told. Its key encrypts queues and log.
   */
  readonly hub: IComplianceEventHub;

  /**
   * Secret that holds the incoming webhook of the channel that is told everything: its URL as plain text, or under `webhookJsonKey`.
   *
   * The URL is read at the first message, again after ten minutes, and at once when Slack refuses it: a new one needs no deployment.
   *
   * @default - no such channel; then routes must be given
   */
  readonly webhookSecret?: secretsmanager.ISecret;

  /**
   * Key under which a secret of JSON holds the URL.
   *
   * @default - the secret is the URL
   */
  readonly webhookJsonKey?: string;

  /**
   * Only rules of this severity, or a worse one, are told to the channel of `webhookSecret`.
   *
   * @default - all
   */
  readonly minimumSeverity?: AlertSeverity;

  /**
   * Further channels, up to 10. Each is told what its own route says, whatever others are told.
   *
   * @default - none
   */
  readonly routes?: AlertRoute[];

  /**
   * Whether channels are also told what is well again. A route's own `resolved` counts for it.
   *
   * @default true
   */
  readonly resolvedMessages?: boolean;

  /**
   * When more violations than this come at once, they become one message with counts, and so does what is well again: 1 to 10.
   *
   * @default 5
   */
  readonly burstThreshold?: number;

  /**
   * Hosts that a webhook may have, in small letters and with their port where it is not 443. A URL with another host is not used, so that
   * whoever can write the secret cannot send findings elsewhere. Only https is spoken, but for a host of the machine itself (`127.0.0.1:8080`),
   * which is for tests. A change on a live stack applies at once.
   *
   * @default - Slack's own: hooks.slack.com and hooks.slack-gov.com
   */
  readonly webhookHosts?: string[];

  /**
   * The environment, which decides how long logs are kept, and what happens to them on delete.
   *
   * @default EnvironmentProfile.PROD
   */
  readonly profile?: EnvironmentProfile;

  /**
   * Whom alarms tell. It should not end in the same channel. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - nobody: the alarms are there, and actions can be added to them
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whether alarms are made: two, and one for each channel, at about $0.10 a month each.
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
