/** What the constructs grant to others: a role can do what the grant says, and nothing next to it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetItemCommand, DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, IGrantable, Role } from 'aws-cdk-lib/aws-iam';
import {
  ComplianceApi, ComplianceDatabase, ComplianceEventHub, DailyReport, DriftMonitor, EnvironmentProfile, HubAccess, ParameterHierarchy, ParityBuckets,
  ParityPolicy, SecureStringSource,
} from '../../src';
import { EVENT_INDEXES } from '../../src/events/contract';
import { clientConfig } from '../local-aws/clients';
import { deployAssembly } from '../local-aws/deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';
import { callApi } from '../local-aws/signed-call';

jest.setTimeout(120_000);

const STACK = 'Grants';
const ORGANIZATION = 'acme';
type Config = ReturnType<typeof clientConfig>;
type Outputs = { [name: string]: string };

interface Granted {
  readonly name: string;
  readonly grant: (made: ReturnType<typeof make>, grantee: IGrantable) => void;
  readonly may: (config: Config, outputs: Outputs) => Promise<unknown>[];
  readonly mayNot: (config: Config, outputs: Outputs) => Promise<unknown>[];
}

const KEY = { pk: { S: 'a' }, sk: { S: 'b' } };
const s3 = (config: Config) => new S3Client({ ...config, forcePathStyle: true });
const list = (config: Config, Bucket: string) => s3(config).send(new ListObjectsV2Command({ Bucket }));
const get = (config: Config, Bucket: string) => s3(config).send(new GetObjectCommand({ Bucket, Key: 'a' }));
const put = (config: Config, Bucket: string, Key = 'b') => s3(config).send(new PutObjectCommand({ Bucket, Key, Body: 'x', ChecksumAlgorithm: 'SHA256' }));
const remove = (config: Config, Bucket: string) => s3(config).send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
const read = (config: Config, Name: string) => new SSMClient(config).send(new GetParameterCommand({ Name, WithDecryption: true }));
const invoke = (config: Config, FunctionName: string) => new LambdaClient(config).send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{}') }));

const reader = (name: string, grant: Granted['grant'], own: string, other: string): Granted => ({
  name,
  grant,
  may: (config, outputs) => [list(config, outputs[own]), get(config, outputs[own])],
  mayNot: (config, outputs) => [put(config, outputs[own]), remove(config, outputs[own]), list(config, outputs[other]), get(config, outputs[other])],
});
const writer = (name: string, grant: Granted['grant'], own: string, other: string): Granted => ({
  name,
  grant,
  may: (config, outputs) => [put(config, outputs[own])],
  mayNot: (config, outputs) => [get(config, outputs[own]), list(config, outputs[own]), remove(config, outputs[own]), put(config, outputs[other])],
});

/** Whoever may not invoke an API is answered 403. */
const ask = async (config: Config, outputs: Outputs, path: string) => {
  const { status } = await callApi(outputs.Api, path, { credentials: config.credentials, region: config.region });
  if (status === 403) throw Object.assign(new Error(path), { name: 'AccessDeniedException' });
  if (status !== 200) throw new Error(`${path}: ${status}`);
};

