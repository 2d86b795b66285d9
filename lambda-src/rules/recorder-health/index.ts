import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { Context } from 'aws-lambda';
import { DIMENSIONS, METRIC_NAMESPACE } from '../../../src/drift/contract';
import { DELIVERY_FAILURES, RECORDER_HEALTH_SETTINGS } from '../../../src/rules/contract';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { ConfigHealth } from '../adapters/config-health';
import { checkRecorder, metricsOf, RecorderHealth } from '../domain/recorder-health';

/** Looks whether the account's Config recorder records and delivers: on schedule, on request, or when AWS Config tells of a failed delivery. */
export async function handler(event: unknown, context: Context): Promise<RecorderHealth> {
  const log = lambdaLog('rules/recorder-health', context.awsRequestId);
  const settings = new Settings();
  const organization = settings.required(RECORDER_HEALTH_SETTINGS.organization);
  const client = new ConfigServiceClient({ ...PATIENT_CLIENT, region: settings.region });
  const health = await checkRecorder(new ConfigHealth(client), failureIn(event));
  const well = health.recording.verdict === 'HEALTHY' && health.delivery.verdict === 'HEALTHY';
  log[well ? 'info' : 'error']('checked', { ...health });
  writeMetrics({
    namespace: METRIC_NAMESPACE,
    dimensions: { [DIMENSIONS.organization]: organization },
    dimensionSets: [[DIMENSIONS.organization]],
    timestamp: new Date(),
  }, metricsOf(health));
  return health;
}

/** The event's word for a delivery that failed. */
function failureIn(event: unknown): string | undefined {
  const { detail } = (event ?? {}) as { detail?: { messageType?: unknown } };
  return DELIVERY_FAILURES.find((failure) => failure === detail?.messageType);
}
