import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AlertSeverity } from './alert-severity';

/**
 * A channel of Slack, and what it is told.
 */
export interface AlertRoute {
  /**
   * The channel's name here, which makes its queue's and alarm's: 1 to 32 letters and digits, the first a letter. Another name on a live
   * stack makes a new queue; what waits in the old one is lost.
   */
  readonly name: string;

  /**
   * Secret that holds the incoming webhook of the channel: its URL as plain text, or under `webhookJsonKey`.
   *
   * The URL is read at the first message, again after ten minutes, and at once when Slack refuses it: a new one needs no deployment.
   */
  readonly webhookSecret: secretsmanager.ISecret;

  /**
   * Key under which a secret of JSON holds the URL.
   *
   * @default - the secret is the URL
   */
  readonly webhookJsonKey?: string;

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
   * Whether the channel is also told what is well again.
   *
   * @default - as `resolvedMessages` says
   */
  readonly resolved?: boolean;
}
