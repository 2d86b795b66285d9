import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { POLICY_BUCKET_PROPERTY, POLICY_KEY_ATTRIBUTE, POLICY_PROPERTY, POLICY_RESOURCE_TYPE, POLICY_SETTINGS, policyKey } from './contract';
import { ParityPolicy } from './parity-policy';
import { acknowledgeResources } from '../private/acknowledge';
import { grantKeyThrough } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';

export interface ParityPolicyResourceProps {
  readonly parity: ParityPolicy;
  readonly bucket: s3.IBucket;
  readonly encryptionKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly runtime?: lambda.Runtime;
}

/** Puts the policy where the check reads it: environment variables end at 4 KB, and tokens are known only at deployment. */
export class ParityPolicyResource extends Construct {
  public readonly handler: PackagedFunction;
  /** Key of the policy's object. It names the content, so that a changed policy is a changed setting of the check. */
  public readonly policyKey: string;

  constructor(scope: Construct, id: string, props: ParityPolicyResourceProps) {
    super(scope, id);
    // Never in a VPC: without a route to CloudFormation's answer address every deployment would hang.
    this.handler = new PackagedFunction(this, 'Handler', {
      handler: 'drift/policy',
      description: 'Puts the parity policy where the drift check reads it',
      settings: { [POLICY_SETTINGS.bucketName]: props.bucket.bucketName },
      timeout: Duration.seconds(60),
      memorySize: 256,
      logRetention: props.logRetention,
      logRemovalPolicy: props.removalPolicy,
      encryptionKey: props.encryptionKey,
      runtime: props.runtime,
    });
    const policies = props.bucket.arnForObjects(policyKey('*'));
    acknowledgeResources(this, [policies], 'A policy\'s object is named by its content, which is known at deployment only');
    iam.Grant.addToPrincipal({
      grantee: this.handler.role,
      // A policy that changed is another object, and the old one goes.
      actions: ['s3:DeleteObject', 's3:PutObject'],
      resourceArns: [policies],
    });
    // It reads nothing, and S3 decrypts for a writer only what was uploaded in parts.
    grantKeyThrough(this, props.bucket.encryptionKey, this.handler.role, 's3', ['kms:GenerateDataKey']);

    const resource = new CustomResource(this, 'Resource', {
      resourceType: POLICY_RESOURCE_TYPE,
      serviceToken: this.handler.function.functionArn,
      serviceTimeout: Duration.minutes(2),
      properties: { [POLICY_PROPERTY]: props.parity._render(), [POLICY_BUCKET_PROPERTY]: props.bucket.bucketName },
    });
    this.policyKey = resource.getAttString(POLICY_KEY_ATTRIBUTE);
  }
}
