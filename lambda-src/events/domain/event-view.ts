import { LogItem } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { readDetail } from './detail';

/** An event as the API answers it: each name is always there, and null where the event has no such thing. */
export interface EventView {
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly rule: string | null;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly status: string | null;
  readonly previousStatus: string | null;
  readonly changeType: string | null;
  readonly annotation: string | null;
  readonly recordedAt: string;
  /** `PROACTIVE` where a resource was only asked about. */
  readonly mode: string | null;
  readonly late: boolean;
  readonly replayed: boolean;
  /** What the event itself said. */
  readonly detail: unknown;
  /** Why there is no detail although the event had one. */
  readonly detailError?: string;
}

/** Lambda answers 6 MB at the most, and what is compressed travels as base64: this is before compression. */
export const MOST_BYTES = 4_000_000;
/** Long details are read so many at a time, until the page is full. */
const DETAILS_AT_ONCE = 25;

/** As many of the items as fit into one answer, at least one. Details that no index holds are read from the table. */
export async function viewsOf(table: EventTable, items: readonly EventItem[], mostBytes = MOST_BYTES): Promise<EventView[]> {
  const views: EventView[] = [];
  let bytes = 0;
  for (let at = 0; at < items.length; at += DETAILS_AT_ONCE) {
    for (const item of await withDetails(table, items.slice(at, at + DETAILS_AT_ONCE))) {
      const view = viewOf(item);
      bytes += Buffer.byteLength(JSON.stringify(view)) + 1;
      if (bytes > mostBytes && views.length > 0) return views;
      views.push(view);
    }
  }
  return views;
}

async function withDetails(table: EventTable, items: readonly EventItem[]): Promise<LogItem[]> {
  const without = items.filter(({ detail, longDetail }) => detail === undefined && longDetail === undefined);
  const read = without.length === 0 ? [] : await table.read(without.map(({ pk, sk }) => ({ pk, sk })));
  const whole = new Map(read.map((item) => [keyOf(item), item]));
  return items.map((item) => (whole.get(keyOf(item)) ?? item) as unknown as LogItem);
}
const keyOf = ({ pk, sk }: EventItem) => `${pk}\n${sk}`;

function viewOf(item: LogItem): EventView {
  const { eventId, source, detailType, account, region, recordedAt, late = false, replayed = false } = item;
  return {
    eventId,
    source,
    detailType,
    account,
    region,
    rule: item.rule ?? null,
    resourceType: item.resourceType || null,
    resourceId: item.resourceId || null,
    status: item.status ?? null,
    previousStatus: item.previousStatus ?? null,
    changeType: item.changeType ?? null,
    annotation: item.annotation ?? null,
    recordedAt,
    mode: item.mode ?? null,
    late,
    replayed,
    ...detailOf(item),
  };
}

/** One item that cannot be unpacked must not hide the others of its page. */
function detailOf(item: LogItem): Pick<EventView, 'detail' | 'detailError'> {
  try {
    return { detail: readDetail(item) ?? null };
  } catch (error) {
    return { detail: null, detailError: String(error) };
  }
}
