import { CONFIG_SOURCE, EVENT_METRICS, OWN_DETAIL_TYPES } from '../../../src/events/contract';
import { Log, LogFields } from '../../shared/log';
import { maskAddresses, maskResourceId } from '../../shared/mask';
import { Outcome } from '../domain/ingest';
import { Arrival } from '../domain/parse';
import { Taken, TakenBatch } from '../domain/take-messages';

export interface Showing {
  /** Of the batch, which is stored together. */
  readonly durationMs: number;
  readonly logResourceIds: boolean;
}

/** One line for each message: what it was, what became of it, and why where it was not taken. */
export function logTaken(log: Log, { id, arrival, outcome }: Taken, { durationMs, logResourceIds }: Showing): void {
  const shown = (text: string) => (logResourceIds ? text : maskAddresses(text));
  const fields = { outcome: outcome.kind, messageId: id, ...(arrival ? fieldsOf(arrival, shown, logResourceIds) : {}), durationMs };
  switch (outcome.kind) {
    case 'refused': return log.error('a record is not taken, and ends in the dead-letter queue', { ...fields, reason: shown(outcome.reason) });
    case 'failed': return log.warn('a record could not be stored, and goes back to the queue', { ...fields, reason: shown(outcome.reason) });
    default: return log.info('event', fields);
  }
}

function fieldsOf(arrival: Arrival, shown: (text: string) => string, logResourceIds: boolean): LogFields {
  if (arrival.kind === 'heartbeat') {
    const { account, region, scheduledAt } = arrival.heartbeat;
    return { eventType: OWN_DETAIL_TYPES.heartbeat, account, region, scheduledAt };
  }
  const { detailType, account, region, rule, resourceType, resourceId, status, changeType, recordedAt, replayed } = arrival.fact;
  return {
    eventType: shown(detailType),
    account,
    region,
    rule: rule && shown(rule),
    resourceType: shown(resourceType),
    resource: logResourceIds ? resourceId : maskResourceId(resourceId),
    status: status && shown(status),
    changeType: changeType && shown(changeType),
    recordedAt,
    replayed,
  };
}

/** Every message counts as processed, also one that failed: the share of errors is of all. */
export function metricsOf({ taken, conflicts }: TakenBatch, now: Date): { [name: string]: number | number[] } {
  const count = (...kinds: Outcome['kind'][]) => taken.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
  return {
    [EVENT_METRICS.processed]: taken.length,
    [EVENT_METRICS.errors]: count('failed', 'refused'),
    [EVENT_METRICS.duplicate]: count('duplicate'),
    [EVENT_METRICS.stale]: count('stale'),
    [EVENT_METRICS.conflicts]: conflicts,
    [EVENT_METRICS.latency]: taken.flatMap((one) => latencyOf(one, now)),
  };
}

/** How long AWS Config's own events took. A replay, and what is known already, says nothing of that. */
function latencyOf({ arrival, outcome }: Taken, now: Date): number[] {
  if (arrival?.kind !== 'fact' || (outcome.kind !== 'stored' && outcome.kind !== 'stale')) return [];
  const { source, recordedAt, replayed } = arrival.fact;
  return source === CONFIG_SOURCE && !replayed ? [Math.max(0, now.getTime() - Date.parse(recordedAt))] : [];
}
