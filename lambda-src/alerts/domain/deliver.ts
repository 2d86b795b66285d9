import { deliveriesOf, Delivery, Told, Words } from './batch';
import { Delivered } from './delivered';
import { Clock } from '../../shared/clock';
import { Log } from '../../shared/log';
import { Channel, OwnQueue, Posted } from '../ports';

export interface DeliverDependencies<M> {
  readonly words: Words<M>;
  readonly channel: Channel<M>;
  readonly queue: OwnQueue;
  readonly delivered: Delivered;
  /** More changes of a kind than this become one message. */
  readonly burst: number;
  /** Waits until the next message may go. */
  readonly pace: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface DeliverResult {
  /** Ids of messages that come again. */
  readonly failed: string[];
  /** Messages sent of violations: a digest is one. */
  readonly violations: number;
  readonly sent: number;
}

/** What a call may take, and a margin for giving back what is left. */
const LONGEST_POST_MS = 20_000;
/** A shorter time than this is waited for; the queue does the rest. */
const SHORT_WAIT_SECONDS = 5;
const FIRST_WAIT_SECONDS = 15;
/** What is down for long is asked again every quarter of an hour: the queue gives out a message a thousand times, and keeps it for 14 days. */
const LONGEST_WAIT_SECONDS = 900;
/** SQS takes no more. */
const MOST_SECONDS = 12 * 3_600;

/** Waits twice as long each time. */
export const waitFor = (received: number) => Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** Math.min(10, Math.max(0, received - 1)));

/** Tells a channel what a batch brought. What cannot be told now goes back to the queue, which keeps it; nothing else waits for it. */
export async function deliver<M>(dependencies: DeliverDependencies<M>, batch: readonly Told[]): Promise<DeliverResult> {
  const { words, delivered, burst, log } = dependencies;
  const known = batch.filter(({ change }) => delivered.has(change));
  if (known.length > 0) log.info('told before, and not again', { messages: known.length });
  const rest = deliveriesOf(batch.filter((told) => !known.includes(told)), words, burst);
  const failed: string[] = [];
  let [violations, sent] = [0, 0];
  while (rest.length > 0) {
    const posted = await post(dependencies, rest[0]);
    if (posted.kind === 'delivered') {
      const { told, violations: areViolations } = rest.shift()!;
      for (const { change } of told) delivered.add(change);
      sent += 1;
      if (areViolations) violations += 1;
    } else if (posted.kind === 'refused' && await setAside(dependencies, rest[0], posted.why)) {
      rest.shift();
    } else {
      // What is not taken now holds up the rest: the order stays, and nobody who is down is asked many times.
      failed.push(...await giveBack(dependencies, rest.splice(0).flatMap(({ told }) => told), posted));
    }
  }
  return { failed, violations, sent };
}

async function post<M>({ channel, pace, clock }: DeliverDependencies<M>, { message }: Delivery<M>): Promise<Posted> {
  await pace();
  if (clock.remaining() < LONGEST_POST_MS) return { kind: 'wait', seconds: 1 };
  const posted = await channel.post(message);
  if (posted.kind !== 'wait' || posted.seconds > SHORT_WAIT_SECONDS || clock.remaining() < posted.seconds * 1_000 + LONGEST_POST_MS) return posted;
  await clock.sleep(posted.seconds * 1_000);
  return channel.post(message);
}

/** Whether it is where somebody looks at it; else it is kept as any other. */
async function setAside<M>({ queue, log }: DeliverDependencies<M>, { told }: Delivery<M>, why: string): Promise<boolean> {
  log.error('a message will never be taken, and is set aside', { why, eventIds: told.map(({ change }) => change.eventId) });
  try {
    for (const { body } of told) await queue.setAside(body, why);
    return true;
  } catch (error) {
    log.error('it could not be set aside, and comes again', { error });
    return false;
  }
}

async function giveBack<M>({ queue, log }: DeliverDependencies<M>, told: readonly Told[], posted: Posted): Promise<string[]> {
  const asked = posted.kind === 'wait' ? posted.seconds : undefined;
  const seconds = Math.min(MOST_SECONDS, asked ?? waitFor(Math.min(...told.map(({ received }) => received))));
  const fields = { ...posted, messages: told.length, seconds };
  if (asked === undefined) log.error('the channel takes nothing; what it is to be told is kept', fields); else log.warn('the channel asks to wait', fields);
  await queue.giveBack(told.map(({ receipt }) => receipt), seconds);
  return told.map(({ messageId }) => messageId);
}
