/**
 * Deployments of a real CloudFormation stack, recorded by the built function in the local AWS: by a record inside the stack, which knows the
 * version, and by one outside of it, which sees its end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudFormationClient, ListExportsCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { App, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DeploymentRecord, DriftMonitor, EnvironmentProfile, ParityPolicy } from '../../src';
import { DeploymentItem, deploymentsPartition, TABLE_KEYS } from '../../src/drift/contract';
import { clientConfig } from '../local-aws/clients';
import { deleteStack, deployAssembly } from '../local-aws/deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(120_000);

const profile = EnvironmentProfile.DEV;
const scratch = mkdtempSync(join(tmpdir(), 'deployments-'));
let aws: LocalAws;
let client: DynamoDBDocumentClient;
let tableName: string;
let deployments = 0;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region)));
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** The monitor's stack, which watches the other one from outside, and a stack of an application with a record of its own. */
async function deploy(deploymentVersion: string, fail = false): Promise<void> {
  const assemblyDir = join(scratch, `out-${deployments += 1}`);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  const drift = new Stack(app, 'Drift', { env: { region: aws.region } });
  const monitor = new DriftMonitor(drift, 'Drift', { organizationName: 'acme', profile, parity: ParityPolicy.of({ environments: ['Dev', 'Prod'] }) });
  drift.exportValue(monitor.table.tableName, { name: 'drift-table' });
  new DeploymentRecord(drift, 'Outside', { organizationName: 'acme', profile, table: monitor.table, stackNames: ['Payments'] });

  const payments = new Stack(app, 'Payments', { env: { region: aws.region } });
  const record = new DeploymentRecord(payments, 'Inside', { organizationName: 'acme', profile, table: monitor.table, deploymentVersion });
  const provider = new Function(payments, 'Provider', {
    runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(join(__dirname, '..', 'local-aws', 'sample-resource')),
  });
  const custom = new CustomResource(payments, 'Custom', {
    resourceType: 'Custom::Sample', serviceToken: provider.functionArn, serviceTimeout: Duration.seconds(20), properties: { Fail: String(fail) },
  });
  // It fails last, so that the record has the new version by then.
  custom.node.addDependency(record);
  app.synth();
  await deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir });
}

async function history(): Promise<DeploymentItem[]> {
  const { Items } = await client.send(new QueryCommand({
    TableName: tableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': deploymentsPartition('Dev') },
  }));
  return Items as DeploymentItem[];
}

const last = async () =>
  (await client.send(new GetCommand({ TableName: tableName, Key: TABLE_KEYS.lastDeployment('Dev', 'Payments') }))).Item as DeploymentItem | undefined;

/** The deployment with this status, once it is the last one too, and the record that knows the version has seen it: the other one knows none. */
async function recorded(status: string, version?: string): Promise<DeploymentItem> {
  let found: (DeploymentItem | undefined)[] = [];
  for (let tries = 0; tries < 200; tries += 1) {
    found = [...(await history()).filter((item) => item.status === status), await last()];
    if (found.length > 1 && found.every((item) => item?.status === status && item.version === version)) {
      expect(found).toHaveLength(2);
      // CloudFormation's clock has whole seconds: of two deployments that end within one, which never happens on AWS, nobody knows the last.
      await wait(Math.max(0, Date.parse(found[0]!.at) + 1000 - Date.now()));
      return found[0]!;
    }
    await wait(50);
  }
  throw new Error(`no deployment with ${status} of version ${version} was recorded, but ${JSON.stringify(found)}`);
}

test('a stack\'s deployments are recorded with the version in force, from its creation to its end', async () => {
  await deploy('1');
  tableName = await nameOfTable();
  expect(await recorded('CREATE_COMPLETE', '1')).toMatchObject({ stackName: 'Payments', outcome: 'SUCCEEDED' });

  await deploy('2');
  expect(await recorded('UPDATE_COMPLETE', '2')).toMatchObject({ outcome: 'SUCCEEDED' });

  await expect(deploy('3', true)).rejects.toThrow('UPDATE_ROLLBACK_COMPLETE');
  expect(await recorded('UPDATE_ROLLBACK_COMPLETE', '2')).toMatchObject({ outcome: 'ROLLED_BACK' });
  expect(await last()).toMatchObject({ outcome: 'ROLLED_BACK', version: '2' });

  await deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: 'Payments' });
  expect(await recorded('DELETE_COMPLETE')).toMatchObject({ outcome: 'DELETED' });
  expect(await last()).toMatchObject({ outcome: 'DELETED' });
  expect(await last()).not.toHaveProperty('version');
  expect((await history()).map(({ status }) => status).sort()).toEqual(['CREATE_COMPLETE', 'DELETE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
});

async function nameOfTable(): Promise<string> {
  const { Exports } = await new CloudFormationClient(clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region)).send(new ListExportsCommand({}));
  return Exports!.find(({ Name }) => Name === 'drift-table')!.Value!;
}
