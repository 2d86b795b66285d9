import { Duration, Names } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ComplianceEventHubAttributes, ComplianceEventHubProps, IComplianceEventHub } from './compliance-event-hub-props';
import { EVENT_METRICS, LONGEST_HUB_NAME } from './contract';
import { makeEventTable } from './event-table';
import { makeHeartbeat } from './heartbeat';
import { HubAlarms } from './hub-alarms';
import { HubBase } from './hub-base';
import { makeArchive, makeBus } from './hub-buses';
import { checkHub } from './hub-checks';
import { makeIntake } from './hub-intake';
import { errorRate, hubMetric, ruleMetric } from './hub-metrics';
import { makeHubReports } from './hub-storage';
import { AlertTopics } from '../alerts/alert-topics';
import { applyGovernanceTags } from '../foundation/apply-governance-tags';
import { ComplianceKey } from '../foundation/compliance-key';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { QueueWithDlq } from '../private/queue-with-dlq';

/** Whatever holds data is named after itself: an id here is an id for ever. */
const INGEST_TIMEOUT = Duration.seconds(60);

/**
 * Where compliance events of many accounts come together.
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

  public readonly hubName: string;
  public readonly eventBus: events.EventBus;
  public readonly announcementBus: events.EventBus;
  public readonly eventTable: dynamodb.Table;
  public readonly encryptionKey: kms.IKey;
  public readonly reportsBucket: s3.IBucket;
  /** What members sent, to be replayed after a fault. */
  public readonly archive: events.Archive;
  /** Events that wait to be stored. */
  public readonly eventQueue: sqs.Queue;
  /** Events that nobody could bring or process, for 14 days. */
  public readonly deadLetterQueue: sqs.Queue;
  /** Brings members' events, and replayed ones, to the queue. */
  public readonly ingestRule: events.Rule;
  /** Bring events of the hub's own account and region to the queue. */
  public readonly ownAccountRules: events.Rule[];
  /** Puts heartbeats on the default bus of the hub's own account and region, unless events of it are not taken. */
  public readonly heartbeatSchedule?: scheduler.Schedule;
  /** Whom alarms tell. */
  public readonly alertTopic: sns.ITopic;
  /** Whom what cannot wait is told; in production, or where it is given. */
  public readonly criticalTopic?: sns.ITopic;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: HubAlarms;

  constructor(scope: Construct, id: string, props: ComplianceEventHubProps) {
    super(scope, id);
    checkHub(this, props);
    const { profile = EnvironmentProfile.PROD, additionalSources = [], ownAccount = true } = props;
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    this.hubName = props.busName ?? Names.uniqueResourceName(this, { maxLength: LONGEST_HUB_NAME });

    const encryptionKey = new ComplianceKey(this, 'Key', { profile, removalPolicy, encryptionKey: props.encryptionKey }).key;
    this.encryptionKey = encryptionKey;
    const topics = new AlertTopics(this, 'Topics', {
      profile, encryptionKey, alertTopic: props.alertTopic, criticalTopic: props.criticalTopic, alertEmails: props.alertEmails,
    });
    this.alertTopic = topics.alertTopic;
    this.criticalTopic = topics.criticalTopic;
    this.eventTable = makeEventTable(this, { encryptionKey, removalPolicy, deletionProtection: profile.deletionProtection });
    this.reportsBucket = props.reportsBucket ?? makeHubReports(this, profile, encryptionKey, removalPolicy);

    const queues = new QueueWithDlq(this, 'Events', { encryptionKey, visibilityTimeout: Duration.seconds(6 * INGEST_TIMEOUT.toSeconds()), maxReceiveCount: 10 });
    this.eventQueue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    const bus = { encryptionKey, deadLetterQueue: this.deadLetterQueue };
    this.eventBus = makeBus(this, 'Bus', { ...bus, busName: this.hubName, description: 'Takes compliance events of the members' });
    for (const statement of props.access._statements(this.eventBus, additionalSources)) { this.eventBus.addToResourcePolicy(statement); }
    this.announcementBus = makeBus(this, 'Announcements', { ...bus, description: 'Says which compliance changed; nobody but the hub puts anything on it' });
    this.archive = makeArchive(this, this.eventBus, encryptionKey, props.archiveRetention ?? Duration.days(30), additionalSources);
    const intake = makeIntake(this, { bus: this.eventBus, queue: this.eventQueue, deadLetterQueue: this.deadLetterQueue, additionalSources, ownAccount });
    this.ingestRule = intake.ingestRule;
    this.ownAccountRules = intake.ownAccountRules;
    if (ownAccount) {
      this.heartbeatSchedule = makeHeartbeat(this, { interval: Duration.minutes(15), deadLetterQueue: this.deadLetterQueue, encryptionKey });
      this.heartbeatSchedule.node.addDependency(...this.ownAccountRules);
    }
    applyGovernanceTags(this, props.organizationName, profile.name, props.tags);
  }

  public metricFailedDeliveries(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return ruleMetric(this.ingestRule, this.eventBus, 'FailedInvocations', options);
  }
}
