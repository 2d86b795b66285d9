import * as fc from 'fast-check';
import { deliveriesOf, Told, Words } from '../../../../lambda-src/alerts/domain/batch';
import { deliver } from '../../../../lambda-src/alerts/domain/deliver';
import { Delivered } from '../../../../lambda-src/alerts/domain/delivered';
import { OwnQueue, Posted } from '../../../../lambda-src/alerts/ports';
import { StateChange } from '../../../../src/events/contract';
import { RecordingLog } from '../../../support/in-memory-drift';
import { stateChange } from '../../../support/state-change';

const WORDS: Words<string> = {
  violation: ({ eventId }) => eventId,
  resolved: ({ eventId }) => `${eventId} well`,
  digest: (changes, violations) => `${changes.map(({ eventId }) => eventId).join('+')} ${violations ? 'broken' : 'well'}`,
};
const told = (eventId: string, more: Partial<StateChange> = {}, received = 1): Told => ({
  receipt: `r-${eventId}`, messageId: `m-${eventId}`, body: eventId, received, change: stateChange({ eventId, ...more }),
});

class RecordingOwnQueue implements OwnQueue {
  public readonly given: [readonly string[], number][] = [];
  public readonly aside: string[] = [];
  public async giveBack(receipts: readonly string[], seconds: number): Promise<void> {
    this.given.push([receipts, seconds]);
  }

  public async setAside(body: string): Promise<void> {
    this.aside.push(body);
  }
}

function world(answer: (message: string) => Posted = () => ({ kind: 'delivered' })) {
  const posted: string[] = [];
  const queue = new RecordingOwnQueue();
  const slept: number[] = [];
  const time = { remaining: 60_000 };
  const post = async (message: string) => {
    posted.push(message);
    return answer(message);
  };
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
  };
  const clock = { now: () => new Date(), remaining: () => time.remaining, sleep };
  const dependencies = {
    words: WORDS, channel: { post }, queue, delivered: new Delivered(), burst: 2, pace: () => Promise.resolve(), clock, log: new RecordingLog(),
  };
  return { posted, queue, slept, time, dependencies };
}

describe('the messages of a batch', () => {
  const messages = (...batch: Told[]) => deliveriesOf(batch, WORDS, 2).map(({ message }) => message);
  const at = (second: number) => ({ recordedAt: `2026-11-22T10:00:0${second}.000Z` });
  const well = { status: 'COMPLIANT' as const };

  it('come in the order of time', () => {
    expect(messages(told('b', at(2)), told('c', { ...at(3), ...well }), told('a', at(1)))).toEqual(['a', 'b', 'c well']);
    expect(messages(told('b', at(2)), told('a', at(2)))).toEqual(['b', 'a']);
  });

  it('are one for a burst of violations, and one for a burst of what is well again', () => {
    expect(messages(told('c', at(3)), told('a', at(1)), told('b', at(2)), told('d', { ...at(1), ...well }))).toEqual(['a+b+c broken', 'd well']);
    expect(messages(told('a', well), told('b', well), told('c', well))).toEqual(['a+b+c well']);
  });
});

it('what a queue brings twice in a batch is told once, and neither of both comes again', async () => {
  const w = world();
  const twin = { ...told('a'), messageId: 'm-twin', receipt: 'r-twin' };
  await expect(deliver(w.dependencies, [told('a'), twin])).resolves.toEqual({ failed: [], violations: 1, sent: 1 });
  const down = world(() => ({ kind: 'down', why: 'planned' }));
  await expect(deliver(down.dependencies, [told('a'), twin])).resolves.toMatchObject({ failed: ['m-a', 'm-twin'] });
});

describe('a channel', () => {
  it('is told each thing once, and counts messages about violations', async () => {
    const w = world();
    const batch = [told('a'), told('b', { status: 'COMPLIANT' })];
    await expect(deliver(w.dependencies, batch)).resolves.toEqual({ failed: [], violations: 1, sent: 2 });
    await expect(deliver(w.dependencies, batch)).resolves.toEqual({ failed: [], violations: 0, sent: 0 });
    expect(w.posted).toEqual(['a', 'b well']);
  });

  it('remembers a lot, and not everything', () => {
    const delivered = new Delivered();
    for (let i = 0; i <= 5_000; i++) delivered.add(stateChange({ eventId: `${i}` }));
    expect([0, 1, 5_000].map((i) => delivered.has(stateChange({ eventId: `${i}` })))).toEqual([false, true, true]);
  });

  it('that asks to wait for a moment is waited for, but not when there is no time', async () => {
    let asked = 0;
    const w = world(() => ((asked += 1) === 1 ? { kind: 'wait', seconds: 3 } : { kind: 'delivered' }));
    await expect(deliver(w.dependencies, [told('a')])).resolves.toMatchObject({ sent: 1 });
    expect(w.slept).toEqual([3_000]);
    asked = 0;
    w.time.remaining = 22_000;
    await expect(deliver(w.dependencies, [told('b')])).resolves.toEqual({ failed: ['m-b'], violations: 0, sent: 0 });
    expect(w.queue.given).toEqual([[['r-b'], 3]]);
  });

  it('that asks to wait for days gets what it is to be told after twelve hours', async () => {
    const w = world(() => ({ kind: 'wait', seconds: 1_000_000 }));
    await deliver(w.dependencies, [told('a')]);
    expect(w.queue.given).toEqual([[['r-a'], 43_200]]);
  });

  it.each(['down', 'gone'] as const)('that is %s is asked once, and nothing is lost', async (kind) => {
    const w = world(() => ({ kind, why: 'planned' }));
    await expect(deliver(w.dependencies, [told('a', {}, 3), told('b', {}, 2)])).resolves.toEqual({ failed: ['m-a', 'm-b'], violations: 0, sent: 0 });
    expect(w.posted).toEqual(['a']);
    expect(w.queue.given).toEqual([[['r-a', 'r-b'], 30]]);
  });

  it('that refuses a message gets the others', async () => {
    const w = world((message) => (message === 'a' ? { kind: 'refused', why: 'invalid' } : { kind: 'delivered' }));
    await expect(deliver(w.dependencies, [told('a'), told('b')])).resolves.toEqual({ failed: [], violations: 1, sent: 1 });
    expect(w.queue.aside).toEqual(['a']);
    jest.spyOn(w.queue, 'setAside').mockRejectedValue(new Error('denied'));
    await expect(deliver(w.dependencies, [told('a')])).resolves.toMatchObject({ failed: ['m-a'] });
  });

  it('loses nothing, whatever it answers: each message is told, set aside or comes again', async () => {
    const answers = fc.constantFrom<Posted>(
      { kind: 'delivered' }, { kind: 'wait', seconds: 1 }, { kind: 'wait', seconds: 60 }, { kind: 'down', why: '' }, { kind: 'gone', why: '' },
      { kind: 'refused', why: '' },
    );
    const tapes = fc.array(answers, { minLength: 1, maxLength: 20 });
    await fc.assert(fc.asyncProperty(tapes, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), async (tape, count, burst) => {
      let call = 0;
      const w = world(() => tape[(call += 1) % tape.length]);
      const batch = Array.from({ length: count }, (_, i) => told(`e${i}`, { status: i % 3 === 0 ? 'COMPLIANT' : 'NON_COMPLIANT' }));
      const { failed } = await deliver({ ...w.dependencies, burst }, batch);
      for (const { messageId, body, change } of batch) {
        const ends = [failed.includes(messageId), w.queue.aside.includes(body), w.dependencies.delivered.has(change)];
        expect(ends.filter(Boolean)).toHaveLength(1);
      }
    }));
  });
});
