import { createHash } from 'node:crypto';
import fc from 'fast-check';
import Papa from 'papaparse';
import { csv, csvFiles } from '../../../../lambda-src/alerts/domain/report-csv';
import { reportFiles } from '../../../../lambda-src/alerts/domain/report-files';
import { Report, ReportFacts } from '../../../../lambda-src/alerts/domain/report-model';
import { renderReportPage } from '../../../../lambda-src/alerts/domain/report-page';
import { periodOf } from '../../../../lambda-src/alerts/domain/report-period';
import { reportSlack } from '../../../../lambda-src/alerts/domain/report-slack';
import { reportText } from '../../../../lambda-src/alerts/domain/report-text';
import { cell, NOW, reportOf, violation } from '../../../support/report-world';

const PLACE = { bucket: 'reports', folder: 'daily-reports/dt=2026-11-23', region: 'eu-central-1' };

/** Also what means something to HTML, to Slack, to spreadsheets and to whoever reads line by line. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</style><script>', '<!channel>', '<https://evil.example|click>', '=HYPERLINK("http://evil")',
    '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', 'a,"b"\r\nc', '', '\u202egnp.exe', '\ud800', '&amp;', "'; DROP TABLE", 'x'.repeat(1_024),
  ),
);
const count = fc.nat({ max: 1_000_000 });
const time = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
const tenths = fc.nat({ max: 1_000 }).map((n) => n / 10);
const score = fc.record({ percent: tenths, compliant: count, nonCompliant: fc.integer({ min: 1, max: 1_000 }), asOf: time });
const nothing = fc.constant(null);
const names = <Name extends string>(...all: Name[]) =>
  Object.fromEntries(all.map((name) => [name, hostile])) as { [name in Name]: fc.Arbitrary<string> };
const anyCell = fc.record({
  account: hostile,
  region: hostile,
  rule: hostile,
  counts: fc.record(
    { compliant: count, nonCompliant: count, notApplicable: count, insufficientData: count, other: count, opened: count, resolved: count },
    { requiredKeys: [] },
  ),
});
const anyViolation = fc.record({
  ...names('account', 'region', 'rule', 'resourceType', 'resourceId', 'status'), recordedAt: time, annotation: fc.option(hostile),
});
const anyDrift = fc.oneof(
  fc.record({
    ...names('organization', 'environment'), readable: fc.constant(true), checkedAt: fc.option(time), open: count, pending: count, waived: count, waiversReadable: fc.boolean(),
  }),
  fc.record({
    ...names('organization', 'environment'), readable: fc.constant(false), checkedAt: nothing, open: nothing, pending: nothing, waived: nothing, waiversReadable: fc.constant(false),
  }),
);
const anyReport: fc.Arbitrary<Report> = fc.record<Partial<ReportFacts>>({
  dayCells: fc.array(anyCell, { maxLength: 30 }),
  stateCells: fc.array(anyCell, { maxLength: 30 }),
  recorded: fc.option(score, { nil: undefined }),
  recordedBefore: fc.option(score, { nil: undefined }),
  newestOpened: fc.array(anyViolation, { maxLength: 50 }),
  newestResolved: fc.array(anyViolation, { maxLength: 50 }),
  blind: fc.array(fc.record({
    ...names('account', 'region'),
    cause: fc.constantFrom('SILENT', 'NEVER_HEARD', 'RECORDER_STOPPED', 'DELIVERY_FAILED', 'NOT_RECORDED'),
    from: time,
    until: fc.option(time),
    rules: fc.option(fc.array(hostile, { maxLength: 30 })),
  }), { maxLength: 30 }),
  drift: fc.option(fc.array(anyDrift, { maxLength: 8 }), { nil: undefined }),
  waiversEnding: fc.array(fc.record({
    ...names('organization', 'environment', 'pattern', 'owner', 'reason'),
    ticket: fc.option(hostile),
    expiresOn: time.map((at) => at.slice(0, 10)),
    daysLeft: fc.nat({ max: 30 }),
  }), { maxLength: 20 }),
}).map((facts) => reportOf(facts));

describe('CSV', () => {
  test('comes back as it was, but for an apostrophe before what a spreadsheet would calculate', () => {
    const row = fc.tuple(fc.oneof(hostile, count, nothing), fc.oneof(hostile, count, nothing));
    fc.assert(fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const { data, errors } = Papa.parse<string[]>(csv(['a', 'b'], rows), { newline: '\r\n', delimiter: ',' });
      const expected = rows.map((cells) => cells.map((value) => (typeof value === 'string' ? value.replace(/^(?=[=+\-@\t\r])/, "'") : String(value ?? ''))));
      expect(errors).toEqual([]);
      expect(data).toEqual([['a', 'b'], ...expected, ['']]);
    }), { numRuns: 500 });
  });

  test('holds no formula, whatever it is made of', () => {
    fc.assert(fc.property(anyReport, (report) => {
      for (const content of Object.values(csvFiles(report))) {
        const { data, errors } = Papa.parse<string[]>(content, { newline: '\r\n', delimiter: ',' });
        expect(errors).toEqual([]);
        expect(new Set(data.slice(0, -1).map((row) => row.length)).size).toBe(1);
        expect(data.flat().filter((value) => /^[=+@\t\r]/.test(value) || (value.startsWith('-') && Number.isNaN(Number(value))))).toEqual([]);
      }
    }), { numRuns: 100 });
  });

  test('leaves numbers as they are, below zero too', () => {
    expect(csv(['change'], [[-4.5]])).toBe('change\r\n-4.5\r\n');
  });

  test('has a file for each kind of rows, with a header also where there is none', () => {
    const files = csvFiles(reportOf());
    expect(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, content.split('\r\n')[0]]))).toEqual({
      'report.csv': 'measure,value',
      'rules.csv': 'rule,non_compliant_now,compliant_now,accounts_now,new,resolved',
      'accounts.csv': 'account,score_percent_now,non_compliant_now,compliant_now,evaluations,new,resolved',
      'violations.csv': 'change,recorded_at,account,region,rule,resource_type,resource_id,status,annotation',
      'silent-accounts.csv': 'account,region,cause,from,until,rules',
      'drift.csv': 'organization,environment,readable,checked_at,open,pending,waived',
      'waivers.csv': 'organization,environment,pattern,owner,reason,ticket,expires_on,days_left',
    });
    expect(files['report.csv']).toContain('\r\nno_score,NOTHING_EVALUATED\r\n');
  });
});

describe('the page', () => {
  /** Everything between `<` and `>` that is markup of ours, and nothing else. */
  const TAG = /<(?:!DOCTYPE html|\/?(?:html|head|meta|title|style|body|header|h1|h2|p|main|dl|div|dt|dd|svg|rect|section|table|caption|thead|tbody|tr|th|td|span|small|footer)(?: [a-zA-Z-]+="[^"<]*")*\/?)>/g;

  test('holds no markup but its own, whatever it is made of', () => {
    fc.assert(fc.property(anyReport, (report) => {
      const page = renderReportPage(report, 10);
      expect(page.replace(TAG, '')).not.toMatch(/</);
      expect(page.match(TAG)!.join('')).not.toMatch(/ (?:on[a-z]+|href|src|srcset|style|action)=|https?:/);
      expect(page).not.toMatch(/\u202e/);
      expect(Buffer.from(page).toString()).toBe(page);
      expect(page.match(/<style>/g)).toHaveLength(1);
    }), { numRuns: 150 });
  });

  test('lets nothing in but its own style', () => {
    const page = renderReportPage(reportOf(), 10);
    const style = /<style>([\s\S]*)<\/style>/.exec(page)![1];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"/>`.replaceAll('&#39;', "'"));
    expect(style).not.toMatch(/url\(|@import|</);
    expect(style).toContain('@media print');
    expect(style).toContain('prefers-color-scheme:dark');
  });

  test('can be read by a screen reader: a language, a heading for each part, a caption and headed columns for each table', () => {
    const page = renderReportPage(full(), 10);
    expect(page).toMatch(/<html lang="en">/);
    const tables = page.match(/<table[\s\S]*?<\/table>/g)!;
    expect(tables).toHaveLength(7);
    for (const table of tables) {
      expect(table).toMatch(/^<table[^>]*><caption>[^<]+<\/caption><thead><tr>(<th scope="col"[^>]*>[^<]+<\/th>|<td><\/td>)+<\/tr><\/thead><tbody>/);
      expect(table.match(/<th scope="row"|<th class="n" scope="row"/g)!.length).toBe(table.match(/<tr>/g)!.length - 1);
    }
  });

  test('says what there is, and what is not', () => {
    const empty = renderReportPage(reportOf(), 10);
    for (const sentence of [
      'No score: nothing was evaluated', 'No rule finds anything non-compliant.', 'None in this period.', 'None: every account and region that is known reports.', 'No account has sent anything yet.',
    ]) expect(empty).toContain(sentence);
    expect(empty).not.toContain('Drift by environment');
    const page = renderReportPage(full(), 1);
    for (const sentence of [
      '2026-11-23, 00:00 to 24:00 UTC', 'hub compliance', '▲ up 5.0 points from the day before (75.0 %)', 'and 1 more rule', 'and 2 more', 'could not be read', 'never', 'finserv/Dev',
      'finserv/Prod: not known, since its parity policy could not be read', 'AWS Config does not record what rules look at', 'rds-storage-encrypted',
    ]) expect(page).toContain(sentence);
    expect(renderReportPage(reportOf({ period: periodOf('2026-11-24', NOW) }), 10)).toContain('This day is not over');
    expect(renderReportPage(reportOf({ dayCells: [cell({ opened: 3 })] }), 10)).toContain('None of them is among the newest events');
    expect(renderReportPage(reportOf({ stateCells: Array.from({ length: 202 }, (_, i) => cell({ compliant: 1 }, { account: String(i) })) }), 10)).toContain('and 2 more accounts');
    expect(renderReportPage(reportOf({ drift: [], waiversEnding: [] }), 10)).toContain('None.');
  });
});

