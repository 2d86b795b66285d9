import { Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { policyKey, snapshotKey, walkPrefix } from './contract';
import { acknowledgeActions, acknowledgeResources } from '../private/acknowledge';
import { DATA_KEY_ACTIONS, grantKeyThrough, TABLE_KEY_ACTIONS, TABLE_READ_KEY_ACTIONS } from '../private/key-use';

export interface DetectAccessProps {
  readonly organization: string;
  readonly environment: string;
  readonly baseline: string;
  readonly table: dynamodb.ITable;
  readonly bucket: s3.IBucket;
  readonly queue: sqs.IQueue;
  readonly topic: sns.ITopic;
  readonly encryptionKey: kms.IKey;
}

/** All that the check may do, and nothing else. It cannot write a parameter, and has no key to open a SecureString with. */
export function grantDetectAccess(scope: Construct, grantee: iam.IGrantable, props: DetectAccessProps): void {
  const allow = (actions: string[], resourceArns: string[]) => iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
  const environments = props.environment === props.baseline ? [props.environment] : [props.environment, props.baseline];
  const folders = environments.map((environment) => Stack.of(scope).formatArn({
    service: 'ssm', resource: 'parameter', resourceName: `${props.organization}/${environment}`,
  }));
  const parameters = folders.map((folder) => `${folder}/*`);
  // Parameter Store judges a read by path on the path as the function gives it, which ends without a slash.
  allow(['ssm:GetParametersByPath'], folders);
  allow(['ssm:GetParameterHistory', 'ssm:GetParameters'], parameters);

  allow([
    'dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query',
    'dynamodb:UpdateItem',
  ], [props.table.tableArn]);
  grantKeyThrough(scope, props.table.encryptionKey, grantee, 'dynamodb', TABLE_KEY_ACTIONS);

  const policies = props.bucket.arnForObjects(policyKey('*'));
  const walks = props.bucket.arnForObjects(`${walkPrefix}*`);
  allow(['s3:GetObject'], [policies, walks]);
  allow(['s3:PutObject'], [props.bucket.arnForObjects(snapshotKey(props.organization, props.environment)), walks]);
  grantKeyThrough(scope, props.bucket.encryptionKey, grantee, 's3', DATA_KEY_ACTIONS);

  allow(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'], [props.queue.queueArn]);
  grantKeyThrough(scope, props.encryptionKey, grantee, 'sqs', DATA_KEY_ACTIONS);

  allow(['sns:Publish'], [props.topic.topicArn]);
  grantKeyThrough(scope, props.topic.masterKey, grantee, 'sns', DATA_KEY_ACTIONS);

  acknowledgeResources(scope, parameters, 'The names below an environment are what the check has to find out');
  acknowledgeResources(scope, [policies, walks], 'A policy\'s object is named by its content and a walk\'s by its run, which are known at run time only');
  acknowledgeActions(scope, TABLE_KEY_ACTIONS, 'DynamoDB asks for all of these forms, on one key and through DynamoDB only');
}

/** Findings, runs and their history, for whoever reports on them. */
export function grantTableRead(scope: IConstruct, grantee: iam.IGrantable, table: dynamodb.ITable): iam.Grant {
  const grant = iam.Grant.addToPrincipal({
    grantee, actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], resourceArns: [table.tableArn],
  });
  grantKeyThrough(scope, table.encryptionKey, grantee, 'dynamodb', TABLE_READ_KEY_ACTIONS);
  return grant;
}
