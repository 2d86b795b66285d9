import {
  ChangeMessageVisibilityBatchCommand, GetQueueAttributesCommand, ListMessageMoveTasksCommand, Message, ReceiveMessageCommand, SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { asked } from './asked';
import { Move, QueuedMessage, QueueState } from '../ports';

/** How long a message that is looked at is kept from others, should giving it back fail. */
const LOOKED_AT_SECONDS = 30;
const BATCH = 10;

export class Queues {
  constructor(private readonly client: SQSClient) {}

  public async queue(QueueUrl: string): Promise<QueueState> {
    const { Attributes = {} } = await asked('sqs:GetQueueAttributes', () => this.client.send(new GetQueueAttributesCommand({
      QueueUrl, AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
    })));
    const count = (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0);
    return {
      arn: Attributes.QueueArn!,
      waiting: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
      inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    };
  }

  /** Receives messages and gives them back. Each is seen once: it stays hidden until all have been looked at. */
  public async peek(QueueUrl: string, most: number): Promise<QueuedMessage[]> {
    const seen: Message[] = [];
    try {
      while (seen.length < most) {
        const { Messages = [] } = await asked('sqs:ReceiveMessage', () => this.client.send(new ReceiveMessageCommand({
          QueueUrl, MaxNumberOfMessages: Math.min(BATCH, most - seen.length), VisibilityTimeout: LOOKED_AT_SECONDS, WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['SentTimestamp'],
        })));
        if (Messages.length === 0) break;
        seen.push(...Messages);
      }
    } finally {
      for (let i = 0; i < seen.length; i += BATCH) await this.giveBack(QueueUrl, seen.slice(i, i + BATCH));
    }
    return seen.map(({ MessageId, Body = '', MessageAttributes = {}, Attributes }) => ({
      id: MessageId!,
      body: Body,
      attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue])),
      sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
    }));
  }

  public async startMove(SourceArn: string, DestinationArn: string, mostPerSecond?: number): Promise<void> {
    // The destination is said: EventBridge put some of the messages there itself, which have no queue of their own to go back to.
    await asked('sqs:StartMessageMoveTask', () => this.client.send(new StartMessageMoveTaskCommand({
      SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: mostPerSecond,
    })));
  }

  public async lastMove(SourceArn: string): Promise<Move | undefined> {
    const { Results: [task] = [] } = await asked('sqs:ListMessageMoveTasks', () =>
      this.client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 })));
    return task && { status: task.Status ?? 'UNKNOWN', moved: task.ApproximateNumberOfMessagesMoved ?? 0, reason: task.FailureReason };
  }

  private async giveBack(QueueUrl: string, messages: readonly Message[]): Promise<void> {
    await asked('sqs:ChangeMessageVisibility', () => this.client.send(new ChangeMessageVisibilityBatchCommand({
      QueueUrl, Entries: messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 })),
    })));
  }
}
