import { ComplianceEventHub, HubAccess } from '../../../src';
import { resourcesOf, stackOf } from '../support';

test('synthesises', () => {
  const stack = stackOf();
  new ComplianceEventHub(stack, 'Hub', { access: HubAccess.organization('o-a1b2c3d4e5') });
  console.log(Object.entries(resourcesOf(stack)).map(([id, { Type }]) => `${Type} ${id}`).join('\n'));
  console.log(JSON.stringify(resourcesOf(stack), undefined, 1).slice(0, 18000));
});