/** Something of every kind. */
function full(): Report {
  return reportOf({
    recorded: { percent: 80, compliant: 8, nonCompliant: 2, asOf: '2026-11-24T00:10:00.000Z' },
    recordedBefore: { percent: 75, compliant: 3, nonCompliant: 1, asOf: '2026-11-23T00:10:00.000Z' },
    dayCells: [cell({ nonCompliant: 3, opened: 3, resolved: 3 })],
    stateCells: [cell({ compliant: 5, nonCompliant: 2 }), cell({ nonCompliant: 1 }, { rule: 'required-tags' })],
    newestOpened: [violation({ annotation: '\nno default encryption' })],
    newestResolved: [violation({ status: 'COMPLIANT' })],
    blind: [
      { account: '2', region: 'r', cause: 'SILENT', from: '2026-11-23T04:00:00.000Z', until: null, rules: null },
      { account: '3', region: 'r', cause: 'NOT_RECORDED', from: '2026-11-23T04:00:00.000Z', until: '2026-11-23T05:00:00.000Z', rules: ['rds-storage-encrypted'] },
    ],
    drift: [
      { organization: 'finserv', environment: 'Dev', readable: true, checkedAt: '2026-11-24T07:00:00.000Z', open: 1, pending: 2, waived: 3, waiversReadable: true },
      { organization: 'finserv', environment: 'Staging', readable: true, checkedAt: null, open: 0, pending: 0, waived: 0, waiversReadable: true },
      { organization: 'finserv', environment: 'Prod', readable: false, checkedAt: null, open: null, pending: null, waived: null, waiversReadable: false },
    ],
    waiversEnding: [
      { organization: 'finserv', environment: 'Dev', pattern: 'payments/**', owner: 'team', reason: 'until then', ticket: 'PAY-1', expiresOn: '2026-11-28', daysLeft: 4 },
      { organization: 'finserv', environment: 'Dev', pattern: 'web/**', owner: 'team', reason: 'until then', ticket: null, expiresOn: '2026-12-20', daysLeft: 26 },
    ],
  });
}

