import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, Dependable, IConstruct } from 'constructs';
import { ConfigRecorderProps } from './config-recorder-props';
import { RECORDER_METRICS } from './contract';
import { RecorderAlarms } from './recorder-alarms';
import { RecorderHealth } from './recorder-health';
import { RecorderSource } from './recorder-source';
import { applyGovernanceTags } from '../foundation/apply-governance-tags';
import { configDeliveryStatements, refuseLockedReports } from '../foundation/bucket-access';
import { ComplianceKey } from '../foundation/compliance-key';
import { refuse, requireMinutes, requireOrganizationName } from '../private/validation';

/**
 * The Config recorder of an account and region, and a watch over its health.
 *
 * Whoever needs the recorder waits for it: `rule.node.addDependency(recorder)`. Without one AWS Config takes no rule.
 */
export class ConfigRecorder extends Construct {
  /**
   * What the policy of an imported delivery bucket must allow, so that AWS Config can deliver to it.
   *
   * @param scope Any construct in the stack whose account delivers.
   * @param deliveryBucket The bucket.
   * @param deliveryPrefix What comes before `AWSLogs/` in it, if anything.
   */
  public static requiredBucketStatements(scope: IConstruct, deliveryBucket: s3.IBucket, deliveryPrefix?: string): iam.PolicyStatement[] {
    return configDeliveryStatements(scope, deliveryBucket, deliveryPrefix);
  }

  /** Name of the recorder: the one made, or the one found. */
  public readonly recorderName: string;
  /** Looks whether AWS Config records and delivers. Invoke it with `{}` to look now. */
  public readonly healthFunction: lambda.IFunction;
  /** Alarms on the recorder's health, unless they are switched off. */
  public readonly alarms?: RecorderAlarms;

  private readonly health: RecorderHealth;

  /**
   * @param scope Where the recorder belongs.
   * @param id Its name there. Under another id on a live stack an ensured recorder counts as somebody else's, and is left as it is.
   * @param props Where the recorder comes from, where it delivers and whom to tell.
   */
  constructor(scope: Construct, id: string, props: ConfigRecorderProps) {
    super(scope, id);
    const { organizationName, profile, deliveryBucket } = props;
    requireOrganizationName('ConfigRecorder.organizationName', organizationName);
    const interval = props.healthCheckInterval ?? Duration.minutes(15);
    requireMinutes('ConfigRecorder.healthCheckInterval', interval, 5, 1440, 'choose a time between 5 minutes and a day');
    if (deliveryBucket) { refuseLockedReports('ConfigRecorder.deliveryBucket', deliveryBucket); }

    const { key: encryptionKey } = new ComplianceKey(this, 'Key', { profile, encryptionKey: props.encryptionKey });
    const bound = (props.source ?? RecorderSource.ensure())._bind(this, 'Recorder', {
      profile,
      encryptionKey,
      runtime: props.runtime,
      deliveryBucket: () => deliveryBucket ?? refuse('ConfigRecorder.deliveryBucket', undefined, 'a bucket, unless the recorder exists',
        'give the reports bucket of ParityBuckets, or use RecorderSource.existing()'),
    });
    this.recorderName = bound.recorderName;
    // Not on the whole of this: a rule need not wait for alarms.
    Dependable.implement(this, { get dependencyRoots() { return bound.ready; } });

    this.health = new RecorderHealth(this, 'Health', {
      organizationName,
      profile,
      encryptionKey,
      interval,
      alarms: props.alarms ?? true,
      alertTopic: props.alertTopic,
      criticalTopic: props.criticalTopic,
      runtime: props.runtime,
      after: bound.ready,
    });
    this.healthFunction = this.health.function;
    this.alarms = this.health.alarms;
    applyGovernanceTags(this, organizationName, profile.name, props.tags);
  }

  /**
   * Any metric of the recorder's health by its name in the namespace `ConfigCompliance`.
   *
   * @param metricName Name of the metric.
   * @param options What differs: by default the maximum over the check's interval.
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.health.metric(metricName, options);
  }

  /**
   * 1 when nothing records or recording fails, 0 when it does, and no value when nobody knows.
   *
   * @param options What differs: by default the maximum over the check's interval.
   */
  public metricConfigRecorderStopped(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(RECORDER_METRICS.stopped, options);
  }

  /**
   * 1 when the last delivery failed or there is no delivery channel, 0 when it did not, and no value when nobody knows.
   *
   * @param options What differs: by default the maximum over the check's interval.
   */
  public metricConfigDeliveryFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(RECORDER_METRICS.deliveryFailed, options);
  }

  /**
   * 1 when a check could not read everything.
   *
   * @param options What differs: by default the maximum over the check's interval.
   */
  public metricConfigRecorderCheckErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(RECORDER_METRICS.checkErrors, options);
  }
}
