import { EVENT_KEYS, LogItem, OWN_DETAIL_TYPES, OWN_SOURCE, VerificationDetail, VerificationItem } from '../../../src/events/contract';
import { logKey } from '../../events/domain/fact';
import { Arrival, parseMessage } from '../../events/domain/parse';
import { EventReader } from '../ports';

/** A test event, and where it was sent. */
export interface Sent extends VerificationDetail {
  readonly account: string;
  readonly region: string;
}
/** A GET of the API. */
export type Ask = (path: string, query: { readonly [name: string]: string }) => Promise<unknown>;

const PAGE = 100;

/** When the hub's table got the event. */
export async function storedAt(table: EventReader, { id, sentAt, account, region }: Sent): Promise<string | undefined> {
  // Ingest's own reading of the event tells where it stands.
  const arrival = parseMessage(JSON.stringify({
    'id': id, 'source': OWN_SOURCE, 'detail-type': OWN_DETAIL_TYPES.verification, 'time': sentAt, account, region, 'detail': { id, sentAt },
  }), new Date(sentAt)) as Extract<Arrival, { kind: 'fact' }>;
  const [item] = await table.read([logKey(arrival.fact)]);
  return (item as unknown as LogItem | undefined)?.receivedAt;
}

/** Whether the API tells of the event. */
export async function answers(ask: Ask, { id, sentAt, account, region }: Sent): Promise<boolean> {
  const query = { source: OWN_SOURCE, detailType: OWN_DETAIL_TYPES.verification, account, region, start: sentAt, limit: String(PAGE) };
  let cursor: string | null | undefined;
  do {
    const { items, nextCursor } = await ask('/events', { ...query, ...(cursor ? { cursor } : {}) }) as { items: { detail?: unknown }[]; nextCursor?: string | null };
    if (items.some(({ detail }) => typeof detail === 'object' && detail !== null && (detail as { id?: unknown }).id === id)) return true;
    cursor = nextCursor;
  } while (cursor);
  return false;
}

/** When the hub announced it. */
export async function announcedAt(table: EventReader, id: string): Promise<string | undefined> {
  const [item] = await table.read([EVENT_KEYS.verification(id)]);
  return (item as unknown as VerificationItem | undefined)?.announcedAt;
}
