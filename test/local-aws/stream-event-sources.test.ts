/** Batches that a table's stream makes on the local AWS: see holes/stream_event_sources.py. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, FilterCriteria, FilterRule, Function as LambdaFunction, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { clientConfig } from './clients';
import { deployAssembly } from './deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), 'stream-sources-'));
let aws: LocalAws;
let outputs: Record<string, string>;
const settings = () => clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  const assemblyDir = join(scratch, 'out');
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  build(new Stack(app, 'Stream', { env: { region: aws.region } }));
  app.synth();
  outputs = (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir })).Stream.outputs;
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Logs the sort keys of each batch; throws on `throw`, and reports `report`. */
const CODE = `exports.handler = async ({ Records }) => {
  const keys = Records.map(({ dynamodb }) => dynamodb.Keys.sk.S);
  console.log('BATCH ' + keys.join(','));
  if (keys.some((key) => key.includes('throw'))) throw new Error('told to');
  const reported = Records.filter(({ dynamodb }) => dynamodb.Keys.sk.S.includes('report'));
  return { batchItemFailures: reported.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;

/** Three mappings of one stream: one that halves, one whose function reports failures, and one that does neither. */
function build(stack: Stack): void {
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING }, sortKey: { name: 'sk', type: AttributeType.STRING },
    stream: StreamViewType.NEW_AND_OLD_IMAGES, removalPolicy: RemovalPolicy.DESTROY,
  });
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  const listen = (name: string, options: object) => {
    const logGroup = new LogGroup(stack, `${name}Logs`);
    const letters = new Queue(stack, `${name}Letters`);
    const listener = new LambdaFunction(stack, name, { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline(CODE), logGroup });
    listener.addEventSource(new DynamoEventSource(table, {
      startingPosition: StartingPosition.TRIM_HORIZON, batchSize: 100, maxBatchingWindow: Duration.seconds(1),
      retryAttempts: 1, onFailure: new SqsDlq(letters),
      filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT'), dynamodb: { Keys: { pk: { S: FilterRule.isEqual(name) } } } })],
      ...options,
    }));
    new CfnOutput(stack, `${name}Log`, { value: logGroup.logGroupName });
    new CfnOutput(stack, `${name}LettersUrl`, { value: letters.queueUrl });
  };
  listen('Plain', {});
  listen('Halving', { bisectBatchOnError: true });
  listen('Reporting', { reportBatchItemFailures: true });
}

async function write(pk: string, ...keys: string[]): Promise<void> {
  const RequestItems = { [outputs.TableName]: keys.map((sk) => ({ PutRequest: { Item: { pk: { S: pk }, sk: { S: sk } } } })) };
  await new DynamoDBClient(settings()).send(new BatchWriteItemCommand({ RequestItems }));
}
async function batches(name: string): Promise<string[]> {
  const { events = [] } = await new CloudWatchLogsClient(settings()).send(new FilterLogEventsCommand({ logGroupName: outputs[`${name}Log`], filterPattern: 'BATCH' }));
  return events.map(({ message }) => /BATCH (\S+)/.exec(message!)![1]);
}
async function letter(name: string) {
  const { Messages = [] } = await new SQSClient(settings()).send(new ReceiveMessageCommand({ QueueUrl: outputs[`${name}LettersUrl`], WaitTimeSeconds: 10 }));
  return JSON.parse(Messages[0].Body!) as { requestContext: { condition: string }; DDBStreamBatchInfo: { batchSize: number } };
}
async function comeTo(name: string, expected: string[]): Promise<void> {
  const deadline = Date.now() + 15_000;
  while ((await batches(name)).length < expected.length && Date.now() < deadline) await sleep(100);
  expect(await batches(name)).toEqual(expected);
}

test('a batch that fails is tried as often as the mapping says, told to the destination, and passed over', async () => {
  await write('Plain', 'a', 'throw', 'c');
  expect(await letter('Plain')).toMatchObject({ requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: { batchSize: 3 } });
  await write('Plain', 'd');
  await comeTo('Plain', ['a,throw,c', 'a,throw,c', 'd']);
});

test('a mapping that halves its batches ends with the record that fails', async () => {
  await write('Halving', 'a', 'b', 'throw', 'd');
  expect(await letter('Halving')).toMatchObject({ DDBStreamBatchInfo: { batchSize: 1 } });
  await comeTo('Halving', ['a,b,throw,d', 'a,b', 'throw,d', 'throw', 'throw', 'd']);
});

test('a function that reports failures has the batch again from the first of them', async () => {
  await write('Reporting', 'a', 'b', 'report', 'd');
  expect(await letter('Reporting')).toMatchObject({ DDBStreamBatchInfo: { batchSize: 2 } });
  await comeTo('Reporting', ['a,b,report,d', 'report,d', 'report,d']);
});
