/** What the account's rules, the network and the database need of the local AWS, beyond what MiniStack has: see holes/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConfigServiceClient, DeleteConfigurationRecorderCommand, DeleteDeliveryChannelCommand, DescribeComplianceByConfigRuleCommand,
  DescribeConfigRulesCommand,
  DescribeConfigurationRecordersCommand, DescribeConfigurationRecorderStatusCommand,
  DescribeConformancePacksCommand, DescribeDeliveryChannelsCommand,
  DescribeOrganizationConformancePacksCommand, GetComplianceDetailsByConfigRuleCommand, ListTagsForResourceCommand, PutConfigRuleCommand,
  PutConfigurationRecorderCommand, PutDeliveryChannelCommand, PutEvaluationsCommand, StartConfigurationRecorderCommand, TagResourceCommand,
} from '@aws-sdk/client-config-service';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeDBClustersCommand, DescribeDBClusterSnapshotsCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, CfnOutput, RemovalPolicy, SecretValue, Stack, Token } from 'aws-cdk-lib';
import { CfnConfigRule, CfnConfigurationRecorder, CfnConformancePack, CfnDeliveryChannel, CfnOrganizationConformancePack } from 'aws-cdk-lib/aws-config';
import { FlowLogDestination, Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AuroraMysqlEngineVersion, CfnDBCluster, ClusterInstance, Credentials, DatabaseCluster, DatabaseClusterEngine, ParameterGroup } from 'aws-cdk-lib/aws-rds';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { clientConfig } from './clients';
import { deleteStack, deployAssembly } from './deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), 'account-types-'));
let aws: LocalAws;
let deployments = 0;
const config = (account = DEFAULT_ACCOUNT) => clientConfig(aws.endpoint, account, aws.region);
const configService = (account?: string) => new ConfigServiceClient(config(account));

beforeAll(async () => { aws = await startLocalAws({ stateDir: join(scratch, 'server') }); });
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function deploy(stackName: string, account: string, build: (stack: Stack) => void) {
  const assemblyDir = join(scratch, `out-${deployments++}`);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  build(new Stack(app, stackName));
  app.synth();
  return (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, account, assemblyDir }))[stackName].outputs;
}
const remove = (stackName: string, account: string) => deleteStack({ endpoint: aws.endpoint, region: aws.region, account, stackName });

const ROLE = 'arn:aws:iam::111111111111:role/config';
const managed = (ConfigRuleName: string, InputParameters?: string) =>
  new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName, InputParameters, Source: { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_VERSIONING_ENABLED' } } });

describe('AWS Config', () => {
  test('has one recorder and one channel, and asks for each where the other needs it', async () => {
    const client = configService('222222222222');
    const recorder = (name: string) => new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name, roleARN: ROLE } });
    const channel = (name: string, s3BucketName = 'delivered') => new PutDeliveryChannelCommand({ DeliveryChannel: { name, s3BucketName } });
    const start = new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'one' });
    await expect(client.send(managed('rule'))).rejects.toMatchObject({ name: 'NoAvailableConfigurationRecorderException' });
    await expect(client.send(channel('one'))).rejects.toMatchObject({ name: 'NoAvailableConfigurationRecorderException' });
    await client.send(recorder('one'));
    await client.send(recorder('one'));
    await expect(client.send(recorder('two'))).rejects.toMatchObject({ name: 'MaxNumberOfConfigurationRecordersExceededException' });
    await expect(client.send(start)).rejects.toMatchObject({ name: 'NoAvailableDeliveryChannelException' });
    await expect(client.send(channel('one'))).rejects.toMatchObject({ name: 'NoSuchBucketException' });
    const s3 = new S3Client({ ...config('222222222222'), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'delivered', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
    await client.send(channel('one'));
    await expect(client.send(channel('two'))).rejects.toMatchObject({ name: 'MaxNumberOfDeliveryChannelsExceededException' });
    await client.send(start);
    const { ConfigurationRecordersStatus: status } = await client.send(new DescribeConfigurationRecorderStatusCommand({}));
    expect(status).toMatchObject([{ name: 'one', recording: true, lastStatus: 'Success' }]);
    const removeChannel = new DeleteDeliveryChannelCommand({ DeliveryChannelName: 'one' });
    await expect(client.send(removeChannel)).rejects.toMatchObject({ name: 'LastDeliveryChannelDeleteFailedException' });
    await client.send(new DeleteConfigurationRecorderCommand({ ConfigurationRecorderName: 'one' }));
    await client.send(removeChannel);
    expect([(await client.send(new DescribeConfigurationRecordersCommand({}))).ConfigurationRecorders,
      (await client.send(new DescribeDeliveryChannelsCommand({}))).DeliveryChannels]).toEqual([[], []]);
  });

  test('checks rules, pages them, keeps tags and evaluations, and announces what changed', async () => {
    const account = '333333333333';
    const client = configService(account);
    await client.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'default', roleARN: ROLE } }));
    await Promise.all(Array.from({ length: 30 }, (_, index) => client.send(managed(`rule-${String(index).padStart(2, '0')}`))));
    const first = await client.send(new DescribeConfigRulesCommand({}));
    const second = await client.send(new DescribeConfigRulesCommand({ NextToken: first.NextToken }));
    expect([first.ConfigRules!.length, second.ConfigRules!.length, second.NextToken]).toEqual([25, 5, undefined]);
    await expect(client.send(managed('large', JSON.stringify({ a: 'x'.repeat(1020) })))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(client.send(managed('number', '{"a":1}'))).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(client.send(new PutConfigRuleCommand({
      ConfigRule: {
        ConfigRuleName: 'own',
        Source: {
          Owner: 'CUSTOM_LAMBDA', SourceIdentifier: `arn:aws:lambda:${aws.region}:${account}:function:none`,
          SourceDetails: [{ EventSource: 'aws.config', MessageType: 'ConfigurationItemChangeNotification' }],
        },
      },
    }))).rejects.toMatchObject({ name: 'InsufficientPermissionsException' });

    const [{ ConfigRuleArn: arn }] = first.ConfigRules!;
    await client.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: 'Environment', Value: 'Dev' }] }));
    expect((await client.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags).toEqual([{ Key: 'Environment', Value: 'Dev' }]);

    const queue = await queueOf(account, { 'source': ['aws.config'], 'detail-type': ['Config Rules Compliance Change'] });
    const put = (compliance: 'COMPLIANT' | 'NON_COMPLIANT', id = 'bucket-1') => client.send(new PutEvaluationsCommand({
      ResultToken: 'rule-00',
      Evaluations: [{ ComplianceResourceType: 'AWS::S3::Bucket', ComplianceResourceId: id, ComplianceType: compliance, OrderingTimestamp: new Date() }],
    }));
    await put('COMPLIANT');
    await put('COMPLIANT');
    await put('NON_COMPLIANT');
    const details = (await receive(account, queue, 2)).map(event => event.detail as Record<string, { complianceType: string }>);
    expect(details.map(detail => [detail.oldEvaluationResult?.complianceType, detail.newEvaluationResult.complianceType]))
      .toEqual([[undefined, 'COMPLIANT'], ['COMPLIANT', 'NON_COMPLIANT']]);
    expect(details[1]).toMatchObject({
      configRuleName: 'rule-00', configRuleARN: arn, resourceId: 'bucket-1', messageType: 'ComplianceChangeNotification',
      newEvaluationResult: {
        resultRecordedTime: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        evaluationResultIdentifier: { evaluationResultQualifier: { resourceType: 'AWS::S3::Bucket' } },
      },
    });
    const byRule = await client.send(new DescribeComplianceByConfigRuleCommand({ ConfigRuleNames: ['rule-00', 'rule-01'] }));
    expect(byRule.ComplianceByConfigRules!.map(rule => rule.Compliance!.ComplianceType)).toEqual(['NON_COMPLIANT', 'INSUFFICIENT_DATA']);
    const results = await client.send(new GetComplianceDetailsByConfigRuleCommand({ ConfigRuleName: 'rule-00' }));
    const identifier = { EvaluationResultQualifier: { ResourceId: 'bucket-1' } };
    expect(results.EvaluationResults).toMatchObject([{ ComplianceType: 'NON_COMPLIANT', EvaluationResultIdentifier: identifier }]);
  });

  test('is deployed, changed and deleted by CloudFormation', async () => {
    const account = '444444444444';
    const client = configService(account);
    const rules = (names: string[]) => names.map(name => [
      `  ${name}:`, '    Type: AWS::Config::ConfigRule', '    Properties:', `      ConfigRuleName: ${name}`,
      '      InputParameters: { maximum: !Ref Age }', '      Source: { Owner: AWS, SourceIdentifier: ACCESS_KEYS_ROTATED }',
    ].join('\n')).join('\n');
    const template = (...names: string[]) => `Parameters: { Age: { Type: String, Default: '90' } }\nResources:\n${rules(names)}\n`;
    const build = (frequency: string, packed: string[]) => (stack: Stack) => {
      const bucket = new Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY });
      const recorder = new CfnConfigurationRecorder(stack, 'Recorder', { roleArn: ROLE, recordingGroup: { allSupported: true, includeGlobalResourceTypes: true } });
      const channel = new CfnDeliveryChannel(stack, 'Channel', { s3BucketName: bucket.bucketName });
      const rule = new CfnConfigRule(stack, 'Rule', {
        source: { owner: 'AWS', sourceIdentifier: 'REQUIRED_TAGS' }, inputParameters: { tag1Key: 'Environment' }, maximumExecutionFrequency: frequency,
      });
      const pack = new CfnConformancePack(stack, 'Pack', { conformancePackName: 'pack', templateBody: template(...packed) });
      const everywhere = new CfnOrganizationConformancePack(stack, 'Everywhere', { organizationConformancePackName: 'everywhere', templateBody: template('c') });
      for (const each of [rule, pack, everywhere]) each.addDependency(recorder);
      const refs = {
        Recorder: recorder.ref, Channel: channel.ref, Rule: rule.ref, RuleArn: rule.attrArn, Pack: pack.ref, Everywhere: everywhere.ref,
      };
      for (const [key, value] of Object.entries(refs)) new CfnOutput(stack, `Is${key}`, { value });
    };
    const outputs = await deploy('Rules', account, build('One_Hour', ['a', 'b']));
    const described = async () => (await client.send(new DescribeConfigRulesCommand({}))).ConfigRules!;
    const arn = expect.stringMatching(`^arn:aws:config:${aws.region}:${account}:config-rule/config-rule-`);
    expect(outputs).toMatchObject({ IsPack: 'pack', IsEverywhere: 'everywhere', IsRuleArn: arn });
    expect((await described()).map(rule => rule.ConfigRuleName!.replace(/-[0-9a-f]+$/, ''))).toEqual(
      [expect.stringMatching(/^Rules-Rule-/), 'a-conformance-pack', 'b-conformance-pack', 'c-conformance-pack']);
    expect((await described())[0]).toMatchObject({ InputParameters: '{"tag1Key": "Environment"}', MaximumExecutionFrequency: 'One_Hour' });
    const { ConfigurationRecordersStatus: status } = await client.send(new DescribeConfigurationRecorderStatusCommand({}));
    expect(status).toMatchObject([{ name: outputs.IsRecorder, recording: true }]);

    const changed = await deploy('Rules', account, build('Six_Hours', ['b']));
    expect(changed).toEqual(outputs);
    expect((await described()).map(rule => [rule.ConfigRuleName!.slice(0, 10), rule.MaximumExecutionFrequency])).toEqual(
      [['Rules-Rule', 'Six_Hours'], ['b-conforma', undefined], ['c-conforma', undefined]]);

    await expect(deploy('Second', account, stack => { new CfnConfigurationRecorder(stack, 'Recorder', { roleArn: ROLE }); }))
      .rejects.toThrow(/ROLLBACK_COMPLETE:\n {2}Recorder .*maximum number of configuration recorders: 1 is reached/);
    await remove('Rules', account);
    expect([await described(), (await client.send(new DescribeConfigurationRecordersCommand({}))).ConfigurationRecorders,
      (await client.send(new DescribeConformancePacksCommand({}))).ConformancePackDetails,
      (await client.send(new DescribeOrganizationConformancePacksCommand({}))).OrganizationConformancePacks]).toEqual([[], [], [], []]);
  });
});

describe('a network and a database', () => {
  const account = '555555555555';
  const options = { protected: true, port: 443, readers: 1 };
  const build = ({ protected: deletionProtection, port, readers } = options) => (stack: Stack) => {
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } } });
    const clients = new SecurityGroup(stack, 'Clients', { vpc, allowAllOutbound: false });
    clients.addEgressRule(Peer.anyIpv4(), Port.tcp(port));
    const engine = DatabaseClusterEngine.auroraMysql({ version: AuroraMysqlEngineVersion.VER_3_10_0 });
    const key = new Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
    const cluster = new DatabaseCluster(stack, 'Database', {
      vpc, engine, deletionProtection, storageEncrypted: true, storageEncryptionKey: key, removalPolicy: RemovalPolicy.SNAPSHOT,
      credentials: Credentials.fromPassword('chief', SecretValue.unsafePlainText('replaced below')),
      parameterGroup: new ParameterGroup(stack, 'Parameters', { engine, parameters: { require_secure_transport: 'ON' } }),
      writer: ClusterInstance.provisioned('writer'), readers: Array.from({ length: readers }, (_, index) => ClusterInstance.provisioned(`reader${index}`)),
      cloudwatchLogsExports: ['error', 'slowquery'],
    });
    const master = cluster.node.defaultChild as CfnDBCluster;
    master.addPropertyDeletionOverride('MasterUserPassword');
    master.manageMasterUserPassword = true;
    master.masterUserSecret = { kmsKeyId: key.keyArn };
    cluster.connections.allowDefaultPortFrom(clients);
    const secret = new Secret(stack, 'Secret', { removalPolicy: RemovalPolicy.DESTROY });
    for (const [name, value] of Object.entries({
      SecretRef: secret.secretArn, ClusterId: cluster.clusterIdentifier,
      Host: cluster.clusterEndpoint.hostname, Port: Token.asString(cluster.clusterEndpoint.port),
      ResourceId: cluster.clusterResourceIdentifier, MasterSecret: master.attrMasterUserSecretSecretArn, VpcId: vpc.vpcId,
    })) new CfnOutput(stack, name, { value });
  };
  const rds = () => new RDSClient(config(account));
  const clusters = async () => (await rds().send(new DescribeDBClustersCommand({}))).DBClusters!;

  test('are deployed with their secret, changed, protected, and leave a snapshot behind', async () => {
    const outputs = await deploy('Room', account, build());
    expect(outputs.SecretRef).toMatch(`arn:aws:secretsmanager:${aws.region}:${account}:secret:`);
    expect(outputs.Host).toMatch(/\.rds\.amazonaws\.com$/);
    expect(outputs.ResourceId).toMatch(/^cluster-/);
    const [cluster] = await clusters();
    expect(cluster).toMatchObject({
      DBClusterIdentifier: outputs.ClusterId, StorageEncrypted: true, DeletionProtection: true,
      Endpoint: outputs.Host, Port: 3306, MasterUserSecret: { SecretArn: outputs.MasterSecret },
    });
    expect(outputs.Port).toBe('3306');
    expect(cluster.DBClusterMembers!.map(member => member.IsClusterWriter)).toEqual([true, false]);
    const secrets = new SecretsManagerClient(config(account));
    const value = await secrets.send(new GetSecretValueCommand({ SecretId: outputs.MasterSecret }));
    expect(JSON.parse(value.SecretString!)).toEqual({ username: 'chief', password: expect.stringMatching(/^.{20,}$/) });
    const secret = await secrets.send(new DescribeSecretCommand({ SecretId: outputs.MasterSecret }));
    expect(secret).toMatchObject({ RotationEnabled: true, KmsKeyId: cluster.MasterUserSecret!.KmsKeyId });
    expect(secret.Tags).toContainEqual({ Key: 'aws:rds:primaryDBClusterArn', Value: cluster.DBClusterArn });

    await deploy('Room', account, build({ ...options, port: 8443, readers: 0 }));
    expect((await clusters())[0].DBClusterMembers).toHaveLength(1);
    await expect(remove('Room', account)).rejects.toThrow(/DELETE_FAILED:\n {2}Database.* Cannot delete protected Cluster/);
    expect(await clusters()).toHaveLength(1);
  });

  test('go when the protection is lifted before', async () => {
    await deploy('Open', account, build());
    await deploy('Open', account, build({ ...options, protected: false }));
    const opened = (await clusters()).find(cluster => !cluster.DeletionProtection)!;
    await remove('Open', account);
    expect(await clusters()).toHaveLength(1);
    const { DBClusterSnapshots: snapshots } = await rds().send(new DescribeDBClusterSnapshotsCommand({}));
    expect(snapshots!.map(snapshot => snapshot.DBClusterIdentifier)).toEqual([opened.DBClusterIdentifier]);
    const { DBInstances: instances } = await rds().send(new DescribeDBInstancesCommand({}));
    expect(instances!.filter(instance => instance.DBClusterIdentifier === opened.DBClusterIdentifier)).toEqual([]);
    await expect(new SecretsManagerClient(config(account)).send(new DescribeSecretCommand({ SecretId: opened.MasterUserSecret!.SecretArn })))
      .rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

async function queueOf(account: string, pattern: object): Promise<string> {
  const { QueueUrl } = await new SQSClient(config(account)).send(new CreateQueueCommand({ QueueName: 'events' }));
  const events = new EventBridgeClient(config(account));
  await events.send(new PutRuleCommand({ Name: 'events', EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: 'events', Targets: [{ Id: 'queue', Arn: `arn:aws:sqs:${aws.region}:${account}:events` }] }));
  return QueueUrl!;
}

async function receive(account: string, queue: string, count: number): Promise<{ detail: unknown }[]> {
  const sqs = new SQSClient(config(account));
  const found: { detail: unknown }[] = [];
  for (const deadline = Date.now() + 5_000; found.length < count && Date.now() < deadline;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }));
    found.push(...Messages.map(message => JSON.parse(message.Body!) as { detail: unknown }));
    if (!Messages.length) await sleep(50);
  }
  return found;
}
