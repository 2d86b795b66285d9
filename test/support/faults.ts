/** One planned failure of a fake. */
export interface Fault<Operation extends string> {
  /** Which calls count; all of them when absent. */
  readonly operation?: Operation;
  /** The how many-th of those calls, from now on, fails: 1 is the next one. */
  readonly call?: number;
  /** How many calls in a row fail. */
  readonly times?: number;
  /** `after`: the effect happened and only its answer was lost. */
  readonly when?: 'before' | 'after';
  readonly error?: Error;
}

/** Counts the calls of a fake and makes the planned ones fail, before or after their effect. */
export class Faults<Operation extends string> {
  /** Every call so far, in order. */
  public readonly calls: Operation[] = [];
  /** Runs before each call: a place to let other work happen in between. */
  public before?: (operation: Operation, call: number) => Promise<void> | void;
  private planned: { fault: Fault<Operation>; skip: number; left: number }[] = [];

  public plan(fault: Fault<Operation> = {}): void {
    this.planned.push({ fault, skip: (fault.call ?? 1) - 1, left: fault.times ?? 1 });
  }

  /** Forgets what was planned and not used. */
  public clear(): void {
    this.planned = [];
  }

  public count(operation?: Operation): number {
    return operation ? this.calls.filter((made) => made === operation).length : this.calls.length;
  }

  public async around<T>(operation: Operation, effect: () => T): Promise<T> {
    this.calls.push(operation);
    // A real call always lets other work run first; a fake that did not would hide races.
    await Promise.resolve();
    await this.before?.(operation, this.calls.length);
    const due = this.due(operation);
    if (due && due.when !== 'after') throw due.error ?? new Error(`planned fault before ${operation}`);
    const result = effect();
    if (due) throw due.error ?? new Error(`planned fault after ${operation}`);
    return result;
  }

  private due(operation: Operation): Fault<Operation> | undefined {
    let due: Fault<Operation> | undefined;
    for (const plan of this.planned) {
      if (plan.fault.operation && plan.fault.operation !== operation) continue;
      if (plan.skip > 0) {
        plan.skip -= 1;
      } else if (plan.left > 0 && !due) {
        plan.left -= 1;
        due = plan.fault;
      }
    }
    return due;
  }
}
