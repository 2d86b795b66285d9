import { refuseParameter } from './problem';

export const DAY_MILLISECONDS = 86_400_000;
const TIMES = 'seconds since 1970, a date as 2026-11-24, or an instant as 2026-11-24T09:30:00Z, from 1970 to 9999';
const DATE = /^\d{4}-\d\d-\d\d$/;
/** Date, time of day with up to nanoseconds, and an offset; UTC without one. */
const INSTANT = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?$/;
const SECONDS = /^\d{1,12}(\.\d{1,9})?$/;
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment that a caller named: its first and last millisecond, which for a date are those of the day. */
export interface NamedTime {
  readonly first: string;
  readonly last: string;
}

/** Reads what a caller wrote for a time; refuses days that no calendar has. */
export function readTime(field: string, text: string): NamedTime {
  if (DATE.test(text)) {
    if (!isDay(text)) refuseParameter(field, text, TIMES);
    return { first: startOf(text), last: endOf(text) };
  }
  // A plus sign that was not encoded arrives as a space.
  const instant = text.replace(/ (?=\d\d:\d\d$)/, '+');
  const parts = INSTANT.exec(instant);
  const milliseconds = parts && isDay(parts[1]) ? Date.parse(parts[5] === undefined ? `${instant}Z` : instant)
    : SECONDS.test(text) ? Math.floor(Number(text) * 1_000) : NaN;
  if (!(milliseconds >= 0 && milliseconds <= LAST)) refuseParameter(field, text, TIMES);
  const moment = new Date(milliseconds).toISOString();
  return { first: moment, last: moment };
}

/** JavaScript takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const milliseconds = Date.parse(`${date}T00:00:00.000Z`);
  return milliseconds >= 0 && new Date(milliseconds).toISOString().startsWith(date);
}

export const startOf = (date: string) => `${date}T00:00:00.000Z`;
export const endOf = (date: string) => `${date}T23:59:59.999Z`;
export const nextDay = (date: string) => new Date(Date.parse(startOf(date)) + DAY_MILLISECONDS).toISOString().slice(0, 10);
