import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/**
 * A SecureString in Parameter Store, made by `ParameterHierarchy.addSecureString`.
 */
export interface ISecureStringParameter extends IConstruct {
  /**
   * Its name in full. Whatever uses it is made after the parameter.
   */
  readonly parameterName: string;

  /**
   * Its ARN.
   */
  readonly parameterArn: string;

  /**
   * Key that it is encrypted with.
   */
  readonly encryptionKey: kms.IKey;

  /**
   * Lets somebody read and decrypt it, and nothing else.
   *
   * The key's policy has to leave such grants to IAM, as CDK's keys do.
   *
   * @param grantee Who.
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;
}
