/** A reader in memory behind a limiter of 40 calls a second, in real time. */
import type { IncrementalCount, IncrementalInput } from '../children/incremental-calls';
import type { CheckOutput, OurCheckInput } from '../children/our-check';
import type { ReferenceCheckInput, ReferenceOutput } from '../children/reference-check';
import { reads } from '../in-memory-monitor';
import { measure } from '../measure';
import { Results } from '../report';

/** What an account and region lets through, and what all monitors together take of it. */
const LIMIT = 40;
const RATE = 20;
const CHANGED = 10;
const KB = 1024;

/** The reference takes all that the account lets through, and the applications that are being watched wait. */
export async function inMemory(size: number): Promise<Results> {
  const walk = await measure<OurCheckInput, CheckOutput>('our-check', { size, rate: RATE, limit: LIMIT });
  const { output, ...effort } = await measure<ReferenceCheckInput, ReferenceOutput>('reference-check', { size, limit: LIMIT });
  const reference = { ...effort, calls: output.calls };
  const incremental = await measure<OurCheckInput, CheckOutput>('our-check', { size, changed: CHANGED, rate: RATE, limit: LIMIT });
  const title = (what: string) => `in memory, 2 x ${size}: ${what}`;
  return {
    notes: [
      `In memory: behind a limiter of ${LIMIT} calls a second, of which ours takes ${RATE} and the reference all. Only SSM is counted.`,
      `The reference's item for ${size} parameters: ${Math.round(output.itemBytes / KB)} KB. DynamoDB takes 400.`,
    ],
    comparisons: [
      { what: title('full walk'), ours: { ...walk, calls: walk.output.calls }, reference },
      { what: title(`${CHANGED} names changed`), ours: { ...incremental, calls: incremental.output.calls }, reference },
    ],
    targets: [
      {
        what: `SSM reads of a full walk, 2 x ${size}, in memory`, bound: 'at most', limit: 2 * Math.ceil(size / 10) + 5,
        measured: reads(walk.output.calls), unit: 'calls',
      },
    ],
  };
}

/** Whatever the number of parameters: the calls go with the names that changed. */
export async function incrementalCalls(): Promise<Results> {
  const { output } = await measure<IncrementalInput, IncrementalCount[]>('incremental-calls', { sizes: [1_000, 10_000], changed: [1, 10, 25, 100] });
  return {
    targets: output.map(({ size, changed, calls }) => ({
      what: `SSM reads, ${changed} of ${size} names changed, in memory`, bound: 'at most', limit: 2 * Math.ceil(changed / 10) + 5,
      measured: reads(calls), unit: 'calls',
    })),
  };
}
