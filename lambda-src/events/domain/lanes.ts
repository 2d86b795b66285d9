import { dayOf, EVENT_KEYS, EVENT_PREFIX, INDEX_SORT_KEY, ResourceName, shardOf } from '../../../src/events/contract';
import { Query } from '../ports';
import { EventFilter } from './event-filter';
import { numbers } from './read-all';
import { ShardMap } from './shards';

/** A partition that holds a share of the items asked for, sorted by version. */
export type Lane = Pick<Query, 'index' | 'partition'>;

/** Account, region, type and id, if the filter has them all. */
export function resourceIn({ account, region, resourceType, resourceId }: EventFilter): ResourceName | undefined {
  if (account === undefined || region === undefined || resourceType === undefined || resourceId === undefined) return undefined;
  return { account, region, resourceType, resourceId };
}

/** Where the events of a day are: the fewest partitions that hold all that the filter can match. */
export function eventLanes(filter: EventFilter, date: string, map: ShardMap): Lane[] {
  const { accounts, resources } = map.on(date);
  const { rule, account } = filter;
  if (rule !== undefined) return numbers(resources).map((shard): Lane => ({ index: 'rules', partition: EVENT_KEYS.ruleDay(rule, date, shard) }));
  const accountShards = account === undefined ? numbers(accounts) : [shardOf(account, accounts)];
  return accountShards.flatMap((a) => numbers(resources).map((b): Lane => ({ index: 'timeline', partition: EVENT_KEYS.day(date, a, b) })));
}

/** Where that is which does not comply now, of a rule or else of an account. */
export function brokenLanes(filter: EventFilter & { readonly account?: string }, map: ShardMap): Lane[] {
  const { rule, account = '' } = filter;
  return numbers(map.most.resources).map((shard): Lane => (rule === undefined
    ? { index: 'timeline', partition: EVENT_KEYS.broken(account, shard) }
    : { index: 'rules', partition: EVENT_KEYS.brokenRule(rule, shard) }));
}

export const resourceLane = (name: ResourceName): Lane => ({ partition: EVENT_KEYS.resource(name) });

/** Versions and sort keys of a lane: the table has a prefix before the version. */
export const sortKeyOf = ({ index }: Lane, version: string) => (index ? version : `${EVENT_PREFIX}${version}`);
export const sortKeyName = ({ index }: Lane) => (index ? INDEX_SORT_KEY : 'sk');
/** Behind every version of that moment, and before those of the next one. */
export const behind = (moment: string) => `${moment}#~`;
/** Before and behind all versions. */
export const FIRST_VERSION = '0';
export const LAST_VERSION = ':';
/** Of a version or a date. */
export const dateIn = (position: string) => dayOf(position);
