import { causeOf } from './cause';
import { AlertItem, AlertRound, ComplianceStatus, EVENT_KEYS, MOST_RULES_NAMED, STATE_PREFIX, StateItem } from '../../../src/events/contract';
import { EventItem, EventTable, Page } from '../ports';

/** What is to be said of a change beside the change itself. */
export interface Decision {
  readonly alert: boolean;
  readonly rules: string[];
  readonly brokenSince?: string;
}

/** Behind every key that begins with the prefix: the sign after `#`. */
const BEHIND_STATES = 'STATE$';
const PAGE = 100;
/** A stream's record comes again within a day; what ended an alert is remembered for longer. */
const REMEMBERED_SECONDS = 3 * 86_400;
/**
 * The stream brings a fact again with all that follow it, a whole batch of them. What they had a part in is remembered, so that each gets the
 * answer that it got before; of one resource and cause, more than this comes in no batch.
 */
const MOST_EARLIER = 20;
const MOST_OTHERS = 50;
/** Somebody else who decides on the same resource at the same time is an invocation that was given up. */
const ROUNDS = 4;

/** Nothing is known to be wrong. What AWS Config has insufficient data of is neither broken nor well, and keeps an alert as it is. */
export const isWell = (status: ComplianceStatus) => status === 'COMPLIANT' || status === 'NOT_APPLICABLE';

/**
 * Whether somebody is to be told: of the first rule of a cause that breaks, and of the last to be well again if its beginning was told.
 * An item of the table holds who was told, so that the same fact, announced again, alerts again, and no other does.
 */
export async function decide(table: EventTable, state: StateItem, before: StateItem | undefined, now: Date): Promise<Decision> {
  const cause = causeOf(state.rule);
  const others = (await statesOf(table, state.pk)).filter(({ rule }) => rule !== state.rule && causeOf(rule) === cause);
  const rules = [state.rule, ...others.filter(({ status }) => status === state.status).map(({ rule }) => rule)].sort().slice(0, MOST_RULES_NAMED);
  const replayed = state.replayed ?? false;
  if (state.status === 'NON_COMPLIANT') return { rules, alert: !replayed && await open(table, state, cause) };
  // What was well before has no alert to end.
  const mayEnd = isWell(state.status) && before !== undefined && !isWell(before.status);
  if (!mayEnd || others.some(({ status }) => !isWell(status))) return { rules, alert: false };
  const ended = await close(table, state, cause, now);
  // What backfill finds at its first reading is history as well, but whoever was told that it broke is told that it is over.
  return { rules, alert: ended !== undefined && (!replayed || state.late === true), brokenSince: ended?.openedAt ?? before.since };
}

/** Consistent: a rule that broke a moment ago counts. */
async function statesOf(table: EventTable, partition: string): Promise<StateItem[]> {
  const found: EventItem[] = [];
  let page: Page;
  do {
    page = await table.query({ partition, from: STATE_PREFIX, to: BEHIND_STATES, after: found.at(-1)?.sk, limit: PAGE, consistent: true });
    found.push(...page.items);
  } while (page.more && page.items.length > 0);
  return found as unknown as StateItem[];
}

/** Whether this fact is the one that is told. */
async function open(table: EventTable, state: StateItem, cause: string): Promise<boolean> {
  const { eventId, recordedAt } = state;
  return settle(table, state, cause, (held) => {
    const { rounds, at } = lookUp(held, (round) => round.openedBy === eventId || isAmong(round, eventId));
    const version = `OPEN#${eventId}`;
    if (at >= 0) {
      const { closedBy, ...round } = rounds[at];
      const answer = round.openedBy === eventId;
      // It comes again, with all that followed it: what was decided behind it is decided anew.
      return at === rounds.length - 1 && closedBy === undefined ? { answer } : { answer, next: { ...round, version, earlier: rounds.slice(0, at) } };
    }
    if (held && held.closedBy === undefined) return { answer: false, next: { ...withOther(held, eventId), version } };
    return { answer: true, next: { openedBy: eventId, openedAt: recordedAt, version, earlier: rounds.slice(-MOST_EARLIER) } };
  });
}

/** The alert that this fact ends. */
async function close(table: EventTable, state: StateItem, cause: string, now: Date): Promise<AlertRound | undefined> {
  const { eventId } = state;
  const closed = { version: `CLOSED#${eventId}`, expiresAt: Math.floor(now.getTime() / 1000) + REMEMBERED_SECONDS };
  return settle(table, state, cause, (held) => {
    if (!held) return { answer: undefined };
    const { rounds, at } = lookUp(held, (round) => round.closedBy === eventId || isAmong(round, eventId));
    if (at >= 0) {
      const answer = rounds[at].closedBy === eventId ? rounds[at] : undefined;
      return at === rounds.length - 1 ? { answer } : { answer, next: { ...rounds[at], ...closed, earlier: rounds.slice(0, at) } };
    }
    if (held.closedBy !== undefined) return { answer: undefined, next: { ...withOther(held, eventId), ...closed } };
    return { answer: held, next: { ...held, closedBy: eventId, ...closed } };
  });
}

/** What began and ended, as far as it is remembered, from the oldest to the last; and the round that a fact had a part in, or -1. */
function lookUp(held: AlertItem | undefined, isOf: (round: AlertRound) => boolean): { readonly rounds: readonly AlertRound[]; readonly at: number } {
  if (!held) return { rounds: [], at: -1 };
  const { pk: _pk, sk: _sk, version: _version, expiresAt: _expiresAt, earlier = [], ...last } = held;
  const rounds: AlertRound[] = [...earlier, last];
  return { rounds, at: rounds.findIndex(isOf) };
}
const isAmong = ({ others = [] }: AlertRound, eventId: string) => others.includes(eventId);
const withOther = (held: AlertItem, eventId: string): AlertItem => ({ ...held, others: [...held.others ?? [], eventId].slice(-MOST_OTHERS) });

interface Step<T> {
  readonly answer: T;
  readonly next?: Omit<AlertItem, 'pk' | 'sk'>;
}

async function settle<T>(table: EventTable, state: StateItem, cause: string, step: (held: AlertItem | undefined) => Step<T>): Promise<T> {
  // The state's own partition, which is its resource's.
  const key = { pk: state.pk, sk: EVENT_KEYS.alert(state, cause).sk };
  for (let round = 0; round < ROUNDS; round++) {
    const [held] = await table.read([key]) as unknown as AlertItem[];
    const { answer, next } = step(held);
    if (!next) return answer;
    const refusal = await table.write({
      kind: 'put', item: { ...key, ...next }, condition: held ? { kind: 'version', is: held.version } : { kind: 'absent' },
    });
    if (!refusal) return answer;
  }
  throw new Error(`who is told of this resource and cause changed ${ROUNDS} times at once`);
}
