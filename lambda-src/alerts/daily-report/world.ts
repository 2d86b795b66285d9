import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { REPORT_SETTINGS, ReportMonitor } from '../../../src/alerts/contract';
import { DynamoEventTable } from '../../events/adapters/dynamo-event-table';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { S3Objects } from '../../shared/adapters/s3-objects';
import { PATIENT_CLIENT } from '../../shared/clients';
import { Log } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { driftState } from '../adapters/dynamo-drift-state';
import { S3ReportFiles } from '../adapters/s3-report-files';
import { parityWaivers } from '../adapters/s3-waivers';
import { SlackWebhook } from '../adapters/slack-webhook';
import { SnsTopic } from '../adapters/sns-topic';
import { WebhookSecret } from '../adapters/webhook-secret';
import { ReportWorld } from '../domain/deliver-report';
import { DriftSource } from '../report-ports';

const NAME = REPORT_SETTINGS;

/** Settings, clients and the webhook's address live as long as the process. */
export function world(settings: Settings): (log: Log) => ReportWorld {
  const region = settings.region;
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  const bucketOf = (bucket: string) => new S3Objects({ bucket, region, endpoint: settings.endpoint('S3') });
  const bucketName = settings.required(NAME.bucketName);
  const monitors = JSON.parse(settings.optional(NAME.monitors) ?? '[]') as ReportMonitor[];
  const sourceOf = ({ organization, environment, tableName, bucketName: policies }: ReportMonitor, log: Log): DriftSource => ({
    organization,
    environment,
    state: () => driftState(documents, tableName, environment),
    waivers: (policyKey) => parityWaivers(bucketOf(policies), policyKey, log),
  });
  const topicArn = settings.optional(NAME.topicArn);
  const slack = slackOf(settings);
  const hub = settings.required(NAME.hubName);
  const fixed = {
    hub,
    settings: {
      hub,
      region,
      bucketName,
      reportName: settings.required(NAME.reportName),
      prefix: settings.required(NAME.prefix),
      topRules: settings.number(NAME.topRules),
    },
    table: new DynamoEventTable(documents, { tableName: settings.required(NAME.tableName) }),
    files: new S3ReportFiles(bucketOf(bucketName)),
    ...(slack ? { slack } : {}),
    ...(topicArn ? { email: new SnsTopic(new SNSClient(PATIENT_CLIENT), topicArn) } : {}),
    now: () => new Date(),
    newToken: randomUUID,
    sleep: wait,
  };
  return (log) => ({ ...fixed, log, drift: monitors.map((monitor) => sourceOf(monitor, log)) });
}

function slackOf(settings: Settings): SlackWebhook | undefined {
  const secret = settings.optional(NAME.webhookSecret);
  if (secret === undefined) return undefined;
  const jsonKey = settings.optional(NAME.webhookJsonKey);
  const hosts = settings.required(NAME.webhookHosts).split(',');
  return new SlackWebhook(new WebhookSecret(new SecretsManagerClient(PATIENT_CLIENT), { secret, ...(jsonKey ? { jsonKey } : {}) }), { hosts });
}
