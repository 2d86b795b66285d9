import { Duration, Names, Stack, TimeZone } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { REPORT_DIMENSION, REPORT_METRICS, REPORT_SETTINGS, REPORT_TIMEOUT_SECONDS, ReportMonitor, SLACK_HOSTS } from './contract';
import { DailyReportProps } from './daily-report-props';
import { grantDrift, grantEvents, grantFiles } from './report-access';
import { DailyReportAlarms } from './report-alarms';
import { checkDailyReport } from './report-checks';
import { makeReportSchedule } from './report-schedule';
import { admitPublishers, ALARMS, makeTopic, requireEmails, subscribeEmails } from './topic-access';
import { METRIC_NAMESPACE } from '../drift/contract';
import { DriftMonitor } from '../drift/drift-monitor';
import { IComplianceEventHub } from '../events/compliance-event-hub-props';
import { HUB_DIMENSION } from '../events/contract';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { makeAlarm } from '../private/alarm';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { addOutputs } from '../private/outputs';
import { PackagedFunction } from '../private/packaged-function';
import { QueueWithDlq } from '../private/queue-with-dlq';
import { grantSecret } from '../private/secret-use';

/** With six times the function's time between them, tries go on for four hours. */
const TRIES = 20;
/** A day, an hour for a day of 25 hours, and one more for a report that had to wait. */
const HOURS_WITHOUT = 26;

/**
 * Tells once a day how compliant all accounts of a hub are: score and its change, evaluations, new and resolved violations, the rules that most
 * resources break, accounts that are silent, and drift by environment.
 *
 * The report goes to Slack and by email, and as HTML, CSV and JSON to the hub's reports bucket, below `daily-reports/dt=YYYY-MM-DD/`. It covers
 * the last whole UTC day. Each target gets it once, however often the function runs; one that fails is tried again for four hours and
 * holds up no other.
 */
export class DailyReport extends Construct {
  /** The function that makes the report. Invoked with `{}` it reports the last whole day, and with `{"date":"YYYY-MM-DD"}` another one. */
  public readonly reportFunction: lambda.Function;
  /** Its log. No webhook's address stands in it. */
  public readonly reportLogGroup: logs.LogGroup;
  /** What asks for the report. */
  public readonly schedule: scheduler.Schedule;
  /** Reports that are due. */
  public readonly queue: sqs.Queue;
  /** Reports that were not sent in four hours of trying, for 14 days. */
  public readonly deadLetterQueue: sqs.Queue;
  /** Where the report is published for mailboxes; absent where nobody gets it by email. */
  public readonly topic?: sns.ITopic;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: DailyReportAlarms;

  /** What tells this report from others of its hub: a dimension of its metrics. */
  public readonly reportName: string;

  private readonly hub: IComplianceEventHub;
  private readonly prefix: string;

  /**
   * @param scope Where the report belongs: a stack in the hub's account and region.
   * @param id Its name there. Another id on a live stack is another report, which sends the day's report once more.
   * @param props The hub, when, and whom to tell.
   */
  constructor(scope: Construct, id: string, props: DailyReportProps) {
    super(scope, id);
    checkDailyReport(this, props);
    const { hub, emails = [], monitors = [], webhookSecret, profile = EnvironmentProfile.PROD } = props;
    const { encryptionKey, hubName } = hub;
    this.hub = hub;
    this.prefix = props.prefix ?? 'daily-reports';
    this.reportName = Names.uniqueResourceName(this, { maxLength: 64 });

    requireEmails('DailyReport.emails', emails);
    this.topic = props.topic ?? (emails.length > 0 ? makeTopic(this, 'Topic', encryptionKey) : undefined);
    if (this.topic) { subscribeEmails(this, 'DailyReport.emails', this.topic, emails); }

    const due = new QueueWithDlq(this, 'Due', { encryptionKey, visibilityTimeout: Duration.seconds(6 * REPORT_TIMEOUT_SECONDS), maxReceiveCount: TRIES });
    this.queue = due.queue;
    this.deadLetterQueue = due.deadLetterQueue;
    const report = new PackagedFunction(this, 'Make', {
      handler: 'alerts/daily-report',
      description: `Reports once a day what ${hubName} knows`,
      settings: this.settings(props, monitors),
      timeout: Duration.seconds(REPORT_TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention: profile.logRetention,
      logRemovalPolicy: profile.removalPolicy,
      encryptionKey,
      failuresAreSeen: 'Its queue brings back what failed, and keeps it in a dead-letter queue in the end; whoever else invokes it waits for the answer',
      runtime: props.runtime,
      role: props.role,
    });
    this.reportFunction = report.function;
    this.reportLogGroup = report.logGroup;

    const allow = (actions: string[], resourceArns: string[]) => iam.Grant.addToPrincipal({ grantee: report.role, actions, resourceArns });
    allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [this.queue.queueArn]);
    grantKeyThrough(this, encryptionKey, report.role, 'sqs', ['kms:Decrypt']);
    grantEvents(report, hub, report.role, this.reportName);
    grantFiles(report, hub, report.role, this.prefix);
    for (const monitor of monitors) { grantDrift(report, monitor, report.role); }
    if (webhookSecret) { grantSecret(report, webhookSecret, report.role, ['secretsmanager:GetSecretValue']); }
    if (this.topic) {
      allow(['sns:Publish'], [this.topic.topicArn]);
      grantKeyThrough(this, this.topic.masterKey, report.role, 'sns', DATA_KEY_ACTIONS);
    }
    this.reportFunction.addEventSourceMapping('Due', { eventSourceArn: this.queue.queueArn, batchSize: 1, reportBatchItemFailures: true });
    this.schedule = makeReportSchedule(this, {
      hour: props.hour ?? 8,
      minute: props.minute ?? 0,
      timeZone: props.timeZone ?? TimeZone.ETC_UTC,
      queue: this.queue,
      deadLetterQueue: this.deadLetterQueue,
      encryptionKey,
    });
    if (props.alarms ?? true) { this.alarms = this.makeAlarms(due, props.alertTopic); }
    this.node.addValidation({ validate: () => this.sharedFolder() });
    if (props.outputs ?? true) {
      addOutputs(this, [{ name: 'DailyReportFunctionArn', description: 'Reports a day when it is asked', value: this.reportFunction.functionArn }], false);
    }
  }

