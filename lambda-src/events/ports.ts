import { EventTableKey, StateChange, VerificationAnnouncement } from '../../src/events/contract';

/** An item as it lies in the table. Bytes are `Uint8Array`, numbers are numbers, and what is absent is not there. */
export interface EventItem extends EventTableKey {
  readonly [attribute: string]: unknown;
}

/** What must hold of the stored item, or nothing is written. */
export type Condition =
  | { readonly kind: 'absent' }
  /** Its `version` is this one. */
  | { readonly kind: 'version'; readonly is: string }
  /** It is absent, or its `version` is lower than this one. */
  | { readonly kind: 'older'; readonly than: string };

export interface Put {
  readonly kind: 'put';
  readonly item: EventItem;
  readonly condition?: Condition;
}
/** Makes the item when there is none. */
export interface Update {
  readonly kind: 'update';
  readonly key: EventTableKey;
  readonly add?: { readonly [attribute: string]: number };
  readonly set?: { readonly [attribute: string]: unknown };
  /** Only where the attribute is absent. */
  readonly setOnce?: { readonly [attribute: string]: unknown };
  readonly condition?: Condition;
}
export interface Delete {
  readonly kind: 'delete';
  readonly key: EventTableKey;
  readonly condition?: Condition;
}
export type Write = Put | Update | Delete;

/** Why nothing was written: a condition does not hold, or somebody else wrote at the same moment. Both are worth another look. */
export type Refusal = 'CONDITION' | 'CONFLICT';

export interface Query {
  /** The table itself unless told otherwise. */
  readonly index?: 'timeline' | 'rules';
  readonly partition: string;
  /** Bounds of the sort key (`sk`, or `version` in an index), both included. */
  readonly from?: string;
  readonly to?: string;
  /** Goes on behind this sort key, in the direction of the query. */
  readonly after?: string;
  readonly newestFirst?: boolean;
  readonly limit: number;
  /** Also sees what was written a moment ago. Of the table only. */
  readonly consistent?: boolean;
}
export interface Page {
  readonly items: EventItem[];
  /** Whether there are more behind the last one. A page may hold fewer than asked for all the same. */
  readonly more: boolean;
}

/** Most actions of one commit. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const MOST_ACTIONS = 100;

/** The table takes this write never, however often it is tried: an item is too large, or a key too long. What goes with it may be well. */
export class Unwritable extends Error {}

/**
 * The table of compliance events. It carries, and decides nothing. What could not be done to the last retry throws: a failed read is never
 * an empty one.
 */
export interface EventTable {
  /** Consistent reads. What is not there is not in the answer, whose order is any. */
  read(keys: readonly EventTableKey[]): Promise<EventItem[]>;
  query(query: Query): Promise<Page>;
  /** One write by itself, which costs half of what it costs in a commit. */
  write(write: Write): Promise<Refusal | undefined>;
  /** All writes or none, `MOST_ACTIONS` at the most, each of another item. */
  commit(writes: readonly Write[]): Promise<Refusal | undefined>;
}

/** What is put on the announcements bus. */
export interface Announcement {
  /** Of the fact it tells, for logs. */
  readonly id: string;
  readonly detailType: string;
  readonly detail: StateChange | VerificationAnnouncement;
}
export interface NotTaken {
  /** Of the list. */
  readonly index: number;
  readonly why: string;
}

/** The bus that members cannot write to. */
export interface AnnouncementBus {
  /** Answers what was not taken to the last retry. */
  put(announcements: readonly Announcement[]): Promise<NotTaken[]>;
}
