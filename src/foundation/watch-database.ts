import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DatabaseAlarms, DatabaseAlarmThresholds } from './database-alarms';
import { admitPublishers, ALARMS, EVENTS } from '../alerts/topic-access';
import { makeAlarm } from '../private/alarm';
import { withRunbook } from '../private/naming';

/** Where Aurora's figures are. Roles move between instances, so that alarms go by role and never by instance. */
export function databaseMetric(clusterIdentifier: string, metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/RDS',
    metricName,
    statistic: 'Average',
    period: Duration.minutes(5),
    ...options,
    dimensionsMap: { DBClusterIdentifier: clusterIdentifier, ...options.dimensionsMap },
  });
}

export interface DatabaseAlarmsProps {
  readonly environment: string;
  readonly clusterIdentifier: string;
  readonly thresholds?: DatabaseAlarmThresholds;
  /** Whether there are readers. */
  readonly readers: boolean;
  /** Memory of an instance, where it is known. */
  readonly memoryBytes?: number;
  readonly topic?: sns.ITopic;
}

/** What an instance whose size is not known should have free at least. */
const UNKNOWN_MEMORY_THRESHOLD = 512 * 1024 ** 2;
const MEMORY_SHARE = 0.05;

export function makeDatabaseAlarms(scope: Construct, props: DatabaseAlarmsProps): DatabaseAlarms {
  const { environment, thresholds = {}, memoryBytes, topic } = props;
  if (topic) { admitPublishers(scope, topic, ALARMS); }
  const metric = (name: string, statistic: string, dimensionsMap?: { [name: string]: string }) =>
    databaseMetric(props.clusterIdentifier, name, { statistic, dimensionsMap });
  const above = { comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, evaluationPeriods: 2, topics: [topic] };
  const cpu = (role: 'Writer' | 'Reader') => makeAlarm(scope, `${role}CpuAlarm`, {
    ...above,
    metric: metric('CPUUtilization', 'Average', { Role: role.toUpperCase() }),
    threshold: thresholds.cpuUtilization ?? 80,
    description: `The CPU of the ${role.toLowerCase()} of the database of ${environment} is busy.`,
    runbook: 'database-cpu',
  });
  return {
    connections: makeAlarm(scope, 'ConnectionsAlarm', {
      ...above,
      // Of the instance that has most: an average would hide it behind an idle one.
      metric: metric('DatabaseConnections', 'Maximum'),
      threshold: thresholds.connections ?? 50,
      description: `An instance of the database of ${environment} has many connections.`,
      runbook: 'database-connections',
    }),
    writerCpu: cpu('Writer'),
    readerCpu: props.readers ? cpu('Reader') : undefined,
    freeableMemory: makeAlarm(scope, 'FreeableMemoryAlarm', {
      metric: metric('FreeableMemory', 'Minimum'),
      threshold: thresholds.freeableMemory ?? (memoryBytes === undefined ? UNKNOWN_MEMORY_THRESHOLD : Math.floor(memoryBytes * MEMORY_SHARE)),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      description: `An instance of the database of ${environment} is short of memory.`,
      runbook: 'database-memory',
      topics: [topic],
    }),
  };
}

/** Tells the critical topic that the database, or an instance of it, fails, fails over or restarts. RDS tells EventBridge by itself. */
export function announceFailures(scope: Construct, environment: string, cluster: rds.IDatabaseCluster, topic: sns.ITopic): events.Rule {
  admitPublishers(scope, topic, EVENTS);
  const stack = Stack.of(scope);
  const instances = instancesOf(cluster).map((resourceName) =>
    stack.formatArn({ service: 'rds', resource: 'db', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME }));
  const message = ['Message', 'SourceIdentifier', 'Date'].map((field) => events.EventField.fromPath(`$.detail.${field}`));
  return new events.Rule(scope, 'Failures', {
    description: `Tells that the database of ${environment} fails, fails over or restarts`,
    eventPattern: {
      source: ['aws.rds'],
      detailType: ['RDS DB Cluster Event', 'RDS DB Instance Event'],
      detail: { SourceArn: [cluster.clusterArn, ...instances], EventCategories: ['availability', 'failover', 'failure', 'global-failover'] },
    },
    // Not CDK's own target, which changes the topic's policy once more.
    targets: [{
      bind: () => ({
        arn: topic.topicArn,
        input: events.RuleTargetInput.fromText(withRunbook(`Database of ${environment}: ${message[0]} (${message[1]}, ${message[2]}).`, 'database-down')),
      }),
    }],
  });
}

/** An imported cluster may not say which it has. */
function instancesOf(cluster: rds.IDatabaseCluster): string[] {
  try {
    return cluster.instanceIdentifiers;
  } catch {
    return [];
  }
}
