import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE } from '../drift/contract';
import { EVENT_METRICS, HUB_DIMENSION } from '../events/contract';

/** What all notifiers of a hub count together. */
export function notificationsMetric(hubName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: EVENT_METRICS.notifications,
    dimensionsMap: { [HUB_DIMENSION]: hubName },
    statistic: cloudwatch.Stats.SUM,
    period: Duration.minutes(5),
    ...options,
  });
}
