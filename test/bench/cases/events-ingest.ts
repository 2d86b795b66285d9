/** The write path of compliance events: the shipped bundle against DynamoDB's protocol in front of a table in memory. */
import { join } from 'node:path';
import { ingestEnvironment } from '../../support/event-messages';
import { recountOf } from '../../support/event-recount';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { Fault, StubEventTable } from '../../support/stub-event-table';
import { StubServer } from '../../support/stub-server';
import { Measured } from '../children/child';
import { IngestInput, IngestOutput } from '../children/ingest-events';
import { EventLoad, eventOf, randomNumbers } from '../event-load';
import { measure, ROOT } from '../measure';
import { Results, rounded } from '../report';

const BUNDLE = join(ROOT, 'assets', 'events', 'ingest', 'index.mjs');
const FULL_BATCH = 100;
const WARM_UP = 2_000;
const FULL = 12_000;
const SINGLE = 3_000;
const DUPLICATES = 0.2;
const FAULTS: readonly Fault[] = ['lost', 'unheard', 'conflict', 'throttled', 'unprocessed'];
const FAULT_SHARE = 0.05;
const TRANSITIONS = 2_000;

const load = (more: Partial<EventLoad> = {}): EventLoad =>
  ({ accounts: 10, rules: 50, resources: 1_000, at: new Date(Date.now() - 120_000).toISOString(), ...more });

/** CPU of full batches beside one event an invocation, what became of the events, and write units. */
export async function eventsIngest(): Promise<Results> {
  const full = await run({ load: load(), from: 0, measuredFrom: WARM_UP, to: FULL, batch: FULL_BATCH, duplicates: DUPLICATES }, FAULT_SHARE);
  const single = await run({ load: load(), from: 0, measuredFrom: SINGLE / 3, to: SINGLE, batch: 1, duplicates: DUPLICATES }, 0);
  const wrong = [...full.wrong, ...single.wrong];
  const cpu = ({ measured }: Run) => measured.cpuMs / measured.output.records;
  return {
    targets: [
      {
        what: `ingest: CPU an event, in batches of ${FULL_BATCH}`, bound: 'at most', limit: 0.25, measured: cpu(full), unit: 'ms',
        note: `one event an invocation: ${rounded(cpu(single))} ms; ${full.faults} of ${full.requests} requests failed, ${full.measured.output.redelivered} records came again`,
      },
      { what: 'ingest: events lost, states unlike the oracle, counters unlike a recount', bound: 'at most', limit: 0, measured: wrong.length, unit: '', note: wrong[0] },
      { what: 'ingest: write units a transition, 10 accounts x 50 rules', bound: 'at most', limit: 13, measured: await writeUnits(load()), unit: 'units' },
      {
        what: 'ingest: write units a transition, one account, 10 rules', bound: 'at most', limit: 9, measured: await writeUnits(load({ accounts: 1, rules: 10 })), unit: 'units',
      },
    ],
    notes: [`Ingest: ${DUPLICATES * 100} % of the events came twice, all of them shuffled; of the requests in full batches ${FAULT_SHARE * 100} % failed in one of five ways.`],
  };
}

interface Run {
  readonly measured: Measured<IngestOutput>;
  readonly requests: number;
  readonly faults: number;
  readonly wrong: string[];
}

async function run(input: Omit<IngestInput, 'bundle'>, faultShare: number): Promise<Run> {
  return withTable(async (stub, server) => {
    const random = randomNumbers(11);
    let faults = 0;
    stub.fault = () => {
      if (random() >= faultShare) return undefined;
      faults += 1;
      return FAULTS[Math.floor(random() * FAULTS.length)];
    };
    const measured = await measure<IngestInput, IngestOutput>('ingest-events', { ...input, bundle: BUNDLE }, ingestEnvironment(server.url));
    return { measured, requests: server.requests.length, faults, wrong: wrongIn(stub.table, input) };
  });
}

/** Units of the second event of each resource, which changes its state. */
async function writeUnits(of: EventLoad): Promise<number> {
  return withTable(async ({ table }, server) => {
    const store = (from: number, to: number) => measure<IngestInput, IngestOutput>(
      'ingest-events', { bundle: BUNDLE, load: of, from, measuredFrom: from, to, batch: FULL_BATCH, duplicates: 0 }, ingestEnvironment(server.url));
    await store(0, of.resources);
    const before = table.consumed.writeUnits;
    await store(of.resources, of.resources + TRANSITIONS);
    return (table.consumed.writeUnits - before) / TRANSITIONS;
  });
}

async function withTable<T>(work: (stub: StubEventTable, server: StubServer) => Promise<T>): Promise<T> {
  const stub = new StubEventTable(new InMemoryEventTable());
  const server = await StubServer.start((request) => stub.answer(request));
  try {
    return await work(stub, server);
  } finally {
    await server.stop();
  }
}

/** What is not as it must be, by an oracle that knows nothing of how events are stored: the last event of each resource is its state. */
function wrongIn(table: InMemoryEventTable, { load: of, from, to }: Omit<IngestInput, 'bundle'>): string[] {
  const items = table.all();
  const expected = new Map<string, string>();
  for (let number = from; number < to; number++) {
    const { state, status, recordedAt } = eventOf(of, number);
    expected.set(state, `${status} ${recordedAt}`);
  }
  const states = new Map(items.filter(({ sk }) => sk.startsWith('STATE#'))
    .map((item) => [[item.account, item.rule, item.resourceType, item.resourceId].join(' '), `${item.status as string} ${item.recordedAt as string}`]));
  const stored = items.filter(({ sk }) => sk.startsWith('EVT#')).length;
  return [
    ...(stored === to - from ? [] : [`${to - from - stored} events are lost`]),
    ...[...new Set([...expected.keys(), ...states.keys()])].filter((state) => states.get(state) !== expected.get(state))
      .map((state) => `${state} is ${states.get(state)} and must be ${expected.get(state)}`),
    ...recountOf(items),
  ];
}
