import { dayOf } from '../../../src/events/contract';

/** The day that is asked for. A day that is not over is refused: its export would be taken for whole. */
export function dayAskedFor(request: unknown, now: Date): string {
  const { daysAgo, date } = (request ?? {}) as { daysAgo?: unknown; date?: unknown };
  const today = dayOf(now.toISOString());
  if (Number.isInteger(daysAgo) && (daysAgo as number) >= 1) return dayOf(new Date(now.getTime() - (daysAgo as number) * 86_400_000).toISOString());
  if (typeof date === 'string' && isDay(date) && date < today) return date;
  throw new Error(`the export takes { "daysAgo": 1 } or more, or { "date": "2026-11-24" } of a day before ${today} (UTC), and got ${JSON.stringify(request)}`);
}

function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}
