/** The reference loads on the local AWS: evaluations in members, until the hub has stored them; and a violation until Slack has it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoEventTable } from '../../../lambda-src/events/adapters/dynamo-event-table';
import { MEMBERS } from '../../local-aws/hub-system';
import { HubWorld, startHubWorld } from '../../local-aws/hub-world';
import { mostUnits, page, report, summary, Taken, taking } from '../event-questions';
import { Results, rounded, Target } from '../report';

const EVALUATIONS_A_CALL = 100;
/** As many as the first load reaches, so that the second adds events and no counters. */
const RULES = 5;
const FIRST = 1_000;
const SECOND = 10_000;
/** The reference load is a thousand events in a minute. */
const MINUTE_MS = 60_000;
const SLACK_REPEATS = 3;
const SLACK_LIMIT_S = 10;

export async function eventsOnLocalAws(progress: (line: string) => void): Promise<Results> {
  const scratch = mkdtempSync(join(tmpdir(), 'events-bench-'));
  const world = await startHubWorld(scratch);
  try {
    progress(`a violation in a member, until Slack has it, ${SLACK_REPEATS} times`);
    const slack = await toSlack(world);
    const stored = await total(world);
    progress(`${FIRST} evaluations in ${MEMBERS.length} members, until all are stored`);
    const small = await load(world, 0, FIRST, stored);
    const smallReads = await reads(world);
    progress(`${SECOND - FIRST} more`);
    const large = await load(world, FIRST, SECOND, stored);
    const largeReads = await reads(world);
    return {
      targets: [
        {
          what: 'a violation in Slack, from the evaluation in the member, local AWS', bound: 'at most', limit: SLACK_LIMIT_S, measured: Math.max(...slack) / 1_000, unit: 's',
          note: `the slowest of ${slack.map((each) => rounded(each / 1_000)).join(', ')}`,
        },
        loaded(FIRST, small),
        loaded(SECOND, small + large),
        ...same('summary', smallReads.summary, largeReads.summary),
        ...same('page', smallReads.page, largeReads.page),
        { what: `the daily report over ${SECOND} events, local AWS`, bound: 'at most', limit: 60, measured: largeReads.report.milliseconds / 1_000, unit: 's' },
      ],
      notes: ['Loads on the local AWS: put as evaluations in two members, 100 a call, and stored when the counters of the hub have all of them. The local AWS is one Python process.'],
    };
  } finally {
    await world.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const loaded = (events: number, milliseconds: number): Target => ({
  what: `${events} events end to end, local AWS`, bound: 'at most', limit: MINUTE_MS / 1_000, measured: milliseconds / 1_000, unit: 's',
  note: `${Math.round(events / milliseconds * MINUTE_MS)} a minute`,
});

const same = (what: string, few: Taken, many: Taken): Target[] => [
  { what: `a ${what} over ${SECOND} events, against ${FIRST}, local AWS: requests`, bound: 'at most', limit: few.requests, measured: many.requests, unit: 'requests' },
  {
    what: `a ${what} over ${SECOND} events, against ${FIRST}, local AWS: read units`, bound: 'at most', limit: mostUnits(few), measured: many.readUnits,
    unit: 'units', note: `${rounded(few.readUnits, 4)} and ${rounded(many.readUnits, 4)}`,
  },
];

const tableOf = (world: HubWorld) => new DynamoEventTable(
  DynamoDBDocumentClient.from(new DynamoDBClient(world.settings(world.hub.account))), { tableName: world.hub.outputs.EventsTableName });
const total = async (world: HubWorld) => (await summary(tableOf(world), new Date())).total_events;

async function reads(world: HubWorld): Promise<{ readonly summary: Taken; readonly page: Taken; readonly report: Taken }> {
  const table = tableOf(world);
  const now = new Date();
  return {
    summary: (await taking(table, (each) => summary(each, now))).taken,
    page: (await taking(table, (each) => page(each, now))).taken,
    report: (await taking(table, (each) => report(each, now.toISOString().slice(0, 10), now))).taken,
  };
}

/** Milliseconds from the first evaluation put to the last event stored. */
async function load(world: HubWorld, from: number, to: number, before: number): Promise<number> {
  const started = performance.now();
  for (let first = from; first < to; first += EVALUATIONS_A_CALL) {
    const account = MEMBERS[(first / EVALUATIONS_A_CALL) % MEMBERS.length];
    const rules = world.hub.members[account].rules.slice(0, RULES);
    const batch = Math.floor(first / EVALUATIONS_A_CALL / MEMBERS.length);
    await world.put(account, rules[batch % rules.length].name, Array.from({ length: EVALUATIONS_A_CALL }, (_, i) => ({
      resourceId: `bucket-${batch}-${i}`, status: (batch + i) % 2 === 0 ? 'COMPLIANT' as const : 'NON_COMPLIANT' as const,
    })));
  }
  await world.until(`${to} events are stored`, async () => await total(world) - before >= to, 10 * MINUTE_MS);
  return performance.now() - started;
}

async function toSlack(world: HubWorld): Promise<number[]> {
  const times: number[] = [];
  const account = MEMBERS[0];
  for (let i = 0; i < SLACK_REPEATS; i++) {
    const before = (await world.slack()).length;
    const started = performance.now();
    await world.evaluate(account, world.ruleOf(account), `slack-${i}`, 'NON_COMPLIANT');
    await world.until('Slack has the message', async () => (await world.slack()).length > before);
    times.push(performance.now() - started);
  }
  return times;
}
