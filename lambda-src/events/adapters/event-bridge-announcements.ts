import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { OWN_SOURCE } from '../../../src/events/contract';
import { described } from '../../shared/aws-error';
import { retry } from '../../shared/retry';
import { Announcement, AnnouncementBus, NotTaken } from '../ports';

/** Most of one call. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_A_CALL = 10;
/** All entries together had 256 KB once, and have 1 MB now, not in every partition perhaps. A single one is far smaller. */
const BYTES_A_CALL = 200_000;

interface Entry {
  readonly index: number;
  readonly announcement: Announcement;
  /** As it travels. */
  readonly detail: string;
}

/** A call may succeed and still have entries that did not. */
class SomeNotTaken extends Error {}

/** Puts announcements on their bus. */
export class EventBridgeAnnouncements implements AnnouncementBus {
  constructor(private readonly client: EventBridgeClient, private readonly busName: string, private readonly retryBase = 100) {}

  public async put(announcements: readonly Announcement[]): Promise<NotTaken[]> {
    const entries = announcements.map((announcement, index): Entry => ({ index, announcement, detail: JSON.stringify(announcement.detail) }));
    const refused: NotTaken[] = [];
    for (const batch of batchesOf(entries)) refused.push(...await this.call(batch));
    return refused;
  }

  private async call(entries: Entry[]): Promise<NotTaken[]> {
    let left = entries;
    let refused: NotTaken[] = [];
    try {
      await retry({ attempts: 4, base: this.retryBase, retryable: (error) => error instanceof SomeNotTaken }, async () => {
        const { Entries = [] } = await this.client.send(new PutEventsCommand({
          Entries: left.map(({ announcement, detail }) => ({
            EventBusName: this.busName, Source: OWN_SOURCE, DetailType: announcement.detailType, Detail: detail,
          })),
        }));
        refused = left.flatMap(({ index }, i) => {
          const { EventId, ErrorCode, ErrorMessage } = Entries[i] ?? {};
          return EventId === undefined ? [{ index, why: `${ErrorCode ?? 'no answer'}: ${ErrorMessage ?? ''}` }] : [];
        });
        const again = new Set(refused.map(({ index }) => index));
        left = left.filter(({ index }) => again.has(index));
        if (left.length > 0) throw new SomeNotTaken();
      });
      return [];
    } catch (error) {
      if (error instanceof SomeNotTaken) return refused;
      const { name, text } = described(error);
      return left.map(({ index }) => ({ index, why: `${name}: ${text}` }));
    }
  }
}

function batchesOf(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const own = Buffer.byteLength(entry.detail);
    const batch = batches.at(-1);
    if (batch && batch.length < ENTRIES_A_CALL && bytes + own <= BYTES_A_CALL) {
      batch.push(entry);
      bytes += own;
    } else {
      batches.push([entry]);
      bytes = own;
    }
  }
  return batches;
}
