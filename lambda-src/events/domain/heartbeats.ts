import { Outcome, reasonOf } from './ingest';
import { Heartbeat } from './parse';
import { EVENT_KEYS, HeartbeatItem } from '../../../src/events/contract';
import { EventTable } from '../ports';

const ATTEMPTS = 4;

/** Keeps the last heartbeat of an account and region, and when the first one came. An older one changes nothing. */
export async function keepHeartbeat(table: EventTable, { account, region, scheduledAt, intervalMinutes }: Heartbeat, now: Date): Promise<Outcome> {
  const receivedAt = now.toISOString();
  const delaySeconds = Math.max(0, Math.round((now.getTime() - Date.parse(scheduledAt)) / 1_000));
  const set: Omit<HeartbeatItem, 'pk' | 'sk' | 'firstHeardAt'> = { version: scheduledAt, receivedAt, delaySeconds, intervalMinutes };
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const refusal = await table.write({
        kind: 'update', key: EVENT_KEYS.heartbeat(account, region), set, setOnce: { firstHeardAt: receivedAt }, condition: { kind: 'older', than: scheduledAt },
      });
      if (refusal === undefined) return { kind: 'stored' };
      if (refusal === 'CONDITION') return { kind: 'stale' };
    }
    return { kind: 'failed', reason: 'others wrote the same heartbeat at the same time' };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}
