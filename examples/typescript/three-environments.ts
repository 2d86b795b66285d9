/**
 * Three environments of one application in one account, each in a stack of its own, kept the same by one parity policy.
 */
import { App, Stack, Tags } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ComplianceMonitoringSystem, DataClassification, EnvironmentProfile, ParityPolicy, ParityRule } from 'cdk-compliance-monitoring';

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

  new ComplianceMonitoringSystem(stack, 'System', {
    organizationName: ORGANIZATION,
    profile,
    parity,
    alertEmails: ['platform@example.com'],
    tags: { costCenter: 'infrastructure', dataClassification: DataClassification.CONFIDENTIAL },
  });

  for (const [name, stringValue] of Object.entries(parametersOf(profile.name, stack.account))) {
    const parameter = new ssm.StringParameter(stack, name, { parameterName: `/${ORGANIZATION}/${profile.name}/${name}`, stringValue });
    Tags.of(parameter).add('Application', name.split('/')[0]);
  }
}

app.synth();
