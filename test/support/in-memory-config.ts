import { InMemoryEventTable } from './in-memory-event-table';
import { EventItem } from '../../lambda-src/events/ports';
import { ConfigReader, Found, ListedRule, RecordedTypes, RecorderReader, RuleGone, StateScan } from '../../lambda-src/events/truth-ports';
import { ChannelStatus, RecorderStatus } from '../../lambda-src/rules/ports';
import { MemberScope, STATE_PREFIX, StateItem } from '../../src/events/contract';

/** AWS Config of one account and region. */
export class InMemoryConfig implements ConfigReader {
  public readonly rulesByName = new Map<string, { rule: ListedRule; results: Map<string, Found> }>();
  public recorderStatus: RecorderStatus | undefined | Error = { name: 'default', recording: true };
  public channelStatus: ChannelStatus | undefined | Error = { name: 'default', deliveries: [] };
  public types: RecordedTypes | undefined | Error = { allBut: [] };
  /** Fails instead, by the name of the rule, after so many pages. */
  public readonly failures = new Map<string, { readonly afterPages: number; readonly error: Error }>();
  public listing?: Error;
  public pageSize = 2;
  /** Runs before a page is read. */
  public onPage?: (rule: string) => void;
  public readonly recorder: RecorderReader = {
    recorder: () => answer(this.recorderStatus),
    channel: () => answer(this.channelStatus),
    recordedTypes: () => answer(this.types),
  };

  public evaluate(rule: string, found: Found): void {
    this.put(rule).results.set(`${found.resourceType}\n${found.resourceId}`, found);
  }

  public put(rule: string, more: Partial<ListedRule> = {}) {
    const known = this.rulesByName.get(rule) ?? { rule: { name: rule, ...more }, results: new Map<string, Found>() };
    this.rulesByName.set(rule, known);
    return known;
  }

  public forget(rule: string, resourceId: string): void {
    const { results } = this.put(rule);
    for (const [key, found] of results) if (found.resourceId === resourceId) results.delete(key);
  }

  public async rules(): Promise<ListedRule[]> {
    if (this.listing) throw this.listing;
    return [...this.rulesByName.values()].map(({ rule }) => rule).reverse();
  }

  public async* results(rule: string): AsyncGenerator<Found[]> {
    const all = [...this.rulesByName.get(rule)?.results.values() ?? []];
    const failure = this.failures.get(rule);
    // An empty page comes first, as it may from AWS.
    for (let from = -this.pageSize, page = 0; from < all.length; from += this.pageSize, page += 1) {
      this.onPage?.(rule);
      if (failure && page >= failure.afterPages) throw failure.error;
      if (!this.rulesByName.has(rule)) throw new RuleGone(`${rule} is gone`);
      yield from < 0 ? [] : all.slice(from, from + this.pageSize);
    }
  }
}

/** All states of a table in memory, a few at a time. */
export class InMemoryStateScan implements StateScan {
  public scans = 0;
  constructor(private readonly table: InMemoryEventTable) {}

  public async* states(of?: MemberScope): AsyncGenerator<StateItem[]> {
    this.scans += 1;
    const states = statesIn(this.table).filter(({ account, region }) => !of || (account === of.account && region === of.region));
    for (let from = 0; from < states.length; from += 3) yield states.slice(from, from + 3);
  }
}

export const statesIn = (table: InMemoryEventTable): StateItem[] =>
  table.all().filter(({ sk }) => sk.startsWith(STATE_PREFIX)) as (EventItem & StateItem)[];

async function answer<T>(value: T | Error): Promise<T> {
  if (value instanceof Error) throw value;
  return value;
}
