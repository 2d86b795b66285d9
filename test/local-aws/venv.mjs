/**
 * The Python environment that the local AWS runs in: made once under `.local/venv`, and made again when
 * requirements.txt changes or its Python is gone. It needs nothing but Node, so it also runs before `npm ci`.
 *
 *   node test/local-aws/venv.mjs     prints the path of the environment's python; progress goes to stderr
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const REQUIREMENTS = join(HERE, 'requirements.txt');
const DEFAULT_DIRECTORY = join(HERE, '..', '..', '.local', 'venv');
const CANDIDATES = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
const OLDEST_MINOR = 11;
const LOCK_POLL_MS = 200;

/** Makes the environment in `directory` when it is missing or out of date, and returns the path of its python. */
export async function ensureVenv(directory = DEFAULT_DIRECTORY) {
  const python = pythonOf(directory);
  if (isCurrent(directory)) return python;

  mkdirSync(dirname(directory), { recursive: true });
  const unlock = await lock(`${directory}.lock`);
  try {
    // Another process may have made it while this one waited.
    if (!isCurrent(directory)) make(directory, python);
  } finally {
    unlock();
  }
  return python;
}

function make(directory, python) {
  const base = findPython();
  progress(`Making a Python environment for the local AWS (once; ${base.command}, ${base.version})`);
  rmSync(directory, { recursive: true, force: true });
  execFileSync(base.command, ['-m', 'venv', directory], { stdio: ['ignore', 2, 2] });
  progress('Installing MiniStack (about ten seconds)');
  execFileSync(python, [
    '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--require-hashes', '-r', REQUIREMENTS,
  ], { stdio: ['ignore', 2, 2] });
  // Written last: an environment without it is one whose making was cut short.
  writeFileSync(stampFile(directory), stamp());
}

function isCurrent(directory) {
  return existsSync(pythonOf(directory)) && existsSync(stampFile(directory)) && readFileSync(stampFile(directory), 'utf8') === stamp();
}

function pythonOf(directory) {
  return join(directory, 'bin', 'python');
}

function stampFile(directory) {
  return join(directory, 'requirements.sha256');
}

function stamp() {
  return createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
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
  throw new Error(`The local AWS needs Python 3.${OLDEST_MINOR} or newer with the venv module, and none of ${CANDIDATES.join(', ')} is one. `
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
  process.stdout.write(`${await ensureVenv()}\n`);
}
