import { posix } from 'path';
import { CfnResource, Names, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct, IDependable } from 'constructs';
import { acknowledgeResources, acknowledgeRule } from './acknowledge';
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

/**
 * The same for the role of a function that reads several secrets. A secret that comes with something else, such as the one that RDS makes with a
 * database, is granted in a policy of its own: the function waits for its role's one policy, and all that it makes would wait for the database.
 * Answers that policy, for whatever reads this secret to wait for. All others stay in the one policy, which CDK divides when it grows
 * beyond what a role can hold.
 */
export function grantSecretApart(scope: Construct, secret: secretsmanager.ISecret, role: iam.IRole, actions: string[]): IDependable[] {
  if (!comesWithAnother(secret)) {
    grantSecret(scope, secret, role, actions);
    return [];
  }
  const place = new Construct(scope, `Reads:${pathFrom(Stack.of(scope), secret).replaceAll('/', ':')}`);
  // Named after the stack as well: two stacks may bring the same role along, and CDK's names would be the same in both.
  const policy = new iam.Policy(place, 'Policy', { policyName: Names.uniqueResourceName(place, { maxLength: 128 }) });
  acknowledgeRule(policy, 'IAMNoInlinePolicy', 'It says which secret this one function may read and goes with its role, but comes later than the function');
  grantSecret(scope, secret, policy, actions);
  // By the role, which knows whether it may be changed, and at last: a role that somebody else makes notes what the policy holds now.
  role.attachInlinePolicy(policy);
  return [policy];
}

/** Whether its ARN is known from something else than a secret: a database that RDS makes it with, or an attachment to one. */
function comesWithAnother(secret: secretsmanager.ISecret): boolean {
  return Tokenization.reverseString(secretArnOf(secret)).tokens.some((token) => Reference.isReference(token)
    && CfnResource.isCfnResource(token.target) && token.target.cfnResourceType !== secretsmanager.CfnSecret.CFN_RESOURCE_TYPE_NAME);
}

/** The same in every Stage, and another one for each secret. */
const pathFrom = (stack: Stack, { node }: IConstruct): string => posix.relative(`/${stack.node.path}`, `/${node.path}`);
