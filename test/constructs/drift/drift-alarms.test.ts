import * as fs from 'fs';
import { Duration } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { monitorIn, ofType, resourcesOf, stackOf } from '../support';

const alarmsOf = (props: Parameters<typeof monitorIn>[1] = {}) => {
  const stack = stackOf();
  monitorIn(stack, props);
  return Object.fromEntries(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm')
    .map(([id, { Properties }]) => [id.replace(/^Drift(.*?)[0-9A-F]{8}$/, '$1'), Properties]));
};
const facts = (alarm: { [name: string]: unknown }) => [
  alarm.MetricName, alarm.Statistic, alarm.Period, alarm.EvaluationPeriods, alarm.TreatMissingData,
  (alarm.AlarmActions as unknown[] | undefined)?.length ?? 0,
];

test('six alarms; only the one on findings is silent', () => {
  expect(Object.entries(alarmsOf()).map(([id, alarm]) => [id, ...facts(alarm)])).toEqual(expect.arrayContaining([
    ['DriftAlarm', 'ConfigurationDrift', 'Maximum', 300, 1, 'ignore', 0],
    ['DetectionErrorAlarm', 'DriftDetectionErrors', 'Sum', 300, 1, 'notBreaching', 1],
    ['IncompleteAlarm', 'DriftCheckIncomplete', 'Sum', 3600, 3, 'notBreaching', 1],
    ['DetectErrorAlarm', 'Errors', 'Sum', 300, 1, 'notBreaching', 1],
    ['DetectThrottleAlarm', 'Throttles', 'Sum', 300, 1, 'notBreaching', 1],
    ['ChangesDeadLetterAlarm', 'ApproximateNumberOfMessagesVisible', 'Maximum', 300, 1, 'notBreaching', 1],
  ]));
  expect(Object.keys(alarmsOf())).toHaveLength(6);
});

test("the library's metrics are read by the longer set of dimensions", () => {
  const dimensions = [{ Name: 'Environment', Value: 'Staging' }, { Name: 'Organization', Value: 'bank' }];
  const own = Object.values(alarmsOf()).filter(({ Namespace }) => Namespace === 'ConfigCompliance');
  expect(own.map(({ Dimensions }) => Dimensions)).toEqual([dimensions, dimensions, dimensions]);
});

test('the alarm on findings notifies on request', () => {
  expect(facts(alarmsOf({ driftAlarmAction: true }).DriftAlarm)[5]).toBe(1);
});

test.each([5, 59, 61, 1440])('three intervals of %d minutes are a time that CloudWatch can look at', (minutes) => {
  const alarm = alarmsOf({ interval: Duration.minutes(minutes) }).IncompleteAlarm;
  const { Period, EvaluationPeriods } = alarm as { Period: number; EvaluationPeriods: number };
  expect(Period).toBe(minutes * 60);
  // CloudWatch's limits: a day, or seven days for periods of an hour and more.
  expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period >= 3600 ? 7 * 86400 : 86400);
});

test("actions go to the consumer's topic", () => {
  const stack = stackOf();
  const monitor = monitorIn(stack, { alertTopic: new Topic(stack, 'Mine') });
  const arn = stack.resolve(monitor.alertTopic.topicArn) as unknown;
  for (const alarm of [monitor.alarms!.detectionErrors, monitor.alarms!.incomplete, monitor.alarms!.deadLetters]) {
    expect((resourcesOf(stack)[stack.getLogicalId(alarm.node.defaultChild as never)].Properties.AlarmActions)).toEqual([arn]);
  }
});

test('every description ends in a heading of the runbook', () => {
  const headings = fs.readFileSync('docs/runbook.md', 'utf8').split('\n').filter((line) => line.startsWith('## '))
    .map((line) => line.slice(3).toLowerCase().replace(/[^a-z0-9 -]/g, '').replace(/ /g, '-'));
  for (const { AlarmDescription } of Object.values(alarmsOf())) {
    const [, heading] = /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription as string)!;
    expect(headings).toContain(heading);
  }
});
