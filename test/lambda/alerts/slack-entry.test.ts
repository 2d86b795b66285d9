import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Context } from 'aws-lambda';
import { SlackMessage } from '../../../lambda-src/alerts/domain/slack-blocks';
import { handle, handler, world } from '../../../lambda-src/alerts/slack';
import { Settings } from '../../../lambda-src/shared/settings';
import { SLACK_SETTINGS } from '../../../src/alerts/contract';
import { announced, sqsAnswer, sqsBatch, stateChange } from '../../support/state-change';
import { lambdaContext } from '../../support/stub-aws';
import { awsError, StubAnswer, StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const TOKEN = 'T00/B00/s3cr3tT0ken';
const context = lambdaContext(60_000) as unknown as Context;

describe('alerts/slack', () => {
  const before = { ...process.env };
  let aws: StubServer;
  let slack: StubServer;
  let lines: string[];
  let said: string[];
  let secret: string;
  let slackAnswer: (call: number) => StubAnswer;

  beforeEach(async () => {
    slackAnswer = () => ({ body: 'ok' });
    slack = await StubServer.start((_request, call) => slackAnswer(call));
    secret = `${slack.url}/services/${TOKEN}`;
    aws = await StubServer.start((request) => (request.operation === 'GetSecretValue' ? { body: { SecretString: secret } } : sqsAnswer(request)));
    lines = [];
    said = [];
    process.env = { ...before, POWERTOOLS_DEV: 'true', ...environment() };
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => { said.push(String(parts[0])); });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = before;
    await slack.stop();
    await aws.stop();
    expect([...lines, ...said].join('\n')).not.toContain('s3cr3tT0ken');
  });
  const environment = (more: { [name: string]: string } = {}): { [name: string]: string } => ({
    AWS_ACCESS_KEY_ID: '222222222222', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: aws.url,
    HUB_NAME: 'compliance', ROUTES: JSON.stringify([{ queueUrl: `${aws.url}/222222222222/channel`, secret: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:slack' }]),
    DEAD_LETTER_QUEUE_URL: `${aws.url}/222222222222/dead`, WEBHOOK_HOSTS: slack.url.replace('http://', ''), BURST_THRESHOLD: '5', ...more,
  });
  const settings = (more: { [name: string]: string } = {}) => new Settings(environment(more));
  const tell = async (bodies: string[], options?: { received?: number }, w = world(settings())) => {
    const { batchItemFailures } = await handle(sqsBatch(bodies, options), context, w);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const messages = () => slack.requests.map(({ json }) => json as unknown as SlackMessage);
  const calls = (operation: string) => aws.requests.filter((request) => request.operation === operation).map(({ json }) => json);
  const waits = () => calls('ChangeMessageVisibilityBatch').flatMap(({ Entries }) => (Entries as { VisibilityTimeout: number }[]).map(({ VisibilityTimeout }) => VisibilityTimeout));
  const notifications = () => lines.filter((line) => line.includes('_aws')).map((line) => (JSON.parse(line) as { [name: string]: unknown }).ComplianceViolationNotifications);

  it('tells a violation and counts it', async () => {
    await expect(tell([announced(stateChange())])).resolves.toEqual([]);
    expect(slack.requests[0]).toMatchObject({ method: 'POST', path: `/services/${TOKEN}` });
    expect(messages()[0].blocks[0].text!.text).toBe('⚠️ AWS Config Compliance Violation');
    expect(notifications()).toEqual([1]);
    expect(calls('GetSecretValue')).toEqual([{ SecretId: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:slack' }]);
  });

  it('tells as many as make no digest within seconds of each other', async () => {
    const began = performance.now();
    await tell(Array.from({ length: 3 }, (_, index) => announced(stateChange({ eventId: `e${index}`, resourceId: `r${index}` }))));
    expect(slack.requests).toHaveLength(3);
    const seconds = (performance.now() - began) / 1_000;
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(3.5);
  });

  it('tells what is well again, and counts no violation', async () => {
    await expect(tell([announced(stateChange({ status: 'COMPLIANT', previousStatus: 'NON_COMPLIANT' }))])).resolves.toEqual([]);
    expect(messages()[0].blocks[0].text!.text).toBe('✅ AWS Config Compliance Violation resolved');
    expect(notifications()).toEqual([]);
  });

  it('tells the same fact once, however often it comes while the process lives', async () => {
    const w = world(settings());
    await tell([announced(stateChange())], {}, w);
    await expect(tell([announced(stateChange())], {}, w)).resolves.toEqual([]);
    expect(slack.requests).toHaveLength(1);
  });

  it('is silent about what nobody is to be told', async () => {
    await expect(tell([announced(stateChange({ alert: false })), announced(stateChange({ alert: false, replayed: true }))])).resolves.toEqual([]);
    expect(slack.requests).toEqual([]);
    expect(aws.requests).toEqual([]);
  });

  it('sets aside what is no announcement of this hub, and tells the rest', async () => {
    const forged = [
      'not JSON', 'null', '{}', announced(stateChange(), { source: 'aws.config' }), announced(stateChange(), { account: '999999999999' }),
      announced({ ...stateChange(), account: 'everything' }), announced({ ...stateChange(), severity: undefined } as never),
    ];
    await expect(tell([...forged, announced(stateChange())])).resolves.toEqual([]);
    expect(slack.requests).toHaveLength(1);
    const aside = calls('SendMessage') as unknown as { QueueUrl: string; MessageBody: string; MessageAttributes: { ERROR_MESSAGE: { StringValue: string } } }[];
    expect(aside.map(({ MessageBody }) => MessageBody)).toEqual(forged);
    expect(aside.every(({ QueueUrl }) => QueueUrl.endsWith('/dead'))).toBe(true);
    expect(aside.map(({ MessageAttributes }) => MessageAttributes.ERROR_MESSAGE.StringValue)).toEqual([
      'the message is not JSON',
      'the message is no "Compliance State Changed" of compliance.monitoring: look at the message',
      'the message is no "Compliance State Changed" of compliance.monitoring: look at account, source, detail-type',
      'the message is no "Compliance State Changed" of compliance.monitoring: look at source',
      'the message comes from account 999999999999, and the hub is in 222222222222',
      'the message is no "Compliance State Changed" of compliance.monitoring: look at detail.account',
      'the message is no "Compliance State Changed" of compliance.monitoring: look at detail.severity',
    ]);
  });

  it('gives a forged message back when it cannot be set aside', async () => {
    aws.answer = () => awsError('AccessDenied');
    await expect(tell(['forged'])).resolves.toEqual(['m0']);
  });

  it('waits when Slack asks for a short time', async () => {
    slackAnswer = (call) => (call === 1 ? { status: 429, headers: { 'retry-after': '1' } } : { body: 'ok' });
    await expect(tell([announced(stateChange())])).resolves.toEqual([]);
    expect(slack.requests).toHaveLength(2);
    expect(slack.requests[1].at - slack.requests[0].at).toBeGreaterThan(950);
  });

  it('gives back for as long as Slack asks when that is long, and asks it nothing more', async () => {
    slackAnswer = () => ({ status: 429, headers: { 'retry-after': '120' } });
    await expect(tell([announced(stateChange()), announced(stateChange({ eventId: 'other' }))])).resolves.toEqual(['m0', 'm1']);
    expect(slack.requests).toHaveLength(1);
    expect(waits()).toEqual([120, 120]);
  });

  it.each([
    [1, 15], [2, 30], [5, 240], [7, 900], [999, 900],
  ])('when Slack is down and the message was received %i times, keeps it for %i seconds', async (received, seconds) => {
    slackAnswer = () => ({ status: 503, body: 'upstream' });
    await expect(tell([announced(stateChange())], { received })).resolves.toEqual(['m0']);
    expect(waits()).toEqual([seconds]);
    expect(said.join('\n')).toContain('status 503: upstream');
    expect(notifications()).toEqual([]);
  });

  it('keeps messages when Slack hangs up, redirects or the secret cannot be read', async () => {
    slackAnswer = () => ({ hangUp: true });
    await expect(tell([announced(stateChange())])).resolves.toEqual(['m0']);
    slackAnswer = () => ({ status: 302, headers: { location: 'https://elsewhere.example' } });
    await expect(tell([announced(stateChange())])).resolves.toEqual(['m0']);
    aws.answer = ({ operation }) => (operation === 'GetSecretValue' ? awsError('AccessDeniedException') : {});
    await expect(tell([announced(stateChange())])).resolves.toEqual(['m0']);
    expect(said.join('\n')).toContain("reading the webhook's secret failed: AccessDeniedException");
  });

  it.each([403, 404, 410])('reads the secret again when the webhook is refused with %i, and uses the new one', async (status) => {
    const w = world(settings());
    await tell([announced(stateChange({ eventId: 'first' }))], {}, w);
    const rotated = await StubServer.start(() => ({ body: 'ok' }));
    try {
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
      slackAnswer = () => ({ status, body: 'no_service' });
      secret = `${slack.url}/services/new`;
      slack.answer = ({ path }) => (path === '/services/new' ? { body: 'ok' } : { status, body: 'no_service' });
      await expect(tell([announced(stateChange())], {}, w)).resolves.toEqual([]);
      expect(slack.requests.map(({ path }) => path)).toEqual([`/services/${TOKEN}`, `/services/${TOKEN}`, '/services/new']);
      expect(calls('GetSecretValue')).toHaveLength(2);
    } finally {
      await rotated.stop();
    }
  });

  it('keeps messages while the webhook stays refused', async () => {
    slackAnswer = () => ({ status: 404, body: 'no_team' });
    await expect(tell([announced(stateChange())])).resolves.toEqual(['m0']);
    expect(slack.requests).toHaveLength(1);
    expect(waits()).toEqual([15]);
  });

  it('says it in plain text when Slack does not take the blocks, and sets aside what it does not take either', async () => {
    slackAnswer = (call) => (call === 1 ? { status: 400, body: 'invalid_blocks' } : { body: 'ok' });
    await expect(tell([announced(stateChange())])).resolves.toEqual([]);
    expect(messages()[1]).toEqual({ text: 'AWS Config Compliance Violation: s3-bucket-public-read-prohibited, AWS::S3::Bucket ledger in 111111111111/eu-central-1' });
    slackAnswer = () => ({ status: 400, body: 'invalid_payload' });
    await expect(tell([announced(stateChange())])).resolves.toEqual([]);
    expect(calls('SendMessage')).toEqual([expect.objectContaining({ MessageBody: announced(stateChange()) })]);
    aws.answer = ({ operation }) => (operation === 'GetSecretValue' ? { body: { SecretString: secret } } : awsError('AccessDenied'));
    await expect(tell([announced(stateChange())])).resolves.toEqual(['m0']);
  });

  it('sends only to the hosts it may, and without TLS only to the machine itself', async () => {
    const posted = async (url: string, hosts: string) => {
      secret = url;
      said = [];
      await expect(tell([announced(stateChange())], {}, world(settings({ WEBHOOK_HOSTS: hosts })))).resolves.toEqual(['m0']);
      return said.join('\n');
    };
    await expect(posted('https://evil.example/services/x', 'hooks.slack.com')).resolves.toContain("the secret's URL has the host evil.example, and allowed are hooks.slack.com: see webhookHosts");
    await expect(posted('http://hooks.slack.com/services/x', 'hooks.slack.com')).resolves.toContain("the secret's URL does not begin with https");
    await expect(posted('not a URL', 'hooks.slack.com')).resolves.toContain('the secret holds no URL');
    expect(slack.requests).toEqual([]);
  });

  it('makes one message of a burst, and none of it is lost when Slack takes it later', async () => {
    const many = Array.from({ length: 40 }, (_, i) => announced(stateChange({ eventId: `e${i}`, resourceId: `bucket-${i}` })));
    slackAnswer = () => ({ status: 500 });
    await expect(tell(many)).resolves.toHaveLength(40);
    slackAnswer = () => ({ body: 'ok' });
    await expect(tell(many)).resolves.toEqual([]);
    expect(messages()[1].blocks[0].text!.text).toBe('⚠️ 40 AWS Config Compliance Violations');
    expect(notifications()).toEqual([1]);
  });

  it('gives back what it has no time for', async () => {
    const short = { ...context, getRemainingTimeInMillis: () => 5_000 };
    const { batchItemFailures } = await handle(sqsBatch([announced(stateChange())]), short, world(settings()));
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm0' }]);
    expect(waits()).toEqual([1]);
  });

  it('leaves a batch of a queue that it does not know', async () => {
    await expect(handle(sqsBatch([announced(stateChange())], { queue: 'other' }), context, world(settings()))).rejects.toThrow("no channel belongs to the queue 'other'");
    await expect(handle({ Records: [] }, context, world(settings()))).rejects.toThrow("no channel belongs to the queue ''");
  });

  it('takes its settings from its environment', async () => {
    await expect(handler(sqsBatch([announced(stateChange())]), context)).resolves.toEqual({ batchItemFailures: [] });
    await expect(handler(sqsBatch([announced(stateChange())]), context)).resolves.toEqual({ batchItemFailures: [] });
  });

  it('reads every setting of the contract and no other', () => {
    const read = new Set<string>();
    const watched = settings();
    for (const method of ['required', 'number'] as const) {
      const original = watched[method].bind(watched);
      jest.spyOn(watched, method).mockImplementation(((name: string) => {
        read.add(name);
        return original(name);
      }) as never);
    }
    world(watched);
    expect([...read].sort()).toEqual(Object.values(SLACK_SETTINGS).sort());
  });

  it('is bundled to run alone', async () => {
    const bundle = join(__dirname, '..', '..', '..', 'assets', 'alerts', 'slack', 'index.mjs');
    const script = `import { handler } from ${JSON.stringify(bundle)};
      const context = { ...${JSON.stringify(lambdaContext())}, getRemainingTimeInMillis: () => 60000 };
      console.error('answer ' + JSON.stringify(await handler(${JSON.stringify(sqsBatch([announced(stateChange())]))}, context)));`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment() });
    expect(stderr).toContain('answer {"batchItemFailures":[]}');
    expect(stdout).not.toContain('s3cr3tT0ken');
    expect(JSON.parse(stdout.split('\n').find((line) => line.startsWith('{"_aws"'))!)).toMatchObject({ ComplianceViolationNotifications: 1, Hub: 'compliance' });
    expect(messages()[0].blocks[0].text!.text).toBe('⚠️ AWS Config Compliance Violation');
  });
});
