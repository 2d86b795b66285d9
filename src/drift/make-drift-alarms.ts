import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DriftAlarms } from './drift-alarms';
import { makeAlarm } from '../private/alarm';
import { PackagedFunction } from '../private/packaged-function';
import { QueueWithDlq } from '../private/queue-with-dlq';

export interface DriftAlarmsProps {
  readonly environment: string;
  readonly interval: Duration;
  readonly topic: sns.ITopic;
  /** Who is told of open findings beside the monitor's own message. */
  readonly driftTopics: (sns.ITopic | undefined)[];
  readonly detect: PackagedFunction;
  readonly changes: QueueWithDlq;
  readonly drift: cloudwatch.Metric;
  readonly detectionErrors: cloudwatch.Metric;
  readonly incomplete: cloudwatch.Metric;
}

export function makeDriftAlarms(scope: Construct, props: DriftAlarmsProps): DriftAlarms {
  const { environment, topic } = props;
  // An alarm's period must be known at synth.
  const interval = props.interval.isUnresolved() ? Duration.hours(1) : props.interval;
  return {
    drift: makeAlarm(scope, 'DriftAlarm', {
      metric: props.drift,
      threshold: 1,
      // Checks are rarer than periods: what is not measured has not changed.
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
      description: `${environment} differs from what its parity policy says.`,
      runbook: 'drift',
      topics: props.driftTopics,
      silence: 'The check itself sends a message for what it found, with names and reasons; the alarm would only repeat it, unless `driftAlarmAction` asks',
    }),
    detectionErrors: makeAlarm(scope, 'DetectionErrorAlarm', {
      metric: props.detectionErrors,
      threshold: 1,
      description: `A drift check of ${environment} ended with an error.`,
      runbook: 'drift-detection-errors',
      topics: [topic],
    }),
    // One throttled check is nobody's business: the next one reads what this one could not.
    incomplete: makeAlarm(scope, 'IncompleteAlarm', {
      metric: props.incomplete.with({ period: interval }),
      threshold: 1,
      evaluationPeriods: 3,
      description: `Drift checks of ${environment} could not read everything, three intervals in a row.`,
      runbook: 'drift-check-incomplete',
      topics: [topic],
    }),
    functionErrors: props.detect.errorAlarm(`The drift check of ${environment} crashed or ran out of time.`, 'drift-function-errors', topic),
    throttles: props.detect.throttleAlarm(`The drift check of ${environment} was not allowed to start.`, 'drift-function-throttles', topic),
    deadLetters: props.changes.deadLetterAlarm(
      `Changes or scheduled checks of ${environment} were given up after the last retry.`, 'drift-dead-letters', topic),
  };
}
