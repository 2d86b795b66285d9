/** Moving messages out of a dead letter queue: see holes/message_move_tasks.py. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelMessageMoveTaskCommand, CreateQueueCommand, GetQueueAttributesCommand, ListMessageMoveTasksCommand, ListMessageMoveTasksResultEntry, Message,
  ReceiveMessageCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { clientConfig } from './clients';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), 'message-moves-'));
let aws: LocalAws;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  sqs = new SQSClient(clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region));
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

interface MadeQueue {
  readonly url: string;
  readonly arn: string;
}

async function makeQueue(QueueName: string, Attributes: Record<string, string> = {}): Promise<MadeQueue> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const { Attributes: found } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl!, arn: found!.QueueArn! };
}
async function makePair(name: string) {
  const dead = await makeQueue(`${name}-dead`);
  const queue = await makeQueue(name, { VisibilityTimeout: '0', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }) });
  return { queue, dead };
}
const send = (queue: MadeQueue, MessageBody: string) => sqs.send(new SendMessageCommand({
  QueueUrl: queue.url, MessageBody, MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } },
}));
async function receive({ url }: MadeQueue): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageAttributeNames: ['All'] }));
  return Messages;
}
const start = (SourceArn: string, more: { DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {}) =>
  sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }));
const list = async (SourceArn: string, MaxResults?: number) => (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults }))).Results!;

async function finished(arn: string): Promise<ListMessageMoveTasksResultEntry> {
  for (;;) {
    const [task] = await list(arn);
    if (task.Status !== 'RUNNING') return task;
    await sleep(100);
  }
}

test('moves all to a queue that is named, with their attributes, as new messages', async () => {
  const { queue, dead } = await makePair('named');
  const { MessageId } = await send(dead, 'a');
  await send(dead, 'b');
  await start(dead.arn, { DestinationArn: queue.arn });
  expect(await finished(dead.arn)).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 2, SourceArn: dead.arn, DestinationArn: queue.arn });
  expect(await receive(dead)).toEqual([]);
  const moved = await receive(queue);
  expect(moved.map(({ Body }) => Body).sort()).toEqual(['a', 'b']);
  expect(moved[0].MessageAttributes).toMatchObject({ ERROR_CODE: { StringValue: 'NO_PERMISSIONS' } });
  expect(moved.map((message) => message.MessageId)).not.toContain(MessageId);
});

test('moves back to where each came from, and cannot for what came from nowhere', async () => {
  const { queue, dead } = await makePair('back');
  await send(queue, 'a');
  await receive(queue);
  // The next receive finds it received often enough.
  expect(await receive(queue)).toEqual([]);
  await start(dead.arn);
  expect(await finished(dead.arn)).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 });
  expect((await receive(queue)).map(({ Body }) => Body)).toEqual(['a']);

  await send(dead, 'sent to the dead letter queue itself');
  await start(dead.arn);
  expect(await finished(dead.arn)).toMatchObject({ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' });
});

test('moves as fast as it is told, one task at a time, and can be stopped', async () => {
  const { queue, dead } = await makePair('slow');
  for (let i = 0; i < 5; i++) await send(dead, `${i}`);
  const { TaskHandle } = await start(dead.arn, { DestinationArn: queue.arn, MaxNumberOfMessagesPerSecond: 1 });
  await expect(start(dead.arn)).rejects.toMatchObject({ message: expect.stringContaining('Only one active task') });
  const [running] = await list(dead.arn);
  expect(running).toMatchObject({ Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 1 });
  await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  const [cancelled] = await list(dead.arn, 10);
  expect(cancelled).toMatchObject({ Status: 'CANCELLED' });
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBeLessThan(5);
  await expect(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('refuses queues that are no dead letter queues, that are not there, and rates out of bounds', async () => {
  const { queue, dead } = await makePair('refused');
  await expect(start(queue.arn)).rejects.toMatchObject({ message: expect.stringContaining('must be configured as a Dead Letter Queue') });
  await expect(start(`${dead.arn}-not-there`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(start(dead.arn, { DestinationArn: `${queue.arn}-not-there` })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(start(dead.arn, { MaxNumberOfMessagesPerSecond: 501 })).rejects.toMatchObject({ message: expect.stringContaining('between 1 and 500') });
});
