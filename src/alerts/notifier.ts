import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { NOTIFIER_CONCURRENCY, NOTIFIER_TIMEOUT_SECONDS } from './contract';
import { NotifierAlarms } from './notifier-alarms';
import { admitPublishers, ALARMS } from './topic-access';
import { AnnouncementFilter } from '../events/announcement-rule';
import { IComplianceEventHub } from '../events/compliance-event-hub-props';
import { makeAnnouncementRule } from '../events/make-announcement-rule';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { KeyUse } from '../foundation/key-use';
import { makeAlarm } from '../private/alarm';
import { admit, DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';
import { DeadLetterQueue, deadLetterAlarm } from '../private/queue-with-dlq';

/** Announcements that go one way: by a rule and a queue of its own, so that a channel that is down holds up no other. */
export interface NotifierLane {
  readonly id: string;
  /** Of the filter's props, in refusals. */
  readonly prop: string;
  readonly filter: AnnouncementFilter;
}

export interface NotifierProps {
  readonly hub: IComplianceEventHub;
  /** The function's folder. */
  readonly handler: string;
  readonly description: string;
  readonly lanes: NotifierLane[];
  /** What the function is told, once the queues are there. */
  readonly settings: (queues: sqs.Queue[], deadLetterQueue: sqs.Queue) => { [name: string]: string };
  /** What is told, for the alarms' descriptions: "Messages for Slack". */
  readonly messages: string;
  readonly profile?: EnvironmentProfile;
  readonly alarms?: boolean;
  readonly alertTopic?: sns.ITopic;
  readonly runtime?: lambda.Runtime;
  readonly role?: iam.IRole;
}

/** Six times what the function may take, as AWS advises. */
const VISIBILITY = Duration.seconds(6 * NOTIFIER_TIMEOUT_SECONDS);
const LONGEST_RETENTION = Duration.days(14);
/** SQS takes no more. With the waits of `alerts/domain/deliver.ts` they last for ten days: a channel that is down loses nothing. */
const MOST_RECEIVES = 1_000;
const LATE = Duration.minutes(15);

/**
 * What every notifier is made of: for each lane a rule on the announcements bus and a queue, and one function and one dead-letter queue for
 * all of them. A new kind of notifier is a construct that makes one of these, and a function with its words and its channel.
 */
export class Notifier extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.IRole;
  public readonly logGroup: logs.LogGroup;
  public readonly queues: sqs.Queue[];
  public readonly rules: events.Rule[];
  public readonly deadLetterQueue: sqs.Queue;
  public readonly alarms?: NotifierAlarms;

  constructor(scope: Construct, id: string, private readonly props: NotifierProps) {
    super(scope, id);
    const { hub, lanes, profile = EnvironmentProfile.PROD } = props;
    const { encryptionKey } = hub;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', encryptionKey);
    admit(this, encryptionKey, KeyUse.EVENTS);
    this.queues = lanes.map(({ id: lane }) => this.makeQueue(`${lane}Queue`));
    this.rules = lanes.map((lane, index) => this.listen(lane, this.queues[index]));

    const notify = new PackagedFunction(this, 'Notify', {
      handler: props.handler,
      description: props.description,
      settings: props.settings(this.queues, this.deadLetterQueue),
      timeout: Duration.seconds(NOTIFIER_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention: profile.logRetention,
      logRemovalPolicy: profile.removalPolicy,
      encryptionKey,
      runtime: props.runtime,
      role: props.role,
    });
    this.function = notify.function;
    this.role = notify.role;
    this.logGroup = notify.logGroup;
    const allow = (actions: string[], resourceArns: string[]) => iam.Grant.addToPrincipal({ grantee: notify.role, actions, resourceArns });
    allow(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], this.queues.map(({ queueArn }) => queueArn));
    allow(['sqs:SendMessage'], [this.deadLetterQueue.queueArn]);
    grantKeyThrough(notify, encryptionKey, notify.role, 'sqs', DATA_KEY_ACTIONS);
    this.queues.forEach((queue, index) => this.read(lanes[index], queue));
    if (props.alarms ?? true) { this.alarms = this.makeAlarms(notify); }
  }

  private makeQueue(id: string): sqs.Queue {
    return new sqs.Queue(this, id, {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: this.props.hub.encryptionKey,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY,
      retentionPeriod: LONGEST_RETENTION,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MOST_RECEIVES },
    });
  }

  /** Nobody but this rule may send to the queue: an announcement cannot be forged by whoever else knows it. */
  private listen({ id, prop, filter }: NotifierLane, queue: sqs.Queue): events.Rule {
    const rule = makeAnnouncementRule(this, `${id}Rule`, this.props.hub.announcementBus, prop, { ...filter, description: this.props.description });
    // Not `targets.SqsQueue`: it would add statements to the key whose form depends on the app's feature flags.
    rule.addTarget({ bind: () => ({ arn: queue.queueArn, targetResource: queue, deadLetterConfig: { arn: this.deadLetterQueue.queueArn } }) });
    for (const each of [queue, this.deadLetterQueue]) {
      each.addToResourcePolicy(new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [each.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }));
    }
    return rule;
  }

  private read({ id }: NotifierLane, queue: sqs.Queue): void {
    this.function.addEventSourceMapping(`${id}Messages`, {
      eventSourceArn: queue.queueArn,
      batchSize: 100,
      // Long enough to gather a burst, short enough for a message within ten seconds of its event.
      maxBatchingWindow: Duration.seconds(2),
      maxConcurrency: NOTIFIER_CONCURRENCY,
      reportBatchItemFailures: true,
    });
  }

  private makeAlarms(notify: PackagedFunction): NotifierAlarms {
    const { alertTopic, messages, lanes } = this.props;
    if (alertTopic) { admitPublishers(this, alertTopic, ALARMS); }
    return {
      errors: notify.errorAlarm(`The function that sends ${messages} failed.`, 'notifier-errors', alertTopic),
      deadLetters: deadLetterAlarm(this, this.deadLetterQueue, {
        description: `Announcements were refused, or could not be sent as ${messages} for ten days.`, runbook: 'announcements-not-sent', topics: [alertTopic],
      }),
      late: this.queues.map((queue, index) => makeAlarm(this, `${lanes[index].id}LateAlarm`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: cloudwatch.Stats.MAXIMUM }),
        threshold: LATE.toSeconds(),
        description: `Announcements wait to be sent as ${messages}.`,
        runbook: 'announcements-wait',
        topics: [alertTopic],
      })),
    };
  }
}
