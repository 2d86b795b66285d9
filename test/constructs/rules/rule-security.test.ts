import { Stage } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { rulesIn } from './rules-support';
import { ComplianceFramework, CustomConfigRule, RuleDeployment } from '../../../src';
import { judge } from '../security/nag';
import { make } from '../security/subjects';

test.each([
  ['rules', RuleDeployment.rules()],
  ['a conformance pack', RuleDeployment.conformancePack()],
])('%s: cdk-nag finds nothing, and nothing is acknowledged in vain', (_, deployment) => {
  const stack = make((scope) => {
    const lambdaFunction = lambda.Function.fromFunctionAttributes(scope, 'Check', {
      functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:check',
      role: iam.Role.fromRoleArn(scope, 'Role', 'arn:aws:iam::111111111111:role/check'),
      sameEnvironment: true,
    });
    rulesIn(scope, {
      frameworks: ComplianceFramework.all(),
      customRules: [CustomConfigRule.fromFunction('check', { lambdaFunction, periodic: config.MaximumExecutionFrequency.ONE_HOUR })],
      deployment,
    });
  });
  (stack.node.root as Stage).synth();
  const { reports, stale } = judge(stack);
  expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
  expect(stale).toEqual([]);
});
