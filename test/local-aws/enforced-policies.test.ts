/** The holes of `holes/enforced`, each with what would pass, or be refused, without it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ConfigServiceClient, DescribeConfigurationRecorderStatusCommand, PutConfigurationRecorderCommand } from '@aws-sdk/client-config-service';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, CreateServiceLinkedRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, PutBucketEncryptionCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, PublishBatchCommand, PublishCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityBatchCommand, CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageBatchCommand,
  SendMessageCommand, SetQueueAttributesCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import {
  DeleteParametersCommand, GetParameterCommand, GetParametersByPathCommand, GetParametersCommand, PutParameterCommand, SSMClient,
} from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientConfig } from './clients';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

const scratch = mkdtempSync(join(tmpdir(), 'enforced-policies-'));
let aws: LocalAws;
let root: ReturnType<typeof clientConfig>;
let count = 0;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server'), auth: true });
  root = clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const arn = (service: string, resource: string) => `arn:aws:${service}:${aws.region}:${DEFAULT_ACCOUNT}:${resource}`;
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const refused = expect.objectContaining({ name: expect.stringMatching(/AccessDenied|AuthorizationError/) }) as unknown;
const outcome = async (call: Promise<unknown>) => call.then(() => 'done', (error: Error) => error);

/** Settings of a client that is a new role with these permissions. */
async function roleWith(...statements: Statement[]) {
  const RoleName = `role-${count += 1}`;
  const iam = new IAMClient(root);
  const { Role } = await iam.send(new CreateRoleCommand({
    RoleName, AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` }, Action: 'sts:AssumeRole' }),
  }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'policy', PolicyDocument: policy(...statements.map((each) => ({ Effect: 'Allow', ...each }))) }));
  const { Credentials } = await new STSClient(root).send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'session' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return { ...root, maxAttempts: 1, credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! } };
}

async function queue(Attributes: { [name: string]: string } = {}) {
  const name = `queue-${count += 1}`;
  const { QueueUrl } = await new SQSClient(root).send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return { QueueUrl: QueueUrl!, arn: arn('sqs', name) };
}
const topic = async (Attributes: { [name: string]: string } = {}) =>
  (await new SNSClient(root).send(new CreateTopicCommand({ Name: `topic-${count += 1}`, Attributes }))).TopicArn!;
const key = async () => (await new KMSClient(root).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
const through = (service: string, Resource: string, context: object = {}): Statement => ({
  Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource, Condition: { StringLike: { 'kms:ViaService': `${service}.${aws.region}.amazonaws.com*`, ...context } },
});

/** Nothing is to come where it might: a message behind it would have come by now. */
const received = async (QueueUrl: string) => {
  for (let tries = 0; tries < 20; tries++) {
    const { Messages = [] } = await new SQSClient(root).send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length > 0) return Messages.map(({ Body }) => Body!);
    await sleep(50);
  }
  return [];
};

test('a role of another account is assumed where conditions on its account or organization hold', async () => {
  const member = '222222222222';
  const caller = async (StringEquals: object) => roleWith({ Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/reader-*', Condition: { StringEquals } });
  const iam = new IAMClient(clientConfig(aws.endpoint, member, aws.region));
  const { Role } = await iam.send(new CreateRoleCommand({
    RoleName: 'reader-one', AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` }, Action: 'sts:AssumeRole' }),
  }));
  const assume = async (StringEquals: object) => outcome(
    new STSClient(await caller(StringEquals)).send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'session' })));
  await fetch(`${aws.endpoint}/_local/organization`, { method: 'POST', body: JSON.stringify({ id: 'o-a1b2c3d4e5', accounts: [DEFAULT_ACCOUNT, member] }) });
  expect(await assume({ 'aws:ResourceAccount': [DEFAULT_ACCOUNT, member] })).toBe('done');
  expect(await assume({ 'aws:ResourceAccount': [DEFAULT_ACCOUNT] })).toEqual(refused);
  expect(await assume({ 'aws:ResourceOrgID': 'o-a1b2c3d4e5' })).toBe('done');
  expect(await assume({ 'aws:ResourceOrgID': 'o-zzzzzzzzzz' })).toEqual(refused);
});

test('what takes TLS only takes requests', async () => {
  const { QueueUrl, arn: queueArn } = await queue();
  const Policy = policy({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: queueArn, Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  await new SQSClient(root).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const role = await roleWith({ Action: 'sqs:SendMessage', Resource: queueArn });
  expect(await outcome(new SQSClient(role).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })))).toBe('done');
});

