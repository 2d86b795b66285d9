import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AnnounceFunction } from './announce';
import { Audit } from './audit';
import { Backfill } from './backfill';
import { ComplianceEventHubOptions } from './compliance-event-hub-props';
import { Export } from './export';
import { HubAccess } from './hub-access';
import { HubBackfill } from './hub-backfill';
import { IngestFunction } from './ingest';
import { Watch } from './watch';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { acknowledgeRule } from '../private/acknowledge';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { DeadLetterQueue } from '../private/queue-with-dlq';

/** What is gone is remembered for longer than it can come again. */
const TOMBSTONE_MARGIN_DAYS = 14;

export interface HubPartsProps {
  readonly hubName: string;
  readonly table: dynamodb.ITable;
  readonly queue: sqs.IQueue;
  readonly announcementBus: events.EventBus;
  readonly reportsBucket: s3.IBucket;
  readonly encryptionKey: kms.IKey;
  readonly profile: EnvironmentProfile;
  readonly removalPolicy: RemovalPolicy;
  readonly archiveRetention: Duration;
  readonly alertTopic: sns.ITopic;
  readonly criticalTopic?: sns.ITopic;
  readonly access: HubAccess;
  readonly options: ComplianceEventHubOptions;
}

/** The functions of a hub, each with its access and its alarms. */
export interface HubParts {
  readonly ingest: IngestFunction;
  readonly announce: AnnounceFunction;
  readonly watch: Watch;
  readonly audit: Audit;
  readonly export: Export;
  readonly backfill?: Backfill;
  /** Scheduled invocations that could not be started or failed. */
  readonly upkeepDeadLetters: sqs.Queue;
}

/** Who was never heard of within this time since it was expected is silent: as long as a StackSet may take. */
const GRACE = Duration.hours(1);

/** A part is a line: what they have in common is said once. */
export function makeHubParts(scope: Construct, props: HubPartsProps): HubParts {
  const { hubName, table, encryptionKey, announcementBus, alertTopic, profile, options } = props;
  const { retention = Duration.days(90), logResourceIds, runtime, alarms } = options;
  const common = { hubName, table, encryptionKey, logRetention: profile.logRetention, logRemovalPolicy: props.removalPolicy, runtime };
  const tombstoneRetention = Duration.days(props.archiveRetention.toDays() + TOMBSTONE_MARGIN_DAYS);
  const ingest = new IngestFunction(scope, 'Ingest', { ...common, queue: props.queue, retention, tombstoneRetention, logResourceIds });
  const announce = new AnnounceFunction(scope, 'Announce', { ...common, announcementBus, severities: options.severities, alarms, alertTopic });
  closeTo(announcementBus, announce.function.role!);

  const deadLetterQueue = new DeadLetterQueue(scope, 'UpkeepDeadLetters', encryptionKey);
  acknowledgeRule(deadLetterQueue, 'SQSQueueDLQ', 'It is a dead-letter queue itself, of scheduled functions and of the rules that start them');
  const around = { ...common, retention, deadLetterQueue, alarms: alarms ?? true ? { alertTopic, criticalTopic: props.criticalTopic } : undefined };
  const expectedMembers = (options.expectedMembers ?? []).flatMap(({ account, regions }) => regions.map((region) => ({ account, region })));
  const watch = new Watch(scope, 'Watch', { ...around, expectedMembers, grace: GRACE, accountScores: options.accountScores ?? false });
  const audit = new Audit(scope, 'Audit', around);
  const exported = new Export(scope, 'Export', { ...around, reportsBucket: props.reportsBucket });
  const chosen = options.backfill ?? HubBackfill.readerRoles();
  const backfill = chosen._wanted
    ? new Backfill(scope, 'Backfill', {
      ...around,
      admitted: props.access._members(),
      expectedMembers,
      tombstoneRetention,
      ownAccount: options.ownAccount ?? true,
      interval: chosen._interval,
      readerRolePrefix: chosen._readerRolePrefix,
      aggregatorName: chosen._aggregatorName,
    })
    : undefined;
  // What they send to the queue of failed invocations, they encrypt.
  for (const part of [watch, audit, exported, ...backfill ? [backfill] : []]) {
    grantKeyThrough(scope, encryptionKey, part.function.role!, 'sqs', DATA_KEY_ACTIONS);
  }
  return { upkeepDeadLetters: deadLetterQueue, ingest, announce, watch, audit, export: exported, backfill };
}

/** Nobody else puts anything on a bus, whatever their own policy says: what stands there is believed. */
function closeTo(bus: events.EventBus, role: iam.IRole): void {
  bus.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'OnlyTheHub',
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } },
  }));
}

export const alarmsIn = (set: object | undefined): cloudwatch.Alarm[] => Object.values(set ?? {}).flat() as cloudwatch.Alarm[];
