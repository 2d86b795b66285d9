import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { SecureStringSource } from './secure-string-source';

/**
 * Options of a parameter.
 */
export interface ParameterOptions {
  /**
   * What the parameter is for. Up to 1024 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * STANDARD takes 4096 bytes and is free; ADVANCED takes 8192 bytes and costs about $0.05 a month. INTELLIGENT_TIERING is not
   * allowed: it would change the price without being asked. Parameter Store knows no way back from ADVANCED.
   *
   * @default ParameterTier.STANDARD
   */
  readonly tier?: ssm.ParameterTier;

  /**
   * Id of the construct, and so what CloudFormation knows the parameter by. When you rename a parameter, give the new one the id of
   * the old one (its old name) and a generated value moves along; under another id it is another parameter with another value.
   *
   * @default - the relative name
   */
  readonly id?: string;
}

/**
 * Options of a SecureString.
 */
export interface SecureStringOptions extends ParameterOptions {
  /**
   * Where its value comes from.
   */
  readonly source: SecureStringSource;

  /**
   * Key that it is encrypted with. A generated value moves to another key on a live stack only if the function may still decrypt with the
   * old one: `oldKey.grantDecrypt(parameters.secureStringFunction)`.
   *
   * @default - the hierarchy's key
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether a parameter that exists already, and that this resource did not create, is taken over.
   *
   * Its value is replaced by the secret's; where the value would be generated, it is kept. An adopted parameter is never deleted,
   * and what it held is not brought back: Parameter Store keeps it as an older version.
   *
   * @default false
   */
  readonly adopt?: boolean;

  /**
   * Whether the parameter is deleted when it leaves the stack, or the stack is deleted: DESTROY or RETAIN. A creation that is rolled
   * back deletes it in any case; a rename deletes the old name in any case. To use a retained one again, `adopt` it.
   *
   * @default - DESTROY for a value from Secrets Manager, which is still there; for a generated one the profile's
   */
  readonly removalPolicy?: RemovalPolicy;
}
