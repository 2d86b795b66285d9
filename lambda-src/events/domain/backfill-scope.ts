import { BackfillTask, dayOf, EVENT_KEYS, MemberScope, StateItem } from '../../../src/events/contract';
import { Clock } from '../../shared/clock';
import { Log } from '../../shared/log';
import { EventTable } from '../ports';
import { ConfigReader, ListedRule, MemberDenied, RuleGone, StateScan, StoreFacts } from '../truth-ports';
import { atOnce } from './at-once';
import { Reading } from './backfill-compare';
import { checkMember } from './backfill-health';
import { backfillRule, close, LeftOver, RuleOutcome } from './backfill-rule';
import { stateCells } from './cell-sums';
import { allOf, numbers } from './read-all';
import { readShards } from './shards';

export interface BackfillWorld {
  readonly table: EventTable;
  /** Throws MemberDenied. */
  readonly open: () => Promise<ConfigReader>;
  readonly store: StoreFacts;
  readonly scan: StateScan;
  readonly clock: Clock;
  readonly log: Log;
  /** Days that it is kept when nothing could be known of a member. */
  readonly keptDays: number;
}
type OpenWorld = BackfillWorld & { readonly reader: ConfigReader };

export interface BackfillOutcome {
  readonly stored: number;
  /** Facts whose events were lost on the way. */
  readonly lost: number;
  readonly closed: number;
  /** Rules that were read to the end. */
  readonly rules: number;
  /** Rules that could not be: nothing of theirs was closed. */
  readonly unread: string[];
  /** The account does not let the hub read, or nothing of it could be read. */
  readonly unreadable: boolean;
  /** What is left for the next invocation. */
  readonly next?: BackfillTask;
}

/** AWS publishes no rate for these calls: a few at a time, and the SDK slows down when it is throttled. */
const RULES_AT_ONCE = 4;
/** Kept back for rules that have begun, of which one with 100,000 resources takes four minutes, and for what follows. */
const TIME_KEPT = 300_000;

/** Brings the states of an account and region in line with what AWS Config says there. */
export async function backfillScope(task: BackfillTask, world: BackfillWorld): Promise<BackfillOutcome> {
  const { clock, keptDays, log, table } = world;
  const scope = { account: task.account, region: task.region };
  try {
    const reader = await world.open();
    if (task.after === undefined) await checkMember(scope, reader, table, clock.now(), keptDays, log);
    return await new Backfill(scope, { ...world, reader }).run(task.after);
  } catch (error) {
    if (!(error instanceof MemberDenied)) throw error;
    log.error('the account cannot be read, so that nothing of it is known to be true', { ...scope, reason: error.message });
    return { stored: 0, lost: 0, closed: 0, rules: 0, unread: [], unreadable: true };
  }
}

class Backfill {
  private at = '';
  private suspects = new Map<string, LeftOver[]>();
  /** Rules that an earlier run has read to the end, and those that this one has. */
  private readonly before = new Set<string>();
  private readonly marked = new Set<string>();
  private readonly unread = new Set<string>();

  constructor(private readonly scope: MemberScope, private readonly world: OpenWorld) {}

