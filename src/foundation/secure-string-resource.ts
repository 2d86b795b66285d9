import { CfnDeletionPolicy, CfnResource, CustomResource, Duration, ITaggable, Lazy, RemovalPolicy, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { SECURE_STRING_RESOURCE_TYPE, SecureStringDocument } from './contract';
import { ISecureStringParameter } from './secure-string-parameter';
import { grantKeyForParameters } from '../private/key-use';

export interface SecureStringResourceProps {
  readonly serviceToken: string;
  readonly document: Omit<SecureStringDocument, 'Tags'>;
  readonly encryptionKey: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  /** Longer than the function may take. */
  readonly serviceTimeout: Duration;
}

/** The custom resource. CloudFormation tags none, so that it takes the tags of its tree itself and hands them on. */
export class SecureStringResource extends Construct implements ISecureStringParameter, ITaggable {
  public readonly parameterName: string;
  public readonly parameterArn: string;
  public readonly encryptionKey: kms.IKey;
  /** The custom resource itself, without what stands under this construct. */
  public readonly resource: CustomResource;
  /** What CloudFormation and the tags of the parameter know it by. */
  public readonly logicalId: string;
  public readonly tags = new TagManager(TagType.MAP, SECURE_STRING_RESOURCE_TYPE);

  constructor(scope: Construct, id: string, props: SecureStringResourceProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    const resource = this.resource = new CustomResource(this, 'Resource', {
      resourceType: SECURE_STRING_RESOURCE_TYPE,
      serviceToken: props.serviceToken,
      serviceTimeout: props.serviceTimeout,
      properties: { ...props.document, Tags: Lazy.any({ produce: () => this.tags.renderTags() as unknown }) },
    });
    const { cfnOptions } = resource.node.defaultChild as CfnResource;
    // A creation that is rolled back must leave nothing, or the next one would be refused.
    cfnOptions.deletionPolicy = props.removalPolicy === RemovalPolicy.RETAIN ? CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE : CfnDeletionPolicy.DELETE;
    // A renamed parameter takes its value along.
    cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
    this.logicalId = Stack.of(this).getLogicalId(resource.node.defaultChild as CfnResource);
    this.parameterName = resource.ref;
    this.parameterArn = Stack.of(this).formatArn({ service: 'ssm', resource: `parameter${resource.ref}` });
  }

  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const grant = iam.Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter', 'ssm:GetParameters'], resourceArns: [this.parameterArn] });
    grantKeyForParameters(this, this.encryptionKey, grantee, this.parameterArn, ['kms:Decrypt']);
    return grant;
  }
}
