import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { described } from '../../shared/aws-error';
import { TopicMessage } from '../domain/topic-message';
import { Channel, Posted } from '../ports';

const LONGEST_SUBJECT = 100;
/** What SNS will say of the same message every time. */
const NEVER_TAKEN = ['InvalidParameterException', 'InvalidParameter', 'ParameterValueInvalidException', 'ParameterValueInvalid'];
const GONE = ['NotFoundException', 'NotFound', 'AuthorizationErrorException', 'AuthorizationError', 'AccessDeniedException'];

/** Publishes to a topic. */
export class SnsTopic implements Channel<TopicMessage> {
  constructor(private readonly client: SNSClient, private readonly topicArn: string) {}

  public async post({ subject, body, attributes }: TopicMessage): Promise<Posted> {
    try {
      await this.client.send(new PublishCommand({
        TopicArn: this.topicArn,
        Subject: fitting(subject),
        Message: body,
        MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }])),
      }));
      return { kind: 'delivered' };
    } catch (error) {
      const { name, text } = described(error);
      const why = `${name}: ${text}`;
      if (NEVER_TAKEN.includes(name)) return { kind: 'refused', why };
      return { kind: GONE.includes(name) ? 'gone' : 'down', why };
    }
  }
}

/** SNS takes ASCII on one line only. */
function fitting(subject: string): string {
  const plain = subject.replace(/[^\x20-\x7e]/g, '?').trim();
  return plain.length <= LONGEST_SUBJECT ? plain : `${plain.slice(0, LONGEST_SUBJECT - 3)}...`;
}
