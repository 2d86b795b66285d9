/** How the local AWS's CloudFormation fails, keeps and tells: see holes/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient, ContinueUpdateRollbackCommand, CreateStackCommand, DescribeStackResourcesCommand, DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AlarmRule, AlarmState, CompositeAlarm, Dashboard, MathExpression, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { clientConfig } from './clients';
import { deleteStack, deployAssembly } from './deploy';
import { LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), 'local-stacks-'));
let aws: LocalAws;
let deployments = 0;
const config = (account: string) => clientConfig(aws.endpoint, account, aws.region);

beforeAll(async () => { aws = await startLocalAws({ stateDir: join(scratch, 'server') }); });
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function deploy(account: string, build: (stack: Stack) => void, stackName = 'Room') {
  const assemblyDir = join(scratch, `out-${deployments++}`);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  build(new Stack(app, stackName));
  app.synth();
  return (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, account, assemblyDir }))[stackName].outputs;
}
const remove = (account: string) => deleteStack({ endpoint: aws.endpoint, region: aws.region, account, stackName: 'Room' });
const local = (route: string, body: object) => fetch(`${aws.endpoint}/_local/${route}`, { method: 'POST', body: JSON.stringify(body) });
const status = async (account: string) => (await new CloudFormationClient(config(account)).send(new DescribeStacksCommand({ StackName: 'Room' })))
  .Stacks![0].StackStatus;


interface Room {
  readonly value?: string;
  readonly failOn?: string;
  readonly failOnce?: string;
  readonly broken?: boolean;
  readonly bucket?: boolean;
}

/** A parameter, a custom resource that fails as told, and what it needs: a function and a parameter of its own. */
const room = ({ value = 'first', failOn, failOnce, broken, bucket }: Room) => (stack: Stack) => {
  const provider = new LambdaFunction(stack, 'Provider', {
    runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(join(__dirname, 'sample-resource')),
  });
  const needed = new StringParameter(stack, 'Needed', { parameterName: '/needed', stringValue: 'needed' });
  new StringParameter(stack, 'Changing', { parameterName: '/changing', stringValue: value });
  const custom = new CustomResource(stack, 'Custom', {
    resourceType: 'Custom::Sample', serviceToken: provider.functionArn, serviceTimeout: Duration.seconds(20),
    properties: { value, FailOn: failOn, FailOnce: failOnce },
  });
  custom.node.addDependency(needed);
  if (bucket) new CfnOutput(stack, 'Bucket', { value: new Bucket(stack, 'Kept', { removalPolicy: RemovalPolicy.RETAIN }).bucketName });
  if (broken) {
    new CfnParameter(stack, 'Broken', { name: '/broken', type: 'Impossible', value: 'no' }).node.addDependency(custom);
  }
};
const value = async (account: string, name: string) =>
  (await new SSMClient(config(account)).send(new GetParameterCommand({ Name: name }))).Parameter!.Value;
const resources = async (account: string) => (await new CloudFormationClient(config(account)).send(new DescribeStackResourcesCommand({ StackName: 'Room' })))
  .StackResources!.map(({ LogicalResourceId: id, ResourceStatus }) => `${id!.replace(/[0-9A-F]{8}$/, '')} ${ResourceStatus}`).sort();

test('each status of a stack is told on the bus of its account', async () => {
  const account = '211111111111';
  const told = await queueOf(account, { source: ['aws.cloudformation'] });
  const elsewhere = await queueOf('211111111112', { source: ['aws.cloudformation'] });
  await deploy(account, room({}));
  await deploy(account, room({ value: 'second' }));
  await expect(deploy(account, room({ value: 'third', broken: true }))).rejects.toThrow('UPDATE_ROLLBACK_COMPLETE');
  await remove(account);
  const events = await receive(account, told, 11) as { detail: { 'status-details': { status: string }; 'stack-id': string }; resources: string[] }[];
  expect(events.map(event => event.detail['status-details'].status)).toEqual([
    'CREATE_IN_PROGRESS', 'CREATE_COMPLETE',
    'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE',
    'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE',
    'DELETE_IN_PROGRESS', 'DELETE_COMPLETE',
  ]);
  expect(events[0]).toMatchObject({
    'detail-type': 'CloudFormation Stack Status Change', 'source': 'aws.cloudformation', account, 'region': aws.region,
    'resources': [expect.stringMatching(`^arn:aws:cloudformation:${aws.region}:${account}:stack/Room/`)],
  });
  expect(events[0].detail['stack-id']).toBe(events[0].resources[0]);
  expect(await receive('211111111112', elsewhere, 0)).toEqual([]);
});

