import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, Stack, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './clients';
import { AssemblyStack, contentOf, readAssembly } from './cloud-assembly';
import { DEFAULT_ACCOUNT } from './local-aws';

const POLL_MS = 50;
/** The version of CDK's bootstrap stack that templates ask for at least is far below this one. */
const BOOTSTRAP_VERSION = '30';

export interface DeployOptions {
  readonly endpoint: string;
  readonly region: string;
  /** A synthesised app: its `cdk.out`. */
  readonly assemblyDir: string;
  /** Where stacks go that name no account of their own. */
  readonly account?: string;
  readonly onProgress?: (line: string) => void;
}

export interface DeployedStack {
  readonly account: string;
  readonly region: string;
  readonly outputs: Record<string, string>;
}

export interface StackAddress {
  readonly endpoint: string;
  readonly region: string;
  readonly account?: string;
  readonly stackName: string;
}

/** Does what `cdk bootstrap` and `cdk deploy --all` would: independent stacks side by side, dependent ones in order. */
export async function deployAssembly(options: DeployOptions): Promise<Record<string, DeployedStack>> {
  const { endpoint, region, assemblyDir, account = DEFAULT_ACCOUNT, onProgress } = options;
  const stacks = new Map(readAssembly(assemblyDir, { account, region }).map(stack => [stack.name, stack]));
  await publishAssets(endpoint, [...stacks.values()]);

  const deployments = new Map<string, Promise<DeployedStack>>();
  const deploy = (name: string): Promise<DeployedStack> => {
    const stack = stacks.get(name)!;
    const deployment = deployments.get(name)
      ?? Promise.all(stack.dependsOn.map(deploy)).then(() => deployStack(endpoint, stack, onProgress));
    deployments.set(name, deployment);
    return deployment;
  };
  const results = await Promise.allSettled([...stacks.keys()].map(deploy));
  // A stack whose dependency failed fails with the dependency's message.
  const messages = new Set(results.flatMap(result => result.status === 'rejected' ? [(result.reason as Error).message] : []));
  if (messages.size) throw new Error([...messages].join('\n'));
  return Object.fromEntries(await Promise.all([...deployments].map(async ([name, deployed]) => [name, await deployed] as const)));
}

export async function deleteStack({ endpoint, region, account = DEFAULT_ACCOUNT, stackName }: StackAddress): Promise<void> {
  const client = new CloudFormationClient(clientConfig(endpoint, account, region));
  const stack = await findStack(client, stackName);
  if (!stack) return;
  await client.send(new DeleteStackCommand({ StackName: stack.StackId }));
  await settle(client, stackName, stack.StackId!, 'DELETE_COMPLETE');
}

async function publishAssets(endpoint: string, stacks: AssemblyStack[]): Promise<void> {
  const done = new Map<string, Promise<void>>();
  const once = (key: string, work: () => Promise<void>) => {
    const running = done.get(key) ?? work();
    done.set(key, running);
    return running;
  };
  await Promise.all(stacks.map(async ({ account, region, bootstrapVersionParameter, assets }) => {
    const config = clientConfig(endpoint, account, region);
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    if (bootstrapVersionParameter) await once(`${account} ${region} ${bootstrapVersionParameter}`, () => bootstrap(config, bootstrapVersionParameter));
    await Promise.all(assets.map(async asset => {
      await once(asset.bucket, () => createBucket(s3, asset.bucket, region));
      await once(`${asset.bucket}/${asset.key}`, async () => {
        // A key is the hash of the contents, so what lies there is the same.
        if (await exists(s3.send(new HeadObjectCommand({ Bucket: asset.bucket, Key: asset.key })))) return;
        await s3.send(new PutObjectCommand({ Bucket: asset.bucket, Key: asset.key, Body: contentOf(asset) }));
      });
    }));
  }));
}

async function bootstrap(config: ReturnType<typeof clientConfig>, versionParameter: string): Promise<void> {
  const ssm = new SSMClient(config);
  if (await exists(ssm.send(new GetParameterCommand({ Name: versionParameter })))) return;
  await ssm.send(new PutParameterCommand({ Name: versionParameter, Type: 'String', Value: BOOTSTRAP_VERSION }));
}

