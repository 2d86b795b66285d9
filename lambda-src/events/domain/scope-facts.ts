import { BlindCause, BlindItem, EVENT_KEYS, HeartbeatItem, MemberScope, scopeOf } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { atOnce } from './at-once';
import { allOf, scopesIn } from './read-all';
import { MISSED_HEARTBEATS } from './silence';

/** DynamoDB answers many small queries at a time, and the SDK holds 50 connections. */
export const QUERIES_AT_ONCE = 48;

/** An account and region of which, for a time, nothing is known. */
export interface Unknown extends MemberScope {
  readonly cause: BlindCause;
  /** ISO 8601; null where it was never seen. */
  readonly from: string | null;
  /** Null while it lasts. */
  readonly until: string | null;
  /** Names of rules that alone are concerned; null for all of them. */
  readonly rules: readonly string[] | null;
}

/** Accounts and regions that have events, that sent heartbeats or that are expected. */
export interface KnownScopes {
  readonly withEvents: readonly MemberScope[];
  readonly all: readonly MemberScope[];
  readonly heartbeats: ReadonlyMap<string, HeartbeatItem>;
}

export type ScopeFilter = Partial<MemberScope>;

export async function knownScopes(table: EventTable, { account, region }: ScopeFilter): Promise<KnownScopes> {
  const [withEvents, heard, expected] = await Promise.all([
    scopesIn(table, EVENT_KEYS.knownScope('', '').pk), allOf(table, { partition: EVENT_KEYS.heartbeat('', '').pk }), scopesIn(table, EVENT_KEYS.expected('', '').pk),
  ]);
  const isAsked = (scope: MemberScope) => (account === undefined || scope.account === account) && (region === undefined || scope.region === region);
  const all = [...withEvents, ...heard.map(({ sk }) => scopeOf(sk)), ...expected].filter(isAsked);
  return {
    withEvents: withEvents.filter(isAsked),
    all: [...new Map(all.map((scope) => [keyOf(scope), scope])).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    heartbeats: new Map((heard as (EventItem & HeartbeatItem)[]).map((item) => [item.sk, item])),
  };
}

/** Which of the accounts and regions could not be seen at a time, and why. A time of now is `now` itself. */
export async function unknownAt(table: EventTable, { all, heartbeats }: KnownScopes, time: Date, now: Date): Promise<Unknown[]> {
  const moment = time.toISOString();
  const found = await atOnce(all, QUERIES_AT_ONCE, async (scope) => {
    const { account, region } = scope;
    const items = await allOf(table, { partition: EVENT_KEYS.blind(account, region, '').pk, to: `${moment}~` }) as (EventItem & BlindItem)[];
    const noted = items.filter(({ from, until }) => from <= moment && (until === undefined || until > moment))
      .map(({ cause, from, until = null, rules = null }): Unknown => ({ account, region, cause, from, until, rules }));
    return [...noted, ...unnoted(scope, heartbeats.get(keyOf(scope)), noted, time, now)];
  });
  return found.flat();
}

/** What the table says before whoever looks for silence has come by. */
function unnoted(
  { account, region }: MemberScope, heartbeat: HeartbeatItem | undefined, noted: readonly Unknown[], time: Date, now: Date,
): Unknown[] {
  if (noted.some(({ cause }) => cause === 'SILENT' || cause === 'NEVER_HEARD')) return [];
  if (heartbeat === undefined) return [{ account, region, cause: 'NEVER_HEARD', from: null, until: null, rules: null }];
  const { firstHeardAt, version, intervalMinutes } = heartbeat;
  if (time < new Date(firstHeardAt)) return [{ account, region, cause: 'NEVER_HEARD', from: null, until: firstHeardAt, rules: null }];
  const isOverdue = now.getTime() - Date.parse(version) > MISSED_HEARTBEATS * intervalMinutes * 60_000;
  const lastHeard = new Date(version);
  return isOverdue && time > lastHeard ? [{ account, region, cause: 'SILENT', from: lastHeard.toISOString(), until: null, rules: null }] : [];
}

export const keyOf = ({ account, region }: MemberScope) => EVENT_KEYS.heartbeat(account, region).sk;
