import { EVENT_KEYS, MemberScope } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { scopesIn } from './read-all';

/** Every account and region that reports, ever reported, or should; and the hub's own where that is read. Each once, sorted. */
export async function scopesToRead(table: EventTable, expected: readonly MemberScope[], own?: MemberScope): Promise<MemberScope[]> {
  const heard = await scopesIn(table, EVENT_KEYS.heartbeat('', '').pk);
  const known = await scopesIn(table, EVENT_KEYS.knownScope('', '').pk);
  return distinct([...own ? [own] : [], ...expected, ...heard, ...known]);
}

export function distinct(scopes: readonly MemberScope[]): MemberScope[] {
  const byKey = new Map(scopes.map(({ account, region }) => [EVENT_KEYS.knownScope(account, region).sk, { account, region }]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
}
