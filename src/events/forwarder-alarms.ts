import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms on what a forwarder could not send.
 */
export interface ForwarderAlarms {
  /** The hub's bus did not take an event to the last retry. */
  readonly failedDeliveries: cloudwatch.Alarm;
  /** An event could not even be kept in the dead-letter queue: it is lost here, and only AWS Config still knows. */
  readonly lostEvents: cloudwatch.Alarm;
  /** There are events, or heartbeats, in the dead-letter queue. */
  readonly deadLetters: cloudwatch.Alarm;
}
