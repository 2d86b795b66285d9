import { createHash } from 'node:crypto';
import { ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { Report, ReportViolation } from './report-model';
import { REPORT_STYLE } from './report-style';
import { waiversUnknown } from './report-summary';
import { more } from './report-text';
import { CAUSES, changeText, figure, NO_SCORE, percent, periodText, timeText, TITLE } from './report-words';
import { oneLine } from './text';

/** Rows that a page shows of what grows with the organization; the files beside it have all. */
const MOST_ACCOUNTS = 200;
/** AWS Config's longest resource id has 768 characters, each of which may have to be written out. */
const LONGEST = 8_000;

/** The report as a page that needs nothing else: no script, no file, no request. Every text of somebody else's is escaped. */
export function renderReportPage(report: Report, topRules: number): string {
  const { hub, period } = report;
  const title = `${TITLE} ${period.date}, ${hub}`;
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>\n${renderToString(h('html', { lang: 'en' },
    h('head', null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', 'content': policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('title', null, text(title)),
      h('style', { dangerouslySetInnerHTML: { __html: REPORT_STYLE } })),
    h('body', null,
      h('header', null,
        h('h1', null, TITLE),
        h('p', null, text(`${periodText(period)} · hub ${hub}`)),
        period.complete ? null : h('p', { class: 'warn' }, 'This day is not over: the figures go on.')),
      h('main', null,
        figures(report),
        share(report),
        rules(report, topRules),
        violations('New violations', 'Began to break a rule', report.opened, report.newestOpened),
        violations('Resolved', 'Ended to break a rule', report.resolved, report.newestResolved),
        silent(report),
        report.drift ? drift(report) : null,
        report.drift ? waivers(report) : null,
        accounts(report)),
      h('footer', null,
        h('p', null, `Made ${timeText(report.generatedAt)}. Days are UTC days. A resource counts once for each rule that looks at it.`),
        h('p', null, 'The same in report.json, and for spreadsheets in the CSV files beside this page.')))))}\n`;
}

const text = (content: string) => oneLine(content, { limit: LONGEST });

function figures(report: Report): ComponentChild {
  const { score, noScore, evaluations, opened, resolved } = report;
  const card = (name: string, value: string, kind: string, note: string) =>
    h('div', null, h('dt', null, name), h('dd', { class: kind === '' ? 'figure' : `figure ${kind}` }, value), h('dd', { class: 'note soft' }, note));
  return h('dl', { class: 'figures' },
    card('Compliance score', score ? percent(score.percent) : NO_SCORE[noScore!], score ? '' : 'words', score ? `${changeText(report)}; as of ${timeText(score.asOf)}` : ''),
    card('Total evaluations', figure(evaluations.total), '', `${figure(evaluations.compliant)} compliant, ${figure(evaluations.nonCompliant)} non-compliant`),
    card('New violations', figure(opened), opened > 0 ? 'bad' : '', opened > 0 ? 'began to break a rule in this period' : 'none in this period'),
    card('Resolved', figure(resolved), resolved > 0 ? 'good' : '', resolved > 0 ? 'ended to break a rule in this period' : 'none in this period'));
}

/** How the score comes about, as a bar and in words. */
function share({ score }: Report): ComponentChild {
  if (!score) return null;
  return h('div', null,
    bar('share', score.compliant / (score.compliant + score.nonCompliant)),
    h('p', { class: 'soft' }, `${figure(score.compliant)} compliant, ${figure(score.nonCompliant)} non-compliant, of ${figure(score.compliant + score.nonCompliant)} results of rules`));
}

/** No style attributes: the page's policy forbids them. */
const bar = (name: string, part: number) => h('svg', { 'class': name, 'viewBox': '0 0 100 10', 'preserveAspectRatio': 'none', 'aria-hidden': 'true' },
  h('rect', { class: 'all', width: 100, height: 10 }), h('rect', { class: 'part', width: Math.round(part * 1_000) / 10, height: 10 }));

function rules({ rules: all }: Report, topRules: number): ComponentChild {
  const failing = all.filter(({ nonCompliant }) => nonCompliant > 0);
  const most = failing[0]?.nonCompliant ?? 0;
  return part('Top non-compliant rules', table({
    caption: 'Resources that break a rule now, and what began and ended in the period',
    head: ['Rule', '', '#Non-compliant', '#Accounts', '#Compliant', '#New', '#Resolved'],
    rows: failing.slice(0, topRules).map((line) => [
      line.rule, bar('bar', line.nonCompliant / most), mark('bad', line.nonCompliant), figure(line.accounts), figure(line.compliant), figure(line.opened), figure(line.resolved),
    ]),
    rest: failing.length - topRules,
    word: 'rule',
    none: 'No rule finds anything non-compliant.',
  }));
}

function violations(title: string, caption: string, all: number, newest: readonly ReportViolation[]): ComponentChild {
  const none = all === 0 ? 'None in this period.' : 'None of them is among the newest events, which alone are looked through; the API lists all.';
  return part(title, table({
    long: true,
    caption: `${caption}; the newest first`,
    head: ['Resource', 'Account and region', 'Rule', 'When'],
    rows: newest.map((line) => [
      [text(line.resourceId), small(line.resourceType)], h('span', { class: 't' }, text(line.account), small(line.region)),
      [text(line.rule), small(line.annotation?.trim())], unbroken(timeText(line.recordedAt)),
    ]),
    rest: newest.length === 0 ? 0 : all - newest.length,
    word: 'one',
    none,
  }));
}

function silent({ blind }: Report): ComponentChild {
  return part('Silent accounts', table({
    caption: 'Nothing is known of these, which is not the same as compliant',
    head: ['Account', 'Region', 'Why', 'From', 'Until'],
    rows: blind.map((line) => [
      unbroken(line.account), unbroken(line.region),
      [h('span', { class: 'warn' }, CAUSES[line.cause]), small(line.rules?.join(', '))],
      unbroken(timeText(line.from)), line.until === null ? 'it lasts' : unbroken(timeText(line.until)),
    ]),
    none: 'None: every account and region that is known reports.',
  }));
}

function drift({ drift: lines }: Report): ComponentChild {
  return part('Drift by environment', table({
    caption: 'Differences from the baseline as the last check left them',
    head: ['Environment', '#Open', '#Pending promotion', '#Waived', 'Last read completely'],
    rows: lines!.map((line) => [
      `${line.organization}/${line.environment}`, ...(line.readable
        ? [mark('bad', line.open!), figure(line.pending!), figure(line.waived!)]
        : ['?', '?', '?']),
      line.readable ? line.checkedAt === null ? h('span', { class: 'warn' }, 'never') : timeText(line.checkedAt) : h('span', { class: 'warn' }, 'could not be read'),
    ]),
    none: '',
  }));
}

function waivers({ waiversEnding, drift: lines }: Report): ComponentChild {
  const unknown = waiversUnknown(lines!);
  return part('Waivers that end within 30 days', table({
    caption: 'What a waiver holds opens again on the day after its last',
    head: ['Environment', 'Pattern', 'Owner', 'Reason', 'Last day', '#Days left'],
    rows: waiversEnding.map((line) => [
      `${line.organization}/${line.environment}`, line.pattern, line.owner, [text(line.reason), small(line.ticket)],
      unbroken(line.expiresOn), mark(line.daysLeft <= 7 ? 'warn' : '', line.daysLeft),
    ]),
    none: unknown.length > 0 ? '' : 'None.',
  }), unknown.map((line) => h('p', { class: 'warn' }, text(line))));
}

function accounts({ accounts: all }: Report): ComponentChild {
  return part('Accounts', table({
    caption: 'As they are now, and what happened in the period',
    head: ['Account', '#Score', '#Non-compliant', '#Compliant', '#Evaluations', '#New', '#Resolved'],
    rows: all.slice(0, MOST_ACCOUNTS).map((line) => [
      line.account, line.percent === null ? 'none' : percent(line.percent), mark('bad', line.nonCompliant), figure(line.compliant), figure(line.evaluations),
      figure(line.opened), figure(line.resolved),
    ]),
    rest: all.length - MOST_ACCOUNTS,
    word: 'account',
    none: 'No account has sent anything yet.',
  }));
}

const unbroken = (content: string) => h('span', { class: 't' }, text(content));
const small = (content: string | null | undefined) => (content ? h('small', null, text(content)) : null);
const mark = (kind: string, value: number) => (value > 0 && kind !== '' ? h('span', { class: kind }, figure(value)) : figure(value));
const part = (title: string, ...content: ComponentChild[]) => h('section', null, h('h2', null, title), ...content);

type Content = ComponentChild | ComponentChild[];

interface TableOptions {
  readonly caption: string;
  /** The first column holds long names. */
  readonly long?: boolean;
  /** A column whose name begins with `#` holds numbers. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly Content[])[];
  /** How many more there are than rows. */
  readonly rest?: number;
  readonly word?: string;
  readonly none: string;
}

/** The first cell of a row is its heading. */
function table({ caption, long = false, head, rows, rest = 0, word = '', none }: TableOptions): ComponentChild {
  if (rows.length === 0) return none === '' ? null : h('p', null, none);
  const kind = (column: number) => (head[column].startsWith('#') ? 'n' : undefined);
  const cell = (content: Content, column: number) =>
    h(column === 0 ? 'th' : 'td', { class: kind(column), scope: column === 0 ? 'row' : undefined }, typeof content === 'string' ? text(content) : content);
  return h('div', null,
    h('div', { 'class': 'scroll', 'tabindex': 0, 'role': 'region', 'aria-label': caption }, h('table', { class: long ? 'long' : undefined },
      h('caption', null, caption),
      h('thead', null, h('tr', null, head.map((name, column) => (name === '' ? h('td', null) : h('th', { scope: 'col', class: kind(column) }, name.replace('#', '')))))),
      h('tbody', null, rows.map((row) => h('tr', null, row.map(cell)))))),
    rest > 0 ? h('p', { class: 'soft' }, `and ${more(rest, word)}`) : null);
}
