import * as fc from 'fast-check';
import { Pace, PaceTime } from '../../../lambda-src/shared/pace';

/** Time in which timers may fire late, or a little early. */
function fakeTime(jitter: () => number = () => 0): PaceTime {
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: async (milliseconds, signal) => {
      await Promise.resolve();
      signal?.throwIfAborted();
      now += Math.max(0.01, milliseconds + jitter());
    },
  };
}

async function departures(pace: Pace, time: PaceTime, calls: number): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(Array.from({ length: calls }, async () => {
    await pace.take();
    times.push(time.now());
  }));
  return times;
}

describe('a pace', () => {
  it('spaces calls evenly and in order', async () => {
    const time = fakeTime();
    const times = await departures(Pace.perSecond(20, time), time, 41);
    expect(times[40] - times[0]).toBeCloseTo(2100, 5);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('never lets more than so many go in any one second, however late timers fire', async () => {
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }), fc.array(fc.double({ min: -0.9, max: 60, noNaN: true }), { minLength: 1, maxLength: 50 }),
      async (rate, jitters) => {
        let at = 0;
        const time = fakeTime(() => jitters[at++ % jitters.length]);
        const times = await departures(Pace.perSecond(rate, time), time, rate * 3);
        for (let i = rate; i < times.length; i++) expect(times[i] - times[i - rate]).toBeGreaterThanOrEqual(1000 - 1e-6);
      },
    ), { numRuns: 50 });
  });

  it('leaves room for calls that arrive up to 50 ms later than they left, from every part of the whole', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 }), async (delays) => {
      const arrivals: number[] = [];
      for (const part of [0, 1]) {
        const time = fakeTime();
        const times = await departures(Pace.perSecond(10, time), time, 40);
        arrivals.push(...times.map((left, i) => left + delays[(i * 2 + part) % delays.length]));
      }
      arrivals.sort((a, b) => a - b);
      for (let i = 20; i < arrivals.length; i++) expect(arrivals[i] - arrivals[i - 20]).toBeGreaterThanOrEqual(1000 - 1e-6);
    }), { numRuns: 50 });
  });

  it('rounds down, so that the parts of several monitors never exceed the whole', async () => {
    const time = fakeTime();
    const times = await departures(Pace.perSecond(20 / 3, time), time, 7);
    expect(times[6] - times[0]).toBeCloseTo(1050, 5);
  });

  it('may be slower than one call a second', async () => {
    const time = fakeTime();
    const times = await departures(Pace.perSecond(0.5, time), time, 2);
    expect(times[1] - times[0]).toBeCloseTo(2100, 5);
  });

  it.each([0, -1, NaN, Infinity])('refuses %d calls a second', (rate) => {
    expect(() => Pace.perSecond(rate)).toThrow(/must be a number above zero/);
  });

  it('lets go of a caller who gives up, and goes on with the next', async () => {
    const time = fakeTime();
    const pace = Pace.perSecond(1, time);
    const given = new AbortController();
    await pace.take();
    const first = pace.take(given.signal);
    const second = pace.take();
    given.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    await expect(second).resolves.toBeUndefined();
  });

  it('waits in real time', async () => {
    const pace = Pace.perSecond(50);
    const start = performance.now();
    for (let i = 0; i < 4; i++) await pace.take();
    expect(performance.now() - start).toBeGreaterThanOrEqual(59.9);
    const aborted = pace.take(AbortSignal.timeout(1));
    await expect(aborted).rejects.toThrow();
  });
});
