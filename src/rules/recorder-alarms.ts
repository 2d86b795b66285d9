import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms on the health of a Config recorder.
 */
export interface RecorderAlarms {
  /** Nothing records, or recording fails. Without data while nobody knows. */
  readonly stopped: cloudwatch.Alarm;
  /** The last delivery failed, or there is no delivery channel. Without data while nobody knows. */
  readonly deliveryFailed: cloudwatch.Alarm;
  /** Two checks in a row could not read everything, or did not happen. */
  readonly checkErrors: cloudwatch.Alarm;
}
