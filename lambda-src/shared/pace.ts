import { setTimeout as wait } from 'node:timers/promises';

/** What a pacer needs of time; tests bring their own. */
export interface PaceTime {
  /** Milliseconds that never go back. */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Calls leave evenly but arrive unevenly: without slack a second at the receiver holds one too many now and then. */
const SLACK = 1.05;

const REAL_TIME: PaceTime = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, { signal });
  },
};

/**
 * Lets at most so many calls a second go, evenly spaced, first come first served. One pacer serves every client of a function.
 * From one call a second upwards the rate is rounded down, so that the parts of several monitors never add up to more than the whole.
 */
export class Pace {
  /** So many calls a second at the most; below one, one call in a longer time. */
  public static perSecond(rate: number, time?: PaceTime): Pace {
    if (!(rate > 0) || !Number.isFinite(rate)) {
      throw new Error(`a pace of ${rate} calls a second is not possible: it must be a number above zero`);
    }
    return new Pace(SLACK * 1000 / (rate >= 1 ? Math.floor(rate) : rate), time);
  }

  private next = 0;
  private queue: Promise<void> = Promise.resolve();

  /** One call in so many milliseconds. */
  constructor(private readonly interval: number, private readonly time: PaceTime = REAL_TIME) {}

  /** Resolves when the caller may make its call; rejects when the signal gives up first. */
  public async take(signal?: AbortSignal): Promise<void> {
    const turn = this.queue.then(() => this.wait(signal));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async wait(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // A timer may fire early by a fraction of a millisecond, hence the loop.
    for (let left = this.next - this.time.now(); left > 0; left = this.next - this.time.now()) await this.time.sleep(left, signal);
    // Counted from when the call really leaves, not from when it could have: late timers must not let calls bunch up.
    this.next = this.time.now() + this.interval;
  }
}
