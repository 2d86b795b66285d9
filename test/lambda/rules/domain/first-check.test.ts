import { checkUntilKnown } from '../../../../lambda-src/rules/domain/first-check';
import { RecorderHealth, Verdict } from '../../../../lambda-src/rules/domain/recorder-health';

const judged = (verdict: Verdict) => ({ verdict, problems: [] });
const health = (recording: Verdict, delivery: Verdict): RecorderHealth => ({ recording: judged(recording), delivery: judged(delivery) });
const UNKNOWN = health('UNKNOWN', 'HEALTHY');

/** Checks that take no time, and a clock that only sleeping moves. */
async function after(answers: RecorderHealth[], left: number, keptBack: number) {
  let checks = 0;
  let remaining = left;
  const clock = { remaining: () => remaining, sleep: async (milliseconds: number) => { remaining -= milliseconds; } };
  const last = await checkUntilKnown(async () => answers[Math.min(checks++, answers.length - 1)], clock, keptBack);
  return { last, checks, remaining };
}

describe('the first check of a recorder', () => {
  it.each([health('HEALTHY', 'HEALTHY'), health('UNHEALTHY', 'HEALTHY'), health('HEALTHY', 'UNHEALTHY')])('is the last one when all is known (%j)', async (known) => {
    expect(await after([known], 60_000, 25_000)).toEqual({ last: known, checks: 1, remaining: 60_000 });
  });

  it.each([UNKNOWN, health('HEALTHY', 'UNKNOWN')])('is made again while a permission is not known everywhere yet (%j)', async (unknown) => {
    const known = health('HEALTHY', 'HEALTHY');
    expect(await after([unknown, unknown, known], 60_000, 25_000)).toEqual({ last: known, checks: 3, remaining: 54_000 });
  });

  it('ends when time does, with what it could not tell', async () => {
    expect(await after([UNKNOWN], 40_000, 25_000)).toEqual({ last: UNKNOWN, checks: 6, remaining: 25_000 });
  });

  it('ends after some checks, however much time is left', async () => {
    expect(await after([UNKNOWN], 900_000, 25_000)).toEqual({ last: UNKNOWN, checks: 12, remaining: 867_000 });
  });
});
