/** A hub with two members on a local AWS: what `hub-app.ts` describes, deployed into three accounts. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { deployAssembly } from './deploy';
import { DeployedRule, Foundation } from './foundation';
import { HUB_STACK, HubAppOptions, memberStack } from './hub-app';
import { DEFAULT_ACCOUNT, LocalAws } from './local-aws';

const ROOT = join(__dirname, '..', '..');
export const MEMBERS = ['222222222222', '333333333333'];

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
  readonly members: Record<string, DeployedMember>;
}

export interface DeployHubOptions {
  readonly assemblyDir: string;
  readonly progress?: (line: string) => void;
}

/** Deploys the hub and its members; again, it changes what has changed. */
export async function deployHub(aws: LocalAws, { assemblyDir, progress }: DeployHubOptions): Promise<DeployedHub> {
  const { endpoint, region } = aws;
  synthesise(assemblyDir, {
    region, hubAccount: DEFAULT_ACCOUNT, memberAccounts: MEMBERS, webhookUrl: `${aws.slackReceiverUrl}/services/T00000000/B00000000/local`,
  });
  const stacks = await deployAssembly({ endpoint, region, assemblyDir, onProgress: progress });
  const { ApiId, ...outputs } = stacks[HUB_STACK].outputs;
  await aws.putFrontDoor(ApiId);
  const members = await Promise.all(MEMBERS.map(async (account) => {
    const stackName = memberStack(account);
    const rules = await new Foundation(endpoint, account, region).rules(stackName);
    return [account, { stackName, rules, outputs: stacks[stackName].outputs }] as const;
  }));
  return {
    stackName: HUB_STACK,
    account: DEFAULT_ACCOUNT,
    outputs: { ...outputs, ApiUrl: aws.frontDoorUrl, SlackReceiverUrl: aws.slackReceiverUrl },
    members: Object.fromEntries(members),
  };
}

/** In a process of its own, which has the compiler for it. */
function synthesise(assemblyDir: string, options: HubAppOptions): void {
  rmSync(assemblyDir, { recursive: true, force: true });
  const result = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'hub-app.ts'), JSON.stringify(options)], {
    cwd: ROOT, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: assemblyDir },
  });
  if (result.status !== 0) throw new Error(`The hub could not be synthesised:\n${result.stdout}${result.stderr}`);
}
