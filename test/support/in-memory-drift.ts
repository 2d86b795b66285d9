import { Faults } from './faults';
import { addToOutbox } from '../../lambda-src/drift/domain/outbox';
import {
  Clock, DriftStore, Finding, LastChange, Lease, LeaseLost, Message, Notifier, Outbox, OwnQueue, Parameter, ParameterPage, ParameterReader,
  Pointer, ReadFailure, ResolvedFinding, RunRecord, StateObjects, Transition, TransitionKind, Walk,
} from '../../lambda-src/drift/ports';
import { ContinueWalk, IncompleteCause, PolicyDocument, walkKey } from '../../src/drift/contract';

/** What a store gives back is never the object that was put: undefined fields are gone and nothing is shared. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A clock that stands still until somebody sleeps or moves it. */
export class FakeClock implements Clock {
  private time: number;
  private deadline: number;

  constructor(start = '2026-11-22T10:00:00.000Z', remaining = 180_000) {
    this.time = Date.parse(start);
    this.deadline = this.time + remaining;
  }

  public now(): Date {
    return new Date(this.time);
  }

  public remaining(): number {
    return Math.max(0, this.deadline - this.time);
  }

  /** Sleepers at the same time sleep at the same time: the clock moves to the latest end, not by the sum. */
  public async sleep(milliseconds: number): Promise<void> {
    const due = this.time + milliseconds;
    await Promise.resolve();
    this.time = Math.max(this.time, due);
  }

  public advance(milliseconds: number): this {
    this.time += milliseconds;
    return this;
  }

  public set(iso: string): this {
    const left = this.remaining();
    this.time = Date.parse(iso);
    this.deadline = this.time + left;
    return this;
  }

  /** As if an invocation with this much time started now. */
  public restart(remaining = 180_000): this {
    this.deadline = this.time + remaining;
    return this;
  }
}

export type ReadOperation = 'page' | 'named' | 'lastChange';
export interface ReadCall {
  readonly operation: ReadOperation;
  readonly environment: string;
  /** The how many-th call of all, from 1. */
  readonly call: number;
  readonly token?: string;
  readonly names?: string[];
}
export interface ReadFault {
  readonly reason?: IncompleteCause;
  readonly environment?: string;
  readonly operation?: ReadOperation;
  /** The how many-th matching call, from now on, fails: 1 is the next one. */
  readonly call?: number;
  /** How many matching calls in a row fail; all when `Infinity`. */
  readonly times?: number;
}
export interface ParameterInput {
  readonly value: string;
  readonly type?: Parameter['type'];
  readonly modifiedAt?: string;
  readonly by?: string;
  readonly version?: number;
}
interface StoredParameter {
  readonly parameter: Parameter;
  readonly by: string;
}

/** Parameter Store of one account: parameters by environment and relative name, versions and dates that move as the real ones do. */
export class InMemoryParameters {
  public pageSize = 10;
  /** Every how many-th page is an empty one with a token: 2 or more, 0 for none. */
  public emptyEvery = 0;
  /** Every read so far: one entry for each call that the real service would see. */
  public readonly calls: ReadCall[] = [];
  /** Runs before each call is answered: latency, a limiter, or a change in the middle of a walk. */
  public before?: (call: ReadCall) => Promise<void> | void;
  private readonly environments = new Map<string, Map<string, StoredParameter>>();
  private faults: { fault: ReadFault; skip: number; left: number }[] = [];
  private pages = 0;

  constructor(private readonly clock: Pick<Clock, 'now'> = new FakeClock()) {}

  /** Writes a parameter; a string is a plain one. The version rises from 1, and again after a deletion. */
  public put(environment: string, name: string, input: ParameterInput | string): this {
    const given = typeof input === 'string' ? { value: input } : input;
    const all = this.of(environment);
    const before = all.get(name)?.parameter;
    const version = given.version ?? (before?.version ?? 0) + 1;
    const type = given.type ?? before?.type ?? 'String';
    all.set(name, {
      parameter: { name, type, value: given.value, version, modifiedAt: given.modifiedAt ?? this.clock.now().toISOString() },
      by: given.by ?? 'arn:aws:iam::111111111111:user/somebody',
    });
    return this;
  }

  public putAll(environment: string, parameters: { [name: string]: ParameterInput | string }): this {
    for (const [name, input] of Object.entries(parameters)) this.put(environment, name, input);
    return this;
  }

