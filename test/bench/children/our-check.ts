/** Our check against a reader in memory behind a limiter. */
import { child } from './child';
import { Pace } from '../../../lambda-src/shared/pace';
import { InMemoryMonitor } from '../in-memory-monitor';
import { names, Population } from '../population';

export interface OurCheckInput {
  readonly size: number;
  /** The names that changed, for an incremental check. */
  readonly changed?: number;
  /** Calls a second: the monitor's own, and the account's. */
  readonly rate: number;
  readonly limit: number;
}
export interface CheckOutput {
  readonly calls: Record<string, number>;
}

child<OurCheckInput, CheckOutput>(async ({ size, changed, rate, limit }) => {
  const monitor = new InMemoryMonitor(new Population({ size }), { pace: Pace.perSecond(rate), limiter: Pace.perSecond(limit) });
  if (changed !== undefined) await monitor.rememberWalk();
  return async () => {
    const { compared } = await monitor.check(changed === undefined ? { kind: 'full' } : { kind: 'names', names: names(0, changed) });
    if (compared !== (changed ?? size)) throw new Error(`${compared} names were compared`);
    return { calls: monitor.calls };
  };
});