const GRANTS: Granted[] = [
  {
    name: 'DriftMonitor.grantInvoke',
    grant: ({ monitor }, grantee) => monitor.grantInvoke(grantee),
    may: (config, outputs) => [invoke(config, outputs.Detect)],
    mayNot: (config, outputs) => [invoke(config, outputs.Policy)],
  },
  {
    name: 'DriftMonitor.grantReadFindings',
    grant: ({ monitor }, grantee) => monitor.grantReadFindings(grantee),
    may: (config, { Table: TableName }) => [
      new DynamoDBClient(config).send(new GetItemCommand({ TableName, Key: KEY })),
      new DynamoDBClient(config).send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [KEY] } } })),
      new DynamoDBClient(config).send(new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': KEY.pk } })),
    ],
    mayNot: (config, { Table: TableName }) => [
      new DynamoDBClient(config).send(new PutItemCommand({ TableName, Item: KEY })),
      new DynamoDBClient(config).send(new DeleteItemCommand({ TableName, Key: KEY })),
      new DynamoDBClient(config).send(new ScanCommand({ TableName })),
    ],
  },
  reader('ParityBuckets.grantReadConfig', ({ buckets }, grantee) => buckets.grantReadConfig(grantee), 'Config', 'Reports'),
  reader('ParityBuckets.grantReadReports', ({ buckets }, grantee) => buckets.grantReadReports(grantee), 'Reports', 'Evidence'),
  reader('ParityBuckets.grantReadEvidence', ({ buckets }, grantee) => buckets.grantReadEvidence(grantee), 'Evidence', 'Config'),
  writer('ParityBuckets.grantWriteReports', ({ buckets }, grantee) => buckets.grantWriteReports(grantee), 'Reports', 'Evidence'),
  writer('ParityBuckets.grantWriteEvidence', ({ buckets }, grantee) => buckets.grantWriteEvidence(grantee), 'Evidence', 'Reports'),
  {
    name: 'ISecureStringParameter.grantRead',
    grant: ({ secure }, grantee) => secure.grantRead(grantee),
    may: (config, outputs) => [
      read(config, outputs.Secure), new SSMClient(config).send(new GetParametersCommand({ Names: [outputs.Secure], WithDecryption: true })),
    ],
    mayNot: (config, outputs) => [
      read(config, outputs.Neighbour),
      new SSMClient(config).send(new PutParameterCommand({ Name: outputs.Secure, Value: 'x', Type: 'SecureString', Overwrite: true })),
    ],
  },
  {
    name: 'IComplianceDatabase.grantReadSecret',
    grant: ({ database }, grantee) => database.grantReadSecret(grantee),
    may: (config, outputs) => [new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: outputs.Secret }))],
    mayNot: (config, outputs) => [
      new SecretsManagerClient(config).send(new PutSecretValueCommand({ SecretId: outputs.Secret, SecretString: 'x' })), read(config, outputs.Secure),
    ],
  },
  {
    name: 'IComplianceEventHub.grantReadEvents',
    grant: ({ hub }, grantee) => hub.grantReadEvents(grantee),
    may: (config, { Events: TableName }) => [
      new DynamoDBClient(config).send(new GetItemCommand({ TableName, Key: KEY })),
      ...Object.values(EVENT_INDEXES).map(({ indexName, partitionKey }) => new DynamoDBClient(config).send(new QueryCommand({
        TableName, IndexName: indexName, KeyConditionExpression: '#pk = :pk', ExpressionAttributeNames: { '#pk': partitionKey }, ExpressionAttributeValues: { ':pk': KEY.pk },
      }))),
    ],
    mayNot: (config, { Events: TableName }) => [
      new DynamoDBClient(config).send(new PutItemCommand({ TableName, Item: KEY })), new DynamoDBClient(config).send(new ScanCommand({ TableName })),
    ],
  },
  {
    name: 'ComplianceApi.grantReadCompliance',
    grant: ({ api }, grantee) => api.grantReadCompliance(grantee),
    may: (config, outputs) => [ask(config, outputs, '/health'), ask(config, outputs, '/compliance/summary')],
    mayNot: (config, { Events: TableName }) => [new DynamoDBClient(config).send(new GetItemCommand({ TableName, Key: KEY }))],
  },
  {
    name: 'DailyReport.grantInvoke',
    grant: ({ report }, grantee) => report.grantInvoke(grantee),
    may: (config, outputs) => [invoke(config, outputs.Report)],
    mayNot: (config, outputs) => [invoke(config, outputs.Detect), ask(config, outputs, '/health')],
  },
];

