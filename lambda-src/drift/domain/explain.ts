import diff from 'microdiff';
import { Comparison, newerSide } from './compare';
import { asJson } from './json';
import { holdsSecret, isCredential, isSecretKey } from './secrets';
import { Finding, Parameter } from '../ports';

/** Longest value, and most keys, that a sentence shows. What is left out is said. */
const LONGEST_VALUE = 120;
const MOST_KEYS = 5;

/** Where the compared environments are, by name. */
export interface Names {
  readonly environment: string;
  readonly baseline: string;
}

/** One sentence: what, where, expected, found, since when and by whom. */
export function explain(comparison: Comparison, names: Names, changedBy: string | undefined): string {
  return `${what(comparison, names)}${since(comparison, names, changedBy)}.`;
}

function what(comparison: Comparison, { environment, baseline }: Names): string {
  const { name, target, difference } = comparison;
  const there = comparison.baseline;
  switch (difference) {
    case 'MISSING':
      return there
        ? `${name} is missing in ${environment}: ${baseline} has it as ${there.type}`
        : `${name} is missing in ${environment}: the policy expects it there`;
    case 'EXTRA':
      return `${name} exists only in ${environment}, as ${target!.type}: ${baseline} has no such parameter`;
    case 'TYPE_DIFFERS':
      return `${name} has another type in ${environment}: expected ${there!.type} as in ${baseline}, found ${target!.type}`;
    case 'VALUE_DIFFERS':
      return `${name} differs in ${environment}: ${valuesDiffer(comparison, baseline)}`;
    case 'NOT_EXPECTED':
      return `${name} is not what the policy expects in ${environment}: ${notExpected(comparison)}`;
    case 'LOOKS_SECRET':
      return `${name} looks like a secret in ${environment} but is a plain ${target!.type} (${comparison.sign}); store it as a SecureString`;
  }
}

function valuesDiffer(comparison: Comparison, baseline: string): string {
  const expected = comparison.baseline!.value!;
  const found = comparison.target!.value!;
  const [left, right] = [asJson(expected), asJson(found)];
  // Keys can be told apart even where the whole values may not be shown.
  if (left && right && Array.isArray(left) === Array.isArray(right)) {
    const keys = differingKeys(left, right);
    if (keys.length > 0) return `${count(keys.length, 'JSON key')} ${keys.length === 1 ? 'differs' : 'differ'} from ${baseline}: ${listed(keys, comparison.masked)}`;
    // Numbers that JavaScript cannot hold exactly may differ unseen.
    if (![expected, found].some((value) => /\d{16}|\d[eE]/.test(value))) return `the same JSON as in ${baseline}, written differently`;
  }
  if (comparison.masked) return `its value is not ${baseline}'s (not shown: it is a secret, or looks like one)`;
  return `expected ${shown(expected)} as in ${baseline}, found ${shown(found)}${firstDifference(expected, found)}`;
}

/** Where to look, when what is shown of two long values is the same. */
function firstDifference(expected: string, found: string): string {
  const [left, right] = [Array.from(expected), Array.from(found)];
  const at = left.findIndex((character, i) => character !== right[i]);
  const first = at < 0 ? left.length : at;
  return first < LONGEST_VALUE ? '' : `, different from character ${first + 1} on`;
}

interface KeyDifference {
  readonly path: string;
  readonly secret: boolean;
  readonly expected: unknown;
  readonly found: unknown;
}

function differingKeys(expected: object, found: object): KeyDifference[] {
  return diff(expected as Record<string, unknown>, found as Record<string, unknown>).map((change) => ({
    path: shownPath(change.path),
    secret: change.path.some((key) => typeof key === 'string' && isSecretKey(key))
      || [change.type === 'CREATE' ? undefined : change.oldValue, change.type === 'REMOVE' ? undefined : change.value].some(holdsSecret),
    expected: change.type === 'CREATE' ? undefined : change.oldValue,
    found: change.type === 'REMOVE' ? undefined : change.value,
  }));
}

/** `retry.max`, with control characters escaped. */
function shownPath(path: (string | number)[]): string {
  const text = path.join('.');
  return isCredential(text) ? 'a key that looks like a secret' : shownPlain(JSON.stringify(text).slice(1, -1));
}

function listed(keys: KeyDifference[], masked: boolean): string {
  const parts = keys.slice(0, MOST_KEYS).map((key) => {
    if (masked || key.secret) return `${key.path} (not shown)`;
    if (key.expected === undefined) return `${key.path} is extra with ${shownJson(key.found)}`;
    if (key.found === undefined) return `${key.path} is missing, expected ${shownJson(key.expected)}`;
    return `${key.path} expected ${shownJson(key.expected)}, found ${shownJson(key.found)}`;
  });
  const rest = keys.length - parts.length;
  return parts.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

function notExpected(comparison: Comparison): string {
  if (comparison.target!.value === undefined) return 'a SecureString is never read, so a value that the policy spells out belongs in a String';
  if (comparison.masked) return 'its value is another one (not shown: it is a secret, or looks like one)';
  return `expected ${comparison.expected === undefined ? 'another value' : shown(comparison.expected)}, found ${shown(comparison.target!.value)}`;
}

function since(comparison: Comparison, { environment, baseline }: Names, changedBy: string | undefined): string {
  const side = newerSide(comparison);
  if (side === undefined) return '';
  const parameter: Parameter = comparison[side]!;
  const by = changedBy === undefined ? '' : `, written by ${changedBy}`;
  return `; since version ${parameter.version} in ${side === 'target' ? environment : baseline}, ${minute(parameter.modifiedAt)}${by}`;
}

/** What the finding's standing adds to its sentence. */
export function standing(finding: Finding): string {
  if (finding.status === 'pending') return ` ${finding.environment} may run ahead until ${minute(finding.pendingUntil!)}.`;
  if (finding.status === 'waived') return ` Waived until the end of ${finding.waivedUntil} (UTC) by ${finding.waiver}.`;
  return '';
}

/** A text as a JSON string, so that quotes and control characters are seen; long ones are cut and say so. */
export function shown(value: string): string {
  const characters = Array.from(value);
  if (characters.length <= LONGEST_VALUE) return JSON.stringify(value);
  return `${JSON.stringify(characters.slice(0, LONGEST_VALUE).join(''))}… (${characters.length} characters)`;
}

const shownJson = (value: unknown) => typeof value === 'string' ? shown(value) : shownPlain(JSON.stringify(value));
const shownPlain = (text: string) => text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;

export const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** 2026-11-22 10:41 UTC */
export const minute = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** `arn:aws:sts::111111111111:assumed-role/Deploy/alice` -> `assumed-role/Deploy/alice`; the account's root as `root`. */
export function principal(arn: string): string {
  return arn.split(':').slice(5).join(':') || arn;
}
