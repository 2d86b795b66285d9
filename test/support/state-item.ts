import { ComplianceStatus, EVENT_KEYS, StateItem } from '../../src/events/contract';

export const BUCKET = { account: '111111111111', region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', resourceId: 'ledger' } as const;
export const RULE = 's3-bucket-public-read-prohibited';

/** What a rule found of the bucket, in a minute of the day that also makes the fact's identity. */
export function stateItem(status: ComplianceStatus, minute: number, more: Partial<StateItem> = {}): StateItem {
  const rule = more.rule ?? RULE;
  const recordedAt = `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const eventId = `${rule}@${minute}`;
  return { ...BUCKET, ...EVENT_KEYS.state(BUCKET, rule), rule, status, recordedAt, since: recordedAt, eventId, version: `${recordedAt}#${eventId}`, ...more };
}

const attribute = (value: unknown) => {
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { S: String(value) };
};

/** As a stream brings an item. */
export const image = (item: object) => Object.fromEntries(
  Object.entries(item).filter(([, value]) => value !== undefined).map(([name, value]: [string, unknown]) => [name, attribute(value)]),
);

type Keyed = { readonly pk: string; readonly sk: string } | undefined;

/** A record of the table's stream. */
export const streamRecord = (sequence: string, before: Keyed, after: Keyed, more = {}) => ({
  eventID: sequence,
  eventName: before && after ? 'MODIFY' as const : after ? 'INSERT' as const : 'REMOVE' as const,
  eventSource: 'aws:dynamodb',
  dynamodb: {
    SequenceNumber: sequence,
    Keys: image({ pk: (after ?? before)!.pk, sk: (after ?? before)!.sk }),
    ...(before && { OldImage: image(before) }),
    ...(after && { NewImage: image(after) }),
  },
  ...more,
});
