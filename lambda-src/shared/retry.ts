import { setTimeout as wait } from 'node:timers/promises';

export interface RetryOptions {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** Longest wait before the second call, in milliseconds; it doubles with each further one, up to ten seconds. */
  readonly base: number;
  readonly retryable: (error: unknown) => boolean;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  readonly random?: () => number;
}

/** Calls again after failures that may pass, waiting a random part of a doubling time, so that several callers do not meet again. */
export async function retry<T>(options: RetryOptions, call: () => Promise<T>): Promise<T> {
  const { attempts, base, retryable, sleep = wait, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || !retryable(error)) throw error;
      await sleep(random() * Math.min(10_000, base * 2 ** (attempt - 1)));
    }
  }
}
