import { Parameters } from './parameters';
import { COMPLIANCE_TYPES, CONFIG_DETAIL_TYPES, CONFIG_SOURCE, hashOf, LogItem } from '../../../src/events/contract';

const TEXTS = ['source', 'detailType', 'rule', 'resourceType'] as const;
const NAMES = [...TEXTS, 'account', 'region', 'resourceId', 'status'] as const;
export const EVENT_PARAMETERS = [...NAMES, 'start', 'end', 'limit', 'cursor'] as const;
/** AWS Config's longest resource id has 768 characters. */
export const LONGEST_RESOURCE_ID = 1_024;

/** Which events are asked for: everything given has to hold. */
export interface EventFilter {
  readonly source?: string;
  readonly detailType?: string;
  readonly account?: string;
  readonly region?: string;
  readonly rule?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly status?: string;
}

export function readFilter(parameters: Parameters): EventFilter {
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, parameters.text(name)])),
    account: parameters.account(),
    region: parameters.region(),
    resourceId: parameters.text('resourceId', LONGEST_RESOURCE_ID),
    status: parameters.oneOf('status', COMPLIANCE_TYPES),
  };
}

export const matches = (filter: EventFilter, item: object) =>
  NAMES.every((name) => filter[name] === undefined || filter[name] === (item as EventFilter)[name]);

/** The same for equal filters, and for no others. */
export const questionOf = (kind: string, filter: EventFilter, ...more: readonly (string | undefined)[]) =>
  hashOf([kind, ...NAMES.map((name) => filter[name]), ...more].map((part) => (part === undefined ? '-' : `=${part}`)));

/** Whether an event told a rule's result about what is there, which is what states are made of. */
export const tellsState = ({ source, detailType, rule, status, mode }: LogItem) => source === CONFIG_SOURCE && rule !== undefined
  && detailType === CONFIG_DETAIL_TYPES.complianceChange && mode === undefined && COMPLIANCE_TYPES.some((known) => known === status);

/** DynamoDB deletes what is over up to some days later. */
export const isOver = (item: object, now: Date) => ((item as { expiresAt?: number }).expiresAt ?? Infinity) * 1_000 <= now.getTime();
