import { readFileSync } from 'node:fs';

/** What a piece of work took. */
export interface Effort {
  readonly wallMs: number;
  /** User and system time of the work, without the start of the process. */
  readonly cpuMs: number;
  /** The largest resident set of the whole process. */
  readonly peakMb: number;
}

export interface Measured<Output> extends Effort {
  readonly output: Output;
}

/** Runs in a process of its own: gets ready, measures the work, and sends what came out to who started it. */
export function child<Input, Output>(prepare: (input: Input) => Promise<() => Promise<Output>> | (() => Promise<Output>)): void {
  const run = async () => {
    const work = await prepare(JSON.parse(process.argv[2]) as Input);
    const cpu = process.cpuUsage();
    const start = performance.now();
    const output = await work();
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const measured: Measured<Output> = { output, wallMs, cpuMs: (user + system) / 1000, peakMb: peakMb() };
    process.send!(measured, () => process.disconnect());
  };
  run().catch((error: Error) => {
    console.error(error);
    process.exit(1);
  });
}

/** Linux starts `maxRSS` of a new process with its parent's size, so there the kernel is asked for this process's own peak. */
function peakMb(): number {
  const own = process.platform === 'linux' ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : undefined;
  return Number(own ?? process.resourceUsage().maxRSS) / 1024;
}
