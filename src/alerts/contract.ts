/**
 * What the constructs of alerts and their functions agree on. It imports nothing of CDK or the SDK, or every bundle would carry it.
 */

/** From the least to the worst. */
export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type SeverityName = typeof SEVERITIES[number];
export const atLeast = (minimum: SeverityName): SeverityName[] => SEVERITIES.slice(SEVERITIES.indexOf(minimum));

/** A severity that the consumer gives to rules by their name. */
export interface SeverityRuleDocument {
  /** A rule's name, or its cause, in which `*` stands for any characters. Letters are compared without their case. */
  readonly pattern: string;
  readonly severity: SeverityName;
}

/** Of rules that nobody has an opinion of. */
export const DEFAULT_SEVERITY: SeverityName = 'MEDIUM';

/**
 * Severities of AWS's managed rules: those that Security Hub gives to the controls which these rules stand behind, as its user guide lists
 * them by service (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html), where they are not medium.
 * Tags are low there too.
 */
export const MANAGED_RULE_SEVERITIES: { readonly [severity in SeverityName]?: readonly string[] } = {
  CRITICAL: [
    'codebuild-project-envvar-awscred-check', 'codebuild-project-source-repo-url-check', 'dms-replication-not-public',
    'ebs-snapshot-public-restorable-check', 'elasticsearch-in-vpc-only', 'iam-root-access-key-check', 'kms-cmk-not-scheduled-for-deletion',
    'lambda-function-public-access-prohibited', 'opensearch-in-vpc-only', 'rds-instance-public-access-check', 'rds-snapshots-public-prohibited',
    'redshift-cluster-public-access-check', 'root-account-hardware-mfa-enabled', 'root-account-mfa-enabled', 's3-bucket-public-read-prohibited',
    's3-bucket-public-write-prohibited', 'ssm-document-not-public', 'vpc-sg-restricted-common-ports',
  ],
  HIGH: [
    'autoscaling-launch-config-public-ip-disabled', 'cloudtrail-enabled', 'ec2-imdsv2-check', 'ec2-instance-no-public-ip',
    'ecs-containers-nonprivileged', 'eks-endpoint-no-public-access', 'guardduty-enabled-centralized', 'iam-policy-no-statements-with-admin-access',
    'multi-region-cloudtrail-enabled', 'restricted-ssh', 'restricted-common-ports', 's3-bucket-level-public-access-prohibited',
    'vpc-default-security-group-closed', 'vpc-sg-open-only-to-authorized-ports',
  ],
  LOW: ['cloud-trail-log-file-validation-enabled', 'iam-user-no-policies-check', 'required-tags', 's3-bucket-versioning-enabled'],
};

/** Settings of `alerts/slack`. */
export const SLACK_SETTINGS = {
  hubName: 'HUB_NAME',
  /** JSON list of `SlackRouteDocument`. */
  routes: 'ROUTES',
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  /** Hosts that a webhook may have, with commas between them. */
  webhookHosts: 'WEBHOOK_HOSTS',
  /** More messages of a kind in one batch than this become one digest. */
  burst: 'BURST_THRESHOLD',
} as const;

/** A channel, and the queue of what it is told. */
export interface SlackRouteDocument {
  readonly queueUrl: string;
  /** ARN of the secret that holds the webhook's URL. */
  readonly secret: string;
  /** Where in a secret of JSON. */
  readonly jsonKey?: string;
}

/** Settings of `alerts/topic`. */
export const TOPIC_SETTINGS = {
  hubName: 'HUB_NAME',
  topicArn: 'TOPIC_ARN',
  queueUrl: 'QUEUE_URL',
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  /** One of `TOPIC_FORMATS`. */
  format: 'FORMAT',
  burst: 'BURST_THRESHOLD',
} as const;

/** Text for people and mailboxes, or the schema of Amazon Q Developer in chat applications for custom notifications. */
export const TOPIC_FORMATS = ['TEXT', 'AMAZON_Q'] as const;
export type TopicFormatName = typeof TOPIC_FORMATS[number];

export const NOTIFIER_TIMEOUT_SECONDS = 60;
/** Invocations of one queue at a time: the fewest that Lambda takes. */
export const NOTIFIER_CONCURRENCY = 2;
/** Where Slack itself takes messages. */
export const SLACK_HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com'] as const;

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
