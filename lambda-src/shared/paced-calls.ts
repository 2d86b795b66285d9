import { FinalizeHandlerArguments, FinalizeRequestMiddleware, MiddlewareStack, SMITHY_CONTEXT_KEY } from '@smithy/types';
import { Pace } from './pace';

/** Counts what really went out, by operation, and remembers why calls that were given up had failed until then. */
export class CallCounter {
  private readonly counts = new Map<string, number>();
  private readonly failures = new WeakMap<AbortSignal, unknown>();

  public add(operation: string): void {
    this.counts.set(operation, this.of(operation) + 1);
  }

  public of(operation: string): number {
    return this.counts.get(operation) ?? 0;
  }

  public failed(signal: AbortSignal | undefined, error: unknown): void {
    if (signal) this.failures.set(signal, error);
  }

  /** The last attempt's error of the call that this signal ended. */
  public failureOf(signal: AbortSignal): unknown {
    return this.failures.get(signal);
  }

  public get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Makes every attempt of a client's calls, retries included, wait its turn and be counted. */
export function pace<Input extends object, Output extends object>(
  client: { readonly middlewareStack: MiddlewareStack<Input, Output> }, turns: Pace, counter: CallCounter,
): void {
  const middleware: FinalizeRequestMiddleware<Input, Output> = (next, context) => async (args: FinalizeHandlerArguments<Input>) => {
    const { abortSignal } = (context[SMITHY_CONTEXT_KEY] ?? {}) as { abortSignal?: AbortSignal };
    await turns.take(abortSignal);
    counter.add((context.commandName ?? '').replace(/Command$/, ''));
    try {
      return await next(args);
    } catch (error) {
      counter.failed(abortSignal, error);
      throw error;
    }
  };
  // Right after the retries' place means inside their loop, and before the signature, so that waiting does not age it.
  client.middlewareStack.addRelativeTo(middleware, { name: 'paceMiddleware', relation: 'after', toMiddleware: 'retryMiddleware', override: true });
}
