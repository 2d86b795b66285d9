/**
 * `npm run bench`: measures ours and the reference method side by side, prints a table, writes results.json, and ends with
 * code 1 when a target is missed. Every measurement is a process of its own.
 */
import { join, relative } from 'node:path';
import { eventsCost } from './cases/events-cost';
import { eventsIngest } from './cases/events-ingest';
import { eventsOnLocalAws } from './cases/events-local';
import { eventsRead } from './cases/events-read';
import { incrementalCalls, inMemory } from './cases/in-memory';
import { localAws, SIZE } from './cases/local-aws';
import { bundle, comparing, itemSizes } from './cases/processor';
import { shippedAtScale } from './cases/shipped-at-scale';
import { synth } from './cases/synth';
import { threeMonitors } from './cases/three-monitors';
import { LocalWorld } from './local-world';
import { bundleChildren } from './measure';
import { isMet, print, together, write } from './report';

const FILE = join(__dirname, 'results.json');

async function main(): Promise<void> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  const progress = (line: string) => console.log(`· ${seconds().padStart(3)} s  ${line}`);

  progress('bundling what is measured');
  await bundleChildren();
  progress('the example\'s synth, the bundle, comparing, item sizes, calls of incremental checks');
  const parts = [synth(), await bundle(), await comparing(), await itemSizes(), await incrementalCalls()];

  progress('storing events: full batches beside single ones, with faults, and write units');
  parts.push(await eventsIngest(), await eventsCost());
  progress('questions about 1,000 to 100,000 stored events, and the daily report');
  parts.push(await eventsRead());
  progress('a hub with two members on the local AWS');
  parts.push(await eventsOnLocalAws(progress));

  const world = await LocalWorld.start(progress);
  try {
    progress(`filling it with ${SIZE} parameters an environment`);
    await world.fill(SIZE);
    progress('full walks and incremental checks on the local AWS');
    parts.push(await localAws(world));
    progress('three monitors at once');
    parts.push(await threeMonitors(world));
    progress('1,000 parameters an environment behind a limiter');
    parts.push(await inMemory(1_000));
    progress('10,000 parameters an environment behind a limiter, and beside it the shipped bundle at its pace: both nearly always wait');
    parts.push(...await Promise.all([inMemory(10_000), shippedAtScale(world)]));
  } finally {
    await world.stop();
  }

  const results = together(parts);
  print(results);
  write(FILE, results);
  const missed = results.targets.filter((target) => !isMet(target)).length;
  console.log(`· ${seconds()} s; ${relative(process.cwd(), FILE)} written; ${missed} of ${results.targets.length} targets missed`);
  process.exitCode = missed === 0 ? 0 : 1;
}

main().catch((error: Error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
