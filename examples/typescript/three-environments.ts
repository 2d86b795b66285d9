/**
 * Three environments of one application in one account, each in a stack of its own, kept the same by one parity policy.
 */
import { App, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import {
  AccountServices, ComplianceFramework, ComplianceMonitoringSystem, DatabaseSource, DataClassification, EnvironmentProfile, ParityPolicy, ParityRule,
} from 'cdk-compliance-monitoring';

const ORGANIZATION = 'finserv-corp';

const parity = ParityPolicy.of({
  baseline: 'Prod',
  environments: ['Dev', 'Staging', 'Prod'],
  rules: [
    // Each environment has its own: they must exist everywhere, with the same type.
    ParityRule.mayDiffer('payments/endpoint'),
    // Different on purpose, and known: each environment must have exactly its value.
    ParityRule.expected('payments/log-level', { Dev: 'debug', Staging: 'info', Prod: 'info' }),
    ParityRule.expected('payments/bucket', {
      Dev: '{environment}-{account}-receipts', Staging: '{environment}-{account}-receipts', Prod: '{environment}-{account}-receipts',
    }),
    // Nobody compares them, and the reason is on record.
    ParityRule.ignored('build/**', 'written by each pipeline run'),
  ],
  waivers: [
    {
      pattern: 'payments/limits/daily-transfer',
      environment: 'Staging',
      reason: 'the load test needs a higher limit',
      owner: 'payments@example.com',
      expiresOn: '2029-12-31',
      ticket: 'PAY-1207',
    },
    // It has ended: synth warns, and a difference that it covered counts again.
    {
      pattern: 'payments/features/instant-payments',
      environment: 'Staging',
      reason: 'the pilot runs in Staging first',
      owner: 'payments@example.com',
      expiresOn: '2026-10-31',
    },
  ],
});

/** What the application itself keeps in Parameter Store, by name relative to its environment. */
function parametersOf(environment: string, account: string): { [name: string]: string } {
  return {
    'payments/endpoint': `https://payments.${environment.toLowerCase()}.finserv-corp.example`,
    'payments/log-level': environment === 'Dev' ? 'debug' : 'info',
    'payments/bucket': `${environment}-${account}-receipts`,
    'payments/timeout-seconds': '30',
    'payments/currencies': 'CHF,EUR,USD',
    'payments/limits/daily-transfer': '50000',
    'payments/features/instant-payments': 'off',
    'payments/retry': JSON.stringify({ attempts: 3, backoff: 'exponential', jitter: true }),
    'ledger/batch-size': '500',
    'ledger/cut-off': '17:30',
    'build/last-run': `${environment}-1`,
  };
}

const app = new App();

for (const profile of [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD]) {
  const stack = new Stack(app, `Compliance-${profile.name}`);
  // The database needs no way out, and the functions need no VPC.
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'Database', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });

  const system = new ComplianceMonitoringSystem(stack, 'System', {
    organizationName: ORGANIZATION,
    profile,
    parity,
    alertEmails: ['platform@example.com'],
    tags: { costCenter: 'infrastructure', dataClassification: DataClassification.CONFIDENTIAL },
    database: DatabaseSource.create({ vpc, passwordParameter: true }),
    // The three share an account: one of them looks after its Config recorder and rules.
    account: profile.name === parity.baseline
      ? AccountServices.create({ frameworks: [ComplianceFramework.PCI_DSS_4_0_1] })
      : AccountServices.shared(),
    monthlyBudget: 2000,
  });

  for (const [name, stringValue] of Object.entries(parametersOf(profile.name, stack.account))) {
    const parameter = new ssm.StringParameter(stack, name, { parameterName: `/${ORGANIZATION}/${profile.name}/${name}`, stringValue });
    Tags.of(parameter).add('Application', name.split('/')[0]);
  }

  console.error(`${profile.name}: about USD ${system.estimateMonthlyCost().total.toFixed(2)} a month`);
}

app.synth();
