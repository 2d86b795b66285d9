import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ComplianceKey } from './compliance-key';
import { DEPLOYMENT_METRICS, RECORD_DEPLOYMENT_SETTINGS, RECORD_DEPLOYMENT_TIMEOUT_SECONDS, STACK_STATUS_EVENT } from './contract';
import { DeploymentRecordProps } from './deployment-record-props';
import { KeyUse } from './key-use';
import { deployedStack, stackIdPrefixes } from './recorded-stacks';
import { admitPublishers, ALARMS } from '../alerts/topic-access';
import { deployedPartition, deploymentsPartition, FINAL_STATUSES } from '../drift/contract';
import { driftMetric } from '../drift/drift-metrics';
import { acknowledgeActions, acknowledgeRule } from '../private/acknowledge';
import { admit, DATA_KEY_ACTIONS, grantKeyThrough, TABLE_KEY_ACTIONS } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';
import { DeadLetterQueue, deadLetterAlarm } from '../private/queue-with-dlq';
import { requireOrganizationName, requireText } from '../private/validation';

/** Lambda gives up an asynchronous invocation after six hours at the latest. */
const OLDEST_EVENT = Duration.hours(6);

/**
 * Records how deployments of stacks ended: when, of which stack, with which version, and whether they succeeded, were rolled back,
 * failed half-way or deleted the stack.
 *
 * It listens to CloudFormation's events and takes no part in a deployment, so that none waits or fails because of it. Events may come
 * late, twice and in any order; each is recorded once. A deployment that could not be recorded raises an alarm. Who may read the records
 * is up to `DriftMonitor.grantReadFindings`.
 */
export class DeploymentRecord extends Construct {
  /** The function that records. */
  public readonly recordFunction: lambda.Function;
  /** Logs of the function: a line for each deployment. */
  public readonly recordLogGroup: logs.LogGroup;
  /** Events of deployments that could not be recorded, for 14 days. */
  public readonly deadLetterQueue: sqs.Queue;
  /** There are deployments that could not be recorded. */
  public readonly deadLetterAlarm: cloudwatch.Alarm;
  /** What listens to CloudFormation: a rule for every seven stacks. */
  public readonly rules: events.Rule[];

  private readonly organizationName: string;
  private readonly environmentName: string;

  /**
   * @param scope Where the record belongs. It cannot record that its own stack was created without success or deleted, since it goes
   *   with it: for that, stand it in another stack of the account and region.
   * @param id Its name there. Another id on a live stack loses what is in the dead-letter queue; the table keeps its history.
   * @param props Which stacks, in which table, and whom to tell.
   */
  constructor(scope: Construct, id: string, props: DeploymentRecordProps) {
    super(scope, id);
    requireOrganizationName('DeploymentRecord.organizationName', props.organizationName);
    if (props.deploymentVersion !== undefined) {
      requireText('DeploymentRecord.deploymentVersion', props.deploymentVersion, 256, 'give a release or a commit, or leave it out');
    }
    const prefixes = stackIdPrefixes(this, props);
    const { profile, table } = props;
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    this.organizationName = props.organizationName;
    this.environmentName = profile.name;

    const encryptionKey = new ComplianceKey(this, 'Key', { profile, removalPolicy, encryptionKey: props.encryptionKey }).key;
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', encryptionKey);
    admit(this, encryptionKey, KeyUse.EVENTS);
    this.deadLetterQueue = deadLetterQueue;
    acknowledgeRule(deadLetterQueue, 'SQSQueueDLQ', 'It is a dead-letter queue itself, of the function and of the rules that invoke it');

    const record = new PackagedFunction(this, 'Record', {
      handler: 'foundation/record-deployment',
      description: `Records the deployments of ${profile.name}`,
      settings: {
        [RECORD_DEPLOYMENT_SETTINGS.organization]: props.organizationName,
        [RECORD_DEPLOYMENT_SETTINGS.environment]: profile.name,
        [RECORD_DEPLOYMENT_SETTINGS.tableName]: table.tableName,
        [RECORD_DEPLOYMENT_SETTINGS.ownStack]: deployedStack(this).stackName,
        ...(props.deploymentVersion === undefined ? {} : { [RECORD_DEPLOYMENT_SETTINGS.version]: props.deploymentVersion }),
      },
      timeout: Duration.seconds(RECORD_DEPLOYMENT_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention: profile.logRetention,
      logRemovalPolicy: removalPolicy,
      encryptionKey,
      deadLetterQueue,
      maxEventAge: OLDEST_EVENT,
      runtime: props.runtime,
      role: props.role,
    });
    this.recordFunction = record.function;
    this.recordLogGroup = record.logGroup;
    iam.Grant.addToPrincipal({
      grantee: record.role,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [table.tableArn],
      // Deployments only: neither findings nor the lease.
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [deploymentsPartition(profile.name), deployedPartition(profile.name)] } },
    });
    grantKeyThrough(this, table.encryptionKey, record.role, 'dynamodb', TABLE_KEY_ACTIONS);
    acknowledgeActions(this, TABLE_KEY_ACTIONS, 'DynamoDB asks for all of these forms, on one key and through DynamoDB only');
    // What the function writes to the queue of failed events, it encrypts.
    grantKeyThrough(this, encryptionKey, record.role, 'sqs', DATA_KEY_ACTIONS);

    this.rules = prefixes.map((stackIds, index) => this.listen(`Rule${index === 0 ? '' : index + 1}`, stackIds));
    if (props.alertTopic) { admitPublishers(this, props.alertTopic, ALARMS); }
    this.deadLetterAlarm = deadLetterAlarm(this, deadLetterQueue, {
      description: `Deployments of ${profile.name} could not be recorded.`, runbook: 'deployments-not-recorded', topics: [props.alertTopic],
    });
  }

  /**
   * Deployments that ended, whatever their outcome.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricDeployments(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(DEPLOYMENT_METRICS.deployments, options);
  }

  /**
   * Deployments that were rolled back.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricDeploymentsRolledBack(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(DEPLOYMENT_METRICS.deploymentsRolledBack, options);
  }

  /**
   * Deployments that failed and left their stack half-way.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricDeploymentsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum(DEPLOYMENT_METRICS.deploymentsFailed, options);
  }

  private listen(id: string, stackIds: string[]): events.Rule {
    return new events.Rule(this, id, {
      description: `Sends ends of deployments of ${this.environmentName} to their record`,
      eventPattern: {
        source: [STACK_STATUS_EVENT.source],
        detailType: [STACK_STATUS_EVENT.detailType],
        detail: { 'stack-id': stackIds.map((prefix) => ({ prefix })), 'status-details': { status: Object.keys(FINAL_STATUSES) } },
      },
      targets: [new targets.LambdaFunction(this.recordFunction, {
        deadLetterQueue: this.deadLetterQueue, maxEventAge: OLDEST_EVENT, retryAttempts: 185,
      })],
    });
  }

  private sum(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return driftMetric(this.organizationName, this.environmentName, metricName, cloudwatch.Stats.SUM, options);
  }
}
