import { App, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ComplianceEventHub, CostEstimate, CrossAccountEventForwarder, EnvironmentProfile, HubAccess, SecureStringSource } from '../../../src';
import { freeReason, PRICERS } from '../../../src/observability/pricing/registry';
import { everythingIn, parityOf, resourcesOf } from '../support';

/** As much as the library makes. What makes a type of its own is added here. */
function everything(): Stack[] {
  const app = new App();
  const stackIn = (id: string, region: string) => new Stack(app, id, { env: { account: '111111111111', region } });
  const lasting = stackIn('Lasting', 'eu-central-1');
  const system = everythingIn(lasting);
  system.parameters.addSecureString('token', { source: SecureStringSource.fromSecret(new secretsmanager.Secret(lasting, 'Token')) });
  new CrossAccountEventForwarder(lasting, 'Forwarder', {
    hubBus: EventBus.fromEventBusArn(lasting, 'Hub', 'arn:aws:events:eu-central-1:222222222222:event-bus/compliance'),
  });
  new ComplianceEventHub(lasting, 'EventHub', { access: HubAccess.organization('o-a1b2c3d4e5') });
  const passing = stackIn('Passing', 'eu-west-1');
  everythingIn(passing, { profile: EnvironmentProfile.EPHEMERAL, parity: parityOf(['Ephemeral', 'Other'], 'Ephemeral') });
  return [lasting, passing];
}

test('every type that the library makes has a price, or a reason why it has none', () => {
  for (const stack of everything()) {
    const types = new Set(Object.values(resourcesOf(stack)).map(({ Type }) => Type));
    expect(types.size).toBeGreaterThan(20);
    expect([...types].filter((type) => !(type in PRICERS) && freeReason(type) === undefined)).toEqual([]);
    expect(CostEstimate.of(stack).unpriced).toEqual([]);
  }
});

test('no type is both priced and free', () => {
  expect(Object.keys(PRICERS).filter((type) => !type.startsWith('Custom::') && freeReason(type) !== undefined)).toEqual([]);
});
