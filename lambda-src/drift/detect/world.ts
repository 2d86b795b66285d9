import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context } from 'aws-lambda';
import { DETECT_SETTINGS, parameterPrefix } from '../../../src/drift/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { S3Objects } from '../../shared/adapters/s3-objects';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaClock } from '../../shared/clock';
import { Log } from '../../shared/log';
import { Settings } from '../../shared/settings';
import { DynamoDriftStore } from '../adapters/dynamo-drift-store';
import { S3StateObjects } from '../adapters/s3-state-objects';
import { SnsNotifier } from '../adapters/sns-notifier';
import { SqsOwnQueue } from '../adapters/sqs-own-queue';
import { ssmClients } from '../adapters/ssm-clients';
import { SsmParameterReader } from '../adapters/ssm-parameter-reader';
import { DetectDependencies } from '../domain/dependencies';

const NAME = DETECT_SETTINGS;
/** A read gives up this long before the function ends: what was read has still to be written and told. */
const TIME_TO_WRITE = 20_000;

/** Settings and clients live as long as the process; what belongs to one invocation is made for it. */
export function world(settings: Settings): (context: Context, log: Log) => DetectDependencies {
  const organization = settings.required(NAME.organization);
  const environment = settings.required(NAME.environment);
  const baseline = settings.required(NAME.baseline);
  const policyKey = settings.required(NAME.policyKey);
  const topicArn = settings.required(NAME.topicArn);
  const queueUrl = settings.required(NAME.queueUrl);
  const tableName = settings.required(NAME.tableName);
  const region = settings.region;
  const fixed = {
    organization,
    environment,
    baseline,
    policyKey,
    region,
    fullWalkMinutes: settings.number(NAME.fullWalkMinutes),
    promotionWindowMinutes: settings.number(NAME.promotionWindowMinutes),
    messageDetail: settings.oneOf(NAME.messageDetail, ['NAMES', 'EXPLANATIONS']),
  };
  const ssm = ssmClients({ rate: settings.number(NAME.readRate) });
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  const bucket = new S3Objects({ bucket: settings.required(NAME.bucketName), region, endpoint: settings.endpoint('S3') });
  const notifier = new SnsNotifier(new SNSClient(PATIENT_CLIENT), topicArn, environment);
  const sqs = new SQSClient(PATIENT_CLIENT);

  return (context, log) => {
    const clock = lambdaClock(context);
    return {
      settings: { ...fixed, functionArn: context.invokedFunctionArn, account: context.invokedFunctionArn.split(':')[4] },
      readers: (name) => new SsmParameterReader(ssm, {
        environment: name, prefix: parameterPrefix(organization, name), timeLeft: () => clock.remaining() - TIME_TO_WRITE,
      }),
      store: new DynamoDriftStore(table, { tableName, environment }),
      objects: new S3StateObjects(bucket, { organization, environment, policyKey }, log),
      notifier,
      queue: new SqsOwnQueue(sqs, queueUrl, log),
      clock,
      log,
      ssmCalls: () => ssm.calls.total,
      newRunId: randomUUID,
    };
  };
}
