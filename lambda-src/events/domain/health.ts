import { EVENT_KEYS, HeartbeatItem } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { knownDays } from './known-days';
import { eventLanes } from './lanes';
import { allOf } from './read-all';
import { ShardMap, readShards } from './shards';

export interface Health {
  readonly status: 'ok';
  readonly hub: string;
  readonly table: 'reachable';
  readonly time: string;
  /** When AWS Config recorded the newest event; null before the first one. */
  readonly lastEventAt: string | null;
  readonly lastHeartbeatAt: string | null;
  readonly lastEventAgeSeconds: number | null;
  readonly lastHeartbeatAgeSeconds: number | null;
  /** Accounts and regions that sent a heartbeat. */
  readonly membersHeard: number;
}

/** Whether the table answers, and when the hub last heard of anybody. */
export async function checkHealth(table: EventTable, hub: string, now: Date): Promise<Health> {
  const [map, heartbeats] = await Promise.all([readShards(table), allOf(table, { partition: EVENT_KEYS.heartbeat('', '').pk })]);
  const lastEventAt = await newestEvent(table, map, now);
  const lastHeartbeatAt = newest((heartbeats as (EventItem & HeartbeatItem)[]).map(({ receivedAt }) => receivedAt));
  const age = (time: string | null) => (time === null ? null : Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1_000)));
  return {
    status: 'ok',
    hub,
    table: 'reachable',
    time: now.toISOString(),
    lastEventAt,
    lastHeartbeatAt,
    lastEventAgeSeconds: age(lastEventAt),
    lastHeartbeatAgeSeconds: age(lastHeartbeatAt),
    membersHeard: heartbeats.length,
  };
}

async function newestEvent(table: EventTable, map: ShardMap, now: Date): Promise<string | null> {
  for await (const { sk: date } of knownDays(table, {}, now, { newestFirst: true })) {
    const pages = await Promise.all(eventLanes({}, date, map).map((lane) => table.query({ ...lane, newestFirst: true, limit: 1 })));
    const last = newest(pages.flatMap(({ items }) => items.map(({ recordedAt }) => recordedAt as string)));
    // A day is listed before its first event is there.
    if (last !== null) return last;
  }
  return null;
}

const newest = (times: readonly string[]): string | null => [...times].sort().at(-1) ?? null;
