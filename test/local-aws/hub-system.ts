/** A hub with two members on a local AWS: the example of an organization, deployed into its three accounts. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, ResourceExistsException, SecretsManagerClient, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from './clients';
import { deployAssembly } from './deploy';
import { DeployedRule, Foundation } from './foundation';
import { DEFAULT_ACCOUNT, LocalAws } from './local-aws';

const EXAMPLE = join(__dirname, '..', '..', 'examples', 'typescript');
export const MEMBERS = ['222222222222', '333333333333'];
export const HUB_STACK = 'Compliance-Hub';
const memberStack = (account: string) => `Compliance-Member-${account}`;
/** As the example names it. */
const WEBHOOK_SECRET = 'compliance/slack-webhook';

export interface DeployedMember {
  readonly stackName: string;
  /** Rules of AWS Config: the name of one is the token that evaluations are put with. */
  readonly rules: DeployedRule[];
  readonly outputs: Record<string, string>;
}

export interface DeployedHub {
  readonly stackName: string;
  readonly account: string;
  /** `ApiUrl` and `SlackReceiverUrl` are addresses of the local AWS itself: names of APIs are resolved by nobody here. */
  readonly outputs: Record<string, string>;
  /** Calls of `ApiUrl` are signed so; every account's id is its access key. */
  readonly signing: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly service: string };
  readonly members: Record<string, DeployedMember>;
}

export interface DeployHubOptions {
  readonly assemblyDir: string;
  readonly progress?: (line: string) => void;
}

/** Deploys the hub and its members; again, it changes what has changed. */
export async function deployHub(aws: LocalAws, { assemblyDir, progress }: DeployHubOptions): Promise<DeployedHub> {
  const { endpoint, region } = aws;
  await putWebhook(aws);
  synthesise(assemblyDir, { webhookHosts: [new URL(aws.slackReceiverUrl).host] });
  const stacks = await deployAssembly({ endpoint, region, assemblyDir, onProgress: progress });
  const hub = new Foundation(endpoint, DEFAULT_ACCOUNT, region);
  const [apiId, readerRole] = await Promise.all([
    hub.physicalId(HUB_STACK, 'AWS::ApiGatewayV2::Api', /Api/), hub.physicalId(HUB_STACK, 'AWS::IAM::Role', /ApiReader/),
  ]);
  await aws.putFrontDoor(apiId);
  const members = await Promise.all(MEMBERS.map(async (account) => {
    const stackName = memberStack(account);
    const member = new Foundation(endpoint, account, region);
    const [rules, heartbeat, deadLetters] = await Promise.all([
      member.rules(stackName), member.physicalId(stackName, 'AWS::Scheduler::Schedule', /Heartbeat/), member.physicalId(stackName, 'AWS::SQS::Queue', /Forwarder/),
    ]);
    return [account, { stackName, rules, outputs: { HeartbeatName: heartbeat, ForwarderDeadLetterQueueUrl: deadLetters } }] as const;
  }));
  return {
    stackName: HUB_STACK,
    account: DEFAULT_ACCOUNT,
    outputs: {
      ...stacks[HUB_STACK].outputs,
      ApiUrl: aws.frontDoorUrl,
      SlackReceiverUrl: aws.slackReceiverUrl,
      ReaderRoleArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:role/${readerRole}`,
    },
    signing: { accessKeyId: DEFAULT_ACCOUNT, secretAccessKey: 'test', service: 'execute-api' },
    members: Object.fromEntries(members),
  };
}

/** What a person does once by hand. */
async function putWebhook(aws: LocalAws): Promise<void> {
  const client = new SecretsManagerClient(clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region));
  const SecretString = `${aws.slackReceiverUrl}/services/T00000000/B00000000/local`;
  try {
    await client.send(new CreateSecretCommand({ Name: WEBHOOK_SECRET, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await client.send(new UpdateSecretCommand({ SecretId: WEBHOOK_SECRET, SecretString }));
  }
}

/** In a process of its own, which has the compiler for it. */
function synthesise(assemblyDir: string, context: object): void {
  rmSync(assemblyDir, { recursive: true, force: true });
  const result = spawnSync(process.execPath, ['--import', 'tsx', 'organization.ts'], {
    cwd: EXAMPLE, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: assemblyDir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  if (result.status !== 0) throw new Error(`The hub could not be synthesised:\n${result.stdout}${result.stderr}`);
}
