import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms on an API that answers badly.
 */
export interface ComplianceApiAlarms {
  /** The API answered 500 or more: a question had no answer although it was a good one. */
  readonly serverErrors: cloudwatch.Alarm;
  /** The function crashed or ran out of time. */
  readonly functionErrors: cloudwatch.Alarm;
  /** The slowest answers take too long. */
  readonly latency: cloudwatch.Alarm;
}
