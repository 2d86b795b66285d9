import { NamedTime, readTime } from './instants';
import { Problem, quoted, refuseParameter } from './problem';

export const DEFAULT_LIMIT = 50;
export const MOST_ITEMS = 500;

/** What a caller asks with. Each value is data and never part of an expression. */
export class Parameters {
  /** Values that were not in a query. */
  public static of(values: { readonly [name: string]: string | undefined }): Parameters {
    const parameters = new Parameters('', []);
    for (const [name, value] of Object.entries(values)) if (value !== undefined) parameters.values.set(name, value);
    return parameters;
  }

  private readonly values = new Map<string, string>();

  /** Refuses what the route does not know: a misspelt filter would answer more than was asked for. */
  constructor(query: string, names: readonly string[]) {
    const allowed = [...names].sort().join(', ') || 'none';
    for (const [name, value] of new URLSearchParams(query)) {
      const field = name.slice(0, 100);
      if (!names.includes(name)) throw new Problem('unknown-parameter', `there is no parameter ${quoted(name)} here; allowed is ${allowed}`, { field, allowed });
      if (this.values.has(name)) throw new Problem('invalid-parameter', `${name} is given more than once`, { field, allowed: 'each parameter once' });
      this.values.set(name, value);
    }
  }

  public text(name: string, longest = 256): string | undefined {
    return this.read(name, (value) => value.length > 0 && value.length <= longest, `a text of 1 to ${longest} characters`);
  }

  public account(): string | undefined {
    return this.read('account', (value) => /^\d{12}$/.test(value), 'an account id of 12 digits');
  }

  public region(): string | undefined {
    return this.read('region', (value) => /^[a-z0-9-]{1,32}$/.test(value), 'a region as eu-central-1');
  }

  public oneOf(name: string, words: readonly string[]): string | undefined {
    return this.read(name, (value) => words.includes(value), `one of ${words.join(', ')}`);
  }

  public limit(): number {
    const value = this.read('limit', (text) => /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_ITEMS, `a whole number from 1 to ${MOST_ITEMS}`);
    return value === undefined ? DEFAULT_LIMIT : Number(value);
  }

  public time(name: string): NamedTime | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : readTime(name, value);
  }

  /** Two times in their order; each may be absent. */
  public period(start: string, end: string): { readonly from?: string; readonly to?: string } {
    const from = this.time(start)?.first;
    const to = this.time(end)?.last;
    if (from !== undefined && to !== undefined && from > to) refuseParameter(end, this.values.get(end), `a time that is not before ${start} (${from})`);
    return { from, to };
  }

  public get cursor(): string | undefined {
    return this.values.get('cursor');
  }

  private read(name: string, isAllowed: (value: string) => boolean, allowed: string): string | undefined {
    const value = this.values.get(name);
    if (value !== undefined && !isAllowed(value)) refuseParameter(name, value, allowed);
    return value;
  }
}
