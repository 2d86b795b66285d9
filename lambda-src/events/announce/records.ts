import { AttributeValue as StreamValue, DynamoDBRecord } from 'aws-lambda';
import * as v from 'valibot';
import { COMPLIANCE_TYPES, EVENT_PREFIX, OWN_DETAIL_TYPES, STATE_PREFIX, StateItem } from '../../../src/events/contract';
import { StreamFact } from '../domain/announce';
import { readDetail } from '../domain/detail';

const text = v.string();
const flag = v.optional(v.boolean());
const stateItem = v.object({
  pk: text,
  sk: text,
  version: text,
  eventId: v.pipe(text, v.minLength(1)),
  account: text,
  region: text,
  resourceType: text,
  resourceId: text,
  rule: v.pipe(text, v.minLength(1)),
  status: v.picklist(COMPLIANCE_TYPES),
  annotation: v.optional(text),
  recordedAt: text,
  since: text,
  late: flag,
  replayed: flag,
});
const verificationItem = v.object({
  pk: text,
  account: text,
  region: text,
  receivedAt: text,
  recordedAt: text,
  resourceType: text,
  resourceId: text,
  rule: v.optional(text),
  annotation: v.optional(text),
});
const verificationDetail = v.object({ id: v.pipe(text, v.regex(/^[A-Za-z0-9-]{1,64}$/)), sentAt: text });

type Image = { readonly [attribute: string]: StreamValue };

/**
 * What a record of the table's stream tells; nothing when it is none of our business, as when time to live deletes. Throws when an item is
 * not as the hub writes it.
 */
export function readRecord({ eventName, dynamodb }: DynamoDBRecord): StreamFact | undefined {
  const { Keys, OldImage, NewImage, SequenceNumber } = dynamodb ?? {};
  const sk = Keys?.sk?.S ?? '';
  if (eventName === 'REMOVE' || !NewImage || SequenceNumber === undefined) return undefined;
  if (sk.startsWith(STATE_PREFIX)) {
    return { kind: 'state', id: SequenceNumber, state: read(stateItem, NewImage), ...(OldImage && { before: read<StateItem>(stateItem, OldImage) }) };
  }
  if (!sk.startsWith(EVENT_PREFIX) || eventName !== 'INSERT' || NewImage.detailType?.S !== OWN_DETAIL_TYPES.verification) return undefined;
  const item = read(verificationItem, NewImage);
  const { account, region, receivedAt } = item;
  // Lambda brings bytes in base64.
  const packed = Buffer.from(NewImage.detail?.B ?? NewImage.longDetail?.B ?? '', 'base64');
  const verification = { ...v.parse(verificationDetail, readDetail({ ...item, detail: packed })), account, region, receivedAt };
  return { kind: 'verification', id: SequenceNumber, partition: item.pk, verification };
}

/** Texts, numbers and flags of an item; states and what is read here of events hold nothing else. */
function plain(image: Image): { [attribute: string]: unknown } {
  return Object.fromEntries(Object.entries(image).map(([name, { S, N, BOOL }]) => [name, S ?? (N === undefined ? BOOL : Number(N))]));
}

function read<T>(schema: v.GenericSchema<unknown, T>, image: Image): T {
  const item = v.safeParse(schema, plain(image));
  if (item.success) return item.output;
  throw new Error(`an item is not as the hub writes it: look at ${item.issues.slice(0, 3).map((issue) => v.getDotPath(issue) ?? 'the item').join(', ')}`);
}
