import { QueuedMessage } from '../ports';

/** Why a message is in the dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  readonly sentAt: string;
  /** Who gave it up: EventBridge, which could not put it in the queue, or the hub's function. */
  readonly from: 'EventBridge' | 'ingest';
  readonly reason: string;
  /** Whether the hub would refuse it again as it is. */
  readonly refused: boolean;
}

/** Why the hub refuses a message now, or undefined when it takes it. */
export type Refusing = (body: string) => string | undefined;

/** EventBridge tells its reasons in attributes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export function deadLetter({ id, body, attributes, sentAt }: QueuedMessage, refusing: Refusing): DeadLetter {
  const refusal = refusing(body);
  const { ERROR_CODE: code, ERROR_MESSAGE: message, RETRY_ATTEMPTS: attempts } = attributes;
  const base = { id, sentAt: sentAt.toISOString(), refused: refusal !== undefined };
  if (code !== undefined) {
    const tries = attempts === undefined ? '' : ` after ${attempts} retries`;
    const again = refusal === undefined ? '' : `; the hub would refuse it: ${refusal}`;
    return { ...base, from: 'EventBridge', reason: `${code}${tries}${message === undefined ? '' : `: ${message}`}${again}` };
  }
  return { ...base, from: 'ingest', reason: refusal ?? 'the hub could not store it then; it is well formed, and would be taken now' };
}

/** Each reason with how many messages have it, the most frequent first. */
export function reasons(letters: readonly DeadLetter[]): { readonly from: string; readonly reason: string; readonly messages: number }[] {
  const counts = new Map<string, { from: string; reason: string; messages: number }>();
  for (const { from, reason } of letters) {
    const key = `${from}\0${reason}`;
    counts.set(key, { from, reason, messages: (counts.get(key)?.messages ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.messages - a.messages || (a.reason < b.reason ? -1 : 1));
}
