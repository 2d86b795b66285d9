import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { graph, Section } from './section';

export function queueSection(queue: sqs.IQueue, deadLetterQueue: sqs.IQueue): Section {
  return {
    title: 'Changes waiting for a check',
    widgets: [
      graph('Waiting', [queue.metricApproximateNumberOfMessagesVisible({ label: 'messages', statistic: 'Maximum' })]),
      graph('Age of the oldest (s)', [queue.metricApproximateAgeOfOldestMessage({ label: 'age' })]),
      graph('Given up after the last retry', [deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'messages', statistic: 'Maximum' })]),
    ],
  };
}

export function tableSection(title: string, table: dynamodb.ITable): Section {
  const sum = (metricName: string, label: string) => table.metric(metricName, { label, statistic: 'Sum' });
  return {
    title,
    widgets: [
      graph('Capacity consumed', [sum('ConsumedReadCapacityUnits', 'read units'), sum('ConsumedWriteCapacityUnits', 'write units')]),
      graph('Throttled', [sum('ReadThrottleEvents', 'reads'), sum('WriteThrottleEvents', 'writes')]),
      // DynamoDB counts these for account and region: the metric has no dimension, and one with a table's name would stay empty for ever.
      graph('Requests refused, all tables of the account', [
        new cloudwatch.Metric({ namespace: 'AWS/DynamoDB', metricName: 'UserErrors', label: 'user errors', statistic: 'Sum', period: Duration.minutes(5) }),
      ]),
    ],
  };
}
