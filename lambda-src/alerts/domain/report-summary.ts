import { BlindLine, DriftLine, Report, ReportViolation, RuleLine, WaiverLine } from './report-model';
import { CAUSES, changeText, count, figure, scoreText, timeText } from './report-words';
import { oneLine } from './text';

/** Where the whole report lies. */
export interface ReportPlace {
  readonly bucket: string;
  readonly folder: string;
  readonly region: string;
}

/** A list of a message: what there is no room for is counted. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** What `rest` more of them are called. */
  readonly rest: number;
  readonly word: string;
  /** Said where there is no line. */
  readonly none: string;
}

/** Names may be long, and there are several in a line. */
const LONGEST_NAME = 160;
const MOST_LINES = 10;

/** The figures of a message, in the order of the reference report. */
export function figures(report: Report): [name: string, value: string][] {
  const change = changeText(report);
  const evaluated = report.score ? ` (${figure(report.score.nonCompliant)} of ${figure(report.score.compliant + report.score.nonCompliant)} non-compliant)` : '';
  return [
    ['Total evaluations', figure(report.evaluations.total)],
    ['Compliance score', `${scoreText(report)}${evaluated}${change === '' ? '' : `, ${change}`}`],
    ['New violations', figure(report.opened)],
    ['Resolved', figure(report.resolved)],
  ];
}

/** Lists that every message has; those that have nothing to say and need not say so are left out. */
export function sections(report: Report, topRules: number): Section[] {
  const failing = report.rules.filter(({ nonCompliant }) => nonCompliant > 0);
  return [
    section('Top non-compliant rules', failing, topRules, ruleText, 'rule', 'No rule finds anything non-compliant.'),
    section('Silent accounts', report.blind, MOST_LINES, blindText, 'account and region', 'None: every account and region that is known reports.'),
    ...(report.drift ? [section('Drift by environment', report.drift, report.drift.length, driftText, 'environment', '')] : []),
    ...(report.drift ? [withFirst(waiversUnknown(report.drift), section('Waivers that end within 30 days', report.waiversEnding, MOST_LINES, waiverText, 'waiver', 'None.'))] : []),
  ];
}

/** Examples, for a message that has the room. */
export function examples(report: Report): Section[] {
  const of = (title: string, all: number, newest: readonly ReportViolation[]): Section[] => (all === 0 ? [] : [{
    ...section(title, newest, MOST_LINES * 2, violationText, 'one', ''), rest: all - Math.min(newest.length, MOST_LINES * 2),
  }]);
  return [...of('New violations, the newest first', report.opened, report.newestOpened), ...of('Resolved, the newest first', report.resolved, report.newestResolved)];
}

function section<T>(title: string, all: readonly T[], most: number, text: (item: T) => string, word: string, none: string): Section {
  return { title, lines: all.slice(0, most).map(text), rest: Math.max(0, all.length - most), word, none };
}

const name = (text: string) => oneLine(text.trim(), { limit: LONGEST_NAME });

function ruleText({ rule, nonCompliant, accounts, opened, resolved }: RuleLine): string {
  const moved = [opened > 0 ? `${figure(opened)} new` : '', resolved > 0 ? `${figure(resolved)} resolved` : ''].filter((part) => part !== '');
  return `${name(rule)}: ${count(nonCompliant, 'resource')} in ${count(accounts, 'account')}${moved.length > 0 ? ` (${moved.join(', ')})` : ''}`;
}

function blindText({ account, region, cause, from, until, rules }: BlindLine): string {
  const which = rules ? ` (${oneLine(rules.join(', '), { limit: LONGEST_NAME })})` : '';
  return `${name(account)} ${name(region)}: ${CAUSES[cause]}${which}, ${until === null ? `since ${timeText(from)}` : `${timeText(from)} to ${timeText(until)}`}`;
}

export function driftText({ organization, environment, readable, checkedAt, open, pending, waived }: DriftLine): string {
  const where = `${organization}/${environment}`;
  if (!readable) return `${where}: could not be read`;
  if (checkedAt === null) return `${where}: was never read completely, so nothing is known`;
  return `${where}: ${open} open, ${pending} pending promotion, ${waived} waived (last read completely ${timeText(checkedAt)})`;
}

function waiverText({ organization, environment, pattern, owner, expiresOn, ticket }: WaiverLine): string {
  return `${organization}/${environment} ${name(pattern)}: ${expiresOn}, owner ${name(owner)}${ticket === null ? '' : `, ticket ${name(ticket)}`}`;
}

/** What cannot be read may end tomorrow. */
export const waiversUnknown = (drift: readonly DriftLine[]) => drift.filter(({ waiversReadable }) => !waiversReadable)
  .map(({ organization, environment }) => `${organization}/${environment}: not known, since its parity policy could not be read`);
const withFirst = (first: readonly string[], list: Section): Section => ({ ...list, lines: [...first, ...list.lines] });

function violationText({ recordedAt, account, region, rule, resourceType, resourceId, annotation }: ReportViolation): string {
  const why = annotation === null ? '' : `: ${name(annotation)}`;
  return `${timeText(recordedAt)} ${name(account)} ${name(region)} ${name(rule)} ${name(resourceType)} ${name(resourceId)}${why}`;
}
