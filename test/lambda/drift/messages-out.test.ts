import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { SnsNotifier } from '../../../lambda-src/drift/adapters/sns-notifier';
import { SqsOwnQueue } from '../../../lambda-src/drift/adapters/sqs-own-queue';
import { Message } from '../../../lambda-src/drift/ports';
import { RecordingLog } from '../../support/in-memory-drift';

const region = 'eu-central-1';
const message = (more: Partial<Message> = {}): Message => ({ id: 'm-1', subject: 'Drift in Dev', body: 'text', opened: 2, reopened: 0, resolved: 1, ...more });

describe('a message to subscribers', () => {
  const sns = mockClient(SNSClient);
  beforeEach(() => sns.reset());
  const publish = async (more?: Partial<Message>) => {
    sns.on(PublishCommand).resolves({});
    await new SnsNotifier(new SNSClient({ region }), 'arn:topic', 'Dev').publish(message(more));
    return sns.commandCalls(PublishCommand).at(-1)!.args[0].input;
  };

  it('carries what a filter policy may ask for', async () => {
    expect(await publish()).toEqual({
      TopicArn: 'arn:topic',
      Subject: 'Drift in Dev',
      Message: 'text',
      MessageAttributes: {
        environment: { DataType: 'String', StringValue: 'Dev' },
        messageId: { DataType: 'String', StringValue: 'm-1' },
        opened: { DataType: 'Number', StringValue: '2' },
        reopened: { DataType: 'Number', StringValue: '0' },
        resolved: { DataType: 'Number', StringValue: '1' },
      },
    });
  });

  it.each([
    ['Drift in Zürich\nand more', 'Drift in Z?rich and more'], ['x'.repeat(101), 'x'.repeat(97) + '...'], ['x'.repeat(100), 'x'.repeat(100)], ['\n', 'Drift'],
  ])('has a subject that SNS takes: %j', async (subject, expected) => {
    expect((await publish({ subject })).Subject).toBe(expected);
  });

  it('is cut rather than refused when it is too long', async () => {
    const { Message: text } = await publish({ body: 'ä'.repeat(200_000) });
    expect(Buffer.byteLength(text!)).toBeLessThanOrEqual(250 * 1024);
    expect(text).toMatch(/ä\n\(cut here: .*invoke the function for the rest\)$/);
  });

  it('that SNS refuses is an error', async () => {
    sns.on(PublishCommand).rejects(new Error('no topic'));
    await expect(new SnsNotifier(new SNSClient({ region }), 'arn:topic', 'Dev').publish(message())).rejects.toThrow('no topic');
  });
});

describe('a message to the own queue', () => {
  it('names the walk to go on with', async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(SendMessageCommand).resolves({});
    await new SqsOwnQueue(new SQSClient({ region }), 'https://queue', new RecordingLog()).send({ continueWalk: 'parity/walks/run.json.gz' });
    expect(sqs.commandCalls(SendMessageCommand)[0].args[0].input).toEqual({ QueueUrl: 'https://queue', MessageBody: '{"continueWalk":"parity/walks/run.json.gz"}' });
  });

  it('that cannot be had again soon comes again later: no reason to fail', async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(ChangeMessageVisibilityBatchCommand).rejects(new Error('no'));
    const log = new RecordingLog();
    await new SqsOwnQueue(new SQSClient({ region }), 'https://queue', log).retrySoon(['r']);
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn' })]);
  });
});
