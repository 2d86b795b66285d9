import { Fact } from './fact';
import { keepHeartbeat } from './heartbeats';
import { ingest, IngestDependencies, Outcome } from './ingest';
import { Arrival, Heartbeat, parseMessage } from './parse';

export interface Message {
  readonly id: string;
  readonly body: string;
}

/** What became of a message. */
export interface Taken {
  readonly id: string;
  /** Undefined when the message could not be read. */
  readonly arrival?: Arrival;
  readonly outcome: Outcome;
}

export interface TakenBatch {
  /** In the order of the messages. */
  readonly taken: readonly Taken[];
  readonly conflicts: number;
}

/** Takes what the queue brought. Each message has an outcome of its own: one that is no good never hurts another. */
export async function takeMessages(messages: readonly Message[], dependencies: IngestDependencies): Promise<TakenBatch> {
  const now = dependencies.clock.now();
  const arrivals = messages.map(({ body }) => read(body, now));
  const facts = arrivals.flatMap((arrival) => (arrival.kind === 'fact' ? [arrival.fact] : []));
  const { outcomes, conflicts } = facts.length > 0 ? await ingest(facts, dependencies) : { outcomes: [], conflicts: 0 };
  const ofFacts = new Map<Fact, Outcome>(facts.map((fact, at) => [fact, outcomes[at]]));
  const ofHeartbeats = await keepNewest(arrivals, dependencies);
  const taken = arrivals.map((arrival, at): Taken => {
    const { id } = messages[at];
    if (arrival.kind === 'refused') return { id, outcome: arrival };
    return { id, arrival, outcome: arrival.kind === 'fact' ? ofFacts.get(arrival.fact)! : ofHeartbeats.get(arrival.heartbeat)! };
  });
  return { taken, conflicts };
}

type Read = Arrival | { readonly kind: 'refused'; readonly reason: string };

function read(body: string, now: Date): Read {
  try {
    return parseMessage(body, now);
  } catch (error) {
    return { kind: 'refused', reason: (error as Error).message };
  }
}

/** Of the heartbeats of one account and region, only the newest is worth a write. */
async function keepNewest(arrivals: readonly Read[], { clock, table }: IngestDependencies): Promise<Map<Heartbeat, Outcome>> {
  const heartbeats = arrivals.flatMap((arrival) => (arrival.kind === 'heartbeat' ? [arrival.heartbeat] : []));
  const newest = new Map<string, Heartbeat>();
  for (const heartbeat of heartbeats) {
    const scope = `${heartbeat.account} ${heartbeat.region}`;
    if (!(newest.get(scope)!?.scheduledAt >= heartbeat.scheduledAt)) newest.set(scope, heartbeat);
  }
  const outcomes = new Map<Heartbeat, Outcome>(heartbeats.map((heartbeat) => [heartbeat, { kind: 'stale' }]));
  await Promise.all([...newest.values()].map(async (heartbeat) => outcomes.set(heartbeat, await keepHeartbeat(table, heartbeat, clock.now()))));
  return outcomes;
}
