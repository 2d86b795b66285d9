/** `npm run local:down`: stops what `npm run local:up` started. */
import { rmSync } from 'node:fs';
import { attachSystem, OUTPUTS_FILE } from './system';

async function main() {
  const running = await attachSystem();
  await running?.stop();
  rmSync(OUTPUTS_FILE, { force: true });
  console.log(running ? `Stopped the local AWS (pid ${running.pid}).` : 'The local AWS does not run.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
