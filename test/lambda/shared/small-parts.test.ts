import { canonicalJson } from '../../../lambda-src/shared/canonical-json';
import { lambdaClock } from '../../../lambda-src/shared/clock';
import { defaultProvider } from '../../../lambda-src/shared/credentials';
import { lambdaLog } from '../../../lambda-src/shared/log';
import { retry } from '../../../lambda-src/shared/retry';

describe('canonical JSON', () => {
  it('is the same for the same content', () => {
    const one = { b: [{ y: 1, x: 'é' }, null], a: { d: true, c: 'text' } };
    const other = { a: { c: 'text', d: true }, b: [{ x: 'é', y: 1 }, null] };
    expect(canonicalJson(one)).toBe('{"a":{"c":"text","d":true},"b":[{"x":"é","y":1},null]}');
    expect(canonicalJson(other)).toBe(canonicalJson(one));
    expect(canonicalJson(['b', 'a'])).not.toBe(canonicalJson(['a', 'b']));
  });
});

describe('the clock of an invocation', () => {
  it('tells what is left, and sleeps', async () => {
    const clock = lambdaClock({ getRemainingTimeInMillis: () => 1234 });
    const before = clock.now().getTime();
    await clock.sleep(5);
    expect(clock.remaining()).toBe(1234);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(before + 4);
  });
});

describe('credentials of a bundle', () => {
  it('come from the environment', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hidden' });
    await expect(defaultProvider()()).resolves.toMatchObject({ accessKeyId: 'id', secretAccessKey: 'hidden' });
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await expect(defaultProvider()()).rejects.toThrow();
    Object.assign(process.env, { ...(AWS_ACCESS_KEY_ID && { AWS_ACCESS_KEY_ID }), ...(AWS_SECRET_ACCESS_KEY && { AWS_SECRET_ACCESS_KEY }) });
  });
});

describe('the log', () => {
  it('writes one JSON object a line', () => {
    // Powertools writes through the console only when it runs outside Lambda in its development mode.
    process.env.POWERTOOLS_DEV = 'true';
    const lines: string[] = [];
    const spies = (['info', 'warn', 'error'] as const).map((level) => jest.spyOn(console, level).mockImplementation((...line: unknown[]) => {
      lines.push(String(line[0]));
    }));
    const log = lambdaLog('drift/detect', 'request-1');
    log.info('said', { compared: 3 });
    log.warn('warned');
    log.error('failed', { error: new Error('why') });
    lambdaLog('other').info('without a request');
    spies.forEach((spy) => spy.mockRestore());
    delete process.env.POWERTOOLS_DEV;
    const parsed = lines.map((line) => JSON.parse(line) as object);
    expect(parsed[0]).toMatchObject({ level: 'INFO', message: 'said', service: 'drift/detect', requestId: 'request-1', compared: 3 });
    expect(parsed[1]).toMatchObject({ level: 'WARN', message: 'warned' });
    expect(parsed[2]).toMatchObject({ level: 'ERROR', message: 'failed', error: { message: 'why' } });
    expect(parsed[3]).not.toHaveProperty('requestId');
  });
});

describe('retry', () => {
  const options = { attempts: 4, base: 100, retryable: (error: unknown) => (error as Error).message === 'passing', random: () => 1 };
  const passing = new Error('passing');

  it('waits longer each time and returns what came at last', async () => {
    const waits: number[] = [];
    const call = jest.fn().mockRejectedValueOnce(passing).mockRejectedValueOnce(passing).mockRejectedValueOnce(passing).mockResolvedValue('done');
    await expect(retry({ ...options, sleep: async (milliseconds) => waits.push(milliseconds) }, call)).resolves.toBe('done');
    expect(waits).toEqual([100, 200, 400]);
  });

  it('gives up after the last attempt, and at once where it is no use', async () => {
    const call = jest.fn().mockRejectedValue(passing);
    await expect(retry({ ...options, base: 1 }, call)).rejects.toBe(passing);
    expect(call).toHaveBeenCalledTimes(4);
    const broken = jest.fn().mockRejectedValue(new Error('for good'));
    await expect(retry(options, broken)).rejects.toThrow('for good');
    expect(broken).toHaveBeenCalledTimes(1);
  });
});
