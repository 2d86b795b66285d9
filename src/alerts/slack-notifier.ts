import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AlertRoute } from './alert-route';
import { SLACK_HOSTS, SLACK_SETTINGS, SlackRouteDocument } from './contract';
import { notificationsMetric } from './notifications-metric';
import { Notifier } from './notifier';
import { NotifierAlarms } from './notifier-alarms';
import { checkSlackNotifier, DEFAULT_BURST } from './slack-notifier-checks';
import { SlackNotifierProps } from './slack-notifier-props';
import { AnnouncementFilter } from '../events/announcement-rule';
import { grantSecret } from '../private/secret-use';

/**
 * Tells channels of Slack what a hub announces: what breaks a rule, and what is well again.
 *
 * A resource that several rules find the same of is told once. What comes in numbers becomes one message. A Slack that is down delays
 * messages and loses none: they wait in a queue of the channel, for ten days, and nothing else waits for them. Whoever wants another
 * channel gives another route, whoever wants another kind of notifier a rule on the hub's announcements bus.
 */
export class SlackNotifier extends Construct {
  /** The function that writes and sends messages. */
  public readonly notifyFunction: lambda.Function;
  /** Its log. No webhook's address stands in it. */
  public readonly notifyLogGroup: logs.LogGroup;
  /** What each channel is to be told, in the order of the routes; the one of `webhookSecret` comes first. */
  public readonly queues: sqs.Queue[];
  /** What takes announcements from the bus, in the same order. */
  public readonly rules: events.Rule[];
  /** Messages that were no announcements, and those that could not be sent for ten days, for 14 days. `ERROR_MESSAGE` among their attributes tells why. */
  public readonly deadLetterQueue: sqs.Queue;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: NotifierAlarms;

  private readonly hubName: string;

  /**
   * @param scope Where the notifier belongs: a stack in the hub's account and region.
   * @param id Its name there. Another id on a live stack makes everything anew, and loses what waits in the queues.
   * @param props The hub, and its channels.
   */
  constructor(scope: Construct, id: string, props: SlackNotifierProps) {
    super(scope, id);
    checkSlackNotifier(props);
    const { hub } = props;
    const routes = routesOf(props);
    this.hubName = hub.hubName;
    const notifier = new Notifier(this, 'Notifier', {
      hub,
      handler: 'alerts/slack',
      description: `Tells Slack what ${hub.hubName} announces`,
      messages: 'messages for Slack',
      lanes: routes.map(({ prop, route }) => ({ id: route.name, prop, filter: filterOf(route) })),
      settings: (queues, deadLetterQueue) => ({
        [SLACK_SETTINGS.hubName]: hub.hubName,
        [SLACK_SETTINGS.routes]: Stack.of(this).toJsonString(routes.map(({ route }, index): SlackRouteDocument => ({
          queueUrl: queues[index].queueUrl, secret: route.webhookSecret.secretArn, jsonKey: route.webhookJsonKey,
        }))),
        [SLACK_SETTINGS.deadLetterQueueUrl]: deadLetterQueue.queueUrl,
        [SLACK_SETTINGS.webhookHosts]: (props.webhookHosts ?? [...SLACK_HOSTS]).join(','),
        [SLACK_SETTINGS.burst]: String(props.burstThreshold ?? DEFAULT_BURST),
      }),
      profile: props.profile,
      alarms: props.alarms,
      alertTopic: props.alertTopic,
      runtime: props.runtime,
      role: props.role,
    });
    for (const secret of new Set(routes.map(({ route }) => route.webhookSecret))) {
      grantSecret(notifier, secret, notifier.role, ['secretsmanager:GetSecretValue']);
    }
    this.notifyFunction = notifier.function;
    this.notifyLogGroup = notifier.logGroup;
    this.queues = notifier.queues;
    this.rules = notifier.rules;
    this.deadLetterQueue = notifier.deadLetterQueue;
    this.alarms = notifier.alarms;
  }

  /**
   * Messages about violations that all notifiers of the hub sent; a digest is one.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricViolationNotifications(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return notificationsMetric(this.hubName, options);
  }
}

const DEFAULT_ROUTE = 'Default';

interface NamedRoute {
  /** Where it stands in the props. */
  readonly prop: string;
  readonly route: AlertRoute;
}

function routesOf({ webhookSecret, webhookJsonKey, routes = [], minimumSeverity, resolvedMessages }: SlackNotifierProps): NamedRoute[] {
  const own: NamedRoute[] = webhookSecret
    ? [{ prop: 'SlackNotifier', route: { name: DEFAULT_ROUTE, webhookSecret, webhookJsonKey, minimumSeverity } }] : [];
  return [...own, ...routes.map((route, index) => ({ prop: `SlackNotifier.routes[${index}]`, route }))]
    .map(({ prop, route }) => ({ prop, route: { ...route, resolved: route.resolved ?? resolvedMessages } }));
}

const filterOf = ({ accounts, minimumSeverity, resolved }: AlertRoute): AnnouncementFilter => ({ accounts, minimumSeverity, resolved });
