import { graph, Section } from './section';
import { DeploymentRecord } from '../../foundation/deployment-record';

export function deploymentsSection(record: DeploymentRecord): Section {
  return {
    title: 'Deployments',
    widgets: [
      graph('Ended', [record.metricDeployments({ label: 'all' })]),
      graph('Without success', [
        record.metricDeploymentsRolledBack({ label: 'rolled back' }), record.metricDeploymentsFailed({ label: 'failed half-way' }),
      ]),
      graph('Not recorded', [record.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'events', statistic: 'Maximum' })]),
    ],
  };
}
