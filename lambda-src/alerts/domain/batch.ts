import { StateChange } from '../../../src/events/contract';

/** What somebody has to be told, and the message of the queue that it came with. */
export interface Told {
  readonly receipt: string;
  readonly messageId: string;
  /** As it came. */
  readonly body: string;
  /** How often the queue has given it out. */
  readonly received: number;
  readonly change: StateChange;
}

/** One message for one or more changes. */
export interface Delivery<M> {
  readonly message: M;
  readonly told: readonly Told[];
  readonly violations: boolean;
}

/** Words for changes: what Slack, a mailbox and others differ in. */
export interface Words<M> {
  violation(change: StateChange): M;
  resolved(change: StateChange): M;
  /** All of them became broken, or all of them well. */
  digest(changes: readonly StateChange[], violations: boolean): M;
}

const isViolation = ({ change }: Told) => change.status === 'NON_COMPLIANT';
const compared = (one: string, other: string) => (one < other ? -1 : Number(one > other));
const byTime = (one: Told, other: Told) => compared(one.change.recordedAt, other.change.recordedAt);

/**
 * The messages for a batch: one for each change in the order of time, or one for all of a kind when there are more than a channel takes
 * without people looking away. What the queue brings twice is told once.
 */
export function deliveriesOf<M>(batch: readonly Told[], words: Words<M>, burst: number): Delivery<M>[] {
  const copies = new Map<string, Told[]>();
  for (const told of batch) copies.set(told.change.eventId, [...copies.get(told.change.eventId) ?? [], told]);
  const changes = [...copies.values()].map(([first]) => first).sort(byTime);
  const all = (told: readonly Told[]) => told.flatMap(({ change }) => copies.get(change.eventId)!);

  const digested = [changes.filter(isViolation), changes.filter((told) => !isViolation(told))].filter((kind) => kind.length > burst);
  const single = changes.filter((told) => !digested.some((kind) => kind.includes(told)));
  return [
    ...digested.map((kind): Delivery<M> => {
      const violations = isViolation(kind[0]);
      return { told: all(kind), violations, message: words.digest(kind.map(({ change }) => change), violations) };
    }),
    ...single.map((told): Delivery<M> => {
      const violations = isViolation(told);
      return { told: all([told]), violations, message: violations ? words.violation(told.change) : words.resolved(told.change) };
    }),
  ];
}

/** Names with how often they occur, the most frequent first. */
export function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([one, many], [other, few]) => few - many || compared(one, other));
}
