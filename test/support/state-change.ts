import { createHash } from 'node:crypto';
import { StubAnswer, StubRequest } from './stub-server';
import { OWN_SOURCE, STATE_CHANGED, StateChange } from '../../src/events/contract';

export const HUB_ACCOUNT = '222222222222';

/** A bucket that is open to everybody. */
export const stateChange = (more: Partial<StateChange> = {}): StateChange => ({
  eventId: '00112233445566778899aabbccddeeff',
  account: '111111111111',
  region: 'eu-central-1',
  rule: 's3-bucket-public-read-prohibited',
  resourceType: 'AWS::S3::Bucket',
  resourceId: 'ledger',
  status: 'NON_COMPLIANT',
  previousStatus: 'COMPLIANT',
  annotation: 'The bucket policy lets everybody read.',
  recordedAt: '2026-11-22T10:00:00.123Z',
  cause: 's3-bucket-public-read-prohibited',
  rules: ['s3-bucket-public-read-prohibited'],
  alert: true,
  replayed: false,
  late: false,
  severity: 'CRITICAL',
  ...more,
});

/** As the rule on the announcements bus puts it into a queue. */
export const announced = (change: StateChange, more: { [field: string]: unknown } = {}): string => JSON.stringify({
  'version': '0', 'id': 'e1', 'detail-type': STATE_CHANGED, 'source': OWN_SOURCE, 'account': HUB_ACCOUNT, 'time': '2026-11-22T10:00:01Z', 'region': 'eu-central-1',
  'resources': [], 'detail': change, ...more,
});

/** A batch as Lambda takes it from a queue. */
export const sqsBatch = (bodies: string[], { queue = 'channel', received = 1 } = {}) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: `r${index}`,
    body,
    attributes: { ApproximateReceiveCount: String(received), SentTimestamp: '0', SenderId: 's', ApproximateFirstReceiveTimestamp: '0' },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:${HUB_ACCOUNT}:${queue}`,
    awsRegion: 'eu-central-1',
  })),
});

/** SQS as a notifier needs it: whoever sends checks the digest of what arrived. */
export const sqsAnswer = ({ operation, json }: StubRequest): StubAnswer => ({
  body: operation === 'SendMessage' ? { MessageId: '1', MD5OfMessageBody: createHash('md5').update(json.MessageBody as string).digest('hex') } : { Successful: [], Failed: [] },
});
