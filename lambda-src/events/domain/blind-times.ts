import { BlindCause, BlindItem, EVENT_KEYS, MemberScope } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { allOf } from './read-all';

/** A time in which an account and region is not seen, and that lasts. */
export interface Blindness {
  readonly cause: BlindCause;
  /** ISO 8601 with milliseconds. */
  readonly from: string;
  readonly rules?: string[];
}

/** What of the table is to be brought in line with what was found. */
export interface BlindCheck {
  readonly scope: MemberScope;
  /** The causes that were looked at: the others stay as they are. */
  readonly judged: readonly BlindCause[];
  readonly found: readonly Blindness[];
  /** From when on it is seen again what is not found any more, ISO 8601. */
  readonly seenFrom: string;
  /** Days that an item is kept after its end. */
  readonly keptDays: number;
}

export interface BlindOutcome {
  readonly opened: Blindness[];
  readonly ended: Blindness[];
  /** Causes for which it is not seen now, judged or not. */
  readonly lasting: BlindCause[];
}

async function blindTimesThatLast(table: EventTable, { account, region }: MemberScope): Promise<BlindItem[]> {
  const items = await allOf(table, { partition: EVENT_KEYS.blind(account, region, '').pk, consistent: true });
  return (items as (EventItem & BlindItem)[]).filter(({ until }) => until === undefined);
}

/** Opens and ends times of blindness; writes nothing where nothing is new. */
export async function keepBlindTimes(table: EventTable, check: BlindCheck): Promise<BlindOutcome> {
  const { scope, judged, found, seenFrom, keptDays } = check;
  const all = await blindTimesThatLast(table, scope);
  const lasting = all.filter(({ cause }) => judged.includes(cause));
  const ended = lasting.filter((item) => !found.some((each) => isSame(each, item)));
  const opened = found.filter((each) => !lasting.some((item) => isSame(each, item)));
  const expiresAt = Math.floor(Date.parse(seenFrom) / 1_000) + keptDays * 86_400;
  for (const { pk, sk, from } of ended) {
    // A clock that was put back must not end a time before it began.
    await table.write({ kind: 'update', key: { pk, sk }, set: { until: seenFrom < from ? from : seenFrom, expiresAt } });
  }
  for (const { cause, from, rules } of opened) {
    const key = EVENT_KEYS.blind(scope.account, scope.region, from, cause);
    await table.write({ kind: 'put', item: { ...key, cause, from, ...(rules ? { rules } : {}) } });
  }
  return { opened, ended, lasting: [...all.filter((item) => !ended.includes(item)), ...opened].map(({ cause }) => cause) };
}

const isSame = (a: Omit<Blindness, 'from'>, b: Omit<Blindness, 'from'>) => a.cause === b.cause && String(a.rules) === String(b.rules);
