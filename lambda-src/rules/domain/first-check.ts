import { RecorderHealth } from './recorder-health';
import { Clock } from '../../shared/clock';

const PAUSE = 3_000;
const MOST_CHECKS = 12;

/**
 * Checks again while something is unknown and time is left, in milliseconds, beside what is kept back: the permissions of a role that was
 * made a moment ago may not be known everywhere yet.
 */
export async function checkUntilKnown(check: () => Promise<RecorderHealth>, clock: Pick<Clock, 'remaining' | 'sleep'>, keptBack: number): Promise<RecorderHealth> {
  for (let checks = 1; ; checks++) {
    const health = await check();
    const known = [health.recording, health.delivery].every(({ verdict }) => verdict !== 'UNKNOWN');
    if (known || checks === MOST_CHECKS || clock.remaining() - PAUSE < keptBack) return health;
    await clock.sleep(PAUSE);
  }
}
