/**
 * Brings a clone to where its tests, its demo and its benchmarks can run, doing only what is not done yet.
 * Plain Node without dependencies: on a fresh clone nothing else is there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const stamps = join(root, '.local', 'stamps');

/** Runs a command quietly; its output is shown only when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
    throw new Error(`${[command, ...args].join(' ')} failed (${result.error?.message ?? `exit code ${result.status}`})`);
  }
  return result.stdout;
}

const projen = (task) => run('npx', ['--no-install', 'projen', task], { env: { ...process.env, CI: '1' } });

/** Installs, bundles and compiles. */
export function build() {
  checkNode();
  step('install', ['package.json', 'package-lock.json'], 'node_modules', 'installing dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund']));
  // Examples and their tests import the package by its name, as a consumer does.
  link(join(root, 'node_modules', 'cdk-compliance-monitoring'));
  if (bundlesAreStale()) timed('bundling the functions', () => run('node', ['lambda-src/bundle.mjs']));
  step('compile', ['src', 'package.json', 'README.md', 'package-lock.json'], 'lib', 'compiling the constructs', () => projen('compile'));
}

/** Builds what is published: API.md, the npm tarball and the Python wheel. */
export function pack() {
  build();
  const sources = ['src', 'lambda-src', 'package.json', 'package-lock.json', 'README.md', 'LICENSE', '.npmignore', 'rosetta'];
  step('docgen', sources, 'API.md', 'writing API.md', () => projen('docgen'));
  step('package-js', sources, 'dist/js', 'packing for npm', () => packFresh('js'));
  step('package-python', sources, 'dist/python', 'packing for PyPI', () => packFresh('python'));
}

function packFresh(language) {
  rmSync(join(root, 'dist', language), { recursive: true, force: true });
  projen(`package:${language}`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`Node ${process.versions.node} is too old: 20.19 or newer is needed`);
}

/** The bundles know by themselves what they are made of. In a process of its own: a fresh clone has nothing to bundle with when this file is read. */
function bundlesAreStale() {
  return spawnSync('node', ['lambda-src/bundle.mjs', '--check'], { cwd: root }).status !== 0;
}

/** Does a piece of work unless its inputs are as they were and its output is there. */
export function step(name, inputs, output, title, work) {
  const stamp = join(stamps, name);
  const hash = hashOf(inputs);
  if (existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  timed(title, work);
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, hashOf(inputs));
}

function timed(title, work) {
  const started = Date.now();
  process.stdout.write(`· ${title} …`);
  work();
  process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function hashOf(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) for (const file of files(join(root, input))) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function files(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).sort().flatMap((name) => files(join(path, name)));
}

function link(path) {
  if (!existsSync(path)) symlinkSync('..', path, 'dir');
}
