import { Report } from './report-model';

export type CsvValue = string | number | null;

/** A spreadsheet takes a cell that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A table as RFC 4180 has it, with a header. A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers are
 * numbers, below zero too.
 */
export function csv(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [header, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
}

function cell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** One file for each kind of rows. */
export function csvFiles(report: Report): { readonly [name: string]: string } {
  const { period, evaluations, score, scoreBefore } = report;
  return {
    'report.csv': csv(['measure', 'value'], [
      ['hub', report.hub], ['date', period.date], ['from', period.from], ['to', period.to], ['complete', String(period.complete)], ['generated_at', report.generatedAt],
      ['evaluations', evaluations.total], ['evaluations_compliant', evaluations.compliant], ['evaluations_non_compliant', evaluations.nonCompliant],
      ['evaluations_not_applicable', evaluations.notApplicable], ['evaluations_insufficient_data', evaluations.insufficientData],
      ['evaluations_other', evaluations.other],
      ['score_percent', score?.percent ?? null], ['score_as_of', score?.asOf ?? null], ['no_score', report.noScore],
      ['score_percent_day_before', scoreBefore?.percent ?? null], ['score_change_points', report.scoreChange],
      ['resources_compliant', score?.compliant ?? null], ['resources_non_compliant', score?.nonCompliant ?? null],
      ['new_violations', report.opened], ['resolved_violations', report.resolved],
    ]),
    'rules.csv': csv(['rule', 'non_compliant_now', 'compliant_now', 'accounts_now', 'new', 'resolved'],
      report.rules.map((line) => [line.rule, line.nonCompliant, line.compliant, line.accounts, line.opened, line.resolved])),
    'accounts.csv': csv(['account', 'score_percent_now', 'non_compliant_now', 'compliant_now', 'evaluations', 'new', 'resolved'],
      report.accounts.map((line) => [line.account, line.percent, line.nonCompliant, line.compliant, line.evaluations, line.opened, line.resolved])),
    'violations.csv': csv(['change', 'recorded_at', 'account', 'region', 'rule', 'resource_type', 'resource_id', 'status', 'annotation'],
      ([['new', report.newestOpened], ['resolved', report.newestResolved]] as const).flatMap(([change, lines]) => lines.map((line) =>
        [change, line.recordedAt, line.account, line.region, line.rule, line.resourceType, line.resourceId, line.status, line.annotation]))),
    'silent-accounts.csv': csv(['account', 'region', 'cause', 'from', 'until', 'rules'],
      report.blind.map((line) => [line.account, line.region, line.cause, line.from, line.until, line.rules?.join(' ') ?? null])),
    'drift.csv': csv(['organization', 'environment', 'readable', 'checked_at', 'open', 'pending', 'waived'], (report.drift ?? []).map((line) =>
      [line.organization, line.environment, String(line.readable), line.checkedAt, line.open, line.pending, line.waived])),
    'waivers.csv': csv(['organization', 'environment', 'pattern', 'owner', 'reason', 'ticket', 'expires_on', 'days_left'], report.waiversEnding.map((line) =>
      [line.organization, line.environment, line.pattern, line.owner, line.reason, line.ticket, line.expiresOn, line.daysLeft])),
  };
}
