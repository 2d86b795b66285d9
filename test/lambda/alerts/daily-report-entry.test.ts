import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Context } from 'aws-lambda';
import { handle, handler } from '../../../lambda-src/alerts/daily-report';
import { readReportEvent } from '../../../lambda-src/alerts/daily-report/events';
import { world } from '../../../lambda-src/alerts/daily-report/world';
import { Settings } from '../../../lambda-src/shared/settings';
import { REPORT_SETTINGS } from '../../../src/alerts/contract';
import { TestWorld, worldOf } from '../../support/report-world';
import { policyDocument } from '../../support/state-objects-contract';
import { lambdaContext } from '../../support/stub-aws';
import { awsError, StubAnswer, StubRequest, StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const host = (endpoint: string) => new URL(endpoint).host;
const environment = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint,
  HUB_NAME: 'compliance', TABLE_NAME: 'events', BUCKET_NAME: 'reports', PREFIX: 'daily-reports', REPORT_NAME: 'Daily', TOP_RULES: '10',
  MONITORS: JSON.stringify([{ organization: 'finserv', environment: 'Dev', tableName: 'drift', bucketName: 'state' }]),
  WEBHOOK_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:hook', WEBHOOK_JSON_KEY: 'url', WEBHOOK_HOSTS: `hooks.slack.com,${host(endpoint)}`,
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:111111111111:reports',
});
/** A few texts as DynamoDB sends them. */
const marshall = (texts: { [name: string]: string }) => Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
const SECRET_PATH = '/services/T000/B000/secret';
const message = (body: unknown, messageId = 'm1') => ({ Records: [{ messageId, body: typeof body === 'string' ? body : JSON.stringify(body), receiptHandle: 'r', attributes: {} }] });

