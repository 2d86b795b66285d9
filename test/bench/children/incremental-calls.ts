/** How many calls an incremental check makes, by the number of names that changed. Nothing waits: only calls are counted. */
import { child } from './child';
import { InMemoryMonitor } from '../in-memory-monitor';
import { names, Population } from '../population';

export interface IncrementalInput {
  readonly sizes: number[];
  readonly changed: number[];
}
export interface IncrementalCount {
  readonly size: number;
  readonly changed: number;
  readonly calls: Record<string, number>;
}

child<IncrementalInput, IncrementalCount[]>(({ sizes, changed }) => async () => {
  const counts: IncrementalCount[] = [];
  for (const size of sizes) {
    for (const many of changed) {
      // Half of them differ: a finding must not cost a read.
      const monitor = new InMemoryMonitor(new Population({ size, differing: Math.ceil(many / 2) }));
      await monitor.rememberWalk();
      await monitor.check({ kind: 'names', names: names(0, many) });
      counts.push({ size, changed: many, calls: monitor.calls });
    }
  }
  return counts;
});
