/** `npm run local:up`: the example's three environments on a local AWS that stays up. */
import { relative } from 'node:path';
import { attachSystem, OUTPUTS_FILE, startSystem, STATE_DIR, writeOutputs } from './system';

async function main() {
  const file = relative(process.cwd(), OUTPUTS_FILE);
  const running = await attachSystem();
  if (running) {
    console.log(`The local AWS already runs at ${running.endpoint} (pid ${running.pid}); see ${file}. To start anew: npm run local:down && npm run local:up`);
    return;
  }
  const { system } = await startSystem({
    stateDir: STATE_DIR,
    detached: true,
    // What a function fails with comes back within seconds, not minutes: so it ends in its dead-letter queue while somebody looks.
    longestWaits: { redeliverySeconds: 2 },
    progress: (line) => console.log(`· ${line}`),
  });
  writeOutputs(system);
  console.log(`
Dev, Staging and Prod are up at ${system.endpoint} (${system.region}); ${file} has their names. To talk to it:

  export AWS_ENDPOINT_URL=${system.endpoint} AWS_REGION=${system.region} AWS_ACCESS_KEY_ID=${system.accounts.monitoring} AWS_SECRET_ACCESS_KEY=test

An account's id is its access key. Messages to subscribers: ${system.endpoint}/_local/mail. What Slack would show: ${system.hub!.outputs.SlackReceiverUrl}
The hub of compliance events answers at ${system.hub!.outputs.ApiUrl}, to calls that are signed for execute-api; its members: ${system.accounts.members.join(', ')}.
To stop it: npm run local:down`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
