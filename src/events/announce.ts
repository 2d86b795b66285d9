import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ANNOUNCE_SETTINGS, ANNOUNCE_TIMEOUT_SECONDS, EVENT_PREFIX, OWN_DETAIL_TYPES, STATE_PREFIX } from './contract';
import { grantTable } from './event-table';
import { SeverityRule } from '../alerts/alert-severity';
import { severityDocuments } from '../alerts/severity-documents';
import { admitPublishers, ALARMS } from '../alerts/topic-access';
import { acknowledgeResources, acknowledgeRule } from '../private/acknowledge';
import { makeAlarm } from '../private/alarm';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';
import { DeadLetterQueue, deadLetterAlarm } from '../private/queue-with-dlq';

export interface AnnounceFunctionProps {
  readonly hubName: string;
  /** Its stream has both images. */
  readonly table: dynamodb.ITable;
  readonly announcementBus: events.IEventBus;
  readonly encryptionKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
  /** The consumer's own severities, before those of AWS's managed rules. */
  readonly severities?: SeverityRule[];
  /** Whether alarms are made; they are unless told otherwise. */
  readonly alarms?: boolean;
  readonly alertTopic?: sns.ITopic;
  readonly runtime?: lambda.Runtime;
  readonly role?: iam.IRole;
}

export interface AnnounceAlarms {
  /** Changes were not announced for most of a day. */
  readonly deadLetters: cloudwatch.Alarm;
  /** Announcements come late. */
  readonly late: cloudwatch.Alarm;
  /** The function crashed, or ran out of its time. */
  readonly errors: cloudwatch.Alarm;
}

/** Streams keep a record for 24 hours: what is given up by then can still be looked up in the stream. */
const OLDEST_RECORD = Duration.hours(20);
const LATE = Duration.minutes(10);

/** Announces changes of state, from the stream of the event table. */
export class AnnounceFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly logGroup: logs.LogGroup;
  /** Where in the stream the changes are that could not be announced. */
  public readonly deadLetterQueue: sqs.Queue;
  public readonly alarms?: AnnounceAlarms;

  constructor(scope: Construct, id: string, props: AnnounceFunctionProps) {
    super(scope, id);
    const { table, announcementBus, encryptionKey, alertTopic } = props;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', encryptionKey);
    acknowledgeRule(this.deadLetterQueue, 'SQSQueueDLQ', 'It is a dead-letter queue itself, of a stream\'s consumer');

    const announce = new PackagedFunction(this, 'Announce', {
      handler: 'events/announce',
      description: `Announces changes of compliance of ${props.hubName}`,
      settings: {
        [ANNOUNCE_SETTINGS.hubName]: props.hubName,
        [ANNOUNCE_SETTINGS.tableName]: table.tableName,
        [ANNOUNCE_SETTINGS.busName]: announcementBus.eventBusName,
        [ANNOUNCE_SETTINGS.severities]: JSON.stringify(severityDocuments('ComplianceEventHub.severities', props.severities ?? [])),
      },
      timeout: Duration.seconds(ANNOUNCE_TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      encryptionKey,
      runtime: props.runtime,
      role: props.role,
    });
    this.function = announce.function;
    this.logGroup = announce.logGroup;
    this.grant(announce, props);
    this.readStream(table);

    if (props.alarms ?? true) {
      if (alertTopic) { admitPublishers(this, alertTopic, ALARMS); }
      this.alarms = {
        deadLetters: deadLetterAlarm(this, this.deadLetterQueue, {
          description: 'Changes of compliance were not announced for most of a day.', runbook: 'changes-not-announced', topics: [alertTopic],
        }),
        late: makeAlarm(this, 'LateAlarm', {
          metric: this.function.metric('IteratorAge', { period: Duration.minutes(5), statistic: cloudwatch.Stats.MAXIMUM }),
          threshold: LATE.toMilliseconds(),
          description: 'Changes of compliance are announced late.',
          runbook: 'announcements-late',
          topics: [alertTopic],
        }),
        errors: announce.errorAlarm('The function that announces changes of compliance failed.', 'announce-function-errors', alertTopic),
      };
    }
  }

  /** The table is read and says who was told; its states are not changed. */
  private grant(announce: PackagedFunction, { table, announcementBus, encryptionKey }: AnnounceFunctionProps): void {
    const allow = (actions: string[], resourceArns: string[]) => iam.Grant.addToPrincipal({ grantee: announce.role, actions, resourceArns });
    grantTable(announce, table, announce.role, 'BatchGetItem', 'PutItem', 'Query');
    allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [table.tableStreamArn!]);
    allow(['dynamodb:ListStreams'], ['*']);
    acknowledgeResources(announce, ['*'], 'AWS offers no narrower resource for looking up which streams there are');
    allow(['events:PutEvents'], [announcementBus.eventBusArn]);
    allow(['sqs:SendMessage'], [this.deadLetterQueue.queueArn]);
    grantKeyThrough(announce, encryptionKey, announce.role, 'sqs', DATA_KEY_ACTIONS);
  }

  private readStream(table: dynamodb.ITable): void {
    this.function.addEventSourceMapping('Stream', {
      eventSourceArn: table.tableStreamArn!,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Records of one resource stay in their order all the same.
      parallelizationFactor: 4,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // As often as it takes: what cannot be read is not tried again by the function itself.
      retryAttempts: -1,
      maxRecordAge: OLDEST_RECORD,
      onFailure: { bind: () => ({ destination: this.deadLetterQueue.queueArn }) },
      filters: [
        // Nobody changed what time to live deletes, so that removals are left out.
        lambda.FilterCriteria.filter({
          eventName: lambda.FilterRule.or('INSERT', 'MODIFY'), dynamodb: { NewImage: { sk: { S: lambda.FilterRule.beginsWith(STATE_PREFIX) } } },
        }),
        lambda.FilterCriteria.filter({
          eventName: lambda.FilterRule.isEqual('INSERT'),
          dynamodb: {
            NewImage: {
              sk: { S: lambda.FilterRule.beginsWith(EVENT_PREFIX) },
              detailType: { S: lambda.FilterRule.isEqual(OWN_DETAIL_TYPES.verification) },
            },
          },
        }),
      ],
    });
  }
}
