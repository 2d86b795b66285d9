import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { SLACK_SETTINGS, SlackRouteDocument } from '../../../src/alerts/contract';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { Pace } from '../../shared/pace';
import { Settings } from '../../shared/settings';
import { SlackWebhook } from '../adapters/slack-webhook';
import { SqsOwnQueue } from '../adapters/sqs-own-queue';
import { WebhookSecret } from '../adapters/webhook-secret';
import { Delivered } from '../domain/delivered';
import { SlackMessage } from '../domain/slack-blocks';
import { SLACK_WORDS } from '../domain/slack-message';
import { Lane, notify, queueNameOf } from '../notify';

const SERVICE = 'alerts/slack';
/** A message that waits for its secret holds up the others: the queue is more patient. */
const QUICK_CLIENT = { maxAttempts: 2, retryMode: 'standard', requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_500, throwOnRequestTimeout: true } } as const;

export interface SlackWorld {
  readonly hubName: string;
  readonly burst: number;
  /** By the name of their queue. */
  readonly lanes: ReadonlyMap<string, Lane<SlackMessage>>;
}

let theWorld: SlackWorld | undefined;

/** Tells a channel of Slack what changed. Each batch is of one queue, and so of one channel. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(
  { Records }: SQSEvent, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>, { hubName, burst, lanes }: SlackWorld,
): Promise<SQSBatchResponse> {
  const log = lambdaLog(SERVICE, context.awsRequestId);
  const queue = queueNameOf(Records[0]?.eventSourceARN ?? '');
  const lane = lanes.get(queue);
  if (!lane) throw new Error(`no channel belongs to the queue '${queue}': the construct sets ${SLACK_SETTINGS.routes}, so deploy the stack again`);
  return notify(Records, lane, { hubName, burst, words: SLACK_WORDS }, context, log);
}

export function world(settings: Settings): SlackWorld {
  const routes = JSON.parse(settings.required(SLACK_SETTINGS.routes)) as SlackRouteDocument[];
  const hosts = settings.required(SLACK_SETTINGS.webhookHosts).split(',');
  const deadLetterQueueUrl = settings.required(SLACK_SETTINGS.deadLetterQueueUrl);
  const sqs = new SQSClient(PATIENT_CLIENT);
  const secrets = new SecretsManagerClient(QUICK_CLIENT);
  return {
    hubName: settings.required(SLACK_SETTINGS.hubName),
    burst: settings.number(SLACK_SETTINGS.burst),
    lanes: new Map(routes.map(({ queueUrl, secret, jsonKey }) => {
      // Slack takes a message a second a channel, and short bursts: the few of a batch are told within ten seconds, and 429 slows down what goes on.
      const pace = Pace.perSecond(1);
      return [queueNameOf(queueUrl), {
        channel: new SlackWebhook(new WebhookSecret(secrets, { secret, jsonKey }), { hosts }),
        queue: new SqsOwnQueue(sqs, { queueUrl, deadLetterQueueUrl }, lambdaLog(SERVICE)),
        delivered: new Delivered(),
        pace: () => pace.take(),
      }];
    })),
  };
}
