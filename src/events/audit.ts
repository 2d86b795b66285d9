import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AroundProps } from './around-props';
import { AUDIT_SETTINGS, AUDIT_TIMEOUT_SECONDS, EVENT_METRICS } from './contract';
import { grantTable } from './event-table';
import { hubMetric } from './hub-metrics';
import { makeAlarm } from '../private/alarm';
import { PackagedFunction } from '../private/packaged-function';

export interface AuditProps extends AroundProps {
  /** How long events are kept: what is older cannot be recounted. */
  readonly retention: Duration;
}

/** Recounts each night what the cells count, and keeps the day's scores. */
export class Audit extends Construct {
  public readonly function: lambda.Function;
  public readonly alarms: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, props: AuditProps) {
    super(scope, id);
    const { hubName, table, alarms } = props;
    const audit = new PackagedFunction(this, 'Recount', {
      handler: 'events/audit',
      description: `Recounts the counters of the hub ${hubName}`,
      settings: {
        [AUDIT_SETTINGS.hubName]: hubName,
        [AUDIT_SETTINGS.tableName]: table.tableName,
        [AUDIT_SETTINGS.retentionDays]: String(props.retention.toDays()),
      },
      timeout: Duration.seconds(AUDIT_TIMEOUT_SECONDS),
      memorySize: 1_024,
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      encryptionKey: props.encryptionKey,
      deadLetterQueue: props.deadLetterQueue,
      failuresAreSeen: 'An alarm tells that an audit failed; the next one recounts the same, so that nothing is lost to be kept',
      runtime: props.runtime,
    });
    this.function = audit.function;
    grantTable(this, table, audit.role, 'PutItem', 'Query', 'QueryTimeline', 'Scan', 'UpdateItem');
    new events.Rule(this, 'Schedule', {
      description: `Starts the recount of the counters of ${hubName}`,
      // When the day is over (UTC), and what belongs to it has come.
      schedule: events.Schedule.cron({ minute: '30', hour: '0' }),
      targets: [new targets.LambdaFunction(this.function, {
        deadLetterQueue: props.deadLetterQueue, event: events.RuleTargetInput.fromObject({}), retryAttempts: 2,
      })],
    });
    if (!alarms) { return; }
    this.alarms.push(
      audit.errorAlarm(`Nobody can tell whether the counters of the hub ${hubName} are right.`, 'counter-audit-errors', alarms.alertTopic),
      makeAlarm(this, 'MismatchAlarm', {
        metric: hubMetric(hubName, EVENT_METRICS.auditMismatch, cloudwatch.Stats.MAXIMUM),
        threshold: 1,
        // There is a value once a day: what it says holds until the next one.
        treatMissingData: cloudwatch.TreatMissingData.IGNORE,
        description: `Counters of the hub ${hubName} count something else than a recount.`,
        runbook: 'counter-audit-mismatch',
        topics: [alarms.alertTopic],
      }),
    );
  }
}
