import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { graph, Section } from './section';
import { ConfigRecorder } from '../../rules/config-recorder';

const NAMESPACE = 'AWS/Config';
const PERIOD = Duration.hours(1);

/** The recorder's health as this library sees it. */
export function recorderSection(recorder: ConfigRecorder): Section {
  return {
    title: 'Config recorder',
    widgets: [
      graph('Stopped or failing (1 is bad)', [recorder.metricConfigRecorderStopped({ label: 'stopped' })]),
      graph('Delivery failed (1 is bad)', [recorder.metricConfigDeliveryFailed({ label: 'failed' })]),
      graph('Health checks that could not see everything', [recorder.metricConfigRecorderCheckErrors({ label: 'checks' })]),
    ],
  };
}

/** What AWS Config itself measures. It has no metric of compliance: `ComplianceScore` is not among them. */
export function configSection(): Section {
  const failed = (metricName: string, label: string) => new cloudwatch.Metric({ namespace: NAMESPACE, metricName, label, statistic: 'Sum', period: PERIOD });
  return {
    title: 'AWS Config in this account and region',
    widgets: [
      graph('Configuration items recorded in an hour, by type', [new cloudwatch.MathExpression({
        expression: `SEARCH('{${NAMESPACE},ResourceType} MetricName="ConfigurationItemsRecorded"', 'Sum', ${PERIOD.toSeconds()})`,
        usingMetrics: {},
        label: '',
        period: PERIOD,
      })]),
      graph('Deliveries that failed', [
        failed('ConfigHistoryExportFailed', 'history'),
        failed('ConfigSnapshotExportFailed', 'snapshot'),
        failed('ChangeNotificationsDeliveryFailed', 'change notification'),
      ]),
    ],
  };
}