test('a batch is judged as what it is a batch of', async () => {
  const { QueueUrl, arn: queueArn } = await queue();
  const TopicArn = await topic();
  const allowed = await roleWith({
    Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sns:Publish'], Resource: [queueArn, TopicArn],
  });
  const sqs = new SQSClient(allowed);
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x' }] }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const Entries = [{ Id: '1', ReceiptHandle: Messages![0].ReceiptHandle!, VisibilityTimeout: 5 }];
  await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  await new SNSClient(allowed).send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: '1', Message: 'x' }] }));

  const other = new SQSClient(await roleWith({ Action: 'sqs:ReceiveMessage', Resource: queueArn }));
  expect(await outcome(other.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x' }] })))).toEqual(refused);
});

test('parameters are judged by path, by each name, and without the version', async () => {
  for (const Name of ['/own/a', '/own/b', '/own/deep/c', '/other/a']) await new SSMClient(root).send(new PutParameterCommand({ Name, Type: 'String', Value: 'x' }));
  const ssm = new SSMClient(await roleWith(
    { Action: 'ssm:GetParametersByPath', Resource: arn('ssm', 'parameter/own') },
    { Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:DeleteParameters'], Resource: [arn('ssm', 'parameter/own/a'), arn('ssm', 'parameter/own/b')] },
  ));
  const byPath = async (Path: string) => outcome(ssm.send(new GetParametersByPathCommand({ Path, Recursive: true })));
  expect([await byPath('/own'), await byPath('/own/deep'), await byPath('/own/'), await byPath('/other')]).toEqual(['done', refused, refused, refused]);
  expect(await outcome(ssm.send(new GetParametersCommand({ Names: ['/own/a', '/own/b:1'] })))).toBe('done');
  expect(await outcome(ssm.send(new GetParametersCommand({ Names: ['/own/a', '/other/a'] })))).toEqual(refused);
  expect(await outcome(ssm.send(new GetParameterCommand({ Name: '/own/a:1' })))).toBe('done');
  expect(await outcome(ssm.send(new GetParameterCommand({ Name: arn('ssm', 'parameter/own/a') })))).toBe('done');
  expect(await outcome(ssm.send(new DeleteParametersCommand({ Names: ['/own/b', '/other/a'] })))).toEqual(refused);
  expect(await outcome(ssm.send(new DeleteParametersCommand({ Names: ['/own/b'] })))).toBe('done');
});

test('an item is judged by its partition', async () => {
  const dynamodb = new DynamoDBClient(root);
  const name = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  await dynamodb.send(new CreateTableCommand({
    TableName: 'divided', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [name('pk')], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }));
  const own = new DynamoDBClient(await roleWith({
    Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    Resource: arn('dynamodb', 'table/divided'),
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['own'] } },
  }));
  const put = async (pk: string) => outcome(own.send(new PutItemCommand({ TableName: 'divided', Item: { pk: { S: pk } } })));
  const update = async (pk: string) => outcome(own.send(new UpdateItemCommand({ TableName: 'divided', Key: { pk: { S: pk } } })));
  expect([await put('own'), await update('own'), await put('other'), await update('other')]).toEqual(['done', 'done', refused, refused]);
});

test('a recorder is judged by its ARN, and its role has to be passed', async () => {
  const roleARN = `arn:aws:iam::${DEFAULT_ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`;
  const recorders = arn('config', 'configuration-recorder/*');
  const put = { Action: 'config:PutConfigurationRecorder', Resource: '*' };
  const pass = (service: string): Statement => ({
    Action: 'iam:PassRole', Resource: roleARN, Condition: { StringEquals: { 'iam:PassedToService': service } },
  });
  const putBy = async (...statements: Statement[]) => outcome(new ConfigServiceClient(await roleWith(...statements)).send(
    new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name: 'own', roleARN } }),
  ));
  expect([await putBy(put), await putBy(put, pass('lambda.amazonaws.com')), await putBy(put, pass('config.amazonaws.com'))]).toEqual([refused, refused, 'done']);
  const statusBy = async (Resource: string) => outcome(new ConfigServiceClient(
    await roleWith({ Action: 'config:DescribeConfigurationRecorderStatus', Resource }),
  ).send(new DescribeConfigurationRecorderStatusCommand({ ConfigurationRecorderNames: ['own'] })));
  expect([await statusBy(recorders), await statusBy(recorders.replace('/*', '/other/*'))]).toEqual(['done', refused]);
});

