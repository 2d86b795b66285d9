import { setTimeout as wait } from 'node:timers/promises';

export interface Clock {
  now(): Date;
  /** Milliseconds until the function is stopped. */
  remaining(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The clock of one invocation. */
export function lambdaClock(context: { getRemainingTimeInMillis(): number }): Clock {
  return {
    now: () => new Date(),
    remaining: () => context.getRemainingTimeInMillis(),
    sleep: async (milliseconds) => {
      await wait(milliseconds);
    },
  };
}
