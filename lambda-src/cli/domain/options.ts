import { parseArgs } from 'node:util';
import { Misuse } from './outcome';

/** An option that takes a text, unless it has no `value`: then it is a switch. */
export interface Option {
  /** What the value is called in the help. */
  readonly value?: string;
  readonly help: string;
}
export interface Options { readonly [name: string]: Option }
/** A text for an option with a value, `true` for a switch. Absent when it was not given. */
export interface Given { readonly [name: string]: string | true | undefined }

/** What a command line says. Node's own messages differ from version to version, so the words are ours. */
export function given(args: readonly string[], options: Options, of: string): Given {
  const types = Object.fromEntries(Object.entries(options).map(([name, { value }]) => [name, { type: value ? 'string' as const : 'boolean' as const }]));
  const { tokens } = parseArgs({ args: [...args], options: types, strict: false, tokens: true });
  const found: { [name: string]: string | true } = {};
  for (const token of tokens) {
    if (token.kind === 'positional') throw new Misuse(`${of} takes no argument '${token.value}'`);
    if (token.kind === 'option-terminator') continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(options, name) || rawName !== `--${name}`) throw new Misuse(`${of} has no option ${rawName}`);
    if (Object.hasOwn(found, name)) throw new Misuse(`${rawName} is given twice`);
    if (!options[name].value && value !== undefined) throw new Misuse(`${rawName} takes no value`);
    // What looks like an option is a value only when that is said: a forgotten value must not swallow the next option.
    if (options[name].value && (!value || (!token.inlineValue && value.startsWith('-')))) throw new Misuse(`${rawName} needs a value: <${options[name].value}>`);
    found[name] = value ?? true;
  }
  return found;
}

export const text = (from: Given, name: string) => from[name] as string | undefined;

/** A whole number within bounds. */
export function whole(from: Given, name: string, least: number, most: number): number | undefined {
  const said = text(from, name);
  if (said === undefined) return undefined;
  const number = /^\d{1,9}$/.test(said) ? Number(said) : NaN;
  if (!(number >= least && number <= most)) throw new Misuse(`--${name} must be a whole number from ${least} to ${most}, and is '${said}'`);
  return number;
}

/** A text of a certain form. */
export function formed(from: Given, name: string, form: RegExp, what: string): string | undefined {
  const said = text(from, name);
  if (said !== undefined && !form.test(said)) throw new Misuse(`--${name} must be ${what}, and is '${said}'`);
  return said;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A moment in ISO 8601 with its zone, a day in UTC (its first moment), or seconds since 1970. */
export function moment(from: Given, name: string): Date | undefined {
  const said = text(from, name);
  if (said === undefined) return undefined;
  const time = timeOf(said);
  if (Number.isNaN(time)) {
    throw new Misuse(`--${name} must be a time such as 2026-03-01T08:00:00Z, a day such as 2026-03-01 (UTC) or seconds since 1970, and is '${said}'`);
  }
  return new Date(time);
}

function timeOf(said: string): number {
  if (/^\d{1,11}$/.test(said)) return Number(said) * 1_000;
  const day = Date.parse(`${said.slice(0, 10)}T00:00:00Z`);
  // JavaScript takes the 30th of February for a day in March.
  const isReal = (DAY.test(said) || TIME.test(said)) && !Number.isNaN(day) && new Date(day).toISOString().startsWith(said.slice(0, 10));
  return isReal ? Date.parse(said) : NaN;
}
