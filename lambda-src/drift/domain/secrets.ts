import { asJson } from './json';

/**
 * Words that say what a value is, also at the end of a longer one: `dbpassword`, `clientsecret`. Plural `tokens` is left out: it
 * counts things (language models, rate limits) more often than it names a secret.
 */
const SECRET_WORD = /^(?:pwd|passcode|credentials?)$|(?:passwords?|passwd|passphrase|secrets?|token|(?:access|account|api|encryption|private|secret|signing|ssh)keys?)$/;
const SECRET_PAIR = /^(?:access|account|api|encryption|private|secret|signing|ssh) keys?$/;

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

/** A text that sets a secret beside other things: `…;Password=x;…`, `?token=x`, `password: x`. It is masked, but too often harmless to report. */
const SETS_SECRET = /(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key)["']?\s*[=:]\s*["']?[^\s"';,&]/i;

/** `arn:aws:secretsmanager:…` points to a secret and is none. */
const REFERENCE = /^arn:aws[\w-]*:[\w-]+:[\w-]*:(?:\d{12})?:/;

const words = (segment: string) => segment
  .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
  .toLowerCase()
  .split(/[^a-z]+/)
  .filter((word) => word !== '');

const namesSecret = (list: string[]) => list.at(-1) === 'pass'
  || list.some((word, i) => SECRET_WORD.test(word) || SECRET_PAIR.test(`${word} ${list[i + 1]}`));

/** What each of those words and pairs holds: most names hold none, and need no closer look. */
const HINT = /pass|pwd|secret|token|credential|key/i;

/** The segment of a relative name that says that its value is a secret. */
function tellingSegment(name: string): string | undefined {
  if (!HINT.test(name)) return undefined;
  const segments = name.split('/');
  const last = words(segments[segments.length - 1]);
  if (ABOUT_WORDS.has(last.at(-1) ?? '')) return undefined;
  return segments.find((segment) => namesSecret(words(segment)));
}

/** Why a plain parameter looks like a secret, or undefined when it does not. */
export function secretSign(name: string, value: string): string | undefined {
  if (isCredential(value)) return 'its value has the form of a credential';
  if (REFERENCE.test(value)) return undefined;
  const segment = tellingSegment(name);
  return segment === undefined ? undefined : `its name says "${segment}"`;
}

/** Whether a text is a secret whatever it is called. */
export const isCredential = (text: string) => SECRET_VALUES.some((pattern) => pattern.test(text));

/** Whether a key of a JSON value is the name of a secret. */
export const isSecretKey = (key: string) => tellingSegment(key) !== undefined;

/** Whether a value must not be shown or kept: it looks like a secret, or it would show the secret in it. */
export function isSecret(name: string, value: string): boolean {
  if (secretSign(name, value) !== undefined) return true;
  const json = asJson(value);
  return json === undefined ? SETS_SECRET.test(value) : holdsSecret(json);
}

/** Whether a part of a JSON value has a text or a number below a key that names a secret, or beside the name of one. */
export function holdsSecret(json: unknown): boolean {
  if (typeof json === 'string') return isCredential(json);
  if (Array.isArray(json)) return json.some(holdsSecret);
  if (typeof json !== 'object' || json === null) return false;
  const entries = Object.entries(json);
  // `{ "name": "DB_PASSWORD", "value": "…" }`, as container definitions have it.
  const label = entries.find(([key, value]) => /^(?:name|key)$/i.test(key) && typeof value === 'string')?.[1] as string | undefined;
  const labelled = label !== undefined && isSecretKey(label);
  const told = (key: string, value: unknown) => isSecretKey(key) || (labelled && value !== label);
  return entries.some(([key, value]) => (told(key, value) && hasContent(value)) || holdsSecret(value));
}

/** A flag or nothing at all is no secret. */
function hasContent(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasContent);
  return typeof value === 'string' || typeof value === 'number';
}