  public async run(after = ''): Promise<BackfillOutcome> {
    const { table, reader } = this.world;
    this.at = await this.now();
    const listed = [...await reader.rules()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const marks = await allOf(table, { partition: EVENT_KEYS.readRule(this.scope.account, this.scope.region, '').pk, consistent: true });
    for (const mark of marks) this.before.add(mark.rule as string);
    const shards = (await readShards(table)).most;
    await this.findBroken(shards.resources);

    const outcomes: RuleOutcome[] = [];
    const due = listed.filter(({ name, beingDeleted }) => name > after && !beingDeleted);
    let done = 0;
    while (done < due.length && (done === 0 || this.world.clock.remaining() > TIME_KEPT)) {
      const part = due.slice(done, done + RULES_AT_ONCE);
      outcomes.push(...(await atOnce(part, RULES_AT_ONCE, (rule) => this.rule(rule))).filter((outcome) => outcome !== undefined));
      done += part.length;
    }
    const isEnd = done === due.length;
    const gone = isEnd ? await this.goneRules(listed, shards.cells) : [];
    outcomes.push(...await atOnce(gone, RULES_AT_ONCE, (rule) => this.closeRule(rule)));
    outcomes.push(...await this.sweep(outcomes, gone, shards.cells));
    if (isEnd) await this.forget(gone);
    const sum = (name: 'stored' | 'lost' | 'closed') => outcomes.reduce((total, outcome) => total + outcome[name], 0);
    return {
      stored: sum('stored'), lost: sum('lost'), closed: sum('closed'), rules: done - this.unread.size, unread: [...this.unread], unreadable: false,
      ...(isEnd ? {} : { next: { ...this.scope, after: due[done - 1].name } }),
    };
  }

  /** What breaks a rule now is in an index: what of it AWS Config lists no more is found without going through all states. */
  private async findBroken(shards: number): Promise<void> {
    const partitions = numbers(shards).map((shard) => EVENT_KEYS.broken(this.scope.account, shard));
    for (const partition of partitions) {
      for (const state of await allOf(this.world.table, { index: 'timeline', partition }) as unknown as StateItem[]) {
        if (state.region === this.scope.region) this.suspects.set(state.rule, [...this.suspects.get(state.rule) ?? [], state]);
      }
    }
  }

  private async rule({ name }: ListedRule): Promise<RuleOutcome | undefined> {
    const first = !this.before.has(name);
    try {
      const reading = { ...this.reading(name), at: await this.now() };
      const outcome = await backfillRule(reading, this.suspects.get(name) ?? [], this.world);
      if (first && !this.marked.has(name)) {
        this.marked.add(name);
        const key = EVENT_KEYS.readRule(this.scope.account, this.scope.region, name);
        await this.world.table.write({ kind: 'put', item: { ...key, rule: name, readAt: reading.at } });
      }
      return outcome;
    } catch (error) {
      if (error instanceof MemberDenied) throw error;
      const reason = error instanceof RuleGone ? 'it was deleted meanwhile' : error instanceof Error ? error.message : String(error);
      this.world.log.warn('a rule could not be read to the end, so that nothing of it is closed', { ...this.scope, rule: name, reason });
      this.unread.add(name);
      return undefined;
    }
  }

  /** Rules that count something, and that AWS Config has no more. */
  private async goneRules(listed: readonly ListedRule[], shards: number): Promise<string[]> {
    const there = new Set(listed.map(({ name }) => name));
    const counted = [...await this.countByRule(shards)].filter(([, count]) => count > 0).map(([rule]) => rule);
    return [...new Set([...counted, ...this.before, ...this.suspects.keys()])].filter((rule) => !there.has(rule));
  }

  private async closeRule(rule: string): Promise<RuleOutcome> {
    return { rule, stored: 0, lost: 0, closed: await close(this.reading(rule), this.suspects.get(rule) ?? [], this.world), present: 0 };
  }

  /**
   * What is compliant is in no index. Where the cells count more than AWS Config lists, all states of the account are gone through: that is
   * seldom, since it takes an event that was lost. What explains nothing is not tried again on the same day.
   */
  private async sweep(outcomes: readonly RuleOutcome[], gone: readonly string[], shards: number): Promise<RuleOutcome[]> {
    const { account, region } = this.scope;
    const { table, log } = this.world;
    const counted = await this.countByRule(shards);
    const surplus = outcomes.filter(({ rule, present }) => (counted.get(rule) ?? 0) > present).map(({ rule }) => rule);
    const vain = EVENT_KEYS.once(`sweep ${account} ${region}`, dayOf(this.at));
    if (surplus.length === 0 || (await table.read([vain])).length > 0) return [];
    log.info('more is counted than AWS Config lists: all states are gone through', { ...this.scope, rules: surplus });
    await this.findStates(surplus);
    const found = await atOnce(surplus, RULES_AT_ONCE, async (rule) => (gone.includes(rule) ? this.closeRule(rule) : this.rule({ name: rule })));
    const swept = found.filter((outcome) => outcome !== undefined);
    // What could not be read may explain it the next time.
    if (swept.length === surplus.length && swept.every(({ stored, closed }) => stored + closed === 0)) {
      const expiresAt = Math.floor(Date.parse(this.at) / 1_000) + 2 * 86_400;
      await table.write({ kind: 'put', item: { ...vain, rules: surplus, expiresAt } });
    }
    return swept;
  }

  private async findStates(rules: readonly string[]): Promise<void> {
    for (const rule of rules) this.suspects.set(rule, []);
    for await (const page of this.world.scan.states(this.scope)) {
      for (const state of page) if (rules.includes(state.rule) && state.status !== 'NOT_APPLICABLE') this.suspects.get(state.rule)!.push(state);
    }
  }

  private async countByRule(shards: number): Promise<Map<string, number>> {
    const byRule = new Map<string, number>();
    for (const { rule, counts } of await stateCells(this.world.table, this.scope, shards)) {
      byRule.set(rule, Object.values(counts).reduce((sum, count) => sum + count, byRule.get(rule) ?? 0));
    }
    return byRule;
  }

  /** A rule of that name that is made again begins anew. */
  private async forget(gone: readonly string[]): Promise<void> {
    for (const rule of gone.filter((each) => this.before.has(each))) {
      await this.world.table.write({ kind: 'delete', key: EVENT_KEYS.readRule(this.scope.account, this.scope.region, rule) });
    }
  }

  private reading(rule: string): Reading {
    return { scope: this.scope, rule, at: this.at, asked: this.world.clock.now().toISOString(), first: !this.before.has(rule) };
  }

  private async now(): Promise<string> {
    return await this.world.reader.asOf?.() ?? this.world.clock.now().toISOString();
  }
}
