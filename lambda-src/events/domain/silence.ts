import { BlindCause, EVENT_KEYS, EventTableKey, HeartbeatItem, MemberScope, scopeOf } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { atOnce } from './at-once';
import { distinct } from './backfill-plan';
import { Blindness, keepBlindTimes } from './blind-times';
import { allOf, PARTITIONS_AT_ONCE, scopesIn } from './read-all';

/**
 * Heartbeats that may be missed. One may come late or never, since EventBridge promises neither; a second one falls into a deployment of the
 * forwarder; a third in a row means that the way is broken. The usual 15 minutes then make silence known within 50.
 */
export const MISSED_HEARTBEATS = 3;

export interface SilenceSettings {
  readonly expected: readonly MemberScope[];
  /** How long a member may be expected before it has to be heard of. */
  readonly graceMinutes: number;
  readonly keptDays: number;
}

export interface SilentMember extends MemberScope {
  readonly cause: Extract<BlindCause, 'SILENT' | 'NEVER_HEARD'>;
  /** When its last heartbeat was due, or since when it is expected; ISO 8601. */
  readonly since: string;
}

export interface Silence {
  readonly silent: SilentMember[];
  /** Those that report again. */
  readonly heardAgain: MemberScope[];
  readonly members: number;
  /** Accounts and regions whose recorder tells nothing, by the last backfill. */
  readonly unhealthyRecorders: number;
}

const RECORDER_CAUSES: readonly BlindCause[] = ['RECORDER_STOPPED', 'DELIVERY_FAILED', 'NOT_RECORDED'];

/** Finds the members that are not heard of, and notes since when. */
export async function findSilence(table: EventTable, settings: SilenceSettings, now: Date): Promise<Silence> {
  const heartbeats = await byScope<HeartbeatItem>(table, EVENT_KEYS.heartbeat('', '').pk);
  const waiting = await byScope<EventTableKey & { since: string }>(table, EVENT_KEYS.expected('', '').pk);
  const expected = distinct(settings.expected);
  const members = distinct([...expected, ...[...heartbeats.keys()].map(scopeOf)]);

  const silent: SilentMember[] = [];
  for (const scope of members) {
    const heartbeat = heartbeats.get(keyOf(scope));
    const found = heartbeat ? silentSince(heartbeat, now) : await neverHeard(table, scope, waiting.get(keyOf(scope)), settings.graceMinutes, now);
    if (found) silent.push({ ...scope, ...found });
  }
  for (const [key, { pk, sk }] of waiting) {
    const isOver = heartbeats.has(key) || !expected.some((scope) => keyOf(scope) === key);
    if (isOver) await table.write({ kind: 'delete', key: { pk, sk } });
  }

  const scopes = distinct([...members, ...await scopesIn(table, EVENT_KEYS.knownScope('', '').pk)]);
  const outcomes = await atOnce(scopes, PARTITIONS_AT_ONCE, async (scope) => {
    const key = keyOf(scope);
    const found: Blindness[] = silent.filter((each) => keyOf(each) === key).map(({ cause, since }) => ({ cause, from: since }));
    const heartbeat = heartbeats.get(key);
    const seenFrom = heartbeat ? inMilliseconds(heartbeat.version) : now.toISOString();
    return keepBlindTimes(table, { scope, judged: ['SILENT', 'NEVER_HEARD'], found, seenFrom, keptDays: settings.keptDays });
  });
  return {
    silent,
    heardAgain: scopes.filter((_, index) => outcomes[index].ended.length > 0 && outcomes[index].opened.length === 0),
    members: members.length,
    unhealthyRecorders: outcomes.filter(({ lasting }) => lasting.some((cause) => RECORDER_CAUSES.includes(cause))).length,
  };
}

function silentSince({ version, intervalMinutes }: HeartbeatItem, now: Date): Pick<SilentMember, 'cause' | 'since'> | undefined {
  const silence = now.getTime() - Date.parse(version);
  return silence > MISSED_HEARTBEATS * intervalMinutes * 60_000 ? { cause: 'SILENT', since: inMilliseconds(version) } : undefined;
}

/** The grace begins when the member is first expected, which is noted. */
async function neverHeard(
  table: EventTable, { account, region }: MemberScope, waiting: { since: string } | undefined, graceMinutes: number, now: Date,
): Promise<Pick<SilentMember, 'cause' | 'since'> | undefined> {
  const since = waiting?.since ?? now.toISOString();
  if (!waiting) await table.write({ kind: 'put', item: { ...EVENT_KEYS.expected(account, region), since }, condition: { kind: 'absent' } });
  return now.getTime() - Date.parse(since) >= graceMinutes * 60_000 ? { cause: 'NEVER_HEARD', since } : undefined;
}

async function byScope<Item extends EventTableKey>(table: EventTable, partition: string): Promise<Map<string, Item>> {
  return new Map((await allOf(table, { partition, consistent: true }) as unknown as Item[]).map((item) => [item.sk, item]));
}
const keyOf = ({ account, region }: MemberScope) => EVENT_KEYS.heartbeat(account, region).sk;
const inMilliseconds = (time: string) => new Date(time).toISOString();
