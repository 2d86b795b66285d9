import { Resource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { StateChangedOptions } from './announcement-rule';
import { IComplianceEventHub } from './compliance-event-hub-props';
import { EVENT_METRICS } from './contract';
import { grantTable } from './event-table';
import { errorRate, hubMetric } from './hub-metrics';
import { makeAnnouncementRule } from './make-announcement-rule';

/**
 * What every hub can do, be it new or made elsewhere.
 *
 * @internal
 */
export abstract class HubBase extends Resource implements IComplianceEventHub {
  /** Its name: also the name of its bus, and the dimension `Hub` of its metrics. */
  public abstract readonly hubName: string;
  /** The bus that members send to. */
  public abstract readonly eventBus: events.IEventBus;
  /** The bus that says what changed, and that members cannot write to. */
  public abstract readonly announcementBus: events.IEventBus;
  /** The table of events, states and counters. */
  public abstract readonly eventTable: dynamodb.ITable;
  /** Key that everything of the hub is encrypted with. */
  public abstract readonly encryptionKey: kms.IKey;
  /** Where exports and reports lie. */
  public abstract readonly reportsBucket: s3.IBucket;

  /**
   * Lets somebody read events, states and counters.
   *
   * @param grantee Who may.
   */
  public grantReadEvents(grantee: iam.IGrantable): iam.Grant {
    return grantTable(this, this.eventTable, grantee, 'BatchGetItem', 'GetItem', 'Query', 'QueryTimeline', 'QueryRules');
  }

  /**
   * Sends announcements of changed compliance to a target of your own. An announcement may come twice, with the same `eventId`.
   *
   * The rule stands in the hub's stack. For a target of another stack that itself refers to the hub, make an `events.Rule` there, with
   * `ComplianceAnnouncements.pattern`.
   *
   * @param id Name of the rule below the hub. Another one on a live stack makes another rule.
   * @param options Which announcements, and where they go: by default all that somebody is to be told of.
   */
  public onStateChanged(id: string, options: StateChangedOptions = {}): events.Rule {
    return makeAnnouncementRule(this, id, this.announcementBus, 'IComplianceEventHub.onStateChanged', options);
  }

  /**
   * Any metric of this hub by its name in the namespace `ConfigCompliance`.
   *
   * @param metricName Name of the metric.
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return hubMetric(this.hubName, metricName, cloudwatch.Stats.SUM, options);
  }

  /**
   * Events that were processed, whether they brought something new or not.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricEventsProcessed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.processed, options);
  }

  /**
   * Attempts to process an event that failed.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricEventProcessingErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.errors, options);
  }

  /**
   * Share of events that could not be processed, in percent.
   *
   * @param options What differs: by default over 5 minutes.
   */
  public metricErrorRate(options?: cloudwatch.MathExpressionOptions): cloudwatch.MathExpression {
    return errorRate(this.hubName, options);
  }

  /**
   * Violations that were announced as alerts.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricViolationNotifications(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.notifications, options);
  }

  /**
   * Milliseconds from when AWS Config recorded a result to when the hub had stored it.
   *
   * @param options What differs: by default the 99th percentile over 5 minutes.
   */
  public metricEventLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.latency, { statistic: cloudwatch.Stats.percentile(99), ...options });
  }

  /**
   * Percent of resources, counted once for each rule, that comply.
   *
   * @param options What differs: by default the average over 5 minutes.
   */
  public metricComplianceScore(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.score, { statistic: cloudwatch.Stats.AVERAGE, ...options });
  }

  /**
   * Events that the hub had already.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricEventsDuplicate(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.duplicate, options);
  }

  /**
   * Events that are older than what the hub knew of the same resource and rule.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricEventsStale(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.stale, options);
  }

  /**
   * Writes that had to be repeated because another one came first.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricCommitConflicts(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.conflicts, options);
  }

  /**
   * What no event told and only AWS Config knew.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricEventsLearnedByBackfill(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.learnedByBackfill, options);
  }

  /**
   * Counters that a nightly recount found wrong.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricCounterAuditMismatch(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.auditMismatch, options);
  }

  /**
   * Accounts and regions that do not report.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricSilentMembers(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.silentMembers, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /**
   * Accounts and regions whose recorder is stopped or does not deliver.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricUnhealthyRecorders(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.unhealthyRecorders, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /**
   * Accounts and regions whose AWS Config the backfill could not read.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricUnreadableMembers(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(EVENT_METRICS.unreadableMembers, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }
}