describe('the message in Slack', () => {
  test('stays within Slack\'s limits, and mentions and links nothing of others, whatever it is made of', () => {
    fc.assert(fc.property(anyReport, fc.integer({ min: 1, max: 25 }), fc.boolean(), (report, topRules, stored) => {
      const { text, blocks } = reportSlack(report, topRules, stored ? PLACE : undefined);
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(text.length).toBeLessThanOrEqual(3_000);
      const texts = blocks.flatMap(({ text: one, fields = [], elements = [] }) =>
        [...(one ? [one] : []), ...fields, ...elements as { text: string }[]])
        .map((each) => each.text);
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_200);
      for (const { text: section, fields = [] } of blocks) {
        expect(section?.text.length ?? 1).toBeGreaterThan(0);
        expect(section?.text.length ?? 0).toBeLessThanOrEqual(section?.type === 'plain_text' ? 150 : 3_000);
        expect(fields.length).toBeLessThanOrEqual(10);
        for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2_000);
      }
      const links = texts.flatMap((one) => one.match(/<[^>]*>?/g) ?? []);
      expect(links.filter((link) => !link.startsWith('<https://eu-central-1.console.aws.amazon.com/s3/object/reports?'))).toEqual([]);
    }), { numRuns: 200 });
  });

  test('is the reference report', () => {
    const { text, blocks } = reportSlack(full(), 10, PLACE);
    expect(text).toBe('Daily AWS Config Compliance Report 2026-11-23: 80.0 %, 3 new, 3 resolved');
    expect(blocks[0]).toEqual({ type: 'header', text: { type: 'plain_text', text: '📊 Daily AWS Config Compliance Report', emoji: true } });
    expect(blocks[1].text?.text).toBe('*Period*: 2026-11-23, 00:00 to 24:00 UTC\n*Hub*: compliance');
    expect(blocks[2].fields?.map((field) => field.text)).toEqual([
      '*Total evaluations*\n3', '*Compliance score*\n80.0 % (2 of 10 non-compliant), ▲ up 5.0 points from the day before (75.0 %)', '*New violations*\n3', '*Resolved*\n3',
    ]);
    expect(blocks.slice(3).map((block) => block.text?.text)).toEqual([
      '*Top non-compliant rules*\n• restricted-ssh: 2 resources in 1 account (3 new, 3 resolved)\n• required-tags: 1 resource in 1 account',
      '*Silent accounts*\n• 2 r: silent: its heartbeat does not arrive, since 2026-11-23 04:00 UTC\n'
      + '• 3 r: AWS Config does not record what rules look at (rds-storage-encrypted), 2026-11-23 04:00 UTC to 2026-11-23 05:00 UTC',
      '*Drift by environment*\n• finserv/Dev: 1 open, 2 pending promotion, 3 waived (last read completely 2026-11-24 07:00 UTC)\n'
      + '• finserv/Staging: was never read completely, so nothing is known\n• finserv/Prod: could not be read',
      '*Waivers that end within 30 days*\n• finserv/Prod: not known, since its parity policy could not be read\n• finserv/Dev payments/**: 2026-11-28, owner team, ticket PAY-1\n• finserv/Dev web/**: 2026-12-20, owner team',
      undefined,
    ]);
    expect(blocks.at(-1)).toMatchObject({ type: 'context', elements: [{ text: expect.stringContaining('s3://reports/daily-reports/dt=2026-11-23/report.html') }] });
  });

  test('says what is none, and that files are missing', () => {
    const { text, blocks } = reportSlack(reportOf({ drift: [] }), 10, undefined);
    expect(text).toContain('No score: nothing was evaluated');
    expect(JSON.stringify(blocks)).toContain('No rule finds anything non-compliant.');
    expect(JSON.stringify(blocks)).toContain('could not be stored');
  });

  test.each([['cn-north-1', 'cn-north-1.console.amazonaws.cn'], ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'], ['eu-central-1', 'eu-central-1.console.aws.amazon.com']])(
    'leads to the console of %s', (region, domain) => {
      expect(JSON.stringify(reportSlack(reportOf(), 10, { ...PLACE, region }).blocks)).toContain(`<https://${domain}/s3/object/reports?region=${region}&amp;prefix=daily-reports%2Fdt%3D2026-11-23%2Freport.html|`);
    });

  test('cuts long lists and counts the rest', () => {
    const many = reportOf({ stateCells: Array.from({ length: 40 }, (_, i) => cell({ nonCompliant: 100 - i }, { rule: `${'x'.repeat(300)}${i}` })) });
    const section = reportSlack(many, 25, PLACE).blocks[3].text!.text;
    expect(section.length).toBeLessThanOrEqual(3_000);
    const shown = section.match(/•/g)!.length;
    expect(shown).toBeGreaterThan(9);
    expect(section).toContain(`and ${40 - shown} more rules`);
    expect(reportSlack(reportOf({ stateCells: many.rules.slice(0, 12).map((_, i) => cell({ nonCompliant: 1 }, { rule: `r${i}` })) }), 10, PLACE).blocks[3].text!.text).toContain('and 2 more rules');
  });
});

