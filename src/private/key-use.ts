import { Annotations, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/** Lets a role use a key through one service only, never directly. */
export function grantKeyThrough(
  scope: IConstruct, key: kms.IKey | undefined, grantee: iam.IGrantable, service: string, actions: string[], context: { [key: string]: string } = {},
): void {
  if (!key) { return; }
  const { region } = Stack.of(scope);
  iam.Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [key.keyArn],
    // China's regions end their names differently.
    conditions: { StringLike: { 'kms:ViaService': `${service}.${region}.amazonaws.com*`, ...context } },
  });
}

/** Lets a role use a key through Parameter Store, for these parameters only. */
export function grantKeyForParameters(scope: IConstruct, key: kms.IKey, grantee: iam.IGrantable, parameterArn: string, actions: string[]): void {
  grantKeyThrough(scope, key, grantee, 'ssm', actions, { 'kms:EncryptionContext:PARAMETER_ARN': parameterArn });
}

/** What reading and writing encrypted objects and messages takes. */
export const DATA_KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];
/** What DynamoDB asks of whoever writes to a table with a key of its own. */
export const TABLE_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];
/** What DynamoDB asks of whoever only reads. */
export const TABLE_READ_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];

/** What a key's policy needs for the services that cannot do their work otherwise. */
export function serviceKeyStatements(scope: IConstruct): iam.PolicyStatement[] {
  const { account, region, partition } = Stack.of(scope);
  return [
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
    // EventBridge names no source account when it encrypts: with such a condition its events are silently lost.
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${region}.${Aws.URL_SUFFIX}`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    }),
  ];
}

/** What a key's policy needs so that AWS Config can deliver to a bucket that the key encrypts. */
export function configDeliveryKeyStatements(scope: IConstruct): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('config.amazonaws.com')],
    actions: DATA_KEY_ACTIONS,
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  })];
}

/** Adds what delivery by AWS Config needs to a key's policy, and says so where CDK cannot. */
export function admitConfigDelivery(scope: IConstruct, key: kms.IKey): void {
  const added = configDeliveryKeyStatements(scope).map((statement) => key.addToResourcePolicy(statement).statementAdded);
  if (added.includes(false)) {
    Annotations.of(key).addWarningV2('cdk-compliance-monitoring:ComplianceKey.importedKeyConfigDelivery',
      'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements(scope, { configDelivery: true }) '
      + 'to it yourself, or AWS Config cannot deliver to the reports bucket');
  }
}

/** Adds what the services need to a key's policy, and says so where CDK cannot. The warning stands on the key, so that it comes once. */
export function admitServices(scope: IConstruct, key: kms.IKey): void {
  const added = serviceKeyStatements(scope).map((statement) => key.addToResourcePolicy(statement).statementAdded);
  if (added.includes(false)) {
    Annotations.of(key).addWarningV2('cdk-compliance-monitoring:ComplianceKey.importedKey',
      'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements() to it yourself, '
      + 'or alarms cannot publish, events are lost and log groups cannot be made');
  }
}