test('what a resource needs that cannot be deleted is kept, and the next deletion asks it again', async () => {
  const account = '311111111111';
  const { Bucket: bucket } = await deploy(account, room({ failOnce: 'Delete', bucket: true }));
  await expect(remove(account)).rejects.toThrow(/DELETE_FAILED:\n {2}Custom .* told to fail/);
  expect(await resources(account)).toEqual([
    'Custom DELETE_FAILED', 'Needed CREATE_COMPLETE', 'Provider CREATE_COMPLETE', 'ProviderServiceRole CREATE_COMPLETE',
  ]);
  await remove(account);
  await expect(value(account, '/needed')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await new S3Client({ ...config(account), forcePathStyle: true }).send(new HeadBucketCommand({ Bucket: bucket }));
});

test('a failed creation keeps its name, and has its custom resource delete what it made', async () => {
  const account = '411111111111';
  await expect(deploy(account, room({ failOn: 'Create' }))).rejects.toThrow(/ROLLBACK_COMPLETE:\n {2}Custom .* told to fail$/);
  await expect(deploy(account, room({ failOn: 'Create,Delete' }))).rejects.toThrow(/Custom .*CREATE_FAILED.*\n {2}Custom .*DELETE_FAILED/);
  const client = new CloudFormationClient(config(account));
  const again = client.send(new CreateStackCommand({ StackName: 'Room', TemplateBody: '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}' }));
  await expect(again).rejects.toMatchObject({ name: 'AlreadyExistsException' });
});

test('a failed update brings back what was, and waits for help when it cannot', async () => {
  const account = '511111111111';
  await deploy(account, room({}));
  await expect(deploy(account, room({ value: 'second', broken: true }))).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE:\n {2}Broken/);
  expect(await value(account, '/changing')).toBe('first');
  await deploy(account, room({ value: 'third', failOn: 'Update' })).catch(() => undefined);
  expect(await status(account)).toBe('UPDATE_ROLLBACK_COMPLETE');
  await deploy('511111111112', room({ failOn: 'Update' }));
  await expect(deploy('511111111112', room({ value: 'second', broken: true }))).rejects.toThrow('UPDATE_ROLLBACK_FAILED');
  const client = new CloudFormationClient(config('511111111112'));
  await client.send(new ContinueUpdateRollbackCommand({ StackName: 'Room', ResourcesToSkip: ['Custom'] }));
  while ((await status('511111111112'))!.endsWith('IN_PROGRESS')) await sleep(20);
  expect([await status('511111111112'), await value('511111111112', '/changing')]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'first']);
});

test('functions find the SDK that comes with the runtime, so that CDK empties a bucket', async () => {
  const account = '911111111111';
  const { Bucket: bucket } = await deploy(account, stack => {
    const emptied = new Bucket(stack, 'Emptied', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
    new CfnOutput(stack, 'Bucket', { value: emptied.bucketName });
  });
  const s3 = new S3Client({ ...config(account), forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'a' }));
  await remove(account);
  await expect(s3.send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({ name: 'NotFound' });
});

test('alarms on expressions and on other alarms, and dashboards', async () => {
  const account = '611111111111';
  const metric = (metricName: string) => new Metric({ namespace: 'Room', metricName, period: Duration.minutes(1), statistic: 'Sum' });
  await deploy(account, stack => {
    const rate = new MathExpression({
      expression: 'IF(calls > 0, 100 * FILL(errors, 0) / calls, 0)',
      usingMetrics: { calls: metric('Calls'), errors: metric('Errors') },
      period: Duration.minutes(1),
    }).createAlarm(stack, 'Rate', { threshold: 5, evaluationPeriods: 1, alarmName: 'rate' });
    new CompositeAlarm(stack, 'Bad', { compositeAlarmName: 'bad', alarmRule: AlarmRule.fromAlarm(rate, AlarmState.ALARM) });
    new Dashboard(stack, 'Dashboard', { dashboardName: 'room', widgets: [[new TextWidget({ markdown: '# Room' })]] });
  });
  const client = new CloudWatchClient(config(account));
  const put = (Value: number, MetricName: string) => client.send(new PutMetricDataCommand({ Namespace: 'Room', MetricData: [{ MetricName, Value }] }));
  const states = async () => {
    const { MetricAlarms, CompositeAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }));
    return [...MetricAlarms!, ...CompositeAlarms!].map(alarm => `${alarm.AlarmName} ${alarm.StateValue}`);
  };
  await put(100, 'Calls');
  await until(async () => expect(await states()).toEqual(['rate OK', 'bad OK']));
  await put(6, 'Errors');
  await until(async () => expect(await states()).toEqual(['rate ALARM', 'bad ALARM']));
  const { DashboardBody } = await client.send(new GetDashboardCommand({ DashboardName: 'room' }));
  expect(JSON.parse(DashboardBody!)).toMatchObject({ widgets: [{ type: 'text', properties: { markdown: '# Room' } }] });

  await expect(deploy('611111111112', stack => {
    new MathExpression({ expression: 'METRIC_COUNT(calls)', usingMetrics: { calls: metric('Calls') } })
      .createAlarm(stack, 'Rate', { threshold: 5, evaluationPeriods: 1 });
  })).rejects.toThrow(/ROLLBACK_COMPLETE:\n {2}Rate[^]*METRIC_COUNT/);
});

