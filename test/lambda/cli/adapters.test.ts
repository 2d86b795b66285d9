import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsOf } from '../../../lambda-src/cli/adapters/aws';
import { AwsFailure, Misuse } from '../../../lambda-src/cli/domain/outcome';
import { Aws } from '../../../lambda-src/cli/ports';
import { Answering, awsError, StubServer } from '../../support/stub-server';

const SECRET = 'wJalrXUtnFEMI-secret';
const TOKEN = 'session-token-value';
const BUS = 'arn:aws:events:eu-central-1:111111111111:event-bus/hub';
const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/111111111111/q';
const folder = mkdtempSync(join(tmpdir(), 'cli-adapters-'));
const kept = { ...process.env };
let server: StubServer;
let aws: Aws;
const answering = (answer: Answering) => {
  server.answer = answer;
  server.requests.length = 0;
};
const failure = async (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => error as AwsFailure);

beforeAll(async () => {
  server = await StubServer.start(() => ({ body: {} }));
  const config = join(folder, 'config');
  writeFileSync(config, '[profile audit]\nregion = eu-west-1\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n');
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url,
    AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_MAX_ATTEMPTS: '1',
  });
  aws = awsOf({});
});
afterAll(async () => {
  process.env = kept;
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('region and credentials are found as every AWS tool finds them', async () => {
  const xml = '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a</Arn><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
  answering(() => ({ body: xml, headers: { 'content-type': 'text/xml' } }));
  expect(await aws.region()).toBe('eu-central-1');
  expect(await aws.caller()).toEqual({ account: '111111111111', arn: 'arn:aws:iam::1:user/a' });
  delete process.env.AWS_REGION;
  const audit = awsOf({ profile: 'audit' });
  expect(await audit.region()).toBe('eu-west-1');
  await audit.caller();
  process.env.AWS_REGION = 'eu-central-1';
  expect(await awsOf({ region: 'us-east-1' }).region()).toBe('us-east-1');
  expect(server.requests.map(({ headers }) => /Credential=(\w+)\/\d+\/([\w-]+)/.exec(headers.authorization)!.slice(1))).toEqual([
    ['AKIAENV', 'eu-central-1'], ['AKIAPROFILE', 'eu-west-1'],
  ]);
  expect(await failure(awsOf({ profile: 'nobody' }).caller())).toMatchObject({ operation: 'sts:GetCallerIdentity', code: 'CredentialsProviderError' });
});

test('outputs of a stack, and none of one that is not there', async () => {
  const xml = (outputs: string) => `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Hub</StackName>${outputs}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const headers = { 'content-type': 'text/xml' };
  answering(() => ({ headers, body: xml('<Outputs><member><OutputKey>ApiUrl</OutputKey><OutputValue>https://a</OutputValue></member></Outputs>') }));
  expect(await aws.stackOutputs('Hub')).toEqual(new Map([['ApiUrl', 'https://a']]));
  answering(() => ({ headers, body: xml('') }));
  expect(await aws.stackOutputs('Hub')).toEqual(new Map());
  const refused = (code: string, message: string) => ({ status: 400, headers, body: `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>` });
  answering(() => refused('ValidationError', 'Stack with id Hub does not exist'));
  expect(await aws.stackOutputs('Hub')).toBeUndefined();
  answering(() => refused('AccessDenied', 'not\nyou'));
  expect(await failure(aws.stackOutputs('Hub'))).toEqual(new AwsFailure('cloudformation:DescribeStacks', 'AccessDenied', 'not you'));
});

describe('buses', () => {
  const event = { source: 's', detailType: 't', detail: { id: 'x' } };
  test('take an event, refuse it, or do not say', async () => {
    answering(() => ({ body: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } }));
    expect(await aws.putOnDefaultBus(event)).toEqual({ taken: true });
    expect(server.requests[0].json).toEqual({ Entries: [{ Source: 's', DetailType: 't', Detail: '{"id":"x"}' }] });
    answering(() => ({ body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'Throttled', ErrorMessage: 'slow' }] } }));
    expect(await aws.putOnDefaultBus(event)).toEqual({ taken: false, code: 'Throttled', message: 'slow' });
    answering(() => ({ body: {} }));
    expect(await aws.putOnDefaultBus(event)).toEqual({ taken: false, code: 'NoAnswer', message: 'the bus did not say what became of the event' });
  });

  test('tell all archives and rules, page by page', async () => {
    answering((_request, call) => ({ body: call === 1 ? { Archives: [], NextToken: 'n' } : { Archives: [{ ArchiveName: 'a', RetentionDays: 7 }, { ArchiveName: 'b', RetentionDays: 0 }] } }));
    expect(await aws.archives(BUS)).toEqual([
      { name: 'a', arn: 'arn:aws:events:eu-central-1:111111111111:archive/a', retentionDays: 7 }, { name: 'b', arn: 'arn:aws:events:eu-central-1:111111111111:archive/b' },
    ]);
    answering((_request, call) => ({ body: call === 1 ? { RuleNames: ['one'], NextToken: 'n' } : { RuleNames: ['two'] } }));
    expect(await aws.rulesInto(BUS, 'arn:q')).toEqual(['arn:aws:events:eu-central-1:111111111111:rule/hub/one', 'arn:aws:events:eu-central-1:111111111111:rule/hub/two']);
    expect(server.requests.map(({ json }) => json)).toEqual([{ TargetArn: 'arn:q', EventBusName: 'hub' }, { TargetArn: 'arn:q', EventBusName: 'hub', NextToken: 'n' }]);
    answering(() => ({ body: {} }));
    expect([await aws.archives(BUS), await aws.rulesInto(BUS, 'arn:q')]).toEqual([[], []]);
  });

  test('replay to the rules that are named', async () => {
    answering(() => ({ body: {} }));
    await aws.startReplay({ name: 'n', archiveArn: 'arn:archive', busArn: BUS, ruleArns: ['arn:rule'], from: new Date(0), to: new Date(60_000) });
    expect(server.requests[0].json).toEqual({
      ReplayName: 'n', EventSourceArn: 'arn:archive', EventStartTime: 0, EventEndTime: 60, Destination: { Arn: BUS, FilterArns: ['arn:rule'] },
    });
    answering(() => ({ body: { State: 'RUNNING', StateReason: 'r', EventLastReplayedTime: 30 } }));
    expect(await aws.replay('n')).toEqual({ state: 'RUNNING', reason: 'r', lastEventAt: new Date(30_000) });
    answering(() => ({ body: {} }));
    expect(await aws.replay('n')).toEqual({ state: 'UNKNOWN' });
  });
});

describe('queues', () => {
  test('tell how many messages there are', async () => {
    answering(() => ({ body: { Attributes: { QueueArn: 'arn:q', ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '2', ApproximateNumberOfMessagesDelayed: '1' } } }));
    expect(await aws.queue(QUEUE)).toEqual({ arn: 'arn:q', waiting: 4, inFlight: 2 });
    answering(() => ({ body: { Attributes: { QueueArn: 'arn:q' } } }));
    expect(await aws.queue(QUEUE)).toEqual({ arn: 'arn:q', waiting: 0, inFlight: 0 });
  });

  const message = (id: number) => ({
    MessageId: `m${id}`, ReceiptHandle: `r${id}`, Body: 'b', MD5OfBody: createHash('md5').update('b').digest('hex'), Attributes: { SentTimestamp: '1000' }, MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'X' }, BYTES: { DataType: 'Binary' } },
  });
  test('show messages and give all of them back', async () => {
    answering(({ operation }, call) => ({ body: operation !== 'ReceiveMessage' ? { Successful: [], Failed: [] } : { Messages: call === 1 ? Array.from({ length: 10 }, (_, i) => message(i)) : call === 2 ? [message(10), { ...message(11), MessageAttributes: undefined, Attributes: undefined }] : undefined } }));
    const seen = await aws.peek(QUEUE, 15);
    expect(seen).toHaveLength(12);
    expect(seen[0]).toEqual({ id: 'm0', body: 'b', attributes: { ERROR_CODE: 'X', BYTES: '' }, sentAt: new Date(1_000) });
    expect(seen[11]).toEqual({ id: 'm11', body: 'b', attributes: {}, sentAt: new Date(0) });
    expect(server.operations).toEqual(['ReceiveMessage', 'ReceiveMessage', 'ReceiveMessage', 'ChangeMessageVisibilityBatch', 'ChangeMessageVisibilityBatch']);
    expect(server.requests[1].json).toMatchObject({ MaxNumberOfMessages: 5, VisibilityTimeout: 30 });
    expect(server.requests[4].json.Entries).toEqual([{ Id: '0', ReceiptHandle: 'r10', VisibilityTimeout: 0 }, { Id: '1', ReceiptHandle: 'r11', VisibilityTimeout: 0 }]);
  });
  test('are given back what was received before a failure', async () => {
    answering(({ operation }, call) => (operation !== 'ReceiveMessage' ? { body: {} } : call === 1 ? { body: { Messages: [message(1)] } } : awsError('AccessDeniedException', 'no')));
    expect(await failure(aws.peek(QUEUE, 100))).toMatchObject({ operation: 'sqs:ReceiveMessage', code: 'AccessDeniedException' });
    expect(server.operations.at(-1)).toBe('ChangeMessageVisibilityBatch');
  });
  test('move messages', async () => {
    answering(() => ({ body: {} }));
    await aws.startMove('arn:from', 'arn:to', 5);
    expect(server.requests[0].json).toEqual({ SourceArn: 'arn:from', DestinationArn: 'arn:to', MaxNumberOfMessagesPerSecond: 5 });
    expect(await aws.lastMove('arn:from')).toBeUndefined();
    answering(() => ({ body: { Results: [{ Status: 'FAILED', ApproximateNumberOfMessagesMoved: 2, FailureReason: 'x' }] } }));
    expect(await aws.lastMove('arn:from')).toEqual({ status: 'FAILED', moved: 2, reason: 'x' });
    answering(() => ({ body: { Results: [{}] } }));
    expect(await aws.lastMove('arn:from')).toEqual({ status: 'UNKNOWN', moved: 0 });
  });
});

test('the table is read', async () => {
  answering(({ operation }) => ({ body: operation === 'Query' ? { Items: [], Count: 0 } : { Responses: { events: [{ pk: { S: 'p' }, sk: { S: 's' } }] } } }));
  expect(await aws.table('events').read([{ pk: 'p', sk: 's' }])).toEqual([{ pk: 'p', sk: 's' }]);
  expect(await aws.table('events').query({ partition: 'p', limit: 1 })).toEqual({ items: [], more: false });
  answering(() => awsError('AccessDeniedException', 'no'));
  expect(await failure(aws.table('events').query({ partition: 'p', limit: 1 }))).toMatchObject({ operation: 'dynamodb:Query', code: 'AccessDeniedException' });
});

describe('the API', () => {
  const ask = () => aws.ask(`${server.url}/stage/`, '/events', { rule: 'a b+c/d', start: '2026-11-24T12:00:00Z' });
  test('is asked with a signature', async () => {
    answering(() => ({ body: { items: [] } }));
    expect(await ask()).toEqual({ items: [] });
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/stage/events?rule=a%20b%2Bc%2Fd&start=2026-11-24T12%3A00%3A00Z' });
    expect(server.requests[0].headers).toMatchObject({
      'host': new URL(server.url).host, 'x-amz-security-token': TOKEN, 'authorization': expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIAENV\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=[a-z0-9;-]*host/),
    });
  });

  test.each([
    [{ status: 404, body: { title: 'Not found', detail: 'nothing\nthere' } }, 'HTTP404', 'Not found: nothing there'],
    [{ status: 403, body: { message: 'Forbidden' } }, 'HTTP403', 'Forbidden\ndocs/cli.md lists what each command must be allowed'],
    [{ status: 502, body: '<html>' }, 'HTTP502', 'no reason was given'],
    [{ status: 500, body: {} }, 'HTTP500', 'no reason was given'],
  ])('that answers %j', async (answer, code, text) => {
    answering(() => answer);
    expect(await failure(ask())).toMatchObject({ code, message: `GET /events of the API failed with ${code}: ${text}` });
  });

  test('that refuses the question', async () => {
    answering(() => ({ status: 400, body: { title: 'Invalid parameter', detail: 'limit is "0"' } }));
    expect(await failure(ask())).toEqual(new Misuse('the API refuses the question: Invalid parameter: limit is "0"'));
  });

  test('that cannot be reached, leads elsewhere or talks nonsense', async () => {
    answering(() => ({ hangUp: true }));
    expect(await failure(ask())).toMatchObject({ operation: 'GET /events of the API', code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET|SocketError/) });
    answering(() => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }));
    expect(await failure(ask())).toBeInstanceOf(AwsFailure);
    answering(() => ({ body: 'nonsense' }));
    expect(await failure(ask())).toMatchObject({ code: 'SyntaxError' });
  });
});

test('no failure tells a secret', async () => {
  const canonical = `The request signature we calculated does not match. The Canonical String for this request should have been 'POST x-amz-security-token:${TOKEN}'`;
  answering(() => awsError('SignatureDoesNotMatch', canonical, 403));
  for (const call of [() => aws.archives(BUS), () => aws.queue(QUEUE), () => aws.replay('n')]) {
    const { message } = (await failure(call()))!;
    expect(message).toMatch(/failed with SignatureDoesNotMatch: The request signature we calculated does not match\.$/);
  }
});
