import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SCHEDULED_CHECK } from './contract';
import { KeyUse } from '../foundation/key-use';
import { admit } from '../private/key-use';

/** Lambda gives up an asynchronous invocation after six hours at the latest. */
const OLDEST_EVENT_MINUTES = 6 * 60;

/** A scheduled check that is older than the next one tells nothing new. */
export function oldestUsefulCheck(interval: Duration): Duration {
  return interval.isUnresolved() ? Duration.minutes(OLDEST_EVENT_MINUTES) : Duration.minutes(Math.min(interval.toMinutes(), OLDEST_EVENT_MINUTES));
}

/** The schedule: the net under the change events, which are best effort. */
export function makeSchedule(scope: Construct, interval: Duration, detect: lambda.IFunction): events.Rule {
  return new events.Rule(scope, 'Schedule', {
    description: 'Starts the drift check',
    schedule: events.Schedule.rate(interval),
    targets: [new targets.LambdaFunction(detect, {
      event: events.RuleTargetInput.fromObject(SCHEDULED_CHECK),
      maxEventAge: oldestUsefulCheck(interval),
      retryAttempts: 2,
    })],
  });
}

/** Names that changed in one of the environments compared go to the monitor's queue. */
export function makeChangeRule(scope: Construct, prefixes: string[], queue: sqs.Queue): events.Rule {
  const rule = new events.Rule(scope, 'ChangeRule', {
    description: 'Sends changed parameter names to the drift check',
    eventPattern: {
      source: ['aws.ssm'],
      detailType: ['Parameter Store Change'],
      detail: { operation: ['Create', 'Update', 'Delete'], name: prefixes.map((prefix) => ({ prefix: `${prefix}/` })) },
    },
  });
  if (queue.encryptionMasterKey) { admit(scope, queue.encryptionMasterKey, KeyUse.EVENTS); }
  // Not `targets.SqsQueue`: it would add statements to the key whose form depends on the app's feature flags.
  rule.addTarget({ bind: () => ({ arn: queue.queueArn, targetResource: queue }) });
  queue.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
  }));
  return rule;
}

/** Batches of changed names; the function reports the messages that it could not handle. */
export function readFrom(queue: sqs.Queue, detect: lambda.Function): void {
  detect.addEventSourceMapping('Changes', {
    eventSourceArn: queue.queueArn,
    batchSize: 100,
    maxBatchingWindow: Duration.seconds(20),
    // One run at a time writes; the others wait. A walk that goes on must find a place beside those that wait for it.
    maxConcurrency: 5,
    reportBatchItemFailures: true,
  });
}
