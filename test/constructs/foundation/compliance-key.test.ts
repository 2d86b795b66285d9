import { RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AlertTopics, ComplianceEventHub, ComplianceKey, EnvironmentProfile, HubAccess, KeyUse, ParameterHierarchy, ParityBuckets } from '../../../src';
import { flat, monitorIn, ofType, only, resourcesOf, stackOf, statementsOf, systemIn } from '../support';

const fromThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
const ALARMS = { principal: 'cloudwatch.amazonaws.com', condition: fromThisAccount };
// Any condition here loses events silently.
const EVENTS = { principal: 'events.amazonaws.com', condition: undefined };
// Looking at the key has no context, and is not bound to one.
const EVENT_BUSES = {
  principal: 'events.amazonaws.com',
  condition: {
    ArnLikeIfExists: {
      'kms:EncryptionContext:aws:events:event-bus:arn': {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':event-bus/*']],
      },
    },
  },
};
const LOGS = {
  principal: 'logs.${AWS::Region}.${AWS::URLSuffix}',
  condition: {
    ArnLike: {
      'kms:EncryptionContext:aws:logs:arn': {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':log-group:*']],
      },
    },
  },
};
const CONFIG_DELIVERY = { principal: 'config.amazonaws.com', condition: fromThisAccount };
interface Admitted {
  readonly principal: string;
  readonly condition?: unknown;
}
const ALL: Admitted[] = [ALARMS, EVENTS, LOGS, CONFIG_DELIVERY];
const sorted = <T extends { principal: string }>(statements: T[]) => statements.sort((one, other) => (one.principal < other.principal ? -1 : 1));

const serviceStatements = (key: ReturnType<typeof only>) => statementsOf(key, 'KeyPolicy').slice(1).map((statement) => ({
  principal: flat((statement.Principal as { Service: unknown }).Service), condition: statement.Condition,
}));

