/** A database through a real CloudFormation stack: what RDS manages, what is told of it, and that its password follows a rotation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ComplianceDatabase, EnvironmentProfile, SecureStringSource } from '../../src';
import { clientConfig } from '../local-aws/clients';
import { deleteStack, deployAssembly } from '../local-aws/deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(120_000);

const STACK = 'Database';
const scratch = mkdtempSync(join(tmpdir(), 'database-'));
let aws: LocalAws;
let config: ReturnType<typeof clientConfig>;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  config = clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const SECRET = 'app/login';
async function deploy(run: string, deletionProtection?: boolean, more: (stack: Stack, database: ComplianceDatabase) => void = () => undefined) {
  const assemblyDir = join(scratch, run);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  const stack = new Stack(app, STACK, { env: { region: aws.region } });
  const database = new ComplianceDatabase(stack, 'Database', {
    organizationName: 'acme', profile: EnvironmentProfile.STAGING, vpc: new Vpc(stack, 'Vpc', { natGateways: 0 }), passwordParameter: true, deletionProtection,
  });
  more(stack, database);
  app.synth();
  return deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir });
}
const parameter = async (name: string) =>
  (await new SSMClient(config).send(new GetParameterCommand({ Name: `/acme/Staging/database/${name}`, WithDecryption: true }))).Parameter!.Value!;
const clusters = async () => (await new RDSClient(config).send(new DescribeDBClustersCommand({}))).DBClusters!;
const password = async (SecretId: string) => {
  const { SecretString } = await new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId }));
  return (JSON.parse(SecretString!) as { password: string }).password;
};

test('a database is made, told, followed and deleted', async () => {
  await deploy('first');
  const [cluster] = await clusters();
  const secretArn = await parameter('secret-arn');
  expect(cluster.MasterUserSecret!.SecretArn).toBe(secretArn);
  expect([await parameter('endpoint'), await parameter('port')]).toEqual([cluster.Endpoint, '3306']);
  expect(await parameter('password')).toBe(await password(secretArn));

  const { logGroups } = await new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/rds/cluster/' }));
  expect(logGroups!.map(({ logGroupName, retentionInDays }) => `${logGroupName} ${retentionInDays}`).sort()).toEqual(
    ['audit', 'error', 'general', 'slowquery'].map((type) => `/aws/rds/cluster/${cluster.DBClusterIdentifier}/${type} 30`));
  expect(cluster.DBClusterIdentifier).toMatch(/^db-database-database-[0-9a-f]{8}-[0-9a-f]{8}$/);

  await new SecretsManagerClient(config).send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify({ username: 'admin', password: 'rotated' }) }));
  const events = new EventBridgeClient(config);
  const { Rules } = await events.send(new ListRulesCommand({}));
  const [{ Arn, Input }] = (await events.send(new ListTargetsByRuleCommand({ Rule: Rules![0].Name }))).Targets!;
  await new LambdaClient(config).send(new InvokeCommand({ FunctionName: Arn, Payload: Buffer.from(Input!) }));
  expect(await parameter('password')).toBe('rotated');

  await deploy('unprotected', false);
  expect(await parameter('password')).toBe('rotated');
  await deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: STACK });
  expect(await clusters()).toEqual([]);
  const left = await new CloudFormationClient(config).send(new DescribeStackResourcesCommand({ StackName: STACK })).catch(() => undefined);
  expect(left?.StackResources?.filter(({ ResourceStatus }) => !/^DELETE_(COMPLETE|SKIPPED)$/.test(ResourceStatus!)) ?? []).toEqual([]);
});

test('a SecureString that comes before a protected database fails without leaving the database, and does not once its secret is there', async () => {
  const login = (stack: Stack, { cluster, parameters }: ComplianceDatabase) => {
    const source = SecureStringSource.fromSecret(Secret.fromSecretNameV2(stack, 'Login', SECRET));
    cluster.node.addDependency(parameters.addSecureString('database/login', { source }));
  };
  await expect(deploy('without the secret', true, login)).rejects.toThrow(/ended in ROLLBACK_COMPLETE[^]*ResourceNotFoundException/);
  expect(await clusters()).toEqual([]);
  await deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: STACK });

  await new SecretsManagerClient(config).send(new CreateSecretCommand({ Name: SECRET, SecretString: 'of the application' }));
  await deploy('with the secret', true, login);
  expect(await parameter('login')).toBe('of the application');
  expect((await clusters()).map(({ DeletionProtection }) => DeletionProtection)).toEqual([true]);
  await deploy('lifted', false, login);
  await deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: STACK });
});
