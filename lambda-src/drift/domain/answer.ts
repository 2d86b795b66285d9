import { ComparisonResult } from './compare';
import { standing as standingText } from './explain';
import { MergeResult, WAIVER_WARNING_DAYS } from './findings';
import { Policy } from './policy';
import { Failure } from './reading';
import { DetectAnswer, METRICS } from '../../../src/drift/contract';
import { Finding, RunRecord } from '../ports';

const HOUR = 3_600_000;

/** Which run an answer is of. */
export interface RunIdentity {
  readonly runId: string;
  readonly startedAt: string;
  readonly environment: string;
}

export type Compared = Pick<ComparisonResult, 'compared' | 'ignored'>;

/** Findings as they stand, by status. */
export function countStanding(findings: Finding[]): { open: number; pending: number; waived: number } {
  const of = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  return { open: of('open'), pending: of('pending'), waived: of('waived') };
}

export function answerOf(run: RunIdentity, baseline: string, merged: MergeResult, failures: Failure[], compared: Compared): DetectAnswer {
  const of = (kind: string) => merged.transitions.filter((transition) => transition.kind === kind).length;
  const counts = countStanding(merged.standing);
  return {
    runId: run.runId,
    environment: run.environment,
    baseline,
    complete: failures.length === 0,
    causes: [...new Set(failures.map((failure) => failure.reason))],
    notes: failures.map((failure) => failure.note),
    driftDetected: counts.open > 0,
    compared: compared.compared,
    ignored: compared.ignored,
    ...counts,
    opened: of('opened'),
    reopened: of('reopened'),
    resolved: of('resolved'),
    findings: [...merged.standing].sort(byStatusAndName).map((finding) => ({
      id: finding.id,
      subject: finding.subject,
      name: finding.name,
      difference: finding.difference,
      status: finding.status,
      explanation: finding.explanation + standingText(finding),
      firstSeen: finding.firstSeen,
      lastSeen: finding.lastSeen,
    })),
    truncated: false,
  };
}

const RANK = { open: 0, pending: 1, waived: 2 };
const byStatusAndName = (a: Finding, b: Finding) => RANK[a.status] - RANK[b.status] || (a.name < b.name ? -1 : 1);

export function recordOf(run: RunIdentity, kind: RunRecord['kind'], endedAt: string, policyKey: string, ssmCalls: number, answer: DetectAnswer): RunRecord {
  const { complete, causes, compared, ignored, open, pending, waived, opened, reopened, resolved } = answer;
  return {
    runId: run.runId, kind, startedAt: run.startedAt, endedAt, policyKey, ssmCalls,
    complete, causes, compared, ignored, open, pending, waived, opened, reopened, resolved,
  };
}

export interface Effort {
  readonly milliseconds: number;
  readonly ssmCalls: number;
  /** What went wrong without stopping the run. */
  readonly errors: number;
}

export function metricsOf(
  answer: DetectAnswer, merged: MergeResult, policy: Policy | undefined, now: Date, effort: Effort,
): { [name: string]: number } {
  // What never was open was promoted, not resolved late.
  const resolved = merged.transitions.filter(({ kind, finding }) => kind === 'resolved' && finding.openedAt !== undefined);
  const hours = resolved.map(({ finding, at }) => (Date.parse(at) - Date.parse(finding.openedAt!)) / HOUR);
  // A run that goes on elsewhere or leaves the work to another one says nothing yet of whether everything can be read.
  const passing = answer.causes.some((cause) => cause === 'CONTINUES' || cause === 'BUSY' || cause === 'SUPERSEDED');
  return {
    [METRICS.configurationDrift]: answer.open,
    [METRICS.pendingPromotion]: answer.pending,
    [METRICS.driftDetectionErrors]: effort.errors,
    ...(passing ? {} : { [METRICS.driftCheckIncomplete]: answer.complete ? 0 : 1 }),
    [METRICS.driftDetectionDuration]: effort.milliseconds,
    [METRICS.parametersCompared]: answer.compared,
    [METRICS.ssmApiCalls]: effort.ssmCalls,
    [METRICS.findingsOpened]: answer.opened + answer.reopened,
    [METRICS.findingsResolved]: answer.resolved,
    ...(policy ? { [METRICS.waiversExpiring]: policy.waiversEndingWithin(WAIVER_WARNING_DAYS, now) } : {}),
    ...(hours.length > 0 ? { [METRICS.timeToResolveHours]: hours.reduce((sum, h) => sum + h, 0) / hours.length } : {}),
  };
}
