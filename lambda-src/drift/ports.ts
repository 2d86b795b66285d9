import { ContinueWalk, Difference, FindingAnswer, IncompleteCause, PolicyDocument } from '../../src/drift/contract';

/** A parameter as a read without decryption shows it: a SecureString's value never enters the process. */
export interface Parameter {
  /** Relative to its environment. */
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  /** Absent for a SecureString, and where a cut walk kept a value out of its notes. */
  readonly value?: string;
  readonly version: number;
  /** ISO 8601. */
  readonly modifiedAt: string;
}

export interface ParameterPage {
  readonly parameters: Parameter[];
  /** Absent on the last page. A page may be empty and still have one. */
  readonly nextToken?: string;
}

export interface LastChange {
  readonly version: number;
  /** ISO 8601. */
  readonly at: string;
  /** ARN of who wrote that version. */
  readonly by?: string;
}

/** The parameters of one environment. Throws a ReadFailure when it could not read; it never answers "none" instead. */
export interface ParameterReader {
  readonly environment: string;
  /** The next page of a walk over every name. */
  page(token?: string): Promise<ParameterPage>;
  /** Those of the names that exist. A name that is not in the answer does not exist. */
  named(names: string[]): Promise<Parameter[]>;
  /** Who wrote the current version; undefined when that cannot be learned. */
  lastChange(name: string): Promise<LastChange | undefined>;
}

/** A read that failed: unknown, which is neither empty nor equal. */
export class ReadFailure extends Error {
  constructor(public readonly reason: IncompleteCause, message: string) {
    super(message);
    this.name = 'ReadFailure';
  }
}

/** What is known of one difference, from the run that first saw it. */
export interface Finding extends FindingAnswer {
  readonly environment: string;
  readonly baseline: string;
  /** When it last became open; absent while it never was. */
  readonly openedAt?: string;
  /** How often it came back after it was resolved or waived. */
  readonly reopened: number;
  /** ISO 8601: since when the target runs ahead, and until when it may. */
  readonly aheadSince?: string;
  readonly pendingUntil?: string;
  readonly targetVersion?: number;
  readonly baselineVersion?: number;
  /** Who wrote the newer side, for the versions above. */
  readonly changedBy?: string;
  /** Last day of the waiver that holds it (YYYY-MM-DD), who owns it and why. */
  readonly waivedUntil?: string;
  readonly waiver?: string;
  /** The `waivedUntil` whose coming end was already told. */
  readonly expiryWarned?: string;
}

export interface ResolvedFinding {
  readonly id: string;
  readonly firstSeen: string;
  /** Absent when it never was open: nobody was told of it. */
  readonly openedAt?: string;
  readonly resolvedAt: string;
  readonly reopened: number;
}

/** `changed`: another difference than before; `updated`: the same one, with something else to say of it. */
export type TransitionKind = 'opened' | 'reopened' | 'changed' | 'resolved' | 'pending' | 'waived' | 'updated';

/** One change of one finding. */
export interface Transition {
  readonly kind: TransitionKind;
  readonly finding: Finding;
  readonly at: string;
  /** Whether a subscriber is told: of what opens, and of what is resolved after it was open. */
  readonly told: boolean;
}

/** A line of a message. */
export interface OutboxEntry {
  readonly name: string;
  readonly difference: Difference;
  readonly explanation: string;
  readonly waivedUntil?: string;
}
export interface OutboxSection {
  readonly count: number;
  /** The first ones only: an item must not grow with the number of parameters. */
  readonly entries: OutboxEntry[];
}
/** What subscribers have not been told yet. */
export interface Outbox {
  /** The same until it is sent, so that a repeated message can be recognised. */
  readonly id: string;
  readonly since: string;
  readonly opened: OutboxSection;
  readonly reopened: OutboxSection;
  readonly changed: OutboxSection;
  readonly resolved: OutboxSection;
  readonly expiring: OutboxSection;
}

