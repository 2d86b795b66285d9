/**
 * The example as it ships, deployed to the local AWS by CloudFormation, with parameters put there by hand under names that
 * nobody knew when the code was written.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand, GetBucketLifecycleConfigurationCommand, GetBucketLoggingCommand, GetBucketPolicyCommand, GetBucketVersioningCommand,
  GetObjectCommand, ListObjectsV2Command, S3Client,
} from '@aws-sdk/client-s3';
import { DeleteParameterCommand, ParameterType, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { DetectAnswer } from '../../src/drift/contract';
import { OWN_PARAMETERS } from '../../src/foundation/contract';
import { clientConfig } from '../local-aws/clients';
import { EnvironmentName, startSystem, StartedSystem } from '../local-aws/system';

jest.setTimeout(120_000);

const SECRET = 'c4n4ry-7fd1e0';
const stateDir = mkdtempSync(join(tmpdir(), 'drift-system-'));
let started: StartedSystem;
let config: ReturnType<typeof clientConfig>;
let ssm: SSMClient;
let lambda: LambdaClient;

beforeAll(async () => {
  started = await startSystem({ stateDir, longestWaits: { batchingWindowSeconds: 1 }, environmentsOnly: true });
  const { endpoint, region, accounts } = started.system;
  config = clientConfig(endpoint, accounts.monitoring, region);
  ssm = new SSMClient(config);
  lambda = new LambdaClient({ ...config, maxAttempts: 1 });
});

afterAll(async () => {
  await started?.aws.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const outputs = (environment: EnvironmentName) => started.system.environments[environment].outputs;

async function put(environment: EnvironmentName, name: string, value: string, type: ParameterType = 'String') {
  const tier = Buffer.byteLength(value) > 4096 ? 'Advanced' : 'Standard';
  await ssm.send(new PutParameterCommand({ Name: `${outputs(environment).ParameterStorePrefix}/${name}`, Value: value, Type: type, Overwrite: true, Tier: tier }));
}

async function remove(environment: EnvironmentName, name: string) {
  await ssm.send(new DeleteParameterCommand({ Name: `${outputs(environment).ParameterStorePrefix}/${name}` }));
}

async function check(environment: EnvironmentName, payload: object = {}): Promise<DetectAnswer> {
  const answer = await lambda.send(new InvokeCommand({
    FunctionName: outputs(environment).DriftDetectionFunctionArn, Payload: Buffer.from(JSON.stringify(payload)),
  }));
  const text = Buffer.from(answer.Payload!).toString();
  if (answer.FunctionError) throw new Error(text);
  return JSON.parse(text) as DetectAnswer;
}

interface Mail {
  readonly subject: string;
  readonly message: string;
}
const mail = async (environment: EnvironmentName) =>
  ((await (await fetch(`${started.aws.endpoint}/_local/mail`)).json()) as Mail[]).filter(({ subject }) => subject.includes(`/${environment}]`));

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < 40_000; waited += 250) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(250);
  }
  throw new Error(`${what} did not happen within 40 s`);
}

const found = (answer: DetectAnswer) => answer.findings.map(({ name, difference, status }) => `${name} ${difference} ${status}`);

test('a fresh deployment of three environments shows zero findings', async () => {
  for (const environment of ['Dev', 'Staging', 'Prod'] as const) {
    expect(await check(environment)).toMatchObject({ environment, baseline: 'Prod', complete: true, causes: [], findings: [], driftDetected: false });
  }
  expect(await mail('Dev')).toEqual([]);
});

test('each environment has its buckets, secured and with its own times', async () => {
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const kept = async (environment: EnvironmentName) => {
    for (const Bucket of [outputs(environment).ConfigBucketName, outputs(environment).ComplianceBucketName]) {
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
      expect((await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration!.Rules)
        .toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }]);
      expect((await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled!.TargetPrefix).toBe('s3-access-logs/');
    }
    const Bucket = outputs(environment).ComplianceBucketName;
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toContain('AWSConfigBucketDelivery');
    const [rule] = (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules!;
    return [rule.NoncurrentVersionExpiration!.NoncurrentDays, rule.Expiration!.Days, rule.Transitions![0].Days];
  };
  expect([await kept('Dev'), await kept('Staging'), await kept('Prod')]).toEqual([[30, 365, 30], [90, 365, 30], [365, 2555, 30]]);
});

test('a payload that is no request is refused with what is allowed', async () => {
  await expect(check('Dev', { please: 'check' })).rejects.toThrow('does not know what to do with the payload (please). Allowed are {} for a full check');
});

describe('changes by hand', () => {
  /** Every character that SSM takes, names that differ in case only, and values at its limits. */
  const odd = ['a', 'A', 'a.b-c_D/0', 'deep/1/2/3/4/5/6/7/8/9/10/11', '-_.', 'z'.repeat(200)];

  beforeAll(async () => {
    for (const name of odd) {
      await put('Prod', `odd/${name}`, name);
      await put('Staging', `odd/${name}`, name);
    }
    await put('Prod', 'big/advanced', 'é'.repeat(4096));
    await put('Staging', 'big/advanced', `${'é'.repeat(4095)}x`);
    for (let i = 0; i < 25; i++) await put('Prod', `many/${i}`, String(i));
    for (let i = 0; i < 24; i++) await put('Staging', `many/${i}`, i === 7 ? 'seven' : String(i), i === 9 ? 'StringList' : 'String');
    await put('Staging', 'only/here', '1');
    for (const environment of ['Prod', 'Staging'] as const) await put(environment, 'vault/pair', `${SECRET}-${environment}`, 'SecureString');
    await put('Prod', 'vault/alone', SECRET, 'SecureString');
    await put('Staging', 'service/db-password', `${SECRET}-plain`);
    await put('Prod', 'service/db-password', `${SECRET}-plain`);
  });

  test('are told by change events, before anybody asks, and what was told is what an asked function finds', async () => {
    const news = await eventually('a message', async () => (await mail('Staging')).find(({ message }) => message.includes('many/24')));
    expect(news.message).toContain('Staging has drifted from Prod.');
    const answer = await eventually('all findings', async () => {
      const now = await check('Staging');
      return now.findings.length === 7 ? now : undefined;
    });
    expect(found(answer)).toEqual([
      // Put into Staging last: its window of three days holds them.
      'many/24 MISSING open', 'service/db-password LOOKS_SECRET open', 'vault/alone MISSING open',
      'big/advanced VALUE_DIFFERS pending', 'many/7 VALUE_DIFFERS pending', 'many/9 TYPE_DIFFERS pending', 'only/here EXTRA pending',
    ]);
    expect(answer).toMatchObject({ complete: true, open: 3, pending: 4, waived: 0, driftDetected: true, truncated: false });
    // The example's own ten, the six that the library writes, the odd ones, the large one, 25, one extra, and three of vault and service.
    expect(answer.compared).toBe(10 + Object.keys(OWN_PARAMETERS).length + odd.length + 1 + 25 + 1 + 3);
    expect(answer.findings[3].explanation).toContain('… (4096 characters)');
  });

  test('two checks at once agree, and open nothing twice', async () => {
    await put('Prod', 'late/one', '1');
    const [one, two] = await Promise.all([check('Staging'), check('Staging')]);
    expect(found(one)).toEqual(found(two));
    expect(one.runId).not.toBe(two.runId);
    const told = await eventually('its message', async () => (await mail('Staging')).filter(({ message }) => message.includes('late/one')).at(0));
    expect(told.message).toMatch(/MISSING +late\/one/);
    await sleep(3_000);
    expect((await mail('Staging')).filter(({ message }) => message.includes('late/one'))).toHaveLength(1);
  });

  test('are resolved when they are put right', async () => {
    await put('Staging', 'late/one', '1');
    await put('Staging', 'many/24', '24');
    await remove('Staging', 'only/here');
    await eventually('the resolution', async () => (await mail('Staging')).find(({ message }) => /Resolved[^]*many\/24/.test(message)));
    const answer = await check('Staging');
    expect(found(answer).filter((line) => /many\/24|only|late/.test(line))).toEqual([]);
    const silent = (await mail('Staging')).length;
    await check('Staging');
    expect(await mail('Staging')).toHaveLength(silent);
  });

  test('no value of a SecureString, and none that looks like a secret, is anywhere', async () => {
    const answers = await Promise.all((['Dev', 'Staging', 'Prod'] as const).map((environment) => check(environment)));
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(config));
    const logs = new CloudWatchLogsClient(config);
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const said: string[] = [JSON.stringify(answers), JSON.stringify([await mail('Dev'), await mail('Staging'), await mail('Prod')])];
    for (const environment of ['Dev', 'Staging', 'Prod'] as const) {
      const { StateTableName, DriftDetectionFunctionArn } = outputs(environment);
      const { Items } = await table.send(new ScanCommand({ TableName: StateTableName }));
      expect(Items!.length).toBeGreaterThan(3);
      said.push(JSON.stringify(Items));
      const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: DriftDetectionFunctionArn }));
      const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: Configuration!.LoggingConfig!.LogGroup }));
      expect(events!.length).toBeGreaterThan(0);
      said.push(JSON.stringify(events));
      const Bucket = Configuration!.Environment!.Variables!.BUCKET_NAME;
      expect(Bucket).toBe(outputs(environment).ConfigBucketName);
      for (const { Key } of (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents!) {
        const body = Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());
        said.push(Key!.endsWith('.gz') ? gunzipSync(body).toString() : body.toString());
      }
    }
    expect(said.join('\n')).toContain('vault/alone');
    expect(said.join('\n')).not.toContain(SECRET);
    expect(said.join('\n')).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 12));
  });
});
