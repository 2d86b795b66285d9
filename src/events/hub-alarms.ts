import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Alarms of a hub.
 */
export interface HubAlarms {
  /** More than 5 % of the events of five minutes could not be processed. */
  readonly errorRate: cloudwatch.Alarm;
  /** There are events that nobody could process. */
  readonly deadLetters: cloudwatch.Alarm;
  /** There are more than ten of them: critical. */
  readonly manyDeadLetters: cloudwatch.Alarm;
  /** The slowest hundredth of the invocations of the function that stores events took more than 10 seconds. */
  readonly slowIngest: cloudwatch.Alarm;
  /** The function that stores events crashed or ran out of time. */
  readonly ingestErrors: cloudwatch.Alarm;
  /** The function that stores events was not allowed to start. */
  readonly ingestThrottles: cloudwatch.Alarm;
  /** An event has waited in the queue for more than 15 minutes. */
  readonly lateEvents: cloudwatch.Alarm;
  /** EventBridge could not bring events of members to the queue. */
  readonly failedDeliveries: cloudwatch.Alarm;
  /** An event could neither be brought to the queue nor be kept: it is lost here, and only AWS Config still knows. */
  readonly lostEvents: cloudwatch.Alarm;
  /** Changes were not announced, or are announced late. */
  readonly announcements: cloudwatch.Alarm[];
  /** Members are silent, which is critical, or do not record; or nobody could tell. */
  readonly members: cloudwatch.Alarm[];
  /** Counters are wrong; or a recount, an export or a backfill failed. */
  readonly upkeep: cloudwatch.Alarm[];
}
