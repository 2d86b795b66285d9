import { EventTableKey } from '../../../src/events/contract';
import { EventItem, EventTable } from '../../events/ports';

/** Longer than the function may run: whoever holds it for longer was stopped. */
export const LEASE_MILLISECONDS = 180_000;
/** Nobody asks for a report of a day that is longer ago, and a table keeps no events of it either. */
const KEPT_SECONDS = 400 * 86_400;
/** Two may take over what a third left behind. */
const ROUNDS = 3;

/** `ALREADY_SENT`: nothing was to do. `BEING_SENT`: another invocation is at it, or was stopped less than three minutes ago. */
export type Sending = 'SENT' | 'ALREADY_SENT' | 'BEING_SENT';

interface OnceItem extends EventItem {
  readonly version: string;
  readonly state: 'SENDING' | 'SENT' | 'FAILED';
  /** ISO 8601: when whoever sends has given up. */
  readonly until: string;
}

export interface OnceWorld {
  readonly table: EventTable;
  readonly now: () => Date;
  /** Another text each time. */
  readonly newToken: () => string;
}

/**
 * Sends what was not sent before. Whoever marks the item first sends, and says so when it is done. If the sender is stopped in between, its
 * mark runs out and the next one sends: then it may come twice, and is never lost. A failed try is free for the next at once.
 */
export async function sendOnce({ table, now, newToken }: OnceWorld, key: EventTableKey, send: () => Promise<void>): Promise<Sending> {
  const token = newToken();
  const mark = (state: OnceItem['state'], until: Date): EventItem => ({
    ...key, version: token, state, until: until.toISOString(), expiresAt: Math.floor(now().getTime() / 1_000) + KEPT_SECONDS,
  });
  const claim = async (): Promise<Sending | 'CLAIMED'> => {
    for (let round = 1; round <= ROUNDS; round++) {
      const [before] = await table.read([key]) as OnceItem[];
      if (before?.state === 'SENT') return 'ALREADY_SENT';
      if (before?.state === 'SENDING' && before.until > now().toISOString()) return 'BEING_SENT';
      const refused = await table.write({
        kind: 'put',
        item: mark('SENDING', new Date(now().getTime() + LEASE_MILLISECONDS)),
        condition: before ? { kind: 'version', is: before.version } : { kind: 'absent' },
      });
      if (!refused) return 'CLAIMED';
    }
    return 'BEING_SENT';
  };
  const finish = async (state: 'SENT' | 'FAILED') => {
    // Somebody else's mark is theirs: it ran out here, and they send again.
    await table.write({ kind: 'put', item: mark(state, now()), condition: { kind: 'version', is: token } });
  };

  const claimed = await claim();
  if (claimed !== 'CLAIMED') return claimed;
  try {
    await send();
  } catch (error) {
    await finish('FAILED').catch(() => undefined);
    throw error;
  }
  await finish('SENT');
  return 'SENT';
}
