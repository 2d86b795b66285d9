import { App, Stack, Stage } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ComplianceFramework, ConfigRuleSetProps, CustomConfigRule, ManagedRule, RuleDeployment, RuleTrigger } from '../../../src';
import { flat, ofType, only, Resource, resourcesOf, stackOf } from '../support';
import { CONFIG_RULE, propertiesOf, RuleProperties, rulesIn } from './rules-support';

const PACK = 'AWS::Config::ConformancePack';
const ORGANIZATION_PACK = 'AWS::Config::OrganizationConformancePack';

const bodyOf = (pack: Resource) => flat(pack.Properties.TemplateBody);

function rulesInPack(pack: Resource): { [logicalId: string]: { Type: string; Properties: RuleProperties } } {
  const template = JSON.parse(bodyOf(pack)) as { Resources: ReturnType<typeof rulesInPack> };
  expect(Object.keys(template)).toEqual(['Resources']);
  // One a line, so that a changed pack can be read.
  expect(bodyOf(pack).split('\n')).toHaveLength(Object.keys(template.Resources).length + 2);
  return template.Resources;
}

function packsOf(props: Partial<ConfigRuleSetProps>, type = PACK) {
  const stack = stackOf();
  const set = rulesIn(stack, { deployment: RuleDeployment.conformancePack({ name: 'bank' }), ...props });
  return { stack, set, resources: resourcesOf(stack), packs: ofType(resourcesOf(stack), type).map(([, resource]) => resource) };
}

const guards = (count: number, policyText = 'x') => Array.from({ length: count }, (_, index) => (
  CustomConfigRule.guard(`rule-${index}`, { policyText, resourceTypes: ['AWS::SQS::Queue'] })
));

const small = (count: number) => Array.from({ length: count }, (_, index) => ManagedRule.of(`RULE_${index}`, { trigger: RuleTrigger.PERIODIC }));

const placesOf = (packs: Resource[]) => new Map(packs.flatMap((pack) => Object.keys(rulesInPack(pack)).map((id) => (
  [id, String(pack.Properties.ConformancePackName)] as [string, string]
))));

test('a pack holds the very rules that would be made one by one', () => {
  const props = { frameworks: ComplianceFramework.all(), periodicFrequency: config.MaximumExecutionFrequency.SIX_HOURS, customRules: guards(2) };
  const { packs, resources, set } = packsOf(props);
  expect(packs).toHaveLength(1);
  expect(ofType(resources, CONFIG_RULE)).toEqual([]);
  const inPack = Object.values(rulesInPack(packs[0])).map(({ Type, Properties: { ConfigRuleName, ...rest } }) => {
    expect(Type).toBe(CONFIG_RULE);
    expect(ConfigRuleName).toMatch(/^[a-z0-9-]+$/);
    return rest;
  });
  const stack = stackOf();
  rulesIn(stack, props);
  const alone = ofType(resourcesOf(stack), CONFIG_RULE).map(([, resource]) => propertiesOf(resource));
  const policy = (rule: RuleProperties) => rule.InputParameters?.policyARN;
  const sorted = (rules: RuleProperties[]) => rules
    .map((rule) => (policy(rule) ? { ...rule, InputParameters: { ...rule.InputParameters, policyARN: flat(policy(rule)) } } : rule))
    .map((rule) => JSON.stringify(rule, Object.keys(flatKeys(rule)).sort())).sort();
  expect(sorted(inPack)).toEqual(sorted(alone));
  expect(set.rules.find(({ identifier }) => identifier === 'ACCESS_KEYS_ROTATED')).toMatchObject({ ruleName: 'access-keys-rotated', packName: 'bank' });
});

/** Every key at any depth: what `JSON.stringify` keeps and sorts. */
function flatKeys(value: unknown): { [key: string]: true } {
  if (typeof value !== 'object' || value === null) { return {}; }
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => ({ [key]: true, ...flatKeys(inner) }))) as { [key: string]: true };
}

