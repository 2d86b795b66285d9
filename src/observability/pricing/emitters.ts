import { IConstruct } from 'constructs';
import { METRICS } from '../../drift/contract';
import { DriftMonitor } from '../../drift/drift-monitor';

/** Constructs whose functions write custom metrics, and how many. A new one is a new line here. */
const EMITTERS: readonly { readonly is: (construct: IConstruct) => boolean; readonly metrics: number }[] = [
  // By [Environment] and by [Organization, Environment]: CloudWatch charges each set of dimensions.
  { is: (construct) => construct instanceof DriftMonitor, metrics: 2 * Object.keys(METRICS).length },
];

export function metricsWrittenBy(constructs: readonly IConstruct[]): number {
  return EMITTERS.reduce((sum, { is, metrics }) => sum + metrics * constructs.filter(is).length, 0);
}
