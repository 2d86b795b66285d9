import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Context } from 'aws-lambda';
import { readStackEvent } from './event';
import { DeploymentItem, DIMENSIONS, METRIC_NAMESPACE } from '../../../src/drift/contract';
import { RECORD_DEPLOYMENT_SETTINGS } from '../../../src/foundation/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { DynamoDeploymentStore } from '../adapters/dynamo-deployment-store';
import { deploymentOf, recordDeployment, RecordDeploymentSettings } from '../domain/deployment';
import { DeploymentStore } from '../ports';

export interface RecordDeploymentWorld {
  readonly settings: RecordDeploymentSettings & { readonly organization: string };
  readonly store: DeploymentStore;
}

let theWorld: RecordDeploymentWorld | undefined;

/** Records the deployment whose end an event of CloudFormation tells. Answers what it recorded. */
export async function handler(event: unknown, context: Context): Promise<DeploymentItem | undefined> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(event: unknown, context: Pick<Context, 'awsRequestId'>, { settings, store }: RecordDeploymentWorld): Promise<DeploymentItem | undefined> {
  const log = lambdaLog('foundation/record-deployment', context.awsRequestId);
  const { organization, environment } = settings;
  try {
    const now = new Date();
    const stackEvent = readStackEvent(event);
    const deployment = deploymentOf(stackEvent, settings, now);
    if (!deployment) {
      log.info('no deployment ended', { stackName: stackEvent.stackName, status: stackEvent.status });
      return undefined;
    }
    const metrics = await recordDeployment(store, deployment);
    log.info('recorded', { ...deployment });
    writeMetrics({
      namespace: METRIC_NAMESPACE,
      dimensions: { [DIMENSIONS.organization]: organization, [DIMENSIONS.environment]: environment },
      dimensionSets: [[DIMENSIONS.environment], [DIMENSIONS.organization, DIMENSIONS.environment]],
      timestamp: now,
    }, metrics);
    return deployment;
  } catch (error) {
    log.error('the deployment could not be recorded', { environment, error });
    throw error;
  }
}

export function world(settings: Settings): RecordDeploymentWorld {
  const NAME = RECORD_DEPLOYMENT_SETTINGS;
  const version = settings.optional(NAME.version);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  return {
    settings: {
      organization: settings.required(NAME.organization),
      environment: settings.required(NAME.environment),
      ownStack: settings.required(NAME.ownStack),
      ...(version === undefined ? {} : { version }),
    },
    store: new DynamoDeploymentStore(table, settings.required(NAME.tableName)),
  };
}
