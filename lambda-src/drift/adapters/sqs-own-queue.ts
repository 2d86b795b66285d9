import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ContinueWalk } from '../../../src/drift/contract';
import { OwnQueue } from '../ports';

/** The monitor's own queue: a cut walk goes on from a message there. */
export class SqsOwnQueue implements OwnQueue {
  constructor(private readonly client: SQSClient, private readonly queueUrl: string) {}

  public async send(message: ContinueWalk): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: JSON.stringify(message) }));
  }
}
