import { IConstruct } from 'constructs';
import { METRICS } from '../../drift/contract';
import { DriftMonitor } from '../../drift/drift-monitor';
import { ComplianceEventHub } from '../../events/compliance-event-hub';
import { EVENT_METRICS } from '../../events/contract';
import { DEPLOYMENT_METRICS } from '../../foundation/contract';
import { DeploymentRecord } from '../../foundation/deployment-record';
import { ConfigRecorder } from '../../rules/config-recorder';
import { RECORDER_METRICS } from '../../rules/contract';

/** Constructs whose functions write custom metrics, and how many. A new one is a new line here. */
const EMITTERS: readonly { readonly is: (construct: IConstruct) => boolean; readonly metrics: number }[] = [
  // By [Environment] and by [Organization, Environment]: CloudWatch charges each set of dimensions.
  { is: (construct) => construct instanceof DriftMonitor, metrics: 2 * Object.keys(METRICS).length },
  { is: (construct) => construct instanceof DeploymentRecord, metrics: 2 * Object.keys(DEPLOYMENT_METRICS).length },
  { is: (construct) => construct instanceof ConfigRecorder, metrics: Object.keys(RECORDER_METRICS).length },
  { is: (construct) => construct instanceof ComplianceEventHub, metrics: Object.keys(EVENT_METRICS).length },
];

export function metricsWrittenBy(constructs: readonly IConstruct[]): number {
  return EMITTERS.reduce((sum, { is, metrics }) => sum + metrics * constructs.filter(is).length, 0);
}