  public delete(environment: string, name: string): this {
    this.of(environment).delete(name);
    return this;
  }

  public names(environment: string): string[] {
    return [...this.of(environment).keys()].sort();
  }

  public fail(fault: ReadFault): this {
    this.faults.push({ fault, skip: (fault.call ?? 1) - 1, left: fault.times ?? 1 });
    return this;
  }

  public clearFaults(): this {
    this.faults = [];
    return this;
  }

  /** Calls so far, of one operation or of all but the attribution (which has a quota of its own). */
  public count(operation?: ReadOperation): number {
    return this.calls.filter((call) => (operation ? call.operation === operation : call.operation !== 'lastChange')).length;
  }

  public resetCalls(): this {
    this.calls.length = 0;
    return this;
  }

  public reader(environment: string): ParameterReader {
    return {
      environment,
      page: (token) => this.page(environment, token),
      named: (names) => this.named(environment, names),
      lastChange: (name) => this.lastChange(environment, name),
    };
  }

  private async page(environment: string, token?: string): Promise<ParameterPage> {
    await this.called({ operation: 'page', environment, token });
    // The token is a cursor by name, so what is written or deleted meanwhile moves nothing else; no two pages have the same.
    const after = token === undefined ? undefined : cursor(token);
    this.pages += 1;
    if (this.emptyEvery > 0 && this.pages % this.emptyEvery === 0) {
      return { parameters: [], nextToken: pageToken(this.pages, after) };
    }
    const rest = this.names(environment).filter((name) => after === undefined || name > after);
    const names = rest.slice(0, this.pageSize);
    return {
      parameters: names.map((name) => this.shown(environment, name)),
      ...(rest.length > names.length ? { nextToken: pageToken(this.pages, names.at(-1)) } : {}),
    };
  }

  private async named(environment: string, names: string[]): Promise<Parameter[]> {
    const wanted = [...new Set(names)];
    const found: Parameter[] = [];
    for (let at = 0; at < wanted.length; at += 10) {
      const some = wanted.slice(at, at + 10);
      await this.called({ operation: 'named', environment, names: some });
      found.push(...some.filter((name) => this.of(environment).has(name)).map((name) => this.shown(environment, name)));
    }
    return found;
  }

  private async lastChange(environment: string, name: string): Promise<LastChange | undefined> {
    try {
      await this.called({ operation: 'lastChange', environment, names: [name] });
    } catch {
      return undefined;
    }
    const stored = this.of(environment).get(name);
    return stored && { version: stored.parameter.version, at: stored.parameter.modifiedAt, by: stored.by };
  }

  private shown(environment: string, name: string): Parameter {
    const { value, ...rest } = this.of(environment).get(name)!.parameter;
    return rest.type === 'SecureString' ? { ...rest } : { ...rest, value };
  }

  private of(environment: string): Map<string, StoredParameter> {
    const known = this.environments.get(environment) ?? new Map<string, StoredParameter>();
    this.environments.set(environment, known);
    return known;
  }

  private async called(made: Omit<ReadCall, 'call'>): Promise<void> {
    const call: ReadCall = { ...made, call: this.calls.length + 1 };
    this.calls.push(call);
    await Promise.resolve();
    await this.before?.(call);
    for (const plan of this.faults) {
      const { fault } = plan;
      if ((fault.environment ?? call.environment) !== call.environment || (fault.operation ?? call.operation) !== call.operation) continue;
      if (plan.skip > 0) {
        plan.skip -= 1;
      } else if (plan.left > 0) {
        plan.left -= 1;
        const reason = fault.reason ?? 'READ_FAILED';
        throw new ReadFailure(reason, `reading ${call.environment} failed: planned ${reason}`);
      }
    }
  }
}

export type StoreOperation =
  | 'acquire' | 'resume' | 'extend' | 'release' | 'pointer' | 'active' | 'resolved' | 'commit' | 'finish' | 'outbox' | 'sent';
export interface HistoryEntry {
  readonly kind: TransitionKind;
  readonly at: string;
  readonly runId: string;
  readonly finding: Finding;
}

const pageToken = (page: number, after: string | undefined) => Buffer.from(JSON.stringify([page, after])).toString('base64');
const cursor = (token: string) => (JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as [number, string | undefined])[1] ?? undefined;

/** DynamoDB's limit of an item: nothing that the store writes may come near it. */
const ITEM_LIMIT = 400 * 1024;