test('a secret is rotated when asked, and a trail tells of it when there is one', async () => {
  const account = '711111111111';
  const secrets = new SecretsManagerClient(config(account));
  await secrets.send(new CreateSecretCommand({ Name: 'rds!cluster-1', SecretString: '{"username":"chief","password":"old"}' }));
  const queue = await queueOf(account, { source: ['aws.secretsmanager'], detail: { eventName: ['RotationSucceeded'] } });
  const rotate = (request: object) => local('rotate-secret', { account, region: aws.region, secret: 'rds!cluster-1', ...request });
  expect((await rotate({})).status).toBe(200);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'rds!cluster-1' }));
  expect(JSON.parse(SecretString!)).toEqual({ username: 'chief', password: expect.not.stringMatching(/^old$/) });
  await rotate({ trail: true });
  const detail = { additionalEventData: { SecretId: expect.stringContaining('rds!cluster-1') } };
  expect(await receive(account, queue, 2, 500)).toMatchObject([{ 'detail-type': 'AWS Service Event via CloudTrail', detail }]);
  expect((await rotate({ secret: 'none' })).status).toBe(404);
});

test('every function of an account can be refused everything, and nobody else', async () => {
  const account = '811111111111';
  const { FunctionName } = await deploy(account, stack => {
    const fn = new LambdaFunction(stack, 'Function', {
      runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(join(__dirname, 'sample-function')),
    });
    new StringParameter(stack, 'Parameter', { parameterName: '/readable', stringValue: 'yes' });
    new CfnOutput(stack, 'FunctionName', { value: fn.functionName });
  });
  const read = async () => {
    const call = new InvokeCommand({ FunctionName, Payload: JSON.stringify({ parameter: '/readable' }) });
    const { Payload } = await new LambdaClient(config(account)).send(call);
    return JSON.parse(Buffer.from(Payload!).toString()) as object;
  };
  expect(await read()).toMatchObject({ Parameter: { Value: 'yes' } });
  await local('deny-functions', { account, denied: true });
  expect(await read()).toMatchObject({ __type: 'AccessDeniedException' });
  expect(await value(account, '/readable')).toBe('yes');
  await local('deny-functions', { account, denied: false });
  expect(await read()).toMatchObject({ Parameter: { Value: 'yes' } });
});

test('what is sent to a queue is counted, each message once', async () => {
  const account = '511111111119';
  const sqs = new SQSClient(config(account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'counted' }));
  for (const MessageBody of ['one', 'two']) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await sleep(2_500);
  const { Datapoints } = await new CloudWatchClient(config(account)).send(new GetMetricStatisticsCommand({
    Namespace: 'AWS/SQS', MetricName: 'NumberOfMessagesSent', Dimensions: [{ Name: 'QueueName', Value: 'counted' }],
    StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 600_000), Period: 3600, Statistics: ['Sum'],
  }));
  expect(Datapoints!.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBe(2);
});

async function until(check: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 5_000; ;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function queueOf(account: string, pattern: object): Promise<string> {
  const { QueueUrl } = await new SQSClient(config(account)).send(new CreateQueueCommand({ QueueName: 'events' }));
  const events = new EventBridgeClient(config(account));
  await events.send(new PutRuleCommand({ Name: 'events', EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: 'events', Targets: [{ Id: 'queue', Arn: `arn:aws:sqs:${aws.region}:${account}:events` }] }));
  return QueueUrl!;
}

async function receive(account: string, queue: string, count: number, patience = 5_000): Promise<unknown[]> {
  const sqs = new SQSClient(config(account));
  const found: unknown[] = [];
  const deadline = Date.now() + patience;
  do {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }));
    found.push(...Messages.map(message => JSON.parse(message.Body!) as unknown));
    if (!Messages.length) await sleep(50);
  } while (found.length < count && Date.now() < deadline);
  return found;
}
