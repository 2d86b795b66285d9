import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { RecorderOptions } from './recorder-options';
import { deliveredObjects } from '../foundation/bucket-access';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';

/** Name of the role that AWS Config keeps for itself in an account. */
export const SERVICE_ROLE = 'AWSServiceRoleForConfig';

export interface RecorderRole {
  readonly roleArn: string;
  readonly serviceLinked: boolean;
}

/** The role that AWS Config records with. The service-linked one may not write to a bucket: AWS Config then delivers as the service. */
export function recorderRole(scope: IConstruct, { role, deliveryPrefix }: RecorderOptions, bucket: s3.IBucket): RecorderRole {
  if (!role) {
    const resourceName = `aws-service-role/config.amazonaws.com/${SERVICE_ROLE}`;
    return { roleArn: Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName }), serviceLinked: true };
  }
  iam.Grant.addToPrincipal({ grantee: role, actions: ['s3:GetBucketAcl'], resourceArns: [bucket.bucketArn] });
  iam.Grant.addToPrincipal({
    grantee: role,
    // With another role than its own AWS Config sends the access control list as that role.
    actions: ['s3:PutObject', 's3:PutObjectAcl'],
    resourceArns: [bucket.arnForObjects(deliveredObjects(Stack.of(scope).account, deliveryPrefix))],
    conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
  });
  grantKeyThrough(scope, bucket.encryptionKey, role, 's3', DATA_KEY_ACTIONS);
  return { roleArn: role.roleArn, serviceLinked: false };
}
