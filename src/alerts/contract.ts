/**
 * What the constructs of alerts and reports and their functions agree on. It imports nothing of CDK or the SDK, or every bundle would carry
 * it.
 */

/** Settings of `alerts/daily-report`. */
export const REPORT_SETTINGS = {
  hubName: 'HUB_NAME',
  tableName: 'TABLE_NAME',
  bucketName: 'BUCKET_NAME',
  /** Folder in that bucket, without slashes at its ends. */
  prefix: 'PREFIX',
  /** What tells this report from others of the same hub: each sends once by itself. */
  reportName: 'REPORT_NAME',
  /** How many rules a message and the page list. */
  topRules: 'TOP_RULES',
  /** `ReportMonitor`s as JSON; absent where no environment is watched for drift. */
  monitors: 'MONITORS',
  /** Secret with the webhook of Slack, and the key in it when it is JSON; absent where nobody is told in Slack. */
  webhookSecret: 'WEBHOOK_SECRET_ARN',
  webhookJsonKey: 'WEBHOOK_JSON_KEY',
  /** Hosts that a webhook may be of, with commas between them. */
  webhookHosts: 'WEBHOOK_HOSTS',
  /** Topic of the emails; absent where nobody gets one. */
  topicArn: 'TOPIC_ARN',
} as const;
export const REPORT_TIMEOUT_SECONDS = 120;

/** Where the drift of one environment is read from. */
export interface ReportMonitor {
  readonly organization: string;
  readonly environment: string;
  readonly tableName: string;
  /** Where the parity policy lies, under the key that the table names: as an export of another stack, a key that changes could not be deployed. */
  readonly bucketName: string;
}

/** What the schedule sends: when the report was due, in ISO 8601. */
export interface ReportDue {
  readonly scheduledAt: string;
}

/** Each is sent once by itself. */
export const REPORT_CHANNELS = ['slack', 'email'] as const;
export type ReportChannel = typeof REPORT_CHANNELS[number];
/** What `EVENT_KEYS.once` knows the sending of a report by. */
export const reportOnce = (reportName: string, channel: ReportChannel) => `DAILY-REPORT-${channel}-${reportName}`;

/** Folder of a day's files; a name that says what it is to Athena and Glue. */
export const reportFolder = (prefix: string, date: string) => `${prefix}/dt=${date}`;

/** Metrics in the library's namespace, by hub and report. */
export const REPORT_METRICS = {
  /** Reports that reached every target. */
  sent: 'DailyReportsSent',
  /** Tries after which a target still lacks it. */
  failed: 'DailyReportTriesFailed',
} as const;
export const REPORT_DIMENSION = 'Report';

/** Where Slack itself takes messages. */
export const SLACK_HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com'] as const;
