import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
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
  for (const topic of props.topics ?? []) { if (topic) { alarm.addAlarmAction(new SnsAction(topic)); } }
  return alarm;
}
