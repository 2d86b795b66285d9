import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { asked } from './asked';
import { AskedTable } from './asked-table';
import { EventBuses } from './event-bus';
import { Queues } from './queues';
import { askApi } from './signed-api';
import { stackOutputs } from './stack';
import { DynamoEventTable } from '../../events/adapters/dynamo-event-table';
import { HTTP_TIMEOUTS } from '../../shared/clients';
import { Aws, Identity } from '../ports';

const nothing = () => undefined;
/** The SDK would warn of what is meant so: a profile that is named although the environment has credentials too. */
const QUIET = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** AWS with the credentials that the SDK finds: of the profile, else environment, single sign-on, processes and instance roles. */
export function awsOf({ profile, region }: Identity): Aws {
  const config = { ...(profile ? { profile } : {}), ...(region ? { region } : {}), requestHandler: HTTP_TIMEOUTS, logger: QUIET };
  const sts = new STSClient(config);
  const buses = new EventBuses(new EventBridgeClient(config));
  // Signed requests go to AWS, whatever host a queue's URL names.
  const queues = new Queues(new SQSClient({ ...config, useQueueUrlAsEndpoint: false }));
  return {
    region: () => asked('finding the region', () => sts.config.region()),
    caller: async () => {
      const { Account, Arn } = await asked('sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
      return { account: Account!, arn: Arn! };
    },
    stackOutputs: (name) => stackOutputs(new CloudFormationClient(config), name),
    putOnDefaultBus: (event) => buses.putOnDefaultBus(event),
    archives: (busArn) => buses.archives(busArn),
    rulesInto: (busArn, queueArn) => buses.rulesInto(busArn, queueArn),
    startReplay: (order) => buses.startReplay(order),
    replay: (name) => buses.replay(name),
    queue: (url) => queues.queue(url),
    peek: (url, most) => queues.peek(url, most),
    startMove: (fromArn, toArn, mostPerSecond) => queues.startMove(fromArn, toArn, mostPerSecond),
    lastMove: (fromArn) => queues.lastMove(fromArn),
    table: (name) => new AskedTable(new DynamoEventTable(DynamoDBDocumentClient.from(new DynamoDBClient(config)), { tableName: name })),
    ask: async (apiUrl, path, query) => askApi({ region: await sts.config.region(), credentials: sts.config.credentials }, apiUrl, path, query),
  };
}
