/** cdk-nag over the whole system. Each acknowledgement stands beside the code that needs it. */
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import { EnvironmentProfile } from '../../../src';
import { monitorIn, parityOf, systemIn } from '../support';

const parity = parityOf(['Dev', 'Staging', 'Prod', 'Ephemeral']);

function findings(build: (stack: Stack) => IConstruct, env?: { account: string; region: string }): string[] {
  const app = new App();
  const scope = build(new Stack(app, 'Stack', { env }));
  app.synth();
  return new AwsSolutionsChecks().validateScope(scope).violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`));
}

test.each([EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD, EnvironmentProfile.EPHEMERAL])('%# no finding', (profile) => {
  expect(findings((stack) => systemIn(stack, { profile, parity }))).toEqual([]);
  expect(findings((stack) => monitorIn(stack, { profile, parity }))).toEqual([]);
});

test('no finding in a VPC, nor in a stack with a fixed account and region', () => {
  expect(findings((stack) => systemIn(stack, { parity, vpc: new Vpc(stack, 'Vpc') }))).toEqual([]);
  expect(findings((stack) => systemIn(stack, { parity }), { account: '111111111111', region: 'eu-central-1' })).toEqual([]);
});

test('the harness finds what is planted', () => {
  expect(findings((stack) => {
    const system = systemIn(stack, { parity });
    new Bucket(system, 'Planted');
    return system;
  })).toEqual(['AwsSolutions-S1 Stack/System/Planted/Resource', 'AwsSolutions-S10 Stack/System/Planted/Resource']);
});

test('every acknowledgement has a reason', () => {
  const stack = new Stack(new App(), 'Stack');
  const reasons = systemIn(stack, { parity }).node.findAll().flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.values(data as { [id: string]: string }));
  expect(reasons.length).toBeGreaterThan(5);
  for (const reason of reasons) { expect(reason.length).toBeGreaterThan(40); }
});