function make(stack: Stack) {
  const profile = EnvironmentProfile.STAGING;
  const parity = ParityPolicy.of({ environments: ['Staging', 'Prod'], baseline: 'Prod' });
  const vpc = new Vpc(stack, 'Vpc', {
    maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED }], restrictDefaultSecurityGroup: false,
  });
  const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName: ORGANIZATION, profile });
  const secure = parameters.addSecureString('pin', { source: SecureStringSource.generate() });
  const neighbour = parameters.addSecureString('pin/other', { source: SecureStringSource.generate() });
  const monitor = new DriftMonitor(stack, 'Drift', { organizationName: ORGANIZATION, profile, parity });
  const buckets = new ParityBuckets(stack, 'Buckets', { profile, evidence: { retention: Duration.days(1) } });
  const database = new ComplianceDatabase(stack, 'Database', { organizationName: ORGANIZATION, profile, vpc });
  const hub = new ComplianceEventHub(stack, 'Hub', { access: HubAccess.ownAccount(), profile, outputs: false });
  const api = new ComplianceApi(stack, 'ComplianceApi', { hub, profile, outputs: false });
  const report = new DailyReport(stack, 'DailyReport', { hub, profile, outputs: false });
  const outputs: Outputs = {
    Events: hub.eventTable.tableName,
    ApiId: api.httpApi.apiId,
    Report: report.reportFunction.functionName,
    Detect: monitor.detectFunction.functionName,
    Policy: monitor.policyFunction.functionName,
    Table: monitor.table.tableName,
    Config: buckets.configBucket.bucketName,
    Reports: buckets.reportsBucket.bucketName,
    Evidence: buckets.evidenceBucket!.bucketName,
    Secure: secure.parameterName,
    Neighbour: neighbour.parameterName,
    Secret: database.secret.secretArn,
    Cluster: database.cluster.clusterResourceIdentifier,
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
  return { monitor, buckets, secure, database, hub, api, report };
}

const scratch = mkdtempSync(join(tmpdir(), 'grants-'));
let aws: LocalAws;
let root: Config;
let deployed: Outputs;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server'), auth: true });
  root = clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);
  const app = new App({ outdir: join(scratch, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(app, STACK, { env: { region: aws.region } });
  const made = make(stack);
  const roleFor = (id: string, grant: Granted['grant']) => {
    const role = new Role(stack, id, { assumedBy: new AccountRootPrincipal() });
    grant(made, role);
    new CfnOutput(stack, `${id}Arn`, { value: role.roleArn });
  };
  GRANTS.forEach(({ grant }, index) => { roleFor(`Role${index}`, grant); });
  roleFor('Connecting', ({ database }, grantee) => database.grantConnect(grantee, 'reporter'));
  deployed = (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir: app.synth().directory }))[STACK].outputs;
  await aws.putFrontDoor(deployed.ApiId);
  deployed = { ...deployed, Api: aws.frontDoorUrl };
  for (const bucket of [deployed.Config, deployed.Reports, deployed.Evidence]) await put(root, bucket, 'a');
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const outcomes = async (calls: Promise<unknown>[]) => Promise.all(calls.map((call) => call.then(() => 'done', (error: Error) => error.name)));

test('every grant of the library is here', () => {
  const src = join(__dirname, '..', '..', 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const methodsIn = (text: string) => [...text.matchAll(/^ {2}public (grant\w+)\(/gm)].map(([, method]) => method);
  const methods = files.flatMap((file) => methodsIn(readFileSync(join(src, file), 'utf8')));
  expect([...new Set([...GRANTS.map(({ name }) => name.split('.')[1]), 'grantConnect'])].sort()).toEqual([...new Set(methods)].sort());
});

test.each(GRANTS.map((granted, index) => ({ ...granted, index })))('$name', async ({ index, may, mayNot }) => {
  const { Credentials } = await new STSClient(root).send(new AssumeRoleCommand({ RoleArn: deployed[`Role${index}Arn`], RoleSessionName: 'somebody' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  const config = { ...root, credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! } };
  const allowed = await outcomes(may(config, deployed));
  expect(allowed).toEqual(allowed.map(() => 'done'));
  const denied = await outcomes(mayNot(config, deployed));
  expect(denied).toEqual(denied.map(() => expect.stringMatching(/^AccessDenied/) as unknown));
});

// No call of the local AWS asks for this: databases are judged where somebody connects.
test('IComplianceDatabase.grantConnect', async () => {
  const simulate = async (user: string) => {
    const { EvaluationResults } = await new IAMClient(root).send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: deployed.ConnectingArn,
      ActionNames: ['rds-db:connect'],
      ResourceArns: [`arn:aws:rds-db:${aws.region}:${DEFAULT_ACCOUNT}:dbuser:${deployed.Cluster}/${user}`],
    }));
    return EvaluationResults![0].EvalDecision;
  };
  expect([await simulate('reporter'), await simulate('admin')]).toEqual(['allowed', 'implicitDeny']);
});
