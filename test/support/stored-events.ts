import { packDetail } from '../../lambda-src/events/domain/detail';
import { EventTable } from '../../lambda-src/events/ports';
import {
  COMPLIANCE_TYPES, ComplianceStatus, CONFIG_DETAIL_TYPES, CONFIG_SOURCE, dayOf, DEFAULT_SHARDS, EVENT_COUNTS, EVENT_KEYS, hashOf, LogItem, shardOf,
  STATE_COUNTS, StateItem, versionOf,
} from '../../src/events/contract';

/** An event as a test names it: what it leaves out is usual. */
export interface Told {
  readonly at: string;
  readonly account?: string;
  readonly region?: string;
  readonly rule?: string;
  readonly type?: string;
  readonly id?: string;
  readonly status?: string;
  readonly previous?: string;
  readonly annotation?: string;
  readonly mode?: string;
  readonly source?: string;
  readonly detailType?: string;
  readonly detail?: unknown;
  readonly expiresAt?: number;
}

export const RETENTION_DAYS = 90;
export const account = (number: number) => `${number}`.repeat(12).slice(0, 12);

/** The log item of an event. Packing its detail takes most of the time: many of them can do with one. */
export function logItem(told: Told, packed?: Pick<LogItem, 'detail'>): LogItem {
  const {
    at, account: owner = account(1), region = 'eu-central-1', rule = 'encrypted', type = 'AWS::S3::Bucket', id = 'bucket', status = 'NON_COMPLIANT',
    previous, annotation, mode, source = CONFIG_SOURCE, detailType = CONFIG_DETAIL_TYPES.complianceChange, detail = { id },
  } = told;
  const name = { account: owner, region, resourceType: type, resourceId: id };
  const isCompliance = detailType === CONFIG_DETAIL_TYPES.complianceChange;
  const eventId = hashOf([owner, region, rule, type, id, at, status, source, detailType, mode ?? '']);
  const version = versionOf(at, eventId);
  const common = { ...name, recordedAt: at, ...(annotation === undefined ? {} : { annotation }), ...(isCompliance ? { rule } : {}) };
  return {
    ...EVENT_KEYS.event(name, version),
    version,
    eventId,
    source,
    detailType,
    ...common,
    ...(isCompliance ? { status } : { changeType: 'UPDATE' }),
    ...(previous === undefined ? {} : { previousStatus: previous }),
    ...(mode === undefined ? {} : { mode }),
    receivedAt: at,
    ...packed ?? packDetail(detail, common),
    expiresAt: told.expiresAt ?? expiryOf(at),
    timeline: EVENT_KEYS.dayOf(dayOf(at), name, DEFAULT_SHARDS),
    ...(isCompliance ? { ruleline: EVENT_KEYS.ruleDayOf(rule, dayOf(at), name, DEFAULT_SHARDS) } : {}),
  };
}

/** What is stored of them: of two that are the same fact, the first. */
export const distinctItems = (events: readonly Told[]) =>
  [...new Map([...events].reverse().map((each) => logItem(each)).map((item) => [item.eventId, item])).values()];

export const fits = (item: LogItem, filter: object) =>
  Object.entries(filter).every(([name, value]) => value === undefined || item[name as keyof LogItem] === value);

export const expiryOf = (at: string, days = RETENTION_DAYS) => Date.parse(`${dayOf(at)}T00:00:00.000Z`) / 1_000 + (1 + days) * 86_400;

export const makesState = ({ source, detailType, mode, status }: LogItem) => source === CONFIG_SOURCE && mode === undefined
  && detailType === CONFIG_DETAIL_TYPES.complianceChange && COMPLIANCE_TYPES.some((known) => known === status);

/** Stores events in the plainest way: one after the other, each with all that follows from it. */
export async function store(table: EventTable, ...events: Told[]): Promise<LogItem[]> {
  const items = events.map((each) => logItem(each));
  for (const item of items) {
    const { resourceType, region, rule = '', status, recordedAt, expiresAt } = item;
    if (await table.write({ kind: 'put', item: { ...item }, condition: { kind: 'absent' } })) continue;
    await table.write({ kind: 'update', key: EVENT_KEYS.knownDay(dayOf(recordedAt)), set: { expiresAt } });
    await table.write({ kind: 'update', key: EVENT_KEYS.knownScope(item.account, region), setOnce: { account: item.account, region } });
    if (item.detailType !== CONFIG_DETAIL_TYPES.complianceChange) continue;
    const count = item.mode === undefined ? EVENT_COUNTS[status as ComplianceStatus] ?? 'other' : 'other';
    await table.write({
      kind: 'update',
      key: { pk: EVENT_KEYS.dayCells(item.account, region, dayOf(recordedAt)), sk: EVENT_KEYS.cell(rule, resourceType) },
      add: { [count]: 1 },
      setOnce: { rule, resourceType, expiresAt },
    });
    if (makesState(item)) await apply(table, item);
  }
  return items;
}

async function apply(table: EventTable, item: LogItem): Promise<void> {
  const { account: owner, region, resourceType, resourceId, version, eventId, recordedAt, annotation } = item;
  const [rule, status] = [item.rule!, item.status as ComplianceStatus];
  const key = EVENT_KEYS.state(item, rule);
  const [before] = await table.read([key]) as unknown as StateItem[];
  if (before && before.version >= version) return;
  const state: StateItem = {
    ...key,
    version,
    eventId,
    account: owner,
    region,
    resourceType,
    resourceId,
    rule,
    status,
    recordedAt,
    since: recordedAt,
    ...(annotation === undefined ? {} : { annotation }), ...(before ? { previousStatus: before.status } : {}),
    ...(status === 'NON_COMPLIANT' ? { timeline: EVENT_KEYS.brokenOf(item, DEFAULT_SHARDS), ruleline: EVENT_KEYS.brokenRuleOf(rule, item, DEFAULT_SHARDS) } : {}),
  };
  await table.write({ kind: 'put', item: { ...state } });
  const add: { [count: string]: number } = {};
  const [now, then] = [STATE_COUNTS[status], before && STATE_COUNTS[before.status]];
  if (now) add[now] = 1;
  if (then) add[then] = (add[then] ?? 0) - 1;
  const shard = shardOf(resourceId, DEFAULT_SHARDS.cells);
  await table.write({
    kind: 'update',
    key: { pk: EVENT_KEYS.cells(owner, region, shard), sk: EVENT_KEYS.cell(rule, resourceType) },
    add,
    setOnce: { rule, resourceType },
  });
}

/** A heartbeat that arrived when it was due. */
export async function heard(
  table: EventTable, owner: string, region: string, at: Date, more: { readonly firstHeardAt?: string } = {},
): Promise<void> {
  const moment = at.toISOString();
  const usual = { version: moment, receivedAt: moment, firstHeardAt: moment, delaySeconds: 0, intervalMinutes: 15 };
  await table.write({
    kind: 'put',
    item: { ...EVENT_KEYS.heartbeat(owner, region), ...usual, ...more },
  });
}
