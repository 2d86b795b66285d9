import * as config from 'aws-cdk-lib/aws-config';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  ComplianceFramework, ConfigRuleSetProps, CustomConfigRule, ManagedRule, RequiredTag, RuleDeployment, RuleTrigger,
} from '../../../src';
import { stackOf } from '../support';
import { rulesIn } from './rules-support';

const withProps = (props: Partial<ConfigRuleSetProps>) => () => rulesIn(stackOf(), props);
const tagged = (...requiredTags: RequiredTag[]) => withProps({ requiredTags });
const guard = (name: string, options: object = {}) => () => CustomConfigRule.guard(name, { policyText: 'x', resourceTypes: ['AWS::SQS::Queue'], ...options });
const functionOf = (options: object) => () => {
  const lambdaFunction = lambda.Function.fromFunctionArn(stackOf(), 'F', 'arn:aws:lambda:eu-central-1:111111111111:function:f');
  return CustomConfigRule.fromFunction('check', { lambdaFunction, ...options });
};
const parametersOf = (ruleIdentifier: string, parameters = { a: 'b' }) => withProps({ ruleParameters: [{ ruleIdentifier, parameters }] });
const many = (count: number) => Array.from({ length: count }, (_, index) => guard(`rule-${index}`)());

const TAG_CHARACTERS = 'letters, digits, spaces and the characters _ . : / = + - @; shorten it or leave the other characters out';
const CUSTOM_NAME = 'up to 64 lower-case letters, digits and hyphens, the first a letter; choose such a name';
const IDENTIFIER = 'the identifier of a managed rule that this library or CDK knows';
const newer = (nearest: string) => `did you mean ${nearest}? For a rule that is newer than both, give its trigger: ManagedRule.of(identifier, { trigger })`;

