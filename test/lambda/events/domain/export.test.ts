import { gunzipSync } from 'node:zlib';
import { gzip } from '../../../../lambda-src/events/adapters/gzip';
import { exportDay, exportKey } from '../../../../lambda-src/events/domain/export-day';
import { dayAskedFor } from '../../../../lambda-src/events/domain/export-request';
import { complianceFact, Fact } from '../../../../lambda-src/events/domain/fact';
import { ingest } from '../../../../lambda-src/events/domain/ingest';
import { KnownPlaces } from '../../../../lambda-src/events/domain/known-places';
import { ShardMap } from '../../../../lambda-src/events/domain/shards';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const DAY = '2026-11-23';
const fact = (index: number, detail?: unknown): Fact => complianceFact({
  account: String(index % 7).repeat(12), region: 'eu-central-1', rule: 'r1', resourceType: 'AWS::S3::Bucket', resourceId: `bucket-${index}`, status: 'COMPLIANT',
  recordedAt: new Date(Date.parse(`${DAY}T00:00:00Z`) + index * 1_000).toISOString(), detail,
});
/** Does not compress well. */
const noise = (length: number) => Array.from({ length }, (_, index) => String.fromCharCode(0x4e00 + (index * 7_919) % 20_000)).join('');

describe('an export', () => {
  let table: InMemoryEventTable;
  let objects: Map<string, Buffer>;
  beforeEach(() => {
    table = new InMemoryEventTable();
    objects = new Map();
  });
  const sink = { put: async (key: string, content: Buffer) => void objects.set(key, content) };
  const take = (...facts: Fact[]) => ingest(facts, {
    table, clock: { now: () => NOW, remaining: () => 900_000, sleep: async () => undefined }, keeping: { retentionDays: 90, tombstoneDays: 44 },
    shards: async () => new ShardMap(), known: new KnownPlaces(),
  });
  const run = (partBytes?: number) => exportDay(DAY, table, sink, gzip, partBytes);
  const lines = () => [...objects.values()].flatMap((content) => gunzipSync(content).toString().trimEnd().split('\n')).map((line) => JSON.parse(line) as { [name: string]: unknown });

  it('has every event of the day once, with its detail, and none of another day', async () => {
    const facts = Array.from({ length: 250 }, (_, index) => fact(index, { index, text: index % 100 === 0 ? noise(2_000) : 'short' }));
    await take(...facts, { ...fact(1), recordedAt: '2026-11-22T23:59:59.999Z' }, { ...fact(1), recordedAt: '2026-11-24T00:00:00.000Z' });
    expect(await run()).toEqual({ date: DAY, events: 250, parts: objects.size, unreadable: 0 });
    expect(new Set(lines().map(({ eventId }) => eventId))).toEqual(new Set(facts.map(({ eventId }) => eventId)));
    const text = (value: unknown) => JSON.stringify(value);
    expect(new Set(lines().map(({ detail }) => text(detail)))).toEqual(new Set(facts.map(({ detail }) => text(detail))));
    expect([...objects.keys()].every((key) => /^compliance-events\/dt=2026-11-23\/part-[01]\.[01]-0000\.json\.gz$/.test(key))).toBe(true);
    expect(lines()[0]).toEqual(expect.objectContaining({ source: 'aws.config', detailType: 'Config Rules Compliance Change', rule: 'r1', status: 'COMPLIANT' }));
  });

  it('is the same again, but for what came late', async () => {
    await take(...Array.from({ length: 20 }, (_, index) => fact(index)));
    await run();
    const before = new Map(objects);
    await run();
    expect(objects).toEqual(before);
    await take(fact(20));
    await run();
    expect([...objects.keys()].filter((key) => !before.get(key)?.equals(objects.get(key)!))).toHaveLength(1);
    expect(lines()).toHaveLength(21);
  });

  it('is divided into parts that fit into memory', async () => {
    await take(...Array.from({ length: 700 }, (_, index) => fact(index * 7)));
    const { parts } = await run(10_000);
    expect(parts).toBeGreaterThan(4);
    expect(objects.size).toBe(parts);
    expect(objects.has(exportKey(DAY, 0, 0, 1)) || objects.has(exportKey(DAY, 1, 0, 1))).toBe(true);
    expect(lines()).toHaveLength(700);
  });

  it('of a day without events has no object', async () => {
    expect(await run()).toEqual({ date: DAY, events: 0, parts: 0, unreadable: 0 });
    expect(objects.size).toBe(0);
  });

  it('has an event whose item expires meanwhile as the index has it', async () => {
    await take(fact(1, noise(2_000)));
    table.read = async () => [];
    // The index of the table in memory holds everything: this is what DynamoDB's holds.
    const query = table.query.bind(table);
    table.query = async (asked) => {
      const page = await query(asked);
      return { ...page, items: page.items.map(({ longDetail: _, ...item }) => item as typeof page.items[number]) };
    };
    await run();
    expect(lines()).toMatchObject([{ resourceId: 'bucket-1' }]);
    expect(lines()[0]).not.toHaveProperty('detail');
  });

  it('has an event whose detail is damaged without it, and says so', async () => {
    await take(fact(1, 'whole'), fact(2, 'whole'));
    const { pk, sk } = table.all().find(({ resourceId, timeline }) => resourceId === 'bucket-1' && String(timeline).startsWith('DAY#'))!;
    await table.write({ kind: 'update', key: { pk, sk }, set: { detail: new Uint8Array([1, 2, 3]) } });
    expect(await run()).toMatchObject({ events: 2, unreadable: 1 });
    expect(lines().map(({ detail, detailError }) => detail ?? String(detailError).slice(0, 5)).sort()).toEqual(['Error', 'whole']);
  });

  it('fails when a part cannot be written', async () => {
    await take(fact(1));
    await expect(exportDay(DAY, table, { put: () => Promise.reject(new Error('denied')) }, gzip)).rejects.toThrow('denied');
  });

  it.each([[{ daysAgo: 1 }, '2026-11-23'], [{ daysAgo: 3 }, '2026-11-21'], [{ date: '2026-01-02' }, '2026-01-02']])('is asked for by %j', (request, day) => {
    expect(dayAskedFor(request, NOW)).toBe(day);
  });

  it.each([undefined, {}, { daysAgo: 0 }, { daysAgo: 1.5 }, { date: '2026-11-24' }, { date: '2026-13-01' }, { date: '2026-02-30' }, { date: 'x' }, { date: '2026-1-1' }])(
    'of %j is refused', (request) => {
      expect(() => dayAskedFor(request, NOW)).toThrow(`the export takes { "daysAgo": 1 } or more, or { "date": "2026-11-24" } of a day before 2026-11-24 (UTC), and got ${JSON.stringify(request)}`);
    });
});
