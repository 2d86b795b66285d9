import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { DIMENSIONS, METRIC_NAMESPACE } from '../../../src/drift/contract';
import { DELIVERY_FAILURES, FirstCheckDocument, RECORDER_HEALTH_SETTINGS } from '../../../src/rules/contract';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaClock } from '../../shared/clock';
import { answerCustomResource, CustomResourceResult, inTime } from '../../shared/custom-resource';
import { lambdaLog, Log } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { ConfigHealth } from '../adapters/config-health';
import { checkUntilKnown } from '../domain/first-check';
import { checkRecorder, metricsOf, RecorderHealth } from '../domain/recorder-health';

/** Kept back of a first check's time, so that an answer is never late. */
const TIME_TO_ANSWER = 10_000;

/**
 * Looks whether the account's Config recorder records and delivers: on schedule, on request, when AWS Config tells of a failed delivery, and
 * once in a deployment, which is told nothing.
 */
export async function handler(event: unknown, context: Context): Promise<RecorderHealth | undefined> {
  const log = lambdaLog('rules/recorder-health', context.awsRequestId);
  if (!isOfDeployment(event)) return written(log, await reader()(failureIn(event)));
  await answerCustomResource(event, context, log, (request) => handle(request, context, log));
  return undefined;
}

/** Whatever the check finds, the deployment goes on: that is for the alarms. */
async function handle(event: CloudFormationCustomResourceEvent, context: Context, log: Log): Promise<CustomResourceResult> {
  if (event.RequestType !== 'Delete') {
    const late = 'the function ran out of time';
    await inTime(context.getRemainingTimeInMillis() - TIME_TO_ANSWER, firstCheck(event, context, log), late).catch((error: unknown) => {
      log.error('the first check failed, which does not stop the deployment', { error: error instanceof Error ? error.message : String(error) });
    });
  }
  return { physicalResourceId: event.RequestType === 'Create' ? 'first-check' : event.PhysicalResourceId };
}

async function firstCheck(event: CloudFormationCustomResourceEvent, context: Context, log: Log): Promise<void> {
  const clock = lambdaClock(context);
  const { SettleSeconds } = event.ResourceProperties as unknown as FirstCheckDocument;
  const settle = Number(SettleSeconds) * 1_000;
  const look = reader();
  written(log, await checkUntilKnown(() => look(), clock, settle + TIME_TO_ANSWER));
  await clock.sleep(settle);
}

function reader(): (failureTold?: string) => Promise<RecorderHealth> {
  const config = new ConfigHealth(new ConfigServiceClient({ ...PATIENT_CLIENT, region: new Settings().region }));
  return (failureTold) => checkRecorder(config, failureTold);
}

function written(log: Log, health: RecorderHealth): RecorderHealth {
  const organization = new Settings().required(RECORDER_HEALTH_SETTINGS.organization);
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

function isOfDeployment(event: unknown): event is CloudFormationCustomResourceEvent {
  return typeof (event as { ResponseURL?: unknown } | undefined)?.ResponseURL === 'string';
}

/** The event's word for a delivery that failed. */
function failureIn(event: unknown): string | undefined {
  const { detail } = (event ?? {}) as { detail?: { messageType?: unknown } };
  return DELIVERY_FAILURES.find((failure) => failure === detail?.messageType);
}
