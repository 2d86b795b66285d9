import { Period } from './report-model';

const DAY = 86_400_000;

/** The last day that was over by then. */
export const lastDay = (at: Date) => dateOf(new Date(at.getTime() - DAY));
export const dateOf = (at: Date) => at.toISOString().slice(0, 10);
export const dayBefore = (date: string) => dateOf(new Date(Date.parse(date) - DAY));

/** A UTC day, as the counters have it; of today what has passed. */
export function periodOf(date: string, now: Date): Period {
  const from = new Date(`${date}T00:00:00.000Z`);
  const end = new Date(from.getTime() + DAY);
  const complete = end.getTime() <= now.getTime();
  return { date, from: from.toISOString(), to: (complete ? end : now).toISOString(), complete };
}

/** What is wrong with a date that somebody asks a report for. */
export function dateProblem(date: string, now: Date): string | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00.000Z`) : new Date(NaN);
  if (Number.isNaN(at.getTime()) || dateOf(at) !== date) return `'${date}' is no day of the calendar written as YYYY-MM-DD`;
  if (at.getTime() > now.getTime()) return `${date} has not begun (UTC)`;
  return undefined;
}
