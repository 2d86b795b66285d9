/**
 * SecureStrings through a real CloudFormation stack: the built function runs in the local AWS, and every operation ends in a terminal state.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand, GetParameterCommand, ListTagsForResourceCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { EnvironmentProfile, ParameterHierarchy, SecureStringSource } from '../../src';
import { clientConfig } from '../local-aws/clients';
import { deleteStack, deployAssembly } from '../local-aws/deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(120_000);

const CANARIES = ['c4n4ry-one-7fd1e0', 'c4n4ry-two-7fd1e0', 'c4n4ry-their-7fd1e0', 'c4n4ry-rotated-7fd1e0'];
const [ONE, TWO, THEIRS, ROTATED] = CANARIES;
const STACK = 'Parameters';
const scratch = mkdtempSync(join(tmpdir(), 'secure-strings-'));
const templates: string[] = [];
const stackEvents: string[] = [];
let aws: LocalAws;
let ssm: SSMClient;
let secrets: SecretsManagerClient;
let cloudFormation: CloudFormationClient;
let logs: CloudWatchLogsClient;
let eventBridge: EventBridgeClient;
let lambda: LambdaClient;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  const config = clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);
  ssm = new SSMClient(config);
  secrets = new SecretsManagerClient(config);
  cloudFormation = new CloudFormationClient(config);
  logs = new CloudWatchLogsClient(config);
  eventBridge = new EventBridgeClient(config);
  lambda = new LambdaClient(config);
  await secrets.send(new CreateSecretCommand({ Name: 'app/db', SecretString: JSON.stringify({ password: ONE }) }));
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

interface Options {
  readonly secret?: string;
  readonly jsonKey?: string;
  readonly revision?: string;
  readonly name?: string;
  readonly generated?: { readonly name?: string; readonly revision?: string };
  readonly adopt?: boolean;
  readonly followRotation?: boolean;
}

async function deploy({ secret = 'app/db', jsonKey = 'password', revision, name = 'db/password', generated = {}, adopt, followRotation }: Options = {}) {
  const assemblyDir = join(scratch, `out-${templates.length}`);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  const stack = new Stack(app, STACK, { env: { region: aws.region } });
  const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName: 'acme', profile: EnvironmentProfile.DEV });
  const fromSecret = parameters.addSecureString(name, {
    source: SecureStringSource.fromSecret(Secret.fromSecretNameV2(stack, 'Secret', secret), { jsonKey, revision, followRotation }), adopt, id: 'password',
  });
  const pin = parameters.addSecureString(generated.name ?? 'pin', {
    source: SecureStringSource.generate({ length: 24, revision: generated.revision }), id: 'pin', removalPolicy: RemovalPolicy.DESTROY,
  });
  // One after the other, so that a test knows what was done before something failed.
  fromSecret.node.addDependency(pin);
  app.synth();
  templates.push(readFileSync(join(assemblyDir, `${STACK}.template.json`), 'utf8'));
  return deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir }).finally(async () => {
    stackEvents.push(JSON.stringify((await cloudFormation.send(new DescribeStackEventsCommand({ StackName: STACK }))).StackEvents));
  });
}

/** Sends what the rule would send. */
async function follow(name = 'db/followed'): Promise<[string, string]> {
  const { Rules } = await eventBridge.send(new ListRulesCommand({}));
  const [{ Arn, Input }] = (await eventBridge.send(new ListTargetsByRuleCommand({ Rule: Rules![0].Name }))).Targets!;
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: Arn, Payload: Buffer.from(Input!) }));
  expect([FunctionError, Buffer.from(Payload!).toString()]).toEqual([undefined, 'null']);
  const version = (await ssm.send(new GetParameterCommand({ Name: `/acme/Dev/${name}` }))).Parameter!.Version;
  return [await value(name), String(version)];
}

const remove = () => deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: STACK });

const value = async (name: string) => (await ssm.send(new GetParameterCommand({ Name: `/acme/Dev/${name}`, WithDecryption: true }))).Parameter!.Value!;
const tags = async (name: string) => Object.fromEntries((await ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: `/acme/Dev/${name}` })))
  .TagList!.map(({ Key, Value }) => [Key, Value]));
const names = async () => (await ssm.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/acme/'] }] })))
  .Parameters!.map(({ Name, Type }) => `${Name} ${Type}`).sort();
const status = async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }))).Stacks![0].StackStatus;

