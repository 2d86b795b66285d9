/** What rules are called that are not named by CloudFormation. */
import { App, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AccountServices, ConfigRuleSetProps, CustomConfigRule, ManagedRule, RuleDeployment, RuleTrigger } from '../../../src';
import { flat, ofType, resourcesOf, stackOf, systemIn } from '../support';
import { CONFIG_RULE, propertiesOf, rulesIn } from './rules-support';

const guard = (name: string) => CustomConfigRule.guard(name, { policyText: 'x', resourceTypes: ['AWS::SQS::Queue'] });
const namesIn = (stack: Stack) => ofType(resourcesOf(stack), CONFIG_RULE).map(([, rule]) => flat(propertiesOf(rule).ConfigRuleName)).sort();
const withProps = (props: Partial<ConfigRuleSetProps>, stack = stackOf()) => {
  rulesIn(stack, props);
  return stack;
};
const ALL = ['RDS_CLUSTER_ENCRYPTED_AT_REST', 'RDS_STORAGE_ENCRYPTED', 'REQUIRED_TAGS', 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED'];
const ALLOWED = '1 to 32 letters, digits and hyphens, of which the first and the last are no hyphen; choose such a prefix, or leave it out for generated names';

test('are a prefix and what they are', () => {
  const stack = withProps({ ruleNamePrefix: 'bank', customRules: [guard('queue-owner')] });
  expect(namesIn(stack)).toEqual([
    'bank-queue-owner', 'bank-rds-cluster-encrypted-at-rest', 'bank-rds-storage-encrypted', 'bank-required-tags', 'bank-s3-bucket-server-side-encryption-enabled',
  ]);
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('change no logical id, and are generated without a prefix', () => {
  const [plain, named] = [withProps({}), withProps({ ruleNamePrefix: 'bank' })].map(resourcesOf);
  expect(Object.keys(named)).toEqual(Object.keys(plain));
  expect(ofType(plain, CONFIG_RULE).filter(([, rule]) => 'ConfigRuleName' in rule.Properties)).toEqual([]);
});

test('are told at deployment, so that who refers to one waits for it', () => {
  const stack = stackOf();
  const [first] = rulesIn(stack, { ruleNamePrefix: 'bank' }).rules;
  expect(stack.resolve(first.ruleName)).toEqual({ Ref: expect.stringMatching(/^RulesRDSCLUSTER/) });
});

test('of an account come by its services', () => {
  const stack = stackOf();
  systemIn(stack, { account: AccountServices.create({ ruleSet: { ruleNamePrefix: 'bank' } }) });
  expect(namesIn(stack)).toContain('bank-required-tags');
});

test('may have a prefix that is known at deployment', () => {
  const stack = stackOf();
  rulesIn(stack, { ruleNamePrefix: new CfnParameter(stack, 'Prefix').valueAsString });
  expect(namesIn(stack)).toContain('${Prefix}-required-tags');
});

test.each<[string, Partial<ConfigRuleSetProps>, string]>([
  ['nothing', { ruleNamePrefix: '' }, `ConfigRuleSet.ruleNamePrefix: got "", but allowed is ${ALLOWED}`],
  ['a space', { ruleNamePrefix: 'my bank' }, `ConfigRuleSet.ruleNamePrefix: got "my bank", but allowed is ${ALLOWED}`],
  ['a hyphen at the end', { ruleNamePrefix: 'bank-' }, `ConfigRuleSet.ruleNamePrefix: got "bank-", but allowed is ${ALLOWED}`],
  ['too many letters', { ruleNamePrefix: 'b'.repeat(33) }, `ConfigRuleSet.ruleNamePrefix: got "${'b'.repeat(33)}", but allowed is ${ALLOWED}`],
  ['a number, as JavaScript has it', { ruleNamePrefix: 5 as unknown as string }, `ConfigRuleSet.ruleNamePrefix: got 5, but allowed is ${ALLOWED}`],
  ['a name above 128 characters', { ruleNamePrefix: 'bank', additionalRules: [ManagedRule.of('R'.repeat(124), { trigger: RuleTrigger.PERIODIC })] },
    `ConfigRuleSet.ruleNamePrefix: got "bank-${'r'.repeat(111)}..., but allowed is names of up to 128 characters; choose a shorter prefix`],
  ['a conformance pack', { ruleNamePrefix: 'bank', deployment: RuleDeployment.conformancePack() },
    'ConfigRuleSet.ruleNamePrefix: got "bank", but allowed is a prefix for rules of their own only; leave it out: in a conformance pack rules have names '
    + "without a generated part, and AWS Config adds the pack's suffix"],
  ["an organization's pack", { ruleNamePrefix: 'bank', deployment: RuleDeployment.organizationConformancePack() },
    'ConfigRuleSet.ruleNamePrefix: got "bank", but allowed is a prefix for rules of their own only; leave it out: in a conformance pack rules have names '
    + "without a generated part, and AWS Config adds the pack's suffix"],
  ['a rule of your own that is called as a managed one', { ruleNamePrefix: 'bank', customRules: [guard('required-tags')] },
    'ConfigRuleSet.customRules: got "required-tags", but allowed is a name other than REQUIRED_TAGS has where names are not generated; choose another name'],
  ['the same in a pack', { deployment: RuleDeployment.conformancePack(), customRules: [guard('required-tags')] },
    'ConfigRuleSet.customRules: got "required-tags", but allowed is a name other than REQUIRED_TAGS has where names are not generated; choose another name'],
])('%s is refused', (_title, props, message) => {
  expect(() => withProps(props)).toThrow(new Error(message));
});

test('such a rule of your own is fine beside generated names', () => {
  expect(namesIn(withProps({ customRules: [guard('required-tags')] }))).toEqual(Array(5).fill('undefined'));
});

test('above 64 characters bring a warning, since their results cannot be asked for', () => {
  const stack = withProps({ ruleNamePrefix: 'bank', additionalRules: [ManagedRule.of('R'.repeat(60), { trigger: RuleTrigger.PERIODIC })] });
  Annotations.fromStack(stack).hasWarning('/Stack/Rules', Match.stringLikeRegexp(
    `more than 64 characters when it is asked for them, as a hub's backfill does: bank-${'r'.repeat(60)} has 65; choose a shorter prefix`));
});

test('a set without rules has none to name', () => {
  expect(rulesIn(stackOf(), { ruleNamePrefix: 'bank', excludedRules: ALL }).rules).toEqual([]);
});

describe('two sets with one prefix', () => {
  const envOf = (account: string) => ({ env: { account, region: 'eu-central-1' } });
  const refusal = 'ConfigRuleSet.ruleNamePrefix: got "bank", which Stack/Rules has too, but allowed is each name of a rule once in an account and region; '
    + 'give one of the two sets another prefix';

  test('are refused in a stack', () => {
    const stack = withProps({ ruleNamePrefix: 'bank' });
    rulesIn(stack, { ruleNamePrefix: 'bank' }, 'More');
    expect(() => (stack.node.root as App).synth()).toThrow(refusal);
  });

  test('are refused in an account and region', () => {
    const app = new App();
    const [one, other] = ['Stack', 'Other'].map((id) => withProps({ ruleNamePrefix: 'bank' }, new Stack(app, id, envOf('111111111111'))));
    expect(one.account).toBe(other.account);
    expect(() => app.synth()).toThrow(refusal);
  });

  test('are what an organization wants of its accounts', () => {
    const app = new App();
    for (const account of ['111111111111', '222222222222']) { withProps({ ruleNamePrefix: 'bank' }, new Stack(app, `Of${account}`, envOf(account))); }
    for (const id of ['Dev', 'Prod']) { withProps({ ruleNamePrefix: 'bank' }, new Stack(new Stage(app, id), 'Rules')); }
    expect(() => app.synth()).not.toThrow();
  });

  test('may stand beside each other when they share no rule, or not the prefix', () => {
    const stack = withProps({ ruleNamePrefix: 'bank' });
    rulesIn(stack, { ruleNamePrefix: 'bank', customRules: [guard('own')], excludedRules: ALL }, 'Own');
    rulesIn(stack, { ruleNamePrefix: 'other' }, 'Other');
    rulesIn(stack, {}, 'Generated');
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});
