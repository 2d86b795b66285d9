import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { KeyUse } from '../foundation/key-use';

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

/**
 * Lets services use a key, and says so where CDK cannot. Whoever needs a service to use the key asks for it; the same statement stands in
 * the policy once. The warning stands on the key and is always the same, so that it comes once.
 */
export function admit(scope: IConstruct, key: kms.IKey, ...uses: KeyUse[]): void {
  const added = uses.map((use) => key.addToResourcePolicy(use._statement(scope)).statementAdded);
  if (added.includes(false)) {
    Annotations.of(key).addWarningV2('cdk-compliance-monitoring:ComplianceKey.importedKey',
      'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements() to it yourself, '
      + 'or alarms cannot publish, events are lost, log groups cannot be made and AWS Config cannot deliver');
  }
}
