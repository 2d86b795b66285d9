import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Message, Notifier } from '../ports';

const SUBJECT_LIMIT = 100;
/** SNS takes 256 KB in all; some of it is for the attributes. */
const BODY_LIMIT = 250 * 1024;
const CUT = '\n(cut here: a message holds 256 KB at the most; invoke the function for the rest)';

/** One message to the alert topic; its attributes serve subscription filter policies. */
export class SnsNotifier implements Notifier {
  constructor(private readonly client: SNSClient, private readonly topicArn: string, private readonly environment: string) {}

  public async publish(message: Message): Promise<void> {
    const number = (value: number) => ({ DataType: 'Number', StringValue: String(value) });
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await this.client.send(new PublishCommand({
      TopicArn: this.topicArn,
      Subject: subject(message.subject),
      Message: body(message.body),
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

/** SNS refuses a subject that is long, is not ASCII or has a line break; a message is worth more than its subject's letters. */
function subject(wanted: string): string {
  const plain = wanted.replace(/[\r\n\t]+/g, ' ').replace(/[^\x20-\x7e]/g, '?').trim() || 'Drift';
  return plain.length <= SUBJECT_LIMIT ? plain : `${plain.slice(0, SUBJECT_LIMIT - 3)}...`;
}

function body(wanted: string): string {
  const bytes = Buffer.from(wanted);
  // A message that is refused for its size would be refused for ever.
  return bytes.length <= BODY_LIMIT ? wanted : bytes.subarray(0, BODY_LIMIT - CUT.length).toString('utf8').replace(/\ufffd$/, '') + CUT;
}