describe('the email', () => {
  test('fits into a message of SNS, whatever it is made of', () => {
    fc.assert(fc.property(anyReport, (report) => {
      const { subject, body } = reportText(report, 25, PLACE);
      expect(subject.length).toBeLessThanOrEqual(150);
      expect(Buffer.byteLength(body)).toBeLessThan(250_000);
    }), { numRuns: 100 });
  });

  test('says all of it in words', () => {
    const { subject, body, attributes } = reportText(full(), 10, PLACE);
    expect(subject).toBe('[compliance] Compliance report 2026-11-23: 80.0 %, 3 new, 3 resolved');
    expect(attributes).toEqual({ hub: 'compliance', date: '2026-11-23' });
    expect(body).toContain('New violations, the newest first\n  2026-11-23 10:00 UTC 111111111111 eu-central-1 restricted-ssh AWS::EC2::SecurityGroup sg-1: no default encryption\n  and 2 more');
    expect(body).toContain('The full report: s3://reports/daily-reports/dt=2026-11-23/');
    expect(body).toContain('Total evaluations: 3\n');
    const part = reportText(reportOf({ period: periodOf('2026-11-24', NOW) }), 10, undefined);
    expect(part.subject).toBe('[compliance] Compliance report 2026-11-24 so far: No score: nothing was evaluated, 0 new, 0 resolved');
    expect(part.body).toContain('could not be stored');
    expect(part.body).toContain('Top non-compliant rules\n  No rule finds anything non-compliant.');
  });

  test('counts accounts and regions in the plural', () => {
    const blind = Array.from({ length: 12 }, (_, i) => ({ account: `${i}`, region: 'r', cause: 'SILENT' as const, from: '2026-11-23T04:00:00.000Z', until: null, rules: null }));
    expect(reportText(reportOf({ blind }), 10, PLACE).body).toContain('and 2 more accounts and regions');
    expect(reportText(reportOf({ blind: blind.slice(1) }), 10, PLACE).body).toContain('and 1 more account and region\n');
  });
});

test('the files have fixed names, and the report itself comes last', () => {
  const files = reportFiles(full(), 10);
  expect(files.map(({ name, contentType }) => [name, contentType])).toEqual([
    ['report.html', 'text/html; charset=utf-8'], ...['report', 'rules', 'accounts', 'violations', 'silent-accounts', 'drift', 'waivers'].map((name) => [`${name}.csv`, 'text/csv; charset=utf-8']),
    ['report.json', 'application/json'],
  ]);
  expect(JSON.parse(files.at(-1)!.content)).toEqual(full());
});
