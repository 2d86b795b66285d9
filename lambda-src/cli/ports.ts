import { EventTable } from '../events/ports';

/** The table of events, for reading: a command line writes nothing there. */
export type EventReader = Pick<EventTable, 'read' | 'query'>;

/** Whose credentials are used, and where. What is left out is found as every AWS tool finds it. */
export interface Identity {
  readonly profile?: string;
  readonly region?: string;
}

export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** A bus's answer to an event. */
export type Taken = { readonly taken: true } | { readonly taken: false; readonly code: string; readonly message: string };

export interface Archive {
  readonly name: string;
  readonly arn: string;
  /** Absent where events are kept for ever. */
  readonly retentionDays?: number;
}
export interface ReplayOrder {
  readonly name: string;
  readonly archiveArn: string;
  readonly busArn: string;
  readonly ruleArns: readonly string[];
  readonly from: Date;
  readonly to: Date;
}
export interface ReplayState {
  /** STARTING, RUNNING, CANCELLING, COMPLETED, CANCELLED or FAILED. */
  readonly state: string;
  readonly reason?: string;
  /** How far it is: the time of the last event that was sent again. */
  readonly lastEventAt?: Date;
}

export interface QueueState {
  readonly arn: string;
  readonly waiting: number;
  /** Received, and neither deleted nor given back. */
  readonly inFlight: number;
}
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  /** Message attributes. Those that EventBridge adds tell why it could not deliver. */
  readonly attributes: { readonly [name: string]: string };
  readonly sentAt: Date;
}
export interface Move {
  /** RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED. */
  readonly status: string;
  readonly moved: number;
  readonly reason?: string;
}

/** What the commands ask of AWS. Whatever is refused or cannot be reached is thrown as an `AwsFailure`. */
export interface Aws {
  region(): Promise<string>;
  caller(): Promise<Caller>;
  /** Undefined when there is no such stack. */
  stackOutputs(stackName: string): Promise<ReadonlyMap<string, string> | undefined>;

  putOnDefaultBus(event: { readonly source: string; readonly detailType: string; readonly detail: object }): Promise<Taken>;
  archives(busArn: string): Promise<Archive[]>;
  /** Rules of a bus that send to a queue. */
  rulesInto(busArn: string, queueArn: string): Promise<string[]>;
  startReplay(order: ReplayOrder): Promise<void>;
  replay(name: string): Promise<ReplayState>;

  queue(url: string): Promise<QueueState>;
  /** Some messages, which stay where they are. */
  peek(url: string, most: number): Promise<QueuedMessage[]>;
  startMove(fromArn: string, toArn: string, mostPerSecond?: number): Promise<void>;
  /** The last move out of a queue. */
  lastMove(fromArn: string): Promise<Move | undefined>;

  table(name: string): EventReader;
  /** The API's answer to a GET, signed with these credentials. */
  ask(apiUrl: string, path: string, query: { readonly [name: string]: string }): Promise<unknown>;
}

/** What a command has around it. */
export interface World {
  /** Whether the output is looked at by a person on a terminal that knows colours. */
  readonly colours: boolean;
  aws(identity: Identity): Aws;
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  /** A line for whoever called. */
  out(line: string): void;
  /** A line about a problem, or about how far it is. */
  problem(line: string): void;
  newId(): string;
}
