import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { busStatements } from './bus-statements';
import { CONFIG_DETAIL_TYPES, CONFIG_SOURCE, OWN_DETAIL_TYPES, OWN_SOURCE } from './contract';
import { CrossAccountEventForwarderProps, RequiredBusStatementsOptions } from './cross-account-event-forwarder-props';
import { ForwarderAlarms } from './forwarder-alarms';
import { checkForwarder } from './forwarder-checks';
import { makeHeartbeat } from './heartbeat';
import { makeReaderRole } from './reader-role';
import { admitPublishers, ALARMS } from '../alerts/topic-access';
import { ComplianceKey } from '../foundation/compliance-key';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { KeyUse } from '../foundation/key-use';
import { acknowledgeRule } from '../private/acknowledge';
import { makeAlarm } from '../private/alarm';
import { admit } from '../private/key-use';
import { DeadLetterQueue, deadLetterAlarm } from '../private/queue-with-dlq';

/**
 * Sends what AWS Config tells in a monitored account and region to the hub's bus in the monitoring account.
 *
 * One rule on the default bus carries changes of compliance, changes of resources, and a heartbeat that a schedule puts there: what the
 * hub hears of a member has come by the same rule, role and target as every other event. It has no function, asset or custom resource,
 * so that its template can be rolled out as a StackSet. An account and region needs one; a second one sends everything twice, which the
 * hub notices and costs.
 *
 * AWS Config's events are best effort: some are never sent. The hub learns these from AWS Config itself.
 */
export class CrossAccountEventForwarder extends Construct {
  /**
   * What the policy of the hub's bus must allow, so that events of members reach it: events of AWS Config and of this library, put by
   * roles of the organization or the accounts, and nothing else.
   *
   * @param hubBus The bus.
   * @param options Whom it admits.
   */
  public static requiredBusStatements(hubBus: events.IEventBus, options: RequiredBusStatementsOptions): iam.PolicyStatement[] {
    return busStatements(hubBus, options);
  }

  /** Sends events from this account's default bus. */
  public readonly rule: events.Rule;
  /** The role that the rule puts events with, on the hub's bus only. */
  public readonly role: iam.Role;
  /** Sends events of additional sources, if there are any. */
  public readonly additionalRule?: events.Rule;
  /** What the hub reads AWS Config with, unless it may not. */
  public readonly readerRole?: iam.Role;
  /** Puts heartbeats on this account's default bus. */
  public readonly heartbeatSchedule: scheduler.Schedule;
  /** Events and heartbeats that could not be sent, for 14 days. Their attributes tell the error, and rule or schedule. */
  public readonly deadLetterQueue: sqs.Queue;
  /** Key that the dead-letter queue is encrypted with. */
  public readonly encryptionKey: kms.IKey;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: ForwarderAlarms;

  /**
   * @param scope Where the forwarder belongs: a stack in the monitored account and region.
   * @param id Its name there. Another id on a live stack makes everything anew, and loses what is in the dead-letter queue.
   * @param props The hub's bus.
   */
  constructor(scope: Construct, id: string, private readonly props: CrossAccountEventForwarderProps) {
    super(scope, id);
    checkForwarder(this, props);
    this.encryptionKey = new ComplianceKey(this, 'Key', { profile: props.profile ?? EnvironmentProfile.PROD, encryptionKey: props.encryptionKey }).key;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', this.encryptionKey);
    admit(this, this.encryptionKey, KeyUse.EVENTS);
    acknowledgeRule(this.deadLetterQueue, 'SQSQueueDLQ', 'It is a dead-letter queue itself, of a rule and of a schedule; nobody receives from it');

    this.role = this.makeRole();
    this.rule = this.makeRule('Rule', 'Sends compliance events to the monitoring account', {
      source: [CONFIG_SOURCE, OWN_SOURCE],
      detailType: [
        CONFIG_DETAIL_TYPES.complianceChange, ...(props.configurationItems ?? true ? [CONFIG_DETAIL_TYPES.itemChange] : []),
        ...Object.values(OWN_DETAIL_TYPES),
      ],
    });
    if (props.additionalSources?.length) {
      this.additionalRule = this.makeRule('AdditionalRule', 'Sends events of other sources to the monitoring account', { source: props.additionalSources });
    }
    if (props.readerRole ?? true) { this.readerRole = makeReaderRole(this, props.hubBus, props.readerRolePrefix); }
    this.heartbeatSchedule = makeHeartbeat(this, {
      interval: props.heartbeatInterval ?? Duration.minutes(15), deadLetterQueue: this.deadLetterQueue, encryptionKey: this.encryptionKey,
    });
    // The first heartbeat finds the rule that carries it.
    this.heartbeatSchedule.node.addDependency(this.rule);
    if (props.alarms ?? true) { this.alarms = this.makeAlarms(); }
  }

  /**
   * Events that the rule sent, or tried to send to the last retry.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricForwarded(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('Invocations', options);
  }

  /**
   * Events that the hub's bus did not take to the last retry.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricFailedDeliveries(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('FailedInvocations', options);
  }

  /**
   * Events that could not be kept in the dead-letter queue either.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricLostEvents(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationsFailedToBeSentToDlq', options);
  }

  private makeRole(): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: "Puts compliance events on the hub's bus",
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
    });
    acknowledgeRule(role, 'IAMNoInlinePolicy', 'The policy belongs to this one role and goes with it: nobody else can be given it');
    return role;
  }

  private makeRule(id: string, description: string, pattern: events.EventPattern): events.Rule {
    const { hubBus, maxEventAge = Duration.hours(24), retryAttempts = 185 } = this.props;
    // Of this account only: EventBridge sends nothing on that already came from another one.
    const rule = new events.Rule(this, id, { description, eventPattern: { ...pattern, account: [Stack.of(this).account] } });
    // Not `targets.EventBus`: it has no retry policy.
    rule.addTarget({
      bind: () => ({
        arn: hubBus.eventBusArn,
        role: this.role,
        deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: maxEventAge.toSeconds(), maximumRetryAttempts: retryAttempts },
      }),
    });
    iam.Grant.addToPrincipal({ grantee: this.role, actions: ['events:PutEvents'], resourceArns: [hubBus.eventBusArn] }).applyBefore(rule);
    this.deadLetterQueue.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.deadLetterQueue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }));
    return rule;
  }

  private makeAlarms(): ForwarderAlarms {
    const { alertTopic } = this.props;
    if (alertTopic) { admitPublishers(this, alertTopic, ALARMS); }
    const topics = [alertTopic];
    return {
      failedDeliveries: makeAlarm(this, 'FailedDeliveriesAlarm', {
        metric: this.metricFailedDeliveries(),
        threshold: 1,
        description: 'Compliance events did not reach the monitoring account.',
        runbook: 'event-delivery-failed',
        topics,
      }),
      lostEvents: makeAlarm(this, 'LostEventsAlarm', {
        metric: this.metricLostEvents(),
        threshold: 1,
        description: 'Compliance events neither reached the monitoring account nor were kept.',
        runbook: 'compliance-events-lost',
        topics,
      }),
      deadLetters: deadLetterAlarm(this, this.deadLetterQueue, {
        description: 'Compliance events or heartbeats that could not be sent are kept.', runbook: 'compliance-events-not-sent', topics,
      }),
    };
  }

  /** Of a rule on the default bus: EventBridge names the bus for others only. */
  private sum(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Events',
      metricName,
      dimensionsMap: { RuleName: this.rule.ruleName },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    });
  }
}
