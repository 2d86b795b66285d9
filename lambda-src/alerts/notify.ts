import { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { NotOurs, readAnnouncement } from './domain/announcement';
import { Told, Words } from './domain/batch';
import { deliver } from './domain/deliver';
import { Delivered } from './domain/delivered';
import { Channel, OwnQueue } from './ports';
import { METRIC_NAMESPACE } from '../../src/drift/contract';
import { EVENT_METRICS, HUB_DIMENSION } from '../../src/events/contract';
import { described } from '../shared/aws-error';
import { lambdaClock } from '../shared/clock';
import { Log } from '../shared/log';
import { writeMetrics } from '../shared/metrics';

/** A channel with the queue of what it is told, and what this process remembers of it. */
export interface Lane<M> {
  readonly channel: Channel<M>;
  readonly queue: OwnQueue;
  readonly delivered: Delivered;
  readonly pace: () => Promise<void>;
}

export interface NotifyOptions<M> {
  readonly hubName: string;
  readonly burst: number;
  readonly words: Words<M>;
}

/** What every notifier does with a batch of its queue. */
export async function notify<M>(
  records: readonly SQSRecord[], lane: Lane<M>, { hubName, burst, words }: NotifyOptions<M>, context: Pick<Context, 'getRemainingTimeInMillis'>, log: Log,
): Promise<SQSBatchResponse> {
  const told: Told[] = [];
  const failed: string[] = [];
  for (const record of records) {
    try {
      const one = read(record);
      // Nobody is to be told: the rule on the bus lets none of these through, unless somebody changed it.
      if (one.change.alert) told.push(one);
    } catch (error) {
      if (!await refused(lane.queue, record, error, log)) failed.push(record.messageId);
    }
  }
  const result = await deliver({ ...lane, words, burst, clock: lambdaClock(context), log }, told);
  log.info('told', { records: records.length, sent: result.sent, again: result.failed.length + failed.length });
  if (result.violations > 0) {
    writeMetrics({
      namespace: METRIC_NAMESPACE, dimensions: { [HUB_DIMENSION]: hubName }, dimensionSets: [[HUB_DIMENSION]], timestamp: new Date(),
    }, { [EVENT_METRICS.notifications]: result.violations });
  }
  return { batchItemFailures: [...failed, ...result.failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

function read({ body, messageId, receiptHandle, attributes, eventSourceARN }: SQSRecord): Told {
  const received = Number(attributes.ApproximateReceiveCount) || 1;
  return { body, messageId, receipt: receiptHandle, received, change: readAnnouncement(body, accountOf(eventSourceARN)) };
}

/** Whether a message that is none of ours is where somebody looks at it. */
async function refused(queue: OwnQueue, { body, messageId }: SQSRecord, error: unknown, log: Log): Promise<boolean> {
  const why = error instanceof NotOurs ? error.message : described(error).text;
  log.error('a message is no announcement of this hub, and is set aside', { messageId, why });
  try {
    await queue.setAside(body, why);
    return true;
  } catch (failure) {
    log.error('it could not be set aside, and comes again', { messageId, error: described(failure) });
    return false;
  }
}

/** `arn:{partition}:sqs:{region}:{account}:{queue}`. */
const accountOf = (queueArn: string) => queueArn.split(':')[4];
export const queueNameOf = (queueArnOrUrl: string) => queueArnOrUrl.split(/[:/]/).at(-1)!;
