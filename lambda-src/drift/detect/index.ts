import { Context, SQSBatchResponse } from 'aws-lambda';
import { QueueRecord, readPayload, relativeNames } from './events';
import { fitted } from './fitted';
import { world } from './world';
import { DetectAnswer, DIMENSIONS, IncompleteCause, METRIC_NAMESPACE, METRICS } from '../../../src/drift/contract';
import { lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { DetectDependencies, Trigger } from '../domain/dependencies';
import { detectDrift } from '../domain/detect-drift';

/**
 * A run that ended for one of these has not looked at the names it was given; a later one may, and else the dead-letter queue tells.
 * A walk that ended for one of these is over: the next walk starts anew.
 */
const TRY_NAMES_AGAIN: readonly IncompleteCause[] = [
  'ACCESS_DENIED', 'BUSY', 'THROTTLED', 'TIMED_OUT', 'READ_FAILED', 'POLICY_UNREADABLE', 'SUPERSEDED',
];
/** Another check had the lease. */
const IN_THE_WAY: readonly IncompleteCause[] = ['BUSY', 'SUPERSEDED'];
/** A run with less time would only be cut again. */
const SHORTEST_RUN = 60_000;

let dependenciesOf: ReturnType<typeof world> | undefined;

/** Checks one environment for drift: on request, on schedule, for changed names, or further on with a walk that was cut. */
export async function handler(event: unknown, context: Context): Promise<DetectAnswer | SQSBatchResponse> {
  dependenciesOf ??= world(new Settings());
  const payload = readPayload(event);
  const dependencies = dependenciesOf(context, lambdaLog('drift/detect', context.awsRequestId));
  if (payload.kind === 'direct') return fitted(await run(dependencies, payload.trigger));
  return { batchItemFailures: (await runBatch(dependencies, payload.records)).map((itemIdentifier) => ({ itemIdentifier })) };
}

async function run(dependencies: DetectDependencies, trigger: Trigger): Promise<DetectAnswer> {
  const { clock, log, settings: { organization, environment } } = dependencies;
  const report = (values: { [name: string]: number }) => writeMetrics({
    namespace: METRIC_NAMESPACE,
    dimensions: { [DIMENSIONS.organization]: organization, [DIMENSIONS.environment]: environment },
    dimensionSets: [[DIMENSIONS.environment], [DIMENSIONS.organization, DIMENSIONS.environment]],
    units: { [METRICS.driftDetectionDuration]: 'Milliseconds', [METRICS.timeToResolveHours]: 'None' },
    timestamp: clock.now(),
  }, values);
  try {
    const { answer, metrics } = await detectDrift(dependencies, trigger);
    const { findings: _, ...line } = answer;
    const level = answer.complete ? 'info' : answer.causes.includes('POLICY_UNREADABLE') ? 'error' : 'warn';
    log[level]('checked', { trigger: trigger.kind, ...line, ssmCalls: metrics[METRICS.ssmApiCalls] });
    report(metrics);
    return answer;
  } catch (error) {
    log.error('the check failed', { trigger: trigger.kind, environment, error });
    report({ [METRICS.driftDetectionErrors]: 1 });
    throw error;
  }
}

/** Ids of the records that go back to the queue. */
async function runBatch(dependencies: DetectDependencies, records: QueueRecord[]): Promise<string[]> {
  const { clock, log, queue, settings: { organization, environment, baseline } } = dependencies;
  const failed: QueueRecord[] = [];
  const attempt = async (trigger: Trigger, of: QueueRecord[], again: readonly IncompleteCause[]) => {
    if (clock.remaining() < SHORTEST_RUN) {
      failed.push(...of);
      return;
    }
    try {
      const { causes } = await run(dependencies, trigger);
      if (!causes.some((cause) => again.includes(cause))) return;
      failed.push(...of);
      // Only another check was in the way: that is no reason to wait for the queue's visibility timeout.
      if (causes.some((cause) => IN_THE_WAY.includes(cause))) await queue.retrySoon(of.flatMap(({ receipt }) => receipt ?? []));
    } catch {
      // Reported by run().
      failed.push(...of);
    }
  };

  const walks = new Map<string, QueueRecord[]>();
  const changed: QueueRecord[] = [];
  const fullNames: string[] = [];
  for (const record of records) {
    const { notice } = record;
    if (notice.kind === 'continue') walks.set(notice.key, [...walks.get(notice.key) ?? [], record]);
    if (notice.kind === 'changed') {
      changed.push(record);
      fullNames.push(notice.name);
    }
    if (notice.kind === 'unreadable') {
      log.error(`a record of the monitor's queue is not readable: ${notice.problem}`, { messageId: record.id });
      failed.push(record);
    }
  }
  for (const [key, of] of walks) await attempt({ kind: 'continue', key }, of, []);
  const names = relativeNames(organization, [environment, baseline], fullNames);
  if (names.length > 0) await attempt({ kind: 'names', names }, changed, TRY_NAMES_AGAIN);
  return failed.map(({ id }) => id);
}
