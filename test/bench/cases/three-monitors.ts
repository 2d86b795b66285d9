/** The three monitors of the example at once, each with the pace that its stack gave it. */
import { invokeBundle, SIZE } from './local-aws';
import { DETECT_SETTINGS } from '../../../src/drift/contract';
import { ENVIRONMENTS } from '../../local-aws/system';
import { busiestWindow } from '../counting-proxy';
import { LocalWorld } from '../local-world';
import { Results } from '../report';

const SECOND = 1_000;

export async function threeMonitors(world: LocalWorld): Promise<Results> {
  const functions = await Promise.all(ENVIRONMENTS.map((environment) => world.function(environment)));
  world.proxy.take();
  await Promise.all(functions.map((deployed) => invokeBundle(world, deployed, {})));
  const times = world.proxy.take().filter(({ operation }) => operation.startsWith('ssm.')).map(({ at }) => at);
  const rates = functions.map(({ settings }) => settings[DETECT_SETTINGS.readRate]).join(' + ');
  return {
    targets: [{
      what: `${functions.length} monitors at once, ${SIZE} parameters each: SSM calls in any second`, bound: 'at most', limit: 20,
      measured: busiestWindow(times, SECOND), unit: 'calls', note: `${times.length} calls; rates ${rates}`,
    }],
  };
}
