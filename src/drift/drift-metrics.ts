import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSIONS, METRIC_NAMESPACE } from './contract';

/** A metric of one monitor. The longer set of dimensions keeps organizations in one account apart. */
export function driftMetric(
  organization: string, environment: string, metricName: string, statistic: string, options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [DIMENSIONS.organization]: organization, [DIMENSIONS.environment]: environment },
    statistic,
    period: Duration.minutes(5),
    ...options,
  });
}
