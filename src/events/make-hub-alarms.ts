import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { HubAlarms } from './hub-alarms';
import { alarmsIn, HubParts } from './hub-parts';
import { makeAlarm, MakeAlarmProps } from '../private/alarm';
import { QueueWithDlq } from '../private/queue-with-dlq';

export interface MakeHubAlarmsProps {
  readonly hubName: string;
  readonly events: QueueWithDlq;
  readonly parts: HubParts;
  readonly errorRate: cloudwatch.MathExpression;
  readonly failedDeliveries: cloudwatch.Metric;
  readonly lostEvents: cloudwatch.Metric;
  readonly alertTopic: sns.ITopic;
  readonly criticalTopic?: sns.ITopic;
}

const ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD;
const PERIOD = Duration.minutes(5);

export function makeHubAlarms(scope: Construct, props: MakeHubAlarmsProps): HubAlarms {
  const { hubName, alertTopic, criticalTopic, parts: { ingest, announce, watch, audit, backfill, upkeepDeadLetters, export: exported } } = props;
  const { queue, deadLetterQueue } = props.events;
  const make = (id: string, alarm: Omit<MakeAlarmProps, 'topics'>, ...more: (sns.ITopic | undefined)[]) =>
    makeAlarm(scope, id, { ...alarm, topics: [alertTopic, ...more] });
  const waiting = deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: cloudwatch.Stats.MAXIMUM });
  return {
    errorRate: make('ErrorRateAlarm', {
      metric: props.errorRate,
      threshold: 5,
      comparisonOperator: ABOVE,
      description: `More than 5 % of the compliance events of hub ${hubName} could not be processed.`,
      runbook: 'compliance-event-error-rate',
    }),
    deadLetters: make('DeadLetterAlarm', {
      metric: waiting,
      threshold: 1,
      description: `Compliance events of hub ${hubName} could not be processed to the last retry.`,
      runbook: 'compliance-event-dead-letters',
    }),
    manyDeadLetters: make('ManyDeadLettersAlarm', {
      metric: waiting,
      threshold: 10,
      comparisonOperator: ABOVE,
      description: `More than ten compliance events of hub ${hubName} could not be processed to the last retry.`,
      runbook: 'compliance-event-dead-letters',
    }, criticalTopic),
    slowIngest: make('SlowIngestAlarm', {
      metric: ingest.function.metricDuration({ period: PERIOD, statistic: cloudwatch.Stats.percentile(99) }),
      threshold: Duration.seconds(10).toMilliseconds(),
      comparisonOperator: ABOVE,
      description: `Storing compliance events of hub ${hubName} is slow.`,
      runbook: 'compliance-event-ingest-slow',
    }),
    ingestErrors: ingest.errorAlarm(
      `The function that stores compliance events of hub ${hubName} crashed or ran out of time.`, 'compliance-event-ingest-errors', alertTopic),
    ingestThrottles: ingest.throttleAlarm(
      `The function that stores compliance events of hub ${hubName} was not allowed to start.`, 'compliance-event-ingest-throttles', alertTopic),
    lateEvents: make('LateEventsAlarm', {
      metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: cloudwatch.Stats.MAXIMUM }),
      threshold: Duration.minutes(15).toSeconds(),
      comparisonOperator: ABOVE,
      description: `Compliance events of hub ${hubName} wait to be processed.`,
      runbook: 'compliance-events-late',
    }, criticalTopic),
    failedDeliveries: make('FailedDeliveriesAlarm', {
      metric: props.failedDeliveries,
      threshold: 1,
      description: `Compliance events did not reach the queue of hub ${hubName}.`,
      runbook: 'hub-delivery-failed',
    }),
    lostEvents: make('LostEventsAlarm', {
      metric: props.lostEvents,
      threshold: 1,
      description: `Compliance events neither reached the queue of hub ${hubName} nor were kept.`,
      runbook: 'hub-events-lost',
    }, criticalTopic),
    announcements: alarmsIn(announce.alarms),
    members: watch.alarms,
    upkeep: [
      ...audit.alarms,
      ...exported.alarms,
      ...backfill?.alarms ?? [],
      make('UpkeepDeadLetterAlarm', {
        metric: upkeepDeadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: cloudwatch.Stats.MAXIMUM }),
        threshold: 1,
        description: `A scheduled function of hub ${hubName} could not be started, or failed to the last retry.`,
        runbook: 'hub-upkeep-dead-letters',
      }),
    ],
  };
}
