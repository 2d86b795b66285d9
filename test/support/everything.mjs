/** `npm test`: sets up, checks everything, and says what passed, counted from the runs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, pack, root, run } from './setup.mjs';
import { beginVenv, ensureVenv } from './venv.mjs';

/** projen writes the form of configuration that ESLint 9 reads only when asked. */
const LEGACY_ESLINT = { env: { ...process.env, ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1' } };

const checks = [];
const check = (title, work) => {
  const started = Date.now();
  process.stdout.write(`· ${title} …`);
  try {
    work();
    checks.push({ title, passed: true });
    process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
  } catch (error) {
    checks.push({ title, passed: false });
    process.stdout.write(` FAILED\n${error.message}\n`);
  }
};

// The largest download of all, while everything else is built.
beginVenv('linters');
build();
pack();
await ensureVenv();

check('types', () => run('npx', ['tsc', '--noEmit', '-p', 'tsconfig.dev.json']));
check('lint', () => run('npx', ['eslint', '--ext', '.ts', 'src', 'test', 'lambda-src', 'examples/typescript'], LEGACY_ESLINT));
check('README examples (rosetta, strict)', () => run('npx', ['jsii-rosetta', 'extract', '--strict', '--compile', '--output', '.local/rosetta.tabl.json']));

await ensureVenv('linters');
const report = join(root, '.local', 'jest.json');
mkdirSync(join(root, '.local'), { recursive: true });
rmSync(report, { force: true });
const { status } = spawnSync('npx', ['jest', '--ci', '--coverage', '--maxWorkers=2', '--json', `--outputFile=${report}`, ...process.argv.slice(2)], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } });
const jest = JSON.parse(readFileSync(report, 'utf8'));
// Jest counts neither a file that could not run nor a missed threshold as a failed test.
const unrun = jest.numRuntimeErrorTestSuites;
const thresholdMissed = status !== 0 && jest.numFailedTests === 0 && unrun === 0;
if (thresholdMissed) checks.push({ title: 'coverage', passed: false });

const failed = checks.filter((done) => !done.passed);
for (const { title } of failed) console.log(`FAILED: ${title}`);
const failures = jest.numFailedTests + unrun + failed.length;
console.log(`${jest.numPassedTests + checks.length - failed.length} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
