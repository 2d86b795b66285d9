import { decide } from './announce-alert';
import { causeOf } from './cause';
import { noteVerifications } from './note-verifications';
import { severityOf } from './severity';
import { SeverityRuleDocument } from '../../../src/alerts/contract';
import { STATE_CHANGED, StateChange, StateItem, VERIFICATION_ARRIVED, VerificationAnnouncement } from '../../../src/events/contract';
import { described } from '../../shared/aws-error';
import { Log } from '../../shared/log';
import { AnnouncementBus, Announcement, EventTable } from '../ports';

/** What the table's stream tells. */
export type StreamFact =
  | { readonly kind: 'state'; readonly id: string; readonly before?: StateItem; readonly state: StateItem }
  | { readonly kind: 'verification'; readonly id: string; readonly partition: string; readonly verification: VerificationAnnouncement };

export interface AnnounceDependencies {
  readonly table: EventTable;
  readonly bus: AnnouncementBus;
  readonly severities: readonly SeverityRuleDocument[];
  readonly now: () => Date;
  readonly log: Log;
}

export interface Announced {
  /** Facts that have to come again. */
  readonly failed: string[];
  readonly announced: number;
}

/** Resources looked at side by side. */
const AT_ONCE = 8;

/**
 * Announces what changed. Facts about one resource are decided on in their order, and none before an earlier one of it that failed: the
 * stream brings them all again, and each decision comes out the same.
 */
export async function announceFacts(dependencies: AnnounceDependencies, facts: readonly StreamFact[]): Promise<Announced> {
  const failed = new Set<string>();
  const decided = new Map<string, Announcement>();
  const resources = [...grouped(facts)];
  const work = async () => {
    for (let group = resources.shift(); group; group = resources.shift()) await decideInOrder(dependencies, group, decided, failed);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const ready = facts.filter(({ id }) => decided.has(id)).map(({ id }) => ({ id, announcement: decided.get(id)! }));
  const refused = ready.length === 0 ? [] : await dependencies.bus.put(ready.map(({ announcement }) => announcement));
  for (const { index, why } of refused) {
    failed.add(ready[index].id);
    dependencies.log.error('an announcement was not taken, and comes again', { eventId: ready[index].announcement.id, why });
  }
  const verified = facts.flatMap((fact) => (fact.kind === 'verification' && decided.has(fact.id) && !failed.has(fact.id) ? [fact.verification.id] : []));
  await noteVerifications(dependencies.table, verified, dependencies.now(), dependencies.log);
  return { failed: facts.filter(({ id }) => failed.has(id)).map(({ id }) => id), announced: ready.length - refused.length };
}

async function decideInOrder(
  dependencies: AnnounceDependencies, group: readonly StreamFact[], decided: Map<string, Announcement>, failed: Set<string>,
): Promise<void> {
  for (const [index, fact] of group.entries()) {
    try {
      const announcement = await announcementOf(dependencies, fact);
      if (announcement) decided.set(fact.id, announcement);
    } catch (error) {
      for (const { id } of group.slice(index)) failed.add(id);
      dependencies.log.error('a change could not be announced, and comes again with what follows it', { error: described(error) });
      return;
    }
  }
}

async function announcementOf({ table, severities, now }: AnnounceDependencies, fact: StreamFact): Promise<Announcement | undefined> {
  if (fact.kind === 'verification') return { id: fact.verification.id, detailType: VERIFICATION_ARRIVED, detail: fact.verification };
  const { state, before } = fact;
  if (state.status === before?.status) return undefined;
  const cause = causeOf(state.rule);
  const detail: StateChange = {
    eventId: state.eventId,
    account: state.account,
    region: state.region,
    rule: state.rule,
    resourceType: state.resourceType,
    resourceId: state.resourceId,
    status: state.status,
    ...(before && { previousStatus: before.status }),
    ...(state.annotation !== undefined && { annotation: state.annotation }),
    recordedAt: state.recordedAt,
    cause,
    ...await decide(table, state, before, now()),
    replayed: state.replayed ?? false,
    late: state.late ?? false,
    severity: severityOf(state.rule, cause, severities),
  };
  return { id: detail.eventId, detailType: STATE_CHANGED, detail };
}

function grouped(facts: readonly StreamFact[]): Iterable<StreamFact[]> {
  const groups = new Map<string, StreamFact[]>();
  for (const fact of facts) {
    const partition = fact.kind === 'state' ? fact.state.pk : fact.partition;
    groups.set(partition, [...groups.get(partition) ?? [], fact]);
  }
  return groups.values();
}
