/** What events cost on AWS, from counted units and the dated price table. */
import { DAYS_A_MONTH, HOURS_A_MONTH, PRICE_REGION, PRICE_SOURCES, PRICES } from '../../../src/observability/price-table';
import { StoreInput, StoreOutput } from '../children/store-events';
import { measure } from '../measure';
import { Results, rounded } from '../report';

const LOAD = { accounts: 10, rules: 50, resources: 1_000, at: '2026-11-20T10:00:00.000Z' };
const MILLION = 1_000_000;
const GB = 1e9;

/** What no count tells: each is said with the figures. */
const ASSUMED = {
  /** A few events come together on an ordinary day; a hundred when it is busy. */
  batch: 10,
  /** Of an invocation at 512 MB: waiting for DynamoDB, mostly. */
  ingestMs: 60,
  announceMs: 60,
  logBytes: 500,
  archiveDays: 30,
  retentionDays: 90,
  accounts: 50,
  changesADay: 1_000,
  heartbeatsAnHour: 4,
  /** Empty receives of the event source: five pollers, each for 20 seconds. */
  pollsAMinute: 15,
} as const;
const MEMORY_GB = 0.5;

type PriceName = keyof typeof PRICES;
type Bill = { readonly [price in PriceName]?: number };

export async function eventsCost(): Promise<Results> {
  const { output: counted } = await measure<StoreInput, StoreOutput>('store-events', { load: LOAD, batch: ASSUMED.batch });
  const million = billOf(counted, MILLION);
  const events = ASSUMED.accounts * ASSUMED.changesADay * DAYS_A_MONTH;
  const beats = ASSUMED.accounts * ASSUMED.heartbeatsAnHour * HOURS_A_MONTH;
  const month = total(billOf(counted, events)) + total(heartbeats(beats)) + total({ queueRequests: ASSUMED.pollsAMinute * 60 * HOURS_A_MONTH });
  const lines = Object.entries(million).map(([name, quantity]) => [`${PRICES[name as PriceName].service.replace(/^(Amazon|AWS) /, '')} ${PRICES[name as PriceName].what}`, dollars({ [name]: quantity })] as const)
    .sort(([, a], [, b]) => b - a).map(([what, usd]) => `${what} $${usd.toFixed(2)}`);
  const written = counted.writeUnits + counted.announcing.writeUnits;
  return {
    targets: [],
    notes: [
      `A million events that each change a state: $${total(million).toFixed(2)} in ${PRICE_REGION} (prices of ${PRICE_SOURCES.infracost.date}): ${lines.join(', ')}.`,
      `Of each: ${rounded(written)} write units (${rounded(counted.writeUnits)} to store it, ${rounded(counted.announcing.writeUnits)} to announce it), `
        + `${rounded(counted.readUnits + counted.announcing.readUnits)} read units, ${Math.round(counted.eventBytes)} bytes as it comes and ${Math.round(counted.storedBytes)} kept, in batches of ${ASSUMED.batch}.`,
      `${ASSUMED.accounts} accounts with ${ASSUMED.changesADay} changes a day each (${Math.round(events / 1_000)} thousand events a month), and their heartbeats: $${month.toFixed(2)} a month. `
        + 'Key, alarms, dashboard and AWS Config\'s own evaluations come on top: the estimate that synth prints has them.',
      `Assumed: ${ASSUMED.ingestMs} ms at ${MEMORY_GB * 1024} MB an invocation, ${ASSUMED.logBytes} bytes of log an event, ${ASSUMED.archiveDays} days of archive and ${ASSUMED.retentionDays} of table.`,
    ],
  };
}

/** Quantities of everything that is paid by use. */
function billOf({ readUnits, writeUnits, storedBytes, eventBytes, announcing }: StoreOutput, events: number): Bill {
  const invocations = events / ASSUMED.batch;
  return {
    tableWrites: events * (writeUnits + announcing.writeUnits),
    tableReads: events * (readUnits + announcing.readUnits),
    tableStorage: events * storedBytes / GB * (ASSUMED.retentionDays / DAYS_A_MONTH),
    // Once from the member to the hub's bus, and once as an announcement.
    busEvents: events * 2,
    archivedEvents: events * eventBytes / GB,
    archiveStorage: events * eventBytes / GB * (ASSUMED.archiveDays / DAYS_A_MONTH),
    // Sent one by one, received and deleted in tens.
    queueRequests: events + invocations * 2,
    lambdaRequests: invocations * 2,
    lambdaDurationArm: invocations * (ASSUMED.ingestMs + ASSUMED.announceMs) / 1_000 * MEMORY_GB,
    logIngestion: events * ASSUMED.logBytes / GB,
  };
}

/** Each comes alone: it is put, sent, received, deleted, taken and written. */
const heartbeats = (count: number): Bill => ({
  scheduleRuns: count, busEvents: count * 2, queueRequests: count * 3, lambdaRequests: count, tableWrites: count, tableReads: count,
  lambdaDurationArm: count * ASSUMED.ingestMs / 1_000 * MEMORY_GB, logIngestion: count * ASSUMED.logBytes / GB,
});

const total = (bill: Bill) => Object.entries(bill).reduce((sum, [name, quantity]) => sum + dollars({ [name]: quantity }), 0);

/** None of these prices has steps. */
const dollars = (line: Bill) => Object.entries(line).reduce((sum, [name, quantity]) => sum + quantity * PRICES[name as PriceName].steps[0].usd, 0);
