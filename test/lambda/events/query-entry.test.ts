import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { handle, handler, QueryEvent, QueryWorld, world } from '../../../lambda-src/events/query';
import { HttpResponse, respond } from '../../../lambda-src/events/query/response';
import { maskResourceId } from '../../../lambda-src/shared/mask';
import { Settings } from '../../../lambda-src/shared/settings';
import { QUERY_SETTINGS } from '../../../src/events/contract';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { account, store } from '../../support/stored-events';
import { lambdaContext } from '../../support/stub-aws';
import { StubEventTable } from '../../support/stub-event-table';
import { awsError, StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const environment = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint,
  HUB_NAME: 'compliance', TABLE_NAME: 'events', LOG_RESOURCE_IDS: 'false',
});
const request = (rawPath: string, rawQueryString = '', headers: { [name: string]: string } = {}, method = 'GET'): QueryEvent =>
  ({ rawPath, rawQueryString, headers, requestContext: { http: { method } } });
const RESOURCE = `/compliance/resources/${account(1)}/eu-central-1/AWS::S3::Bucket`;

describe('events/query', () => {
  const before = { ...process.env };
  const context = lambdaContext();
  let said: { [name: string]: unknown }[];
  let w: QueryWorld & { table: InMemoryEventTable };
  beforeEach(() => {
    process.env = { ...before, POWERTOOLS_DEV: 'true' };
    said = [];
    for (const level of ['info', 'warn', 'error'] as const) {
      jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
        said.push(JSON.parse(String(parts[0])) as { [name: string]: unknown });
      });
    }
    w = { hub: 'compliance', table: new InMemoryEventTable(), logResourceIds: false };
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = before;
  });
  const ask = async (event: QueryEvent) => handle(event, context, w);
  const bodyOf = ({ body }: HttpResponse) => JSON.parse(body) as { [name: string]: unknown };

  it('answers JSON that nobody keeps or takes for a page', async () => {
    const response = await ask(request('/health'));
    expect(response).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(bodyOf(response)).toMatchObject({ status: 'ok', hub: 'compliance' });
    expect(response.headers).toEqual({
      'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'content-type': 'application/json',
      'referrer-policy': 'no-referrer', 'strict-transport-security': 'max-age=31536000; includeSubDomains', 'vary': 'accept-encoding', 'x-content-type-options': 'nosniff',
    });
  });

  it('says why it refuses, as RFC 9457 has it', async () => {
    const response = await ask(request('/events', 'limit=0'));
    expect(response).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } });
    expect(bodyOf(response)).toEqual({
      type: 'https://github.com/cdk-compliance-monitoring/cdk-compliance-monitoring/blob/main/docs/api.md#invalid-parameter', title: 'Invalid parameter', status: 400,
      detail: 'limit is "0"; allowed is a whole number from 1 to 500', field: 'limit', allowed: 'a whole number from 1 to 500',
    });
    await expect(ask(request('/nothing'))).resolves.toMatchObject({ statusCode: 404 });
    await expect(ask(request('/events', '', {}, 'POST'))).resolves.toMatchObject({ statusCode: 405, headers: { allow: 'GET' } });
    await expect(ask(request(`${RESOURCE}/x`))).resolves.toMatchObject({ statusCode: 404 });
    expect(said.map(({ level, message, status, reason }) => [level, message, status, reason])).toEqual([
      ['INFO', 'refused', 400, 'Invalid parameter'], ['INFO', 'refused', 404, 'Not found'], ['INFO', 'refused', 405, 'Method not allowed'], ['INFO', 'refused', 404, 'Not found'],
    ]);
  });

  it('tells nobody but the log what went wrong inside', async () => {
    jest.spyOn(w.table, 'query').mockRejectedValue(new Error('AccessDenied on table events'));
    const response = await ask(request('/events'));
    expect(response).toMatchObject({ statusCode: 500, headers: { 'content-type': 'application/problem+json' } });
    expect(response.body).not.toContain('AccessDenied');
    expect(bodyOf(response)).toMatchObject({ title: 'Internal error', detail: expect.stringContaining('request-1') });
    expect(said[0]).toMatchObject({ level: 'ERROR', message: 'the question could not be answered', route: '/events', error: { message: 'AccessDenied on table events' } });
  });

  it('logs what was asked, with the resource masked unless told otherwise', async () => {
    await store(w.table, { at: '2026-11-20T10:00:00.000Z', id: 'payroll' });
    await ask(request(`${RESOURCE}/payroll`));
    await handle(request(`${RESOURCE}/payroll`), context, { ...w, logResourceIds: true });
    await ask(request('/events', 'rule=encrypted'));
    expect(said[0]).toMatchObject({
      message: 'answered', hub: 'compliance', route: '/compliance/resources/{account}/{region}/{type}/{id}', account: account(1), resourceType: 'AWS::S3::Bucket',
      resourceId: maskResourceId('payroll'), status: 200, durationMs: expect.any(Number),
    });
    expect(JSON.stringify(said[0])).not.toContain('payroll');
    expect(said[1]).toMatchObject({ resourceId: 'payroll' });
    expect(said[2]).toMatchObject({ route: '/events', rule: 'encrypted' });
    expect(said[2]).not.toHaveProperty('resourceId');
  });

  it('compresses what is long, as the caller takes it', async () => {
    await store(w.table, ...Array.from({ length: 30 }, (_, i) => ({ at: `2026-11-20T10:00:00.0${10 + i}Z`, id: `b${i}` })));
    const plain = await ask(request('/events'));
    expect(plain).toMatchObject({ isBase64Encoded: false });
    const unpack = ({ body }: HttpResponse, by: (data: Buffer) => Buffer) => by(Buffer.from(body, 'base64')).toString();
    const brotli = await ask(request('/events', '', { 'accept-encoding': 'gzip, deflate, br' }));
    expect(brotli).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'br' } });
    expect(unpack(brotli, brotliDecompressSync)).toBe(plain.body);
    const gzip = await ask(request('/events', '', { 'Accept-Encoding': 'br;q=0, GZIP;q=0.5' }));
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(unpack(gzip, gunzipSync)).toBe(plain.body);
    expect(gzip.body.length).toBeLessThan(plain.body.length / 2);
    for (const accepted of ['*', 'identity', '', 'gzip;q=0.0']) {
      expect((await ask(request('/events', '', { 'accept-encoding': accepted }))).isBase64Encoded).toBe(false);
    }
    expect(respond(200, {}, 'application/json').isBase64Encoded).toBe(false);
  });

  it('does without headers', async () => {
    await expect(handle({ rawPath: '/health', rawQueryString: '', requestContext: { http: { method: 'GET' } } }, context, w)).resolves.toMatchObject({ statusCode: 200 });
  });

  describe('with its settings', () => {
    let stub: StubEventTable;
    let server: StubServer;
    beforeEach(async () => {
      stub = new StubEventTable(new InMemoryEventTable());
      server = await StubServer.start(async (asked) => stub.answer(asked));
    });
    afterEach(() => server.stop());

    it('reads the table', async () => {
      process.env = { ...process.env, ...environment(server.url) };
      await expect(handler(request('/compliance/summary'), context)).resolves.toMatchObject({ statusCode: 200 });
      await expect(handler(request('/compliance/summary'), context)).resolves.toMatchObject({ statusCode: 200 });
      expect(new Set(server.requests.map(({ operation, json }) => `${operation} ${json.TableName as string}`))).toEqual(new Set(['Query events']));
    });

    it('answers 500 when the table does not', async () => {
      process.env = { ...process.env, ...environment(server.url) };
      server.answer = () => awsError('AccessDeniedException');
      await expect(handle(request('/events'), context, world(new Settings()))).resolves.toMatchObject({ statusCode: 500 });
    });

    it.each(Object.values(QUERY_SETTINGS))('says when the setting %s is missing', (name) => {
      expect(() => world(new Settings({ ...environment(server.url), [name]: '' }))).toThrow(`the setting ${name} is missing`);
    });

    it('reads every setting of the contract and no other', () => {
      const read = new Set<string>();
      const watched = new Settings(environment(server.url));
      const original = watched.required.bind(watched);
      jest.spyOn(watched, 'required').mockImplementation((name) => {
        read.add(name);
        return original(name);
      });
      expect(world(watched)).toMatchObject({ hub: 'compliance', logResourceIds: false });
      expect([...read].sort()).toEqual(Object.values(QUERY_SETTINGS).sort());
      expect(world(new Settings({ ...environment(server.url), LOG_RESOURCE_IDS: 'true' })).logResourceIds).toBe(true);
    });

    it('is bundled to run alone, over what lies in the table', async () => {
      const long = { text: Array.from({ length: 500 }, (_, i) => `${Math.sin(i)}`) };
      await store(stub.table, { at: '2026-11-20T10:00:00.000Z', id: '/a b', detail: long }, { at: '2026-11-21T10:00:00.000Z', id: '/a b', status: 'COMPLIANT' });
      const questions = [
        request('/events', 'limit=1'), request('/events', `account=${account(1)}&rule=encrypted`), request('/compliance/summary', `account=${account(1)}`),
        request(`${RESOURCE}//a b`), request('/compliance/as-of', 'time=2026-11-20&rule=encrypted'), request('/health'), request('/events', 'cursor=x'),
      ];
      const bundle = join(__dirname, '..', '..', '..', 'assets', 'events', 'query', 'index.mjs');
      const script = `import { handler } from ${JSON.stringify(bundle)};
        for (const question of ${JSON.stringify(questions)}) console.error('answer ' + JSON.stringify(await handler(question, { awsRequestId: 'r' })));`;
      const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment(server.url) });
      const answers = [...stderr.matchAll(/^answer (.*)$/gm)].map(([, text]) => JSON.parse(text) as HttpResponse);
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 200, 400]);
      expect(bodyOf(answers[0])).toMatchObject({ items: [{ status: 'COMPLIANT' }], nextCursor: expect.any(String) });
      expect(bodyOf(answers[1])).toMatchObject({ items: [{ status: 'COMPLIANT' }, { status: 'NON_COMPLIANT', detail: long }], nextCursor: null });
      expect(bodyOf(answers[2])).toMatchObject({ total_events: 2, compliant: 1, current: { compliant: 1, non_compliant: 0, score: 100 } });
      expect(bodyOf(answers[3])).toMatchObject({ resourceId: '/a b', states: [{ status: 'COMPLIANT' }], timeline: { items: [{}, { detail: long }] } });
      expect(bodyOf(answers[4])).toMatchObject({ time: '2026-11-20T23:59:59.999Z', items: [{ resourceId: '/a b', lastKnownStatus: 'NON_COMPLIANT' }] });
      expect(bodyOf(answers[5])).toMatchObject({ lastEventAt: '2026-11-21T10:00:00.000Z' });
    });
  });
});
