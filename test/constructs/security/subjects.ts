/** What every security tool looks at: each public construct alone and the whole system. A new construct is one line. */
import { App, Duration, RemovalPolicy, SecretValue, Stack, Stage } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { DatabaseInsightsMode } from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as cxapi from 'aws-cdk-lib/cx-api';
import {
  AccountMonitoring, AlertSeverity, AlertTopics, AnnouncementTopic, ComplianceDashboard, ComplianceDatabase, ComplianceEventHub, ComplianceKey,
  ConfigRecorder, ConfigRuleSet, CrossAccountEventForwarder, CustomConfigRule, DatabaseCapacity, DeploymentRecord, EnvironmentProfile, HubAccess,
  HubBackfill, ParameterHierarchy, ParityBuckets, RecorderSource, RuleDeployment, SecureStringSource, SlackNotifier,
} from '../../../src';
import { everythingIn, FRAMEWORKS, monitorIn, parityOf, systemIn } from '../support';

export const PROFILES = [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD, EnvironmentProfile.EPHEMERAL];
const parity = parityOf(['Dev', 'Staging', 'Prod', 'Ephemeral']);

/** What a consumer brings along stands in a stack of its own, which nobody judges here. */
interface Surroundings {
  readonly vpc: () => ec2.IVpc;
  readonly secret: () => secretsmanager.ISecret;
  readonly table: () => dynamodb.ITable;
}

/** Buckets that hold evidence outlive their stack. */
const evidence = ({ removalPolicy }: EnvironmentProfile) =>
  (removalPolicy === RemovalPolicy.DESTROY ? {} : { evidence: { retention: Duration.days(30) } });

type Build = (stack: Stack, profile: EnvironmentProfile, around: Surroundings) => void;

const common = (profile: EnvironmentProfile) => ({ organizationName: 'bank', profile });
const topicsIn = (stack: Stack, profile: EnvironmentProfile) => new AlertTopics(stack, 'Topics', { profile, alertEmails: ['team@bank.example'] });
const hubIn = (stack: Stack, profile: EnvironmentProfile) => new ComplianceEventHub(stack, 'Hub', { profile, access: HubAccess.ownAccount() });
const reportsIn = (stack: Stack, profile: EnvironmentProfile) => new ParityBuckets(stack, 'Buckets', { profile }).reportsBucket;

