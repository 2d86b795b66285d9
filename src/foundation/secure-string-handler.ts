import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IDependable } from 'constructs';
import { SECURE_STRING_SETTINGS, SECURE_STRING_TIMEOUT_SECONDS } from './contract';
import { EnvironmentProfile } from './environment-profile';
import { acknowledgeResources } from '../private/acknowledge';
import { grantKeyForParameters } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';
import { grantSecretApart } from '../private/secret-use';

export interface SecureStringHandlerProps {
  /** `/organization/environment`. */
  readonly prefix: string;
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly runtime?: lambda.Runtime;
  readonly role?: iam.IRole;
}

/** The function behind the SecureStrings of one hierarchy. */
export class SecureStringHandler extends Construct {
  public readonly handler: PackagedFunction;
  private readonly parameters: string;
  private readonly keys = new Set<kms.IKey>();
  private readonly secrets = new Map<secretsmanager.ISecret, IDependable[]>();

  constructor(scope: Construct, id: string, props: SecureStringHandlerProps) {
    super(scope, id);
    // Never in a VPC: without a route to CloudFormation's answer address every deployment would hang.
    this.handler = new PackagedFunction(this, 'Handler', {
      handler: 'foundation/secure-string',
      description: `Makes the SecureStrings of ${props.profile.name}`,
      settings: { [SECURE_STRING_SETTINGS.prefix]: props.prefix },
      timeout: Duration.seconds(SECURE_STRING_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention: props.profile.logRetention,
      logRemovalPolicy: props.profile.removalPolicy,
      encryptionKey: props.encryptionKey,
      runtime: props.runtime,
      role: props.role,
    });
    this.parameters = `${Stack.of(this).formatArn({ service: 'ssm', resource: `parameter${props.prefix}` })}/*`;
    acknowledgeResources(this, [this.parameters], 'A renamed parameter is deleted under a name that the template no longer has');
    iam.Grant.addToPrincipal({
      grantee: this.handler.role,
      actions: [
        'ssm:AddTagsToResource', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:PutParameter', 'ssm:RemoveTagsFromResource',
      ],
      resourceArns: [this.parameters],
    });
  }

  /** Lets the function encrypt with a key, and decrypt what it has to keep, within this hierarchy only. */
  public useKey(key: kms.IKey): void {
    if (this.keys.has(key)) { return; }
    this.keys.add(key);
    // Parameter Store encrypts standard parameters directly, advanced ones with a data key.
    grantKeyForParameters(this, key, this.handler.role, this.parameters, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']);
  }

  /** Lets the function read a secret. Answers what a SecureString has to wait for that takes its value from there. */
  public useSecret(secret: secretsmanager.ISecret): IDependable[] {
    const known = this.secrets.get(secret);
    if (known) { return known; }
    const needed = grantSecretApart(this, secret, this.handler.role, ['secretsmanager:GetSecretValue']);
    this.secrets.set(secret, needed);
    return needed;
  }
}
