import { EVENT_KEYS, ResourceName, STATE_PREFIX, StateItem } from '../../../src/events/contract';
import { EventItem, EventTable } from '../ports';
import { isOver } from './event-filter';
import { EventPage, listEvents } from './list-events';
import { Problem } from './problem';
import { allOf } from './read-all';

export const RESOURCE_PARAMETERS = ['limit', 'cursor'] as const;
/** Sorts behind everything that begins with the prefix of states. */
const BEHIND_STATES = `${STATE_PREFIX.slice(0, -1)}$`;

/** What a rule says of a resource now. */
export interface StateView {
  readonly rule: string;
  readonly status: string;
  readonly previousStatus: string | null;
  readonly annotation: string | null;
  readonly recordedAt: string;
  /** When it came to have this status. */
  readonly since: string;
  readonly late: boolean;
}

export interface ResourceAnswer extends ResourceName {
  readonly states: StateView[];
  readonly timeline: EventPage;
}

/** What all rules say of a resource now, and what was told of it, newest first. */
export async function describeResource(
  table: EventTable, name: ResourceName, page: { readonly limit: number; readonly cursor?: string }, now: Date,
): Promise<ResourceAnswer> {
  const timeline = await listEvents(table, { filter: name, ...page }, now);
  const states = (await statesOf(table, name, now)).map(viewOf);
  if (states.length === 0 && timeline.items.length === 0 && page.cursor === undefined) {
    throw new Problem('not-found', 'nothing was ever told of this resource, or it is no longer kept; names are compared letter by letter');
  }
  return { ...name, states, timeline };
}

/** States of a resource with each rule, in the alphabet's order. */
export async function statesOf(table: EventTable, name: ResourceName, now: Date): Promise<StateItem[]> {
  const items = await allOf(table, { partition: EVENT_KEYS.resource(name), from: STATE_PREFIX, to: BEHIND_STATES, consistent: true });
  return (items as (EventItem & StateItem)[]).filter((item) => !isOver(item, now)).sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

const viewOf = ({ rule, status, previousStatus, annotation, recordedAt, since, late = false }: StateItem): StateView =>
  ({ rule, status, previousStatus: previousStatus ?? null, annotation: annotation ?? null, recordedAt, since, late });
