import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { askCustomResource, Lane } from './lane';
import { ORGANIZATION } from './parts';
import { DetectAnswer, POLICY_BUCKET_PROPERTY, POLICY_PROPERTY, PolicyDocument, snapshotKey, TABLE_KEYS } from '../../../src/drift/contract';

const ENVIRONMENT = 'Staging';
/** The domain cuts a walk when 40 s are left: with so few it is cut at once. */
const CUT = 40;
/** A check that waits for another one gives up when 60 s are left. */
const IMPATIENT = 61;
const USUAL = 180;

type Row = { readonly pk: string; readonly sk: string; readonly [attribute: string]: unknown };

/** A walk that is cut and goes on, a change that is announced, a check in the way, and an event that nobody can handle. */
export async function detectDrift(lane: Lane): Promise<void> {
  const detect = lane.resource(/^DriftDetectFunction[0-9A-F]+$/);
  const queue = lane.resource(/^DriftChangesQueue[0-9A-F]{8}$/);
  await consumes(lane, detect, false);
  await put(lane, 'Prod', 'only/there', '1');
  await put(lane, 'Prod', 'both', '1');
  await put(lane, ENVIRONMENT, 'both', '2');
  await new SQSClient(lane.config).send(new PurgeQueueCommand({ QueueUrl: queue }));

  await lane.setTimeout(detect, CUT);
  const cut = await lane.invoke<DetectAnswer>(detect, {});
  expect(cut.causes).toEqual(['CONTINUES']);
  await lane.setTimeout(detect, USUAL);
  await consumes(lane, detect, true);
  await lane.eventually('the walk goes on to its end', async () => (await rows(lane)).find(({ pk, sk }) => pk === `RUNS#${ENVIRONMENT}` && sk.endsWith(cut.runId)));
  const found = (await rows(lane)).filter(({ pk }) => pk === `ACTIVE#${ENVIRONMENT}`);
  expect(found.map(({ name, status, changedBy }) => [name, status, changedBy]).sort()).toEqual([
    ['both', 'pending', expect.stringContaining('root')], ['only/there', 'open', expect.stringContaining('root')],
  ]);
  await lane.eventually('a message tells of it', async () => (await lane.mails()).some((mail) => mail.includes('only/there')));
  await lane.eventually('the outbox is empty', async () => !(await rows(lane)).some(({ sk }) => sk === 'OUTBOX'));
  await new S3Client({ ...lane.config, forcePathStyle: true }).send(new HeadObjectCommand({
    Bucket: lane.resource(/^DriftStateBucket[0-9A-F]{8}$/), Key: snapshotKey(ORGANIZATION, ENVIRONMENT),
  }));

  await put(lane, ENVIRONMENT, 'only/there', '1');
  await lane.eventually('the change resolves it', async () => (await rows(lane)).some(({ pk, name }) => pk === `RESOLVED#${ENVIRONMENT}` && name === 'only/there'));
  await lane.eventually('the queue is empty', async () => await lane.messagesIn(queue) === 0);

  await consumes(lane, detect, false);
  await lane.setTimeout(detect, IMPATIENT);
  await takeLease(lane);
  await put(lane, ENVIRONMENT, 'both', '3');
  await consumes(lane, detect, true);
  const log = await lane.eventually('a check finds another one in its way', async () => {
    const lines = await lane.log(detect);
    return lines.includes('BUSY') && lines;
  });
  expect(log).not.toContain('come again only after the visibility timeout');

  await lane.send(detect, { please: 'check' });
  await lane.eventually('the unreadable event ends among the dead letters', async () => await lane.messagesIn(lane.resource(/^DriftChangesDeadLetters[0-9A-F]{8}$/)) > 0);
}

/** A policy that comes, changes and goes. */
export async function storePolicy(lane: Lane): Promise<void> {
  const handler = lane.resource(/^DriftPolicyHandlerFunction[0-9A-F]+$/);
  const bucket = lane.resource(/^DriftStateBucket[0-9A-F]{8}$/);
  const s3 = new S3Client({ ...lane.config, forcePathStyle: true });
  const properties = (secrets: 'true' | 'false') => {
    const policy: PolicyDocument = { version: '1', baseline: 'Prod', environments: ['Dev', 'Staging', 'Prod'], reportPlainSecrets: secrets };
    return { [POLICY_PROPERTY]: policy, [POLICY_BUCKET_PROPERTY]: bucket };
  };
  const isThere = async (Key: string) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key })).then(() => true, () => false);

  const { PhysicalResourceId: first } = await askCustomResource(lane, handler, { type: 'Create', properties: properties('true') });
  const { PhysicalResourceId: second } = await askCustomResource(lane, handler, {
    type: 'Update', physicalId: first, properties: properties('false'), oldProperties: properties('true'),
  });
  expect([await isThere(first), await isThere(second)]).toEqual([true, true]);
  await askCustomResource(lane, handler, { type: 'Delete', physicalId: first, properties: properties('true') });
  expect([await isThere(first), await isThere(second)]).toEqual([false, true]);
}

async function put(lane: Lane, environment: string, name: string, value: string): Promise<void> {
  await new SSMClient(lane.config).send(new PutParameterCommand({
    Name: `/${ORGANIZATION}/${environment}/${name}`, Value: value, Type: 'String', Overwrite: true,
  }));
}

/** Whether the function takes what is in its queue. */
async function consumes(lane: Lane, functionName: string, Enabled: boolean): Promise<void> {
  const lambda = new LambdaClient(lane.config);
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: functionName }));
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings![0].UUID, Enabled }));
}

async function rows(lane: Lane): Promise<Row[]> {
  const { Items } = await DynamoDBDocumentClient.from(new DynamoDBClient(lane.config)).send(new ScanCommand({ TableName: table(lane) }));
  return (Items ?? []) as Row[];
}

/** As another check of the same environment would. */
async function takeLease(lane: Lane): Promise<void> {
  await DynamoDBDocumentClient.from(new DynamoDBClient(lane.config)).send(new UpdateCommand({
    TableName: table(lane),
    Key: TABLE_KEYS.lease(ENVIRONMENT),
    UpdateExpression: 'SET holder = :holder, #until = :until',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':holder': 'another check', ':until': Date.now() + 3_600_000 },
  }));
}

const table = (lane: Lane) => lane.resource(/^DriftTable[0-9A-F]{8}$/);