  /**
   * Reports that reached every target; of one that was asked for again, each time.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricReportsSent(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(REPORT_METRICS.sent, options);
  }

  /**
   * Tries after which a target still lacked its report.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricTriesFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(REPORT_METRICS.failed, options);
  }

  /**
   * Lets somebody ask for a report and read its figures in the answer.
   *
   * @param grantee Who may.
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.reportFunction.grantInvoke(grantee);
  }

  private metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [HUB_DIMENSION]: this.hub.hubName, [REPORT_DIMENSION]: this.reportName },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    });
  }

  private settings(props: DailyReportProps, monitors: DriftMonitor[]): { [name: string]: string } {
    const { hub, webhookSecret, webhookJsonKey, webhookHosts, topRules } = props;
    const documents = monitors.map((monitor): ReportMonitor => ({
      organization: monitor._organizationName,
      environment: monitor._environmentName,
      tableName: monitor.table.tableName,
      bucketName: monitor.stateBucket.bucketName,
    }));
    return {
      [REPORT_SETTINGS.hubName]: hub.hubName,
      [REPORT_SETTINGS.tableName]: hub.eventTable.tableName,
      [REPORT_SETTINGS.bucketName]: hub.reportsBucket.bucketName,
      [REPORT_SETTINGS.prefix]: this.prefix,
      [REPORT_SETTINGS.reportName]: this.reportName,
      [REPORT_SETTINGS.topRules]: String(topRules ?? 10),
      ...(documents.length > 0 ? { [REPORT_SETTINGS.monitors]: Stack.of(this).toJsonString(documents) } : {}),
      ...(webhookSecret ? {
        [REPORT_SETTINGS.webhookSecret]: webhookSecret.secretArn,
        [REPORT_SETTINGS.webhookHosts]: (webhookHosts ?? [...SLACK_HOSTS]).join(','),
      } : {}),
      ...(webhookJsonKey === undefined ? {} : { [REPORT_SETTINGS.webhookJsonKey]: webhookJsonKey }),
      ...(this.topic ? { [REPORT_SETTINGS.topicArn]: this.topic.topicArn } : {}),
    };
  }

  private makeAlarms(due: QueueWithDlq, alertTopic?: sns.ITopic): DailyReportAlarms {
    if (alertTopic) { admitPublishers(this, alertTopic, ALARMS); }
    const missing = makeAlarm(this, 'MissingAlarm', {
      metric: this.metricReportsSent({ period: Duration.hours(1) }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: HOURS_WITHOUT,
      // Before the first report nothing is missing: only a change from OK is told.
      treatMissingData: cloudwatch.TreatMissingData.MISSING,
      description: 'No daily report has reached every target for 26 hours or more.',
      runbook: 'daily-report-missing',
      topics: [alertTopic],
    });
    if (alertTopic) { missing.addInsufficientDataAction(new SnsAction(alertTopic)); }
    return { notSent: due.deadLetterAlarm('A daily report did not reach every target in four hours.', 'daily-report-not-sent', alertTopic), missing };
  }

  /** Two reports in one folder would take each other's place. */
  private sharedFolder(): string[] {
    const others = this.node.root.node.findAll()
      .filter((other) => other instanceof DailyReport && other !== this && other.hub === this.hub && other.prefix === this.prefix);
    return others.slice(0, 1).map(({ node }) => `DailyReport.prefix: got "${this.prefix}", which ${node.path} has too, `
      + 'but each report of a hub needs a folder of its own; give one of them another prefix');
  }
}
