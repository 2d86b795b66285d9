import { EXPORT_PREFIX, LogItem } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { ExportSink } from '../truth-ports';
import { eventsInShard } from './audit-days';
import { readDetail } from './detail';
import { numbers } from './read-all';
import { readShards } from './shards';

/** Takes lines, and gives them compressed at the end. */
export interface Compressor {
  add(lines: string): Promise<void>;
  end(): Promise<Buffer>;
}

export interface Exported {
  readonly date: string;
  readonly events: number;
  readonly parts: number;
  /** Events whose detail could not be unpacked, and that are exported without it. */
  readonly unreadable: number;
}

/** Of lines, before they are compressed: a part is compressed in memory, so that it is bounded. */
const PART_BYTES = 64 * 1_024 * 1_024;
const DETAILS_AT_ONCE = 100;

/**
 * Writes the events of a day, each as a line of JSON. The same events give the same objects under the same keys: later exports of a day
 * replace the earlier ones, and have what came late as well.
 */
export async function exportDay(
  date: string, table: EventTable, sink: ExportSink, compressor: () => Compressor, partBytes = PART_BYTES,
): Promise<Exported> {
  const { accounts, resources } = (await readShards(table)).most;
  let [events, parts, unreadable] = [0, 0, 0];
  for (const account of numbers(accounts)) {
    for (const resource of numbers(resources)) {
      let [number, bytes] = [0, 0];
      let part = compressor();
      const flush = async () => {
        if (bytes === 0) return;
        await sink.put(exportKey(date, account, resource, number), await part.end());
        number += 1;
        parts += 1;
        bytes = 0;
        part = compressor();
      };
      for await (const page of eventsInShard(table, date, account, resource)) {
        for (let from = 0; from < page.length; from += DETAILS_AT_ONCE) {
          const whole = await withLongDetails(table, page.slice(from, from + DETAILS_AT_ONCE));
          const all = whole.map(lineOf);
          unreadable += all.filter(({ detailError }) => detailError !== undefined).length;
          const lines = all.map((line) => JSON.stringify(line) + '\n').join('');
          await part.add(lines);
          bytes += Buffer.byteLength(lines);
          events += whole.length;
          if (bytes >= partBytes) await flush();
        }
      }
      await flush();
    }
  }
  return { date, events, parts, unreadable };
}

/** `compliance-events/dt=2026-11-24/part-0.1-0000.json.gz`: partition of accounts and of resources, and number in it. */
export const exportKey = (date: string, account: number, resource: number, number: number) =>
  `${EXPORT_PREFIX}/dt=${date}/part-${account}.${resource}-${String(number).padStart(4, '0')}.json.gz`;

/** The index holds no long details: of those that have none, the table is asked. */
async function withLongDetails(table: EventTable, events: readonly LogItem[]): Promise<LogItem[]> {
  const bare = events.filter(({ detail }) => detail === undefined);
  const whole = new Map((await table.read(bare) as unknown as LogItem[]).map((event) => [textOf(event), event]));
  // What has expired meanwhile is exported as the index has it.
  return events.map((event) => whole.get(textOf(event)) ?? event);
}
const textOf = ({ pk, sk }: LogItem) => `${pk}\n${sk}`;

interface Line {
  readonly [field: string]: unknown;
  readonly detailError?: string;
}

/** As the API tells an event, with what only an export needs. Undefined fields are left out. */
function lineOf(event: LogItem): Line {
  const { eventId, source, detailType, account, region, rule, resourceType, resourceId, recordedAt, changeType, mode, late, replayed } = event;
  const { status, previousStatus, annotation } = event;
  const what = { eventId, source, detailType, account, region, rule, resourceType, resourceId };
  return { ...what, status, previousStatus, annotation, changeType, recordedAt, mode, late, replayed, ...detailOf(event) };
}

/** One item that is damaged must not keep a day from being exported. */
function detailOf(event: LogItem): Line {
  try {
    return { detail: readDetail(event) };
  } catch (error) {
    return { detailError: String(error) };
  }
}
