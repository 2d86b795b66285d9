import { packDetail } from './detail';
import { Fact, isCompliance, isKnownStatus, logKey, StateFact, stateKey, versionOfFact } from './fact';
import { dayOf, EVENT_COUNTS, EVENT_KEYS, LogItem, OTHER_COUNTS, Shards, STATE_COUNTS, StateItem } from '../../../src/events/contract';

const DAY_MS = 86_400_000;
const startOf = (date: string) => Date.parse(`${date}T00:00:00.000Z`);

/** When what is kept of a day may go, in seconds: a time after its end. Of days that are over for longer, a time after today, or nobody could read it. */
export function expiryOf(date: string, retentionDays: number, now: Date): number {
  const expiry = startOf(date) + (1 + retentionDays) * DAY_MS;
  return (expiry > now.getTime() ? expiry : startOf(dayOf(now.toISOString())) + (1 + retentionDays) * DAY_MS) / 1_000;
}

export interface Keeping {
  readonly retentionDays: number;
  readonly tombstoneDays: number;
}

/** How an event is kept. */
export function logItemOf(fact: Fact, { retentionDays }: Keeping, shards: Shards, now: Date): LogItem {
  const date = dayOf(fact.recordedAt);
  const { pk, sk } = logKey(fact);
  const { detail, longDetail } = packDetail(fact.detail, fact);
  // Written out, because copying objects is slow enough to be seen in a batch.
  return {
    pk,
    sk,
    version: versionOfFact(fact),
    eventId: fact.eventId,
    source: fact.source,
    detailType: fact.detailType,
    account: fact.account,
    region: fact.region,
    resourceType: fact.resourceType,
    resourceId: fact.resourceId,
    rule: fact.rule,
    status: fact.status,
    previousStatus: fact.previousStatus,
    changeType: fact.changeType,
    annotation: fact.annotation,
    recordedAt: fact.recordedAt,
    mode: fact.mode,
    late: fact.late,
    replayed: fact.replayed,
    detail,
    longDetail,
    receivedAt: now.toISOString(),
    expiresAt: expiryOf(date, retentionDays, now),
    timeline: EVENT_KEYS.dayOf(date, fact, shards),
    ruleline: fact.rule === undefined ? undefined : EVENT_KEYS.ruleDayOf(fact.rule, date, fact, shards),
  };
}

/** The state that a fact makes of the one before it. */
export function stateItemOf(fact: StateFact, before: StateItem | undefined, { tombstoneDays }: Keeping, shards: Shards): StateItem {
  const { account, region, resourceType, resourceId, rule, status, annotation, recordedAt, late, replayed } = fact;
  const stays = before?.status === status;
  return {
    ...stateKey(fact),
    version: versionOfFact(fact),
    eventId: fact.eventId,
    account,
    region,
    resourceType,
    resourceId,
    rule,
    status,
    previousStatus: stays ? before.previousStatus : before?.status,
    annotation,
    recordedAt,
    since: stays ? before.since : recordedAt,
    late,
    replayed,
    // What is older than a tombstone's time is never applied, so that nothing comes back when it is gone.
    ...(status === 'NOT_APPLICABLE' ? { expiresAt: Math.floor(Date.parse(recordedAt) / 1_000) + tombstoneDays * 86_400 } : {}),
    ...(status === 'NON_COMPLIANT' ? { timeline: EVENT_KEYS.brokenOf(fact, shards), ruleline: EVENT_KEYS.brokenRuleOf(rule, fact, shards) } : {}),
  };
}

/** What an event adds to the counters of its day. */
export function dayCounts(fact: Fact): { readonly [count: string]: number } {
  if (!isKnownStatus(fact.status) || fact.mode !== undefined) return { [OTHER_COUNTS.other]: 1 };
  const [breaks, broke] = [fact.status === 'NON_COMPLIANT', fact.previousStatus === 'NON_COMPLIANT'];
  const isWell = fact.status === 'COMPLIANT' || fact.status === 'NOT_APPLICABLE';
  return {
    [EVENT_COUNTS[fact.status]]: 1,
    ...(breaks && !broke ? { [OTHER_COUNTS.opened]: 1 } : {}),
    ...(isWell && broke ? { [OTHER_COUNTS.resolved]: 1 } : {}),
  };
}

/** What another state of a resource adds to the counters of now. */
export function stateCounts(after: StateItem, before: StateItem | undefined): { readonly [count: string]: number } {
  const [now, then] = [STATE_COUNTS[after.status], before && STATE_COUNTS[before.status]];
  if (now === then) return {};
  return { ...(now === undefined ? {} : { [now]: 1 }), ...(then === undefined ? {} : { [then]: -1 }) };
}

/** Only results of rules are counted. */
export const isCounted = (fact: Fact): fact is Fact & { readonly rule: string } => isCompliance(fact) && fact.rule !== undefined;
