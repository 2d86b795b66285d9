/** What docs/cli.md says is what the commands do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../../lambda-src/cli';
import { COMMON } from '../../../lambda-src/cli/domain/help';
import { EXIT } from '../../../lambda-src/cli/domain/outcome';
import { FakeWorld } from '../../support/command-line';

const docs = (name: string) => readFileSync(join(__dirname, '..', '..', '..', 'docs', name), 'utf8');
const page = docs('cli.md');
const sectionOf = (heading: string) => page.split(/^## /m).find((section) => section.startsWith(`${heading}\n`))!;

test.each(COMMANDS.map((command) => [command.name, command] as const))('%s: its options are those that are documented', (name, { options }) => {
  const rows = sectionOf(name).split('\n').filter((line) => line.startsWith('| `--'));
  const documented = rows.flatMap((row) => row.split('|')[1].match(/--[a-z-]+/g) ?? []);
  expect(documented.sort()).toEqual(Object.keys({ ...options, ...COMMON }).map((option) => `--${option}`).sort());
  expect(page).toContain(`| [\`${name}\`](#${name}) |`);
});

test('bounds and defaults are those of the help', () => {
  for (const { name, options } of COMMANDS) {
    const [, least, most, otherwise] = /(\d+) to (\d+) \((\d+)\)/.exec(options.timeout?.help ?? '') ?? [];
    if (least) expect(sectionOf(name)).toContain(`${least} to ${most}; ${otherwise} when left out`);
  }
});

test('exit codes are those of the help, in the same words', async () => {
  const { out } = await new FakeWorld().run('--help');
  for (const code of Object.values(EXIT)) {
    const meaning = out.find((line) => line.startsWith(`  ${code}  `))!.slice(5);
    expect(page).toContain(`| ${code} | ${meaning} |`);
  }
});

test('outputs are those that the commands read', async () => {
  for (const [, output, option] of page.matchAll(/^\| `(\w+)` \| `--([a-z-]+)` \|$/gm)) {
    const places = COMMANDS.filter(({ options }) => Object.hasOwn(options, option));
    expect(places.length).toBeGreaterThan(0);
    for (const { options } of places) expect(options[option].help).toContain(`(output ${output})`);
  }
});

test('what the runbook is named for is in it', () => {
  const source = readFileSync(join(__dirname, '..', '..', '..', 'lambda-src', 'cli', 'verify.ts'), 'utf8');
  const headings = [...source.matchAll(/runbook: '([^']+)'/g)].map(([, heading]) => heading);
  expect(headings).toHaveLength(4);
  for (const heading of headings) expect(docs('runbook.md')).toContain(`\n## ${heading}\n`);
});
