import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Log } from '../../shared/log';
import { OwnQueue } from '../ports';

export interface SqsOwnQueueOptions {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** The most that one call takes. */
const MESSAGES_A_CALL = 10;

/** A notifier's queue, and the one for what nobody could handle. */
export class SqsOwnQueue implements OwnQueue {
  constructor(private readonly client: SQSClient, private readonly options: SqsOwnQueueOptions, private readonly log: Log) {}

  public async giveBack(receipts: readonly string[], seconds: number): Promise<void> {
    for (let at = 0; at < receipts.length; at += MESSAGES_A_CALL) {
      const Entries = receipts.slice(at, at + MESSAGES_A_CALL)
        .map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: seconds }));
      try {
        await this.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.options.queueUrl, Entries }));
      } catch (error) {
        this.log.warn('messages that were given back come again only after the visibility timeout', { error });
      }
    }
  }

  public async setAside(body: string, why: string): Promise<void> {
    await this.client.send(new SendMessageCommand({
      QueueUrl: this.options.deadLetterQueueUrl,
      MessageBody: body,
      MessageAttributes: { ERROR_MESSAGE: { DataType: 'String', StringValue: why.slice(0, 500) || 'unknown' } },
    }));
  }
}