test('a role is judged by its path once it is there, and a service-linked one by what it will be', async () => {
  const byName = `arn:aws:iam::${DEFAULT_ACCOUNT}:role/AWSServiceRoleForConfig`;
  const byPath = byName.replace('role/', 'role/aws-service-role/config.amazonaws.com/');
  const getBy = async (Resource: string) => outcome(new IAMClient(await roleWith({ Action: 'iam:GetRole', Resource })).send(
    new GetRoleCommand({ RoleName: 'AWSServiceRoleForConfig' }),
  ));
  const makeBy = async (service: string) => outcome(new IAMClient(await roleWith({
    Action: 'iam:CreateServiceLinkedRole', Resource: byPath, Condition: { StringEquals: { 'iam:AWSServiceName': service } },
  })).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'config.amazonaws.com' })));
  const missing = expect.objectContaining({ name: expect.stringMatching(/^NoSuchEntity/) as unknown }) as unknown;
  expect([await getBy(byPath), await getBy(byName)]).toEqual([refused, missing]);
  expect([await makeBy('rds.amazonaws.com'), await makeBy('config.amazonaws.com')]).toEqual([refused, 'done']);
  expect([await getBy(byPath), await getBy(byName)]).toEqual(['done', refused]);
});

describe('a key is used for the caller', () => {
  /** The same calls with the service's permission only, with the key through another service, and with the key through this one. */
  async function withAndWithout(
    service: string, own: Statement, Resource: string, context: object, calls: (config: typeof root) => Promise<unknown>[],
  ) {
    const results: unknown[] = [];
    for (const statements of [[own], [own, through('lambda', Resource, context)], [own, through(service, Resource, context)]]) {
      results.push(await Promise.all(calls(await roleWith(...statements)).map(outcome)));
    }
    const all = (what: unknown) => (results[0] as unknown[]).map(() => what);
    expect(results).toEqual([all(refused), all(refused), all('done')]);
  }

  test('by S3', async () => {
    const encryptionKey = await key();
    const Bucket = `bucket-${count += 1}`;
    const s3 = new S3Client({ ...root, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: aws.region as never } }));
    await s3.send(new PutBucketEncryptionCommand({
      Bucket, ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: encryptionKey } }] },
    }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    await withAndWithout('s3', { Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${Bucket}/*` }, encryptionKey, {}, (config) => {
      const client = new S3Client({ ...config, forcePathStyle: true });
      return [client.send(new GetObjectCommand({ Bucket, Key: 'a' })), client.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x' }))];
    });
  });

  test('by SQS and SNS', async () => {
    const encryptionKey = await key();
    const { QueueUrl, arn: queueArn } = await queue({ KmsMasterKeyId: encryptionKey });
    await withAndWithout('sqs', { Action: ['sqs:ReceiveMessage', 'sqs:SendMessage'], Resource: queueArn }, encryptionKey, {}, (config) => [
      new SQSClient(config).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })), new SQSClient(config).send(new ReceiveMessageCommand({ QueueUrl })),
    ]);
    const TopicArn = await topic({ KmsMasterKeyId: encryptionKey });
    await withAndWithout('sns', { Action: 'sns:Publish', Resource: TopicArn }, encryptionKey, {}, (config) => [
      new SNSClient(config).send(new PublishCommand({ TopicArn, Message: 'x' })),
    ]);
  });

  test('by Secrets Manager, for the secret that it asks for', async () => {
    const encryptionKey = await key();
    const { ARN } = await new SecretsManagerClient(root).send(new CreateSecretCommand({ Name: `secret-${count += 1}`, KmsKeyId: encryptionKey, SecretString: 'x' }));
    const own = { Action: 'secretsmanager:GetSecretValue', Resource: ARN! };
    const read = (config: typeof root) => [new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: ARN }))];
    await withAndWithout('secretsmanager', own, encryptionKey, { 'kms:EncryptionContext:SecretARN': ARN }, read);
    const another = await roleWith(own, through('secretsmanager', encryptionKey, { 'kms:EncryptionContext:SecretARN': `${ARN}-x` }));
    expect(await outcome(read(another)[0])).toEqual(refused);
  });

  test('by Parameter Store, for the parameter that it asks for, and only to encrypt and decrypt', async () => {
    const encryptionKey = await key();
    const secure = { Type: 'SecureString', Value: 'x', KeyId: encryptionKey, Overwrite: true } as const;
    await new SSMClient(root).send(new PutParameterCommand({ ...secure, Name: '/vault/a' }));
    const parameters = arn('ssm', 'parameter/vault/*');
    const own = { Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:PutParameter'], Resource: [parameters, arn('ssm', 'parameter/vault')] };
    await withAndWithout('ssm', own, encryptionKey, { 'kms:EncryptionContext:PARAMETER_ARN': parameters }, (config) => {
      const client = new SSMClient(config);
      return [
        client.send(new GetParameterCommand({ Name: '/vault/a', WithDecryption: true })),
        client.send(new GetParametersCommand({ Names: ['/vault/a'], WithDecryption: true })),
        client.send(new GetParametersByPathCommand({ Path: '/vault', WithDecryption: true })),
        client.send(new PutParameterCommand({ ...secure, Name: '/vault/b' })),
        client.send(new PutParameterCommand({ ...secure, Name: '/vault/c', Tier: 'Advanced' })),
      ];
    });
    const without = new SSMClient(await roleWith(own, through('ssm', encryptionKey, { 'kms:EncryptionContext:PARAMETER_ARN': arn('ssm', 'parameter/else/*') })));
    expect(await outcome(without.send(new GetParameterCommand({ Name: '/vault/a', WithDecryption: true })))).toEqual(refused);
    expect(await outcome(without.send(new GetParameterCommand({ Name: '/vault/a' })))).toBe('done');
    expect(await outcome(without.send(new PutParameterCommand({ Name: '/vault/d', Type: 'String', Value: 'x' })))).toBe('done');
  });
});

describe('a service needs the resource\'s own policy', () => {
  const admitted = (principal: string, action: string, resource: string, condition?: object) => policy({
    Effect: 'Allow', Principal: { Service: principal }, Action: action, Resource: resource, ...(condition ? { Condition: condition } : {}),
  });

  test('EventBridge to a queue: for this rule, and with its key', async () => {
    const events = new EventBridgeClient(root);
    const encryptionKey = await key();
    const dead = await queue();
    await new SQSClient(root).send(new SetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, Attributes: { Policy: admitted('events.amazonaws.com', 'sqs:SendMessage', dead.arn) } }));
    const target = await queue({ KmsMasterKeyId: encryptionKey });
    const { RuleArn } = await events.send(new PutRuleCommand({ Name: 'rule', EventPattern: JSON.stringify({ source: ['test'] }) }));
    await events.send(new PutTargetsCommand({ Rule: 'rule', Targets: [{ Id: '1', Arn: target.arn, DeadLetterConfig: { Arn: dead.arn } }] }));
    const send = async () => {
      await events.send(new PutEventsCommand({ Entries: [{ Source: 'test', DetailType: 'any', Detail: '{}' }] }));
      // One of them gets it; who asks for nothing waits a second.
      return [(await received(dead.QueueUrl)).length, (await received(target.QueueUrl)).length];
    };
    const forRule = async (ruleArn: string) => new SQSClient(root).send(new SetQueueAttributesCommand({
      QueueUrl: target.QueueUrl,
      Attributes: { Policy: admitted('events.amazonaws.com', 'sqs:SendMessage', target.arn, { ArnEquals: { 'aws:SourceArn': ruleArn } }) },
    }));
    expect(await send()).toEqual([1, 0]);
    await forRule(`${RuleArn}-other`);
    expect(await send()).toEqual([1, 0]);
    await forRule(RuleArn!);
    expect(await send()).toEqual([1, 0]);
    await new KMSClient(root).send(new PutKeyPolicyCommand({
      KeyId: encryptionKey, Policy: policy(
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' },
      ),
    }));
    expect(await send()).toEqual([0, 1]);
  });

  test('CloudWatch to a topic', async () => {
    const TopicArn = await topic();
    await new SNSClient(root).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'somebody@example.com' }));
    const cloudwatch = new CloudWatchClient(root);
    await cloudwatch.send(new PutMetricAlarmCommand({
      AlarmName: 'alarm', MetricName: 'm', Namespace: 'n', Period: 60, EvaluationPeriods: 1, Threshold: 1, Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold', AlarmActions: [TopicArn], OKActions: [TopicArn],
    }));
    const mails = async () => (await (await fetch(`${aws.endpoint}/_local/mail`)).json() as { topicArn: string }[]).filter((mail) => mail.topicArn === TopicArn).length;
    const turn = async (StateValue: 'ALARM' | 'OK') => {
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'alarm', StateValue, StateReason: 'test' }));
      await sleep(300);
      return mails();
    };
    const admit = async (account: string) => new SNSClient(root).send(new SetTopicAttributesCommand({
      TopicArn, AttributeName: 'Policy',
      AttributeValue: admitted('cloudwatch.amazonaws.com', 'sns:Publish', TopicArn, { StringEquals: { 'aws:SourceAccount': account } }),
    }));
    await admit('222222222222');
    expect(await turn('ALARM')).toBe(0);
    await admit(DEFAULT_ACCOUNT);
    expect(await turn('OK')).toBe(1);
  });
});
