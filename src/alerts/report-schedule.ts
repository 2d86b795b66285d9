import { TimeZone, Token, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ReportDue } from './contract';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { makeScheduleRole } from '../private/schedule-role';

export interface ReportScheduleProps {
  readonly hour: number;
  readonly minute: number;
  readonly timeZone: TimeZone;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue;
  readonly encryptionKey: kms.IKey;
}

/** Asks for a report once a day, by a message that says when it was due. EventBridge Scheduler knows time zones, and rules do not. */
export function makeReportSchedule(scope: Construct, props: ReportScheduleProps): scheduler.Schedule {
  const { queue, deadLetterQueue } = props;
  const role = makeScheduleRole(scope, 'ScheduleRole', 'Asks for the daily report');
  const maySend = iam.Grant.addToPrincipal({ grantee: role, actions: ['sqs:SendMessage'], resourceArns: [queue.queueArn, deadLetterQueue.queueArn] });
  // A schedule encrypts what it sends with its role: the key need not admit the service.
  grantKeyThrough(scope, props.encryptionKey, role, 'sqs', DATA_KEY_ACTIONS);
  const due: ReportDue = { scheduledAt: scheduler.ContextAttribute.scheduledTime };
  const schedule = new scheduler.Schedule(scope, 'Schedule', {
    description: 'Asks for the daily compliance report',
    schedule: scheduler.ScheduleExpression.cron({ minute: digits(props.minute), hour: digits(props.hour), timeZone: props.timeZone }),
    target: {
      bind: () => ({
        arn: queue.queueArn,
        role,
        input: scheduler.ScheduleTargetInput.fromObject(due),
        deadLetterConfig: { arn: deadLetterQueue.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      }),
    },
  });
  // It may not start before it may send.
  maySend.applyBefore(schedule);
  return schedule;
}

const digits = (value: number) => (Token.isUnresolved(value) ? Tokenization.stringifyNumber(value) : String(value));
