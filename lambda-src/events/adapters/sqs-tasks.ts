import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BackfillTask } from '../../../src/events/contract';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MESSAGES_A_CALL = 10;
const ROUNDS = 4;

/** The backfill's own queue. */
export class SqsTasks {
  constructor(private readonly client: SQSClient, private readonly queueUrl: string) {}

  /** Sends all of them, or throws. What is sent twice is done twice, which changes nothing. */
  public async send(tasks: readonly BackfillTask[]): Promise<void> {
    for (let from = 0; from < tasks.length; from += MESSAGES_A_CALL) await this.sendBatch(tasks.slice(from, from + MESSAGES_A_CALL));
  }

  private async sendBatch(tasks: readonly BackfillTask[]): Promise<void> {
    let entries = tasks.map((task, index) => ({ Id: String(index), MessageBody: JSON.stringify(task) }));
    for (let round = 1; entries.length > 0; round++) {
      const { Failed = [] } = await this.client.send(new SendMessageBatchCommand({ QueueUrl: this.queueUrl, Entries: entries }));
      if (Failed.length > 0 && round === ROUNDS) throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0].Code} ${Failed[0].Message ?? ''}`);
      entries = entries.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
    }
  }
}
