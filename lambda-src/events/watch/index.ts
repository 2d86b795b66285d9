import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context } from 'aws-lambda';
import { METRIC_NAMESPACE } from '../../../src/drift/contract';
import { ACCOUNT_DIMENSION, EVENT_METRICS, HUB_DIMENSION, membersOfSetting, SCORE_LINES, WATCH_SETTINGS as NAME } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaLog, Log } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { allStateCells, Scores, scoresOf } from '../domain/score';
import { findSilence, Silence, SilenceSettings } from '../domain/silence';
import { EventTable } from '../ports';

export interface World {
  readonly settings: SilenceSettings & { readonly hubName: string; readonly accountScores: boolean };
  readonly table: EventTable;
}

/** As many lines as a widget of the dashboard shows. */
const RULES_TOLD = 10;

let theWorld: World | undefined;

/** Looks which members are silent, and what the score is. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  theWorld ??= world(new Settings());
  return handle(context, theWorld);
}

export async function handle(context: Pick<Context, 'awsRequestId'>, { settings, table }: World): Promise<void> {
  const log = lambdaLog('events/watch', context.awsRequestId);
  const now = new Date();
  // One that fails does not keep the other from being told.
  const [silence, scores] = await Promise.allSettled([findSilence(table, settings, now), allStateCells(table).then(scoresOf)]);
  if (silence.status === 'fulfilled') tellSilence(silence.value, settings, now, log);
  if (scores.status === 'fulfilled') tellScores(scores.value, settings, now, log);
  for (const result of [silence, scores]) {
    if (result.status === 'fulfilled') continue;
    log.error('the watch failed', { error: result.reason });
    throw result.reason;
  }
}

function tellSilence({ silent, heardAgain, members, unhealthyRecorders }: Silence, { hubName }: World['settings'], now: Date, log: Log): void {
  for (const member of silent) log.warn('silent member', { ...member });
  for (const member of heardAgain) log.info('member is heard again', { ...member });
  log.info('watched', { members, silent: silent.length, unhealthyRecorders });
  write(hubName, now, { [EVENT_METRICS.silentMembers]: silent.length, [EVENT_METRICS.unhealthyRecorders]: unhealthyRecorders });
}

function tellScores({ all, byAccount, failing }: Scores, { hubName, accountScores }: World['settings'], now: Date, log: Log): void {
  for (const [account, score] of byAccount) {
    if (score.score === undefined) continue;
    log.info(SCORE_LINES.score, { account, ...score });
    if (accountScores) write(hubName, now, { [EVENT_METRICS.score]: score.score }, account);
  }
  for (const rule of failing.slice(0, RULES_TOLD)) log.info(SCORE_LINES.failingRule, { ...rule });
  if (all.score !== undefined) write(hubName, now, { [EVENT_METRICS.score]: all.score });
}

function write(hubName: string, timestamp: Date, values: { readonly [name: string]: number }, account?: string): void {
  const dimensions = { [HUB_DIMENSION]: hubName, ...(account === undefined ? {} : { [ACCOUNT_DIMENSION]: account }) };
  writeMetrics({
    namespace: METRIC_NAMESPACE, dimensions, dimensionSets: [Object.keys(dimensions)], units: { [EVENT_METRICS.score]: 'None' }, timestamp,
  }, values);
}

export function world(settings: Settings): World {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  return {
    settings: {
      hubName: settings.required(NAME.hubName),
      expected: membersOfSetting(settings.required(NAME.expectedMembers)),
      graceMinutes: settings.number(NAME.graceMinutes),
      keptDays: settings.number(NAME.retentionDays),
      accountScores: settings.oneOf(NAME.accountScores, ['true', 'false']) === 'true',
    },
    table: new DynamoEventTable(client, { tableName: settings.required(NAME.tableName) }),
  };
}
