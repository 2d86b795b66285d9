import { RecorderHealth } from './recorder-health';
import { Clock } from '../../shared/clock';

const PAUSE = 3_000;

/**
 * Checks again while something is unknown and time is left, in milliseconds, beside what is kept back: the permissions of a role that was
 * made a moment ago may not be known everywhere yet.
 */
export async function checkUntilKnown(check: () => Promise<RecorderHealth>, clock: Pick<Clock, 'remaining' | 'sleep'>, keptBack: number): Promise<RecorderHealth> {
  for (;;) {
    const health = await check();
    const known = [health.recording, health.delivery].every(({ verdict }) => verdict !== 'UNKNOWN');
    if (known || clock.remaining() - PAUSE < keptBack) return health;
    await clock.sleep(PAUSE);
  }
}
