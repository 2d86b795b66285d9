import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchClient, DescribeAlarmsCommand, Dimension, GetMetricDataCommand, PutMetricAlarmCommand, PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, FilterLogEventsCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeContinuousBackupsCommand, DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteRuleCommand, EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, Message, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DeleteParameterCommand, DeleteParametersCommand, GetParameterCommand, GetParameterHistoryCommand, GetParametersByPathCommand, GetParametersCommand,
  LabelParameterVersionCommand, ParameterType, PutParameterCommand, SSMClient,
} from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientConfig } from './clients';
import { contentOf, readAssembly } from './cloud-assembly';
import { DeployedStack, deleteStack, deployAssembly } from './deploy';
import { attach, DEFAULT_ACCOUNT, LocalAws, startLocalAws } from './local-aws';
import { synthesiseSample } from './sample-app';

jest.setTimeout(60_000);

const STACK = 'Sample';
const scratch = mkdtempSync(join(tmpdir(), 'local-aws-test-'));
let aws: LocalAws;
let sample: DeployedStack;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  sample = (await deploy({ directory: 'sample' }))[STACK];
});

afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

describe('the server', () => {
  test('is found again by its directory, and a second start there is refused', async () => {
    expect(await attach(aws.stateDir)).toMatchObject({ endpoint: aws.endpoint, pid: aws.pid, region: aws.region });
    await expect(startLocalAws({ stateDir: aws.stateDir })).rejects.toThrow(`already runs from ${aws.stateDir}: pid ${aws.pid}`);
  });

  test('listens on the loopback interface only', () => {
    const listening = spawnSync('ss', ['-ltnpH'], { encoding: 'utf8' }).stdout ?? '';
    const own = listening.split('\n').filter(line => line.includes(`pid=${aws.pid},`)).map(line => line.trim().split(/\s+/)[3]);
    expect(own.filter(address => !address.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('survives as a detached one until somebody attaches and stops it', async () => {
    const stateDir = join(scratch, 'detached');
    const started = await startLocalAws({ stateDir, detached: true, region: 'us-east-1' });
    const found = await attach(stateDir);
    expect(found?.region).toBe('us-east-1');
    await found!.stop();
    expect(() => process.kill(started.pid, 0)).toThrow('ESRCH');
    expect(await attach(stateDir)).toBeUndefined();
    expect(existsSync(join(stateDir, 'tmp'))).toBe(false);
  });

  test('is not mistaken for another process that got its pid', async () => {
    const stateDir = mkdtempSync(join(scratch, 'stale-'));
    const file = join(stateDir, 'local-aws.json');
    writeFileSync(file, JSON.stringify({ pid: process.pid, endpoint: aws.endpoint, region: aws.region }));
    expect(await attach(stateDir)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  test('shows the end of its log when it cannot start', async () => {
    const port = Number(new URL(aws.endpoint).port);
    await expect(startLocalAws({ stateDir: join(scratch, 'taken'), port })).rejects.toThrow(/ended with code 1[\s\S]*already in use/);
  });
});

describe('a deployment', () => {
  test('resolves Ref and GetAtt of every kind of resource', () => {
    const { outputs } = sample;
    const arn = (service: string, resource: string) => new RegExp(`^arn:aws:${service}:${aws.region}:${DEFAULT_ACCOUNT}:${resource}$`);
    expect(outputs.TableArn).toMatch(arn('dynamodb', `table/${outputs.TableName}`));
    expect(outputs.StreamArn).toMatch(arn('dynamodb', `table/${outputs.TableName}/stream/.+`));
    expect(outputs.TopicArn).toMatch(arn('sns', 'Sample-Topic.+'));
    expect(outputs.FunctionArn).toMatch(arn('lambda', 'function:Sample-Function.+'));
    expect(outputs.KeyArn).toMatch(arn('kms', 'key/[0-9a-f-]{36}'));
    expect(outputs.ParameterArn).toMatch(arn('ssm', 'parameter/Sample/own'));
    expect(outputs.QueueUrl).toMatch(`${aws.endpoint}/${DEFAULT_ACCOUNT}/Sample-Changes`);
    expect(outputs.BucketName).toMatch(/^sample-bucket/);
    expect(outputs.Answer).toBe('42');
  });

  test('updates what changed, and only that', async () => {
    const value = async () => (await ssm().send(new GetParameterCommand({ Name: '/Sample/own' }))).Parameter?.Value;
    const lines: string[] = [];
    await deploy({ directory: 'sample', onProgress: line => lines.push(line) });
    expect(lines).toEqual([expect.stringContaining('SampleKeys: no changes'), expect.stringContaining('Sample: no changes')]);
    await deploy({ directory: 'changed', parameterValue: 'second' });
    expect(await value()).toBe('second');
  });

  test('that fails names the resource and its reason, can be repeated, and can be deleted', async () => {
    const failing = { directory: 'failing', stackName: 'Failing', fail: true };
    const message = /The stack Failing ended in ROLLBACK_COMPLETE:\n {2}Custom \(Custom::Sample\) CREATE_FAILED: .*told to fail/;
    await expect(deploy(failing)).rejects.toThrow(message);
    await expect(deploy(failing)).rejects.toThrow(message);
    const address = { endpoint: aws.endpoint, region: aws.region };
    await deleteStack({ ...address, stackName: 'Failing' });
    await deleteStack({ ...address, stackName: 'Failing' });
  });

  test('makes the same archive of the same files', () => {
    const asset = () => readAssembly(join(scratch, 'sample'), { account: DEFAULT_ACCOUNT, region: aws.region })
      .flatMap(stack => stack.assets).find(candidate => candidate.packaging === 'zip')!;
    expect(asset().bucket).toBe(`cdk-hnb659fds-assets-${DEFAULT_ACCOUNT}-${aws.region}`);
    expect(Buffer.from(contentOf(asset())).equals(Buffer.from(contentOf(asset())))).toBe(true);
  });

  test('gives a TableV2 its time to live, recovery and deletion protection', async () => {
    const table = { TableName: sample.outputs.TableName };
    const client = new DynamoDBClient(config());
    expect((await client.send(new DescribeTimeToLiveCommand(table))).TimeToLiveDescription)
      .toEqual({ AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' });
    expect((await client.send(new DescribeContinuousBackupsCommand(table))).ContinuousBackupsDescription?.PointInTimeRecoveryDescription)
      .toMatchObject({ PointInTimeRecoveryStatus: 'ENABLED' });
    expect((await client.send(new DescribeTableCommand(table))).Table).toMatchObject({ DeletionProtectionEnabled: true });
  });
});

describe('Parameter Store', () => {
  test('announces every change on the bus of its account', async () => {
    const queue = await queueOfRule('changes', {
      'source': ['aws.ssm'], 'detail-type': ['Parameter Store Change'], 'detail': { name: [{ prefix: '/events/' }] },
    });
    await put('/events/a', 'one', { Description: 'first' });
    await put('/events/a', 'two');
    await ssm().send(new LabelParameterVersionCommand({ Name: '/events/a', Labels: ['good'] }));
    await put('/events/b', 'one', { Type: 'SecureString' });
    await put('/events/b', 'refused', { Overwrite: false }).catch(() => undefined);
    await put('/other/a', 'one');
    await put('/events/a', 'elsewhere', {}, '222222222222');
    await ssm().send(new DeleteParameterCommand({ Name: '/events/a' }));
    await ssm().send(new DeleteParametersCommand({ Names: ['/events/b', '/events/none'] }));

    const events = (await receive(queue, 6)).map(message => JSON.parse(message.Body!));
    const described = { name: '/events/a', type: 'String', description: 'first' };
    expect(events.map(event => event.detail)).toEqual([
      { operation: 'Create', ...described },
      { operation: 'Update', ...described },
      { operation: 'LabelParameterVersion', ...described },
      { operation: 'Create', name: '/events/b', type: 'SecureString' },
      { operation: 'Delete', ...described },
      { operation: 'Delete', name: '/events/b', type: 'SecureString' },
    ]);
    expect(events[0]).toEqual({
      'version': '0',
      'id': expect.any(String),
      'detail-type': 'Parameter Store Change',
      'source': 'aws.ssm',
      'account': DEFAULT_ACCOUNT,
      'time': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      'region': aws.region,
      'resources': [`arn:aws:ssm:${aws.region}:${DEFAULT_ACCOUNT}:parameter/events/a`],
      'detail': expect.anything(),
    });
  });

  test('lists exactly what lies under a path', async () => {
    const names = ['/walk/a/b', '/walk/a/b/c', '/walk/a/bc', '/walk/a/B', '/walk/a', '/walk/ab'];
    await Promise.all(names.map(name => put(name)));
    expect(await walk({ Path: '/walk/a', Recursive: true })).toEqual(['/walk/a/B', '/walk/a/b', '/walk/a/b/c', '/walk/a/bc']);
    expect(await walk({ Path: '/walk/a/', Recursive: false })).toEqual(['/walk/a/B', '/walk/a/b', '/walk/a/bc']);
    expect(await walk({ Path: '/walk/a/b', Recursive: true })).toEqual(['/walk/a/b/c']);
    expect(await walk({ Path: '/Walk', Recursive: true })).toEqual([]);
  });

  test('pages by ten at most, and a deletion between two pages loses nothing', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `/pages/p${String(index).padStart(2, '0')}`);
    await Promise.all(names.map(name => put(name)));
    const first = await ssm().send(new GetParametersByPathCommand({ Path: '/pages' }));
    expect(first.Parameters).toHaveLength(10);
    await ssm().send(new DeleteParameterCommand({ Name: names[0] }));
    expect(await walk({ Path: '/pages', NextToken: first.NextToken })).toEqual(names.slice(10));
    expect(await walk({ Path: '/pages', MaxResults: 8 })).toEqual(names.slice(1));
    await expect(ssm().send(new GetParametersByPathCommand({ Path: '/pages', MaxResults: 11 }))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ssm().send(new GetParametersByPathCommand({ Path: '/pages', NextToken: 'x' }))).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });

  test('never shows a SecureString that is not decrypted', async () => {
    const secret = 'correct horse battery staple';
    await put('/secure/a', secret, { Type: 'SecureString' });
    const read = async (WithDecryption: boolean) => [
      (await ssm().send(new GetParameterCommand({ Name: '/secure/a', WithDecryption }))).Parameter!.Value!,
      (await ssm().send(new GetParametersCommand({ Names: ['/secure/a'], WithDecryption }))).Parameters![0].Value!,
      (await ssm().send(new GetParametersByPathCommand({ Path: '/secure', WithDecryption }))).Parameters![0].Value!,
      (await ssm().send(new GetParameterHistoryCommand({ Name: '/secure/a', WithDecryption }))).Parameters!.at(-1)!.Value!,
    ];
    expect(await read(true)).toEqual([secret, secret, secret, secret]);
    const closed = await read(false);
    expect(new Set(closed).size).toBe(1);
    expect(closed[0]).toMatch(/^AQICA/);
    for (const text of [closed[0], Buffer.from(closed[0], 'base64').toString('latin1')]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64'));
    }
    await put('/secure/a', secret, { Type: 'SecureString' });
    expect((await read(false))[0]).not.toBe(closed[0]);
  });

  test('refuses what is too large, and more than ten names at once', async () => {
    const refused = { name: 'ValidationException' };
    await put('/limits/a', 'x'.repeat(4096));
    await expect(put('/limits/a', 'x'.repeat(4097))).rejects.toMatchObject(refused);
    await put('/limits/b', 'x'.repeat(8192), { Tier: 'Advanced' });
    await expect(put('/limits/b', 'x'.repeat(8193), { Tier: 'Advanced' })).rejects.toMatchObject(refused);
    const Names = Array.from({ length: 11 }, (_, index) => `/limits/${index}`);
    await expect(ssm().send(new GetParametersCommand({ Names }))).rejects.toMatchObject(refused);
    await expect(ssm().send(new DeleteParametersCommand({ Names }))).rejects.toMatchObject(refused);
  });

  test('remembers who changed a parameter, and can be told that it was long ago', async () => {
    await put('/history/a', 'one');
    const { Credentials } = await new STSClient(config()).send(new AssumeRoleCommand({ RoleArn: sample.outputs.WriterArn, RoleSessionName: 'alice' }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken };
    await new SSMClient({ ...config(), credentials }).send(new PutParameterCommand({ Name: '/history/a', Value: 'two', Overwrite: true }));

    const history = async () => (await ssm().send(new GetParameterHistoryCommand({ Name: '/history/a' }))).Parameters!;
    const role = sample.outputs.WriterArn.split('/')[1];
    expect((await history()).map(version => version.LastModifiedUser))
      .toEqual([`arn:aws:iam::${DEFAULT_ACCOUNT}:root`, `arn:aws:sts::${DEFAULT_ACCOUNT}:assumed-role/${role}/alice`]);

    const before = (await history())[1].LastModifiedDate!.getTime();
    const body = JSON.stringify({ account: DEFAULT_ACCOUNT, region: aws.region, name: '/history/a', seconds: 3600 });
    expect((await fetch(`${aws.endpoint}/_local/age-parameter`, { method: 'POST', body })).status).toBe(200);
    expect(before - (await history())[1].LastModifiedDate!.getTime()).toBeCloseTo(3_600_000, -1);
    const current = await ssm().send(new GetParameterCommand({ Name: '/history/a' }));
    expect(before - current.Parameter!.LastModifiedDate!.getTime()).toBeCloseTo(3_600_000, -1);
    const unknown = await fetch(`${aws.endpoint}/_local/age-parameter`, { method: 'POST', body: body.replace('/history/a', '/history/b') });
    expect(unknown.status).toBe(404);
  });
});

describe('a function', () => {
  test('runs beside itself, in workers that are used again', async () => {
    const together = await Promise.all([invoke({ sleepMs: 500 }), invoke({ sleepMs: 500 })]);
    expect(new Set(together.map(answer => answer.body.pid)).size).toBe(2);
    expect(together.map(answer => answer.body.pid)).toContain((await invoke({})).body.pid);
  });

  test('is cut off at its timeout', async () => {
    expect(await invoke({ sleepMs: 5_000 })).toMatchObject({ error: 'Unhandled', body: { errorMessage: expect.stringContaining('timed out after 1') } });
  });

  test('has all its lines in the log of the invocation that wrote them', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index + 1}`);
    const answers = await Promise.all([invoke({ lines: 300 }), invoke({ lines: 300 }), invoke({ lines: 300 })]);
    for (const { log } of answers) expect(log.split('\n').slice(-3)).toEqual(lines.slice(-3));
    const kept = await new CloudWatchLogsClient(config()).send(new FilterLogEventsCommand({ logGroupName: sample.outputs.LogGroupName, filterPattern: '"line 300"' }));
    expect(kept.events).toHaveLength(3);
  });

  test('that writes nothing is not waited for', async () => {
    const times: number[] = [];
    for (let count = 0; count < 10; count++) {
      const started = performance.now();
      await invoke({});
      times.push(performance.now() - started);
    }
    // The fastest, because the machine may be busy; MiniStack would wait at least 50 ms each time.
    expect(Math.min(...times)).toBeLessThan(45);
  });

  test('behind a rule fails twice, is counted by the alarm, and ends in its dead letter queue', async () => {
    await new EventBridgeClient(config()).send(new PutEventsCommand({ Entries: [{ Source: 'Sample.test', DetailType: 'any', Detail: '{}' }] }));
    await inAlarm(sample.outputs.FunctionErrorsAlarmName);
    const [letter] = await receive(sample.outputs.DeadLetterUrl, 1);
    expect(letter.Body).toContain('told to fail');
    expect(await metric('AWS/Lambda', 'Errors', { FunctionName: functionName() })).toBeGreaterThanOrEqual(2);
  });

  test('that is not there leaves the event in the target\'s dead letter queue', async () => {
    const dead = await createQueue('letters-of-a-target');
    const events = new EventBridgeClient(config());
    await events.send(new PutRuleCommand({ Name: 'nowhere', EventPattern: JSON.stringify({ source: ['nowhere.test'] }) }));
    await events.send(new PutTargetsCommand({
      Rule: 'nowhere', Targets: [{ Id: 'gone', Arn: `${sample.outputs.FunctionArn}-gone`, DeadLetterConfig: { Arn: dead.arn } }],
    }));
    await events.send(new PutEventsCommand({ Entries: [{ Source: 'nowhere.test', DetailType: 'any', Detail: '{"a":1}' }] }));
    expect(JSON.parse((await receive(dead.url, 1))[0].Body!)).toMatchObject({ source: 'nowhere.test', detail: { a: 1 } });
    await events.send(new RemoveTargetsCommand({ Rule: 'nowhere', Ids: ['gone'] }));
    await events.send(new DeleteRuleCommand({ Name: 'nowhere' }));
  });
});

describe('a change of a parameter', () => {
  test('walks through rule, queue, batch, function, metric, alarm and topic to a mail', async () => {
    await until('the stack\'s own parameter is handled', async () => await metric('Sample', 'Changes', { Stack: STACK }) > 0);
    await Promise.all(Array.from({ length: 15 }, (_, index) => put(`/Sample/p${index}`)));
    await until('one batch has all the changes', async () => await metric('Sample', 'Changes', { Stack: STACK, Size: '15' }) === 15);
    await inAlarm(sample.outputs.ChangedAlarmName);

    const mail = await until('the alarm\'s mail is there', async () => (await mails()).find(candidate => candidate.subject === `ALARM: "${sample.outputs.ChangedAlarmName}" in EU (Frankfurt)`));
    expect(mail).toMatchObject({ to: 'everything@example.com', topicArn: sample.outputs.TopicArn, receivedAt: expect.stringMatching(/^20/) });
    expect(JSON.parse(mail.message)).toMatchObject({
      AlarmName: sample.outputs.ChangedAlarmName,
      AWSAccountId: DEFAULT_ACCOUNT,
      NewStateValue: 'ALARM',
      NewStateReason: expect.stringContaining('Threshold Crossed: 1 out of the last 1 datapoint ['),
      Trigger: { MetricName: 'Changes', Statistic: 'MAXIMUM', Dimensions: [{ name: 'Stack', value: STACK }], TreatMissingData: 'notBreaching' },
    });
  });

  test('that cannot be handled comes back twice and rings the alarm of the dead letter queue', async () => {
    await new SQSClient(config()).send(new SendMessageBatchCommand({
      QueueUrl: sample.outputs.QueueUrl, Entries: [{ Id: 'bad', MessageBody: 'poison' }, { Id: 'good', MessageBody: '{}' }],
    }));
    await inAlarm(sample.outputs.StuckAlarmName);
    expect((await receive(sample.outputs.DeadLetterUrl, 1)).map(message => message.Body)).toContain('poison');
  });
});

describe('CloudWatch', () => {
  test('keeps dimension sets apart', async () => {
    const cloudwatch = new CloudWatchClient(config());
    const datum = (value: number, dimensions: Record<string, string>) => ({ MetricName: 'Apart', Value: value, Dimensions: toDimensions(dimensions) });
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData: [datum(1, {}), datum(10, { A: 'x' }), datum(100, { A: 'y' })] }));
    expect(await metric('Test', 'Apart', {})).toBe(1);
    expect(await metric('Test', 'Apart', { A: 'x' })).toBe(10);
    expect(await metric('Test', 'Apart', { B: 'x' })).toBe(0);
  });

  test('makes metrics of log lines in the embedded format', async () => {
    const logs = new CloudWatchLogsClient(config());
    const line = {
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'Emf', Dimensions: [['A'], ['A', 'B'], []], Metrics: [{ Name: 'Seen', Unit: 'Count' }] }] },
      A: 'x',
      B: 2,
      Seen: [3, 4],
    };
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'emf' }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: 'emf', logStreamName: 's' }));
    await logs.send(new PutLogEventsCommand({
      logGroupName: 'emf',
      logStreamName: 's',
      logEvents: [JSON.stringify(line), '{"_aws": broken', '{"_aws": {}}'].map(message => ({ timestamp: Date.now(), message })),
    }));
    const sets: Record<string, string>[] = [{ A: 'x' }, { A: 'x', B: '2' }, {}];
    for (const dimensions of sets) expect(await metric('Emf', 'Seen', dimensions)).toBe(7);
    expect(await metric('Emf', 'Seen', { B: '2' })).toBe(0);
  });

  /** The tables of "Configuring how CloudWatch alarms treat missing data": X breaches, 0 does not, - is missing; the newest is last. */
  test.each([
    [3, '0-X-X', 'OK OK OK OK'],
    [3, '----0', 'OK OK OK OK'],
    [3, '-----', 'INSUFFICIENT_DATA same ALARM OK'],
    [3, '0XX-X', 'ALARM ALARM ALARM ALARM'],
    [3, '--X--', 'ALARM same ALARM OK'],
    [2, '0-X-X', 'ALARM ALARM ALARM ALARM'],
    [2, '00X0X', 'ALARM ALARM ALARM ALARM'],
    [2, '0-X--', 'OK OK ALARM OK'],
    [2, '----0', 'OK OK ALARM OK'],
    [2, '---X-', 'ALARM same ALARM OK'],
  ])('with %d of 3 datapoints and %s missing, ignored, breaching or not breaching is %s', async (needed, data, states) => {
    const cloudwatch = new CloudWatchClient(config());
    const Period = 3600;
    const MetricName = `M${needed}${data}`;
    const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'];
    const MetricData = [...data].flatMap((point, index) => point === '-' ? [] : [{
      MetricName,
      Dimensions: toDimensions({ A: 'x' }),
      Value: point === 'X' ? 5 : 0,
      Timestamp: new Date(Date.now() - (data.length - 1 - index) * Period * 1000),
    }]);
    await cloudwatch.send(new PutMetricDataCommand({
      Namespace: 'Alarms', MetricData: [...MetricData, { MetricName, Dimensions: toDimensions({ A: 'y' }), Value: 5 }],
    }));
    const found = await Promise.all(treatments.map(async TreatMissingData => {
      const AlarmName = `${MetricName} ${TreatMissingData}`;
      await cloudwatch.send(new PutMetricAlarmCommand({
        AlarmName,
        TreatMissingData,
        MetricName,
        Period,
        Namespace: 'Alarms',
        Dimensions: toDimensions({ A: 'x' }),
        Statistic: 'Sum',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 3,
        DatapointsToAlarm: needed,
      }));
      return (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }))).MetricAlarms![0].StateValue;
    }));
    // An alarm begins without data, and that is the state that "ignore" keeps.
    expect(found.join(' ')).toBe(states.replace('same', 'INSUFFICIENT_DATA'));
  });

  test('lets an alarm return to OK as time passes', async () => {
    const stateDir = join(scratch, 'hurried');
    const hurried = await startLocalAws({ stateDir, longestWaits: { alarmPeriodSeconds: 1 } });
    try {
      const cloudwatch = new CloudWatchClient(clientConfig(hurried.endpoint, DEFAULT_ACCOUNT, hurried.region));
      const state = async () => (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms![0].StateValue;
      await cloudwatch.send(new PutMetricAlarmCommand({
        AlarmName: 'passing',
        Namespace: 'N',
        MetricName: 'M',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }));
      await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'N', MetricData: [{ MetricName: 'M', Value: 1 }] }));
      expect(await state()).toBe('ALARM');
      await until('the alarm is over', async () => await state() === 'OK');
    } finally {
      await hurried.stop();
    }
  });
});

describe('mail', () => {
  test('goes to the subscribers whose filter lets it pass, with the text meant for mail', async () => {
    const sns = new SNSClient(config());
    const severity = (value: string) => ({ severity: { DataType: 'String', StringValue: value } });
    await sns.send(new PublishCommand({ TopicArn: sample.outputs.TopicArn, Message: 'mild', MessageAttributes: severity('low') }));
    await sns.send(new PublishCommand({
      TopicArn: sample.outputs.TopicArn, Subject: 'Look', Message: JSON.stringify({ default: 'short', email: 'long' }), MessageStructure: 'json', MessageAttributes: severity('high'),
    }));
    const found = (await mails()).filter(mail => mail.messageAttributes.severity).map(({ to, subject, message }) => [to, subject, message]);
    expect(found.sort()).toEqual([
      ['everything@example.com', 'AWS Notification Message', 'mild'],
      ['everything@example.com', 'Look', 'long'],
      ['urgent@example.com', 'Look', 'long'],
    ]);
  });
});

interface Mail {
  readonly to: string;
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
  readonly messageAttributes: Record<string, { readonly Type: string; readonly Value: string }>;
  readonly receivedAt: string;
}

function config(account = DEFAULT_ACCOUNT) {
  return clientConfig(aws.endpoint, account, aws.region);
}

function ssm(account?: string) {
  return new SSMClient(config(account));
}

function put(name: string, value = 'value', options: { Type?: ParameterType; Overwrite?: boolean; Description?: string; Tier?: 'Advanced' } = {}, account?: string) {
  return ssm(account).send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true, ...options }));
}

async function walk(input: { Path: string; Recursive?: boolean; MaxResults?: number; NextToken?: string }): Promise<string[]> {
  const page = await ssm().send(new GetParametersByPathCommand(input));
  const names = page.Parameters!.map(parameter => parameter.Name!);
  return page.NextToken ? [...names, ...await walk({ ...input, NextToken: page.NextToken })] : names;
}

async function deploy({ directory, stackName = STACK, onProgress, ...options }: {
  directory: string; stackName?: string; parameterValue?: string; fail?: boolean; onProgress?: (line: string) => void;
}) {
  const outdir = join(scratch, directory);
  if (!existsSync(outdir)) synthesiseSample({ outdir, region: aws.region, stackName, ...options });
  return deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir: outdir, onProgress });
}

async function invoke(event: object) {
  const answer = await new LambdaClient(config()).send(new InvokeCommand({ FunctionName: sample.outputs.FunctionArn, Payload: JSON.stringify(event), LogType: 'Tail' }));
  return {
    error: answer.FunctionError,
    body: JSON.parse(Buffer.from(answer.Payload!).toString()),
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  };
}

function functionName() {
  return sample.outputs.FunctionArn.split(':').at(-1)!;
}

async function mails(): Promise<Mail[]> {
  return await (await fetch(`${aws.endpoint}/_local/mail`)).json() as Mail[];
}

function toDimensions(dimensions: Record<string, string>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** The sum of the last hour; 0 when there is no such metric. */
async function metric(Namespace: string, MetricName: string, dimensions: Record<string, string>): Promise<number> {
  const { MetricDataResults } = await new CloudWatchClient(config()).send(new GetMetricDataCommand({
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric: { Namespace, MetricName, Dimensions: toDimensions(dimensions) }, Period: 60, Stat: 'Sum' } }],
  }));
  return MetricDataResults![0].Values!.reduce((sum, value) => sum + value, 0);
}

async function inAlarm(name: string) {
  await until(`${name} is in alarm`, async () => {
    const { MetricAlarms } = await new CloudWatchClient(config()).send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms![0].StateValue === 'ALARM';
  });
}

async function createQueue(name: string) {
  const { QueueUrl } = await new SQSClient(config()).send(new CreateQueueCommand({ QueueName: name }));
  return { url: QueueUrl!, arn: `arn:aws:sqs:${aws.region}:${DEFAULT_ACCOUNT}:${name}` };
}

/** A queue that receives every event of a pattern. */
async function queueOfRule(name: string, pattern: object): Promise<string> {
  const queue = await createQueue(name);
  const events = new EventBridgeClient(config());
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: queue.arn }] }));
  return queue.url;
}

/** Takes at least so many messages out of a queue, in the order of their arrival. */
async function receive(QueueUrl: string, count: number): Promise<Message[]> {
  const sqs = new SQSClient(config());
  const messages: Message[] = [];
  await until(`${count} messages are in ${QueueUrl}`, async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    await Promise.all(Messages.map(({ ReceiptHandle }) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))));
    messages.push(...Messages);
    return messages.length >= count;
  });
  return messages;
}

async function until<T>(what: string, ask: () => Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await sleep(100);
  }
}
