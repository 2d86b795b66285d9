import { Duration, Tokenization } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DETECT_SETTINGS, DETECT_TIMEOUT_SECONDS, METRICS, parameterPrefix } from './contract';
import { grantDetectAccess, grantTableRead } from './detect-access';
import { makeChangeRule, makeSchedule, oldestUsefulCheck, readFrom } from './detect-triggers';
import { DriftAlarms } from './drift-alarms';
import { driftMetric } from './drift-metrics';
import { DriftMonitorProps } from './drift-monitor-props';
import { makeDriftAlarms } from './make-drift-alarms';
import { MessageDetail } from './message-detail';
import { checkMonitor } from './monitor-checks';
import { ParityPolicyResource } from './parity-policy-resource';
import { makeDriftTable, makeStateBucket } from './state-storage';
import { admitPublishers, ALARMS, makeTopic, subscribeEmails } from '../alerts/topic-access';
import { ComplianceKey } from '../foundation/compliance-key';
import { PackagedFunction } from '../private/packaged-function';
import { QueueWithDlq } from '../private/queue-with-dlq';

/**
 * Watches one environment: compares its parameters with the baseline's and tells what drifted, once.
 *
 * Each environment's stack has one monitor. Two monitors of different organizations or environments stand side by side in a stack.
 */
export class DriftMonitor extends Construct {
  /** `/{organization}/{environment}`: what this monitor watches. */
  public readonly parameterPrefix: string;
  /** Key that this monitor's resources are encrypted with. */
  public readonly encryptionKey: kms.IKey;
  /** Findings, runs and their history. */
  public readonly table: dynamodb.ITable;
  /** Policies, snapshots and walks under way. */
  public readonly stateBucket: s3.IBucket;
  /** Where messages and alarms go. */
  public readonly alertTopic: sns.ITopic;
  /** Names of parameters that changed, waiting for a check. */
  public readonly changeQueue: sqs.Queue;
  /** Where changes and scheduled checks end that failed to the last retry. */
  public readonly deadLetterQueue: sqs.Queue;
  /** The function that checks. Invoked with `{}` it reads everything and answers with all findings. */
  public readonly detectFunction: lambda.Function;
  /** Logs of the function that checks. */
  public readonly detectLogGroup: logs.LogGroup;
  /** The function that stores the policy at deployment. */
  public readonly policyFunction: lambda.Function;
  /** Sends changed parameter names to the queue. */
  public readonly changeRule: events.Rule;
  /** Starts the check. */
  public readonly scheduleRule: events.Rule;
  /** The alarms, unless they are switched off. */
  public readonly alarms?: DriftAlarms;

  /**
   * The organization, for what reports on it.
   *
   * @internal
   */
  public readonly _organizationName: string;
  /**
   * The environment.
   *
   * @internal
   */
  public readonly _environmentName: string;

