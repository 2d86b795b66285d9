import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AroundProps } from './around-props';
import { EVENT_METRICS, MemberScope, WATCH_SETTINGS, WATCH_TIMEOUT_SECONDS } from './contract';
import { grantTable } from './event-table';
import { membersSetting } from './expected-members';
import { hubMetric } from './hub-metrics';
import { makeAlarm } from '../private/alarm';
import { PackagedFunction } from '../private/packaged-function';

const INTERVAL = Duration.minutes(5);

export interface WatchProps extends AroundProps {
  readonly expectedMembers: readonly MemberScope[];
  /** How long a member may be expected before it has to be heard of. */
  readonly grace: Duration;
  /** Whether each account has a metric of its own, which costs. */
  readonly accountScores: boolean;
  /** How long it is kept when nothing could be known of a member. */
  readonly retention: Duration;
}

/** Looks every five minutes which members are silent, and what the score is. */
export class Watch extends Construct {
  public readonly function: lambda.Function;
  public readonly logGroup: logs.LogGroup;
  public readonly alarms: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { hubName, table, alarms } = props;
    const watch = new PackagedFunction(this, 'Look', {
      handler: 'events/watch',
      description: `Looks for silent members of the hub ${hubName}`,
      settings: {
        [WATCH_SETTINGS.hubName]: hubName,
        [WATCH_SETTINGS.tableName]: table.tableName,
        [WATCH_SETTINGS.expectedMembers]: membersSetting('ComplianceEventHub.expectedMembers', props.expectedMembers),
        [WATCH_SETTINGS.graceMinutes]: String(props.grace.toMinutes()),
        [WATCH_SETTINGS.accountScores]: String(props.accountScores),
        [WATCH_SETTINGS.retentionDays]: String(props.retention.toDays()),
      },
      timeout: Duration.seconds(WATCH_TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      encryptionKey: props.encryptionKey,
      // A look that is older than the next one tells nothing new.
      maxEventAge: INTERVAL,
      deadLetterQueue: props.deadLetterQueue,
      failuresAreSeen: 'An alarm tells that a look failed; the next one sees the same, so that nothing is lost to be kept',
      runtime: props.runtime,
    });
    this.function = watch.function;
    this.logGroup = watch.logGroup;
    grantTable(this, table, watch.role, 'DeleteItem', 'PutItem', 'Query', 'UpdateItem');
    new events.Rule(this, 'Schedule', {
      description: `Starts a look for silent members of ${hubName}`,
      schedule: events.Schedule.rate(INTERVAL),
      targets: [new targets.LambdaFunction(this.function, {
        deadLetterQueue: props.deadLetterQueue, event: events.RuleTargetInput.fromObject({}), retryAttempts: 1,
      })],
    });
    if (!alarms) { return; }
    const { alertTopic, criticalTopic } = alarms;
    // While nobody looks, members are neither heard nor silent.
    const missing = cloudwatch.TreatMissingData.MISSING;
    this.alarms.push(
      watch.errorAlarm(`Nobody can tell which members of the hub ${hubName} are silent.`, 'member-watch-errors', alertTopic),
      makeAlarm(this, 'SilentMembersAlarm', {
        metric: hubMetric(hubName, EVENT_METRICS.silentMembers, cloudwatch.Stats.MAXIMUM),
        threshold: 1,
        treatMissingData: missing,
        description: `Members of the hub ${hubName} are silent: nothing is known of their compliance.`,
        runbook: 'silent-members',
        topics: [alertTopic, criticalTopic],
      }),
      makeAlarm(this, 'UnhealthyRecordersAlarm', {
        metric: hubMetric(hubName, EVENT_METRICS.unhealthyRecorders, cloudwatch.Stats.MAXIMUM),
        threshold: 1,
        treatMissingData: missing,
        description: `AWS Config does not record or deliver everything in members of the hub ${hubName}.`,
        runbook: 'member-recorders-unhealthy',
        topics: [alertTopic],
      }),
    );
  }
}
