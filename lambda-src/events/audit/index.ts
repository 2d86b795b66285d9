import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context } from 'aws-lambda';
import { METRIC_NAMESPACE } from '../../../src/drift/contract';
import { AUDIT_SETTINGS as NAME, EVENT_METRICS, HUB_DIMENSION } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { ENDURING_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { DynamoStateScan } from '../adapters/dynamo-state-scan';
import { auditStateCells } from '../domain/audit-cells';
import { auditDay, daysBefore } from '../domain/audit-days';
import { correctCells } from '../domain/correct-cells';
import { keepScores } from '../domain/daily-score';
import { allStateCells, scoresOf } from '../domain/score';
import { EventTable } from '../ports';
import { StateScan } from '../truth-ports';

export interface World {
  readonly settings: { readonly hubName: string; readonly days: number };
  readonly table: EventTable;
  readonly scan: StateScan;
}

export interface AuditAnswer {
  readonly cells: number;
  readonly mismatches: number;
  /** Cells that changed during the audit, so that nothing is said of them. */
  readonly unsettled: number;
  readonly corrected: number;
}

/** Events come late by some days at the most; a cell of an older day changes no more. */
const DAYS_AUDITED = 3;

let theWorld: World | undefined;

/** Recounts what the cells count. Corrects only when a person asks for it: `{ "correct": true }`. */
export async function handler(event: unknown, context: Context): Promise<AuditAnswer> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(event: unknown, context: Pick<Context, 'awsRequestId'>, { settings, table, scan }: World): Promise<AuditAnswer> {
  const log = lambdaLog('events/audit', context.awsRequestId);
  const now = new Date();
  try {
    const days = daysBefore(now, settings.days);
    await keepScores(table, scoresOf(await allStateCells(table)), daysBefore(now, 1)[0], now);
    const audited = [await auditStateCells(table, scan)];
    for (const day of days) audited.push(await auditDay(table, day));
    const mismatches = audited.flatMap((each) => each.mismatches);
    for (const mismatch of mismatches) log.error('a cell counts something else than a recount', { ...mismatch });
    const corrected = isToCorrect(event) ? await correctCells(table, mismatches, context.awsRequestId, now) : 0;
    const sum = (name: 'cells' | 'unsettled') => audited.reduce((total, each) => total + each[name], 0);
    const answer = { cells: sum('cells'), mismatches: mismatches.length, unsettled: sum('unsettled'), corrected };
    log.info('audited', { ...answer, days });
    writeMetrics({
      namespace: METRIC_NAMESPACE, dimensions: { [HUB_DIMENSION]: settings.hubName }, dimensionSets: [[HUB_DIMENSION]], timestamp: now,
    }, { [EVENT_METRICS.auditMismatch]: mismatches.length });
    return answer;
  } catch (error) {
    log.error('the audit failed', { error });
    throw error;
  }
}

const isToCorrect = (event: unknown) => (event as { correct?: unknown } | undefined)?.correct === true;

export function world(settings: Settings): World {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(ENDURING_CLIENT), documentOptions);
  const tableName = settings.required(NAME.tableName);
  return {
    // On the last day of the retention, events may be gone already.
    settings: { hubName: settings.required(NAME.hubName), days: Math.min(DAYS_AUDITED, Math.max(0, settings.number(NAME.retentionDays) - 1)) },
    table: new DynamoEventTable(client, { tableName }),
    scan: new DynamoStateScan(client, { tableName }),
  };
}