/** The drift table of one environment, in memory. Each part of a `commit` counts as a call, so that a fault may hit between two parts. */
export class InMemoryDriftStore implements DriftStore {
  public readonly faults = new Faults<StoreOperation>();
  /** Transitions a part of a `commit`. */
  public partSize = 32;
  public readonly runs: RunRecord[] = [];
  public readonly history: HistoryEntry[] = [];
  private readonly findings = new Map<string, Finding>();
  private readonly past = new Map<string, Finding & { resolvedAt: string }>();
  private lease?: { holder?: string; token: number; until: number };
  private pointed: Pointer = {};
  private pending?: Outbox;
  private outboxes = 0;
  /** The outbox as it was last read for sending: what was added to it since is not sent with it. */
  private readForSending?: string;

  /** What stands, without counting as a call. */
  public get standing(): Finding[] {
    return copy([...this.findings.values()]);
  }

  public get untold(): Outbox | undefined {
    return this.pending && copy(this.pending);
  }

  public get latestPointer(): Pointer {
    return copy(this.pointed);
  }

  /** Who holds the lease now, if anybody. */
  public get holder(): string | undefined {
    return this.lease?.holder;
  }

  /** As if another run had taken the lease. */
  public stealLease(holder = 'thief', until = Number.MAX_SAFE_INTEGER): Lease {
    return this.take(holder, until);
  }

  public acquire(holder: string, now: number, until: number): Promise<Lease | undefined> {
    return this.faults.around('acquire', () => {
      const held = this.lease;
      const taken = held?.holder !== undefined && held.holder !== holder && held.until > now;
      return taken ? undefined : this.take(holder, until);
    });
  }

  public resume(holder: string, until: number): Promise<Lease | undefined> {
    return this.faults.around('resume', () => this.lease?.holder === holder ? this.take(holder, until) : undefined);
  }

  public extend(lease: Lease, until: number): Promise<void> {
    return this.faults.around('extend', () => {
      this.check(lease);
      this.lease = { ...lease, until };
    });
  }

  public release(lease: Lease): Promise<void> {
    return this.faults.around('release', () => {
      if (this.holds(lease)) this.lease = { token: lease.token, until: 0 };
    });
  }

  public pointer(): Promise<Pointer> {
    return this.faults.around('pointer', () => copy(this.pointed));
  }

