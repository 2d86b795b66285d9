import * as fc from 'fast-check';
import { DetailContext, packDetail, readDetail } from '../../../../lambda-src/events/domain/detail';
import { expiryOf } from '../../../../lambda-src/events/domain/items';
import { keptShards, readShards, ShardMap } from '../../../../lambda-src/events/domain/shards';
import { DEFAULT_SHARDS, EVENT_KEYS, SMALL_DETAIL_BYTES } from '../../../../src/events/contract';
import { complianceMessage } from '../../../support/event-messages';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const context: DetailContext = {
  account: '111122223333', region: 'eu-central-1', resourceType: 'AWS::EC2::Volume', resourceId: 'vol-1', rule: 'tags', recordedAt: '2026-11-24T11:59:00.123Z',
};

/** Bytes that lie in tables. When they can no longer be read, FORMAT has to be another. */
const STORED = 'ARsGhQdyaZBSYZmVlkRqmTASkrKBgZ6BgWHUwKZokBaoI0ZCOYwvzIkPb4MQAwsrAwOQaSamZuSGNykFh4GBnjlIGxHlBwA=';

describe('details', () => {
  it('come back as they were, whatever is in them and beside them', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(fc.property(fc.json(), text, text, fc.option(text, { nil: undefined }), (json, resourceId, rule, annotation) => {
      const detail = JSON.parse(json) as unknown;
      const beside = { ...context, resourceId, rule, annotation };
      expect(readDetail({ ...beside, ...packDetail(detail, beside) })).toEqual(detail);
    }), { numRuns: 500 });
  });

  it('of an ordinary change of compliance take few bytes', () => {
    const { detail } = complianceMessage({ previousStatus: 'COMPLIANT', annotation: 'Tag costcenter is not present.' });
    const beside = { ...context, annotation: 'Tag costcenter is not present.' };
    expect(JSON.stringify(detail).length).toBeGreaterThan(1_000);
    expect(packDetail(detail, beside).detail!.length).toBeLessThan(150);
  });

  it('go where no index holds them when they are long', () => {
    const long = Array.from({ length: 2_000 }, (_, at) => (at * at * 7_919) % 65_521);
    const packed = packDetail(long, context);
    expect(packed.detail).toBeUndefined();
    expect(packed.longDetail!.length).toBeGreaterThan(SMALL_DETAIL_BYTES);
    expect(readDetail({ ...context, ...packed })).toEqual(long);
  });

  it('may be none', () => {
    expect(packDetail(undefined, context)).toEqual({});
    expect(readDetail(context)).toBeUndefined();
  });

  it('that an earlier release packed can be read', () => {
    const { detail } = complianceMessage({ previousStatus: 'COMPLIANT' });
    expect(readDetail({ ...context, detail: Buffer.from(STORED, 'base64') })).toEqual(detail);
  });

  it('that a later release packed are not misread', () => {
    expect(() => readDetail({ ...context, detail: new Uint8Array([2, 1]) })).toThrow('the detail of an event has the format 2, which a later version of this library wrote: update this function');
  });
});
describe('the shard map', () => {
  const put = (table: InMemoryEventTable, from: string, shards: object) => table.write({ kind: 'put', item: { ...EVENT_KEYS.shards(from), ...shards } });

  it('is the default until an operator raises it, and holds from a day on', async () => {
    const table = new InMemoryEventTable();
    const empty = await readShards(table);
    expect([empty.on('2026-11-24'), empty.most]).toEqual([DEFAULT_SHARDS, DEFAULT_SHARDS]);
    await put(table, '2026-12-01', { accounts: 4, resources: 4, cells: 1 });
    await put(table, '2026-12-10', { accounts: 1, resources: 8, cells: 3 });
    const map = await readShards(table);
    expect(map.on('2026-11-30')).toEqual(DEFAULT_SHARDS);
    expect(map.on('2026-12-01')).toEqual({ accounts: 4, resources: 4, cells: 1 });
    expect(map.on('2026-12-09')).toEqual({ accounts: 4, resources: 4, cells: 1 });
    expect(map.on('2027-01-01')).toEqual({ accounts: 1, resources: 8, cells: 3 });
    expect(map.most).toEqual({ accounts: 4, resources: 8, cells: 3 });
    expect(new ShardMap([{ from: 'b', shards: DEFAULT_SHARDS }, { from: 'a', shards: DEFAULT_SHARDS }]).on('a')).toBe(DEFAULT_SHARDS);
  });

  it('is read again after five minutes', async () => {
    const table = new InMemoryEventTable();
    const shards = keptShards(table);
    const at = (minute: number) => shards(new Date(Date.UTC(2026, 10, 24, 12, minute)));
    await at(0);
    await put(table, '2026-01-01', { accounts: 4, resources: 4, cells: 4 });
    expect((await at(4)).on('2026-11-24')).toEqual(DEFAULT_SHARDS);
    expect((await at(5)).on('2026-11-24')).toEqual({ accounts: 4, resources: 4, cells: 4 });
  });

  it('says when it is not readable', async () => {
    const one = { accounts: 1, resources: 1, cells: 1 };
    for (const shards of [{ ...one, accounts: 0 }, { ...one, resources: 65 }, { ...one, cells: 1.5 }, {}]) {
      const table = new InMemoryEventTable();
      await put(table, '2026-12-01', shards);
      await expect(readShards(table)).rejects.toThrow('the item META SHARDS#2026-12-01 must have accounts, resources and cells, whole numbers from 1 to 64: correct it in the table');
    }
  });
});

describe('when an item may go', () => {
  const now = new Date('2026-11-24T12:00:00.000Z');
  const at = (text: string) => Date.parse(text) / 1_000;

  it('is a time after the end of its day, and never before it can be read', () => {
    expect(expiryOf('2026-11-24', 90, now)).toBe(at('2027-02-23T00:00:00Z'));
    expect(expiryOf('2026-08-27', 90, now)).toBe(at('2026-11-26T00:00:00Z'));
    expect(expiryOf('2026-08-25', 90, now)).toBe(at('2027-02-23T00:00:00Z'));
    expect(expiryOf('2022-01-01', 90, now)).toBe(at('2027-02-23T00:00:00Z'));
  });
});
