/** What storing events takes of the table, in batches of so many. */
import { child } from './child';
import { announceFacts, StreamFact } from '../../../lambda-src/events/domain/announce';
import { STATE_PREFIX, StateItem } from '../../../src/events/contract';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { EventLoad, eventOf } from '../event-load';
import { fill } from '../event-questions';

export interface StoreInput {
  readonly load: EventLoad;
  readonly batch: number;
}
/** Of each event that changes a state. */
export interface StoreOutput {
  readonly readUnits: number;
  readonly writeUnits: number;
  /** That its items take. */
  readonly storedBytes: number;
  /** Of the event as it comes. */
  readonly eventBytes: number;
  /** And of each state that is announced. */
  readonly announcing: { readonly readUnits: number; readonly writeUnits: number };
}

interface Units {
  readUnits: number;
  writeUnits: number;
}

async function counted(table: InMemoryEventTable, into: Units, work: () => Promise<void>): Promise<void> {
  const before = { ...table.consumed };
  await work();
  into.readUnits += table.consumed.readUnits - before.readUnits;
  into.writeUnits += table.consumed.writeUnits - before.writeUnits;
}

/** Announces each state, which was the other one before, as the table's stream would have it. */
async function announce(table: InMemoryEventTable, now: Date): Promise<void> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const states = table.all().filter(({ sk }) => sk.startsWith(STATE_PREFIX)) as unknown as StateItem[];
  const facts = states.map((state, i): StreamFact => ({
    kind: 'state', id: `${i}`, state, before: { ...state, status: state.status === 'COMPLIANT' ? 'NON_COMPLIANT' : 'COMPLIANT' },
  }));
  await announceFacts({ table, bus: { put: async () => [] }, severities: [], now: () => now, log }, facts);
}

child<StoreInput, StoreOutput>(({ load, batch }) => async () => {
  const table = new InMemoryEventTable();
  const bytesOf = () => table.all().reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0);
  const now = new Date(Date.parse(load.at) + 86_400_000);
  // The first event of each resource makes it known; then each breaks a rule, and is well again.
  await fill(table, load, 0, load.resources, batch);
  const bytes = bytesOf();
  const storing = { readUnits: 0, writeUnits: 0 };
  const announcing = { readUnits: 0, writeUnits: 0 };
  for (let round = 1; round <= 2; round++) {
    await counted(table, storing, () => fill(table, load, round * load.resources, (round + 1) * load.resources, batch));
    await counted(table, announcing, () => announce(table, now));
  }
  const events = 2 * load.resources;
  const each = ({ readUnits, writeUnits }: Units): Units => ({ readUnits: readUnits / events, writeUnits: writeUnits / events });
  const eventBytes = Buffer.byteLength(eventOf(load, load.resources).body);
  return { ...each(storing), announcing: each(announcing), storedBytes: (bytesOf() - bytes) / events, eventBytes };
});
