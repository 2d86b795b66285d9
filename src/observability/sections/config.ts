import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { graph, Section } from './section';

const NAMESPACE = 'AWS/Config';
const PERIOD = Duration.hours(1);

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
