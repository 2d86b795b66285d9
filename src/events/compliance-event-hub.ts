import { Duration, Names } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ComplianceEventHubAttributes, ComplianceEventHubProps, IComplianceEventHub } from './compliance-event-hub-props';
import { INGEST_TIMEOUT_SECONDS, LONGEST_HUB_NAME } from './contract';
import { makeEventTable } from './event-table';
import { makeHeartbeat } from './heartbeat';
import { HubAlarms } from './hub-alarms';
import { HubBase } from './hub-base';
import { makeArchive, makeBus } from './hub-buses';
import { checkHub } from './hub-checks';
import { makeIntake } from './hub-intake';
import { ruleMetric } from './hub-metrics';
import { hubOutputs } from './hub-outputs';
import { HubParts, makeHubParts } from './hub-parts';
import { makeHubReports } from './hub-storage';
import { makeHubAlarms } from './make-hub-alarms';
import { AlertTopics } from '../alerts/alert-topics';
import { admitPublishers, ALARMS } from '../alerts/topic-access';
import { applyGovernanceTags } from '../foundation/apply-governance-tags';
import { ComplianceKey } from '../foundation/compliance-key';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { addOutputs } from '../private/outputs';
import { QueueWithDlq } from '../private/queue-with-dlq';

/**
 * Where compliance events of many accounts and regions come together.
 *
 * Members send what AWS Config tells to its bus (see `CrossAccountEventForwarder`); its own account and region need no forwarder. Each event is
 * stored once, in whatever order events come and however often; counters follow. What no event told is learned from AWS Config. Changes are
 * announced on a bus of their own, to which notifiers are attached. A member that is silent, or whose recorder is stopped, raises an alarm.
 */
export class ComplianceEventHub extends HubBase {
  /**
   * A hub that exists already.
   *
   * @param scope Where it is used.
   * @param id Its name there.
   * @param attributes What it consists of.
   */
  public static fromComplianceEventHubAttributes(scope: Construct, id: string, attributes: ComplianceEventHubAttributes): IComplianceEventHub {
    class Existing extends HubBase {
      public readonly hubName = attributes.eventBus.eventBusName;
      public readonly eventBus = attributes.eventBus;
      public readonly announcementBus = attributes.announcementBus;
      public readonly eventTable = attributes.eventTable;
      public readonly encryptionKey = attributes.encryptionKey;
      public readonly reportsBucket = attributes.reportsBucket;
    }
    return new Existing(scope, id);
  }

  /** Its name: also the name of its bus, and the dimension `Hub` of its metrics. */
  public readonly hubName: string;
  /** The bus that members send to. */
  public readonly eventBus: events.IEventBus;
  /** The bus that says what changed, and that nobody but the hub can write to. */
  public readonly announcementBus: events.IEventBus;
  /** The table of events, states and counters. */
  public readonly eventTable: dynamodb.ITable;
  /** Key that everything of the hub is encrypted with. */
  public readonly encryptionKey: kms.IKey;
  /** Where exports and reports lie. */
  public readonly reportsBucket: s3.IBucket;
  /** What members sent, to be replayed after a fault. */
  public readonly archive: events.Archive;
  /** Events that wait to be stored, for up to seven days. */
  public readonly eventQueue: sqs.Queue;
  /** Events that nobody could bring, encrypt or process, for 14 days from when they were sent. */
  public readonly deadLetterQueue: sqs.Queue;
  /** Brings members' events, and replayed ones, to the queue. */
  public readonly ingestRule: events.Rule;
  /** Bring events of the hub's own account and region to the queue, unless they are not taken. */
  public readonly ownAccountRules: events.Rule[];
  /** Puts heartbeats on the default bus of the hub's own account and region, unless events of it are not taken. */
  public readonly heartbeatSchedule?: scheduler.Schedule;
  /** The function that stores events. */
  public readonly ingestFunction: lambda.Function;
  /** The function that announces what changed. */
  public readonly announceFunction: lambda.Function;
  /** The function that looks for silent members, every five minutes. */
  public readonly watchFunction: lambda.Function;
  /** The function that recounts the counters each night. Invoked with `{ "correct": true }` it corrects those that two recounts found wrong. */
  public readonly auditFunction: lambda.Function;
  /** The function that exports each day's events to the reports bucket. */
  public readonly exportFunction: lambda.Function;
  /** The function that learns from AWS Config what no event told, unless there is no backfill. */
  public readonly backfillFunction?: lambda.Function;
  /** Logs of the function that watches members: scores by account, and rules that fail. */
  public readonly watchLogGroup: logs.ILogGroup;
  /** All functions of the hub. */
  public readonly functions: lambda.IFunction[];
  /** Whom alarms tell. */
  public readonly alertTopic: sns.ITopic;
  /** Whom what cannot wait is told; in production, or where it is given. */
  public readonly criticalTopic?: sns.ITopic;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: HubAlarms;

