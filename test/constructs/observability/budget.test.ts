import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { warnOverBudget } from '../../../src/observability/budget';
import { stackOf } from '../support';

const ID = '[ack: cdk-compliance-monitoring:ComplianceMonitoringSystem.monthlyBudget]';
const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue());
const texts = (stack: Stack) => warnings(stack).map(({ id, entry }) => [id, entry.data]);

test('warns with total, budget and the three largest lines, also of what is added later', () => {
  const stack = stackOf();
  const scope = new Construct(stack, 'System');
  warnOverBudget(scope, 300);
  new kms.Key(scope, 'Key');
  new rds.CfnDBInstance(scope, 'Writer', { dbInstanceClass: 'db.r8g.xlarge' });
  new rds.CfnDBCluster(scope, 'Cluster', { engine: 'aurora-mysql' });
  expect(texts(stack)).toEqual([['/Stack/System',
    'a month is estimated at USD 408.26, above the budget of USD 300.00; '
    + `most of it is Amazon Aurora db.r8g.xlarge 402.96, Amazon Aurora I/O requests 2.00, Amazon Aurora storage 2.00 ${ID}`]]);
});

test('says how much could not be priced', () => {
  const stack = stackOf();
  warnOverBudget(stack, 1);
  new kms.Key(stack, 'Key');
  new CfnResource(stack, 'New', { type: 'AWS::New::Thing' });
  expect(texts(stack)).toEqual([['/Stack',
    'a month is estimated at USD 1.30, and 1 more could not be priced, above the budget of USD 1.00; '
    + `most of it is AWS KMS customer managed key 1.00, AWS KMS requests 0.30 ${ID}`]]);
});

test('is silent within the budget, counts by the assumptions, and looks at nothing outside the scope', () => {
  const stack = stackOf();
  const scope = new Construct(stack, 'System');
  new kms.Key(scope, 'Key');
  new rds.CfnDBInstance(stack, 'Writer', { dbInstanceClass: 'db.r8g.xlarge' });
  warnOverBudget(scope, 1, { keyRequests: 0 });
  expect(texts(stack)).toEqual([]);
});

test('a budget that is known only at deployment is compared with nothing', () => {
  const stack = stackOf();
  new kms.Key(stack, 'Key');
  warnOverBudget(stack, new CfnParameter(stack, 'Budget', { type: 'Number' }).valueAsNumber);
  expect(texts(stack)).toEqual([]);
});

test.each([[0, '0'], [-5, '-5'], [NaN, 'null'], [Infinity, 'null']])('refuses a budget of %d', (budget, shown) => {
  expect(() => warnOverBudget(new Stack(new App(), 'Stack'), budget)).toThrow(new Error(
    `ComplianceMonitoringSystem.monthlyBudget: got ${shown}, but allowed is a number of US dollars above zero; leave it out to have no budget`));
});
