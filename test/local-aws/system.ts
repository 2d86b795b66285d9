import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployAssembly } from './deploy';
import { DeployedRule, Foundation } from './foundation';
import { DeployedHub, deployHub, MEMBERS } from './hub-system';
import { attach, DEFAULT_ACCOUNT, LocalAws, LongestWaits, startLocalAws } from './local-aws';

const ROOT = join(__dirname, '..', '..');
/** What `npm run local:up` runs from, and what it leaves for whoever wants to talk to it. */
export const STATE_DIR = join(ROOT, '.local', 'aws');
export const OUTPUTS_FILE = join(ROOT, '.local', 'outputs.json');

const EXAMPLE = join(ROOT, 'examples', 'typescript');
const ORGANIZATION = 'finserv-corp';
export const ENVIRONMENTS = ['Dev', 'Staging', 'Prod'] as const;
export type EnvironmentName = typeof ENVIRONMENTS[number];

export interface DeployedEnvironment {
  readonly stackName: string;
  readonly outputs: Record<string, string>;
  /** Key that everything is encrypted with. */
  readonly keyArn: string;
  /** Secret of the database's master user. */
  readonly databaseSecretArn: string;
  /** Rules of the account, in the environment whose stack makes them. */
  readonly rules: DeployedRule[];
}

/** The deployed example: where it answers, and what its stacks made. */
export interface LocalSystem {
  readonly endpoint: string;
  readonly region: string;
  readonly organization: string;
  readonly accounts: { readonly monitoring: string; readonly members: string[] };
  readonly environments: Record<EnvironmentName, DeployedEnvironment>;
  /** Unless it was left out. */
  readonly hub?: DeployedHub;
}

export interface StartedSystem {
  readonly aws: LocalAws;
  readonly system: LocalSystem;
  /** What the example said of its costs when it was synthesised, a line an environment. */
  readonly costs: string[];
}

export interface StartOptions {
  readonly stateDir: string;
  /** Lets it outlive this process. */
  readonly detached?: boolean;
  /** Seconds where AWS waits minutes, so that a person can watch: see docs/limits.md. */
  readonly longestWaits?: LongestWaits;
  /** Leaves the hub and its members out. */
  readonly environmentsOnly?: boolean;
  readonly progress?: (line: string) => void;
}

/** Starts a local AWS and deploys to it the example's three environments, and a hub with two members. */
export async function startSystem(options: StartOptions): Promise<StartedSystem> {
  const { stateDir, detached, longestWaits, environmentsOnly, progress = () => undefined } = options;
  progress('starting the local AWS (MiniStack on 127.0.0.1)');
  const aws = await startLocalAws({ stateDir, detached, longestWaits });
  try {
    progress(`it answers at ${aws.endpoint} as pid ${aws.pid}; synthesising examples/typescript`);
    const assemblyDir = join(stateDir, 'cdk.out');
    const costs = synthesise(assemblyDir);
    progress(`deploying Dev, Staging and Prod by CloudFormation${environmentsOnly ? '' : ', and the hub of compliance events with two members'}`);
    // Both wait, most of the time, for a permission to be known everywhere.
    const [stacks, hub] = await Promise.all([
      deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir, onProgress: progress }),
      environmentsOnly ? undefined : deployHub(aws, { assemblyDir: join(stateDir, 'hub.out'), progress }),
    ]);
    return { aws, system: { ...await describe(aws, stacks), hub }, costs };
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

async function describe(aws: LocalAws, stacks: Record<string, { outputs: Record<string, string> }>): Promise<LocalSystem> {
  const foundation = new Foundation(aws.endpoint, DEFAULT_ACCOUNT, aws.region);
  const environment = async (name: EnvironmentName): Promise<DeployedEnvironment> => {
    const stackName = `Compliance-${name}`;
    const { outputs } = stacks[stackName];
    const [keyArn, databaseSecretArn, rules] = await Promise.all([
      foundation.keyArn(outputs), foundation.databaseSecretArn(outputs), foundation.rules(stackName),
    ]);
    return { stackName, outputs, keyArn, databaseSecretArn, rules };
  };
  const [Dev, Staging, Prod] = await Promise.all(ENVIRONMENTS.map(environment));
  return {
    endpoint: aws.endpoint,
    region: aws.region,
    organization: ORGANIZATION,
    accounts: { monitoring: DEFAULT_ACCOUNT, members: MEMBERS },
    environments: { Dev, Staging, Prod },
  };
}

/** Writes the assembly, and returns what the app said. */
function synthesise(output: string): string[] {
  rmSync(output, { recursive: true, force: true });
  const result = spawnSync(process.execPath, ['--import', 'tsx', 'three-environments.ts'], {
    cwd: EXAMPLE, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: output },
  });
  if (result.status !== 0) throw new Error(`The example could not be synthesised:\n${result.stdout}${result.stderr}`);
  return result.stderr.split('\n').filter((line) => line.includes('a month'));
}

/** The system that `npm run local:up` left running, if it runs. */
export const attachSystem = () => attach(STATE_DIR);

export function writeOutputs(system: LocalSystem): void {
  mkdirSync(join(ROOT, '.local'), { recursive: true });
  writeFileSync(OUTPUTS_FILE, `${JSON.stringify(system, null, 2)}\n`);
}
