/**
 * The Python environments of this repository: made once under `.local`, and made again when their requirements change or their Python is
 * gone. It needs nothing but Node, so it also runs before `npm ci`.
 *
 *   node test/support/venv.mjs [name]     prints the path of the environment's python; progress goes to stderr
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');
const ENVIRONMENTS = {
  'local-aws': { directory: 'venv', requirements: 'test/local-aws/requirements.txt', purpose: 'the local AWS', duration: 'ten seconds' },
  linters: { directory: 'linters', requirements: 'test/constructs/security/requirements.txt', purpose: 'the security checks', duration: 'a minute' },
};
const CANDIDATES = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
const OLDEST_MINOR = 11;
const LOCK_POLL_MS = 200;

/** Makes an environment when it is missing or out of date, and returns the path of its python. */
export async function ensureVenv(name = 'local-aws') {
  const environment = environmentOf(name);
  const { directory, python } = environment;
  if (isCurrent(environment)) return python;

  mkdirSync(dirname(directory), { recursive: true });
  const unlock = await lock(`${directory}.lock`);
  try {
    // Another process may have made it while this one waited.
    if (!isCurrent(environment)) make(environment);
  } finally {
    unlock();
  }
  return python;
}

/** Starts to make an environment while other work goes on; `ensureVenv` waits for it, and does it again should this have failed. */
export function beginVenv(name) {
  if (isCurrent(environmentOf(name))) return;
  spawn(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: 'ignore' }).unref();
}

function environmentOf(name) {
  const known = ENVIRONMENTS[name];
  if (!known) throw new Error(`There is no environment "${name}", only ${Object.keys(ENVIRONMENTS).join(' and ')}`);
  const directory = join(ROOT, '.local', known.directory);
  return {
    ...known, directory, requirements: join(ROOT, known.requirements), python: join(directory, 'bin', 'python'), stampFile: join(directory, 'requirements.sha256'),
  };
}

function make({ directory, python, requirements, stampFile, purpose, duration }) {
  const base = findPython();
  progress(`Making a Python environment for ${purpose} (once; ${base.command}, ${base.version})`);
  rmSync(directory, { recursive: true, force: true });
  execFileSync(base.command, ['-m', 'venv', directory], { stdio: ['ignore', 2, 2] });
  progress(`Installing what it needs (about ${duration})`);
  execFileSync(python, [
    '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--require-hashes', '-r', requirements,
  ], { stdio: ['ignore', 2, 2] });
  // Written last: an environment without it is one whose making was cut short.
  writeFileSync(stampFile, stampOf(requirements));
}

function isCurrent({ python, requirements, stampFile }) {
  return existsSync(python) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOf(requirements);
}

function stampOf(requirements) {
  return createHash('sha256').update(readFileSync(requirements)).digest('hex');
}

function findPython() {
  for (const command of CANDIDATES) {
    try {
      const version = execFileSync(command, ['-c', 'import sys, venv; print("%d.%d" % sys.version_info[:2])'], {
        encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      const [major, minor] = version.split('.').map(Number);
      if (major === 3 && minor >= OLDEST_MINOR) return { command, version };
    } catch {
      // Not there, or a launcher without an interpreter behind it: the next one may do.
    }
  }
  throw new Error(`The local AWS and the security checks need Python 3.${OLDEST_MINOR} or newer with the venv module, and none of ${CANDIDATES.join(', ')} is one. `
    + 'Install it, for example with "apt install python3 python3-venv" or "brew install python".');
}

/** One process at a time; the lock of a process that has died is taken over. */
async function lock(file) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(file)) {
      discard(file);
    } else {
      await sleep(LOCK_POLL_MS);
    }
  }
}

function isAbandoned(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    // Empty between its creation and the writing of the pid.
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** A rename succeeds for one process only, so that nobody removes the lock that another has just taken. */
function discard(file) {
  const mine = `${file}.${process.pid}`;
  try {
    renameSync(file, mine);
    rmSync(mine);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function progress(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await ensureVenv(process.argv[2])}\n`);
}
