import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import {
  DELIVERY_DETAIL_TYPES, DELIVERY_FAILURES, FIRST_CHECK_RESOURCE_TYPE, FIRST_CHECK_SETTLE_SECONDS, FirstCheckDocument, RECORDER_HEALTH_SETTINGS,
  RECORDER_HEALTH_TIMEOUT_SECONDS, RECORDER_METRICS, SCHEDULED_HEALTH_CHECK,
} from './contract';
import { RecorderAlarms } from './recorder-alarms';
import { ALARMS, admitPublishers } from '../alerts/topic-access';
import { DIMENSIONS, METRIC_NAMESPACE } from '../drift/contract';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { acknowledgeResources } from '../private/acknowledge';
import { makeAlarm } from '../private/alarm';
import { PackagedFunction } from '../private/packaged-function';

export interface RecorderHealthProps {
  readonly organizationName: string;
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly interval: Duration;
  readonly alarms: boolean;
  readonly alertTopic?: sns.ITopic;
  readonly criticalTopic?: sns.ITopic;
  readonly runtime?: lambda.Runtime;
  /** What has to be there before the first check, which would raise the alarm. */
  readonly after: IConstruct[];
}

/** Looks at recorder and channel on a schedule, and at once when AWS Config tells of a failed delivery. */
export class RecorderHealth extends Construct {
  public readonly function: lambda.Function;
  public readonly alarms?: RecorderAlarms;

  constructor(scope: Construct, id: string, private readonly props: RecorderHealthProps) {
    super(scope, id);
    this.function = this.makeFunction();
    this.makeRules();
    if (props.alarms) { this.alarms = this.makeAlarms(); }
  }

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [DIMENSIONS.organization]: this.props.organizationName },
      statistic: cloudwatch.Stats.MAXIMUM,
      period: this.interval(),
      ...options,
    });
  }

  private makeFunction(): lambda.Function {
    const { organizationName, profile, encryptionKey, interval, runtime } = this.props;
    const check = new PackagedFunction(this, 'Check', {
      handler: 'rules/recorder-health',
      description: 'Looks whether AWS Config records and delivers',
      settings: { [RECORDER_HEALTH_SETTINGS.organization]: organizationName },
      timeout: Duration.seconds(RECORDER_HEALTH_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention: profile.logRetention,
      logRemovalPolicy: profile.removalPolicy,
      encryptionKey,
      // A check that is older than the next one tells nothing new.
      maxEventAge: interval.isUnresolved() ? undefined : Duration.minutes(Math.min(interval.toMinutes(), 360)),
      failuresAreSeen: 'An alarm tells that a check is missing, whatever stopped it; the next check sees the same state, so that nothing is lost to be kept',
      runtime,
    });
    const recorders = Stack.of(this).formatArn({ service: 'config', resource: 'configuration-recorder', resourceName: '*' });
    const grant = (actions: string[], resource: string) => iam.Grant.addToPrincipal({ grantee: check.role, actions, resourceArns: [resource] });
    // AWS offers no narrower resource for these; PackagedFunction says so of `*` already.
    grant(['config:DescribeDeliveryChannelStatus', 'config:ListConfigurationRecorders'], '*');
    grant(['config:DescribeConfigurationRecorderStatus'], recorders);
    acknowledgeResources(check, [recorders], 'The account has one recorder of its own, and its name is known only when it is found');
    return check.function;
  }

  private makeRules(): void {
    const target = (event?: events.RuleTargetInput) => new targets.LambdaFunction(this.function, { event, retryAttempts: 2 });
    const schedule = new events.Rule(this, 'Schedule', {
      description: 'Starts the check of the Config recorder',
      schedule: events.Schedule.rate(this.props.interval),
      targets: [target(events.RuleTargetInput.fromObject(SCHEDULED_HEALTH_CHECK))],
    });
    schedule.node.addDependency(...this.props.after);
    new events.Rule(this, 'DeliveryFailures', {
      description: 'Tells the check of the Config recorder that a delivery failed',
      eventPattern: {
        source: ['aws.config'], account: [Stack.of(this).account], detailType: DELIVERY_DETAIL_TYPES, detail: { messageType: DELIVERY_FAILURES },
      },
      targets: [target()],
    });
  }

  private makeAlarms(): RecorderAlarms {
    const { alertTopic, criticalTopic } = this.props;
    for (const topic of [alertTopic, criticalTopic]) { if (topic) { admitPublishers(this, topic, ALARMS); } }
    // What nobody knows is neither well nor stopped: the alarm has no data then, and the last of the three tells.
    const missing = cloudwatch.TreatMissingData.MISSING;
    const alarms = {
      stopped: makeAlarm(this, 'StoppedAlarm', {
        metric: this.metric(RECORDER_METRICS.stopped),
        threshold: 1,
        treatMissingData: missing,
        description: 'AWS Config does not record in this account and region.',
        runbook: 'config-recorder-stopped',
        topics: [alertTopic, criticalTopic],
      }),
      deliveryFailed: makeAlarm(this, 'DeliveryFailedAlarm', {
        metric: this.metric(RECORDER_METRICS.deliveryFailed),
        threshold: 1,
        treatMissingData: missing,
        description: 'AWS Config could not deliver what it recorded.',
        runbook: 'config-delivery-failed',
        topics: [alertTopic],
      }),
      // Two, since a check may come late by some seconds, and one throttled check is nobody's business.
      checkErrors: makeAlarm(this, 'CheckErrorsAlarm', {
        metric: this.metric(RECORDER_METRICS.checkErrors),
        threshold: 1,
        evaluationPeriods: 2,
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
        description: 'Twice in a row nobody could tell whether AWS Config records and delivers.',
        runbook: 'config-recorder-check-errors',
        topics: [alertTopic],
      }),
    };
    alarms.checkErrors.node.addDependency(this.firstCheck());
    return alarms;
  }

  /** A new alarm that takes silence for a failure rings at once: there has to be a value before it, and not only when the schedule comes round. */
  private firstCheck(): CustomResource {
    const properties: FirstCheckDocument = { Organization: this.props.organizationName, SettleSeconds: String(FIRST_CHECK_SETTLE_SECONDS) };
    const resource = new CustomResource(this, 'FirstCheck', {
      resourceType: FIRST_CHECK_RESOURCE_TYPE,
      serviceToken: this.function.functionArn,
      // A minute more than the function has.
      serviceTimeout: Duration.seconds(RECORDER_HEALTH_TIMEOUT_SECONDS + 60),
      properties,
    });
    // What the function may do comes before the function, and that before this.
    resource.node.addDependency(...this.props.after);
    return resource;
  }

  /** An alarm's period must be known at synth. */
  private interval(): Duration {
    return this.props.interval.isUnresolved() ? Duration.hours(1) : this.props.interval;
  }
}
