import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlertTopics } from './alerts/alert-topics';
import { DriftMonitor } from './drift/drift-monitor';
import { DriftMonitorOptions } from './drift/drift-monitor-props';
import { ParityPolicy } from './drift/parity-policy';
import { applyGovernanceTags } from './foundation/apply-governance-tags';
import { BucketsSource } from './foundation/buckets-source';
import { ComplianceKey } from './foundation/compliance-key';
import { EnvironmentProfile } from './foundation/environment-profile';
import { GovernanceTags } from './foundation/governance-tags';
import { IParityBuckets } from './foundation/parity-buckets-props';
import { nameInStack } from './private/naming';

/**
 * Props of `ComplianceMonitoringSystem`.
 */
export interface ComplianceMonitoringSystemProps {
  /**
   * First level of the parameters' names: `/{organizationName}/{environment}/…`.
   *
   * Up to 64 letters, digits and the characters `_.-`, the first a letter or a digit; not starting with `aws` or `ssm`. Another name on a
   * live stack watches other parameters.
   */
  readonly organizationName: string;

  /**
   * The environment: its name, and its retentions and protections.
   */
  readonly profile: EnvironmentProfile;

  /**
   * What "the same in every environment" means. Hand the same policy to the system of each environment.
   */
  readonly parity: ParityPolicy;

  /**
   * Who receives messages and alarms by email. Each address has to confirm once.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly alertEmails?: string[];

  /**
   * Topic of your own for messages and alarms. For an imported one see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Topic of your own for what cannot wait. For an imported one see `AlertTopics.requiredTopicStatements`.
   *
   * @default - a new topic in production, and none elsewhere
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Who receives what cannot wait by email. Each address has to confirm once. Without a critical topic they are told nothing.
   *
   * @default - those of alertEmails
   */
  readonly criticalEmails?: string[];

  /**
   * Key of your own for whatever the system creates. For an imported one see `ComplianceKey.requiredKeyStatements`.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Config bucket and compliance-report bucket: new ones, your own, or none.
   *
   * The drift monitor keeps its state below `parity/` in the config bucket, unless `drift.stateBucket` names another; without buckets it
   * makes one of its own. Another source on a live stack leaves the old buckets behind, with what they hold, and starts with a full walk.
   *
   * @default BucketsSource.create()
   */
  readonly buckets?: BucketsSource;

  /**
   * How often a drift check starts by itself. Whole minutes, from 5 to 1440.
   *
   * @default Duration.minutes(60)
   */
  readonly driftCheckInterval?: Duration;

  /**
   * The rest of the drift monitor's settings.
   *
   * @default - the monitor's defaults
   */
  readonly drift?: DriftMonitorOptions;

  /**
   * Tags on everything that takes tags.
   *
   * @default - Environment, Organization, CostCenter `infrastructure` and DataClassification `Confidential`
   */
  readonly tags?: GovernanceTags;

  /**
   * VPC for the functions that may stand in one.
   *
   * @default - no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets in the VPC. Only with `vpc`.
   *
   * @default - the VPC's private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the functions. Only with `vpc`.
   *
   * @default - a new one that lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether the stack gets outputs: `ConfigBucketName` and `ComplianceBucketName` where there are buckets, `StateTableName`,
   * `DriftDetectionFunctionArn`, `AlertTopicArn`, `ParameterStorePrefix`, `KMSKeyId`.
   *
   * The first system of a stack has these names; further ones put their own id before each.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * Whether the outputs are exported as well, as `{stack}-config-bucket`, `{stack}-compliance-bucket`, `{stack}-state-table`,
   * `{stack}-drift-function`, `{stack}-alert-topic`, `{stack}-parameter-prefix` and `{stack}-kms-key`; further systems of a stack put their
   * own id after the stack's name.
   *
   * CloudFormation refuses to change or remove an export that another stack imports.
   *
   * @default false
   */
  readonly exportOutputs?: boolean;
}

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
    if (props.outputs ?? true) { this.addOutputs(props.exportOutputs ?? false); }
  }

  private addOutputs(exported: boolean): void {
    const stack = Stack.of(this);
    const first = this.isFirstOfItsStack();
    const outputPrefix = first ? '' : nameInStack(this);
    const exportPrefix = first ? stack.stackName : `${stack.stackName}-${outputPrefix}`;
    const output = (name: string, exportSuffix: string, description: string, value: string) => {
      new CfnOutput(this, name, { value, description, exportName: exported ? `${exportPrefix}-${exportSuffix}` : undefined })
        .overrideLogicalId(`${outputPrefix}${name}`);
    };
    if (this.buckets) {
      output('ConfigBucketName', 'config-bucket', 'Configuration of the environment, and state of the drift check', this.buckets.configBucket.bucketName);
      output('ComplianceBucketName', 'compliance-bucket', 'Compliance reports, and what AWS Config delivers', this.buckets.reportsBucket.bucketName);
    }
    output('StateTableName', 'state-table', 'Findings and runs of the drift check', this.driftMonitor.table.tableName);
    output('DriftDetectionFunctionArn', 'drift-function', 'Invoke it with {} to check now', this.driftMonitor.detectFunction.functionArn);
    output('AlertTopicArn', 'alert-topic', 'Messages about drift, and alarms', this.alertTopic.topicArn);
    output('ParameterStorePrefix', 'parameter-prefix', 'What is watched', this.parameterPrefix);
    output('KMSKeyId', 'kms-key', 'Encrypts everything of this system', this.encryptionKey.keyId);
  }

  private isFirstOfItsStack(): boolean {
    const stack = Stack.of(this);
    return !stack.node.findAll().some((other) =>
      other instanceof ComplianceMonitoringSystem && other !== this && Stack.of(other) === stack && other.hasOutputs());
  }

  /** A system that is under construction, or has its outputs off, takes no names. */
  private hasOutputs(): boolean {
    return this.node.tryFindChild('StateTableName') !== undefined;
  }
}

/** A key is destroyed only together with everything that it encrypts. */
function safest(...policies: (RemovalPolicy | undefined)[]): RemovalPolicy {
  return policies.find((policy) => policy !== undefined && policy !== RemovalPolicy.DESTROY) ?? RemovalPolicy.DESTROY;
}
