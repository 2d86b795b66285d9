import { RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ComplianceKey, EnvironmentProfile } from '../../../src';
import { flat, monitorIn, ofType, only, resourcesOf, stackOf, statementsOf, systemIn } from '../support';

const SERVICES = [
  { principal: 'cloudwatch.amazonaws.com', condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
  // Any condition here loses events silently.
  { principal: 'events.amazonaws.com', condition: undefined },
  {
    principal: 'logs.${AWS::Region}.${AWS::URLSuffix}',
    condition: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':log-group:*']],
        },
      },
    },
  },
];

const CONFIG_DELIVERY = { principal: 'config.amazonaws.com', condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };

const serviceStatements = (key: ReturnType<typeof only>) => statementsOf(key, 'KeyPolicy').slice(1).map((statement) => ({
  principal: flat((statement.Principal as { Service: unknown }).Service), condition: statement.Condition,
}));

test('a new key rotates, is retained, and admits the account and three services', () => {
  const stack = stackOf();
  const made = new ComplianceKey(stack, 'Key', { profile: EnvironmentProfile.DEV });
  const key = only(resourcesOf(stack), 'AWS::KMS::Key');
  expect(key.Properties.EnableKeyRotation).toBe(true);
  expect([key.DeletionPolicy, key.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  expect(statementsOf(key, 'KeyPolicy')[0]).toMatchObject({ Action: 'kms:*', Resource: '*' });
  expect(flat((statementsOf(key, 'KeyPolicy')[0].Principal as { AWS: unknown }).AWS)).toBe('arn:${AWS::Partition}:iam::${AWS::AccountId}:root');
  expect(serviceStatements(key)).toEqual(SERVICES);
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
  expect(serviceStatements(only(resourcesOf(stack), 'AWS::KMS::Key'))).toEqual([...SERVICES, CONFIG_DELIVERY]);
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('AWS Config is admitted only when asked', () => {
  const stack = stackOf();
  new ComplianceKey(stack, 'Key', { profile: EnvironmentProfile.DEV, configDelivery: true });
  expect(serviceStatements(only(resourcesOf(stack), 'AWS::KMS::Key'))).toEqual([...SERVICES, CONFIG_DELIVERY]);
  expect(statementsOf(only(resourcesOf(stack), 'AWS::KMS::Key'), 'KeyPolicy').at(-1)).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
});

test('an imported key is used as it is, and one warning for each of its uses says what it needs', () => {
  const stack = stackOf();
  const imported = Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-central-1:111111111111:key/1234');
  systemIn(stack, { encryptionKey: imported });
  expect(ofType(resourcesOf(stack), 'AWS::KMS::Key')).toEqual([]);
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([[
    '/Stack/Imported',
    'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements() to it yourself, '
    + 'or alarms cannot publish, events are lost and log groups cannot be made [ack: cdk-compliance-monitoring:ComplianceKey.importedKey]',
  ], [
    '/Stack/Imported',
    'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements(scope, { configDelivery: true }) to it '
    + 'yourself, or AWS Config cannot deliver to the reports bucket [ack: cdk-compliance-monitoring:ComplianceKey.importedKeyConfigDelivery]',
  ]]);
});

test('the statements for an imported key are those that a new one gets', () => {
  const stack = stackOf();
  const principals = (statements: PolicyStatement[]) => statements
    .map((statement) => flat((stack.resolve(statement.toStatementJson()) as { Principal: { Service: unknown } }).Principal.Service));
  expect(principals(ComplianceKey.requiredKeyStatements(stack))).toEqual(SERVICES.map(({ principal }) => principal));
  expect(principals(ComplianceKey.requiredKeyStatements(stack, { configDelivery: true })))
    .toEqual([...SERVICES, CONFIG_DELIVERY].map(({ principal }) => principal));
});

test('an alias beside a key of your own is refused', () => {
  const stack = stackOf();
  const encryptionKey = new Key(stack, 'Own');
  expect(() => new ComplianceKey(stack, 'Key', { profile: EnvironmentProfile.DEV, encryptionKey, aliasName: 'mine' })).toThrow(new Error(
    'ComplianceKey.aliasName: got "mine", but allowed is no alias beside an encryptionKey of your own; leave aliasName out, or leave encryptionKey out'));
});
