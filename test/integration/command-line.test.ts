/**
 * The command line as people run it, against a hub and a member on the local AWS: the built file in a process of its own, with credentials
 * from the environment and from a profile.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EXIT } from '../../lambda-src/cli/domain/outcome';
import { CONFIG_DETAIL_TYPES, CONFIG_SOURCE } from '../../src/events/contract';
import { clientConfig } from '../local-aws/clients';
import { deployHub, HUB_STACK } from '../local-aws/hub-system';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '..', '..');
const MEMBER = '222222222222';
const scratch = mkdtempSync(join(tmpdir(), 'command-line-'));
let aws: LocalAws;
let outputs: Record<string, string>;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server'), longestWaits: { batchingWindowSeconds: 1 } });
  ({ outputs } = await deployHub(aws, { assemblyDir: join(scratch, 'out') }));
  writeFileSync(join(scratch, 'config'), `[profile member]\naws_access_key_id = ${MEMBER}\naws_secret_access_key = member-secret\n`);
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly problems: string;
}

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const environment = {
    PATH: process.env.PATH, HOME: scratch, AWS_CONFIG_FILE: join(scratch, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(scratch, 'none'), AWS_REGION: aws.region,
    AWS_ENDPOINT_URL: aws.endpoint, AWS_ACCESS_KEY_ID: DEFAULT_ACCOUNT, AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true', ...env,
  };
  return new Promise((resolve) => {
    // Not in the package's folder: it needs nothing of where it is run.
    execFile(process.execPath, [join(ROOT, 'bin', 'cdk-compliance-monitoring'), ...args], { env: environment, cwd: scratch }, (error, out, problems) => {
      resolve({ code: error ? Number(error.code) : 0, out, problems });
    });
  });
}
const hub = (...args: string[]) => run([...args, '--stack', HUB_STACK]);
function answer({ out, problems }: Ran): { [name: string]: unknown } {
  if (out === '') throw new Error(problems);
  return JSON.parse(out) as { [name: string]: unknown };
}

test('verify sees a test event of a member at each hop, and of the hub itself', async () => {
  const member = await hub('verify', '--api-url', aws.frontDoorUrl, '--member-profile', 'member', '--timeout', '30');
  expect(member.out.replace(/[0-9a-f-]{36}/, 'ID').replace(/after [\d.]+ s/g, 'after N s').replace(/at 20\S+Z/g, 'at TIME')).toBe([
    'Verification ID from account 222222222222, eu-central-1',
    '✓ accepted   after N s, by the default bus of 222222222222',
    "✓ stored     after N s, in the hub's table, received at TIME",
    '✓ answered   after N s, by the API',
    "✓ announced  after N s, on the hub's announcement bus at TIME",
    '',
  ].join('\n'));
  expect(member).toMatchObject({ code: EXIT.well, problems: 'looking for up to 30 seconds\n' });

  const own = await hub('verify', '--api-url', aws.frontDoorUrl, '--timeout', '30', '--json');
  expect(own).toMatchObject({ code: EXIT.well, problems: '' });
  expect(answer(own)).toMatchObject({ well: true, account: DEFAULT_ACCOUNT });
});

test('verify of an account that is no member fails at the hub, and says where to look', async () => {
  writeFileSync(join(scratch, 'config'), `[profile member]\naws_access_key_id = ${MEMBER}\naws_secret_access_key = s\n[profile stranger]\naws_access_key_id = 999999999999\naws_secret_access_key = s\n`);
  const { code, out } = await hub('verify', '--api-url', aws.frontDoorUrl, '--member-profile', 'stranger', '--timeout', '5');
  expect(code).toBe(EXIT.wrong);
  expect(out).toContain('✗ stored     not seen within 5 seconds\n             see "A test event that does not arrive" in docs/runbook.md\n');
  expect(out).toContain("0 are in the hub's queue, and 0 in its dead-letter queue");
});

const evaluation = (resourceId: string, time: string) => ({
  awsAccountId: DEFAULT_ACCOUNT, awsRegion: 'eu-central-1', configRuleName: 'encrypted', resourceType: 'AWS::S3::Bucket', resourceId, messageType: 'ComplianceChangeNotification',
  newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: time, evaluationResultIdentifier: { evaluationResultQualifier: {} } },
});

test('redrive tells why messages are dead, moves what can be stored, and says what comes back', async () => {
  const sqs = new SQSClient(clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region));
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const event = {
    'version': '0', 'id': 'e1', 'source': CONFIG_SOURCE, 'detail-type': CONFIG_DETAIL_TYPES.complianceChange, 'account': DEFAULT_ACCOUNT, 'region': 'eu-central-1', time,
    'resources': [], 'detail': evaluation('once-dead', time),
  };
  await sqs.send(new SendMessageCommand({
    QueueUrl: outputs.EventsDeadLetterQueueUrl, MessageBody: JSON.stringify(event),
    MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' }, ERROR_MESSAGE: { DataType: 'String', StringValue: 'The queue did not let it in.' } },
  }));
  const dry = await hub('redrive', '--dry-run');
  expect(dry).toEqual({
    code: EXIT.wrong, problems: '', out: [
      '1 message is in the dead-letter queue', 'messages  from         reason', '       1  EventBridge  NO_PERMISSIONS: The queue did not let it in.', '',
    ].join('\n'),
  });
  const moved = await hub('redrive', '--wait', '--timeout', '60', '--json');
  expect(answer(moved)).toMatchObject({ well: true, before: { waiting: 1 }, moved: 1, status: 'COMPLETED', after: { waiting: 0, inFlight: 0 }, queueEmpty: true });
  expect(moved.code).toBe(EXIT.well);
  const found = await hub('summary', '--api-url', aws.frontDoorUrl, '--account', DEFAULT_ACCOUNT, '--json');
  expect(answer(found)).toMatchObject({ current: { non_compliant: 1 } });

  await sqs.send(new SendMessageCommand({ QueueUrl: outputs.EventsDeadLetterQueueUrl, MessageBody: '{"hostile": "\u009b2J"' }));
  const refused = await hub('redrive', '--wait', '--timeout', '10');
  expect(refused.code).toBe(EXIT.wrong);
  expect(refused.out).toContain('1 of these will be refused again');
  expect(refused.out).not.toContain('\u009b');
});

test('replay goes through the archive, and changes nothing', async () => {
  const summary = async () => ({ ...answer(await hub('summary', '--api-url', aws.frontDoorUrl, '--json')), current: undefined, period: undefined });
  const before = await summary();
  const from = new Date(Date.now() - 3 * 3_600_000).toISOString();
  const to = new Date(Date.now() - 11 * 60_000).toISOString();
  const replayed = await hub('replay', '--from', from, '--to', to, '--wait', '--timeout', '30', '--json');
  expect(answer(replayed)).toMatchObject({ well: true, state: 'COMPLETED', percent: 100, rules: [outputs.IngestRuleArn] });
  expect(await summary()).toEqual(before);
});

test('summary is the same from the API and from the table', async () => {
  const fromApi = answer(await hub('summary', '--api-url', aws.frontDoorUrl, '--json'));
  const fromTable = answer(await run(['summary', '--table', outputs.EventsTableName, '--json']));
  const timeless = (found: object) => JSON.stringify(found).replace(/"(asOf|from|until)":"[^"]*"/g, '"$1":"TIME"');
  expect(timeless(fromTable)).toBe(timeless(fromApi));
  expect((await hub('summary', '--api-url', aws.frontDoorUrl)).out).toMatch(/^Now: \d+ compliant, 1 not, score /);
});

test('wrong use, an AWS that refuses and one that is not there have codes of their own, and show no secret', async () => {
  expect(await run(['replay'])).toEqual({ code: EXIT.misused, out: '', problems: 'cdk-compliance-monitoring replay: replay needs --from and --to\nSee cdk-compliance-monitoring replay --help\n' });
  expect(await run(['summary', '--stack', 'Nowhere'])).toMatchObject({ code: EXIT.misused, problems: expect.stringContaining('there is no stack Nowhere in eu-central-1 of account 111111111111') });
  expect(await hub('summary', '--api-url', 'http://127.0.0.1:2')).toMatchObject({ code: EXIT.refused, problems: expect.stringContaining('GET /compliance/summary of the API failed with ECONNREFUSED') });
  const without = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  const nobody = await run(['redrive', '--stack', HUB_STACK], without);
  expect(nobody).toMatchObject({ code: EXIT.refused, out: '', problems: expect.stringContaining('failed with CredentialsProviderError') });
  const unreachable = await run(['redrive', '--stack', HUB_STACK], { AWS_ENDPOINT_URL: 'http://127.0.0.1:2', AWS_MAX_ATTEMPTS: '1' });
  expect(unreachable).toMatchObject({ code: EXIT.refused, out: '', problems: expect.stringContaining('cloudformation:DescribeStacks failed with ECONNREFUSED') });
  for (const { out, problems } of [nobody, unreachable]) expect(out + problems).not.toMatch(/-secret/);
});
