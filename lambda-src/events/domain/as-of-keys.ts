import { EVENT_PREFIX, LogItem, StateItem } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { isOver, tellsState } from './event-filter';
import { behind, resourceLane } from './lanes';
import { ReadBudget } from './merge';

/** What is the same of a state and of an event that tells one. */
export type StateFact = Pick<StateItem, 'account' | 'region' | 'rule' | 'resourceType' | 'resourceId' | 'version' | 'recordedAt' | 'annotation'>
& { readonly status: string; readonly previousStatus?: string };

/** A resource that broke a rule, and the fact that says so; none where only what came afterwards tells of it. */
export interface Violation {
  readonly item: StateFact;
  readonly evidence?: StateFact;
}

const FEW = 25;
const MANY = 200;

/**
 * How a resource stood with a rule at a moment, told by an event after it. Undefined when it complied, was not there, or when an earlier event
 * after that moment tells it already. The latest event at or before the moment counts; without one, what the event itself says was before.
 */
export async function violationBefore(
  table: EventTable, event: StateFact, time: string, now: Date, budget: ReadBudget,
): Promise<Violation | undefined> {
  const before = await lastBefore(table, event, now, budget);
  if (before && before.version > behind(time)) return undefined;
  const status = before ? before.status : event.previousStatus;
  return status === 'NON_COMPLIANT' ? { item: event, ...(before ? { evidence: before } : {}) } : undefined;
}

/** The last event before another one, of the same rule and resource. */
async function lastBefore(table: EventTable, event: StateFact, now: Date, budget: ReadBudget): Promise<StateFact | undefined> {
  const lane = resourceLane(event);
  for (let after = `${EVENT_PREFIX}${event.version}`, limit = FEW; ; limit = MANY) {
    budget.spend();
    const { items, more } = await table.query({ ...lane, from: EVENT_PREFIX, after, newestFirst: true, limit });
    const found = items.find((item) => item.rule === event.rule && isStateFact(item, now));
    if (found || !more) return found as StateFact | undefined;
    after = items.at(-1)!.sk;
  }
}

export const isStateFact = (item: EventItem, now: Date) => tellsState(item as unknown as LogItem) && !isOver(item, now);
