/** Why a record is not taken. It goes to the dead-letter queue alone, with this in the log. It quotes nothing that may name a resource. */
export class Refused extends Error {}

/** Clocks differ by seconds; what claims to be from later than this would hide all that follows until then. */
export const MOST_AHEAD_MINUTES = 15;

export type Fields = { readonly [name: string]: unknown };

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export function fieldsOf(value: unknown, path: string): Fields {
  if (!isFields(value)) throw new Refused(`${path} is missing, or no object`);
  return value;
}

/** Fields that need not be there. */
export const fieldsIn = (value: unknown): Fields => (isFields(value) ? value : {});

/** A text that must be there. It is kept as it is, but for halves of characters, which no table keeps. */
export function text(value: unknown, path: string, longest: number): string {
  if (typeof value !== 'string' || value === '') throw new Refused(`${path} is missing, or no text`);
  const whole = wellFormed(value);
  if (whole.length > longest) throw new Refused(`${path} has ${whole.length} characters, and may have ${longest}`);
  return whole;
}

export const optionalText = (value: unknown, path: string, longest: number): string | undefined =>
  (value === undefined || value === null || value === '' ? undefined : text(value, path, longest));

const HALVES = /\p{Surrogate}/gu;
/** Cheap, and nearly always enough. */
const MAY_HAVE_HALVES = /[\ud800-\udfff]/;
export const wellFormed = (value: string) => (MAY_HAVE_HALVES.test(value) ? value.replace(HALVES, '\ufffd') : value);

const ISO_8601 = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** A time, as ISO 8601 with milliseconds in UTC. */
export function time(value: unknown, path: string, now: Date): string {
  const day = typeof value === 'string' ? ISO_8601.exec(value)?.[1] : undefined;
  if (day === undefined || !isDay(day)) throw new Refused(`${path} is missing, or no time in ISO 8601 with a time zone`);
  const at = new Date(value as string);
  if (!(at.getTime() >= 0)) throw new Refused(`${path} is no time, or before 1970`);
  if (at.getTime() > now.getTime() + MOST_AHEAD_MINUTES * 60_000) {
    throw new Refused(`${path} (${at.toISOString()}) is more than ${MOST_AHEAD_MINUTES} minutes in the future`);
  }
  return at.toISOString();
}

/** JavaScript takes the 31st of February for a day of March. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

export function json(value: string, path: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new Refused(`${path} is no JSON`);
  }
}
