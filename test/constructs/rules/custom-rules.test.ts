import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Lazy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as config from 'aws-cdk-lib/aws-config';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ComplianceFramework, CustomConfigRule, FunctionRuleOptions, RuleTrigger } from '../../../src';
import { flat, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';
import { CONFIG_RULE, propertiesOf, rulesIn } from './rules-support';

const CHANGES = [
  { EventSource: 'aws.config', MessageType: 'ConfigurationItemChangeNotification' },
  { EventSource: 'aws.config', MessageType: 'OversizedConfigurationItemChangeNotification' },
];
const POLICY = 'rule queue_is_encrypted when resourceType == "AWS::SQS::Queue" { configuration.KmsMasterKeyId exists }';

const functionIn = (stack: ReturnType<typeof stackOf>) => new lambda.Function(stack, 'Check', {
  runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
});

function functionRule(options: Partial<FunctionRuleOptions>) {
  const stack = stackOf();
  const set = rulesIn(stack, { customRules: [CustomConfigRule.fromFunction('own-check', { lambdaFunction: functionIn(stack), ...options })] });
  return { stack, set, resources: resourcesOf(stack), rule: only(resourcesOf(stack), CONFIG_RULE, /ownCheck|owncheck/i) };
}

test('a policy in Guard is evaluated by AWS Config on each change, also of large items', () => {
  const stack = stackOf();
  const set = rulesIn(stack, {
    customRules: [CustomConfigRule.guard('queues-encrypted', {
      policyText: POLICY,
      resourceTypes: ['AWS::SQS::Queue'],
      description: 'Queues have a key of ours.',
      controls: [{ framework: ComplianceFramework.PCI_DSS_4_0_1, control: '3.5.1' }],
      parameters: { key: 'value' },
    })],
  });
  expect(propertiesOf(only(resourcesOf(stack), CONFIG_RULE, /queuesencrypted/))).toEqual({
    Description: 'Queues have a key of ours. PCI DSS 4.0.1: 3.5.1',
    InputParameters: { key: 'value' },
    Scope: { ComplianceResourceTypes: ['AWS::SQS::Queue'] },
    Source: {
      Owner: 'CUSTOM_POLICY',
      SourceDetails: CHANGES,
      CustomPolicyDetails: { PolicyRuntime: 'guard-2.x.x', PolicyText: POLICY, EnableDebugLogDelivery: false },
    },
  });
  expect(set.rules.at(-1)).toMatchObject({ identifier: 'queues-encrypted', trigger: RuleTrigger.CHANGE, resourceTypes: ['AWS::SQS::Queue'] });
  expect(set.rulesOf(ComplianceFramework.PCI_DSS_4_0_1, '3.5.1').map(({ identifier }) => identifier)).toEqual(['queues-encrypted']);
});

test('a policy comes from a file as well, and one known at deployment only passes', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'guard-')), 'policy.guard');
  fs.writeFileSync(file, POLICY);
  const stack = stackOf();
  rulesIn(stack, {
    customRules: [
      CustomConfigRule.guard('from-file', { policyFile: file, resourceTypes: ['AWS::SQS::Queue'], debugLog: true }),
      CustomConfigRule.guard('late', { policyText: Lazy.string({ produce: () => 'x' }), resourceTypes: Lazy.list({ produce: () => ['AWS::SQS::Queue'] }) }),
    ],
  });
  expect(propertiesOf(only(resourcesOf(stack), CONFIG_RULE, /fromfile/)).Source.CustomPolicyDetails)
    .toEqual({ PolicyRuntime: 'guard-2.x.x', PolicyText: POLICY, EnableDebugLogDelivery: true });
});

test('a function is invoked by AWS Config of this account, after it was admitted, and may hand in evaluations', () => {
  const { rule, resources, stack } = functionRule({ resourceTypes: ['AWS::SQS::Queue'] });
  expect(flat(propertiesOf(rule).Source.SourceIdentifier)).toMatch(/^\${Check[A-F0-9]+\.Arn}$/);
  expect(propertiesOf(rule).Source).toMatchObject({ Owner: 'CUSTOM_LAMBDA', SourceDetails: CHANGES });
  const permission = only(resources, 'AWS::Lambda::Permission');
  expect(permission.Properties).toMatchObject({
    Action: 'lambda:InvokeFunction', Principal: 'config.amazonaws.com', SourceAccount: { Ref: 'AWS::AccountId' },
  });
  const [[permissionId], [policyId, policy]] = [ofType(resources, 'AWS::Lambda::Permission')[0], ofType(resources, 'AWS::IAM::Policy')[0]];
  expect(rule.DependsOn).toEqual(expect.arrayContaining([permissionId, policyId]));
  expect(statementsOf(policy)).toEqual([{ Action: 'config:PutEvaluations', Effect: 'Allow', Resource: '*' }]);
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('a function is invoked by time, or by both', () => {
  const periodic = config.MaximumExecutionFrequency.THREE_HOURS;
  const scheduled = { EventSource: 'aws.config', MessageType: 'ScheduledNotification', MaximumExecutionFrequency: 'Three_Hours' };
  const byTime = functionRule({ periodic });
  expect(propertiesOf(byTime.rule)).toMatchObject({ Source: { SourceDetails: [scheduled] } });
  expect(propertiesOf(byTime.rule).Scope).toBeUndefined();
  expect(propertiesOf(byTime.rule).MaximumExecutionFrequency).toBeUndefined();
  expect(byTime.set.rules.at(-1)).toMatchObject({ trigger: RuleTrigger.PERIODIC, periodicFrequency: periodic });
  const byBoth = functionRule({ periodic, resourceTypes: ['AWS::SQS::Queue'] });
  expect(propertiesOf(byBoth.rule).Source.SourceDetails).toEqual([...CHANGES, scheduled]);
  expect(byBoth.set.rules.at(-1)!.trigger).toBe(RuleTrigger.HYBRID);
});

test('an imported function without a role gets no policy', () => {
  const stack = stackOf({ env: { account: '111111111111', region: 'eu-central-1' } });
  const imported = lambda.Function.fromFunctionAttributes(stack, 'Check', {
    functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:check', sameEnvironment: true,
  });
  rulesIn(stack, { customRules: [CustomConfigRule.fromFunction('check', { lambdaFunction: imported, periodic: config.MaximumExecutionFrequency.ONE_HOUR })] });
  expect(ofType(resourcesOf(stack), 'AWS::IAM::Policy')).toEqual([]);
  expect(only(resourcesOf(stack), 'AWS::Lambda::Permission').Properties.SourceAccount).toBe('111111111111');
});