test.each<[string, () => unknown, string]>([
  ['no environment', withProps({ environments: [] }),
    'ConfigRuleSet.environments: got [], but allowed is at least one name; name every environment of the account, or give requiredTags'],
  ['empty organization', withProps({ organizationName: '' }),
    'ConfigRuleSet.organizationName: got "", but allowed is 1 to 256 letters, digits, spaces and the characters _ . : / = + - @; leave the other characters out'],
  ['seven tags', tagged(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => ({ key }))),
    'ConfigRuleSet.requiredTags: got ["a","b","c","d","e","f","g"], but allowed is up to 6 tags; leave some out, or watch them by a rule of your own'],
  ['long tag key', tagged({ key: 'k'.repeat(129) }),
    `ConfigRuleSet.requiredTags[0].key: got "${'k'.repeat(116)}..., but allowed is 1 to 128 ${TAG_CHARACTERS}`],
  ['reserved tag key', tagged({ key: 'a' }, { key: 'aws:team' }),
    'ConfigRuleSet.requiredTags[1].key: got "aws:team", but allowed is a key that does not start with aws:, which AWS reserves; choose another key'],
  ['repeated tag key', tagged({ key: 'a' }, { key: 'a' }),
    'ConfigRuleSet.requiredTags[1].key: got "a", but allowed is each key once; give all its values at one place'],
  ['no tag value', tagged({ key: 'a', values: [] }),
    'ConfigRuleSet.requiredTags[0].values: got [], but allowed is at least one value; leave values out to allow any'],
  ['tag value with a comma', tagged({ key: 'a', values: ['b', 'c,d'] }),
    `ConfigRuleSet.requiredTags[0].values[1]: got "c,d", but allowed is 1 to 256 ${TAG_CHARACTERS}`],
  ['long tag value', tagged({ key: 'a', values: ['v'.repeat(257)] }),
    `ConfigRuleSet.requiredTags[0].values[0]: got "${'v'.repeat(116)}..., but allowed is 1 to 256 ${TAG_CHARACTERS}`],
  ['tags above what a rule takes', tagged({ key: 'a', values: ['1', '2', '3', '4'].map((digit) => digit.repeat(256)) }),
    'ConfigRuleSet.requiredTags: got "1057 characters of JSON", but allowed is up to 1024 characters of JSON; give fewer or shorter values'],
  ['unknown rule', () => ManagedRule.of('S3_BUCKET_VERSIONING_ENABLE'),
    `ManagedRule.identifier: got "S3_BUCKET_VERSIONING_ENABLE", but allowed is ${IDENTIFIER}; ${newer('S3_BUCKET_VERSIONING_ENABLED')}`],
  ['a rule name instead of its identifier', () => ManagedRule.of('s3-bucket-versioning-enabled'),
    'ManagedRule.identifier: got "s3-bucket-versioning-enabled", but allowed is up to 128 capital letters, digits and underscores, the first a letter; '
    + "copy it from the rule's page"],
  ['a rule whose trigger only CDK could know', () => ManagedRule.of('FMS_SECURITY_GROUP_CONTENT_CHECK'),
    'ManagedRule.trigger: got nothing, but allowed is CHANGE, PERIODIC or HYBRID; say what triggers FMS_SECURITY_GROUP_CONTENT_CHECK: '
    + 'its page names the trigger type'],
  ['resource types that are none', withProps({ additionalRules: [ManagedRule.of('NEW_CHECK', { trigger: RuleTrigger.CHANGE, resourceTypes: ['bucket'] })] }),
    'ManagedRule.resourceTypes of NEW_CHECK[0]: got "bucket", but allowed is a resource type such as AWS::S3::Bucket; write it as AWS Config does'],
  ['a rule twice', withProps({ additionalRules: [ManagedRule.of('ALB_WAF_ENABLED'), ManagedRule.of('ALB_WAF_ENABLED')] }),
    'ConfigRuleSet.additionalRules[1]: got "ALB_WAF_ENABLED", but allowed is each rule once; join its options in one place'],
  ['required tags as a rule', withProps({ additionalRules: [ManagedRule.of('REQUIRED_TAGS')] }),
    'ConfigRuleSet.additionalRules[0]: got "REQUIRED_TAGS", but allowed is any managed rule but this one; give requiredTags instead'],
  ['a parameter that AWS needs is missing', withProps({ additionalRules: [ManagedRule.of('DESIRED_INSTANCE_TENANCY', { parameters: { imageId: 'a' } })] }),
    'ManagedRule.parameters of DESIRED_INSTANCE_TENANCY: got ["imageId"], but allowed is the parameters that AWS needs (tenancy); '
    + 'give them: AWS has no default'],
  ['parameters above what a rule takes', withProps({ additionalRules: [ManagedRule.of('ALB_WAF_ENABLED', { parameters: { wafWebAclIds: 'x'.repeat(1100) } })] }),
    'ManagedRule.parameters of ALB_WAF_ENABLED: got "1119 characters of JSON", but allowed is up to 1024 characters of JSON; give fewer or shorter values'],
  ['unknown excluded rule', withProps({ excludedRules: ['RDS_STORAGE_ENCRYPTION'] }),
    `ConfigRuleSet.excludedRules[0]: got "RDS_STORAGE_ENCRYPTION", but allowed is ${IDENTIFIER}; ${newer('RDS_STORAGE_ENCRYPTED')}`],
  ['parameters of an unknown rule', parametersOf('IAM_PASSWORD_POLICIES'),
    `ConfigRuleSet.ruleParameters[0].ruleIdentifier: got "IAM_PASSWORD_POLICIES", but allowed is ${IDENTIFIER}; ${newer('IAM_PASSWORD_POLICY')}`],
  ['parameters of a rule that is not in the set', parametersOf('IAM_PASSWORD_POLICY'),
    'ConfigRuleSet.ruleParameters[0].ruleIdentifier: got "IAM_PASSWORD_POLICY", but allowed is a rule of the set; '
    + 'add the rule by additionalRules or a framework, or leave its parameters out'],
  ['parameters of required tags', parametersOf('REQUIRED_TAGS'),
    'ConfigRuleSet.ruleParameters[0].ruleIdentifier: got "REQUIRED_TAGS", but allowed is any rule of the set but this one; give requiredTags instead'],
  ['custom name', guard('Queues_Encrypted'), `CustomConfigRule.name: got "Queues_Encrypted", but allowed is ${CUSTOM_NAME}`],
  ['two custom rules of a name', withProps({ customRules: [guard('a-b')(), guard('ab')()] }),
    'ConfigRuleSet.customRules[1]: got "ab", but allowed is each name once, hyphens not counted; choose another name'],
  ['long description', guard('a', { description: 'd'.repeat(201) }),
    `CustomConfigRuleOptions.description: got "${'d'.repeat(116)}..., but allowed is a text of 1 to 200 characters; say it in a sentence, or leave it out`],
  ['long custom parameters', guard('a', { parameters: { p: 'x'.repeat(1024) } }),
    'CustomConfigRuleOptions.parameters: got "1032 characters of JSON", but allowed is up to 1024 characters of JSON; give fewer or shorter values'],
  ['long policy', guard('a', { policyText: 'x'.repeat(10_001) }),
    'GuardRuleOptions.policyText: got "10001 characters", but allowed is a policy of 1 to 10000 characters; split it into several rules'],
  ['empty policy', guard('a', { policyText: ' ' }),
    'GuardRuleOptions.policyText: got "1 characters", but allowed is a policy of 1 to 10000 characters; split it into several rules'],
  ['no policy', guard('a', { policyText: undefined }), 'GuardRuleOptions: got {}, but allowed is one of policyText and policyFile; give one of them'],
  ['two policies', guard('a', { policyFile: 'b' }),
    'GuardRuleOptions: got {"policyText":"x","policyFile":"b"}, but allowed is one of policyText and policyFile; give one of them'],
  ['policy file that is not there', guard('a', { policyText: undefined, policyFile: 'nowhere.guard' }),
    'GuardRuleOptions.policyFile: got "nowhere.guard", but allowed is a file that exists; name it by its full path, '
    + 'such as path.join(__dirname, "policy.guard")'],
  ['no resource types', guard('a', { resourceTypes: [] }),
    'GuardRuleOptions.resourceTypes: got "0 resource types", but allowed is 1 to 100 resource types; name what the rule evaluates, in several rules if need be'],
  ['a function that nothing invokes', functionOf({}),
    'FunctionRuleOptions: got {}, but allowed is resourceTypes, periodic or both; say what invokes the function'],
  ['too many resource types of a function', functionOf({ resourceTypes: Array.from({ length: 101 }, () => 'AWS::S3::Bucket') }),
    'FunctionRuleOptions.resourceTypes: got "101 resource types", but allowed is 1 to 100 resource types; '
    + 'name what the rule evaluates, in several rules if need be'],
  ['a function in an organization pack', withProps({
    customRules: [functionOf({ periodic: config.MaximumExecutionFrequency.ONE_HOUR })() as CustomConfigRule],
    deployment: RuleDeployment.organizationConformancePack(),
  }), 'ConfigRuleSet.customRules[0]: got "check", but allowed is only rules in Guard where an organization gets them; '
    + 'write it in Guard, or deploy a rule set with it in each account'],
  ['more than 1,000 rules', withProps({ customRules: many(997) }),
    'ConfigRuleSet: got "1001 rules", but allowed is up to 1000 rules in an account and region; choose fewer frameworks or exclude rules'],
  ['pack name', () => RuleDeployment.conformancePack({ name: '1 pack' }),
    'ConformancePackOptions.name: got "1 pack", but allowed is up to 100 letters, digits and hyphens, the first a letter; choose such a name'],
  ['prefix without bucket', () => RuleDeployment.organizationConformancePack({ deliveryPrefix: 'p' }),
    'OrganizationConformancePackOptions.deliveryPrefix: got "p", but allowed is only together with deliveryBucket; give deliveryBucket as well'],
  ['excluded account', () => RuleDeployment.organizationConformancePack({ excludedAccounts: ['111111111111', '12'] }),
    'OrganizationConformancePackOptions.excludedAccounts[1]: got "12", but allowed is the 12 digits of an account id; correct it'],
  ['too many excluded accounts', () => RuleDeployment.organizationConformancePack({ excludedAccounts: Array.from({ length: 1001 }, () => '111111111111') }),
    'OrganizationConformancePackOptions.excludedAccounts: got "1001 accounts", but allowed is up to 1000 accounts; exclude fewer'],
])('refuses %s', (_, act, text) => {
  expect(act).toThrow(new Error(text));
});

test('1,000 rules are made', () => {
  expect(rulesIn(stackOf(), { customRules: many(996) }).rules).toHaveLength(1000);
});

test('an excluded rule that no framework asks for any more is no mistake', () => {
  expect(withProps({ excludedRules: ['ACCESS_KEYS_ROTATED'] })).not.toThrow();
  const fresh = ManagedRule.of('NEW_CHECK', { trigger: RuleTrigger.PERIODIC });
  expect(rulesIn(stackOf(), { additionalRules: [fresh], excludedRules: ['NEW_CHECK'], frameworks: [ComplianceFramework.GDPR] }).controlsOf('NEW_CHECK')).toEqual([]);
});