test('130 rules are one pack, 131 are two, each within its limits', () => {
  expect(packsOf({ additionalRules: small(126) }).packs).toHaveLength(1);
  const { packs, resources } = packsOf({ additionalRules: small(127) });
  expect(packs.map(({ Properties }) => Properties.ConformancePackName)).toEqual(['bank', 'bank-2']);
  expect(Object.keys(resources)).toEqual([expect.stringMatching(/^RulesPack1/), expect.stringMatching(/^RulesPack2/)]);
  const sizes = packs.map((pack) => Object.keys(rulesInPack(pack)).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(131);
  sizes.forEach((size) => expect(size).toBeLessThanOrEqual(130));
});

test('packs are divided by size as well', () => {
  const { packs } = packsOf({ customRules: guards(30, 'é'.repeat(4_000)) });
  expect(packs.length).toBeGreaterThan(4);
  packs.forEach((pack) => expect(Buffer.byteLength(bodyOf(pack))).toBeLessThanOrEqual(51_200));
  expect([...placesOf(packs).keys()]).toHaveLength(34);
});

test('an added rule moves none, and one more pack takes rules without moving others', () => {
  const before = placesOf(packsOf({ additionalRules: small(200) }).packs);
  const after = placesOf(packsOf({ additionalRules: small(210) }).packs);
  before.forEach((pack, rule) => expect([rule, after.get(rule)]).toEqual([rule, pack]));
  const more = placesOf(packsOf({ additionalRules: small(330) }).packs);
  expect(new Set(more.values())).toEqual(new Set(['bank', 'bank-2', 'bank-3']));
  before.forEach((pack, rule) => expect([pack, 'bank-3']).toContain(more.get(rule)));
});

test('more than 50 packs are refused', () => {
  expect(() => packsOf({ customRules: guards(120, 'é'.repeat(9_000)) })).toThrow(new Error(
    'ConfigRuleSet.deployment: got "124 rules", but allowed is rules that fit into 50 conformance packs of 51200 bytes; '
    + 'make fewer or shorter rules of your own, or choose RuleDeployment.rules()',
  ));
});

test('a set without rules makes no pack', () => {
  const stack = stackOf();
  const set = rulesIn(stack, {
    requiredTags: [],
    excludedRules: ['S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED', 'RDS_STORAGE_ENCRYPTED', 'RDS_CLUSTER_ENCRYPTED_AT_REST'],
    deployment: RuleDeployment.conformancePack(),
  });
  expect(resourcesOf(stack)).toBeUndefined();
  expect(set.rules).toEqual([]);
});

test('names follow from the place in the app, so stages do not meet', () => {
  const app = new App();
  const names = ['Blue', 'Green'].map((stage) => {
    const stack = new Stack(new Stage(app, stage), 'Stack');
    rulesIn(stack, { deployment: RuleDeployment.conformancePack() });
    return only(resourcesOf(stack), PACK).Properties.ConformancePackName as string;
  });
  expect(new Set(names).size).toBe(2);
  names.forEach((name) => expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,99}$/));
});

test('a pack waits for what admits a function, and names it', () => {
  const stack = stackOf();
  const lambdaFunction = new lambda.Function(stack, 'Check', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
  });
  rulesIn(stack, {
    customRules: [CustomConfigRule.fromFunction('check', { lambdaFunction, resourceTypes: ['AWS::SQS::Queue'], periodic: config.MaximumExecutionFrequency.ONE_HOUR })],
    deployment: RuleDeployment.conformancePack({ name: 'own', deliveryBucket: new s3.Bucket(stack, 'Bucket'), deliveryPrefix: 'packs' }),
  });
  const resources = resourcesOf(stack);
  const pack = only(resources, PACK);
  expect(pack.DependsOn).toEqual(expect.arrayContaining([ofType(resources, 'AWS::Lambda::Permission')[0][0], ofType(resources, 'AWS::IAM::Policy')[0][0]]));
  expect(pack.Properties).toMatchObject({ DeliveryS3KeyPrefix: 'packs', DeliveryS3Bucket: { Ref: expect.stringMatching(/^Bucket/) } });
  expect(bodyOf(pack)).toMatch(/"SourceIdentifier":"\${Check[A-F0-9]+\.Arn}"/);
  expect(rulesInPack(pack).CustomCheck.Properties.Source.SourceDetails).toHaveLength(3);
});

test('an organization gets the same packs in each account but those excluded', () => {
  const stack = stackOf();
  rulesIn(stack, {
    deployment: RuleDeployment.organizationConformancePack({
      name: 'bank',
      excludedAccounts: ['111111111111'],
      deliveryBucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'awsconfigconforms-bank'),
    }),
    customRules: guards(1),
  });
  const pack = only(resourcesOf(stack), ORGANIZATION_PACK);
  expect(pack.Properties).toMatchObject({
    OrganizationConformancePackName: 'bank', ExcludedAccounts: ['111111111111'], DeliveryS3Bucket: 'awsconfigconforms-bank',
  });
  expect(Object.keys(rulesInPack(pack))).toEqual([
    'RdsClusterEncryptedAtRest', 'RdsStorageEncrypted', 'RequiredTags', 'S3BucketServerSideEncryptionEnabled', 'CustomRule0',
  ]);
});

test("an organization's bucket must have the name that AWS Config asks for", () => {
  const stack = stackOf();
  const deliveryBucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'packs');
  expect(() => RuleDeployment.organizationConformancePack({ deliveryBucket })).toThrow(new Error(
    'OrganizationConformancePackOptions.deliveryBucket: got "packs", but allowed is a bucket whose name starts with awsconfigconforms; choose another bucket',
  ));
});