  /**
   * @param scope Where the hub belongs: a stack in the monitoring account.
   * @param id Its name there. Another id on a live stack makes a new, empty hub, and with a derived name members no longer reach it.
   * @param props Who may send, and what differs from the defaults.
   */
  constructor(scope: Construct, id: string, props: ComplianceEventHubProps) {
    super(scope, id);
    checkHub(this, props);
    const { profile = EnvironmentProfile.PROD, additionalSources = [], ownAccount = true } = props;
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    const archiveRetention = props.archiveRetention ?? Duration.days(30);
    this.hubName = props.busName ?? Names.uniqueResourceName(this, { maxLength: LONGEST_HUB_NAME });

    const encryptionKey = new ComplianceKey(this, 'Key', { profile, removalPolicy, encryptionKey: props.encryptionKey }).key;
    const { alertTopic, criticalTopic } = new AlertTopics(this, 'Topics', {
      profile, encryptionKey, alertTopic: props.alertTopic, criticalTopic: props.criticalTopic, alertEmails: props.alertEmails,
    });
    this.encryptionKey = encryptionKey;
    this.alertTopic = alertTopic;
    this.criticalTopic = criticalTopic;
    this.eventTable = makeEventTable(this, { encryptionKey, removalPolicy, deletionProtection: profile.deletionProtection });
    this.reportsBucket = props.reportsBucket ?? makeHubReports(this, profile, encryptionKey, removalPolicy);

    const queues = new QueueWithDlq(this, 'Events', {
      encryptionKey,
      visibilityTimeout: Duration.seconds(6 * INGEST_TIMEOUT_SECONDS),
      maxReceiveCount: 5,
      retentionPeriod: Duration.days(7),
    });
    this.eventQueue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    const { eventQueue, deadLetterQueue } = this;
    const made = { encryptionKey, deadLetterQueue };
    const bus = makeBus(this, 'Bus', { ...made, busName: this.hubName, description: 'Takes compliance events of the members' });
    for (const statement of props.access._statements(bus, additionalSources)) { bus.addToResourcePolicy(statement); }
    this.eventBus = bus;
    const announcementBus = makeBus(this, 'Announcements', { ...made, description: 'Says which compliance changed' });
    this.announcementBus = announcementBus;
    this.archive = makeArchive(this, bus, encryptionKey, archiveRetention, additionalSources);
    const intake = makeIntake(this, { bus, queue: eventQueue, deadLetterQueue, additionalSources, ownAccount });
    this.ingestRule = intake.ingestRule;
    this.ownAccountRules = intake.ownAccountRules;
    if (ownAccount) { this.heartbeatSchedule = this.makeHeartbeat(); }

    const parts = makeHubParts(this, {
      hubName: this.hubName,
      table: this.eventTable,
      queue: eventQueue,
      announcementBus,
      reportsBucket: this.reportsBucket,
      encryptionKey,
      profile,
      removalPolicy,
      archiveRetention,
      alertTopic,
      criticalTopic,
      access: props.access,
      options: props,
    });
    this.ingestFunction = parts.ingest.function;
    this.announceFunction = parts.announce.function;
    this.watchFunction = parts.watch.function;
    this.watchLogGroup = parts.watch.logGroup;
    this.auditFunction = parts.audit.function;
    this.exportFunction = parts.export.function;
    this.backfillFunction = parts.backfill?.function;
    this.functions = [
      this.ingestFunction, this.announceFunction, this.watchFunction, this.auditFunction, this.exportFunction,
      ...this.backfillFunction ? [this.backfillFunction] : [],
    ];
    if (props.alarms ?? true) { this.alarms = this.makeAlarms(queues, parts); }
    applyGovernanceTags(this, props.organizationName, profile.name, props.tags);
    if (props.outputs ?? true) { addOutputs(this, hubOutputs(this), false); }
  }

  /**
   * Events of members that EventBridge could not bring to the queue. Those of the hub's own account and region are not among them.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricFailedDeliveries(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return ruleMetric(this.ingestRule, this.eventBus, 'FailedInvocations', options);
  }

  /**
   * Events of members that could neither be brought to the queue nor be kept.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricLostEvents(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return ruleMetric(this.ingestRule, this.eventBus, 'InvocationsFailedToBeSentToDlq', options);
  }

  /** It travels like every other event of the own account, and not before there is a rule that carries it. */
  private makeHeartbeat(): scheduler.Schedule {
    const { deadLetterQueue, encryptionKey } = this;
    const schedule = makeHeartbeat(this, { interval: Duration.minutes(15), deadLetterQueue, encryptionKey });
    schedule.node.addDependency(...this.ownAccountRules);
    return schedule;
  }

  private makeAlarms(queues: QueueWithDlq, parts: HubParts): HubAlarms {
    const { hubName, alertTopic, criticalTopic } = this;
    for (const topic of [alertTopic, criticalTopic]) { if (topic) { admitPublishers(this, topic, ALARMS); } }
    return makeHubAlarms(this, {
      hubName,
      events: queues,
      parts,
      errorRate: this.metricErrorRate(),
      failedDeliveries: this.metricFailedDeliveries(),
      lostEvents: this.metricLostEvents(),
      alertTopic,
      criticalTopic,
    });
  }
}
