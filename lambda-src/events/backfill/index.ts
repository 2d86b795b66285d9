import { Context, SQSEvent } from 'aws-lambda';
import { backfillWorld, World } from './world';
import { METRIC_NAMESPACE } from '../../../src/drift/contract';
import { BackfillTask, EVENT_METRICS, HUB_DIMENSION } from '../../../src/events/contract';
import { lambdaClock } from '../../shared/clock';
import { lambdaLog, Log } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { storeFacts } from '../domain/backfill-facts';
import { scopesToRead } from '../domain/backfill-plan';
import { BackfillOutcome, backfillScope } from '../domain/backfill-scope';

let theWorld: World | undefined;

/** Starts a round through all accounts and regions, or reads the one that a message of its own queue or a person names. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  theWorld ??= backfillWorld(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(event: unknown, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>, world: World): Promise<unknown> {
  const log = lambdaLog('events/backfill', context.awsRequestId);
  const run = (task: BackfillTask) => readMember(task, context, world, log);
  try {
    const { Records: records } = event as Partial<SQSEvent>;
    if (records) {
      for (const { body } of records) await run(taskOf(JSON.parse(body)));
      return undefined;
    }
    if ((event as Partial<BackfillTask>).account !== undefined) return await run(taskOf(event));
    const scopes = await scopesToRead(world.table, world.settings.expected, world.settings.own);
    await world.send(scopes);
    log.info('a round begins', { members: scopes.length });
    return { members: scopes.length };
  } catch (error) {
    log.error('the backfill failed', { error });
    throw error;
  }
}

function taskOf(value: unknown): BackfillTask {
  const { account, region, after } = value as Partial<BackfillTask>;
  if (typeof account !== 'string' || typeof region !== 'string') throw new Error('a message must name an account and a region');
  return { account, region, ...(typeof after === 'string' ? { after } : {}) };
}

async function readMember(task: BackfillTask, context: Pick<Context, 'getRemainingTimeInMillis'>, world: World, log: Log): Promise<BackfillOutcome> {
  const { table, scan, known, shards, settings: { hubName, keeping } } = world;
  const scope = { account: task.account, region: task.region };
  const clock = lambdaClock(context);
  const store = storeFacts({ table, clock, keeping, shards, known }, log);
  const open = () => world.readerOf(scope);
  const outcome = await backfillScope(task, { table, scan, store, clock, log, open, keptDays: keeping.retentionDays });
  if (outcome.next) await world.send([outcome.next]);
  log.info('read', { ...scope, ...outcome });
  writeMetrics({ namespace: METRIC_NAMESPACE, dimensions: { [HUB_DIMENSION]: hubName }, dimensionSets: [[HUB_DIMENSION]], timestamp: clock.now() }, {
    [EVENT_METRICS.learnedByBackfill]: outcome.lost,
    [EVENT_METRICS.unreadableMembers]: outcome.unreadable ? 1 : 0,
  });
  return outcome;
}
