import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlertTopics } from './alerts/alert-topics';
import { ComplianceMonitoringSystemProps } from './compliance-monitoring-system-props';
import { DriftMonitor } from './drift/drift-monitor';
import { applyGovernanceTags } from './foundation/apply-governance-tags';
import { BucketsSource } from './foundation/buckets-source';
import { ComplianceKey } from './foundation/compliance-key';
import { EnvironmentProfile } from './foundation/environment-profile';
import { IParityBuckets } from './foundation/parity-buckets-props';
import { addOutputs, Output } from './private/outputs';

/**
 * Everything that keeps one environment the same as the others and compliant.
 *
 * It wires the parts and creates no resource of its own: each part can be used alone.
 */
export class ComplianceMonitoringSystem extends Construct {
  /** The environment. */
  public readonly profile: EnvironmentProfile;
  /** Key that everything is encrypted with. */
  public readonly encryptionKey: kms.IKey;
  /** Config bucket and compliance-report bucket, unless there are none. */
  public readonly buckets?: IParityBuckets;
  /** Compares the environment's parameters with the baseline's. */
  public readonly driftMonitor: DriftMonitor;
  /** Where messages and alarms go. */
  public readonly alertTopic: sns.ITopic;
  /** Where goes what cannot wait; in production, or where it is given. */
  public readonly criticalTopic?: sns.ITopic;
  /** `/{organization}/{environment}`, without a slash at the end. */
  public readonly parameterPrefix: string;

  /**
   * @param scope Where the system belongs, usually a stack for each environment.
   * @param id Its name there. Another id on a live stack replaces everything, state included.
   * @param props What to watch and whom to tell.
   */
  constructor(scope: Construct, id: string, props: ComplianceMonitoringSystemProps) {
    super(scope, id);
    this.profile = props.profile;
    const buckets = props.buckets ?? BucketsSource.create();
    this.encryptionKey = new ComplianceKey(this, 'Key', {
      profile: props.profile,
      encryptionKey: props.encryptionKey,
      removalPolicy: safest(props.drift?.removalPolicy ?? props.profile.removalPolicy, buckets._removalPolicy(props.profile)),
    }).key;
    this.buckets = buckets._bind(this, 'Buckets', { profile: props.profile, encryptionKey: this.encryptionKey });
    const topics = new AlertTopics(this, 'Alerts', {
      profile: props.profile,
      encryptionKey: this.encryptionKey,
      alertTopic: props.alertTopic,
      criticalTopic: props.criticalTopic,
      alertEmails: props.alertEmails,
      criticalEmails: props.criticalEmails,
    });
    this.alertTopic = topics.alertTopic;
    this.criticalTopic = topics.criticalTopic;
    this.driftMonitor = new DriftMonitor(this, 'Drift', {
      ...props.drift,
      stateBucket: props.drift?.stateBucket ?? this.buckets?.configBucket,
      organizationName: props.organizationName,
      profile: props.profile,
      parity: props.parity,
      interval: props.driftCheckInterval,
      alertTopic: this.alertTopic,
      criticalTopic: this.criticalTopic,
      encryptionKey: this.encryptionKey,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
    });
    this.parameterPrefix = this.driftMonitor.parameterPrefix;
    applyGovernanceTags(this, props.organizationName, props.profile.name, props.tags);
    if (props.outputs ?? true) { addOutputs(this, this.listOutputs(), props.exportOutputs ?? false); }
  }

  private listOutputs(): Output[] {
    const buckets: Output[] = this.buckets ? [{
      name: 'ConfigBucketName', exportSuffix: 'config-bucket', value: this.buckets.configBucket.bucketName,
      description: 'Configuration of the environment, and state of the drift check',
    }, {
      name: 'ComplianceBucketName', exportSuffix: 'compliance-bucket', value: this.buckets.reportsBucket.bucketName,
      description: 'Compliance reports, and what AWS Config delivers',
    }] : [];
    return [...buckets, {
      name: 'StateTableName', exportSuffix: 'state-table', value: this.driftMonitor.table.tableName, description: 'Findings and runs of the drift check',
    }, {
      name: 'DriftDetectionFunctionArn', exportSuffix: 'drift-function', value: this.driftMonitor.detectFunction.functionArn,
      description: 'Invoke it with {} to check now',
    }, {
      name: 'AlertTopicArn', exportSuffix: 'alert-topic', value: this.alertTopic.topicArn, description: 'Messages about drift, and alarms',
    }, {
      name: 'ParameterStorePrefix', exportSuffix: 'parameter-prefix', value: this.parameterPrefix, description: 'What is watched',
    }, {
      name: 'KMSKeyId', exportSuffix: 'kms-key', value: this.encryptionKey.keyId, description: 'Encrypts everything of this system',
    }];
  }
}

/** A key is destroyed only together with everything that it encrypts. */
function safest(...policies: (RemovalPolicy | undefined)[]): RemovalPolicy {
  return policies.find((policy) => policy !== undefined && policy !== RemovalPolicy.DESTROY) ?? RemovalPolicy.DESTROY;
}
