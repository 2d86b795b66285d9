import { Duration, Token } from 'aws-cdk-lib';

/** Every refusal says the same four things: which prop, what it got, what is allowed, and what to change. */
export function refuse(prop: string, value: unknown, allowed: string, fix: string): never {
  throw new Error(`${prop}: got ${show(value)}, but allowed is ${allowed}; ${fix}`);
}

function show(value: unknown): string {
  if (value === undefined) { return 'nothing'; }
  if (value instanceof Duration) { return `"${value.toString()}"`; }
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const NAME_ALLOWED = 'up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit';

/** JavaScript hands over anything: what is no such thing would be an error of the library's inside, or be passed over in silence. */
export function requireKind(prop: string, value: unknown, kind: Function, fix: string): void {
  if (value instanceof kind) { return; }
  // Constructs know their parents, and these their children: such an object has no JSON.
  refuse(prop, typeof value === 'object' ? value?.constructor.name : value, `${/^[AEIOU]/.test(kind.name) ? 'an' : 'a'} ${kind.name}`, fix);
}

/** For interfaces, which have no class to ask for: an object is what it is by a member that nothing else has. */
export function requireObject(prop: string, value: unknown, member: string, kind: string, fix: string): void {
  if (typeof value === 'object' && value !== null && member in value) { return; }
  refuse(prop, typeof value === 'object' ? value?.constructor.name : value, kind, fix);
}

/** Not by its class: there may be two copies of CDK. */
function requireDuration(prop: string, value: unknown, fix: string): void {
  requireObject(prop, value, 'toMinutes', 'a Duration', fix);
}

/** Names that become a level of a parameter's name: environments and organizations. */
export function requireName(prop: string, value: string): void {
  if (Token.isUnresolved(value)) { return; }
  if (typeof value !== 'string' || !NAME.test(value)) { refuse(prop, value, NAME_ALLOWED, 'choose a name without slashes or spaces'); }
}

/** The first level of a parameter's name: SSM keeps `aws` and `ssm` to itself. */
export function requireOrganizationName(prop: string, value: string): void {
  requireName(prop, value);
  if (!Token.isUnresolved(value) && /^(aws|ssm)/i.test(value)) {
    refuse(prop, value, 'a name that does not start with aws or ssm, which Parameter Store reserves', 'choose another name');
  }
}

export function requireText(prop: string, value: string | undefined, maxLength: number, fix: string): void {
  if (Token.isUnresolved(value)) { return; }
  if (value === undefined || value.trim() === '' || value.length > maxLength) {
    refuse(prop, value, `a text of 1 to ${maxLength} characters`, fix);
  }
}

export function requireWholeNumber(prop: string, value: number, min: number, max: number, fix: string): void {
  if (Token.isUnresolved(value)) { return; }
  if (!Number.isInteger(value) || value < min || value > max) { refuse(prop, value, `a whole number from ${min} to ${max}`, fix); }
}

/** Whole minutes of a duration, within bounds; an unresolved one passes through. */
export function requireMinutes(prop: string, value: Duration, min: number, max: number, fix: string): number {
  requireDuration(prop, value, fix);
  if (value.isUnresolved()) { return value.toMinutes(); }
  const minutes = value.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < min || minutes > max) {
    refuse(prop, value, `a whole number of minutes from ${min} to ${max}`, fix);
  }
  return minutes;
}

/** Ten years: longer than any release takes, shorter than what a mistyped unit makes. */
const LONGEST_WINDOW_MINUTES = 10 * 365 * 24 * 60;

/** A promotion window; zero switches it off. */
export function requireWindow(prop: string, value: Duration): number {
  return requireMinutes(prop, value, 0, LONGEST_WINDOW_MINUTES, 'give it in days, hours or minutes; zero switches it off');
}

/** Whole days of a duration, within bounds; an unresolved one passes through. */
export function requireDays(prop: string, value: Duration, min: number, max?: number, fix = 'give it as Duration.days(n)'): void {
  requireDuration(prop, value, fix);
  if (value.isUnresolved()) { return; }
  const days = value.toDays({ integral: false });
  if (!Number.isInteger(days) || days < min || (max !== undefined && days > max)) {
    refuse(prop, value, max === undefined ? `a whole number of days, at least ${min}` : `a whole number of days from ${min} to ${max}`, fix);
  }
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function requireEmail(prop: string, value: string): void {
  if (Token.isUnresolved(value)) { return; }
  if (!EMAIL.test(value)) { refuse(prop, value, 'an email address', 'write it as name@domain'); }
}

/** Tag values as every service takes them. */
export function requireTagValue(prop: string, value: string): void {
  if (Token.isUnresolved(value)) { return; }
  if (!/^[\p{L}\p{N} _.:/=+\-@]{1,256}$/u.test(value)) {
    refuse(prop, value, '1 to 256 letters, digits, spaces and the characters _ . : / = + - @', 'leave the other characters out');
  }
}
