import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { HeartbeatDetail, OWN_DETAIL_TYPES, OWN_SOURCE } from './contract';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { makeScheduleRole } from '../private/schedule-role';

export interface HeartbeatProps {
  readonly interval: Duration;
  readonly deadLetterQueue: sqs.IQueue;
  readonly encryptionKey: kms.IKey;
}

/** A schedule that puts an event on the default bus of its own account and region. No function takes part. */
export function makeHeartbeat(scope: Construct, { interval, deadLetterQueue, encryptionKey }: HeartbeatProps): scheduler.Schedule {
  const stack = Stack.of(scope);
  const defaultBus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
  const role = makeScheduleRole(scope, 'HeartbeatRole', 'Puts heartbeats on the default bus');
  const mayPut = iam.Grant.addToPrincipal({
    grantee: role,
    actions: ['events:PutEvents'],
    resourceArns: [defaultBus],
    conditions: { 'ForAllValues:StringEquals': { 'events:source': [OWN_SOURCE], 'events:detail-type': [OWN_DETAIL_TYPES.heartbeat] } },
  });
  // A schedule sends to its dead-letter queue, and encrypts what it sends, with its role: the key need not admit the service.
  iam.Grant.addToPrincipal({ grantee: role, actions: ['sqs:SendMessage'], resourceArns: [deadLetterQueue.queueArn] });
  grantKeyThrough(scope, encryptionKey, role, 'sqs', DATA_KEY_ACTIONS);

  const detail: HeartbeatDetail = {
    account: stack.account, region: stack.region, scheduledAt: scheduler.ContextAttribute.scheduledTime, intervalMinutes: interval.toMinutes(),
  };
  const schedule = new scheduler.Schedule(scope, 'Heartbeat', {
    description: 'Tells the monitoring account that events of this account and region reach it',
    schedule: scheduler.ScheduleExpression.rate(interval),
    target: {
      bind: () => ({
        arn: defaultBus,
        role,
        eventBridgeParameters: { source: OWN_SOURCE, detailType: OWN_DETAIL_TYPES.heartbeat },
        input: scheduler.ScheduleTargetInput.fromObject(detail),
        deadLetterConfig: { arn: deadLetterQueue.queueArn },
        // A heartbeat that is older than the next one tells nothing new.
        retryPolicy: { maximumEventAgeInSeconds: interval.isUnresolved() ? 86_400 : interval.toSeconds(), maximumRetryAttempts: 185 },
      }),
    },
  });
  // It may not start before it may put events.
  mayPut.applyBefore(schedule);
  return schedule;
}
