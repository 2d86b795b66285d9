import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { TOPIC_FORMATS, TOPIC_SETTINGS } from '../../../src/alerts/contract';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { SnsTopic } from '../adapters/sns-topic';
import { SqsOwnQueue } from '../adapters/sqs-own-queue';
import { Delivered } from '../domain/delivered';
import { AMAZON_Q_WORDS, TEXT_WORDS, TopicMessage } from '../domain/topic-message';
import { Lane, notify, NotifyOptions } from '../notify';

const SERVICE = 'alerts/topic';
const WORDS = { TEXT: TEXT_WORDS, AMAZON_Q: AMAZON_Q_WORDS };

export interface TopicWorld {
  readonly lane: Lane<TopicMessage>;
  readonly options: NotifyOptions<TopicMessage>;
}

let theWorld: TopicWorld | undefined;

/** Tells a topic what changed, in words for people or for Amazon Q Developer in chat applications. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  theWorld ??= world(new Settings());
  const { lane, options } = theWorld;
  return notify(event.Records, lane, options, context, lambdaLog(SERVICE, context.awsRequestId));
}

export function world(settings: Settings): TopicWorld {
  const queue = new SqsOwnQueue(new SQSClient(PATIENT_CLIENT), {
    queueUrl: settings.required(TOPIC_SETTINGS.queueUrl), deadLetterQueueUrl: settings.required(TOPIC_SETTINGS.deadLetterQueueUrl),
  }, lambdaLog(SERVICE));
  return {
    lane: {
      channel: new SnsTopic(new SNSClient(PATIENT_CLIENT), settings.required(TOPIC_SETTINGS.topicArn)),
      queue,
      delivered: new Delivered(),
      // A topic takes more than people read.
      pace: () => Promise.resolve(),
    },
    options: {
      hubName: settings.required(TOPIC_SETTINGS.hubName),
      burst: settings.number(TOPIC_SETTINGS.burst),
      words: WORDS[settings.oneOf(TOPIC_SETTINGS.format, TOPIC_FORMATS)],
    },
  };
}
