import { App, CfnParameter, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as config from 'aws-cdk-lib/aws-config';
import { ComplianceFramework, FrameworkBasis, ManagedRule, RuleTrigger } from '../../../src';
import { flat, ofType, only, resourcesOf, stackOf } from '../support';
import { CONFIG_RULE, idsOfProps, propertiesOf, rulesIn, rulesOfProps } from './rules-support';

const BASELINE = ['RDS_CLUSTER_ENCRYPTED_AT_REST', 'RDS_STORAGE_ENCRYPTED', 'REQUIRED_TAGS', 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED'];

test('watches required tags and encryption, and nothing else unless asked', () => {
  const rules = rulesOfProps({});
  expect(Object.keys(rules).sort()).toEqual(BASELINE);
  expect(rules.REQUIRED_TAGS.InputParameters).toEqual({
    tag1Key: 'Environment', tag1Value: 'Dev,Prod', tag2Key: 'Organization', tag2Value: 'bank', tag3Key: 'CostCenter',
  });
  expect(rules.REQUIRED_TAGS.Scope!.ComplianceResourceTypes).toHaveLength(31);
  expect(rules.RDS_CLUSTER_ENCRYPTED_AT_REST).toEqual({
    Description: 'Watched in every account.',
    Scope: { ComplianceResourceTypes: ['AWS::RDS::DBCluster'] },
    Source: { Owner: 'AWS', SourceIdentifier: 'RDS_CLUSTER_ENCRYPTED_AT_REST' },
  });
});

test("adds a framework's rules, and says which controls each serves", () => {
  const stack = stackOf();
  const set = rulesIn(stack, { frameworks: [ComplianceFramework.SOC_2, ComplianceFramework.PCI_DSS_4_0_1, ComplianceFramework.SOC_2] });
  expect(set.frameworks).toEqual([ComplianceFramework.SOC_2, ComplianceFramework.PCI_DSS_4_0_1]);
  expect(set.controlsOf('IAM_PASSWORD_POLICY').map(({ framework, control, basis }) => [framework.key, control, basis])).toEqual([
    ['SOC2', 'CC6.1', FrameworkBasis.DERIVED], ['SOC2', 'CC6.2', FrameworkBasis.DERIVED],
    ['PCI-DSS-4.0.1', '8.3.6', FrameworkBasis.AWS], ['PCI-DSS-4.0.1', '8.3.7', FrameworkBasis.AWS], ['PCI-DSS-4.0.1', '8.3.9', FrameworkBasis.AWS],
    ['PCI-DSS-4.0.1', '8.3.10.1', FrameworkBasis.AWS], ['PCI-DSS-4.0.1', '8.6.3', FrameworkBasis.AWS],
  ]);
  expect(propertiesOf(only(resourcesOf(stack), CONFIG_RULE, /IAMPASSWORDPOLICY/)).Description)
    .toBe('SOC 2 (derived): CC6.1, CC6.2; PCI DSS 4.0.1: 8.3.6, 8.3.7, 8.3.9, 8.3.10.1, 8.6.3');
  expect(only(resourcesOf(stack), CONFIG_RULE, /IAMPASSWORDPOLICY/)).toMatchObject({
    Metadata: {
      'cdk-compliance-monitoring:controls': [
        'SOC 2 CC6.1', 'SOC 2 CC6.2', 'PCI DSS 4.0.1 8.3.6', 'PCI DSS 4.0.1 8.3.7', 'PCI DSS 4.0.1 8.3.9', 'PCI DSS 4.0.1 8.3.10.1', 'PCI DSS 4.0.1 8.6.3',
      ],
    },
  });
  expect(set.rulesOf(ComplianceFramework.PCI_DSS_4_0_1, '8.3.6').map(({ identifier }) => identifier)).toEqual(['IAM_PASSWORD_POLICY']);
  expect(set.rulesOf(ComplianceFramework.PCI_DSS_4_0_1)).toHaveLength(28);
  expect(set.rulesOf(ComplianceFramework.GDPR)).toEqual([]);
  expect(set.controlsOf('REQUIRED_TAGS')).toEqual([]);
  expect(set.controlsOf('NOT_THERE')).toEqual([]);
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('tells at synth what there is to know of a rule', () => {
  const stack = stackOf();
  const set = rulesIn(stack, { frameworks: [ComplianceFramework.GDPR] });
  expect(set.rules.map(({ identifier }) => identifier)).toEqual([...set.rules.map(({ identifier }) => identifier)].sort());
  const rotated = set.rules.find(({ identifier }) => identifier === 'ACCESS_KEYS_ROTATED')!;
  expect(rotated).toMatchObject({
    trigger: RuleTrigger.PERIODIC, periodicFrequency: 'TwentyFour_Hours', parameters: { maxAccessKeyAge: '90' }, resourceTypes: [],
  });
  expect(stack.resolve(rotated.ruleName)).toEqual({ Ref: expect.stringMatching(/^RulesACCESSKEYSROTATED/) });
  const encrypted = set.rules.find(({ identifier }) => identifier === 'S3_DEFAULT_ENCRYPTION_KMS')!;
  expect(encrypted).toMatchObject({ trigger: RuleTrigger.CHANGE, periodicFrequency: undefined, resourceTypes: ['AWS::S3::Bucket'] });
  expect(encrypted.packName).toBeUndefined();
});

test('a retired framework works, with a warning', () => {
  const stack = stackOf();
  rulesIn(stack, { frameworks: [ComplianceFramework.PCI_DSS_3_2_1] });
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([[
    '/Stack/Rules',
    'PCI DSS 3.2.1 was retired on 2024-03-31: choose its successor, or both until your last report under it is done '
    + '[ack: cdk-compliance-monitoring:ConfigRuleSet.retiredFramework]',
  ]]);
});

test('a frequency goes to rules that time triggers, and to no other, since AWS refuses it there', () => {
  const given = rulesOfProps({ frameworks: ComplianceFramework.all(), periodicFrequency: config.MaximumExecutionFrequency.SIX_HOURS });
  expect(given.ACCESS_KEYS_ROTATED.MaximumExecutionFrequency).toBe('Six_Hours');
  expect(given.S3_BUCKET_PUBLIC_READ_PROHIBITED.MaximumExecutionFrequency).toBe('Six_Hours');
  expect(given.S3_BUCKET_VERSIONING_ENABLED.MaximumExecutionFrequency).toBeUndefined();
  const byDefault = rulesOfProps({ frameworks: ComplianceFramework.all() });
  expect(Object.values(byDefault).filter((rule) => rule.MaximumExecutionFrequency !== undefined)).toEqual([]);
});

test('no rule that only time triggers has a scope, since AWS refuses it there', () => {
  const stack = stackOf();
  const set = rulesIn(stack, { frameworks: ComplianceFramework.all() });
  const byTime = set.rules.filter(({ trigger }) => trigger === RuleTrigger.PERIODIC).map(({ identifier }) => identifier);
  const rules = rulesOfProps({ frameworks: ComplianceFramework.all() });
  expect(byTime.length).toBeGreaterThan(30);
  byTime.forEach((identifier) => expect([identifier, rules[identifier].Scope]).toEqual([identifier, undefined]));
  const byChange = set.rules.filter(({ trigger }) => trigger !== RuleTrigger.PERIODIC);
  byChange.forEach(({ identifier, resourceTypes }) => {
    expect([identifier, rules[identifier].Scope?.ComplianceResourceTypes]).toEqual([identifier, resourceTypes]);
  });
});

test('gives parameters that AWS needs, and the consumer changes them', () => {
  const rules = rulesOfProps({
    frameworks: [ComplianceFramework.GDPR],
    additionalRules: [ManagedRule.of('EC2_EBS_ENCRYPTION_BY_DEFAULT'), ManagedRule.of('DESIRED_INSTANCE_TENANCY', { parameters: { tenancy: 'DEFAULT' } })],
    ruleParameters: [{ ruleIdentifier: 'ACCESS_KEYS_ROTATED', parameters: { maxAccessKeyAge: '60' } },
      { ruleIdentifier: 'IAM_PASSWORD_POLICY', parameters: { MinimumPasswordLength: '16' } }],
  });
  expect(rules.ACCESS_KEYS_ROTATED.InputParameters).toEqual({ maxAccessKeyAge: '60' });
  expect(rules.IAM_PASSWORD_POLICY.InputParameters).toMatchObject({ MinimumPasswordLength: '16', MaxPasswordAge: '90' });
  expect(flat(rules.IAM_POLICY_IN_USE.InputParameters!.policyARN)).toBe('arn:${AWS::Partition}:iam::aws:policy/AWSSupportAccess');
  expect(rules.DESIRED_INSTANCE_TENANCY).toMatchObject({ Description: 'Additional rule.', InputParameters: { tenancy: 'DEFAULT' } });
});

test('the consumer adds rules that nobody knows, and controls of their own', () => {
  const stack = stackOf();
  const set = rulesIn(stack, {
    additionalRules: [
      ManagedRule.of('BRAND_NEW_CHECK', {
        trigger: RuleTrigger.CHANGE,
        resourceTypes: ['AWS::SQS::Queue'],
        controls: [{ framework: ComplianceFramework.SOC_2, control: 'CC6.7', source: 'our auditor' }],
      }),
      ManagedRule.of('S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED', { controls: [{ framework: ComplianceFramework.SOC_2, control: 'CC6.7' }] }),
    ],
  });
  expect(propertiesOf(only(resourcesOf(stack), CONFIG_RULE, /BRANDNEWCHECK/))).toEqual({
    Description: 'Additional rule. SOC 2: CC6.7',
    Scope: { ComplianceResourceTypes: ['AWS::SQS::Queue'] },
    Source: { Owner: 'AWS', SourceIdentifier: 'BRAND_NEW_CHECK' },
  });
  expect(set.controlsOf('BRAND_NEW_CHECK')).toEqual([
    { framework: ComplianceFramework.SOC_2, control: 'CC6.7', basis: FrameworkBasis.OWN, source: 'our auditor' },
  ]);
  expect(set.rulesOf(ComplianceFramework.SOC_2, 'CC6.7').map(({ identifier }) => identifier))
    .toEqual(['BRAND_NEW_CHECK', 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED']);
});

test('leaves out what is excluded, required tags on an empty list, and global rules where another region has them', () => {
  expect(Object.keys(rulesOfProps({ requiredTags: [], excludedRules: ['RDS_STORAGE_ENCRYPTED', 'ACCESS_KEYS_ROTATED'] })).sort())
    .toEqual(['RDS_CLUSTER_ENCRYPTED_AT_REST', 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED']);
  const regional = Object.keys(rulesOfProps({ frameworks: ComplianceFramework.all(), globalRules: false }));
  expect(regional.filter((identifier) => /^(IAM_|ROOT_|MFA_|ACCESS_KEYS)/.test(identifier))).toEqual([]);
  expect(regional).toHaveLength(92 - 11);
});

test('required tags take any value, one, several, and values known at deployment only', () => {
  const stack = stackOf();
  const late = new CfnParameter(stack, 'Late', { type: 'CommaDelimitedList' });
  rulesIn(stack, {
    requiredTags: [
      { key: 'Owner' }, { key: 'Stage', values: ['a', 'b', 'a'] }, { key: 'Team', values: late.valueAsList },
      { key: Lazy.string({ produce: () => 'Key' }), values: [Lazy.string({ produce: () => 'v,w' })] },
    ],
  });
  expect(propertiesOf(only(resourcesOf(stack), CONFIG_RULE, /REQUIREDTAGS/)).InputParameters).toEqual({
    tag1Key: 'Owner', tag2Key: 'Stage', tag2Value: 'a,b', tag3Key: 'Team', tag3Value: { 'Fn::Join': [',', { Ref: 'Late' }] }, tag4Key: 'Key', tag4Value: 'v,w',
  });
});

test('names known at deployment only pass', () => {
  const late = Lazy.string({ produce: () => 'late' });
  expect(rulesOfProps({ organizationName: late, environments: [late, 'Prod'] }).REQUIRED_TAGS.InputParameters)
    .toMatchObject({ tag1Value: 'late,Prod', tag2Value: 'late' });
});

test("a rule's logical id stays whatever frameworks come and go", () => {
  const none = idsOfProps({});
  const all = idsOfProps({ frameworks: ComplianceFramework.all(), additionalRules: [ManagedRule.of('ALB_WAF_ENABLED')] });
  const some = idsOfProps({ frameworks: [ComplianceFramework.GDPR], excludedRules: ['ACCESS_KEYS_ROTATED'] });
  for (const ids of [none, some]) { ids.forEach((id, identifier) => expect(all.get(identifier)).toBe(id)); }
  // A golden one: should it change, live rules are replaced and their evaluations lost.
  expect(none.get('REQUIRED_TAGS')).toBe('RulesREQUIREDTAGS7C749742');
});

test.each([['aws-cn', 'cn-north-1'], ['aws-us-gov', 'us-gov-west-1']])('%s: leaves out what its region does not have, with a warning', (partition, region) => {
  const stack = stackOf({ env: { region } }, { context: { '@aws-cdk/core:enablePartitionLiterals': true } });
  const set = rulesIn(stack, { frameworks: [ComplianceFramework.GDPR] });
  const missing = ['RDS_CLUSTER_ENCRYPTED_AT_REST', 'ROOT_ACCOUNT_HARDWARE_MFA_ENABLED', 'ROOT_ACCOUNT_MFA_ENABLED'];
  expect(set.rules.filter(({ identifier }) => missing.includes(identifier))).toEqual([]);
  expect(flat(propertiesOf(only(resourcesOf(stack), CONFIG_RULE, /IAMPOLICYINUSE/)).InputParameters!.policyARN))
    .toBe(`arn:${partition}:iam::aws:policy/AWSSupportAccess`);
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data)).sort()).toEqual(missing.map((rule) => (
    `AWS Config has no rule ${rule} in ${region}: it is left out [ack: cdk-compliance-monitoring:ConfigRuleSet.unavailableRule:${rule}]`
  )));
});

test.each([['cn-north-1'], ['us-gov-west-1']])('%s: has no root user to ask for a second factor', (region) => {
  const asked = ['ROOT_ACCOUNT_HARDWARE_MFA_ENABLED', 'ROOT_ACCOUNT_MFA_ENABLED'];
  const additionalRules = asked.map((identifier) => ManagedRule.of(identifier));
  const rulesFor = (env?: string) => rulesIn(stackOf({ env: { region: env } }), { additionalRules }).rules
    .map(({ identifier }) => identifier).filter((identifier) => asked.includes(identifier));
  expect([rulesFor(region), rulesFor('eu-central-1'), rulesFor()]).toEqual([[], asked, asked]);
});

test('two sets in a stack, and the same tree in two stages', () => {
  const stack = stackOf();
  rulesIn(stack, {}, 'One');
  rulesIn(stack, {}, 'Two');
  expect(ofType(resourcesOf(stack), CONFIG_RULE)).toHaveLength(8);
  const app = new App();
  const templates = ['Blue', 'Green'].map((name) => {
    const staged = new Stack(new Stage(app, name), 'Stack');
    rulesIn(staged);
    return Object.keys(resourcesOf(staged));
  });
  expect(templates[0]).toEqual(templates[1]);
});

test('waits for a recorder when told to', () => {
  const stack = stackOf();
  const recorder = new config.CfnConfigurationRecorder(stack, 'Recorder', { roleArn: 'arn:aws:iam::111111111111:role/r' });
  const set = rulesIn(stack);
  set.node.addDependency(recorder);
  ofType(resourcesOf(stack), CONFIG_RULE).forEach(([, resource]) => expect(resource.DependsOn).toEqual(['Recorder']));
});
