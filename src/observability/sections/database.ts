import { Duration } from 'aws-cdk-lib';
import * as rds from 'aws-cdk-lib/aws-rds';
import { graph, Section } from './section';

export function databaseSection(cluster: rds.IDatabaseCluster): Section {
  const metric = (metricName: string, statistic: string, label: string) =>
    cluster.metric(metricName, { statistic, label, period: Duration.minutes(5) });
  return {
    title: 'Database',
    widgets: [
      graph('Connections', [metric('DatabaseConnections', 'Maximum', 'most of an instance'), metric('DatabaseConnections', 'Average', 'average')]),
      graph('CPU (%)', [metric('CPUUtilization', 'Maximum', 'busiest instance'), metric('CPUUtilization', 'Average', 'average')]),
      graph('Freeable memory (bytes)', [metric('FreeableMemory', 'Minimum', 'least of an instance'), metric('FreeableMemory', 'Average', 'average')]),
    ],
  };
}