  /**
   * @param scope Where the monitor belongs.
   * @param id Its name there. Another id on a live stack replaces everything, state included.
   * @param props What to watch, how often, and whom to tell.
   */
  constructor(scope: Construct, id: string, props: DriftMonitorProps) {
    super(scope, id);
    const timing = checkMonitor(this, props);
    const { profile, parity } = props;
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    this._organizationName = props.organizationName;
    this._environmentName = profile.name;
    this.parameterPrefix = parameterPrefix(this._organizationName, this._environmentName);

    const encryptionKey = new ComplianceKey(this, 'Key', { profile, removalPolicy, encryptionKey: props.encryptionKey }).key;
    this.encryptionKey = encryptionKey;
    this.table = props.table ?? makeDriftTable(this, { encryptionKey, removalPolicy, deletionProtection: profile.deletionProtection });
    this.stateBucket = props.stateBucket
      ?? makeStateBucket(this, { encryptionKey, removalPolicy, noncurrentVersionExpiration: profile.noncurrentVersionExpiration });
    this.alertTopic = makeTopic(this, 'Topic', encryptionKey, props.alertTopic);
    subscribeEmails(this, 'DriftMonitor.alertEmails', this.alertTopic, props.alertEmails ?? []);

    const changes = new QueueWithDlq(this, 'Changes', {
      encryptionKey,
      visibilityTimeout: Duration.seconds(6 * DETECT_TIMEOUT_SECONDS),
      maxReceiveCount: 10,
    });
    this.changeQueue = changes.queue;
    this.deadLetterQueue = changes.deadLetterQueue;

    const policy = new ParityPolicyResource(this, 'Policy', {
      parity, encryptionKey, removalPolicy, bucket: this.stateBucket, logRetention: profile.logRetention, runtime: props.runtime,
    });
    this.policyFunction = policy.handler.function;

    const detect = new PackagedFunction(this, 'Detect', {
      handler: 'drift/detect',
      description: `Compares ${profile.name} with ${parity.baseline}`,
      settings: {
        [DETECT_SETTINGS.organization]: props.organizationName,
        [DETECT_SETTINGS.environment]: profile.name,
        [DETECT_SETTINGS.baseline]: parity.baseline,
        [DETECT_SETTINGS.tableName]: this.table.tableName,
        [DETECT_SETTINGS.bucketName]: this.stateBucket.bucketName,
        [DETECT_SETTINGS.policyKey]: policy.policyKey,
        [DETECT_SETTINGS.queueUrl]: this.changeQueue.queueUrl,
        [DETECT_SETTINGS.topicArn]: this.alertTopic.topicArn,
        [DETECT_SETTINGS.readRate]: String(Math.floor(parity.readRate / parity.environments.length)),
        [DETECT_SETTINGS.fullWalkMinutes]: Tokenization.stringifyNumber(timing.fullWalkMinutes),
        [DETECT_SETTINGS.promotionWindowMinutes]: Tokenization.stringifyNumber(timing.promotionWindowMinutes),
        [DETECT_SETTINGS.messageDetail]: (props.messageDetail ?? MessageDetail.NAMES).value,
      },
      timeout: Duration.seconds(DETECT_TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention: profile.logRetention,
      logRemovalPolicy: removalPolicy,
      encryptionKey,
      deadLetterQueue: this.deadLetterQueue,
      maxEventAge: oldestUsefulCheck(timing.interval),
      runtime: props.runtime,
      role: props.role,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
    });
    this.detectFunction = detect.function;
    this.detectLogGroup = detect.logGroup;
    grantDetectAccess(detect, detect.role, {
      organization: props.organizationName,
      environment: profile.name,
      baseline: parity.baseline,
      table: this.table,
      bucket: this.stateBucket,
      queue: this.changeQueue,
      topic: this.alertTopic,
      encryptionKey,
    });

    const prefixes = [this.parameterPrefix, parameterPrefix(props.organizationName, parity.baseline)];
    this.changeRule = makeChangeRule(this, [...new Set(prefixes)], this.changeQueue);
    this.scheduleRule = makeSchedule(this, timing.interval, this.detectFunction);
    readFrom(this.changeQueue, this.detectFunction);

    if (props.alarms ?? true) {
      admitPublishers(this, this.alertTopic, ALARMS);
      this.alarms = makeDriftAlarms(this, {
        environment: profile.name,
        interval: timing.interval,
        topic: this.alertTopic,
        driftTopics: [props.driftAlarmAction ? this.alertTopic : undefined, profile.production ? props.criticalTopic : undefined],
        detect,
        changes,
        drift: this.metricConfigurationDrift(),
        detectionErrors: this.metricDriftDetectionErrors(),
        incomplete: this.metricDriftCheckIncomplete(),
      });
    }
  }

  /**
   * Lets somebody start a check and read its answer, which holds values of plain parameters.
   *
   * @param grantee Who may.
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.detectFunction.grantInvoke(grantee);
  }

  /**
   * Lets somebody read findings, runs and their history in the table.
   *
   * @param grantee Who may.
   */
  public grantReadFindings(grantee: iam.IGrantable): iam.Grant {
    return grantTableRead(this, grantee, this.table);
  }

  /**
   * Any metric of this monitor by its name in the namespace `ConfigCompliance`.
   *
   * @param metricName Name of the metric.
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return driftMetric(this._organizationName, this._environmentName, metricName, cloudwatch.Stats.MAXIMUM, options);
  }

  /**
   * Findings that are open, as each check saw them.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricConfigurationDrift(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.configurationDrift, options);
  }

  /**
   * Findings that wait for their promotion window to pass.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricPendingPromotion(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.pendingPromotion, options);
  }

  /**
   * Checks that ended with an error.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricDriftDetectionErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(METRICS.driftDetectionErrors, options);
  }

  /**
   * Checks that could not read everything.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricDriftCheckIncomplete(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(METRICS.driftCheckIncomplete, options);
  }

  /**
   * How long checks took, in milliseconds.
   *
   * @param options What differs: by default the average over 5 minutes.
   */
  public metricDriftDetectionDuration(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.driftDetectionDuration, { statistic: cloudwatch.Stats.AVERAGE, ...options });
  }

  /**
   * Names compared by a check.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricParametersCompared(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.parametersCompared, options);
  }

  /**
   * Calls to Parameter Store.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricSsmApiCalls(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(METRICS.ssmApiCalls, options);
  }

  /**
   * Findings that checks opened or re-opened.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricFindingsOpened(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(METRICS.findingsOpened, options);
  }

  /**
   * Findings that checks found to be gone.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricFindingsResolved(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(METRICS.findingsResolved, options);
  }

  /**
   * Waivers that end within seven days.
   *
   * @param options What differs: by default the maximum over 5 minutes.
   */
  public metricWaiversExpiring(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.waiversExpiring, options);
  }

  /**
   * How long resolved findings had been open, in hours.
   *
   * @param options What differs: by default the average over 5 minutes.
   */
  public metricTimeToResolveHours(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.timeToResolveHours, { statistic: cloudwatch.Stats.AVERAGE, ...options });
  }

  private sum(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(metricName, { statistic: cloudwatch.Stats.SUM, ...options });
  }
}
