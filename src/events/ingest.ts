import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { INGEST_SETTINGS, INGEST_TIMEOUT_SECONDS } from './contract';
import { grantTable } from './event-table';
import { grantKeyThrough } from '../private/key-use';
import { PackagedFunction, PackagedFunctionProps } from '../private/packaged-function';

/** An invocation costs as much for a hundred events as for a few, so a queue that is nearly empty waits a little. */
const BATCH_SIZE = 100;
const BATCHING_WINDOW = Duration.seconds(1);
/** More at once would only be in each other's way: one invocation stores a thousand events in some seconds. */
const MAX_CONCURRENCY = 5;

export interface IngestFunctionProps extends Pick<PackagedFunctionProps, 'encryptionKey' | 'logRetention' | 'logRemovalPolicy' | 'runtime' | 'role'> {
  /** Its visibility timeout is at least six times `INGEST_TIMEOUT_SECONDS`. */
  readonly queue: sqs.IQueue;
  readonly table: dynamodb.ITable;
  readonly hubName: string;
  /** How long events are kept. */
  readonly retention: Duration;
  /** How long it is remembered that something is gone. Facts that are older change no state. */
  readonly tombstoneRetention: Duration;
  readonly logResourceIds?: boolean;
  /** Invocations at the same time, from 2 to 1000; 5 when absent. */
  readonly maxConcurrency?: number;
}

/** Stores the events that the queue brings. */
export class IngestFunction extends PackagedFunction {
  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    const { queue, table, encryptionKey, hubName, retention, tombstoneRetention, logResourceIds = false, maxConcurrency = MAX_CONCURRENCY } = props;
    super(scope, id, {
      handler: 'events/ingest',
      description: `Stores compliance events of the hub ${hubName}`,
      settings: {
        [INGEST_SETTINGS.hubName]: hubName,
        [INGEST_SETTINGS.tableName]: table.tableName,
        [INGEST_SETTINGS.retentionDays]: String(retention.toDays()),
        [INGEST_SETTINGS.tombstoneDays]: String(tombstoneRetention.toDays()),
        ...(logResourceIds ? { [INGEST_SETTINGS.logResourceIds]: 'true' } : {}),
      },
      timeout: Duration.seconds(INGEST_TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      encryptionKey,
      runtime: props.runtime,
      role: props.role,
    });
    const mayTake = iam.Grant.addToPrincipal({
      grantee: this.role,
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resourceArns: [queue.queueArn],
    });
    grantKeyThrough(this, queue.encryptionMasterKey, this.role, 'sqs', ['kms:Decrypt']);
    grantTable(this, table, this.role, 'BatchGetItem', 'PutItem', 'Query', 'UpdateItem');
    const source = new lambda.EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      maxBatchingWindow: BATCHING_WINDOW,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    // Lambda looks whether the role may, when the source is made.
    mayTake.applyBefore(source);
  }
}
