import { BlindCause } from '../../../src/events/contract';

/** A whole UTC day, or what has passed of it. */
export interface Period {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** ISO 8601; what happened at `to` is not in it. */
  readonly from: string;
  readonly to: string;
  /** Whether the day was over when the report was made. */
  readonly complete: boolean;
}

/** Evaluations that AWS Config reported as a change, by what they came to. */
export interface Evaluations {
  readonly total: number;
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly notApplicable: number;
  readonly insufficientData: number;
  /** Proactive evaluations and unknown results. */
  readonly other: number;
}

/** Resources, counted once for each rule, that are compliant, of those that are compliant or not. */
export interface Score {
  readonly percent: number;
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly asOf: string;
}

/** Down to a tenth: what is not wholly compliant never reads as 100. */
export function percentOf(compliant: number, nonCompliant: number): number | null {
  const all = compliant + nonCompliant;
  return all === 0 ? null : Math.floor((compliant * 1_000) / all) / 10;
}

/** Why there is no score: no rule has found any resource compliant or not, or nobody wrote down what it was then. */
export type NoScore = 'NOTHING_EVALUATED' | 'NOT_RECORDED';

/** A resource that began to break a rule, or ended to. */
export interface ReportViolation {
  readonly recordedAt: string;
  readonly account: string;
  readonly region: string;
  readonly rule: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly status: string;
  readonly annotation: string | null;
}

export interface RuleLine {
  readonly rule: string;
  /** Resources now. */
  readonly nonCompliant: number;
  readonly compliant: number;
  /** Accounts with a resource that breaks it now. */
  readonly accounts: number;
  /** In the period. */
  readonly opened: number;
  readonly resolved: number;
}

export interface AccountLine {
  readonly account: string;
  /** Now; null where nothing was evaluated. */
  readonly percent: number | null;
  readonly compliant: number;
  readonly nonCompliant: number;
  /** In the period. */
  readonly evaluations: number;
  readonly opened: number;
  readonly resolved: number;
}

/** A time of the period, or now, in which nothing is known of an account and region. */
export interface BlindLine {
  readonly account: string;
  readonly region: string;
  readonly cause: BlindCause;
  readonly from: string;
  /** Null while it lasts. */
  readonly until: string | null;
  /** The rules concerned; all when null. */
  readonly rules: readonly string[] | null;
}

export interface DriftLine {
  readonly organization: string;
  readonly environment: string;
  /** False: it could not be read, and the numbers are null. */
  readonly readable: boolean;
  /** When it was last read completely; null when it never was. */
  readonly checkedAt: string | null;
  readonly open: number | null;
  readonly pending: number | null;
  readonly waived: number | null;
  /** False: the waivers of the environment are not known either. */
  readonly waiversReadable: boolean;
}

export interface WaiverLine {
  readonly organization: string;
  readonly environment: string;
  readonly pattern: string;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | null;
  /** The last day on which it holds, UTC. */
  readonly expiresOn: string;
  /** Whole days until then; 0 is today. */
  readonly daysLeft: number;
}

/** The report: what `report.json` holds. Fields are only ever added to a version. */
export interface Report {
  readonly version: '1';
  readonly hub: string;
  readonly period: Period;
  readonly generatedAt: string;
  readonly evaluations: Evaluations;
  readonly score: Score | null;
  readonly noScore: NoScore | null;
  /** Of the day before the period; null where none was recorded. */
  readonly scoreBefore: Score | null;
  /** Percentage points since then; null where one of both is not known. */
  readonly scoreChange: number | null;
  readonly opened: number;
  readonly resolved: number;
  /** The newest ones of the period, newest first: never more than `opened`, and often fewer. */
  readonly newestOpened: readonly ReportViolation[];
  readonly newestResolved: readonly ReportViolation[];
  /** Rules with a resource that breaks them now, or that began or ended to in the period; most broken first. */
  readonly rules: readonly RuleLine[];
  readonly accounts: readonly AccountLine[];
  readonly blind: readonly BlindLine[];
  /** Null where no environment is watched by this report. */
  readonly drift: readonly DriftLine[] | null;
  /** Waivers that end within 30 days, the next one first. */
  readonly waiversEnding: readonly WaiverLine[];
}

/** Counters of one rule in an account and region. */
export interface Cell {
  readonly account: string;
  readonly region: string;
  readonly rule: string;
  readonly counts: { readonly [name: string]: number };
}

/** All that a report is made of. */
export interface ReportFacts {
  readonly hub: string;
  readonly period: Period;
  readonly generatedAt: Date;
  /** Of events of the period. */
  readonly dayCells: readonly Cell[];
  /** Of states as they are now. */
  readonly stateCells: readonly Cell[];
  /** As they were recorded at the end of the period, and at the end of the day before. */
  readonly recorded?: Score;
  readonly recordedBefore?: Score;
  readonly newestOpened: readonly ReportViolation[];
  readonly newestResolved: readonly ReportViolation[];
  readonly blind: readonly BlindLine[];
  readonly drift?: readonly DriftLine[];
  readonly waiversEnding: readonly WaiverLine[];
}
