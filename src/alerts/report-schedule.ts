import { Stack, TimeZone, Token, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ReportDue } from './contract';
import { acknowledgeRule } from '../private/acknowledge';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';

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
  const stack = Stack.of(scope);
  const { queue, deadLetterQueue } = props;
  const role = new iam.Role(scope, 'ScheduleRole', {
    description: 'Asks for the daily report',
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': stack.account,
          'aws:SourceArn': stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' }),
        },
      },
    }),
  });
  acknowledgeRule(role, 'IAMNoInlinePolicy', 'The policy belongs to this one role and goes with it: nobody else can be given it');
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
