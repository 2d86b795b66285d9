import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { snsBody, snsSubject } from '../../shared/sns-text';
import { TextChannel } from '../report-ports';

/** Texts to everybody who subscribed to a topic. */
export class SnsTopic implements TextChannel {
  constructor(private readonly client: SNSClient, private readonly topicArn: string) {}

  public async publish(subject: string, body: string): Promise<void> {
    await this.client.send(new PublishCommand({
      TopicArn: this.topicArn, Subject: snsSubject(subject, 'Compliance report'), Message: snsBody(body, 'the reports bucket has the rest'),
    }));
  }
}
