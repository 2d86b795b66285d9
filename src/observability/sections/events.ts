import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { graph, GRID_WIDTH, numbers, Section } from './section';
import { ComplianceEventHub } from '../../events/compliance-event-hub';
import { SCORE_LINES } from '../../events/contract';

/** Lines of the last rounds of `events/watch`. An account or rule without one is not in the table. */
function table(title: string, logGroup: logs.ILogGroup, queryLines: string[]): cloudwatch.IWidget {
  return new cloudwatch.LogQueryWidget({
    width: GRID_WIDTH / 2, height: 8, title, logGroupNames: [logGroup.logGroupName], queryLines, view: cloudwatch.LogQueryVisualizationType.TABLE,
  });
}

/** What the hub hears, how the accounts stand, and how well it does its work. */
export function eventsSection(hub: ComplianceEventHub): Section {
  const percentile = (percent: number) =>
    hub.metricEventLatency({ statistic: cloudwatch.Stats.percentile(percent), label: `p${percent}` });
  const messages = (label: string) => ({ label, statistic: cloudwatch.Stats.MAXIMUM });
  return {
    title: `Compliance events of ${hub.hubName}`,
    widgets: [
      numbers('As it stands', [
        hub.metricComplianceScore({ label: 'score (%)' }),
        hub.metricViolationNotifications({ label: 'violations announced', period: Duration.days(1) }),
        hub.metricSilentMembers({ label: 'silent members' }),
        hub.metricUnhealthyRecorders({ label: 'recorders that do not record' }),
        hub.deadLetterQueue.metricApproximateNumberOfMessagesVisible(messages('events nobody could process')),
      ]),
      new cloudwatch.GraphWidget({
        width: GRID_WIDTH,
        height: 6,
        title: 'Events of the last 24 hours',
        start: '-PT24H',
        end: 'PT0H',
        left: [
          hub.metricEventsProcessed({ label: 'stored', period: Duration.minutes(15) }),
          hub.metricEventProcessingErrors({ label: 'failed', period: Duration.minutes(15) }),
          hub.metricViolationNotifications({ label: 'violations announced', period: Duration.minutes(15) }),
        ],
        leftYAxis: { min: 0 },
      }),
      table('Score by account', hub.watchLogGroup, [
        'fields account, score, compliant, nonCompliant',
        `filter message = "${SCORE_LINES.score}"`,
        'sort @timestamp desc',
        // Nothing but a limit may follow it.
        'dedup account',
        'limit 100',
      ]),
      table('Rules that most resources break', hub.watchLogGroup, [
        'fields rule, nonCompliant',
        `filter message = "${SCORE_LINES.failingRule}"`,
        'stats latest(nonCompliant) as resources by rule',
        'sort resources desc',
        'limit 20',
      ]),
      graph('Compliance score (%)', [hub.metricComplianceScore({ label: 'all accounts', period: Duration.hours(1) })]),
      graph('From result to store (ms)', [percentile(50), percentile(95), percentile(99)]),
      graph('Events that could not be processed (%), and kept', [hub.metricErrorRate({ label: 'error rate' })],
        [hub.deadLetterQueue.metricApproximateNumberOfMessagesVisible(messages('kept'))]),
      graph('Waiting, and age of the oldest (s)', [hub.eventQueue.metricApproximateNumberOfMessagesVisible(messages('events'))],
        [hub.eventQueue.metricApproximateAgeOfOldestMessage(messages('age'))]),
      graph('Seen before, older than what is known, written at the same moment', [
        hub.metricEventsDuplicate({ label: 'duplicate' }), hub.metricEventsStale({ label: 'stale' }), hub.metricCommitConflicts({ label: 'conflicts' }),
      ]),
      graph('Learned from AWS Config only, and counters that were wrong', [
        hub.metricEventsLearnedByBackfill({ label: 'learned' }), hub.metricCounterAuditMismatch({ label: 'wrong counters' }),
      ]),
      graph('Members that are silent, not recording, or cannot be read', [
        hub.metricSilentMembers({ label: 'silent' }), hub.metricUnhealthyRecorders({ label: 'not recording' }),
        hub.metricUnreadableMembers({ label: 'cannot be read' }),
      ]),
    ],
  };
}
