import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { acknowledgeResources } from './acknowledge';
import { grantKeyThrough } from './key-use';

/** What a policy names a secret by: an imported one may lack the six characters that AWS puts after its name. */
export const secretArnOf = (secret: secretsmanager.ISecret): string => secret.secretFullArn ?? `${secret.secretArn}-??????`;

/** Lets a function of ours do something with a secret, and open it with its key. Not CDK's own grant, which depends on feature flags of the app. */
export function grantSecret(scope: IConstruct, secret: secretsmanager.ISecret, grantee: iam.IGrantable, actions: string[]): void {
  const arn = secretArnOf(secret);
  if (!secret.secretFullArn) { acknowledgeResources(scope, [arn], 'An imported secret is known by its name only, which AWS completes with six characters'); }
  iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [arn] });
  grantKeyThrough(scope, secret.encryptionKey, grantee, 'secretsmanager', ['kms:Decrypt'], { 'kms:EncryptionContext:SecretARN': arn });
}
