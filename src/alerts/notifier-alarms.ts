import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms on what a notifier could not tell.
 */
export interface NotifierAlarms {
  /** The function crashed, or ran out of its time. */
  readonly errors: cloudwatch.Alarm;
  /** There are announcements that were refused, or could not be sent for ten days. */
  readonly deadLetters: cloudwatch.Alarm;
  /** Announcements wait to be sent for more than a quarter of an hour: one alarm for each queue. */
  readonly late: cloudwatch.Alarm[];
}
