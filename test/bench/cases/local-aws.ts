/** 1,000 parameters an environment on the local AWS: the bundle that ships, with the settings that its stack gave it. */
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DETECT_SETTINGS } from '../../../src/drift/contract';
import { EnvironmentName } from '../../local-aws/system';
import { Measured } from '../children/child';
import type { InvokeInput, InvokeOutput } from '../children/invoke-bundle';
import type { ReferenceOnAwsInput } from '../children/reference-on-aws';
import { countByOperation } from '../counting-proxy';
import { reads } from '../in-memory-monitor';
import { DeployedFunction, LocalWorld } from '../local-world';
import { measure, median, ROOT } from '../measure';
import { BASELINE, nameOf, TARGET } from '../population';
import { Results, Side } from '../report';

export const BUNDLE = join(ROOT, 'assets', 'drift', 'detect', 'index.mjs');
export const SIZE = 1_000;

const CHANGED = 10;
const REPEATS = 3;
/** Not the stack's own: here the method is measured, and not how long it waits for its turn. */
const UNPACED = { [DETECT_SETTINGS.readRate]: '1000' };
const REFERENCE_TABLE = 'reference-state';

export async function localAws(world: LocalWorld): Promise<Results> {
  await makeReferenceTable(world);
  const dev = await world.function(TARGET);
  const invoke = (event: object) => counted(world, () => invokeBundle(world, dev, event, UNPACED));
  const walks: Side[] = [];
  const references: Side[] = [];
  for (let i = 0; i < REPEATS; i++) {
    walks.push(await invoke({}));
    references.push(await counted(world, () => measure<ReferenceOnAwsInput, unknown>(
      'reference-on-aws', { organization: world.organization, tableName: REFERENCE_TABLE }, world.environment,
    )));
  }
  const same = await incremental(world, invoke, 0, [TARGET, BASELINE]);
  const different = await incremental(world, invoke, REPEATS * CHANGED, [BASELINE]);

  const reference = middle(references);
  const walk = middle(walks);
  const title = (what: string) => `local AWS, 2 x ${SIZE}: ${what}`;
  return {
    notes: [
      `Local AWS: medians of ${REPEATS}; our pace is raised to ${UNPACED[DETECT_SETTINGS.readRate]} calls a second, so that the work is measured and not the waiting.`,
      'Names that now differ: each is asked who changed it (GetParameterHistory, 2.5 calls a second), which is most of that time.',
      'The reference method knows no incremental check: beside ours stands its full one, which it would do again.',
    ],
    comparisons: [
      { what: title('full walk'), ours: walk, reference },
      { what: title(`${CHANGED} names changed, alike in both`), ours: same, reference },
      { what: title(`${CHANGED} names changed, now different`), ours: different, reference },
    ],
    targets: [
      {
        what: `SSM reads of a full walk, 2 x ${SIZE}, local AWS`, bound: 'at most', limit: 2 * Math.ceil(SIZE / 10) + 5,
        measured: reads(walk.calls), unit: 'calls',
      },
      {
        what: `SSM reads, ${CHANGED} of ${SIZE} names changed, local AWS`, bound: 'at most', limit: 2 * Math.ceil(CHANGED / 10) + 5,
        measured: Math.max(reads(same.calls), reads(different.calls)), unit: 'calls',
      },
    ],
  };
}

/** The bundle in a process of its own. What differs from the stack's settings is given last. */
export function invokeBundle(
  world: LocalWorld, { arn, settings }: DeployedFunction, event: object, differently: { readonly [name: string]: string } = {},
): Promise<Measured<InvokeOutput>> {
  const input: InvokeInput = { bundle: BUNDLE, functionArn: arn, event };
  return measure('invoke-bundle', input, { ...settings, ...world.environment, ...differently });
}

/** Changes names and gives the events of that to the handler, as the queue would. */
async function incremental(
  world: LocalWorld, invoke: (event: object) => Promise<Side>, from: number, where: readonly EnvironmentName[],
): Promise<Side> {
  const sides: Side[] = [];
  for (let first = from; first < from + REPEATS * CHANGED; first += CHANGED) {
    const indexes = Array.from({ length: CHANGED }, (_, i) => first + i);
    for (const environment of where) for (const index of indexes) await world.write(environment, index, 2);
    sides.push(await invoke({ Records: indexes.map((index) => changeRecord(world.fullName(where[0], nameOf(index)))) }));
  }
  return middle(sides);
}

const changeRecord = (name: string) => ({
  messageId: name,
  eventSource: 'aws:sqs',
  body: JSON.stringify({ 'source': 'aws.ssm', 'detail-type': 'Parameter Store Change', 'detail': { operation: 'Update', name, type: 'String' } }),
});

async function counted(world: LocalWorld, work: () => Promise<Measured<unknown>>): Promise<Side> {
  world.proxy.take();
  const { wallMs, cpuMs, peakMb } = await work();
  return { wallMs, cpuMs, peakMb, calls: countByOperation(world.proxy.take()) };
}

/** Medians; the calls are those of the first time, which may have more to write. */
const middle = (sides: Side[]): Side => ({
  calls: sides[0].calls,
  wallMs: median(sides.map((side) => side.wallMs)),
  cpuMs: median(sides.map((side) => side.cpuMs)),
  peakMb: median(sides.map((side) => side.peakMb)),
});

async function makeReferenceTable(world: LocalWorld): Promise<void> {
  await new DynamoDBClient(world.direct).send(new CreateTableCommand({
    TableName: REFERENCE_TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'environment', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'environment', KeyType: 'HASH' }],
  }));
}
