import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledgeRule } from './acknowledge';
import { withRunbook } from './naming';

export interface MakeAlarmProps {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** At least the threshold, unless told otherwise. */
  readonly comparisonOperator?: cloudwatch.ComparisonOperator;
  /** One, unless told otherwise; as many datapoints have to breach. */
  readonly evaluationPeriods?: number;
  /** What is not measured is well, unless told otherwise. */
  readonly treatMissingData?: cloudwatch.TreatMissingData;
  readonly description: string;
  /** Heading in docs/runbook.md. */
  readonly runbook: string;
  readonly topics?: (sns.ITopic | undefined)[];
  /** Why it tells nobody when there is no topic. */
  readonly silence?: string;
}

/** An alarm whose description ends with the heading that says what to do. */
export function makeAlarm(scope: Construct, id: string, props: MakeAlarmProps): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, id, {
    metric: props.metric,
    alarmDescription: withRunbook(props.description, props.runbook),
    threshold: props.threshold,
    comparisonOperator: props.comparisonOperator ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: props.evaluationPeriods ?? 1,
    datapointsToAlarm: props.evaluationPeriods ?? 1,
    treatMissingData: props.treatMissingData ?? cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  // One topic may be given for both, and would be told twice.
  const topics = [...new Set(props.topics)].filter((topic) => topic !== undefined);
  for (const topic of topics) { alarm.addAlarmAction(new SnsAction(topic)); }
  if (topics.length === 0) {
    acknowledgeRule(alarm, 'CloudWatchAlarmAction',
      props.silence ?? 'The consumer gave no topic: dashboards and composite alarms of their own use it, and actions can be added to it');
  }
  return alarm;
}
