import { LogItem, MemberScope } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { Violation } from './as-of-keys';
import { AsOfListing } from './as-of-listing';
import { cursorOf, positionIn } from './cursor';
import { EventFilter, questionOf } from './event-filter';
import { earliestWhole } from './known-days';
import { Problem, refuseParameter } from './problem';
import { keyOf, knownScopes, Unknown, unknownAt } from './scope-facts';

export const AS_OF_PARAMETERS = ['time', 'account', 'region', 'rule', 'resourceType', 'resourceId', 'limit', 'cursor'] as const;

export interface AsOfQuestion {
  readonly filter: EventFilter;
  readonly time: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly mostQueries?: number;
}

/** A resource that broke a rule at that time, as far as is known. */
export interface AsOfItem {
  readonly account: string;
  readonly region: string;
  readonly rule: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** `UNKNOWN` where the account and region could not be seen at that time. */
  readonly status: 'NON_COMPLIANT' | 'UNKNOWN';
  /** What was last known then. */
  readonly lastKnownStatus: 'NON_COMPLIANT';
  /** When AWS Config recorded it; null where only the next event tells of it. */
  readonly recordedAt: string | null;
  readonly annotation: string | null;
}
export interface AsOfAnswer {
  readonly time: string;
  /** When this was read: a fact that comes later may change the answer. */
  readonly asOf: string;
  readonly items: AsOfItem[];
  readonly unknown: readonly Unknown[];
  /** Null at the end, and only there. A page may be empty and not the last. */
  readonly nextCursor: string | null;
}

/** What broke a rule at a moment: what breaks it now, with everything undone that was told since. */
export async function brokenAsOf(table: EventTable, question: AsOfQuestion, now: Date): Promise<AsOfAnswer> {
  const { filter, time, limit } = question;
  if (time > now.toISOString()) refuseParameter('time', time, `a time that is not in the future (now is ${now.toISOString()})`);
  if (filter.account === undefined && filter.rule === undefined) refuseParameter('account', undefined, 'account or rule, or both');
  const earliest = await earliestWhole(table, now);
  if (earliest !== undefined && time < `${earliest}T`) {
    throw new Problem('before-retention', `what was told before ${earliest}T00:00:00.000Z is not, or no longer, kept; time is ${time}`, {
      field: 'time', allowed: `a time from ${earliest}T00:00:00.000Z on`,
    });
  }
  const asked = questionOf('as-of', filter, time);
  const listing = new AsOfListing(table, question, now, positionIn(question.cursor, asked));
  const { found, position } = await listing.read(limit);
  const scopes = await knownScopes(table, filter);
  const unknown = await unknownAt(table, scopes, new Date(time), now);
  return {
    time,
    asOf: now.toISOString(),
    items: found.map((violation) => itemOf(violation, unknown)),
    unknown,
    nextCursor: position === undefined ? null : cursorOf(position, asked),
  };
}

function itemOf({ item, evidence }: Violation, unknown: readonly Unknown[]): AsOfItem {
  const { account, region, rule, resourceType, resourceId } = item;
  const isBlind = unknown.some((each) => isSame(each, item) && (each.rules === null || each.rules.includes(rule))
    // Before the first heartbeat an event proves that somebody was listening.
    && (each.cause !== 'NEVER_HEARD' || evidence === undefined));
  return {
    account,
    region,
    rule,
    resourceType,
    resourceId,
    status: isBlind ? 'UNKNOWN' : 'NON_COMPLIANT',
    lastKnownStatus: 'NON_COMPLIANT',
    recordedAt: evidence?.recordedAt ?? null,
    annotation: evidence?.annotation ?? null,
  };
}

const isSame = (a: MemberScope, b: Pick<LogItem, 'account' | 'region'>) => keyOf(a) === keyOf(b);