  public active(): Promise<Finding[]> {
    return this.faults.around('active', () => this.standing.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  public resolved(ids: string[]): Promise<ResolvedFinding[]> {
    return this.faults.around('resolved', () => [...new Set(ids)].flatMap((id) => {
      const found = this.past.get(id);
      if (!found) return [];
      const { firstSeen, openedAt, resolvedAt, reopened } = found;
      return [{ id, firstSeen, ...(openedAt ? { openedAt } : {}), resolvedAt, reopened }];
    }));
  }

  public async commit(lease: Lease, runId: string, transitions: Transition[], warned: Finding[]): Promise<void> {
    const changed = new Set(transitions.map((transition) => transition.finding.id));
    const units = [
      ...transitions.map((transition) => ({ transition, warned: warned.find((finding) => finding.id === transition.finding.id) })),
      ...warned.filter((finding) => !changed.has(finding.id)).map((finding) => ({ transition: undefined, warned: finding })),
    ];
    for (let at = 0; at < units.length; at += this.partSize) {
      const part = units.slice(at, at + this.partSize);
      await this.faults.around('commit', () => {
        this.check(lease);
        for (const unit of part) this.apply(runId, unit.transition, unit.warned);
        const told = part.flatMap((unit) => unit.transition ?? []);
        const when = told[0]?.at ?? new Date(0).toISOString();
        const next = addToOutbox(this.pending, `outbox-${this.outboxes + 1}`, when, told, part.flatMap((unit) => unit.warned ?? []));
        if (next && !this.pending) this.outboxes += 1;
        this.pending = next && this.item(next);
      });
    }
  }

  public finish(lease: Lease, run: RunRecord, pointer: Pointer): Promise<void> {
    return this.faults.around('finish', () => {
      this.check(lease);
      const same = this.runs.findIndex((known) => known.runId === run.runId && known.startedAt === run.startedAt);
      this.runs.splice(same < 0 ? this.runs.length : same, same < 0 ? 0 : 1, this.item(run));
      this.pointed = this.item(pointer);
    });
  }

  public outbox(): Promise<Outbox | undefined> {
    return this.faults.around('outbox', () => {
      this.readForSending = JSON.stringify(this.pending);
      return this.untold;
    });
  }

  public sent(outboxId: string): Promise<void> {
    return this.faults.around('sent', () => {
      const grown = this.readForSending !== undefined && this.readForSending !== JSON.stringify(this.pending);
      if (this.pending?.id === outboxId && !grown) this.pending = undefined;
    });
  }

  private apply(runId: string, transition: Transition | undefined, warned: Finding | undefined): void {
    if (!transition) {
      if (warned) this.findings.set(warned.id, this.item(warned));
      return;
    }
    const { kind, finding, at } = transition;
    if (kind === 'resolved') {
      this.findings.delete(finding.id);
      this.past.set(finding.id, this.item({ ...finding, resolvedAt: at }));
    } else {
      this.findings.set(finding.id, this.item(warned ?? finding));
      if (kind !== 'updated') this.past.delete(finding.id);
    }
    if (kind !== 'updated') this.history.push(this.item({ kind, at, runId, finding }));
  }

  private item<T>(value: T): T {
    const text = JSON.stringify(value);
    if (text.length > ITEM_LIMIT) throw new Error(`an item of ${text.length} bytes: DynamoDB takes ${ITEM_LIMIT} at the most`);
    return JSON.parse(text) as T;
  }

  private take(holder: string, until: number): Lease {
    const token = (this.lease?.token ?? 0) + 1;
    this.lease = { holder, token, until };
    return { holder, token };
  }

  private holds(lease: Lease): boolean {
    return this.lease?.holder === lease.holder && this.lease.token === lease.token;
  }

  private check(lease: Lease): void {
    if (!this.holds(lease)) throw new LeaseLost();
  }
}

export type ObjectOperation = 'policy' | 'saveSnapshot' | 'saveWalk' | 'loadWalk';

/** The state bucket, in memory. */
export class InMemoryObjects implements StateObjects {
  public readonly faults = new Faults<ObjectOperation>();
  /** Every snapshot that was saved, the newest last. */
  public readonly snapshots: string[] = [];
  public readonly walks = new Map<string, string>();

  /** `document` is replaced to play another deployment; an error is thrown as it is. */
  constructor(public document: PolicyDocument | Error) {}

  public policy(): Promise<PolicyDocument> {
    return this.faults.around('policy', () => {
      if (this.document instanceof Error) throw this.document;
      return copy(this.document);
    });
  }

  public saveSnapshot(content: string): Promise<void> {
    return this.faults.around('saveSnapshot', () => {
      this.snapshots.push(content);
    });
  }

  public saveWalk(walk: Walk): Promise<string> {
    return this.faults.around('saveWalk', () => {
      const key = walkKey(walk.runId);
      this.walks.set(key, JSON.stringify(walk));
      return key;
    });
  }

  public loadWalk(key: string): Promise<Walk> {
    return this.faults.around('loadWalk', () => {
      const text = this.walks.get(key);
      if (text === undefined) throw new Error(`there is no walk at ${key}`);
      return JSON.parse(text) as Walk;
    });
  }
}

/** Keeps what was published. */
export class RecordingNotifier implements Notifier {
  public readonly faults = new Faults<'publish'>();
  public readonly messages: Message[] = [];

  public publish(message: Message): Promise<void> {
    return this.faults.around('publish', () => {
      this.messages.push(copy(message));
    });
  }
}

/** Keeps what was sent. */
export class RecordingQueue implements OwnQueue {
  public readonly faults = new Faults<'send'>();
  public readonly sent: ContinueWalk[] = [];
  public readonly soon: string[] = [];

  public send(message: ContinueWalk): Promise<void> {
    return this.faults.around('send', () => {
      this.sent.push(copy(message));
    });
  }

  public async retrySoon(receipts: string[]): Promise<void> {
    this.soon.push(...receipts);
  }
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: { [name: string]: unknown };
}

/** Keeps what was logged, so that a test may look for what must not be there. */
export class RecordingLog {
  public readonly lines: LogLine[] = [];

  public info(message: string, fields?: { [name: string]: unknown }): void {
    this.lines.push({ level: 'info', message, fields });
  }

  public warn(message: string, fields?: { [name: string]: unknown }): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  public error(message: string, fields?: { [name: string]: unknown }): void {
    this.lines.push({ level: 'error', message, fields });
  }
}
