/**
 * `node test/support/ready.mjs <script.ts> [arguments]`: installs and builds what is not there yet, then runs a script of
 * this repository. Plain Node without dependencies: on a fresh clone nothing else is there.
 */
import { spawnSync } from 'node:child_process';
import { ensureVenv } from './venv.mjs';
import { build, root } from './setup.mjs';

const [script, ...rest] = process.argv.slice(2);
try {
  build();
  await ensureVenv();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...rest], { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } });
process.exit(status ?? 1);