async function createBucket(s3: S3Client, bucket: string, region: string): Promise<void> {
  if (await exists(s3.send(new HeadBucketCommand({ Bucket: bucket })))) return;
  const location = region === 'us-east-1' ? undefined : { LocationConstraint: region as never };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: location }));
}

async function deployStack(endpoint: string, stack: AssemblyStack, onProgress: (line: string) => void = () => {}): Promise<DeployedStack> {
  const { name, account, region } = stack;
  const client = new CloudFormationClient(clientConfig(endpoint, account, region));
  const existing = await findStack(client, name);
  // CloudFormation can only delete a stack whose creation failed.
  if (existing?.StackStatus === 'ROLLBACK_COMPLETE') await deleteStack({ endpoint, region, account, stackName: name });
  const update = existing && existing.StackStatus !== 'ROLLBACK_COMPLETE';

  const started = Date.now();
  const input = {
    StackName: name,
    ...templateOf(endpoint, stack),
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const satisfies string[],
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
  };
  const stackId = update ? await updateStack(client, input) : (await client.send(new CreateStackCommand(input))).StackId!;
  const result = stackId ? await settle(client, name, stackId, update ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE') : existing!;
  onProgress(`${name}: ${stackId ? result.StackStatus : 'no changes'} (${account} ${region}, ${Date.now() - started} ms)`);
  return { account, region, outputs: Object.fromEntries((result.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!])) };
}

/** As an object, which may be larger than what a request takes, like `cdk deploy`; a stack that is no asset as text. */
function templateOf(endpoint: string, { templateAsset, templateFile }: AssemblyStack): { TemplateURL: string } | { TemplateBody: string } {
  return templateAsset
    ? { TemplateURL: templateAsset.replace('s3:/', endpoint) }
    : { TemplateBody: readFileSync(templateFile, 'utf8') };
}

/** The stack's id, or nothing when there is nothing to update. */
async function updateStack(client: CloudFormationClient, input: ConstructorParameters<typeof UpdateStackCommand>[0]): Promise<string | undefined> {
  try {
    return (await client.send(new UpdateStackCommand(input))).StackId;
  } catch (error) {
    if (/No updates are to be performed/.test((error as Error).message)) return undefined;
    throw error;
  }
}

async function findStack(client: CloudFormationClient, nameOrId: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: nameOrId }))).Stacks?.[0];
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Waits for the end of an operation, and throws with the resources that failed when it is not the one wanted. */
async function settle(client: CloudFormationClient, name: string, stackId: string, wanted: string): Promise<Stack> {
  for (;;) {
    const stack = await findStack(client, stackId);
    if (stack?.StackStatus === wanted) return stack;
    if (!stack?.StackStatus?.endsWith('_IN_PROGRESS')) {
      throw new Error(`The stack ${name} ended in ${stack?.StackStatus}:\n${await failures(client, stackId)}`);
    }
    await sleep(POLL_MS);
  }
}

async function failures(client: CloudFormationClient, stackId: string): Promise<string> {
  const newestFirst = (await client.send(new DescribeStackEventsCommand({ StackName: stackId }))).StackEvents ?? [];
  // The latest operation began where the stack itself was last set in motion, a rollback not counted.
  const began = newestFirst.findIndex(event => event.PhysicalResourceId === stackId && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.ResourceStatus ?? ''));
  const failed = newestFirst.slice(0, began < 0 ? undefined : began).reverse()
    // A resource that was given up because of another one's failure says no more than that.
    .filter(event => event.ResourceStatus?.endsWith('_FAILED') && !/cancelled/i.test(event.ResourceStatusReason ?? ''));
  return failed.map(event => `  ${event.LogicalResourceId} (${event.ResourceType}) ${event.ResourceStatus}: ${event.ResourceStatusReason}`).join('\n');
}

async function exists(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (/NotFound|NoSuch/.test((error as Error).name)) return false;
    throw error;
  }
}
