import { aheadSince, Comparison, findingId, SUBJECT } from './compare';
import { explain } from './explain';
import { endsWithin, Policy } from './policy';
import { Finding, ResolvedFinding, Transition, TransitionKind } from '../ports';

/** A waiver's coming end is told this many days before. */
export const WAIVER_WARNING_DAYS = 7;

export interface MergeInput {
  readonly environment: string;
  readonly policy: Policy;
  readonly now: Date;
  readonly promotionWindowMilliseconds: number;
  /** What stood before. */
  readonly known: Finding[];
  /** What was found now. */
  readonly comparisons: Comparison[];
  /** Whether this run knows enough of a name to resolve what it did not find. */
  readonly decided: (name: string) => boolean;
  /** Whether to note that an unchanged finding was seen: worth a write for a few names, not for a walk, which the pointer dates. */
  readonly noteSeen: boolean;
  /** Earlier lives of findings that are new. */
  readonly resolvedBefore: ResolvedFinding[];
  /** Who wrote the newer side, by name. */
  readonly changedBy: ReadonlyMap<string, string>;
}

export interface MergeResult {
  readonly transitions: Transition[];
  /** Findings as they stand now. */
  readonly standing: Finding[];
  /** Waived findings whose waiver's coming end has not been told. */
  readonly warned: Finding[];
}

/** Brings what was found together with what was known. */
export function merge(input: MergeInput): MergeResult {
  const known = new Map(input.known.map((finding) => [finding.id, finding]));
  const before = new Map(input.resolvedBefore.map((finding) => [finding.id, finding]));
  const now = input.now.toISOString();
  const transitions: Transition[] = [];
  const standing: Finding[] = [];

  const keep = (finding: Finding, prior: Finding | undefined) => {
    const kind = change(finding, prior, before.get(finding.id)) ?? (input.noteSeen && finding.lastSeen === now ? 'updated' : undefined);
    if (kind) transitions.push({ kind, finding, at: now, told: finding.status === 'open' && kind !== 'updated' });
    standing.push(finding);
  };

  for (const comparison of input.comparisons) {
    const id = findingId(input.policy.baseline, input.environment, comparison.name);
    const prior = known.get(id);
    known.delete(id);
    keep(seen(input, comparison, id, prior, before.get(id)), prior);
  }
  for (const prior of known.values()) {
    if (input.decided(prior.name)) {
      transitions.push({ kind: 'resolved', finding: prior, at: now, told: prior.status === 'open' });
    } else {
      // Not read now: it stands as it was, but a window may have passed or a waiver ended.
      keep(stated(input, prior, prior, undefined), prior);
    }
  }
  return { transitions, standing, warned: standing.filter((finding) => mustWarn(finding, input.now)).map(markWarned) };
}

/** Ids among the comparisons that no standing finding has. */
export function newcomers(
  comparisons: Comparison[], known: Finding[], policy: Policy, environment: string,
): { readonly id: string; readonly comparison: Comparison }[] {
  const ids = new Set(known.map((finding) => finding.id));
  return comparisons
    .map((comparison) => ({ id: findingId(policy.baseline, environment, comparison.name), comparison }))
    .filter(({ id }) => !ids.has(id));
}

function seen(input: MergeInput, comparison: Comparison, id: string, prior: Finding | undefined, before: ResolvedFinding | undefined): Finding {
  const now = input.now.toISOString();
  const sameVersions = prior?.targetVersion === comparison.target?.version && prior?.baselineVersion === comparison.baseline?.version;
  const changedBy = input.changedBy.get(comparison.name) ?? (sameVersions ? prior?.changedBy : undefined);
  return stated(input, {
    id,
    environment: input.environment,
    baseline: input.policy.baseline,
    subject: SUBJECT,
    name: comparison.name,
    difference: comparison.difference,
    explanation: explain(comparison, { environment: input.environment, baseline: input.policy.baseline }, changedBy),
    firstSeen: prior?.firstSeen ?? before?.firstSeen ?? now,
    lastSeen: now,
    openedAt: prior?.openedAt,
    reopened: prior?.reopened ?? before?.reopened ?? 0,
    aheadSince: aheadSince(comparison),
    targetVersion: comparison.target?.version,
    baselineVersion: comparison.baseline?.version,
    changedBy,
    expiryWarned: prior?.expiryWarned,
  }, prior, before);
}

/** Gives a finding its status at this moment, and counts its return. */
function stated(input: MergeInput, finding: Omit<Finding, 'status'>, prior: Finding | undefined, before: ResolvedFinding | undefined): Finding {
  const waiver = input.policy.waiverFor(finding.name);
  const pendingUntil = promotionEnd(finding.aheadSince, input.promotionWindowMilliseconds);
  const isPending = pendingUntil !== undefined && Date.parse(pendingUntil) > input.now.getTime();
  const status = waiver ? 'waived' : isPending ? 'pending' : 'open';
  const opens = status === 'open' && prior?.status !== 'open';
  return {
    ...finding,
    status,
    pendingUntil,
    openedAt: opens ? input.now.toISOString() : finding.openedAt,
    reopened: finding.reopened + (opens && returns(prior, before) ? 1 : 0),
    waivedUntil: waiver?.expiresOn,
    waiver: waiver && `${waiver.owner}: ${waiver.reason}${waiver.ticket ? ` (${waiver.ticket})` : ''}`,
  };
}

function promotionEnd(since: string | undefined, windowMilliseconds: number): string | undefined {
  return since === undefined || windowMilliseconds === 0 ? undefined : new Date(Date.parse(since) + windowMilliseconds).toISOString();
}

/** It was waived, or it was told before and then resolved or allowed to run ahead. */
const returns = (prior: Finding | undefined, before: ResolvedFinding | undefined) =>
  prior ? prior.status === 'waived' || prior.openedAt !== undefined : before?.openedAt !== undefined;

function change(finding: Finding, prior: Finding | undefined, before: ResolvedFinding | undefined): TransitionKind | undefined {
  if (finding.status !== prior?.status) {
    if (finding.status !== 'open') return finding.status;
    return returns(prior, before) ? 'reopened' : 'opened';
  }
  if (finding.difference !== prior.difference) return 'changed';
  const same = finding.explanation === prior.explanation && finding.pendingUntil === prior.pendingUntil
    && finding.waivedUntil === prior.waivedUntil && finding.waiver === prior.waiver;
  return same ? undefined : 'updated';
}

function mustWarn({ waivedUntil, expiryWarned }: Finding, now: Date): boolean {
  return waivedUntil !== undefined && waivedUntil !== expiryWarned && endsWithin(waivedUntil, WAIVER_WARNING_DAYS, now);
}

const markWarned = (finding: Finding): Finding => ({ ...finding, expiryWarned: finding.waivedUntil });
