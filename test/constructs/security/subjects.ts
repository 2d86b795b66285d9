/** What every security tool looks at: each public construct alone and the whole system. A new construct is one line. */
import { App, Duration, RemovalPolicy, SecretValue, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { DatabaseInsightsMode } from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as cxapi from 'aws-cdk-lib/cx-api';
import {
  AlertTopics, BucketsSource, ComplianceDatabase, ComplianceKey, DatabaseCapacity, EnvironmentProfile, ParameterHierarchy, ParityBuckets,
  SecureStringSource,
} from '../../../src';
import { monitorIn, parityOf, systemIn } from '../support';

export const PROFILES = [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD, EnvironmentProfile.EPHEMERAL];
const parity = parityOf(['Dev', 'Staging', 'Prod', 'Ephemeral']);

/** What a consumer brings along stands in a stack of its own, which nobody judges here. */
interface Surroundings {
  readonly vpc: () => ec2.IVpc;
  readonly secret: () => secretsmanager.ISecret;
}

/** Buckets that hold evidence outlive their stack. */
const evidence = ({ removalPolicy }: EnvironmentProfile) =>
  (removalPolicy === RemovalPolicy.DESTROY ? {} : { evidence: { retention: Duration.days(30) } });

type Build = (stack: Stack, profile: EnvironmentProfile, around: Surroundings) => void;

export const CONSTRUCTS: { readonly [name: string]: Build } = {
  'AlertTopics': (stack, profile) => { new AlertTopics(stack, 'Topics', { profile, alertEmails: ['team@bank.example'] }); },
  'ComplianceKey': (stack, profile) => { new ComplianceKey(stack, 'Key', { profile, aliasName: 'bank' }); },
  'ParityBuckets': (stack, profile) => { new ParityBuckets(stack, 'Buckets', { profile }); },
  'ParityBuckets-evidence': (stack, profile) => { new ParityBuckets(stack, 'Buckets', { profile, ...evidence(profile) }); },
  'ParameterHierarchy': (stack, profile, { secret }) => {
    const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName: 'bank', profile });
    parameters.addString('app/timeout', '30');
    parameters.addSecureString('app/token', { source: SecureStringSource.generate() });
    parameters.addSecureString('database/password', { source: SecureStringSource.fromSecret(secret(), { jsonKey: 'password' }) });
  },
  'ParameterHierarchy-following': (stack, profile, { secret }) => {
    new ParameterHierarchy(stack, 'Parameters', { organizationName: 'bank', profile })
      .addSecureString('database/password', { source: SecureStringSource.fromSecret(secret(), { jsonKey: 'password', followRotation: true }) });
  },
  'ComplianceDatabase': (stack, profile, { vpc }) => { new ComplianceDatabase(stack, 'Database', { organizationName: 'bank', profile, vpc: vpc() }); },
  'ComplianceDatabase-everything': (stack, profile, { vpc }) => {
    const { alertTopic, criticalTopic } = new AlertTopics(stack, 'Topics', { profile });
    new ComplianceDatabase(stack, 'Database', {
      organizationName: 'bank', profile, vpc: vpc(), alertTopic, criticalTopic, passwordParameter: true, generalLog: true,
      databaseInsights: DatabaseInsightsMode.ADVANCED, capacity: DatabaseCapacity.serverlessV2({ readers: 1 }), autoMinorVersionUpgrade: false,
    });
  },
  'DriftMonitor': (stack, profile) => { monitorIn(stack, { profile, parity }); },
  'DriftMonitor-vpc': (stack, profile, { vpc }) => { monitorIn(stack, { profile, parity, vpc: vpc(), alertEmails: ['team@bank.example'] }); },
  'System': (stack, profile) => { systemIn(stack, { profile, parity }); },
  'System-everything': (stack, profile, { vpc }) => {
    systemIn(stack, {
      profile, parity, vpc: vpc(), alertEmails: ['team@bank.example'], exportOutputs: true,
      buckets: BucketsSource.create(evidence(profile)),
      tags: { compliance: 'PCI-DSS' },
    });
  },
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
    secret: () => new secretsmanager.Secret(surroundings, 'Secret', { secretObjectValue: { password: SecretValue.unsafePlainText('x') } }),
  });
  return stack;
}

/** Only then stands there what aspects and late validation add. */
export function synthesised(stack: Stack): Stack {
  (stack.node.root as Stage).synth();
  return stack;
}
