import { EVENT_KEYS, EVENT_PREFIX, LogItem, OWN_DETAIL_TYPES, OWN_SOURCE, VerificationDetail, VerificationItem } from '../../../src/events/contract';
import { readDetail } from '../../events/domain/detail';
import { Page } from '../../events/ports';
import { EventReader } from '../ports';

/** A test event, and where it was sent. */
export interface Sent extends VerificationDetail {
  readonly account: string;
  readonly region: string;
}
/** A GET of the API. */
export type Ask = (path: string, query: { readonly [name: string]: string }) => Promise<unknown>;

/** An event's time has no milliseconds, and clocks differ. */
const EARLIER_MS = 5 * 60_000;
const PAGE = 100;
const earliest = ({ sentAt }: Sent) => new Date(Date.parse(sentAt) - EARLIER_MS).toISOString();

const hasId = (detail: unknown, id: string) => typeof detail === 'object' && detail !== null && (detail as { id?: unknown }).id === id;

/** When the hub's table got the event. */
export async function storedAt(table: EventReader, sent: Sent): Promise<string | undefined> {
  const { account, region, id } = sent;
  // A test event names no resource: it stands with what else names none, by time.
  const partition = EVENT_KEYS.resource({ account, region, resourceType: '', resourceId: '' });
  let page: Page | undefined;
  do {
    const after = page?.items.at(-1)?.sk;
    page = await table.query({ partition, from: `${EVENT_PREFIX}${earliest(sent)}`, newestFirst: true, limit: PAGE, consistent: true, ...(after ? { after } : {}) });
    const found = (page.items as unknown as LogItem[]).find((item) => item.detailType === OWN_DETAIL_TYPES.verification && hasId(readDetail(item), id));
    if (found) return found.receivedAt;
  } while (page.more);
  return undefined;
}

/** Whether the API tells of the event. */
export async function answers(ask: Ask, sent: Sent): Promise<boolean> {
  const { account, region, id } = sent;
  let cursor: string | undefined;
  do {
    const answer = await ask('/events', {
      source: OWN_SOURCE, detailType: OWN_DETAIL_TYPES.verification, account, region, start: earliest(sent), limit: String(PAGE), ...(cursor ? { cursor } : {}),
    }) as { items: { detail?: unknown }[]; nextCursor?: string };
    if (answer.items.some(({ detail }) => hasId(detail, id))) return true;
    cursor = answer.nextCursor;
  } while (cursor);
  return false;
}

/** When the hub announced it. */
export async function announcedAt(table: EventReader, id: string): Promise<string | undefined> {
  const [item] = await table.read([EVENT_KEYS.verification(id)]);
  return (item as unknown as VerificationItem | undefined)?.announcedAt;
}