test('a stack makes SecureStrings, follows the secret, renames, rolls back and deletes', async () => {
  await deploy();
  expect(await names()).toEqual(['/acme/Dev/db/password SecureString', '/acme/Dev/pin SecureString']);
  expect(await value('db/password')).toBe(ONE);
  expect(await tags('db/password')).toMatchObject({ Environment: 'Dev', Organization: 'acme', CostCenter: 'infrastructure', DataClassification: 'Confidential' });
  const pin = await value('pin');
  expect(pin).toMatch(/^[A-Za-z0-9]{24}$/);

  await secrets.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString: JSON.stringify({ password: TWO }) }));
  await deploy({ revision: '2' });
  expect([await value('db/password'), await value('pin')]).toEqual([TWO, pin]);

  await deploy({ revision: '2', name: 'db/pass', generated: { name: 'code' } });
  expect(await names()).toEqual(['/acme/Dev/code SecureString', '/acme/Dev/db/pass SecureString']);
  expect([await value('db/pass'), await value('code')]).toEqual([TWO, pin]);

  // The generated value is changed, and renamed, before the other one fails: all comes back.
  const failing = deploy({ revision: '3', name: 'db/pass', jsonKey: 'none', generated: { name: 'code', revision: '2' } });
  await expect(failing).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE[^]*the secret .*app\/db.* has no key 'none'; correct jsonKey, or put the key into the secret/);
  const renaming = deploy({ revision: '3', name: 'db/other', secret: 'app/none', generated: { name: 'moved' } });
  await expect(renaming).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE[^]*reading the secret .*app\/none.* failed: ResourceNotFoundException/);
  expect(await names()).toEqual(['/acme/Dev/code SecureString', '/acme/Dev/db/pass SecureString']);
  expect([await value('db/pass'), await value('code')]).toEqual([TWO, pin]);

  await deploy({ revision: '2', name: 'db/pass', generated: { name: 'code', revision: '2' } });
  expect(await value('code')).not.toBe(pin);
  CANARIES.push(pin, await value('code'));
  await remove();
  expect(await names()).toEqual([]);
});

test('what somebody else made is refused, then adopted, and survives the stack', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/acme/Dev/db/password', Value: THEIRS, Type: 'SecureString' }));
  await expect(deploy()).rejects.toThrow(/ROLLBACK_COMPLETE[^]*exists and was not made by this resource, so it is not overwritten/);
  expect(await status()).toBe('ROLLBACK_COMPLETE');
  expect([await names(), await value('db/password')]).toEqual([['/acme/Dev/db/password SecureString'], THEIRS]);

  await deploy({ adopt: true });
  expect(await value('db/password')).toBe(TWO);
  CANARIES.push(await value('pin'));
  await remove();
  expect([await names(), await value('db/password')]).toEqual([['/acme/Dev/db/password SecureString'], TWO]);
  expect(Object.keys(await tags('db/password')).filter((key) => key.startsWith('cdk-compliance'))).toEqual([]);
});

test('it follows its secret between deployments, and the next ones find what they would have written', async () => {
  await secrets.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString: JSON.stringify({ password: ONE }) }));
  await deploy({ name: 'db/followed', followRotation: true });
  expect(await follow()).toEqual([ONE, '1']);
  await secrets.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString: JSON.stringify({ password: ROTATED }) }));
  expect(await follow()).toEqual([ROTATED, '2']);
  expect(await follow()).toEqual([ROTATED, '2']);

  // Neither an unchanged deployment, nor one that is rolled back, nor a rename loses it.
  await deploy({ name: 'db/followed', followRotation: true, generated: { revision: '5' } });
  expect(await follow()).toEqual([ROTATED, '2']);
  await expect(deploy({ name: 'db/followed', followRotation: true, jsonKey: 'none' })).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE/);
  expect(await follow()).toEqual([ROTATED, '2']);
  await deploy({ name: 'db/renamed', followRotation: true });
  expect(await follow('db/renamed')).toEqual([ROTATED, '1']);
  CANARIES.push(await value('pin'));

  await deploy({ name: 'db/renamed' });
  expect((await eventBridge.send(new ListRulesCommand({}))).Rules).toEqual([]);
  await remove();
  expect((await names()).filter((name) => name.includes('renamed') || name.includes('followed'))).toEqual([]);
});

test('no value is in a template, a stack event, an output or a log', async () => {
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  const lines = async (logGroupName?: string) => (await logs.send(new FilterLogEventsCommand({ logGroupName }))).events;
  const events = await Promise.all(logGroups!.map(async ({ logGroupName }) => lines(logGroupName)));
  const said = [...templates, ...stackEvents, JSON.stringify(events), readFileSync(join(scratch, 'server', 'local-aws.log'), 'utf8')].join('\n');
  expect(said).toContain('read from the secret');
  expect(said).toContain('db/pass');
  expect(stackEvents.join()).toContain("has no key 'none'");
  expect(CANARIES).toHaveLength(8);
  for (const canary of CANARIES) {
    for (const form of [canary, Buffer.from(canary).toString('base64').slice(0, 16)]) expect([canary, said.includes(form)]).toEqual([canary, false]);
  }
});
