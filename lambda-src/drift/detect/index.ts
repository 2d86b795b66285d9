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
    log.info('checked', { trigger: trigger.kind, ...line, ssmCalls: metrics[METRICS.ssmApiCalls] });
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
  const { clock, log, objects, settings: { organization, environment } } = dependencies;
  const failed: string[] = [];
  const attempt = async (trigger: Trigger, ids: string[], again: readonly IncompleteCause[]) => {
    if (clock.remaining() < SHORTEST_RUN) {
      failed.push(...ids);
      return;
    }
    try {
      const { causes } = await run(dependencies, trigger);
      if (causes.some((cause) => again.includes(cause))) failed.push(...ids);
    } catch {
      // Reported by run().
      failed.push(...ids);
    }
  };

  const walks = new Map<string, string[]>();
  const changed: { id: string; name: string }[] = [];
  for (const { id, notice } of records) {
    if (notice.kind === 'continue') walks.set(notice.key, [...walks.get(notice.key) ?? [], id]);
    if (notice.kind === 'changed') changed.push({ id, name: notice.name });
    if (notice.kind === 'unreadable') {
      log.error(`a record of the monitor's queue is not readable: ${notice.problem}`, { messageId: id });
      failed.push(id);
    }
  }
  for (const [key, ids] of walks) await attempt({ kind: 'continue', key }, ids, []);
  if (changed.length > 0) {
    const ids = changed.map(({ id }) => id);
    try {
      const { baseline } = await objects.policy();
      const names = relativeNames(organization, [environment, baseline], changed.map(({ name }) => name));
      if (names.length > 0) await attempt({ kind: 'names', names }, ids, TRY_NAMES_AGAIN);
    } catch (error) {
      // Without the policy nobody knows the baseline's name: the names stay queued, and a check by schedule tells that it cannot be read.
      log.error('the parity policy cannot be read; the names of changed parameters stay queued', { error });
      failed.push(...ids);
    }
  }
  return failed;
}
