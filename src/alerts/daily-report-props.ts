import { TimeZone } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DriftMonitor } from '../drift/drift-monitor';
import { IComplianceEventHub } from '../events/compliance-event-hub-props';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * Props of `DailyReport`.
 */
export interface DailyReportProps {
  /**
   * The hub whose events are reported. Its reports bucket keeps the files, and its key encrypts queue, log and a new topic.
   */
  readonly hub: IComplianceEventHub;

  /**
   * Hour of the day at which the report is made, 0 to 23, in `timeZone`.
   *
   * It decides when the report comes, not what is in it: that is always the last whole UTC day. A change on a live stack applies to the next
   * report.
   *
   * @default 8
   */
  readonly hour?: number;

  /**
   * Minute of that hour, 0 to 59.
   *
   * @default 0
   */
  readonly minute?: number;

  /**
   * Time zone of `hour` and `minute`. On the day on which its clocks are put forward over that time there is no report: mostly that is between
   * midnight and 03:59, for which a warning is given.
   *
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;

  /**
   * Secret that holds the incoming webhook of the Slack channel that gets the report: its URL as plain text, or under `webhookJsonKey`.
   *
   * The URL is read when a report is sent, again after ten minutes, and at once when Slack refuses it: a new one needs no deployment.
   *
   * @default - nothing is sent to Slack
   */
  readonly webhookSecret?: secretsmanager.ISecret;

  /**
   * Key under which a secret of JSON holds the URL: 1 to 256 characters.
   *
   * @default - the secret is the URL
   */
  readonly webhookJsonKey?: string;

  /**
   * Hosts that a webhook may have, in small letters and with their port where it is not 443: 1 to 10. A URL with another host is not used, so
   * that whoever can write the secret cannot send the report elsewhere.
   *
   * @default - Slack's own: hooks.slack.com and hooks.slack-gov.com
   */
  readonly webhookHosts?: string[];

  /**
   * Who gets the report by email. Each address has to confirm once. A change on a live stack subscribes and unsubscribes addresses, and
   * leaves the others.
   *
   * @default - nobody, unless `topic` has subscribers
   */
  readonly emails?: string[];

  /**
   * Topic of your own that the report is published to as a text, up to 250 KB. For an imported encrypted one, its key has to let the function's
   * role publish.
   *
   * @default - a new topic when there are `emails`: encrypted and TLS only; else none
   */
  readonly topic?: sns.ITopic;

  /**
   * Monitors of environments whose drift, and whose waivers that end within 30 days, the report tells: up to 8, in the account and region of the
   * report.
   *
   * @default - none: the report says nothing of drift
   */
  readonly monitors?: DriftMonitor[];

  /**
   * How many of the most broken rules messages and page list: 1 to 25. The files have all.
   *
   * @default 10
   */
  readonly topRules?: number;

  /**
   * Folder in the reports bucket: 1 to 200 letters, digits and the characters `!_.*'()-/`, without a slash at its beginning or end. Two
   * reports of one hub need a folder each.
   *
   * A change on a live stack keeps new reports in the new folder, and leaves those of before.
   *
   * @default 'daily-reports'
   */
  readonly prefix?: string;

  /**
   * The environment, which decides how long logs are kept, and what happens to them on delete.
   *
   * @default EnvironmentProfile.PROD
   */
  readonly profile?: EnvironmentProfile;

  /**
   * Whom alarms tell. It should not be the topic of the report. For an imported topic see `AlertTopics.requiredTopicStatements`.
   *
   * @default - nobody: the alarms are there, and actions can be added to them
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Whether the stack gets the output `DailyReportFunctionArn`. A second report of a stack has its own id before the name.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * Whether alarms are made: two, at about $0.10 a month each.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Role of the function. It must trust Lambda. What it needs is added to it where CDK can.
   *
   * @default - a new role with nothing but what the report needs
   */
  readonly role?: iam.IRole;

  /**
   * Node.js runtime of the function, 22 or later. It is built for and tested on the default.
   *
   * @default lambda.Runtime.NODEJS_22_X
   */
  readonly runtime?: lambda.Runtime;
}
