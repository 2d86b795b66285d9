import { ComplianceStatus, MemberScope, ResourceName, StateItem } from '../../src/events/contract';
import { RecorderHealthReader } from '../rules/ports';

/** A rule as AWS Config lists it. */
export interface ListedRule {
  readonly name: string;
  /** AWS Config is about to delete it, and its results with it: what is missing then says nothing of the resources. */
  readonly beingDeleted?: boolean;
  /** Types that it looks at, where it names any. */
  readonly types?: readonly string[];
}

/** What a rule last found of a resource. */
export interface Found {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly status: ComplianceStatus;
  /** ISO 8601 with milliseconds: of the last evaluation, also where it found the same as the one before. */
  readonly recordedAt: string;
  readonly annotation?: string;
}

/** Which types of resources AWS Config records. */
export type RecordedTypes = { readonly only: readonly string[] } | { readonly allBut: readonly string[] };

/** What AWS Config says of its recorder. */
export interface RecorderReader extends RecorderHealthReader {
  /** Undefined where there is no recorder. */
  recordedTypes(): Promise<RecordedTypes | undefined>;
}

/** AWS Config of one account and region. A list is whole, or it throws. */
export interface ConfigReader {
  /** Absent where nothing is to be learnt of the recorder. */
  readonly recorder?: RecorderReader;
  rules(): Promise<ListedRule[]>;
  /** Pages, which may be empty. Throws RuleGone. */
  results(rule: string): AsyncIterable<readonly Found[]>;
  /**
   * From when the answers are, ISO 8601, where that is not the time of asking. Throws where they are not to be relied on.
   */
  asOf?(): Promise<string>;
}

/** The rule was deleted after it was listed. */
export class RuleGone extends Error {}
/** The account does not let the hub read. */
export class MemberDenied extends Error {}

/** A fact that AWS Config's API told, on its way into the table. */
export interface LearnedFact extends ResourceName {
  readonly rule: string;
  readonly status: ComplianceStatus;
  readonly previousStatus?: ComplianceStatus;
  readonly recordedAt: string;
  readonly annotation?: string;
  /** The event itself never came. */
  readonly late: boolean;
  /** It is history: nobody is told. */
  readonly replayed: boolean;
}
/** Stores all of them, or throws. Answers of each whether it was not known before; one that was changes nothing. */
export type StoreFacts = (facts: readonly LearnedFact[]) => Promise<boolean[]>;

/** Goes through all states of the table, which no index lists. */
export interface StateScan {
  /** Pages of states, of one account and region only where one is given; what was written a moment ago may be missing. */
  states(of?: MemberScope): AsyncIterable<readonly StateItem[]>;
}

/** Takes the parts of an export. */
export interface ExportSink {
  /** Puts an object, or another one in its place. */
  put(key: string, content: Buffer): Promise<void>;
}
