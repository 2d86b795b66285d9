import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AnnouncementTopicProps } from './announcement-topic-props';
import { TOPIC_SETTINGS } from './contract';
import { Notifier } from './notifier';
import { NotifierAlarms } from './notifier-alarms';
import { DEFAULT_BURST } from './slack-notifier-checks';
import { makeTopic, subscribeEmails } from './topic-access';
import { TopicFormat } from './topic-format';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { requireHub, requireProfileIfGiven } from '../private/kinds';
import { requireKind, requireWholeNumber } from '../private/validation';

/**
 * Tells a topic what a hub announces: in text for mailboxes, or in the words of Amazon Q Developer in chat applications, which posts them
 * to Slack or Microsoft Teams.
 *
 * Each message has the attributes `account`, `region`, `severity` and `status`, and `digest` where it is one for many, for filter policies of
 * subscriptions. A topic that cannot be published to delays messages and loses none for ten days.
 */
export class AnnouncementTopic extends Construct {
  /** The topic. */
  public readonly topic: sns.ITopic;
  /** The function that writes and publishes. */
  public readonly notifyFunction: lambda.Function;
  /** Its log. */
  public readonly notifyLogGroup: logs.LogGroup;
  /** What the topic is to be told. */
  public readonly queue: sqs.Queue;
  /** What takes announcements from the bus. */
  public readonly rule: events.Rule;
  /** Messages that were no announcements, and those that could not be published for ten days, for 14 days. */
  public readonly deadLetterQueue: sqs.Queue;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: NotifierAlarms;

  /**
   * @param scope Where it belongs: a stack in the hub's account and region.
   * @param id Its name there. Another id on a live stack makes everything anew, and each subscriber has to confirm again.
   * @param props The hub, and what the topic is told.
   */
  constructor(scope: Construct, id: string, props: AnnouncementTopicProps) {
    super(scope, id);
    const { hub, burstThreshold = DEFAULT_BURST } = props;
    requireHub('AnnouncementTopic.hub', hub);
    requireProfileIfGiven('AnnouncementTopic.profile', props.profile);
    if (props.format !== undefined) { requireKind('AnnouncementTopic.format', props.format, TopicFormat, 'use TopicFormat.TEXT or TopicFormat.AMAZON_Q'); }
    requireWholeNumber('AnnouncementTopic.burstThreshold', burstThreshold, 1, 100, 'leave it out for 5');
    this.topic = makeTopic(this, 'Topic', hub.encryptionKey, props.topic);
    subscribeEmails(this, 'AnnouncementTopic.emails', this.topic, props.emails ?? []);
    const notifier = new Notifier(this, 'Notifier', {
      hub,
      handler: 'alerts/topic',
      description: `Tells a topic what ${hub.hubName} announces`,
      messages: 'messages to the topic',
      lanes: [{
        id: 'Topic',
        prop: 'AnnouncementTopic',
        filter: { accounts: props.accounts, minimumSeverity: props.minimumSeverity, resolved: props.resolvedMessages },
      }],
      settings: ([queue], deadLetterQueue) => ({
        [TOPIC_SETTINGS.hubName]: hub.hubName,
        [TOPIC_SETTINGS.topicArn]: this.topic.topicArn,
        [TOPIC_SETTINGS.queueUrl]: queue.queueUrl,
        [TOPIC_SETTINGS.deadLetterQueueUrl]: deadLetterQueue.queueUrl,
        [TOPIC_SETTINGS.format]: (props.format ?? TopicFormat.TEXT).value,
        [TOPIC_SETTINGS.burst]: String(burstThreshold),
      }),
      profile: props.profile,
      alarms: props.alarms,
      alertTopic: props.alertTopic,
      runtime: props.runtime,
      role: props.role,
    });
    iam.Grant.addToPrincipal({ grantee: notifier.role, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
    grantKeyThrough(notifier, props.topic ? props.topic.masterKey : hub.encryptionKey, notifier.role, 'sns', DATA_KEY_ACTIONS);
    this.notifyFunction = notifier.function;
    this.notifyLogGroup = notifier.logGroup;
    this.queue = notifier.queues[0];
    this.rule = notifier.rules[0];
    this.deadLetterQueue = notifier.deadLetterQueue;
    this.alarms = notifier.alarms;
  }
}
