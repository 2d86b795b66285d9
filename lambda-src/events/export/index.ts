import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context } from 'aws-lambda';
import { EXPORT_SETTINGS as NAME } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { S3Objects } from '../../shared/adapters/s3-objects';
import { ENDURING_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { gzip } from '../adapters/gzip';
import { exportDay, Exported } from '../domain/export-day';
import { dayAskedFor } from '../domain/export-request';
import { EventTable } from '../ports';
import { ExportSink } from '../truth-ports';

export interface World {
  readonly table: EventTable;
  readonly sink: ExportSink;
}

let theWorld: World | undefined;

/** Writes a day's events to the reports bucket: `{ "daysAgo": 1 }` or `{ "date": "2026-11-24" }`. */
export async function handler(event: unknown, context: Context): Promise<Exported> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(event: unknown, context: Pick<Context, 'awsRequestId'>, { table, sink }: World): Promise<Exported> {
  const log = lambdaLog('events/export', context.awsRequestId);
  try {
    const exported = await exportDay(dayAskedFor(event, new Date()), table, sink, gzip);
    log[exported.unreadable > 0 ? 'error' : 'info']('exported', { ...exported });
    return exported;
  } catch (error) {
    log.error('the export failed', { error });
    throw error;
  }
}

export function world(settings: Settings): World {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(ENDURING_CLIENT), documentOptions);
  const objects = new S3Objects({ bucket: settings.required(NAME.bucketName), region: settings.region, endpoint: settings.endpoint('S3') });
  return {
    table: new DynamoEventTable(client, { tableName: settings.required(NAME.tableName) }),
    sink: { put: (key, content) => objects.put(key, content, 'application/gzip') },
  };
}
