import * as fc from 'fast-check';
import { EVENT_KEYS, hashOf, ResourceName, scopeOf, shardOf } from '../../../src/events/contract';

/** Names as nobody would give them, and some that look like keys of ours. */
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom('#', '%', '2', '3', '5', '~', 'a'), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('STATE#tags', 'EVT#2026-11-24', 'CNT#1#2', '%23', '%2523', '%~00', '', ' '),
  fc.tuple(fc.constantFrom('#', 'é', 'x'), fc.constantFrom(300, 768)).map(([text, times]) => text.repeat(times)),
);
const resource: fc.Arbitrary<ResourceName> = fc.record({ account: hostile, region: hostile, resourceType: hostile, resourceId: hostile });
const text = (value: unknown) => JSON.stringify(value);

describe('keys of the table', () => {
  it('are the same only for the same names', () => {
    fc.assert(fc.property(resource, resource, hostile, hostile, (a, b, rule, other) => {
      expect(EVENT_KEYS.resource(a) === EVENT_KEYS.resource(b)).toBe(text(a) === text(b));
      expect(text(EVENT_KEYS.state(a, rule)) === text(EVENT_KEYS.state(b, other))).toBe(text([a, rule]) === text([b, other]));
      const [one, two] = [[rule, a.resourceType], [other, b.resourceType]] as const;
      expect(EVENT_KEYS.cell(...one) === EVENT_KEYS.cell(...two)).toBe(text(one) === text(two));
      expect(EVENT_KEYS.ruleDay(rule, '2026-11-24', 0) === EVENT_KEYS.ruleDay(other, '2026-11-24', 0)).toBe(rule === other);
      expect(hashOf([rule, other]) === hashOf([a.region, b.region])).toBe(text([rule, other]) === text([a.region, b.region]));
    }), { numRuns: 1_000 });
  });

  it('are told apart when a part moves to its neighbour', () => {
    fc.assert(fc.property(hostile, hostile, hostile, (account, region, part) => {
      const at = (more: Partial<ResourceName>) => EVENT_KEYS.resource({ account, region, resourceType: 't', resourceId: 'i', ...more });
      expect(at({ account: `${account}#${part}`, region }) === at({ account, region: `${part}#${region}` })).toBe(false);
    }));
  });

  it('stay within DynamoDB\'s limits', () => {
    fc.assert(fc.property(resource, hostile, (name, rule) => {
      for (const pk of [EVENT_KEYS.resource(name), EVENT_KEYS.ruleDay(rule, '2026-11-24', 63), EVENT_KEYS.brokenRule(rule, 63)]) {
        expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2_048);
      }
      for (const sk of [EVENT_KEYS.state(name, rule).sk, EVENT_KEYS.cell(rule, name.resourceType), EVENT_KEYS.alert(name, rule).sk]) {
        expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024);
      }
    }));
  });

  it('of accounts and regions can be read again', () => {
    const name = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
    fc.assert(fc.property(name, name, (account, region) => {
      expect(scopeOf(EVENT_KEYS.knownScope(account, region).sk)).toEqual({ account, region });
    }));
  });

  it('spread over all shards, and stay where they are', () => {
    const names = Array.from({ length: 2_000 }, (_, at) => `resource-${at}`);
    const counts = names.reduce((all, name) => all.map((count, shard) => count + Number(shardOf(name, 4) === shard)), [0, 0, 0, 0]);
    for (const count of counts) expect(count).toBeGreaterThan(400);
    expect(names.map((name) => shardOf(name, 4))).toEqual(names.map((name) => parseInt(hashOf([name]).slice(0, 8), 16) % 4));
  });
});