/** Where an environment stands between runs. */
export interface Pointer {
  /** ISO 8601; absent before the first complete walk. */
  readonly lastWalkAt?: string;
  /** The policy of that walk. */
  readonly policyKey?: string;
  /** When the findings that stand were last seen: the end of that walk. */
  readonly lastSeenAt?: string;
  /** SHA-256 of the last snapshot's content. */
  readonly snapshotHash?: string;
}

export interface Lease {
  readonly holder: string;
  /** Rises with every holder: a write under an older one is refused. */
  readonly token: number;
}

export interface RunRecord {
  readonly runId: string;
  readonly kind: 'full' | 'incremental' | 'timed';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly complete: boolean;
  readonly causes: IncompleteCause[];
  readonly policyKey: string;
  readonly compared: number;
  readonly ignored: number;
  readonly open: number;
  readonly pending: number;
  readonly waived: number;
  readonly opened: number;
  readonly reopened: number;
  readonly resolved: number;
  readonly ssmCalls: number;
}

/** Another run took the lease: nothing of this one may be written any more. */
export class LeaseLost extends Error {
  constructor() {
    super('another check took over: what this one read may be older than what that one wrote, so it writes nothing more');
    this.name = 'LeaseLost';
  }
}

/** The drift table of one environment. */
export interface DriftStore {
  /** Takes the lease when it is free, has run out, or is this holder's (whose first answer was lost); undefined otherwise. Epoch milliseconds. */
  acquire(holder: string, now: number, until: number): Promise<Lease | undefined>;
  /** Takes up a lease that this holder still has, run out or not; undefined when another one had it since, or it was given up. */
  resume(holder: string, until: number): Promise<Lease | undefined>;
  /** Keeps the lease until another time. Throws LeaseLost. */
  extend(lease: Lease, until: number): Promise<void>;
  /** Gives the lease up; does nothing when it was lost. */
  release(lease: Lease): Promise<void>;
  pointer(): Promise<Pointer>;
  /** Every pending, open or waived finding, read consistently. */
  active(): Promise<Finding[]>;
  /** Those of the ids that were resolved before. */
  resolved(ids: string[]): Promise<ResolvedFinding[]>;
  /**
   * Writes the transitions, and the findings whose waiver's coming end is to be told, with what they add to the outbox:
   * in parts, each all or nothing and only under the lease. Throws LeaseLost.
   */
  commit(lease: Lease, runId: string, transitions: Transition[], warned: Finding[]): Promise<void>;
  /** Writes the run's record and the pointer. Throws LeaseLost. */
  finish(lease: Lease, run: RunRecord, pointer: Pointer): Promise<void>;
  outbox(): Promise<Outbox | undefined>;
  /** Forgets the outbox once it is sent; leaves it when it is another one by now. */
  sent(outboxId: string): Promise<void>;
}

/** What a cut walk has so far. */
export interface WalkState {
  readonly parameters: Parameter[];
  /** Names whose value was kept out, because it looks like a secret. */
  readonly withheld: string[];
  readonly nextToken?: string;
  readonly done: boolean;
}
export interface Walk {
  readonly runId: string;
  readonly startedAt: string;
  /** How often it was continued. */
  readonly segment: number;
  /** SSM calls of the earlier parts. */
  readonly ssmCalls: number;
  readonly target: WalkState;
  readonly baseline: WalkState;
}

/** Objects in the state bucket. */
export interface StateObjects {
  /** The parity policy as it was deployed. Throws when it cannot be had. */
  policy(): Promise<PolicyDocument>;
  saveSnapshot(content: string): Promise<void>;
  saveWalk(walk: Walk): Promise<string>;
  loadWalk(key: string): Promise<Walk>;
}

export interface Message {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly opened: number;
  readonly reopened: number;
  readonly resolved: number;
}

export interface Notifier {
  publish(message: Message): Promise<void>;
}

export interface OwnQueue {
  send(message: ContinueWalk): Promise<void>;
  /** Brings messages that were given back again soon, instead of after the queue's visibility timeout. Best effort. */
  retrySoon(receipts: string[]): Promise<void>;
}

export interface Clock {
  now(): Date;
  /** Milliseconds until the function is stopped. */
  remaining(): number;
  sleep(milliseconds: number): Promise<void>;
}
