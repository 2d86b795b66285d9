import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CostEstimate, EnvironmentProfile, ParameterHierarchy, ParityBuckets, SecureStringSource } from '../../../src';
import { freeReason, PRICERS } from '../../../src/observability/pricing/registry';
import { parityOf, Resources, systemIn } from '../support';

/** As much as the library makes. A new construct that makes a new type is added here. */
function everything(): Stack {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-central-1' } });
  const vpc = new ec2.Vpc(stack, 'Vpc');
  for (const profile of [EnvironmentProfile.PROD, EnvironmentProfile.EPHEMERAL]) {
    systemIn(stack, {
      profile, vpc, parity: parityOf(['Prod', 'Ephemeral']), alertEmails: ['platform@example.com'], organizationName: `bank-${profile.name}`,
    }, profile.name);
  }
  const system = systemIn(stack, { organizationName: 'other' }, 'Other');
  new ParityBuckets(stack, 'Buckets', { profile: EnvironmentProfile.PROD, encryptionKey: system.encryptionKey, evidence: { retention: Duration.days(30) } });
  const hierarchy = new ParameterHierarchy(stack, 'Parameters', {
    organizationName: 'bank', profile: EnvironmentProfile.PROD, encryptionKey: system.encryptionKey,
  });
  hierarchy.addString('a', 'b');
  hierarchy.addSecureString('c', { source: SecureStringSource.fromSecret(new secretsmanager.Secret(stack, 'Secret', { removalPolicy: RemovalPolicy.DESTROY })) });
  return stack;
}

test('every type that the library makes has a price, or a reason why it has none', () => {
  const stack = everything();
  const types = new Set(Object.values((Template.fromStack(stack).toJSON() as { Resources: Resources }).Resources).map(({ Type }) => Type));
  const unknown = [...types].filter((type) => !(type in PRICERS) && freeReason(type) === undefined);
  expect(unknown).toEqual([]);
  expect(CostEstimate.of(stack).unpriced).toEqual([]);
});

test('no type is both priced and free', () => {
  expect(Object.keys(PRICERS).filter((type) => !type.startsWith('Custom::') && freeReason(type) !== undefined)).toEqual([]);
});
