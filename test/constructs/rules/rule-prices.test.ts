import { ComplianceFramework, CostEstimate, RuleDeployment, RuleTrigger } from '../../../src';
import { stackOf } from '../support';
import { rulesIn } from './rules-support';

function priced(deployment: RuleDeployment) {
  const stack = stackOf();
  const { rules } = rulesIn(stack, { frameworks: ComplianceFramework.all(), deployment });
  return { rules, evaluations: CostEstimate.of(stack).lines.find(({ what }) => what.endsWith('evaluations'))!.quantity };
}

test('a set is priced by its rules however they are deployed, also those that time triggers without a frequency in the template', () => {
  const { rules, evaluations } = priced(RuleDeployment.rules());
  expect(priced(RuleDeployment.conformancePack({ name: 'bank' })).evaluations).toBeCloseTo(evaluations, 6);
  const changed = rules.filter(({ trigger }) => trigger !== RuleTrigger.PERIODIC).flatMap(({ resourceTypes }) => resourceTypes).length;
  const timed = rules.filter(({ trigger }) => trigger !== RuleTrigger.CHANGE).length;
  expect(evaluations).toBeCloseTo(changed * 300 + timed * 10 * 730 / 24, 6);
});
