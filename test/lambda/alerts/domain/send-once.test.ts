import fc from 'fast-check';
import { LEASE_MILLISECONDS, sendOnce } from '../../../../lambda-src/alerts/domain/send-once';
import { EventTable, Write } from '../../../../lambda-src/events/ports';
import { EVENT_KEYS } from '../../../../src/events/contract';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';

const KEY = EVENT_KEYS.once('REPORT', '2026-11-23');
const START = Date.parse('2026-11-24T08:00:00.000Z');
let token = 0;
const worldOf = (table: EventTable, time = { now: START }) => ({ table, now: () => new Date(time.now), newToken: () => `t${token += 1}` });
const nothing = async () => undefined;

test('sends once, whoever comes later', async () => {
  const table = new InMemoryEventTable();
  const sent: number[] = [];
  const send = async () => { sent.push(1); };
  await expect(sendOnce(worldOf(table), KEY, send)).resolves.toBe('SENT');
  await expect(sendOnce(worldOf(table), KEY, send)).resolves.toBe('ALREADY_SENT');
  expect(sent).toHaveLength(1);
  expect(table.all()).toEqual([expect.objectContaining({ ...KEY, state: 'SENT', expiresAt: START / 1_000 + 400 * 86_400 })]);
});

test('keeps channels and days apart', async () => {
  const table = new InMemoryEventTable();
  await sendOnce(worldOf(table), KEY, nothing);
  await expect(sendOnce(worldOf(table), { ...KEY, sk: '2026-11-24' }, nothing)).resolves.toBe('SENT');
});

test('leaves it to whoever is at it', async () => {
  const table = new InMemoryEventTable();
  const sent: string[] = [];
  await sendOnce(worldOf(table), KEY, async () => {
    await expect(sendOnce(worldOf(table), KEY, async () => { sent.push('second'); })).resolves.toBe('BEING_SENT');
    sent.push('first');
  });
  expect(sent).toEqual(['first']);
});

test('a try that failed is free for the next at once, and tells why', async () => {
  const table = new InMemoryEventTable();
  await expect(sendOnce(worldOf(table), KEY, () => Promise.reject(new Error('Slack is down')))).rejects.toThrow('Slack is down');
  await expect(sendOnce(worldOf(table), KEY, nothing)).resolves.toBe('SENT');
});

test('what was stopped after its mark is sent when the mark has run out', async () => {
  const table = new InMemoryEventTable();
  const time = { now: START };
  const stopped = sendOnce(worldOf(table, time), KEY, () => new Promise<void>(() => undefined));
  await new Promise(setImmediate);
  expect(table.all()).toEqual([expect.objectContaining({ state: 'SENDING', until: new Date(START + LEASE_MILLISECONDS).toISOString() })]);
  await expect(sendOnce(worldOf(table, time), KEY, nothing)).resolves.toBe('BEING_SENT');
  time.now += LEASE_MILLISECONDS;
  await expect(sendOnce(worldOf(table, time), KEY, nothing)).resolves.toBe('SENT');
  expect(stopped).toBeInstanceOf(Promise);
});

test('does not take the mark of whoever took over, when it goes on after all', async () => {
  const table = new InMemoryEventTable();
  const time = { now: START };
  await sendOnce(worldOf(table, time), KEY, async () => {
    time.now += LEASE_MILLISECONDS;
    await sendOnce(worldOf(table, time), KEY, nothing);
  });
  const [item] = table.all();
  expect(item).toMatchObject({ state: 'SENT', version: `t${token}` });
});

test('a failed try tells its own reason, even when it cannot note that it failed', async () => {
  const table = new InMemoryEventTable();
  const failing: EventTable = {
    read: (keys) => table.read(keys), query: (query) => table.query(query), commit: (writes) => table.commit(writes),
    write: (write: Write) => ((write as { item?: { state?: string } }).item?.state === 'FAILED' ? Promise.reject(new Error('throttled')) : table.write(write)),
  };
  await expect(sendOnce(worldOf(failing), KEY, () => Promise.reject(new Error('Slack is down')))).rejects.toThrow('Slack is down');
});

test('gives way to others that are always faster', async () => {
  const table = new InMemoryEventTable();
  const slow: EventTable = { read: (keys) => table.read(keys), query: (query) => table.query(query), commit: (writes) => table.commit(writes), write: async () => 'CONFLICT' };
  await expect(sendOnce(worldOf(slow), KEY, nothing)).resolves.toBe('BEING_SENT');
});

test('of many at a time, one sends', async () => {
  await fc.assert(fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (scheduler, many) => {
    const table = new InMemoryEventTable();
    const scheduled: EventTable = {
      query: (query) => table.query(query),
      commit: (writes) => table.commit(writes),
      read: (keys) => scheduler.schedule(Promise.resolve(), 'read').then(() => table.read(keys)),
      write: (write) => scheduler.schedule(Promise.resolve(), 'write').then(() => table.write(write)),
    };
    let sent = 0;
    const all = Array.from({ length: many }, () => sendOnce(worldOf(scheduled), KEY, async () => { sent += 1; }));
    await scheduler.waitFor(Promise.all(all));
    expect(sent).toBe(1);
    expect((await Promise.all(all)).filter((outcome) => outcome === 'SENT')).toHaveLength(1);
  }), { numRuns: 200 });
});
