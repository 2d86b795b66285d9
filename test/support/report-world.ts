import { InMemoryEventTable } from './in-memory-event-table';
import { logItem, Told } from './stored-events';
import { ReportWorld } from '../../lambda-src/alerts/domain/deliver-report';
import { buildReport } from '../../lambda-src/alerts/domain/report';
import { Cell, Report, ReportFacts, ReportViolation } from '../../lambda-src/alerts/domain/report-model';
import { SlackMessage } from '../../lambda-src/alerts/domain/slack-blocks';
import { TopicMessage } from '../../lambda-src/alerts/domain/topic-message';
import { Channel, Posted } from '../../lambda-src/alerts/ports';
import { ReportFiles } from '../../lambda-src/alerts/report-ports';
import { complianceFact, Evaluation } from '../../lambda-src/events/domain/fact';
import { ingest } from '../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../lambda-src/events/domain/known-places';
import { keptShards } from '../../lambda-src/events/domain/shards';
import { EventTable } from '../../lambda-src/events/ports';
import { Log } from '../../lambda-src/shared/log';
import { dayOf, EVENT_KEYS, EventTableKey } from '../../src/events/contract';

export const NOW = new Date('2026-11-24T08:00:00.000Z');
export const DATE = '2026-11-23';

export const cell = (counts: Cell['counts'], more: Partial<Cell> = {}): Cell => ({ account: '111111111111', region: 'eu-central-1', rule: 'restricted-ssh', counts, ...more });

export const violation = (more: Partial<ReportViolation> = {}): ReportViolation => ({
  recordedAt: '2026-11-23T10:00:00.000Z', account: '111111111111', region: 'eu-central-1', rule: 'restricted-ssh', resourceType: 'AWS::EC2::SecurityGroup',
  resourceId: 'sg-1', status: 'NON_COMPLIANT', annotation: null, ...more,
});

export const factsOf = (more: Partial<ReportFacts> = {}): ReportFacts => ({
  hub: 'compliance',
  period: { date: DATE, from: '2026-11-23T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z', complete: true },
  generatedAt: NOW,
  dayCells: [],
  stateCells: [],
  newestOpened: [],
  newestResolved: [],
  blind: [],
  waiversEnding: [],
  ...more,
});
export const reportOf = (more: Partial<ReportFacts> = {}): Report => buildReport(factsOf(more));

/** A channel that answers as it is told, and delivers by default. */
export class Receiver<M> implements Channel<M> {
  public readonly got: M[] = [];
  public readonly answers: (Posted | Error)[] = [];

  public async post(message: M): Promise<Posted> {
    const answer = this.answers.shift() ?? { kind: 'delivered' };
    if (answer instanceof Error) throw answer;
    if (answer.kind === 'delivered') this.got.push(message);
    return answer;
  }
}

export class MemoryFiles implements ReportFiles {
  public readonly all = new Map<string, string>();
  public failure: Error | undefined;

  public async put(key: string, content: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.all.set(key, content);
  }
}

export interface TestWorld extends ReportWorld {
  readonly table: InMemoryEventTable;
  readonly files: MemoryFiles;
  readonly slack: Receiver<SlackMessage>;
  readonly email: Receiver<TopicMessage>;
  readonly lines: { readonly level: string; readonly message: string; readonly fields: object }[];
  readonly waits: number[];
  clock: Date;
}

export function worldOf(more: Partial<ReportWorld> = {}): TestWorld {
  const lines: TestWorld['lines'] = [];
  const log: Log = {
    info: (message, fields = {}) => { lines.push({ level: 'info', message, fields }); },
    warn: (message, fields = {}) => { lines.push({ level: 'warn', message, fields }); },
    error: (message, fields = {}) => { lines.push({ level: 'error', message, fields }); },
  };
  let token = 0;
  const waits: number[] = [];
  const world: TestWorld = {
    hub: 'compliance',
    settings: { hub: 'compliance', reportName: 'Daily', bucketName: 'reports', prefix: 'daily-reports', topRules: 10, region: 'eu-central-1' },
    table: new InMemoryEventTable(),
    drift: [],
    files: new MemoryFiles(),
    slack: new Receiver<SlackMessage>(),
    email: new Receiver<TopicMessage>(),
    clock: NOW,
    now: () => world.clock,
    newToken: () => `token-${token += 1}`,
    sleep: async (milliseconds) => { waits.push(milliseconds); },
    log,
    lines,
    waits,
    ...more as object,
  };
  return world;
}

/** Stores results of rules as the hub does. */
export async function store(table: EventTable, evaluations: readonly Evaluation[], now = NOW): Promise<void> {
  const dependencies = {
    table,
    clock: { now: () => now, remaining: () => 1_000_000, sleep: async () => undefined },
    keeping: { retentionDays: 90, tombstoneDays: 100 },
    shards: keptShards(table),
    known: new KnownPlaces(),
  };
  for (let at = 0; at < evaluations.length; at += 500) {
    const { outcomes } = await ingest(evaluations.slice(at, at + 500).map(complianceFact), dependencies);
    const bad = outcomes.find(({ kind }) => kind !== 'stored');
    if (bad) throw new Error(`an event was not stored: ${JSON.stringify(bad)}`);
  }
}

/** Many events that nothing else is known of, with their counters: as the hub would leave them, and faster. */
export async function storeMany(table: EventTable, events: readonly Told[]): Promise<void> {
  const cells = new Map<string, { key: EventTableKey; add: { [count: string]: number }; setOnce: object }>();
  const count = (key: EventTableKey, add: { [count: string]: number }, setOnce: object) => {
    const sums = cells.get(`${key.pk} ${key.sk}`) ?? { key, add: {}, setOnce };
    cells.set(`${key.pk} ${key.sk}`, sums);
    for (const [name, value] of Object.entries(add)) sums.add[name] = (sums.add[name] ?? 0) + value;
  };
  for (const told of events) {
    const item = logItem(told, {});
    const { account, region, resourceType, status, recordedAt, rule = '' } = item;
    const broken = status === 'NON_COMPLIANT';
    await table.write({ kind: 'put', item: { ...item } });
    count(EVENT_KEYS.knownScope(account, region), {}, { account, region });
    for (const pk of [EVENT_KEYS.dayCells(account, region, dayOf(recordedAt)), EVENT_KEYS.cells(account, region, 0)]) {
      const now = { [broken ? 'nonCompliant' : 'compliant']: 1, ...(broken && pk.startsWith('DAYCNT') ? { opened: 1 } : {}) };
      count({ pk, sk: EVENT_KEYS.cell(rule, resourceType) }, now, { account, region, rule, resourceType });
    }
  }
  for (const { key, add, setOnce } of cells.values()) await table.write({ kind: 'update', key, add, setOnce: { ...setOnce } });
}

export const evaluation = (more: Partial<Evaluation> = {}): Evaluation => ({
  account: '111111111111', region: 'eu-central-1', rule: 'restricted-ssh', resourceType: 'AWS::EC2::SecurityGroup', resourceId: 'sg-1', status: 'NON_COMPLIANT',
  recordedAt: '2026-11-23T10:00:00.000Z', ...more,
});

