import { DetectAnswer, MessageDetailValue } from '../../../src/drift/contract';
import { Log } from '../../shared/log';
import { Clock, DriftStore, Notifier, OwnQueue, ParameterReader, StateObjects } from '../ports';

export interface DetectSettings {
  readonly organization: string;
  readonly environment: string;
  readonly baseline: string;
  readonly policyKey: string;
  readonly fullWalkMinutes: number;
  readonly promotionWindowMinutes: number;
  readonly messageDetail: MessageDetailValue;
  readonly functionArn: string;
  readonly account: string;
  readonly region: string;
}

export interface DetectDependencies {
  readonly settings: DetectSettings;
  readonly store: DriftStore;
  readonly objects: StateObjects;
  readonly notifier: Notifier;
  readonly queue: OwnQueue;
  readonly clock: Clock;
  readonly log: Log;
  /** The parameters of one environment; the same reader each time. */
  readers(environment: string): ParameterReader;
  /** SSM calls of this process so far, retries included. */
  ssmCalls(): number;
  newRunId(): string;
}

export type Trigger =
  | { readonly kind: 'full' }
  /** Walks only when a walk is due. */
  | { readonly kind: 'scheduled' }
  /** Relative names that changed. */
  | { readonly kind: 'names'; readonly names: string[] }
  | { readonly kind: 'continue'; readonly key: string };

export interface DetectResult {
  readonly answer: DetectAnswer;
  readonly metrics: { [name: string]: number };
}
