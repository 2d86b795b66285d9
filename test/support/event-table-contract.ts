import { EventItem, EventTable, Query, Update } from '../../lambda-src/events/ports';
import { EventTableKey } from '../../src/events/contract';

const key = (pk: string, sk: string): EventTableKey => ({ pk, sk });
const item = (pk: string, sk: string, more: { [attribute: string]: unknown } = {}): EventItem => ({ pk, sk, ...more });
const numbered = (count: number) => Array.from({ length: count }, (_, at) => String(at).padStart(3, '0'));

/** What every table of events must do: the fake that the domain is tested with, and DynamoDB's. `make` gives one without anything in it. */
export function eventTableContract(make: () => Promise<EventTable> | EventTable): void {
  let table: EventTable;
  beforeEach(async () => {
    table = await make();
  });
  const put = (one: EventItem) => table.write({ kind: 'put', item: one });
  const stored = async (pk: string, sk: string) => (await table.read([key(pk, sk)]))[0] as EventItem | undefined;
  const update = (more: Partial<Update>) => table.write({ kind: 'update', key: key('P', 'a'), ...more });

  describe('items', () => {
    it('come back as they were put', async () => {
      const whole = item('P', 'a', {
        text: 'ü\u0000\n<b>😀', empty: '', count: 12, negative: -3, large: 1_795_478_400, yes: true, bytes: new Uint8Array([0, 1, 255]), list: ['x', 1], map: { in: 'side' },
      });
      await put({ ...whole, absent: undefined });
      const found = (await stored('P', 'a'))!;
      expect({ ...found, bytes: [...found.bytes as Uint8Array] }).toEqual({ ...whole, bytes: [0, 1, 255] });
    });

    it('are read together, each once, and what is absent is left out', async () => {
      for (const sk of numbered(120)) await put(item('P', sk));
      const found = await table.read([...numbered(120), ...numbered(10), 'none'].map((sk) => key('P', sk)));
      expect(found.map(({ sk }) => sk).sort()).toEqual(numbered(120));
      await expect(table.read([])).resolves.toEqual([]);
    });

    it('are told apart by both keys, whatever is in them', async () => {
      const keys = [key('a#b', 'c'), key('a', 'b#c'), key('A', 'b#c'), key('a%', 'b'), key('\u0000', ' ')];
      for (const [at, { pk, sk }] of keys.entries()) await put(item(pk, sk, { at }));
      for (const [at, { pk, sk }] of keys.entries()) await expect(stored(pk, sk)).resolves.toMatchObject({ at });
    });

    it('are replaced whole by a put, and go by a delete', async () => {
      await put(item('P', 'a', { old: 1 }));
      await put(item('P', 'a', { fresh: 1 }));
      await expect(stored('P', 'a')).resolves.toEqual(item('P', 'a', { fresh: 1 }));
      await expect(table.write({ kind: 'delete', key: key('P', 'a') })).resolves.toBeUndefined();
      await expect(table.write({ kind: 'delete', key: key('P', 'a') })).resolves.toBeUndefined();
      await expect(stored('P', 'a')).resolves.toBeUndefined();
    });
  });

  describe('updates', () => {
    it('make an item, add to it and set in it', async () => {
      await update({ add: { count: 2, down: -1 }, set: { text: 'one', gone: undefined }, setOnce: { first: 'one' } });
      await update({ add: { count: 3 }, set: { text: 'two' }, setOnce: { first: 'two' } });
      await expect(stored('P', 'a')).resolves.toEqual(item('P', 'a', { count: 5, down: -1, text: 'two', first: 'one' }));
    });

    it('may change nothing but that there is one', async () => {
      await update({});
      await expect(stored('P', 'a')).resolves.toEqual(item('P', 'a'));
    });

    it('lose none of many at once', async () => {
      const outcomes = await Promise.all(numbered(20).map(() => update({ add: { count: 1 } })));
      expect((await stored('P', 'a'))!.count).toBe(outcomes.filter((refusal) => refusal === undefined).length);
    });
  });

  describe('conditions', () => {
    it('absent: only where there is none', async () => {
      const first = { kind: 'put', item: item('P', 'a', { n: 1 }), condition: { kind: 'absent' } } as const;
      await expect(table.write(first)).resolves.toBeUndefined();
      await expect(table.write({ ...first, item: item('P', 'a', { n: 2 }) })).resolves.toBe('CONDITION');
      await expect(stored('P', 'a')).resolves.toMatchObject({ n: 1 });
    });

    it('version: only over the very one', async () => {
      await expect(update({ set: { n: 1 }, condition: { kind: 'version', is: '1' } })).resolves.toBe('CONDITION');
      await put(item('P', 'a', { version: '1' }));
      await expect(update({ set: { n: 1 }, condition: { kind: 'version', is: '2' } })).resolves.toBe('CONDITION');
      await expect(update({ set: { version: '2' }, condition: { kind: 'version', is: '1' } })).resolves.toBeUndefined();
      await expect(table.write({ kind: 'delete', key: key('P', 'a'), condition: { kind: 'version', is: '1' } })).resolves.toBe('CONDITION');
      await expect(table.write({ kind: 'delete', key: key('P', 'a'), condition: { kind: 'version', is: '2' } })).resolves.toBeUndefined();
    });

    it('older: over none and over lower ones', async () => {
      const set = (version: string) => update({ set: { version }, condition: { kind: 'older', than: version } });
      await expect(set('2')).resolves.toBeUndefined();
      await expect(set('2')).resolves.toBe('CONDITION');
      await expect(set('1')).resolves.toBe('CONDITION');
      await expect(set('3')).resolves.toBeUndefined();
      await expect(stored('P', 'a')).resolves.toMatchObject({ version: '3' });
      await put(item('P', 'a', { without: 1 }));
      await expect(set('4')).resolves.toBe('CONDITION');
    });
  });

  describe('commits', () => {
    it('do everything', async () => {
      await put(item('P', 'gone'));
      await put(item('P', 'kept', { version: '1', count: 1 }));
      await expect(table.commit([
        { kind: 'put', item: item('P', 'new', { n: 1 }), condition: { kind: 'absent' } },
        { kind: 'update', key: key('P', 'kept'), add: { count: 1 }, set: { version: '2' }, condition: { kind: 'version', is: '1' } },
        { kind: 'delete', key: key('P', 'gone') },
      ])).resolves.toBeUndefined();
      await expect(stored('P', 'new')).resolves.toMatchObject({ n: 1 });
      await expect(stored('P', 'kept')).resolves.toMatchObject({ count: 2, version: '2' });
      await expect(stored('P', 'gone')).resolves.toBeUndefined();
    });

    it('or nothing', async () => {
      await put(item('P', 'there'));
      await expect(table.commit([
        { kind: 'put', item: item('P', 'new') },
        { kind: 'update', key: key('P', 'cell'), add: { count: 1 } },
        { kind: 'put', item: item('P', 'there', { n: 2 }), condition: { kind: 'absent' } },
      ])).resolves.toBe('CONDITION');
      await expect(table.read([key('P', 'new'), key('P', 'cell'), key('P', 'there')])).resolves.toEqual([item('P', 'there')]);
    });

    it('take a hundred actions', async () => {
      await expect(table.commit(numbered(100).map((sk) => ({ kind: 'put', item: item('P', sk) })))).resolves.toBeUndefined();
      await expect(table.query({ partition: 'P', limit: 200 })).resolves.toMatchObject({ more: false, items: numbered(100).map((sk) => ({ sk })) });
    });

    it('take no two actions on one item, nor more than a hundred', async () => {
      const twice = { kind: 'put', item: item('P', 'a') } as const;
      await expect(table.commit([twice, twice])).rejects.toThrow();
      await expect(table.commit(numbered(101).map((sk) => ({ kind: 'put', item: item('P', sk) })))).rejects.toThrow();
      await expect(stored('P', 'a')).resolves.toBeUndefined();
    });
  });

  describe('queries', () => {
    const of = async (query: Partial<Query>) => {
      const { items, more } = await table.query({ partition: 'P', limit: 3, ...query });
      return [items.map(({ sk }) => sk).join(' '), more];
    };
    beforeEach(async () => {
      for (const sk of ['a', 'b', 'c', 'd', 'e']) await put(item('P', sk));
      await put(item('Q', 'c'));
    });

    it('give a partition in order, either way, and say whether there is more', async () => {
      await expect(of({})).resolves.toEqual(['a b c', true]);
      await expect(of({ newestFirst: true })).resolves.toEqual(['e d c', true]);
      await expect(of({ limit: 5 })).resolves.toEqual(['a b c d e', false]);
      await expect(of({ partition: 'none' })).resolves.toEqual(['', false]);
    });

    it('keep to their bounds, which belong to them', async () => {
      await expect(of({ from: 'b', to: 'd' })).resolves.toEqual(['b c d', false]);
      await expect(of({ from: 'bb' })).resolves.toEqual(['c d e', false]);
      await expect(of({ to: 'bb' })).resolves.toEqual(['a b', false]);
      await expect(of({ to: 'bb', newestFirst: true })).resolves.toEqual(['b a', false]);
      await expect(of({ from: 'd', to: 'b' })).resolves.toEqual(['', false]);
    });

    it('go on behind an item, whether or not it is still there', async () => {
      await expect(of({ after: 'b' })).resolves.toEqual(['c d e', false]);
      await expect(of({ after: 'b', limit: 2 })).resolves.toEqual(['c d', true]);
      await expect(of({ after: 'bb', limit: 2 })).resolves.toEqual(['c d', true]);
      await expect(of({ after: 'd', newestFirst: true })).resolves.toEqual(['c b a', false]);
      await expect(of({ after: 'dd', newestFirst: true, limit: 1 })).resolves.toEqual(['d', true]);
      await expect(of({ after: 'e' })).resolves.toEqual(['', false]);
      await expect(of({ after: 'a', newestFirst: true })).resolves.toEqual(['', false]);
      await expect(of({ after: 'c', from: 'b', to: 'd' })).resolves.toEqual(['d', false]);
      await expect(of({ after: 'c', from: 'b', to: 'd', newestFirst: true })).resolves.toEqual(['b', false]);
      await expect(of({ after: 'z', from: 'b', to: 'd' })).resolves.toEqual(['', false]);
      await expect(of({ after: 'a', from: 'd' })).resolves.toEqual(['d e', false]);
      await expect(of({ after: 'z', to: 'b', newestFirst: true })).resolves.toEqual(['b a', false]);
    });

    it('give everything once, page by page, for every size of a page', async () => {
      for (const limit of [1, 2, 3, 4, 5, 6]) {
        for (const newestFirst of [false, true]) {
          const seen: string[] = [];
          for (let page = await table.query({ partition: 'P', limit, newestFirst }); ; page = await table.query({ partition: 'P', limit, newestFirst, after: seen.at(-1) })) {
            seen.push(...page.items.map(({ sk }) => sk));
            if (!page.more) break;
          }
          expect(seen.join('')).toBe(newestFirst ? 'edcba' : 'abcde');
        }
      }
    });
  });

  describe('indexes', () => {
    it('hold what names their partition, by version, and forget it with the attribute', async () => {
      await put(item('P', 'a', { timeline: 'NC#1', ruleline: 'NCR#r', version: '2' }));
      await put(item('P', 'b', { timeline: 'NC#1', version: '1' }));
      await put(item('P', 'c', { version: '3' }));
      await expect(table.query({ index: 'timeline', partition: 'NC#1', limit: 9 })).resolves.toMatchObject({ items: [{ sk: 'b' }, { sk: 'a' }], more: false });
      await expect(table.query({ index: 'timeline', partition: 'NC#1', after: '2', newestFirst: true, limit: 9 })).resolves.toMatchObject({ items: [{ sk: 'b' }], more: false });
      await expect(table.query({ index: 'rules', partition: 'NCR#r', limit: 9 })).resolves.toMatchObject({ items: [{ sk: 'a', version: '2' }] });
      await put(item('P', 'a', { version: '4' }));
      await expect(table.query({ index: 'timeline', partition: 'NC#1', limit: 9 })).resolves.toMatchObject({ items: [{ sk: 'b' }] });
      await expect(table.query({ index: 'rules', partition: 'NCR#r', limit: 9 })).resolves.toEqual({ items: [], more: false });
    });

    it('page within bounds', async () => {
      for (const version of ['1', '2', '3', '4']) await put(item('P', version, { timeline: 'D', version }));
      await expect(table.query({ index: 'timeline', partition: 'D', from: '2', to: '4', limit: 2, newestFirst: true })).resolves.toMatchObject({ items: [{ sk: '4' }, { sk: '3' }], more: true });
      await expect(table.query({ index: 'timeline', partition: 'D', from: '2', after: '3', limit: 2, newestFirst: true })).resolves.toMatchObject({ items: [{ sk: '2' }], more: false });
    });
  });
}
