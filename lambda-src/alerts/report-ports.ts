import { FindingStatus, WaiverDocument } from '../../src/drift/contract';

/** Where files of a report are kept. */
export interface ReportFiles {
  put(key: string, content: string, contentType: string): Promise<void>;
}

/** What a drift table holds of an environment now. */
export interface DriftState {
  /** When it was last read completely; absent when it never was. */
  readonly checkedAt?: string;
  /** The parity policy that was in force then. */
  readonly policyKey?: string;
  readonly findings: readonly { readonly status: FindingStatus }[];
}

/** One environment that is watched for drift. Throws when it cannot be read: that is not the same as no drift. */
export interface DriftSource {
  readonly organization: string;
  readonly environment: string;
  state(): Promise<DriftState>;
  /** All waivers of a parity policy, those of other environments too. */
  waivers(policyKey: string): Promise<readonly WaiverDocument[]>;
}
