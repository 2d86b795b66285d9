import { hasId } from './verify';
import { EVENT_KEYS, EVENT_PREFIX, OWN_DETAIL_TYPES, OWN_SOURCE, VerificationDetail, VerificationItem } from '../../../src/events/contract';
import { EventTable } from '../../events/ports';

interface Sent extends VerificationDetail {
  readonly account: string;
  readonly region: string;
}

/** An event's time has no milliseconds, and clocks differ. */
const EARLIER_MS = 5 * 60_000;
const MOST = 100;
const earliest = ({ sentAt }: Sent) => new Date(Date.parse(sentAt) - EARLIER_MS).toISOString();

/** When the hub's table got the event. */
export async function storedAt(table: EventTable, sent: Sent): Promise<string | undefined> {
  const { account, region, id } = sent;
  // A test event names no resource: it stands with what else names none, by time.
  const { items } = await table.query({
    partition: EVENT_KEYS.resource({ account, region, resourceType: '', resourceId: '' }), from: `${EVENT_PREFIX}${earliest(sent)}`, newestFirst: true, limit: MOST,
    consistent: true,
  });
  return items.find((item) => hasId(detailOf(item), id))?.receivedAt as string | undefined;
}

/** Whether the API tells of the event. */
export async function answers(ask: (path: string, query: { readonly [name: string]: string }) => Promise<unknown>, sent: Sent): Promise<boolean> {
  const { account, region, id } = sent;
  const answer = await ask('/events', {
    source: OWN_SOURCE, detailType: OWN_DETAIL_TYPES.verification, account, region, start: earliest(sent), limit: String(MOST),
  }) as { items?: { detail?: unknown }[] };
  return (answer.items ?? []).some(({ detail }) => hasId(detail, id));
}

/** When the hub announced it. */
export async function announcedAt(table: EventTable, id: string): Promise<string | undefined> {
  const [item] = await table.read([EVENT_KEYS.verification(id)]);
  return (item as VerificationItem | undefined)?.announcedAt;
}
