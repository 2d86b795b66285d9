import { SQSRecord } from 'aws-lambda';
import * as v from 'valibot';
import { parameterPrefix, SCHEDULED_CHECK } from '../../../src/drift/contract';
import { Trigger } from '../domain/dependencies';

/** What a record of the monitor's own queue says. */
export type Notice =
  | { readonly kind: 'continue'; readonly key: string }
  /** A parameter's full name. */
  | { readonly kind: 'changed'; readonly name: string }
  | { readonly kind: 'irrelevant' }
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface QueueRecord {
  readonly id: string;
  /** Absent in a batch that somebody sent by hand. */
  readonly receipt?: string;
  readonly notice: Notice;
}

export type Payload =
  | { readonly kind: 'direct'; readonly trigger: Trigger }
  | { readonly kind: 'batch'; readonly records: QueueRecord[] };

const batch = v.object({ Records: v.array(v.object({ eventSource: v.literal('aws:sqs'), messageId: v.string(), receiptHandle: v.optional(v.string()), body: v.string() })) });
const continuation = v.object({ continueWalk: v.pipe(v.string(), v.minLength(1)) });
const change = v.object({
  'source': v.literal('aws.ssm'),
  'detail-type': v.literal('Parameter Store Change'),
  'detail': v.object({ operation: v.string(), name: v.pipe(v.string(), v.minLength(1)) }),
});

/** A label moves no value. */
const VALUE_OPERATIONS = new Set(['Create', 'Update', 'Delete']);

/** What an invocation asks for. Throws when it asks for nothing that this function does. */
export function readPayload(event: unknown): Payload {
  if (event === null || event === undefined || isEmpty(event)) return { kind: 'direct', trigger: { kind: 'full' } };
  if (v.is(v.strictObject({ check: v.literal(SCHEDULED_CHECK.check) }), event)) return { kind: 'direct', trigger: { kind: 'scheduled' } };
  if (v.is(batch, event)) return { kind: 'batch', records: event.Records.map(readRecord) };
  const keys = typeof event === 'object' ? Object.keys(event).slice(0, 5).join(', ') : typeof event;
  throw new Error(`this function does not know what to do with the payload (${keys}). Allowed are {} for a full check, `
    + `${JSON.stringify(SCHEDULED_CHECK)} for a check that walks only when a walk is due, and batches of the monitor's own queue`);
}

/** Names relative to their environment, each once: a name in the baseline concerns this environment just as well. */
export function relativeNames(organization: string, environments: string[], names: string[]): string[] {
  const prefixes = environments.map((environment) => `${parameterPrefix(organization, environment)}/`);
  const relative = names.flatMap((name) => {
    const prefix = prefixes.find((start) => name.startsWith(start));
    return prefix === undefined || name.length === prefix.length ? [] : [name.slice(prefix.length)];
  });
  return [...new Set(relative)];
}

function readRecord({ messageId, receiptHandle, body }: Pick<SQSRecord, 'messageId' | 'body'> & Partial<SQSRecord>): QueueRecord {
  return { id: messageId, receipt: receiptHandle, notice: readNotice(body) };
}

function readNotice(body: string): Notice {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return { kind: 'unreadable', problem: 'it is not JSON' };
  }
  if (v.is(continuation, content)) return { kind: 'continue', key: content.continueWalk };
  if (!v.is(change, content)) return { kind: 'unreadable', problem: 'it is neither a Parameter Store Change event nor a walk to go on with' };
  return VALUE_OPERATIONS.has(content.detail.operation) ? { kind: 'changed', name: content.detail.name } : { kind: 'irrelevant' };
}

const isEmpty = (event: unknown) => typeof event === 'object' && event !== null && !Array.isArray(event) && Object.keys(event).length === 0;
