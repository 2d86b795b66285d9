import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import { DriftMonitor } from '../drift/drift-monitor';
import { ComplianceEventHub } from '../events/compliance-event-hub';
import { DeploymentRecord } from '../foundation/deployment-record';
import { ConfigRecorder } from '../rules/config-recorder';

/**
 * A heading of a dashboard, and what stands below it.
 */
export interface DashboardSection {
  /**
   * The heading.
   */
  readonly title: string;

  /**
   * Widgets, in rows of 24 columns: as many to a row as have place.
   */
  readonly widgets: cloudwatch.IWidget[];
}

/**
 * Props of `ComplianceDashboard`. At least one of the parts is needed.
 */
export interface ComplianceDashboardProps {
  /**
   * What the dashboard is about, in its first line.
   *
   * @default 'Compliance'
   */
  readonly title?: string;

  /**
   * Monitor whose findings, checks, queues, table, functions and alarms are shown.
   *
   * @default - no drift
   */
  readonly driftMonitor?: DriftMonitor;

  /**
   * Hub whose events, score, latency, errors and alarms are shown. Score by account and rules that fail are read from its logs when the
   * dashboard is opened, at CloudWatch's price for what a query scans.
   *
   * @default - no compliance events
   */
  readonly eventHub?: ComplianceEventHub;

  /**
   * Record whose deployments, function and alarm are shown.
   *
   * @default - no deployments
   */
  readonly deployments?: DeploymentRecord;

  /**
   * Cluster whose connections, CPU and memory are shown. Of a `ComplianceDatabase` it is `cluster`; give its alarms as `alarms`.
   *
   * @default - no database
   */
  readonly databaseCluster?: rds.IDatabaseCluster;

  /**
   * Recorder whose health, function and alarms are shown. Of `AccountMonitoring` it is `recorder`.
   *
   * @default - no recorder
   */
  readonly configRecorder?: ConfigRecorder;

  /**
   * Whether AWS Config's own metrics of account and region are shown: items recorded by type, and deliveries that failed.
   *
   * AWS Config has no metric of compliance; what its rules found comes by events.
   *
   * @default - whether there is a `configRecorder`
   */
  readonly configMetrics?: boolean;

  /**
   * More functions whose duration, errors, invocations and throttles are shown, beside those of the parts above; given twice, it is shown once.
   *
   * @default - no more functions
   */
  readonly functions?: lambda.IFunction[];

  /**
   * More alarms whose state is shown, beside those of the parts above; given twice, it is shown once. CloudWatch shows up to 100.
   *
   * @default - no more alarms
   */
  readonly alarms?: cloudwatch.IAlarm[];

  /**
   * Sections of your own, below the others.
   *
   * @default - no more sections
   */
  readonly sections?: DashboardSection[];

  /**
   * Name of the dashboard: letters, digits, `-` and `_`, up to 255. Another name on a live stack replaces it.
   *
   * @default - CloudFormation makes a name
   */
  readonly dashboardName?: string;

  /**
   * Time that the dashboard shows when it is opened.
   *
   * @default Duration.days(1)
   */
  readonly defaultInterval?: Duration;
}
