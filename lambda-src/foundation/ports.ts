import { SecretValue } from './domain/secret-value';
import { DeploymentItem } from '../../src/drift/contract';
import { CharacterClass, SecureStringTier } from '../../src/foundation/contract';

export interface Tags {
  readonly [key: string]: string;
}

export interface SecretSource {
  readonly kind: 'secret';
  /** ARN, or name, in Secrets Manager. */
  readonly secret: string;
  readonly jsonKey?: string;
  readonly revision?: string;
}
export interface GeneratedSource {
  readonly kind: 'generated';
  readonly length: number;
  readonly characters: CharacterClass[];
  readonly revision?: string;
}

/** A SecureString as the template wants it. */
export interface Wanted {
  /** Full name. */
  readonly name: string;
  readonly tier: SecureStringTier;
  readonly keyArn: string;
  readonly description?: string;
  readonly source: SecretSource | GeneratedSource;
  readonly adopt: boolean;
  readonly tags: Tags;
}

/** A parameter as a read without decryption shows it. */
export interface StoredParameter {
  readonly type: string;
  readonly version: number;
  readonly tags: Tags;
}

export interface ParameterStore {
  find(name: string): Promise<StoredParameter | undefined>;
  /** The decrypted value, of the current version unless told otherwise; undefined when there is no such version. */
  value(name: string, version?: number): Promise<SecretValue | undefined>;
  /** Makes a parameter with its tags in one step, and fails when there is one already. */
  create(wanted: Wanted, value: SecretValue, tags: Tags): Promise<void>;
  /** The new version. */
  overwrite(wanted: Wanted, value: SecretValue): Promise<number>;
  tag(name: string, tags: Tags): Promise<void>;
  untag(name: string, keys: string[]): Promise<void>;
  /** What is gone already is no failure. */
  delete(name: string): Promise<void>;
}

export interface SecretReader {
  /** The secret's content, of the current version unless told otherwise. */
  read(secret: string, version?: string): Promise<SecretValue>;
}

export interface SecretVersions {
  /** Id of the version that is current. It says nothing about the content. */
  current(secret: string): Promise<string>;
}

/** Deployments in the drift table. Each call does nothing more when it is made again. */
export interface DeploymentStore {
  /** Keeps a deployment as the last one of its stack, unless a later one is kept already. */
  moveLast(deployment: DeploymentItem): Promise<void>;
  /** Adds a deployment to the environment's history. Answers whether it was new there. */
  add(deployment: DeploymentItem): Promise<boolean>;
}
