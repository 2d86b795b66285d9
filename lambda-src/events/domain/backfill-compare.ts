import { EVENT_KEYS, MemberScope, StateItem } from '../../../src/events/contract';
import { Found, LearnedFact } from '../truth-ports';

/**
 * An event takes seconds, and EventBridge tries again for longer where it must: a result that is younger may still be on its way, so that
 * it is not yet lost.
 */
export const STILL_ON_ITS_WAY = 15 * 60_000;

export interface Reading {
  readonly scope: MemberScope;
  readonly rule: string;
  /** When AWS Config's answers are from, ISO 8601 with milliseconds. */
  readonly at: string;
  /** When it was asked, ISO 8601 with milliseconds: answers of an aggregator are older, and events are not. */
  readonly asked: string;
  /** Nothing of this account and rule was ever read to the end: what is new is history. */
  readonly first: boolean;
}

export interface Learned {
  readonly fact: LearnedFact;
  /** It was lost on the way: its event is overdue. */
  readonly lost: boolean;
}

export const stateKeyOf = ({ scope, rule }: Reading, { resourceType, resourceId }: Pick<Found, 'resourceType' | 'resourceId'>) =>
  EVENT_KEYS.state({ ...scope, resourceType, resourceId }, rule);

/**
 * What the table does not know of a result. AWS Config tells the last evaluation, which is younger than the event even where it found the
 * same: so only another status is news.
 */
export function newsOf(reading: Reading, found: Found, state: StateItem | undefined): Learned | undefined {
  // What is not applicable is not there.
  if (found.status === (state?.status ?? 'NOT_APPLICABLE')) return undefined;
  const at = Date.parse(reading.at);
  let recordedAt = found.recordedAt;
  if (state && state.recordedAt >= recordedAt) {
    // The state came after the answer, or seems to: only when it is older than any event on its way, AWS Config is right.
    if (Date.parse(state.recordedAt) > at - STILL_ON_ITS_WAY) return undefined;
    recordedAt = reading.at;
  }
  const overdue = Date.parse(reading.asked) - Date.parse(found.recordedAt) >= STILL_ON_ITS_WAY;
  const { first } = reading;
  return {
    lost: overdue && !first,
    fact: {
      ...factOf(reading, found.resourceType, found.resourceId, state),
      status: found.status,
      recordedAt,
      ...(found.annotation === undefined ? {} : { annotation: found.annotation }),
      // Replayed facts page nobody: a young one does not count as such, or its own event, a duplicate then, could page nobody either.
      late: first || overdue,
      replayed: first,
    },
  };
}

/** What closes a state that AWS Config has no result for any more; nothing where the state is younger than the reading. */
export function closingOf(reading: Reading, state: StateItem | undefined): LearnedFact | undefined {
  if (!state || state.status === 'NOT_APPLICABLE' || state.recordedAt >= reading.at) return undefined;
  return {
    ...factOf(reading, state.resourceType, state.resourceId, state),
    status: 'NOT_APPLICABLE', recordedAt: reading.at, annotation: CLOSED, late: true, replayed: reading.first,
  };
}
const CLOSED = 'AWS Config has no result for it any more: the resource or the rule was deleted';

const factOf = ({ scope: { account, region }, rule }: Reading, resourceType: string, resourceId: string, state: StateItem | undefined) =>
  ({ account, region, rule, resourceType, resourceId, ...(state ? { previousStatus: state.status } : {}) });
