import { DAYS_A_MONTH, HOURS_A_MONTH } from '../price-table';

const HOURS_OF_UNIT: { readonly [unit: string]: number } = { minute: 1 / 60, hour: 1, day: 24 };

/** How often an expression of EventBridge starts its targets in a month; nothing when it cannot be read. */
export function runsAMonth(expression: string): number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression.trim());
  if (rate) { return HOURS_A_MONTH / (Number(rate[1]) * HOURS_OF_UNIT[rate[2]]); }
  const cron = /^cron\((.+)\)$/.exec(expression.trim());
  const fields = cron ? cron[1].trim().split(/\s+/) : [];
  if (fields.length < 5) { return undefined; }
  const [minutes, hours, monthDays, months, weekDays] = fields;
  const days = isAny(monthDays)
    ? DAYS_A_MONTH * valuesOf(weekDays, 7) / 7
    : Math.min(valuesOf(monthDays, 31), DAYS_A_MONTH);
  return valuesOf(minutes, 60) * valuesOf(hours, 24) * days * valuesOf(months, 12) / 12;
}

const isAny = (field: string) => field === '*' || field === '?';

/** How many of a field's possible values it allows: `*`, lists, ranges and steps. Names of days count like numbers. */
function valuesOf(field: string, all: number): number {
  if (isAny(field)) { return all; }
  return field.split(',').reduce((sum, part) => {
    const [range, step] = part.split('/');
    const [from, to] = range.split('-').map(Number);
    const span = isAny(range) ? all : to === undefined ? (step ? all - from : 1) : to - from + 1;
    return sum + Math.ceil((Number.isFinite(span) && span > 0 ? span : named(range)) / Number(step ?? 1));
  }, 0);
}

const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function named(range: string): number {
  const [from, to] = range.toUpperCase().split('-').map((day) => DAY_NAMES.indexOf(day));
  return to === undefined || from < 0 || to < 0 ? 1 : (to - from + 7) % 7 + 1;
}
