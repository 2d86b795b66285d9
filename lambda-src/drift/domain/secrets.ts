import { asJson } from './json';

/**
 * Words that say what a value is. Plural `tokens` is left out: it counts things (language models, rate limits) more often
 * than it names a secret.
 */
const SECRET_WORDS = new Set([
  'password', 'passwords', 'passwd', 'pwd', 'passphrase', 'passcode', 'secret', 'secrets', 'token', 'credential', 'credentials', 'apikey',
]);
const SECRET_PAIRS = new Set(['api key', 'api keys', 'access key', 'account key', 'encryption key', 'private key', 'secret key', 'signing key', 'ssh key']);

/** Last words that make a name speak *about* a secret: `password-length`, `token-url`, `secret-arn`. */
const ABOUT_WORDS = new Set([
  'age', 'algorithm', 'alias', 'arn', 'count', 'days', 'description', 'duration', 'enabled', 'endpoint', 'expiration', 'expiry', 'file', 'header',
  'hours', 'interval', 'issuer', 'lease', 'length', 'lifetime', 'limit', 'max', 'min', 'minutes', 'mode', 'name', 'path', 'policy', 'prefix',
  'provider', 'region', 'required', 'rotation', 'seconds', 'size', 'timeout', 'ttl', 'type', 'uri', 'url', 'validity', 'version',
]);

/** What is a secret whatever it is called. Public keys and certificates are PEM blocks too, and are meant to be read. */
const SECRET_VALUES: readonly RegExp[] = [
  /-----BEGIN (?![A-Z0-9 ]*(?:CERTIFICATE|PUBLIC|PARAMETERS|X509))[A-Z0-9 ]+-----/,
  /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/,
  /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36}/,
  /(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10,}/,
  /hooks\.slack(?:-gov)?\.com\/services\//,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  /:\/\/[^\s/:@]*:[^\s/:@]+@/,
];

/** `arn:aws:secretsmanager:…` points to a secret and is none. */
const REFERENCE = /^arn:[\w-]+:[\w-]+:/;

const words = (segment: string) => segment
  .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  .toLowerCase()
  .split(/[^a-z0-9]+/)
  .filter((word) => word !== '');

const namesSecret = (list: string[]) => list.some((word, i) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${list[i + 1]}`));

/** What each of those words and pairs holds: most names hold none, and need no closer look. */
const HINT = /pass|pwd|secret|token|credential|key/i;

/** The segment of a relative name that says that its value is a secret. */
function tellingSegment(name: string): string | undefined {
  if (!HINT.test(name)) return undefined;
  const segments = name.split('/');
  const last = words(segments[segments.length - 1]);
  if (ABOUT_WORDS.has(last[last.length - 1])) return undefined;
  return segments.find((segment) => namesSecret(words(segment)));
}

/** Why a plain parameter looks like a secret, or undefined when it does not. */
export function secretSign(name: string, value: string): string | undefined {
  if (SECRET_VALUES.some((pattern) => pattern.test(value))) return 'its value has the form of a credential';
  if (REFERENCE.test(value)) return undefined;
  const segment = tellingSegment(name);
  return segment === undefined ? undefined : `its name says "${segment}"`;
}

/** Whether a key of a JSON value is the name of a secret. */
export const isSecretKey = (key: string) => tellingSegment(key) !== undefined;

/** Whether a value must not be shown or kept: it looks like a secret, or is JSON that would show the secret in it. */
export const isSecret = (name: string, value: string) => secretSign(name, value) !== undefined || holdsSecret(asJson(value));

function holdsSecret(json: unknown): boolean {
  if (Array.isArray(json)) return json.some(holdsSecret);
  if (typeof json !== 'object' || json === null) return false;
  return Object.entries(json).some(([key, value]) => (typeof value === 'string' && isSecretKey(key)) || holdsSecret(value));
}
