/** The bundle that ships, alone at 20 calls a second, with as many parameters as an account may have, each as large as SSM allows. */
import { invokeBundle } from './local-aws';
import { DETECT_SETTINGS } from '../../../src/drift/contract';
import { countByOperation } from '../counting-proxy';
import { reads } from '../in-memory-monitor';
import { LocalWorld } from '../local-world';
import { Population, TARGET } from '../population';
import { Results } from '../report';
import { syntheticSsm } from '../synthetic-ssm';

const SIZE = 10_000;
const RATE = 20;
/** Of a standard parameter. */
const LARGEST_VALUE = 4_096;

export async function shippedAtScale(world: LocalWorld): Promise<Results> {
  const dev = await world.function(TARGET);
  world.proxy.take();
  world.proxy.standIn = syntheticSsm(new Population({ size: SIZE, valueBytes: LARGEST_VALUE }), world.organization);
  try {
    const { wallMs, peakMb, output } = await invokeBundle(world, dev, {}, { [DETECT_SETTINGS.readRate]: String(RATE) });
    const calls = reads(countByOperation(world.proxy.take()));
    const what = `one monitor, 2 x ${SIZE} at ${RATE} calls a second`;
    const note = `the bundle that ships; ${output.compared} names compared, values of ${LARGEST_VALUE} bytes`;
    return {
      targets: [
        { what: `SSM reads of a full walk, 2 x ${SIZE}, shipped bundle`, bound: 'at most', limit: 2 * Math.ceil(SIZE / 10) + 5, measured: calls, unit: 'calls' },
        { what: `${what}: time`, bound: 'under', limit: 120, measured: wallMs / 1000, unit: 's', note },
        { what: `${what}: peak memory`, bound: 'under', limit: 256, measured: peakMb, unit: 'MB', note },
      ],
    };
  } finally {
    world.proxy.standIn = undefined;
  }
}