export const CONSTRUCTS: { readonly [name: string]: Build } = {
  'AccountMonitoring': (stack, profile) => { new AccountMonitoring(stack, 'Account', common(profile)); },
  'AlertTopics': topicsIn,
  'AnnouncementTopic': (stack, profile) => {
    new AnnouncementTopic(stack, 'Told', { hub: hubIn(stack, profile), profile, emails: ['team@bank.example'] });
  },
  'ComplianceDashboard': (stack, profile) => { new ComplianceDashboard(stack, 'Dashboard', { driftMonitor: monitorIn(stack, { profile, parity }) }); },
  'ComplianceDatabase': (stack, profile, { vpc }) => { new ComplianceDatabase(stack, 'Database', { ...common(profile), vpc: vpc() }); },
  'ComplianceDatabase-everything': (stack, profile, { vpc }) => {
    const { alertTopic, criticalTopic } = topicsIn(stack, profile);
    new ComplianceDatabase(stack, 'Database', {
      ...common(profile), vpc: vpc(), alertTopic, criticalTopic, passwordParameter: true, generalLog: true, autoMinorVersionUpgrade: false,
      databaseInsights: DatabaseInsightsMode.ADVANCED, capacity: DatabaseCapacity.serverlessV2({ readers: 1 }),
      parameters: new ParameterHierarchy(stack, 'Parameters', common(profile)),
    });
  },
  'ComplianceEventHub': (stack, profile) => {
    new ComplianceEventHub(stack, 'Hub', { profile, access: HubAccess.organization('o-a1b2c3d4e5') });
  },
  'ComplianceEventHub-everything': (stack, profile) => {
    new ComplianceEventHub(stack, 'Hub', {
      ...common(profile), access: HubAccess.accounts(['222222222222', '333333333333']), additionalSources: ['aws.guardduty'], logResourceIds: true,
      expectedMembers: [{ account: '222222222222', regions: ['eu-central-1'] }], alertEmails: ['team@bank.example'], busName: 'compliance',
      backfill: HubBackfill.aggregator('organization'),
    });
  },
  'ComplianceKey': (stack, profile) => {
    const { key } = new ComplianceKey(stack, 'Key', { profile, aliasName: 'bank' });
    for (const statement of ComplianceKey.requiredKeyStatements(stack)) { key.addToResourcePolicy(statement); }
  },
  'ConfigRecorder': (stack, profile) => { new ConfigRecorder(stack, 'Recorder', { ...common(profile), deliveryBucket: reportsIn(stack, profile) }); },
  'ConfigRecorder-create': (stack, profile) => {
    new ConfigRecorder(stack, 'Recorder', { ...common(profile), source: RecorderSource.create(), deliveryBucket: reportsIn(stack, profile) });
  },
  'ConfigRuleSet': (stack) => {
    new ConfigRuleSet(stack, 'Rules', {
      organizationName: 'bank',
      environments: ['Dev'],
      frameworks: FRAMEWORKS,
      customRules: [CustomConfigRule.guard('owner', { policyText: 'rule owner { tags.Owner exists }', resourceTypes: ['AWS::S3::Bucket'] })],
    });
  },
  'ConfigRuleSet-pack': (stack) => {
    new ConfigRuleSet(stack, 'Rules', {
      organizationName: 'bank', environments: ['Dev'], frameworks: FRAMEWORKS, deployment: RuleDeployment.conformancePack(),
    });
  },
  'CrossAccountEventForwarder': (stack, profile) => {
    new CrossAccountEventForwarder(stack, 'Forwarder', {
      profile, hubBus: EventBus.fromEventBusArn(stack, 'Hub', 'arn:aws:events:eu-central-1:222222222222:event-bus/compliance'),
      additionalSources: ['aws.guardduty'],
    });
  },
  'DeploymentRecord': (stack, profile, { table }) => {
    new DeploymentRecord(stack, 'Deployments', { ...common(profile), table: table(), alertTopic: topicsIn(stack, profile).alertTopic });
  },
  'DriftMonitor': (stack, profile) => { monitorIn(stack, { profile, parity }); },
  'DriftMonitor-vpc': (stack, profile, { vpc }) => { monitorIn(stack, { profile, parity, vpc: vpc(), alertEmails: ['team@bank.example'] }); },
  'ParameterHierarchy': (stack, profile, { secret }) => {
    const parameters = new ParameterHierarchy(stack, 'Parameters', common(profile));
    parameters.addString('app/timeout', '30');
    parameters.addSecureString('app/token', { source: SecureStringSource.generate() });
    parameters.addSecureString('database/password', { source: SecureStringSource.fromSecret(secret(), { jsonKey: 'password' }) });
  },
  'ParameterHierarchy-following': (stack, profile, { secret }) => {
    new ParameterHierarchy(stack, 'Parameters', common(profile))
      .addSecureString('database/password', { source: SecureStringSource.fromSecret(secret(), { jsonKey: 'password', followRotation: true }) });
  },
  'ParityBuckets': (stack, profile) => { new ParityBuckets(stack, 'Buckets', { profile }); },
  'ParityBuckets-evidence': (stack, profile) => { new ParityBuckets(stack, 'Buckets', { profile, ...evidence(profile) }); },
  'SlackNotifier': (stack, profile, { secret }) => {
    const webhookSecret = secret();
    new SlackNotifier(stack, 'Slack', {
      hub: hubIn(stack, profile), profile, webhookSecret, alertTopic: topicsIn(stack, profile).alertTopic,
      routes: [{ name: 'Pager', webhookSecret, minimumSeverity: AlertSeverity.CRITICAL }],
    });
  },
  'System': (stack, profile) => { systemIn(stack, { profile, parity }); },
  'System-everything': (stack, profile, { vpc }) => { everythingIn(stack, { profile, parity, vpc: vpc(), tags: { compliance: 'PCI-DSS' } }); },
};

export interface Subject {
  readonly name: string;
  readonly make: () => Stack;
  /** Whether the tools that read templates read its. They take a second each, and see no difference between known and unknown regions. */
  readonly linted: boolean;
}

const FIXED = { account: '111111111111', region: 'eu-central-1' };

/** Each construct for each profile, in a stack of any account and region and in one of a known account and region. */
export const SUBJECTS: readonly Subject[] = Object.entries(CONSTRUCTS).flatMap(([construct, build]) => PROFILES.flatMap((profile, index) =>
  [undefined, FIXED].map((env, fixed) => ({
    name: `${construct}.${profile.name}.${env ? 'fixed' : 'agnostic'}`,
    make: () => make((stack, around) => build(stack, profile, around), env),
    linted: fixed === index % 2,
  }))));

export function make(build: (stack: Stack, around: Surroundings) => void, env?: { account: string; region: string }): Stack {
  // Copies of the bundles would be most of the work.
  const app = new App({ context: { [cxapi.DISABLE_ASSET_STAGING_CONTEXT]: true } });
  const surroundings = new Stack(app, 'Surroundings', { env });
  const stack = new Stack(app, 'Subject', { env });
  build(stack, {
    vpc: () => new ec2.Vpc(surroundings, 'Vpc'),
    table: () => new dynamodb.Table(surroundings, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    }),
    secret: () => new secretsmanager.Secret(surroundings, 'Secret', { secretObjectValue: { password: SecretValue.unsafePlainText('x') } }),
  });
  return stack;
}

/** Only then stands there what aspects and late validation add. */
export function synthesised(stack: Stack): Stack {
  (stack.node.root as Stage).synth();
  return stack;
}
