import { ssmClients } from '../../../lambda-src/drift/adapters/ssm-clients';
import { SsmParameterReader } from '../../../lambda-src/drift/adapters/ssm-parameter-reader';
import { ReadFailure } from '../../../lambda-src/drift/ports';
import { awsError, StubAnswer, StubServer } from '../../support/stub-server';

const MODIFIED = 1_700_000_000.5;
const described = (name: string, more: object = {}) => ({
  Name: `/acme/Dev/${name}`, Type: 'String', Value: `value of ${name}`, Version: 3, LastModifiedDate: MODIFIED, ...more,
});

describe('the parameter reader', () => {
  let server: StubServer;
  let clients: ReturnType<typeof ssmClients>;
  let timeLeft: number;
  let reader: SsmParameterReader;
  /** One that does not try again, for tests of what a failure says: new each time, because a throttled client slows itself down. */
  let once: () => SsmParameterReader;
  beforeEach(async () => {
    server = await StubServer.start(() => ({ body: {} }));
    const config = { region: 'eu-central-1', endpoint: server.url, credentials: { accessKeyId: '111111111111', secretAccessKey: 'test' } };
    clients = ssmClients({ rate: 1000, maxAttempts: 2, config });
    once = () => new SsmParameterReader(ssmClients({ rate: 1000, maxAttempts: 1, config }), {
      environment: 'Dev', prefix: '/acme/Dev', timeLeft: () => timeLeft,
    });
    timeLeft = 10_000;
    reader = new SsmParameterReader(clients, { environment: 'Dev', prefix: '/acme/Dev', timeLeft: () => timeLeft });
  });
  afterEach(() => server.stop());
  const failure = async (call: Promise<unknown>) => {
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReadFailure);
    return error as ReadFailure;
  };

  describe('walking', () => {
    it('asks for ten names a page, nothing decrypted, and gives relative names', async () => {
      server.answer = () => ({ body: { Parameters: [described('app/timeout'), described('list', { Type: 'StringList', Value: 'a,b' })], NextToken: 'next' } });
      await expect(reader.page('token')).resolves.toEqual({
        parameters: [
          { name: 'app/timeout', type: 'String', value: 'value of app/timeout', version: 3, modifiedAt: '2023-11-14T22:13:20.500Z' },
          { name: 'list', type: 'StringList', value: 'a,b', version: 3, modifiedAt: '2023-11-14T22:13:20.500Z' },
        ],
        nextToken: 'next',
      });
      expect(server.requests[0].json).toEqual({ Path: '/acme/Dev', Recursive: true, WithDecryption: false, MaxResults: 10, NextToken: 'token' });
    });

    it('goes on after a page that is empty but has a token, and ends without one', async () => {
      server.answer = (_, call) => ({ body: call === 1 ? { Parameters: [], NextToken: 'more' } : {} });
      await expect(reader.page()).resolves.toEqual({ parameters: [], nextToken: 'more' });
      await expect(reader.page('more')).resolves.toEqual({ parameters: [] });
    });

    it('drops a SecureString\'s ciphertext', async () => {
      server.answer = () => ({ body: { Parameters: [described('db', { Type: 'SecureString', Value: 'AQICAHciphertext' })] } });
      const page = await reader.page();
      expect(page.parameters[0]).toEqual({ name: 'db', type: 'SecureString', version: 3, modifiedAt: '2023-11-14T22:13:20.500Z' });
      expect(JSON.stringify(page)).not.toContain('ciphertext');
    });

    it('keeps an empty value apart from no value', async () => {
      server.answer = () => ({ body: { Parameters: [described('empty', { Value: '' })] } });
      expect((await reader.page()).parameters[0].value).toBe('');
    });

    it.each([
      ['type', { Type: 'Another' }], ['value', { Value: undefined }], ['version', { Version: undefined }],
      ['date', { LastModifiedDate: undefined }], ['name', { Name: '/other/path' }],
    ])('concludes nothing from a parameter without a %s', async (_, more) => {
      server.answer = () => ({ body: { Parameters: [described('a', more)] } });
      expect(await failure(reader.page())).toMatchObject({ reason: 'READ_FAILED', message: expect.stringContaining('incompletely') });
    });
  });

  describe('reading by name', () => {
    it('asks for ten names a call, each once', async () => {
      server.answer = ({ json }) => {
        const there = (json.Names as string[]).filter((name) => !name.endsWith('gone'));
        return { body: { Parameters: there.map((name) => described(name.slice('/acme/Dev/'.length))), InvalidParameters: ['/acme/Dev/gone'] } };
      };
      const names = ['gone', ...Array.from({ length: 22 }, (_, i) => `n${i}`)];
      const found = await reader.named([...names, 'n0']);
      expect(found.map(({ name }) => name)).toEqual(names.slice(1));
      expect(server.requests.map(({ json }) => (json.Names as string[]).length)).toEqual([10, 10, 3]);
      expect(server.requests[0].json).toMatchObject({ WithDecryption: false });
      expect(clients.calls.of('GetParameters')).toBe(3);
    });

    it('asks for nothing when there is nothing to ask for', async () => {
      await expect(reader.named([])).resolves.toEqual([]);
      expect(server.requests).toHaveLength(0);
    });
  });

  describe('failures', () => {
    const cases: [string, StubAnswer, string | RegExp][] = [
      ['ThrottlingException', awsError('ThrottlingException'), 'THROTTLED'],
      ['TooManyUpdates', awsError('TooManyUpdates'), 'THROTTLED'],
      ['RequestLimitExceeded', awsError('RequestLimitExceeded'), 'THROTTLED'],
      ['429', { status: 429, body: {} }, 'THROTTLED'],
      ['AccessDeniedException', awsError('AccessDeniedException', 'User: arn:aws:sts::111111111111:assumed-role/r/f is not authorized'), 'ACCESS_DENIED'],
      ['InvalidKeyId', awsError('InvalidKeyId'), 'READ_FAILED'],
      ['InternalServerError', awsError('InternalServerError', 'x', 500), 'READ_FAILED'],
      // Which of the two depends on whether Node's error is of the realm that jest runs in.
      ['a broken connection', { hangUp: true }, /^(READ_FAILED|TIMED_OUT)$/],
    ];
    it.each(cases)('%s is told with environment, path and what to do', async (name, answer, reason) => {
      server.answer = () => answer;
      for (const call of [() => once().page(), () => once().named(['a'])]) {
        const error = await failure(call());
        expect(error.reason).toMatch(reason);
        expect(error.message).toMatch(/^Dev: (listing the parameters|reading 1 parameters) below \/acme\/Dev /);
        expect(error.message).toMatch(/The next check tries again|Allow the function's role/);
      }
      if (name === 'AccessDeniedException') expect((await failure(once().page())).message).toContain('assumed-role/r/f is not authorized');
    });

    it('are retried first', async () => {
      server.answer = (_, call) => (call === 1 ? awsError('ThrottlingException') : { body: { Parameters: [described('a')] } });
      expect((await reader.page()).parameters).toHaveLength(1);
      expect(clients.calls.of('GetParametersByPath')).toBe(2);
    });

    it('include an answer that does not come in time', async () => {
      server.answer = () => ({ delay: 2_000, body: {} });
      timeLeft = 50;
      const start = performance.now();
      expect(await failure(reader.page())).toMatchObject({ reason: 'TIMED_OUT', message: expect.stringContaining('was not answered in time') });
      expect(performance.now() - start).toBeLessThan(1_500);
    });

    it('include a throttled call that would outlast the function', async () => {
      server.answer = () => awsError('ThrottlingException');
      const patient = new SsmParameterReader(
        ssmClients({ rate: 1000, maxAttempts: 50, config: { region: 'x', endpoint: server.url, credentials: { accessKeyId: '1', secretAccessKey: '2' } } }),
        { environment: 'Dev', prefix: '/acme/Dev', timeLeft: () => 700 },
      );
      const start = performance.now();
      expect((await failure(patient.page())).reason).toBe('THROTTLED');
      expect(performance.now() - start).toBeLessThan(3_000);
    });

    it('include a function without any time left, and no call is made', async () => {
      timeLeft = -5;
      expect(await failure(reader.page())).toMatchObject({ reason: 'TIMED_OUT' });
      await expect(reader.lastChange('a')).resolves.toBeUndefined();
      expect(server.requests).toHaveLength(0);
    });

    it('never show a value', async () => {
      server.answer = (_, call) => (call === 1
        ? { body: { Parameters: [described('a', { Value: 'canary-value', Version: undefined })] } }
        : { body: '{"Parameters":[{"Name":"/acme/Dev/a","Value":"canary-value"' });
      for (const call of [() => once().page(), () => once().named(['a'])]) expect((await failure(call())).message).not.toContain('canary-value');
    });
  });

  describe('attribution', () => {
    const version = (Version: number, user?: string) => ({ Name: '/acme/Dev/a', Version, LastModifiedDate: MODIFIED + Version, LastModifiedUser: user, Value: 'old' });

    it('reads to the last version, and keeps who and when only', async () => {
      server.answer = ({ json }) => (json.NextToken ? { body: { Parameters: [version(3, 'arn:three')] } } : { body: { Parameters: [version(1, 'arn:one'), version(2, 'arn:two')], NextToken: 'n' } });
      await expect(reader.lastChange('a')).resolves.toEqual({ version: 3, at: '2023-11-14T22:13:23.500Z', by: 'arn:three' });
      expect(server.requests[0].json).toEqual({ Name: '/acme/Dev/a', WithDecryption: false, MaxResults: 50 });
      expect(clients.calls.of('GetParameterHistory')).toBe(2);
    });

    it('does without the author', async () => {
      server.answer = () => ({ body: { Parameters: [version(1)] } });
      await expect(reader.lastChange('a')).resolves.toEqual({ version: 1, at: '2023-11-14T22:13:21.500Z' });
      server.answer = () => ({ body: {} });
      await expect(reader.lastChange('a')).resolves.toBeUndefined();
    });

    it.each(['AccessDeniedException', 'ThrottlingException', 'ParameterNotFound'])('is left out after %s', async (type) => {
      server.answer = () => awsError(type);
      await expect(reader.lastChange('a')).resolves.toBeUndefined();
    });

    it('leaves its small quota to others as well', async () => {
      server.answer = () => ({ body: { Parameters: [version(1, 'u')] } });
      await Promise.all([reader.lastChange('a'), reader.lastChange('b')]);
      expect(server.requests[1].at - server.requests[0].at).toBeGreaterThanOrEqual(390);
    });
  });
});
