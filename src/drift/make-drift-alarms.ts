import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DriftAlarms } from './drift-alarms';
import { acknowledgeRule } from '../private/acknowledge';
import { withRunbook } from '../private/naming';
import { PackagedFunction } from '../private/packaged-function';
import { QueueWithDlq } from '../private/queue-with-dlq';

export interface DriftAlarmsProps {
  readonly environment: string;
  readonly interval: Duration;
  readonly topic: sns.ITopic;
  readonly driftAlarmAction: boolean;
  readonly detect: PackagedFunction;
  readonly changes: QueueWithDlq;
  readonly drift: cloudwatch.Metric;
  readonly detectionErrors: cloudwatch.Metric;
  readonly incomplete: cloudwatch.Metric;
}

export function makeDriftAlarms(scope: Construct, props: DriftAlarmsProps): DriftAlarms {
  const { environment } = props;
  // An alarm's period must be known at synth.
  const interval = props.interval.isUnresolved() ? Duration.hours(1) : props.interval;
  const atLeastOne = { threshold: 1, comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD };
  const alarms: DriftAlarms = {
    drift: props.drift.createAlarm(scope, 'DriftAlarm', {
      ...atLeastOne,
      alarmDescription: withRunbook(`${environment} differs from what its parity policy says.`, 'drift'),
      evaluationPeriods: 1,
      // Checks are rarer than periods: what is not measured has not changed.
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }),
    detectionErrors: props.detectionErrors.createAlarm(scope, 'DetectionErrorAlarm', {
      ...atLeastOne,
      alarmDescription: withRunbook(`A drift check of ${environment} ended with an error.`, 'drift-detection-errors'),
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
    // One throttled check is nobody's business: the next one reads what this one could not.
    incomplete: props.incomplete.with({ period: interval }).createAlarm(scope, 'IncompleteAlarm', {
      ...atLeastOne,
      alarmDescription: withRunbook(`Drift checks of ${environment} could not read everything, three intervals in a row.`, 'drift-check-incomplete'),
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
    functionErrors: props.detect.errorAlarm(
      withRunbook(`The drift check of ${environment} crashed or ran out of time.`, 'drift-function-errors')),
    throttles: props.detect.throttleAlarm(
      withRunbook(`The drift check of ${environment} was not allowed to start.`, 'drift-function-throttles')),
    deadLetters: props.changes.deadLetterAlarm(
      withRunbook(`Changes or scheduled checks of ${environment} were given up after the last retry.`, 'drift-dead-letters')),
  };
  const action = new SnsAction(props.topic);
  for (const alarm of [alarms.detectionErrors, alarms.incomplete, alarms.functionErrors, alarms.throttles, alarms.deadLetters]) {
    alarm.addAlarmAction(action);
  }
  if (props.driftAlarmAction) {
    alarms.drift.addAlarmAction(action);
  } else {
    acknowledgeRule(alarms.drift, 'CloudWatchAlarmAction',
      'The check itself sends a message for what it found, with names and reasons; the alarm would only repeat it, unless `driftAlarmAction` asks');
  }
  return alarms;
}
