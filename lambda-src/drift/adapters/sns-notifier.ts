import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { snsBody, snsSubject } from '../../shared/sns-text';
import { Message, Notifier } from '../ports';

/** One message to the alert topic; its attributes serve subscription filter policies. */
export class SnsNotifier implements Notifier {
  constructor(private readonly client: SNSClient, private readonly topicArn: string, private readonly environment: string) {}

  public async publish(message: Message): Promise<void> {
    const number = (value: number) => ({ DataType: 'Number', StringValue: String(value) });
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await this.client.send(new PublishCommand({
      TopicArn: this.topicArn,
      Subject: snsSubject(message.subject, 'Drift'),
      Message: snsBody(message.body, 'invoke the function for the rest'),
      MessageAttributes: {
        environment: text(this.environment),
        messageId: text(message.id),
        opened: number(message.opened),
        reopened: number(message.reopened),
        resolved: number(message.resolved),
      },
    }));
  }
}
