import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ContinueWalk } from '../../../src/drift/contract';
import { Log } from '../../shared/log';
import { OwnQueue } from '../ports';

/** The most that one call takes. */
const MESSAGES_A_CALL = 10;
/** Long enough for the check that was in the way, and short of what a person would call late. */
const SOON_SECONDS = 60;

/** The monitor's own queue: a cut walk goes on from a message there. */
export class SqsOwnQueue implements OwnQueue {
  constructor(private readonly client: SQSClient, private readonly queueUrl: string, private readonly log: Log) {}

  public async send(message: ContinueWalk): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: JSON.stringify(message) }));
  }

  public async retrySoon(receipts: string[]): Promise<void> {
    for (let at = 0; at < receipts.length; at += MESSAGES_A_CALL) {
      const Entries = receipts.slice(at, at + MESSAGES_A_CALL)
        .map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: SOON_SECONDS }));
      try {
        await this.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries }));
      } catch (error) {
        this.log.warn('messages that were given back come again only after the visibility timeout', { error });
      }
    }
  }
}
