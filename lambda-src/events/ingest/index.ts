import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { logTaken, metricsOf } from './report';
import { METRIC_NAMESPACE } from '../../../src/drift/contract';
import { EVENT_METRICS, HUB_DIMENSION, INGEST_SETTINGS } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaClock } from '../../shared/clock';
import { lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { IngestDependencies } from '../domain/ingest';
import { KnownPlaces } from '../domain/known-places';
import { keptShards } from '../domain/shards';
import { takeMessages } from '../domain/take-messages';

export interface IngestWorld {
  readonly hubName: string;
  readonly logResourceIds: boolean;
  readonly dependencies: Omit<IngestDependencies, 'clock'>;
}

let theWorld: IngestWorld | undefined;

/** Stores the events that the queue brings. What could not be stored goes back to the queue, record by record. */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(
  event: unknown, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>, { hubName, logResourceIds, dependencies }: IngestWorld,
): Promise<SQSBatchResponse> {
  const log = lambdaLog('events/ingest', context.awsRequestId);
  const clock = lambdaClock(context);
  const started = clock.now();
  const messages = messagesOf(event);
  const batch = await takeMessages(messages, { ...dependencies, clock });
  const ended = clock.now();
  for (const taken of batch.taken) logTaken(log, taken, { durationMs: ended.getTime() - started.getTime(), logResourceIds });
  writeMetrics({
    namespace: METRIC_NAMESPACE,
    dimensions: { [HUB_DIMENSION]: hubName },
    dimensionSets: [[HUB_DIMENSION]],
    units: { [EVENT_METRICS.latency]: 'Milliseconds' },
    timestamp: ended,
  }, metricsOf(batch, ended));
  const failed = batch.taken.filter(({ outcome }) => outcome.kind === 'failed' || outcome.kind === 'refused');
  return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
}

/** Throws when it is nothing that a queue sends: then there is no record to give back. */
function messagesOf(event: unknown): { readonly id: string; readonly body: string }[] {
  const { Records } = (event ?? {}) as Partial<SQSEvent>;
  if (!Array.isArray(Records) || Records.some(({ messageId, body }) => typeof messageId !== 'string' || typeof body !== 'string')) {
    throw new Error('this function takes batches of its queue, and this is none: it must have Records, each with a messageId and a body');
  }
  return Records.map(({ messageId, body }) => ({ id: messageId, body }));
}

export function world(settings: Settings): IngestWorld {
  const NAME = INGEST_SETTINGS;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  const table = new DynamoEventTable(client, { tableName: settings.required(NAME.tableName) });
  return {
    hubName: settings.required(NAME.hubName),
    logResourceIds: settings.optional(NAME.logResourceIds) === 'true',
    dependencies: {
      table,
      keeping: { retentionDays: settings.number(NAME.retentionDays), tombstoneDays: settings.number(NAME.tombstoneDays) },
      shards: keptShards(table),
      known: new KnownPlaces(),
    },
  };
}
