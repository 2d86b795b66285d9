import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { EnvironmentProfile } from './environment-profile';
import { KeyUse } from './key-use';
import { admit } from '../private/key-use';
import { refuse } from '../private/validation';

/**
 * Props of `ComplianceKey`.
 */
export interface ComplianceKeyProps {
  /**
   * The environment, which decides what happens to the key on delete.
   */
  readonly profile: EnvironmentProfile;

  /**
   * A key of your own to use instead of a new one.
   *
   * It needs the statements of `requiredKeyStatements`. They are added when the key is made in the same app; for an imported key CDK
   * can add nothing, so that a warning tells to do it yourself.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Alias of the new key, with or without `alias/`. Not with `encryptionKey`. An alias is unique in an account and region.
   *
   * @default - none
   */
  readonly aliasName?: string;

  /**
   * What happens to the new key when its stack is deleted. A destroyed key is scheduled for deletion, and what it encrypted is lost.
   *
   * @default - the profile's: RETAIN, and DESTROY for EPHEMERAL
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Services that use the key for something of your own.
   *
   * @default - none; each part of this library that is given the key admits the services that it needs
   */
  readonly uses?: KeyUse[];
}

/**
 * The KMS key that everything of an environment is encrypted with.
 *
 * Beside the account itself it admits only services that could not do their work otherwise, and only those that somebody needs: a part
 * that makes a log group, an alarm, a rule or a bucket for AWS Config admits that service when it is given the key.
 */
export class ComplianceKey extends Construct {
  /**
   * The statements that a key needs for the services that use it. Put them into the policy of a key that you import.
   *
   * @param scope Any construct in the stack that uses the key: account and region are its.
   * @param uses The services. By default all that a part of this library may need.
   */
  public static requiredKeyStatements(scope: IConstruct, uses: KeyUse[] = KeyUse._ALL): iam.PolicyStatement[] {
    return uses.map((use) => use._statement(scope));
  }

  /** The key: the new one, or the one given. */
  public readonly key: kms.IKey;

  /**
   * @param scope Where the key belongs.
   * @param id Its name there.
   * @param props Profile, or a key of your own.
   */
  constructor(scope: Construct, id: string, props: ComplianceKeyProps) {
    super(scope, id);
    if (props.encryptionKey && props.aliasName !== undefined) {
      refuse('ComplianceKey.aliasName', props.aliasName, 'no alias beside an encryptionKey of your own', 'leave aliasName out, or leave encryptionKey out');
    }
    this.key = props.encryptionKey ?? new kms.Key(this, 'Resource', {
      description: `Encrypts what keeps ${props.profile.name} compliant`,
      alias: props.aliasName,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy ?? props.profile.removalPolicy,
    });
    admit(this, this.key, ...props.uses ?? []);
  }
}
