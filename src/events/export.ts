import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AroundProps } from './around-props';
import { EXPORT_PREFIX, EXPORT_SETTINGS, EXPORT_TIMEOUT_SECONDS, EXPORTED_DAYS, ExportRequest } from './contract';
import { grantTable } from './event-table';
import { acknowledgeResources } from '../private/acknowledge';
import { grantKeyThrough } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';

export interface ExportProps extends AroundProps {
  readonly reportsBucket: s3.IBucket;
}

/** Writes each day's events to the reports bucket when it is over, and again on the days after for what came late. */
export class Export extends Construct {
  public readonly function: lambda.Function;
  public readonly alarms: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, props: ExportProps) {
    super(scope, id);
    const { hubName, table, alarms, reportsBucket } = props;
    const written = new PackagedFunction(this, 'Write', {
      handler: 'events/export',
      description: `Exports the events of the hub ${hubName}`,
      settings: { [EXPORT_SETTINGS.tableName]: table.tableName, [EXPORT_SETTINGS.bucketName]: reportsBucket.bucketName },
      timeout: Duration.seconds(EXPORT_TIMEOUT_SECONDS),
      // A whole processor: it compresses all day's events.
      memorySize: 1_769,
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      encryptionKey: props.encryptionKey,
      deadLetterQueue: props.deadLetterQueue,
      failuresAreSeen: 'An alarm tells that an export failed; the days after write the same day again, so that nothing is lost to be kept',
      runtime: props.runtime,
    });
    this.function = written.function;
    grantTable(this, table, written.role, 'BatchGetItem', 'Query', 'QueryTimeline');
    const objects = reportsBucket.arnForObjects(`${EXPORT_PREFIX}/*`);
    iam.Grant.addToPrincipal({ grantee: written.role, actions: ['s3:PutObject'], resourceArns: [objects] });
    acknowledgeResources(this, [objects], 'Each part of each day is an object below this prefix');
    grantKeyThrough(this, reportsBucket.encryptionKey, written.role, 's3', ['kms:GenerateDataKey']);
    const requests = Array.from({ length: EXPORTED_DAYS }, (_, index): ExportRequest => ({ daysAgo: index + 1 }));
    new events.Rule(this, 'Schedule', {
      description: `Starts the exports of the events of ${hubName}`,
      // When the day is over (UTC), and most of what belongs to it has come.
      schedule: events.Schedule.cron({ minute: '0', hour: '2' }),
      targets: requests.map((request) => new targets.LambdaFunction(this.function, {
        deadLetterQueue: props.deadLetterQueue, event: events.RuleTargetInput.fromObject(request), retryAttempts: 2,
      })),
    });
    if (!alarms) { return; }
    this.alarms.push(written.errorAlarm(`Events of the hub ${hubName} could not be exported.`, 'event-export-errors', alarms.alertTopic));
  }
}
