import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ComplianceFramework } from '../../src';
import { frameworkRows } from '../../src/rules/framework-data';

const PAGES = ['README.md', ...readdirSync('docs', { recursive: true }).map((name) => join('docs', String(name))).filter((name) => name.endsWith('.md')).sort()];

/** Code is no prose: a comment in it is no heading, and an index into a list no link. */
const prose = (page: string) => readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
const headingsOf = (page: string) => [...prose(page).matchAll(/^(#+) (.+)$/gm)].map(([, marks, text]) => ({ level: marks.length, text }));
const linksOf = (page: string) => [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((target) => !/^https?:/.test(target));

/** As GitHub makes them: small letters, hyphens for spaces, nothing else but letters and digits, and a number behind a repeated one. */
function anchorsOf(page: string): Set<string> {
  const anchors = headingsOf(page).map(({ text }) => text.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-'));
  return new Set(anchors.map((anchor, index) => {
    const before = anchors.slice(0, index).filter((other) => other === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  }));
}

test.each(PAGES)('each relative link of %s leads to a file and to a heading in it', (page) => {
  const lost = linksOf(page).filter((target) => {
    const [path, anchor] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), path));
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(anchor));
  });
  expect(lost).toEqual([]);
});

test.each(PAGES)('headings of %s leave no level out, and no row stands twice in a table', (page) => {
  const headings = headingsOf(page);
  expect(headings[0].level).toBe(1);
  expect(headings.filter(({ level }, index) => index > 0 && level > headings[index - 1].level + 1)).toEqual([]);
  const tables = [...prose(page).matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.trimEnd().split('\n'));
  expect(tables.flatMap((rows) => rows.filter((row, index) => rows.indexOf(row) !== index))).toEqual([]);
});

test('each decision has one row in the list of decisions, in the order of their numbers', () => {
  const pages = readdirSync('docs/decisions').filter((name) => /^\d{4}-/.test(name)).sort();
  expect([...readFileSync('docs/decisions/README.md', 'utf8').matchAll(/^\| \[\d{4}\]\((.+?)\)/gm)].map(([, page]) => page)).toEqual(pages);
});

test('the README counts rules and controls of each framework as the data has them', () => {
  const readme = readFileSync('README.md', 'utf8');
  for (const { key } of ComplianceFramework.all()) {
    const own = frameworkRows().filter(({ framework }) => framework === key);
    const member = Object.entries(ComplianceFramework).find(([, value]) => (value as { key?: string }).key === key)![0];
    const counts = [new Set(own.map((row) => row.ruleIdentifier)).size, new Set(own.map((row) => row.control)).size];
    expect(readme).toContain(`| \`${member}\` | ${counts.join(' | ')} |`);
  }
});
