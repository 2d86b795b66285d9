import { graph, numbers, Section } from './section';
import { DriftMonitor } from '../../drift/drift-monitor';

export function driftSection(monitor: DriftMonitor): Section {
  return {
    title: `Drift below ${monitor.parameterPrefix}`,
    widgets: [
      numbers('As the last check saw it', [
        monitor.metricConfigurationDrift({ label: 'open findings' }),
        monitor.metricPendingPromotion({ label: 'pending promotion' }),
        monitor.metricWaiversExpiring({ label: 'waivers ending within 7 days' }),
        monitor.metricParametersCompared({ label: 'parameters compared' }),
      ]),
      graph('Findings', [
        monitor.metricConfigurationDrift({ label: 'open' }),
        monitor.metricPendingPromotion({ label: 'pending promotion' }),
        monitor.metricWaiversExpiring({ label: 'waivers ending within 7 days' }),
      ]),
      graph('Opened and resolved', [monitor.metricFindingsOpened({ label: 'opened' }), monitor.metricFindingsResolved({ label: 'resolved' })]),
      graph('Time to resolve (hours)', [monitor.metricTimeToResolveHours({ label: 'average' })]),
      graph('Checks that failed or were incomplete', [
        monitor.metricDriftDetectionErrors({ label: 'errors' }), monitor.metricDriftCheckIncomplete({ label: 'incomplete' }),
      ]),
      graph('Duration of checks (ms)', [monitor.metricDriftDetectionDuration({ label: 'average' })]),
      graph('Parameters compared, and calls to Parameter Store', [monitor.metricParametersCompared({ label: 'parameters' })],
        [monitor.metricSsmApiCalls({ label: 'calls' })]),
    ],
  };
}
