import { Duration, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CharacterClass, GeneratedSourceDocument, SecretSourceDocument, SHORTEST_GENERATED, TIER_BYTES } from './contract';
import { refuse, requireMinutes, requireText } from '../private/validation';

/**
 * Options of a value that is taken from Secrets Manager.
 */
export interface SecretValueOptions {
  /**
   * Key of the secret's JSON object whose value is taken: a text, a number or a boolean.
   *
   * @default - the whole secret
   */
  readonly jsonKey?: string;

  /**
   * Any text. Another one on a live stack has the secret read again: CloudFormation does not notice that a secret changed.
   *
   * @default - the secret is read when something else about the parameter changes
   */
  readonly revision?: string;

  /**
   * Whether the parameter follows the secret between deployments: a function writes what the secret holds after each rotation, and
   * replaces a value that was written by hand. It is told by EventBridge where a CloudTrail trail exists, and looks at the secret's
   * version at every `followInterval` in any case. A failure raises the hierarchy's `followAlarm`.
   *
   * Whoever uses the parameter must read it again after a rotation. It may be set and taken back on a live stack.
   *
   * @default false
   */
  readonly followRotation?: boolean;

  /**
   * How often the secret's version is looked at. Whole minutes, from 5 to 1440. Only with `followRotation`. Every hour costs less than
   * $0.01 a month in calls; the value itself is read only when the version has changed.
   *
   * @default Duration.hours(1)
   */
  readonly followInterval?: Duration;
}

/**
 * Options of a value that is made by the function. It has at least one character of each class that is on.
 */
export interface GeneratedValueOptions {
  /**
   * Number of characters, from 8 to 4096, or to 8192 in the Advanced tier. Another number on a live stack makes a new value.
   *
   * @default 32
   */
  readonly length?: number;

  /**
   * Whether it has letters from a to z. A change on a live stack makes a new value.
   *
   * @default true
   */
  readonly lowercase?: boolean;

  /**
   * Whether it has letters from A to Z. A change on a live stack makes a new value.
   *
   * @default true
   */
  readonly uppercase?: boolean;

  /**
   * Whether it has digits. A change on a live stack makes a new value.
   *
   * @default true
   */
  readonly digits?: boolean;

  /**
   * Whether it has symbols: `!#$%&()*+,-.:;<=>?[]^_|~`. A change on a live stack makes a new value.
   *
   * @default false
   */
  readonly symbols?: boolean;

  /**
   * Any text. Another one on a live stack makes a new value; the text of before brings the value of before back.
   *
   * @default - the value stays until its length or its characters change
   */
  readonly revision?: string;
}

/**
 * Where the value of a SecureString comes from. It never stands in a template.
 */
export class SecureStringSource {
  /**
   * Takes the value that a secret has when the stack is deployed, and with `followRotation` what it has from then on.
   *
   * The secret must have a value before that, and an imported one, or its key, may have to admit the function's role.
   *
   * @param secret The secret.
   * @param options Which part of it, and when it is read again.
   */
  public static fromSecret(secret: secretsmanager.ISecret, options: SecretValueOptions = {}): SecureStringSource {
    if (options.jsonKey !== undefined) { requireText('SecretValueOptions.jsonKey', options.jsonKey, 256, 'name a key of the JSON object, or leave jsonKey out'); }
    requireRevision('SecretValueOptions.revision', options.revision);
    return new SecureStringSource(
      { Secret: secret.secretArn, JsonKey: options.jsonKey, Revision: options.revision }, secret, undefined, followInterval(options));
  }

  /**
   * Makes a value of letters, digits and symbols in the function, from a source of randomness that nobody can guess.
   *
   * It stays the same until its length, characters or revision change.
   *
   * @param options What it is made of.
   */
  public static generate(options: GeneratedValueOptions = {}): SecureStringSource {
    const { length = 32, lowercase = true, uppercase = true, digits = true, symbols = false, revision } = options;
    const longest = TIER_BYTES.Advanced;
    if (!Token.isUnresolved(length) && (!Number.isInteger(length) || length < SHORTEST_GENERATED || length > longest)) {
      refuse('GeneratedValueOptions.length', length, `a whole number from ${SHORTEST_GENERATED} to ${longest}`, 'choose another length; 32 is a good one');
    }
    const classes: { [name in CharacterClass]: boolean } = { lowercase, uppercase, digits, symbols };
    const characters = (Object.keys(classes) as CharacterClass[]).filter((name) => classes[name]);
    if (characters.length === 0) {
      refuse('GeneratedValueOptions', { lowercase, uppercase, digits, symbols }, 'at least one class of characters', 'leave lowercase, uppercase or digits on');
    }
    requireRevision('GeneratedValueOptions.revision', revision);
    const text = Token.isUnresolved(length) ? Token.asString(length) : String(length);
    return new SecureStringSource({ Length: text, Characters: characters, Revision: revision }, undefined, length);
  }

  private constructor(
    private readonly document: SecretSourceDocument | GeneratedSourceDocument,
    private readonly secret?: secretsmanager.ISecret,
    private readonly length?: number,
    private readonly interval?: Duration,
  ) {}

  /** @internal */
  public _document(): SecretSourceDocument | GeneratedSourceDocument { return this.document; }
  /** @internal */
  public _secret(): secretsmanager.ISecret | undefined { return this.secret; }
  /** @internal */
  public _length(): number | undefined { return this.length; }
  /**
   * How often the secret's version is looked at; nothing when it is not followed.
   *
   * @internal
   */
  public _followInterval(): Duration | undefined { return this.interval; }
}

function requireRevision(prop: string, revision?: string): void {
  if (revision !== undefined) { requireText(prop, revision, 256, 'give a date or a number, or leave it out'); }
}

function followInterval({ followRotation = false, followInterval: interval }: SecretValueOptions): Duration | undefined {
  if (!followRotation) {
    if (interval) { refuse('SecretValueOptions.followInterval', interval, 'nothing without followRotation', 'set followRotation, or leave followInterval out'); }
    return undefined;
  }
  const chosen = interval ?? Duration.hours(1);
  requireMinutes('SecretValueOptions.followInterval', chosen, 5, 1440, 'choose an interval from five minutes to a day');
  return chosen;
}