test('a new key rotates, is retained, and admits the account only', () => {
  const stack = stackOf();
  const made = new ComplianceKey(stack, 'Key', { profile: EnvironmentProfile.DEV });
  const key = only(resourcesOf(stack), 'AWS::KMS::Key');
  expect(key.Properties.EnableKeyRotation).toBe(true);
  expect([key.DeletionPolicy, key.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  expect(statementsOf(key, 'KeyPolicy')[0]).toMatchObject({ Action: 'kms:*', Resource: '*' });
  expect(flat((statementsOf(key, 'KeyPolicy')[0].Principal as { AWS: unknown }).AWS)).toBe('arn:${AWS::Partition}:iam::${AWS::AccountId}:root');
  expect(serviceStatements(key)).toEqual([]);
  expect(ofType(resourcesOf(stack), 'AWS::KMS::Alias')).toEqual([]);
  expect(made.key).toBeInstanceOf(Key);
});

test('an alias is made on request, and an ephemeral key goes with its stack unless told otherwise', () => {
  const stack = stackOf();
  new ComplianceKey(stack, 'Key', { profile: EnvironmentProfile.EPHEMERAL, aliasName: 'compliance' });
  new ComplianceKey(stack, 'Kept', { profile: EnvironmentProfile.EPHEMERAL, removalPolicy: RemovalPolicy.RETAIN });
  expect(only(resourcesOf(stack), 'AWS::KMS::Key', /^Key/).DeletionPolicy).toBe('Delete');
  expect(only(resourcesOf(stack), 'AWS::KMS::Key', /^Kept/).DeletionPolicy).toBe('Retain');
  expect(only(resourcesOf(stack), 'AWS::KMS::Alias').Properties.AliasName).toBe('alias/compliance');
});

test("a key of the consumer's app gets the statements, once however many parts use it", () => {
  const stack = stackOf();
  const own = new Key(stack, 'Own');
  systemIn(stack, { encryptionKey: own });
  monitorIn(stack, { encryptionKey: own });
  expect(sorted(serviceStatements(only(resourcesOf(stack), 'AWS::KMS::Key')))).toEqual(sorted([...ALL]));
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test.each<[string, (stack: ReturnType<typeof stackOf>, encryptionKey: Key) => unknown, Admitted[]]>([
  ['buckets', (stack, encryptionKey) => new ParityBuckets(stack, 'Buckets', { profile: EnvironmentProfile.DEV, encryptionKey }), [CONFIG_DELIVERY]],
  ['buckets without delivery', (stack, encryptionKey) =>
    new ParityBuckets(stack, 'Buckets', { profile: EnvironmentProfile.DEV, encryptionKey, configDelivery: false }), []],
  ['topics', (stack, encryptionKey) => new AlertTopics(stack, 'Topics', { profile: EnvironmentProfile.DEV, encryptionKey }), [ALARMS, EVENTS]],
  ['plain parameters', (stack, encryptionKey) =>
    new ParameterHierarchy(stack, 'Parameters', { profile: EnvironmentProfile.DEV, organizationName: 'bank', encryptionKey }).addString('a', '1'), []],
  ['a monitor', (stack, encryptionKey) => monitorIn(stack, { encryptionKey }), [ALARMS, EVENTS, LOGS]],
  ['a monitor without alarms', (stack, encryptionKey) => monitorIn(stack, { encryptionKey, alarms: false }), [EVENTS, LOGS]],
  ['a hub', (stack, encryptionKey) => new ComplianceEventHub(stack, 'Hub', { access: HubAccess.ownAccount(), encryptionKey }), [ALARMS, EVENTS, EVENT_BUSES, LOGS]],
  ['a consumer\'s log group', (stack) =>
    new ComplianceKey(stack, 'Compliance', { profile: EnvironmentProfile.DEV, encryptionKey: stack.node.findChild('Own') as Key, uses: [KeyUse.LOGS] }), [LOGS]],
])('%s admit exactly the services that they need', (_what, build, expected) => {
  const stack = stackOf();
  build(stack, new Key(stack, 'Own'));
  expect(sorted(serviceStatements(only(resourcesOf(stack), 'AWS::KMS::Key')))).toEqual(sorted([...expected]));
});

test('nobody but the account may do everything with a key', () => {
  const stack = stackOf();
  systemIn(stack);
  const [root, ...others] = statementsOf(only(resourcesOf(stack), 'AWS::KMS::Key'), 'KeyPolicy');
  expect(root.Action).toBe('kms:*');
  for (const { Action } of others) { expect([Action].flat()).not.toContain('kms:*'); }
});

test('an imported key is used as it is, and one warning says what it needs', () => {
  const stack = stackOf();
  const imported = Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-central-1:111111111111:key/1234');
  systemIn(stack, { encryptionKey: imported });
  expect(ofType(resourcesOf(stack), 'AWS::KMS::Key')).toEqual([]);
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([[
    '/Stack/Imported',
    'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements() to it yourself, '
    + 'or alarms cannot publish, events are lost, log groups cannot be made and AWS Config cannot deliver '
    + '[ack: cdk-compliance-monitoring:ComplianceKey.importedKey]',
  ]]);
});

test('the statements for an imported key are those that a new one gets', () => {
  const stack = stackOf();
  const principals = (statements: PolicyStatement[]) => statements
    .map((statement) => flat((stack.resolve(statement.toStatementJson()) as { Principal: { Service: unknown } }).Principal.Service));
  expect(principals(ComplianceKey.requiredKeyStatements(stack))).toEqual([
    ALARMS, EVENTS, EVENT_BUSES, LOGS, CONFIG_DELIVERY,
  ].map(({ principal }) => principal));
  expect(principals(ComplianceKey.requiredKeyStatements(stack, [KeyUse.EVENTS]))).toEqual([EVENTS.principal]);
});

test('an alias beside a key of your own is refused', () => {
  const stack = stackOf();
  const encryptionKey = new Key(stack, 'Own');
  expect(() => new ComplianceKey(stack, 'Key', { profile: EnvironmentProfile.DEV, encryptionKey, aliasName: 'mine' })).toThrow(new Error(
    'ComplianceKey.aliasName: got "mine", but allowed is no alias beside an encryptionKey of your own; leave aliasName out, or leave encryptionKey out'));
});
