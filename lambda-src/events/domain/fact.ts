import { DetailContext } from './detail';
import {
  COMPLIANCE_TYPES, ComplianceStatus, CONFIG_DETAIL_TYPES, CONFIG_SOURCE, EVENT_KEYS, EventTableKey, hashOf, ResourceName, versionOf,
} from '../../../src/events/contract';

/** Something that happened, as the store takes it. */
export interface Fact extends ResourceName, DetailContext {
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly status?: string;
  readonly previousStatus?: string;
  readonly changeType?: string;
  readonly mode?: string;
  readonly late?: boolean;
  readonly replayed?: boolean;
  /** As it came, to be kept. */
  readonly detail?: unknown;
}

/** A fact that a state is made of. */
export interface StateFact extends Fact {
  readonly rule: string;
  readonly status: ComplianceStatus;
}

/** Evaluation of a resource that is there. Asking about one that is not there yet (`PROACTIVE`) says nothing of what is there. */
const DETECTIVE = 'DETECTIVE';

export interface Evaluation extends ResourceName {
  readonly rule: string;
  readonly status: string;
  readonly previousStatus?: string;
  readonly annotation?: string;
  /** ISO 8601 with milliseconds. */
  readonly recordedAt: string;
  /** `DETECTIVE` when absent. */
  readonly mode?: string;
  readonly late?: boolean;
  readonly replayed?: boolean;
  readonly detail?: unknown;
}

/**
 * The fact that a rule came to this result. Who it is depends on nothing but what it says, so that a redelivery, a replay and what AWS
 * Config's API tells are one and the same.
 */
export function complianceFact({ mode, ...evaluation }: Evaluation): Fact {
  const { account, region, rule, resourceType, resourceId, recordedAt, status } = evaluation;
  const other = mode === undefined || mode === DETECTIVE ? {} : { mode };
  return {
    ...evaluation,
    ...other,
    source: CONFIG_SOURCE,
    detailType: CONFIG_DETAIL_TYPES.complianceChange,
    eventId: hashOf([account, region, rule, resourceType, resourceId, recordedAt, status, ...Object.values(other)]),
  };
}

export const isCompliance = ({ source, detailType }: Fact) => source === CONFIG_SOURCE && detailType === CONFIG_DETAIL_TYPES.complianceChange;

export const isKnownStatus = (status: string | undefined): status is ComplianceStatus => COMPLIANCE_TYPES.some((known) => known === status);

/** Whether a fact tells how a resource that is there stands with a rule. */
export const makesState = (fact: Fact): fact is StateFact =>
  isCompliance(fact) && fact.rule !== undefined && fact.mode === undefined && isKnownStatus(fact.status);

export const versionOfFact = ({ recordedAt, eventId }: Fact) => versionOf(recordedAt, eventId);
export const logKey = (fact: Fact): EventTableKey => EVENT_KEYS.event(fact, versionOfFact(fact));
export const stateKey = (fact: StateFact): EventTableKey => EVENT_KEYS.state(fact, fact.rule);
/** One text for both keys. */
export const keyText = ({ pk, sk }: EventTableKey) => `${pk}\0${sk}`;
