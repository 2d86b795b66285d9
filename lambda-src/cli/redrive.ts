import { Call, Command } from './command';
import { findHub, hubIdentity, hubOptions, required } from './domain/hub';
import { whole } from './domain/options';
import { DeadLetter, deadLetter, reasons } from './domain/redrive';
import { refusalOf } from './domain/refusal';
import { columns } from './domain/terminal';
import { until } from './domain/wait';
import { Aws, Move } from './ports';

const POLL_SECONDS = 3;
/** Enough to see what is wrong; each is received and given back. */
const MOST_PEEKED = 100;

/** Gives the hub what is in its dead-letter queue once more. */
export const redrive: Command = {
  name: 'redrive',
  does: "Tells why events are in the hub's dead-letter queue, and moves them back to its queue.",
  notes: [
    'What the hub already has changes nothing when it comes again. What it refuses comes back to the dead-letter queue: correct the cause first.',
    `Reasons are those of up to ${MOST_PEEKED} messages, which are received for that and given back at once.`,
  ],
  options: {
    ...hubOptions('queueUrl', 'deadLetterQueueUrl'),
    'dry-run': { help: 'Tell the reasons, and move nothing' },
    'max-per-second': { value: 'messages', help: 'Move so many a second at the most, 1 to 500' },
    'wait': { help: 'Wait until all is moved and taken, and tell what came back' },
    'timeout': { value: 'seconds', help: 'How long to wait with --wait, 10 to 86400 (900)' },
  },

  async run(call) {
    const { given, world, tell, answer, paint } = call;
    const isDry = given['dry-run'] === true;
    const mostPerSecond = whole(given, 'max-per-second', 1, 500);
    const seconds = whole(given, 'timeout', 10, 86_400) ?? 900;
    const aws = world.aws(hubIdentity(given));
    const { queueUrl, deadLetterQueueUrl } = required(
      await findHub(given, aws, 'queueUrl', 'deadLetterQueueUrl'), 'redrive', 'queueUrl', 'deadLetterQueueUrl');

    const [queue, dead] = await Promise.all([aws.queue(queueUrl), aws.queue(deadLetterQueueUrl)]);
    const before = { waiting: dead.waiting, inFlight: dead.inFlight };
    const looked = before.inFlight > 0 ? `, and ${before.inFlight} ${before.inFlight === 1 ? 'is' : 'are'} being looked at by somebody` : '';
    tell(`${before.waiting} ${before.waiting === 1 ? 'message is' : 'messages are'} in the dead-letter queue${looked}`);
    const messages = before.waiting > 0 ? await aws.peek(deadLetterQueueUrl, MOST_PEEKED) : [];
    const letters = messages.map((message) => deadLetter(message, refusalOf(world.now())));
    tellReasons(call, letters, before.waiting);

    const found = { command: 'redrive', before, reasons: reasons(letters), messages: letters };
    if (isDry || before.waiting === 0) {
      const isWell = before.waiting === 0 && before.inFlight === 0;
      answer({ ...found, well: isWell, moved: 0 });
      return isWell;
    }
    await aws.startMove(dead.arn, queue.arn, mostPerSecond);
    if (!given.wait) {
      tell(`Moving them to the queue has begun${letters.some(({ refused }) => refused) ? '; those that the hub refuses come back' : ''}`);
      answer({ ...found, well: true });
      return true;
    }
    const end = await moved(call, aws, { dead: dead.arn, queueUrl, deadLetterQueueUrl, seconds });
    const isWell = end.status === 'COMPLETED' && end.after.waiting + end.after.inFlight === 0 && end.queueEmpty;
    tell(`${paint(isWell ? 'green' : 'red', isWell ? '✓' : '✗')} ${end.moved} moved (${end.status}${end.reason ? `: ${end.reason}` : ''}); ${end.after.waiting} in the dead-letter queue now`);
    if (!end.queueEmpty) tell(`Not all was taken from the queue within ${seconds} seconds. What fails comes back to the dead-letter queue later: look again`);
    answer({ ...found, well: isWell, moved: end.moved, status: end.status, after: end.after, queueEmpty: end.queueEmpty });
    return isWell;
  },
};

function tellReasons({ tell, paint }: Call, letters: readonly DeadLetter[], waiting: number): void {
  if (letters.length === 0) return;
  if (letters.length < waiting) tell(`Of ${letters.length} of them:`);
  for (const line of columns([['messages', 'from', 'reason'], ...reasons(letters).map(({ from, reason, messages }) => [messages, from, reason])])) tell(line);
  const refused = letters.filter((letter) => letter.refused).length;
  if (refused > 0) tell(paint('yellow', `${refused} of these will be refused again`));
}

interface Ending extends Move {
  readonly after: { readonly waiting: number; readonly inFlight: number };
  /** Whether the hub took everything from its queue. */
  readonly queueEmpty: boolean;
}

interface Moving {
  /** ARN of the queue that messages leave. */
  readonly dead: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly seconds: number;
}

async function moved({ world, progress }: Call, aws: Aws, { dead, queueUrl, deadLetterQueueUrl, seconds }: Moving): Promise<Ending> {
  let last: Move = { status: 'RUNNING', moved: 0 };
  const drained = await until(world, { seconds, every: POLL_SECONDS }, async () => {
    const move = await aws.lastMove(dead) ?? last;
    if (move.moved !== last.moved) progress(`${move.moved} moved`);
    last = move;
    if (move.status === 'RUNNING' || move.status === 'CANCELLING') return undefined;
    const { waiting, inFlight } = await aws.queue(queueUrl);
    return waiting + inFlight === 0 ? true : undefined;
  });
  const { waiting, inFlight } = await aws.queue(deadLetterQueueUrl);
  return { ...last, after: { waiting, inFlight }, queueEmpty: drained === true };
}
