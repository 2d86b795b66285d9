/** Each command runs with the permissions that docs/cli.md names, and no others, on a local AWS that enforces policies. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { EXIT } from '../../lambda-src/cli/domain/outcome';
import { clientConfig } from '../local-aws/clients';
import { deployHub, HUB_STACK } from '../local-aws/hub-system';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(180_000);

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'command-line-permissions-'));
let aws: LocalAws;
let outputs: Record<string, string>;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server'), auth: true, longestWaits: { batchingWindowSeconds: 1 } });
  ({ outputs } = await deployHub(aws, { assemblyDir: join(scratch, 'out') }));
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const settings = () => clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);

/** The actions that the section of a command names. */
function documented(command: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${command}\n`))!;
  return [...new Set([...section.matchAll(/`((?:cloudformation|dynamodb|events|execute-api|kms|sqs):\w+)`/g)].map(([, action]) => action))];
}

/** Credentials of somebody who may do this and nothing else. */
async function credentialsFor(name: string, actions: string[]): Promise<Record<string, string>> {
  const iam = new IAMClient(settings());
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const { Role } = await iam.send(new CreateRoleCommand({
    RoleName: name, AssumeRolePolicyDocument: document({ Principal: { AWS: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` }, Action: 'sts:AssumeRole' }),
  }));
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'documented', PolicyDocument: document({ Action: actions, Resource: '*' }) }));
  const { Credentials: made } = await new STSClient(settings()).send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'test' }));
  return { AWS_ACCESS_KEY_ID: made!.AccessKeyId!, AWS_SECRET_ACCESS_KEY: made!.SecretAccessKey!, AWS_SESSION_TOKEN: made!.SessionToken! };
}

function run(credentials: Record<string, string>, args: readonly string[]): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH, HOME: scratch, AWS_REGION: aws.region, AWS_ENDPOINT_URL: aws.endpoint, ...credentials };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'bin', 'cdk-compliance-monitoring'), ...args, '--stack', HUB_STACK], { env }, (error, out, problems) => {
      resolve({ code: error ? Number(error.code) : 0, said: out + problems });
    });
  });
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const COMMANDS: readonly (readonly [name: string, args: () => string[]])[] = [
  ['verify', () => ['--api-url', outputs.ApiUrl, '--timeout', '30']],
  ['redrive', () => ['--wait', '--timeout', '60']],
  ['replay', () => ['--from', ago(120), '--to', ago(11), '--wait', '--timeout', '30']],
  ['summary', () => ['--api-url', outputs.ApiUrl]],
];

test.each(COMMANDS)('%s', async (name, args) => {
  if (name === 'redrive') {
    const envelope = { account: DEFAULT_ACCOUNT, region: aws.region, time: new Date().toISOString() };
    const event = { ...envelope, 'id': 'e', 'source': 'compliance.monitoring', 'detail-type': 'x', 'detail': {} };
    await new SQSClient(settings()).send(new SendMessageCommand({ QueueUrl: outputs.EventsDeadLetterQueueUrl, MessageBody: JSON.stringify(event) }));
  }
  const allowed = documented(name);
  expect(allowed.length).toBeGreaterThan(1);
  expect(await run(await credentialsFor(`may-${name}`, allowed), [name, ...args()])).toMatchObject({ code: EXIT.well });
  const nobody = await run(await credentialsFor(`may-not-${name}`, ['sns:Publish']), [name, ...args()]);
  expect(nobody).toMatchObject({ code: EXIT.refused, said: expect.stringMatching(/failed with AccessDenied/) });
});
