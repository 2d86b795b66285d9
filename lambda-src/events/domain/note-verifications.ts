import { EVENT_KEYS, VerificationItem } from '../../../src/events/contract';
import { described } from '../../shared/aws-error';
import { Log } from '../../shared/log';
import { EventTable } from '../ports';

const KEPT_SECONDS = 7 * 86_400;

/**
 * Notes that test events were announced, for whoever sent them and has no subscription. A note that cannot be written is not worth another
 * announcement.
 */
export async function noteVerifications(table: EventTable, ids: readonly string[], now: Date, log: Log): Promise<void> {
  await Promise.all([...new Set(ids)].map(async (id) => {
    const expiresAt = Math.floor(now.getTime() / 1_000) + KEPT_SECONDS;
    const item: VerificationItem = { ...EVENT_KEYS.verification(id), announcedAt: now.toISOString(), expiresAt };
    try {
      await table.write({ kind: 'put', item: { ...item } });
    } catch (error) {
      log.warn('a test event was announced, and that could not be noted', { verification: id, error: described(error) });
    }
  }));
}
