import { RemovalPolicy, Tokenization } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlertTopics } from './alerts/alert-topics';
import { ComplianceMonitoringSystemProps } from './compliance-monitoring-system-props';
import { DriftMonitor } from './drift/drift-monitor';
import { requireCheckInterval } from './drift/monitor-checks';
import { ParityPolicy } from './drift/parity-policy';
import { applyGovernanceTags } from './foundation/apply-governance-tags';
import { BucketsSource } from './foundation/buckets-source';
import { ComplianceDatabase } from './foundation/compliance-database';
import { IComplianceDatabase } from './foundation/compliance-database-props';
import { ComplianceKey } from './foundation/compliance-key';
import { OWN_PARAMETERS } from './foundation/contract';
import { DatabaseSource } from './foundation/database-source';
import { DeploymentRecord } from './foundation/deployment-record';
import { EnvironmentProfile } from './foundation/environment-profile';
import { ParameterHierarchy } from './foundation/parameter-hierarchy';
import { IParityBuckets } from './foundation/parity-buckets-props';
import { warnOverBudget } from './observability/budget';
import { ComplianceDashboard } from './observability/compliance-dashboard';
import { CostAssumptions } from './observability/cost-assumptions';
import { CostEstimate } from './observability/cost-estimate';
import { addOutputs, Output } from './private/outputs';
import { requireKind, requireOrganizationName } from './private/validation';
import { AccountMonitoring } from './rules/account-monitoring';
import { AccountServices } from './rules/account-services';

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
  /** Parameters of the environment: those that this library writes, and those that are added. */
  public readonly parameters: ParameterHierarchy;
  /** Database of the environment, if there is one. */
  public readonly database?: IComplianceDatabase;
  /** Compares the environment's parameters with the baseline's. */
  public readonly driftMonitor: DriftMonitor;
  /** Records deployments beside the drift. */
  public readonly deployments: DeploymentRecord;
  /** Recorder and rules of the account, if this system makes them. */
  public readonly account?: AccountMonitoring;
  /** How the environment stands, unless it is switched off. */
  public readonly dashboard?: ComplianceDashboard;
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
    requireParts(props);
    this.profile = props.profile;
    const { organizationName, profile, parity, tags } = props;
    const buckets = props.buckets ?? BucketsSource.create();
    const database = props.database ?? DatabaseSource.none();
    this.encryptionKey = new ComplianceKey(this, 'Key', {
      profile,
      encryptionKey: props.encryptionKey,
      removalPolicy: safest(props.drift?.removalPolicy ?? profile.removalPolicy, buckets._removalPolicy(profile), database._removalPolicy(profile)),
    }).key;
    const topics = new AlertTopics(this, 'Alerts', {
      profile,
      encryptionKey: this.encryptionKey,
      alertTopic: props.alertTopic,
      criticalTopic: props.criticalTopic,
      alertEmails: props.alertEmails,
      criticalEmails: props.criticalEmails,
    });
    this.alertTopic = topics.alertTopic;
    this.criticalTopic = topics.criticalTopic;
    const { encryptionKey, alertTopic, criticalTopic } = this;
    const shared = { organizationName, profile, tags, encryptionKey, alertTopic, criticalTopic };
    this.buckets = buckets._bind(this, 'Buckets', { profile, encryptionKey: this.encryptionKey });
    this.parameters = new ParameterHierarchy(this, 'Parameters', shared);
    if (this.buckets) {
      this.parameters.addString(OWN_PARAMETERS.configBucket, this.buckets.configBucket.bucketName);
      this.parameters.addString(OWN_PARAMETERS.complianceBucket, this.buckets.reportsBucket.bucketName);
    }
    this.driftMonitor = new DriftMonitor(this, 'Drift', {
      ...props.drift,
      stateBucket: props.drift?.stateBucket ?? this.buckets?.configBucket,
      organizationName,
      profile,
      parity,
      interval: props.driftCheckInterval,
      alertTopic: this.alertTopic,
      criticalTopic: this.criticalTopic,
      encryptionKey: this.encryptionKey,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
    });
    this.parameterPrefix = this.driftMonitor.parameterPrefix;
    this.deployments = new DeploymentRecord(this, 'Deployments', { ...shared, ...props.deployments, table: this.driftMonitor.table });
    const account = props.account ?? (profile.name === parity.baseline ? AccountServices.create() : AccountServices.shared());
    this.account = account._bind(this, 'Account', { ...shared, environments: parity.environments, reportsBucket: this.buckets?.reportsBucket });
    this.database = database._bind(this, 'Database', { ...shared, parameters: this.parameters });
    this.letDatabaseComeLast();
    this.dashboard = props.dashboard ?? true ? this.makeDashboard() : undefined;
    applyGovernanceTags(this, organizationName, profile.name, tags);
    if (props.monthlyBudget !== undefined) { warnOverBudget(this, props.monthlyBudget, props.costAssumptions); }
    if (props.outputs ?? true) { addOutputs(this, this.listOutputs(), props.exportOutputs ?? false); }
  }

  /**
   * What this system is likely to cost in a month, from list prices and assumptions. Ask at the end of the app, when everything is there.
   *
   * @param assumptions How much happens in a month, where the defaults do not fit.
   */
  public estimateMonthlyCost(assumptions?: CostAssumptions): CostEstimate {
    return CostEstimate.of(this, assumptions);
  }

  /** What may fail does so before there is a database that refuses to be deleted, and that a rollback would have to delete. */
  private letDatabaseComeLast(): void {
    if (!(this.database instanceof ComplianceDatabase)) { return; }
    const { node } = this.database.cluster.node.defaultChild!;
    node.addDependency(this.driftMonitor.node.findChild('Policy'));
    if (this.account) { node.addDependency(this.account.recorder); }
  }

  private makeDashboard(): ComplianceDashboard {
    const below = this.node.findAll();
    return new ComplianceDashboard(this, 'Dashboard', {
      title: `Compliance of ${this.profile.name}`,
      driftMonitor: this.driftMonitor,
      eventHub: this.account?.eventHub,
      databaseCluster: this.database?.cluster,
      deployments: this.deployments,
      configRecorder: this.account?.recorder,
      functions: below.filter((child): child is lambda.Function => child instanceof lambda.Function),
      alarms: below.filter((child): child is cloudwatch.Alarm => child instanceof cloudwatch.Alarm),
    });
  }

  private listOutputs(): Output[] {
    const buckets: Output[] = this.buckets ? [{
      name: 'ConfigBucketName', exportSuffix: 'config-bucket', value: this.buckets.configBucket.bucketName,
      description: 'Configuration of the environment, and state of the drift check',
    }, {
      name: 'ComplianceBucketName', exportSuffix: 'compliance-bucket', value: this.buckets.reportsBucket.bucketName,
      description: 'Compliance reports, and what AWS Config delivers',
    }] : [];
    const database: Output[] = this.database ? [{
      name: 'AuroraClusterEndpoint', exportSuffix: 'aurora-endpoint', value: this.database.cluster.clusterEndpoint.hostname,
      description: 'Where the database takes reads and writes',
    }, {
      name: 'AuroraClusterPort', exportSuffix: 'aurora-port', value: Tokenization.stringifyNumber(this.database.cluster.clusterEndpoint.port),
      description: 'Port of the database',
    }] : [];
    const account: Output[] = this.account ? [{
      name: 'ConfigRecorderName', exportSuffix: 'config-recorder', value: this.account.recorder.recorderName,
      description: 'Records the configuration of the account',
    }] : [];
    const dashboard: Output[] = this.dashboard ? [{
      name: 'DashboardURL', value: this.dashboard.dashboardUrl, description: 'How the environment stands, in the CloudWatch console',
    }] : [];
    return [...buckets, ...database, ...account, ...dashboard, {
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

/** Said before any part is made, under the names that the consumer wrote. */
function requireParts({ organizationName, profile, parity, buckets, database, account, driftCheckInterval }: ComplianceMonitoringSystemProps): void {
  requireOrganizationName('ComplianceMonitoringSystem.organizationName', organizationName);
  requireKind('ComplianceMonitoringSystem.profile', profile, EnvironmentProfile, 'use EnvironmentProfile.PROD or one of the others, or EnvironmentProfile.custom()');
  requireKind('ComplianceMonitoringSystem.parity', parity, ParityPolicy, 'make one by ParityPolicy.of()');
  if (driftCheckInterval !== undefined) { requireCheckInterval('ComplianceMonitoringSystem.driftCheckInterval', driftCheckInterval); }
  if (buckets !== undefined) { requireKind('ComplianceMonitoringSystem.buckets', buckets, BucketsSource, 'make one by its static methods'); }
  if (database !== undefined) { requireKind('ComplianceMonitoringSystem.database', database, DatabaseSource, 'make one by its static methods'); }
  if (account !== undefined) { requireKind('ComplianceMonitoringSystem.account', account, AccountServices, 'make one by its static methods'); }
}

/** A key is destroyed only together with everything that it encrypts. */
function safest(...policies: (RemovalPolicy | undefined)[]): RemovalPolicy {
  return policies.every((policy) => policy === undefined || policy === RemovalPolicy.DESTROY) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
