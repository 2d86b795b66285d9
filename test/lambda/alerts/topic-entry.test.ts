import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Context } from 'aws-lambda';
import { notify } from '../../../lambda-src/alerts/notify';
import { handler, world } from '../../../lambda-src/alerts/topic';
import { lambdaLog } from '../../../lambda-src/shared/log';
import { Settings } from '../../../lambda-src/shared/settings';
import { TOPIC_SETTINGS } from '../../../src/alerts/contract';
import { announced, sqsAnswer, sqsBatch, stateChange } from '../../support/state-change';
import { lambdaContext } from '../../support/stub-aws';
import { StubAnswer, StubRequest, StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const context = lambdaContext(60_000) as unknown as Context;
const environment = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '222222222222', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint,
  HUB_NAME: 'compliance', TOPIC_ARN: 'arn:aws:sns:eu-central-1:222222222222:told', QUEUE_URL: `${endpoint}/222222222222/topic`,
  DEAD_LETTER_QUEUE_URL: `${endpoint}/222222222222/dead`, FORMAT: 'TEXT', BURST_THRESHOLD: '5',
});
const xml = (content: string, status = 200): StubAnswer => ({ status, body: content, headers: { 'content-type': 'text/xml' } });
const snsError = (code: string, status = 400) => xml(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>planned</Message></Error></ErrorResponse>`, status);

describe('alerts/topic', () => {
  const before = { ...process.env };
  let aws: StubServer;
  let published: () => StubAnswer;
  beforeEach(async () => {
    published = () => xml('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
    aws = await StubServer.start((request) => (request.operation === 'Publish' ? published() : sqsAnswer(request)));
    process.env = { ...before, POWERTOOLS_DEV: 'true', ...environment(aws.url) };
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => undefined);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = before;
    await aws.stop();
  });
  const formOf = ({ body }: StubRequest) => Object.fromEntries(new URLSearchParams(body.toString()));
  const publishes = () => aws.requests.filter(({ operation }) => operation === 'Publish').map(formOf);
  const tell = async (more: { [name: string]: string } = {}, change = stateChange()) => {
    const { lane, options } = world(new Settings({ ...environment(aws.url), ...more }));
    return notify(sqsBatch([announced(change)]).Records, lane, options, context, lambdaLog('test'));
  };

  it('publishes text, with attributes for filter policies', async () => {
    await expect(handler(sqsBatch([announced(stateChange())]), context)).resolves.toEqual({ batchItemFailures: [] });
    expect(publishes()[0]).toMatchObject({ TopicArn: 'arn:aws:sns:eu-central-1:222222222222:told', Subject: 'Compliance violation: s3-bucket-public-read-prohibited' });
    expect(Object.values(publishes()[0])).toEqual(expect.arrayContaining(['severity', 'CRITICAL', 'status', 'NON_COMPLIANT']));
    await expect(handler(sqsBatch([]), context)).resolves.toEqual({ batchItemFailures: [] });
  });

  it('publishes custom notifications', async () => {
    await tell({ FORMAT: 'AMAZON_Q' });
    expect(JSON.parse(publishes()[0].Message)).toMatchObject({ version: '1.0', source: 'custom' });
  });

  it('makes a subject that SNS takes', async () => {
    await tell({}, stateChange({ rule: `regel-für-${'x'.repeat(100)}` }));
    expect(publishes()[0].Subject).toMatch(/^Compliance violation: regel-f\?r-x+\.\.\.$/);
    expect(publishes()[0].Subject).toHaveLength(100);
  });

  it.each([
    ['InvalidParameter', 400, [], true],
    ['NotFound', 404, ['m0'], false],
    ['AuthorizationError', 403, ['m0'], false],
    ['InternalError', 500, ['m0'], false],
  ])('after %s loses nothing', async (code, status, failed, aside) => {
    published = () => snsError(code, status);
    const { batchItemFailures } = await tell();
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(failed);
    expect(aws.operations.includes('SendMessage')).toBe(aside);
    expect(aws.operations.includes('ChangeMessageVisibilityBatch')).toBe(!aside);
  });

  it('reads every setting of the contract and no other', () => {
    const read = new Set<string>();
    const watched = new Settings(environment(aws.url));
    const required = watched.required.bind(watched);
    jest.spyOn(watched, 'required').mockImplementation((name) => {
      read.add(name);
      return required(name);
    });
    world(watched);
    expect([...read].sort()).toEqual(Object.values(TOPIC_SETTINGS).sort());
  });

  it('is bundled to run alone', async () => {
    const bundle = join(__dirname, '..', '..', '..', 'assets', 'alerts', 'topic', 'index.mjs');
    const script = `import { handler } from ${JSON.stringify(bundle)};
      const context = { ...${JSON.stringify(lambdaContext())}, getRemainingTimeInMillis: () => 60000 };
      console.error('answer ' + JSON.stringify(await handler(${JSON.stringify(sqsBatch([announced(stateChange())]))}, context)));`;
    const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment(aws.url) });
    expect(stderr).toContain('answer {"batchItemFailures":[]}');
    expect(publishes()).toHaveLength(1);
  });
});
