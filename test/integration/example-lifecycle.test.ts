/**
 * The three environments of the example are deployed, updated in what an application changes, broken in mid-update and deleted; also while every
 * function is denied everything. Each operation ends by itself, and after the deployment and each update the drift check finds nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ModifyDBClusterCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { deploymentsPartition, DetectAnswer } from '../../src/drift/contract';
import { APPLICATION_SECRET, buildExample, ExampleVariant } from '../local-aws/example-variants';
import { Ended, Holdings, IMPATIENT_FUNCTIONS, Life } from '../local-aws/lifecycle';
import { LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(120_000);

const ENVIRONMENTS = ['Dev', 'Staging', 'Prod'] as const;
const scratch = mkdtempSync(join(tmpdir(), 'example-lifecycle-'));
let aws: LocalAws;
beforeAll(async () => { aws = await startLocalAws({ stateDir: join(scratch, 'server'), env: IMPATIENT_FUNCTIONS }); });
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

type Example = Life<ExampleVariant>;
const begin = (account: string) => Life.begin<ExampleVariant>({
  aws, scratch, account, build: buildExample,
  prepare: async config => {
    await new SecretsManagerClient(config).send(new CreateSecretCommand({ Name: APPLICATION_SECRET, SecretString: '{"password":"from the application"}' }));
  },
});
const stateOf = async (life: Example) => ({ resources: await life.resources(), holdings: await life.holdings() });

/** Each says what the ones before said, and one thing otherwise. */
const profile = { backupRetention: Duration.days(21), logRetention: RetentionDays.SIX_MONTHS };
const parameters = { 'payments/timeout-seconds': '45' };
const UPDATES: { readonly [what: string]: ExampleVariant } = {
  'a profile value': { profile },
  'a parameter': { profile, parameters },
  'the password from another secret': { profile, parameters, password: 'secret' },
  'the password from a function': { profile, parameters, password: 'generated' },
  'another generated password': { profile, parameters, password: 'generated anew' },
  'no password': { profile, parameters, password: 'none' },
  'the password of the database again': { profile, parameters, password: 'followed' },
};

describe('an example that lives as it should', () => {
  let life: Example;
  const passwords: (string | undefined)[] = [];
  beforeAll(async () => { life = await begin('100000000001'); });

  test('is deployed without a finding', async () => {
    ended(await life.deploy({}), 'CREATE_COMPLETE');
    await withoutFindings(life);
    passwords.push(await passwordOf(life));
    expect(passwords).toEqual([await masterPasswordOf(life)]);
  });

  test.each(Object.entries(UPDATES))('is taken back as it was when an update of %s fails, updated, and has no finding either time', async (_, variant) => {
    const before = await stateOf(life);
    ended(await life.deployBroken(variant), 'UPDATE_ROLLBACK_COMPLETE');
    expect(await stateOf(life)).toEqual(before);
    await withoutFindings(life);

    ended(await life.deploy(variant), 'UPDATE_COMPLETE');
    expect(await stateOf(life)).not.toEqual(before);
    await withoutFindings(life);
    passwords.push(await passwordOf(life));
  });

  test('had the values that it was given', async () => {
    const master = passwords[0];
    const [, ofProfile, ofParameter, fromSecret, generated, anew, none, again] = passwords;
    expect([ofProfile, ofParameter, fromSecret, none, again]).toEqual([master, master, 'from the application', undefined, master]);
    expect([generated, anew]).toEqual([expect.stringMatching(/^[A-Za-z0-9]{24}$/), expect.stringMatching(/^[A-Za-z0-9]{24}$/)]);
    expect(anew).not.toBe(generated);
    const { clusters, parameters: values } = await life.holdings();
    expect(clusters.map(cluster => cluster.replace(/^\S+ /, ''))).toEqual(Array(3).fill('21 days protected'));
    expect(values.filter(value => value.includes('timeout-seconds'))).toEqual(['Dev', 'Prod', 'Staging'].map(name => `/finserv-corp/${name}/payments/timeout-seconds String 45`));
  });

  test('has a record of each deployment', async () => {
    for (const environment of ENVIRONMENTS) {
      const wanted = ['CREATE_COMPLETE SUCCEEDED',
        ...Object.keys(UPDATES).flatMap(() => ['UPDATE_ROLLBACK_COMPLETE ROLLED_BACK', 'UPDATE_COMPLETE SUCCEEDED'])];
      expect(await recorded(life, environment, wanted.length)).toEqual(wanted.sort());
    }
  });

  test('is deleted after an update that lifts its protection, and leaves what it retains', async () => {
    const last = UPDATES['the password of the database again'];
    ended(await life.deploy({ ...last, profile: { ...profile, deletionProtection: false } }), 'UPDATE_COMPLETE');
    await withoutFindings(life);
    await life.delete();
    expect(plainly(await life.holdings())).toEqual(STAYS);
  });
});

test('an example whose creation fails when its databases are there needs somebody who lifts their protection', async () => {
  const life = await begin('100000000004');
  ended(await life.deployBroken({}), 'ROLLBACK_FAILED');
  const { clusters } = await life.holdings();
  expect(clusters).toHaveLength(3);
  await expect(life.delete()).rejects.toThrow('DELETE_FAILED');

  const rds = new RDSClient(life.config);
  for (const cluster of clusters) {
    await rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: cluster.split(' ')[0], DeletionProtection: false }));
  }
  await life.delete();
  ended(await life.deploy({}), 'CREATE_COMPLETE');
});

