import { Report } from './report-model';
import { examples, figures, ReportPlace, Section, sections } from './report-summary';
import { count, periodText, scoreText, TITLE } from './report-words';
import { TopicMessage } from './topic-message';

/** The report for a mailbox. */
export function reportText(report: Report, topRules: number, place: ReportPlace | undefined): TopicMessage {
  const { period, opened, resolved } = report;
  const subject = `[${report.hub}] Compliance report ${period.date}${period.complete ? '' : ' so far'}: ${scoreText(report)}, ${opened} new, ${resolved} resolved`;
  const body = [
    TITLE,
    `Hub ${report.hub}, ${periodText(period)}`,
    '',
    ...figures(report).map(([name, value]) => `${`${name}:`.padEnd(19)}${value}`),
    ...[...sections(report, topRules), ...examples(report)].flatMap(listed),
    '',
    place ? `The full report: s3://${place.bucket}/${place.folder}/ (report.html, report.json and CSV files)` : NOT_STORED,
    `Made ${report.generatedAt}.`,
  ];
  return { subject, body: body.join('\n'), attributes: { hub: report.hub, date: period.date } };
}

export const NOT_STORED = 'The full report could not be stored. It is tried again; the function\'s log says why.';

function listed({ title, lines, rest, word, none }: Section): string[] {
  return ['', title, ...(lines.length === 0 ? [`  ${none}`] : lines.map((line) => `  ${line}`)), ...(rest > 0 ? [`  and ${more(rest, word)}`] : [])];
}

/** `and 12 more rules`. */
export const more = (rest: number, word: string) => (word === 'one' ? `${rest} more` : count(rest, `more ${word}`).replace('account and regions', 'accounts and regions'));
