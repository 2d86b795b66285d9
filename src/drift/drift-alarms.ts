import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms of a drift monitor.
 */
export interface DriftAlarms {
  /** There are open findings. It has no action unless asked, since the monitor's message has the details. */
  readonly drift: cloudwatch.Alarm;
  /** A check ended with an error. */
  readonly detectionErrors: cloudwatch.Alarm;
  /** Checks could not read everything, three intervals in a row. */
  readonly incomplete: cloudwatch.Alarm;
  /** The function crashed or ran out of time. */
  readonly functionErrors: cloudwatch.Alarm;
  /** The function was not allowed to start. */
  readonly throttles: cloudwatch.Alarm;
  /** Changes or scheduled checks were given up after the last retry. */
  readonly deadLetters: cloudwatch.Alarm;
}
