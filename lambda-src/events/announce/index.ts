import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readRecord } from './records';
import { SeverityRuleDocument } from '../../../src/alerts/contract';
import { METRIC_NAMESPACE } from '../../../src/drift/contract';
import { ANNOUNCE_SETTINGS, EVENT_METRICS, HUB_DIMENSION } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { described } from '../../shared/aws-error';
import { PATIENT_CLIENT } from '../../shared/clients';
import { Log, lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { EventBridgeAnnouncements } from '../adapters/event-bridge-announcements';
import { announceFacts, StreamFact } from '../domain/announce';
import { AnnouncementBus, EventTable } from '../ports';

export interface AnnounceWorld {
  readonly hubName: string;
  readonly severities: readonly SeverityRuleDocument[];
  readonly table: EventTable;
  readonly bus: AnnouncementBus;
}

let theWorld: AnnounceWorld | undefined;

/** Announces what the table's stream tells. Records that could not be announced come again with all that follow them. */
export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(
  event: DynamoDBStreamEvent, context: Pick<Context, 'awsRequestId'>, { hubName, severities, table, bus }: AnnounceWorld,
): Promise<DynamoDBBatchResponse> {
  const log = lambdaLog('events/announce', context.awsRequestId);
  const { facts, unreadable } = readAll(event, log);
  const { failed, announced } = await announceFacts({ table, bus, severities, now: () => new Date(), log }, facts);
  log.info('announced', { records: event.Records.length, announced, failed: failed.length, unreadable });
  if (unreadable > 0) {
    writeMetrics({
      namespace: METRIC_NAMESPACE, dimensions: { [HUB_DIMENSION]: hubName }, dimensionSets: [[HUB_DIMENSION]], timestamp: new Date(),
    }, { [EVENT_METRICS.errors]: unreadable });
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** What is not as the hub writes it will not be so the next time: it is told and counted, and holds nothing up. */
function readAll({ Records }: DynamoDBStreamEvent, log: Log): { facts: StreamFact[]; unreadable: number } {
  const facts: StreamFact[] = [];
  let unreadable = 0;
  for (const record of Records) {
    try {
      const fact = readRecord(record);
      if (fact) facts.push(fact);
    } catch (error) {
      unreadable += 1;
      log.error('an item cannot be read, and is not announced', { sequenceNumber: record.dynamodb?.SequenceNumber, error: described(error) });
    }
  }
  return { facts, unreadable };
}

export function world(settings: Settings): AnnounceWorld {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  return {
    hubName: settings.required(ANNOUNCE_SETTINGS.hubName),
    severities: JSON.parse(settings.required(ANNOUNCE_SETTINGS.severities)) as SeverityRuleDocument[],
    table: new DynamoEventTable(table, { tableName: settings.required(ANNOUNCE_SETTINGS.tableName) }),
    bus: new EventBridgeAnnouncements(new EventBridgeClient(PATIENT_CLIENT), settings.required(ANNOUNCE_SETTINGS.busName)),
  };
}