/** The services as one report needs them: empty tables, a policy, a webhook. */
function services(url: () => string, puts: Map<string, string>, slack: () => StubAnswer = () => ({ body: 'ok' })) {
  return (request: StubRequest): StubAnswer => {
    const { operation, json, path } = request;
    if (path.startsWith('/services/')) return slack();
    switch (operation) {
      case 'GetSecretValue': return { body: { SecretString: JSON.stringify({ url: `${url()}${SECRET_PATH}` }) } };
      case 'GetItem': return { body: { Item: marshall({ lastWalkAt: '2026-11-24T07:00:00.000Z', policyKey: 'parity/policies/p.json' }) } };
      case 'Query': return { body: { Items: json.TableName === 'drift' ? [marshall({ status: 'open' }), marshall({ status: 'waived' })] : [] } };
      case 'BatchGetItem': return { body: { Responses: {}, UnprocessedKeys: {} } };
      case 'GET': return { body: JSON.stringify(policyDocument()) };
      case 'PUT':
        puts.set(path, request.body.toString());
        return {};
      case 'Publish': return { body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>', headers: { 'content-type': 'text/xml' } };
      default: return { body: {} };
    }
  };
}

describe('alerts/daily-report', () => {
  const before = { ...process.env };
  let lines: string[];
  let said: string[];
  beforeEach(() => {
    process.env = { ...before, POWERTOOLS_DEV: 'true' };
    lines = [];
    said = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => { said.push(String(parts[0])); });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = before;
  });
  const metrics = () => lines.filter((line) => line.includes('_aws')).map((line) => JSON.parse(line) as object);
  const handled = (event: unknown, own: TestWorld) => handle(event, own, own.log);

  describe('what it is invoked with', () => {
    it('is a message of its queue, or a wish', () => {
      const batch = readReportEvent(message({ scheduledAt: '2026-11-24T08:00:00Z' }));
      expect(batch).toMatchObject({ kind: 'batch', messages: [{ id: 'm1' }] });
      expect(batch.kind === 'batch' && batch.messages[0].request()).toEqual({ scheduledAt: '2026-11-24T08:00:00Z' });
      expect(readReportEvent({})).toEqual({ kind: 'direct', request: {} });
      expect(readReportEvent(null)).toEqual({ kind: 'direct', request: {} });
      expect(readReportEvent({ date: '2026-11-23', again: true })).toEqual({ kind: 'direct', request: { date: '2026-11-23', again: true } });
    });

    it.each([[{ dates: '2026-11-23' }], [{ date: 5 }], ['today'], [{ scheduledAt: 'at eight' }], [{ source: 'aws.events' }]])('is nothing else: %j', (event) => {
      expect(() => readReportEvent(event)).toThrow('a report is asked for with {} for the last whole day, {"date":"YYYY-MM-DD"} for another one, and "again": true to send it once more');
    });
  });

  it('reports what the schedule asks for, logs it and counts it', async () => {
    const own = worldOf();
    await expect(handled(message({ scheduledAt: '2026-11-24T08:00:00Z' }), own)).resolves.toEqual({ batchItemFailures: [] });
    expect(own.slack.got).toHaveLength(1);
    expect(own.lines).toContainEqual({ level: 'info', message: 'reported', fields: expect.objectContaining({ date: '2026-11-23', outcomes: { files: 'STORED', slack: 'SENT', email: 'SENT' } }) });
    expect(metrics()).toEqual([expect.objectContaining({ Hub: 'compliance', Report: 'Daily', DailyReportsSent: 1 })]);
    expect(metrics()[0]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Namespace: 'ConfigCompliance', Dimensions: [['Hub', 'Report']] }] } });
  });

  it('answers whoever asks, and sends once when asked twice', async () => {
    const own = worldOf();
    await expect(handled({}, own)).resolves.toMatchObject({ date: '2026-11-23', outcomes: { slack: 'SENT' } });
    await expect(handled({}, own)).resolves.toMatchObject({ outcomes: { slack: 'ALREADY_SENT', email: 'ALREADY_SENT' } });
    expect([own.slack.got.length, own.email.got.length]).toEqual([1, 1]);
  });

  it('gives the message back to the queue while a target is down, and counts no report as sent', async () => {
    const own = worldOf();
    own.slack.answers.push(...Array.from({ length: 5 }, () => ({ kind: 'down' as const, why: 'status 503' })));
    for (let hour = 0; hour < 5; hour++) {
      await expect(handled(message({ scheduledAt: '2026-11-24T08:00:00Z' }), own)).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    }
    await expect(handled(message({ scheduledAt: '2026-11-24T08:00:00Z' }), own)).resolves.toEqual({ batchItemFailures: [] });
    expect([own.slack.got.length, own.email.got.length]).toEqual([1, 1]);
    expect(metrics().map((line) => ('DailyReportsSent' in line ? 'sent' : 'failed'))).toEqual([...Array(5).fill('failed'), 'sent']);
  });

  it('tells whoever asks which target lacks it', async () => {
    const own = worldOf();
    own.slack.answers.push({ kind: 'gone', why: 'status 404' });
    await expect(handled({}, own)).rejects.toThrow('the report of 2026-11-23 has not reached slack (FAILED); a further try goes to these only, and the log says why');
  });

  it('gives back what cannot be read or made', async () => {
    const own = worldOf();
    own.table.query = () => Promise.reject(new Error('throttled'));
    const event = { Records: [...message('not JSON', 'a').Records, ...message({ scheduledAt: 'x' }, 'b').Records, ...message({}, 'c').Records] };
    await expect(handled(event, own)).resolves.toEqual({ batchItemFailures: ['a', 'b', 'c'].map((itemIdentifier) => ({ itemIdentifier })) });
    expect(metrics()).toEqual([expect.objectContaining({ DailyReportTriesFailed: 1 })]);
  });

  it('counts no report of a day that goes on', async () => {
    await expect(handled({ date: '2026-11-24' }, worldOf())).resolves.toMatchObject({ complete: false });
    expect(metrics()).toEqual([]);
  });

  describe('with its settings', () => {
    let server: StubServer;
    let puts: Map<string, string>;
    beforeAll(async () => {
      server = await StubServer.start(() => ({}));
    });
    afterAll(() => server.stop());
    beforeEach(() => {
      puts = new Map();
      server.requests.length = 0;
      server.answer = services(() => server.url, puts);
    });
    const fromSettings = (more: { [name: string]: string } = {}) => {
      process.env = { ...process.env, ...environment(server.url), ...more };
      return world(new Settings());
    };

    it('reads tables, policy and webhook, and sends to the bucket, to Slack and to the topic', async () => {
      process.env = { ...process.env, ...environment(server.url) };
      const answer = await handler({}, lambdaContext() as unknown as Context);
      expect(answer).toMatchObject({ outcomes: { files: 'STORED', slack: 'SENT', email: 'SENT' }, score: null });
      expect([...puts.keys()].filter((path) => path.endsWith('report.json'))).toEqual([expect.stringMatching(/^\/reports\/daily-reports\/dt%3D\d{4}-\d\d-\d\d\/report\.json$/)]);
      expect(JSON.parse([...puts].find(([path]) => path.endsWith('report.json'))![1])).toMatchObject({ drift: [{ environment: 'Dev', open: 1, pending: 0, waived: 1, waiversReadable: true }] });
      const slack = server.requests.find(({ path }) => path === SECRET_PATH)!;
      expect(slack.json).toMatchObject({ text: expect.stringContaining('Daily AWS Config Compliance Report') });
      expect(server.operations).toEqual(expect.arrayContaining(['GetSecretValue', 'Publish', 'PutItem', 'BatchGetItem']));
      const once = server.requests.filter(({ operation }) => operation === 'PutItem').map(({ json }) => (json.Item as { pk: { S: string } }).pk.S);
      expect(once.sort()).toEqual(['ONCE#DAILY-REPORT-email-Daily', 'ONCE#DAILY-REPORT-email-Daily', 'ONCE#DAILY-REPORT-slack-Daily', 'ONCE#DAILY-REPORT-slack-Daily']);
      expect([...said, ...lines].join('\n')).not.toContain(SECRET_PATH);
    });

    it('pages through findings', async () => {
      const answer = services(() => server.url, puts);
      server.answer = (request) => (request.json.TableName === 'drift' && request.operation === 'Query'
        ? { body: { Items: [marshall({ status: 'open' })], ...(request.json.ExclusiveStartKey ? {} : { LastEvaluatedKey: marshall({ pk: 'a', sk: 'b' }) }) } } : answer(request));
      const { drift: [dev] } = fromSettings()(worldOf().log);
      await expect(dev.state()).resolves.toMatchObject({ findings: [{ status: 'open' }, { status: 'open' }] });
    });

    it('takes a table without a walk, and without a page, for what it is', async () => {
      server.answer = () => ({ body: {} });
      const { drift: [dev] } = fromSettings()(worldOf().log);
      await expect(dev.state()).resolves.toEqual({ findings: [] });
    });

    it('does not quote a policy that is none', async () => {
      server.answer = () => ({ body: 'broken' });
      const { drift: [dev] } = fromSettings()(worldOf().log);
      const failure = await dev.waivers('parity/policies/p.json').catch(String);
      expect(failure).toContain('is not JSON');
      expect(failure).not.toContain('broken');
      server.answer = () => ({ body: { version: '1', baseline: 'Prod', environments: ['Prod'], reportPlainSecrets: 'true' } });
      await expect(dev.waivers('p')).resolves.toEqual([]);
    });

    it('says in no line where the webhook is, when Slack refuses it', async () => {
      server.answer = services(() => server.url, puts, () => ({ status: 403, body: 'invalid_token' }));
      const own = worldOf();
      await expect(handle({}, fromSettings()(own.log), own.log)).rejects.toThrow('has not reached slack (FAILED)');
      expect(JSON.stringify(own.lines)).not.toContain('/services/');
    });

    it('reports what else works when the drift table is denied', async () => {
      const answer = services(() => server.url, puts);
      server.answer = (request) => (request.json.TableName === 'drift' ? awsError('AccessDeniedException') : answer(request));
      const own = worldOf();
      await expect(handle({}, fromSettings()(own.log), own.log)).resolves.toMatchObject({ outcomes: { slack: 'SENT' } });
      expect(JSON.parse([...puts].find(([path]) => path.endsWith('report.json'))![1])).toMatchObject({ drift: [{ readable: false, open: null }] });
    });

    it('needs neither Slack, nor email, nor monitors', () => {
      const { slack, email, drift } = fromSettings({ WEBHOOK_SECRET_ARN: '', TOPIC_ARN: '', MONITORS: '' })(worldOf().log);
      expect([slack, email, drift]).toEqual([undefined, undefined, []]);
      expect(fromSettings({ WEBHOOK_JSON_KEY: '' })(worldOf().log).slack).toBeDefined();
    });

    it.each(['HUB_NAME', 'TABLE_NAME', 'BUCKET_NAME', 'PREFIX', 'REPORT_NAME', 'TOP_RULES', 'WEBHOOK_HOSTS'])('says when the setting %s is missing', (name) => {
      expect(() => fromSettings({ [name]: '' })).toThrow(`the setting ${name} is missing`);
    });

    it('reads every setting of the contract and no other', () => {
      const read = new Set<string>();
      const watched = new Settings(environment(server.url));
      for (const method of ['required', 'optional'] as const) {
        const original = watched[method].bind(watched);
        jest.spyOn(watched, method).mockImplementation(((name: string) => {
          read.add(name);
          return original(name);
        }) as never);
      }
      world(watched);
      expect([...read].sort()).toEqual(Object.values(REPORT_SETTINGS).sort());
    });

    it('is bundled to run alone', async () => {
      const bundle = join(__dirname, '..', '..', '..', 'assets', 'alerts', 'daily-report', 'index.mjs');
      const script = `import { handler } from ${JSON.stringify(bundle)};
        const answer = await handler(${JSON.stringify(message({ scheduledAt: new Date().toISOString() }))}, { ...${JSON.stringify(lambdaContext())}, getRemainingTimeInMillis: () => 100000 });
        console.error('answer ' + JSON.stringify(answer));`;
      const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment(server.url) });
      expect(JSON.parse(/^answer (.*)$/m.exec(stderr)![1])).toEqual({ batchItemFailures: [] });
      expect(JSON.parse(stdout.split('\n').find((line) => line.startsWith('{"_aws"'))!)).toMatchObject({ DailyReportsSent: 1, Hub: 'compliance' });
      expect([...puts.keys()]).toContainEqual(expect.stringMatching(/^\/reports\/daily-reports\/dt%3D\d{4}-\d\d-\d\d\/report\.html$/));
    });
  });
});
it('may be asked for by a rule of EventBridge', () => {
  const event = { 'version': '0', 'detail-type': 'Scheduled Event', 'source': 'aws.events', 'time': '2026-11-24T06:00:00Z', 'detail': {} };
  expect(readReportEvent(event)).toEqual({ kind: 'direct', request: { scheduledAt: '2026-11-24T06:00:00Z' } });
});

