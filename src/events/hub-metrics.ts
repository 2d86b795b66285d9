import { Duration, Fn } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { EVENT_METRICS, HUB_DIMENSION } from './contract';
import { METRIC_NAMESPACE } from '../drift/contract';

const PERIOD = Duration.minutes(5);
/** By the names that the expression gives them. */
const METRICS: { readonly [name: string]: string } = { errors: EVENT_METRICS.errors, processed: EVENT_METRICS.processed };

/** A metric of one hub. */
export function hubMetric(hubName: string, metricName: string, statistic: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { [HUB_DIMENSION]: hubName }, statistic, period: PERIOD, ...options,
  });
}

/** Percent of events that could not be processed. Where none could, nothing was processed either: that is all of them, and no division by zero. */
export function errorRate(hubName: string, options: cloudwatch.MathExpressionOptions = {}): cloudwatch.MathExpression {
  const period = options.period ?? PERIOD;
  const sum = (name: string) => new cloudwatch.MathExpression({
    expression: `FILL(${name}, 0)`, usingMetrics: { [name]: hubMetric(hubName, METRICS[name], cloudwatch.Stats.SUM, { period }) }, period,
  });
  return new cloudwatch.MathExpression({
    expression: 'IF(failed > 0, IF(done > failed, 100 * failed / done, 100), 0)',
    label: 'events that could not be processed (%)',
    usingMetrics: { failed: sum('errors'), done: sum('processed') },
    ...options,
    period,
  });
}

/** Of a rule on a bus of one's own. Its reference is `bus|rule`, and the last part of its ARN the name that CloudWatch knows. */
export function ruleMetric(rule: events.Rule, bus: events.IEventBus, metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { EventBusName: bus.eventBusName, RuleName: Fn.select(2, Fn.split('/', rule.ruleArn)) },
    statistic: cloudwatch.Stats.SUM,
    period: PERIOD,
    ...options,
  });
}
