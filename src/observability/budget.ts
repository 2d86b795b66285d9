import { Annotations, AspectPriority, Aspects, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { requireBudget } from './assumption-checks';
import { CostAssumptions } from './cost-assumptions';
import { CostEstimate } from './cost-estimate';
import { money } from './cost-table';

const PROP = 'ComplianceMonitoringSystem.monthlyBudget';

/** Warns at synth, when the whole tree is there, that a month is likely to cost more than it should. */
export function warnOverBudget(scope: IConstruct, monthlyBudget: number, assumptions?: CostAssumptions): void {
  requireBudget(PROP, monthlyBudget);
  if (Token.isUnresolved(monthlyBudget)) { return; }
  const visit = (node: IConstruct) => {
    if (node === scope) { warn(scope, monthlyBudget, CostEstimate.of(scope, assumptions)); }
  };
  // After aspects that change the tree; it changes nothing itself.
  Aspects.of(scope).add({ visit }, { priority: AspectPriority.READONLY });
}

function warn(scope: IConstruct, monthlyBudget: number, estimate: CostEstimate): void {
  if (estimate.total <= monthlyBudget) { return; }
  const dearest = [...estimate.lines].sort((one, other) => other.monthly - one.monthly).slice(0, 3)
    .map(({ service, what, monthly }) => `${service} ${what} ${money(monthly)}`);
  const unpriced = estimate.unpriced.length === 0 ? '' : `, and ${estimate.unpriced.length} more could not be priced`;
  Annotations.of(scope).addWarningV2(`cdk-compliance-monitoring:${PROP}`,
    `a month is estimated at USD ${money(estimate.total)}${unpriced}, above the budget of USD ${money(monthlyBudget)}; `
    + `most of it is ${dearest.join(', ')}`);
}