describe('an example whose functions are denied everything', () => {
  test('is not created, and then is, without anybody\'s help', async () => {
    const life = await begin('100000000002');
    await life.denyFunctions(true);
    ended(await life.deploy({}), 'ROLLBACK_COMPLETE');
    expect((await life.holdings()).clusters ?? []).toEqual([]);
    await life.delete();
    await life.denyFunctions(false);
    ended(await life.deploy({}), 'CREATE_COMPLETE');
    await withoutFindings(life);
  });

  test('is left as it was by an update that asks them, updated by one that does not, and deleted', async () => {
    const life = await begin('100000000003');
    ended(await life.deploy({}), 'CREATE_COMPLETE');
    const before = await stateOf(life);
    await life.denyFunctions(true);
    ended(await life.deploy(UPDATES['the password from another secret']), 'UPDATE_ROLLBACK_COMPLETE');
    expect(await stateOf(life)).toEqual(before);
    await life.denyFunctions(false);
    await withoutFindings(life);

    await life.denyFunctions(true);
    ended(await life.deploy(UPDATES['a parameter']), 'UPDATE_COMPLETE');
    ended(await life.deploy({ ...UPDATES['a parameter'], profile: { ...profile, deletionProtection: false } }), 'UPDATE_COMPLETE');
    await life.delete();
    // Nobody could delete the passwords.
    expect(plainly(await life.holdings())).toEqual({ ...STAYS, parameters: ofEach('database/password').sort() });
  });
});

async function withoutFindings(life: Example): Promise<void> {
  const lambda = new LambdaClient({ ...life.config, maxAttempts: 1 });
  for (const environment of ENVIRONMENTS) {
    const { DriftDetectionFunctionArn } = await life.outputs(`Compliance-${environment}`);
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: DriftDetectionFunctionArn, Payload: Buffer.from('{}') }));
    const answer = JSON.parse(Buffer.from(Payload!).toString()) as DetectAnswer;
    expect(answer).toMatchObject({ environment, complete: true, causes: [], findings: [], open: 0, pending: 0, driftDetected: false });
  }
}

/** The same in all three, where it is the same for all. */
async function passwordOf(life: Example): Promise<string | undefined> {
  const Name = '/finserv-corp/Dev/database/password';
  const answer = await new SSMClient(life.config).send(new GetParameterCommand({ Name, WithDecryption: true })).catch((error: Error) => {
    if (error.name === 'ParameterNotFound') return undefined;
    throw error;
  });
  return answer?.Parameter!.Value;
}

async function masterPasswordOf(life: Example): Promise<string> {
  const { Parameter } = await new SSMClient(life.config).send(new GetParameterCommand({ Name: '/finserv-corp/Dev/database/secret-arn' }));
  const { SecretString } = await new SecretsManagerClient(life.config).send(new GetSecretValueCommand({ SecretId: Parameter!.Value }));
  return (JSON.parse(SecretString!) as { password: string }).password;
}

/** Statuses and outcomes of an environment's deployments, once there are so many. */
async function recorded(life: Example, environment: string, many: number): Promise<string[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(life.config));
  const { StateTableName } = await life.outputs(`Compliance-${environment}`);
  for (let tries = 0; ; tries += 1) {
    const { Items } = await client.send(new QueryCommand({
      TableName: StateTableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': deploymentsPartition(environment) },
    }));
    if (Items!.length >= many || tries === 100) return Items!.map(({ status, outcome }) => `${status} ${outcome}`).sort();
    await wait(50);
  }
}

/** All stacks in this status; else the reasons are shown. */
function ended({ statuses, why }: Ended, wanted: string): void {
  if (statuses.join() !== wanted) throw new Error(`expected ${wanted} of all stacks, but they ended in ${statuses.join(', ')}:\n${why}`);
}

/** What of a name says what it is: the environment first. */
const TELLING: { readonly [kind: string]: RegExp } = {
  buckets: /^compliance-(\w+)-systembuckets(accesslog|config|reports)bucket/,
  keys: /Encrypts what keeps (\w+) compliant$/,
  logGroups: /(?:Compliance-(\w+)\/System(\w+)Logs\w{8}|\/db-compliance-(\w+)-systemdatabase-\S+\/(\w+)) 180 days$/,
  parameters: /^\/finserv-corp\/(\w+)\/(\S+)/,
  recorders: /^Compliance(Prod)SystemAccountRecorder/,
  snapshots: /^of db-compliance-(\w+)-systemdatabase-/,
  tables: /^Compliance-(\w+)-SystemDriftTable/,
};

/** Without what differs from one deployment to the next. */
const plainly = (holdings: Holdings) => Object.fromEntries(Object.entries(holdings).map(([kind, names]) => [kind, names.map(name => {
  const told = TELLING[kind]?.exec(name)?.slice(1).filter(part => part !== undefined);
  return told ? [told[0][0].toUpperCase() + told[0].slice(1), ...told.slice(1)].join(' ') : name;
}).sort()]));

const ofEach = (...what: string[]) => ENVIRONMENTS.flatMap(environment => what.map(one => `${environment} ${one}`.trim()));
/** What the environments retain, beside the secret that was there before. A snapshot needs its key. */
const STAYS = {
  buckets: ofEach('accesslog', 'config', 'reports').sort(),
  keys: ofEach('').sort(),
  logGroups: [
    ...ofEach(
      'DeploymentsRecord', 'DriftDetect', 'DriftPolicyHandler', 'ParametersFollowerHandler', 'ParametersSecureStringsHandler', 'audit', 'error', 'general', 'slowquery'),
    'Prod AccountRecorderHandler', 'Prod AccountRecorderHealthCheck',
  ].sort(),
  recorders: ['Prod'],
  secrets: [APPLICATION_SECRET],
  snapshots: ofEach('').sort(),
  tables: ofEach('').sort(),
};
