import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms on reports that nobody got.
 */
export interface DailyReportAlarms {
  /** A report did not reach every target in four hours of trying, or its schedule could not ask for it. */
  readonly notSent: cloudwatch.Alarm;
  /**
   * No report has reached every target for 26 hours or more. It then has insufficient data, which is what it tells its topic: before the first report
   * it has none either, and tells nobody.
   */
  readonly missing: cloudwatch.Alarm;
}
