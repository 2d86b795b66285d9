import { DetectDependencies } from './dependencies';
import { Lease } from '../ports';

/** A run that waits for another one gives up when less than this is left. */
const SHORTEST_RUN = 60_000;
const LEASE_POLL = 500;
/** The lease outlives the function's clock by this, and waits so long for a cut walk to go on. */
const LEASE_MARGIN = 5_000;
const CONTINUATION_PAUSE = 5 * 60_000;

/** The lease of one run: only who has it may write. */
export class RunLease {
  constructor(private readonly d: Pick<DetectDependencies, 'store' | 'clock' | 'log'>, private readonly runId: string) {}

  /** Waits for the lease while there is time for a run afterwards. */
  public async acquire(): Promise<Lease | undefined> {
    const { clock, store } = this.d;
    for (;;) {
      const lease = await store.acquire(this.runId, clock.now().getTime(), this.end());
      if (lease || clock.remaining() - LEASE_POLL < SHORTEST_RUN) return lease;
      await clock.sleep(LEASE_POLL);
    }
  }

  /** What a cut walk has read is older than what any run wrote that had the lease since: then it counts no more. */
  public async resume(): Promise<Lease | undefined> {
    return this.d.store.resume(this.runId, this.end());
  }

  /** Keeps the lease for the invocation that walks on: what it has read so far must not meet another run's writes. */
  public async keepForContinuation(lease: Lease): Promise<void> {
    await this.d.store.extend(lease, this.d.clock.now().getTime() + CONTINUATION_PAUSE);
  }

  /** A lease that cannot be given up runs out by itself: no reason to lose what the run found. */
  public async release(lease: Lease): Promise<void> {
    await this.d.store.release(lease).catch((error: unknown) => this.d.log.warn('the lease could not be given up', { error: String(error) }));
  }

  private end(): number {
    return this.d.clock.now().getTime() + this.d.clock.remaining() + LEASE_MARGIN;
  }
}
