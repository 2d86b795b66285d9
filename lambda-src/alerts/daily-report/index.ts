import { Context, SQSBatchResponse } from 'aws-lambda';
import { readReportEvent } from './events';
import { world } from './world';
import { REPORT_DIMENSION, REPORT_METRICS } from '../../../src/alerts/contract';
import { METRIC_NAMESPACE } from '../../../src/drift/contract';
import { HUB_DIMENSION } from '../../../src/events/contract';
import { Log, lambdaLog } from '../../shared/log';
import { writeMetrics } from '../../shared/metrics';
import { Settings } from '../../shared/settings';
import { deliverReport, Outcome, ReportAnswer, ReportRequest, ReportWorld } from '../domain/deliver-report';

let worldOf: ReturnType<typeof world> | undefined;

/** Makes and sends the report of a day: when its schedule says so, or when it is asked for. */
export async function handler(event: unknown, context: Context): Promise<ReportAnswer | SQSBatchResponse> {
  worldOf ??= world(new Settings());
  const log = lambdaLog('alerts/daily-report', context.awsRequestId);
  return handle(event, worldOf(log), log);
}

export async function handle(event: unknown, theWorld: ReportWorld, log: Log): Promise<ReportAnswer | SQSBatchResponse> {
  const read = readReportEvent(event);
  if (read.kind === 'direct') return run(theWorld, read.request, log);
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { id, request } of read.messages) {
    try {
      await run(theWorld, request(), log);
    } catch (error) {
      log.error('a report was not sent; the queue brings it again', { messageId: id, error });
      batchItemFailures.push({ itemIdentifier: id });
    }
  }
  return { batchItemFailures };
}

/** What another try may mend. Somebody else who is sending may have been stopped. */
const LACKING: readonly Outcome[] = ['FAILED', 'BEING_SENT'];

async function run(theWorld: ReportWorld, request: ReportRequest, log: Log): Promise<ReportAnswer> {
  const { hub, reportName } = theWorld.settings;
  const measure = (metric: string) => writeMetrics({
    namespace: METRIC_NAMESPACE,
    dimensions: { [HUB_DIMENSION]: hub, [REPORT_DIMENSION]: reportName },
    dimensionSets: [[HUB_DIMENSION, REPORT_DIMENSION]],
    timestamp: theWorld.now(),
  }, { [metric]: 1 });
  let answer: ReportAnswer;
  try {
    answer = await deliverReport(theWorld, request);
  } catch (error) {
    measure(REPORT_METRICS.failed);
    throw error;
  }
  log.info('reported', { ...answer });
  const lacking = Object.entries(answer.outcomes).filter(([, outcome]) => LACKING.includes(outcome)).map(([target, outcome]) => `${target} (${outcome})`);
  if (lacking.length > 0) {
    measure(REPORT_METRICS.failed);
    throw new Error(`the report of ${answer.date} has not reached ${lacking.join(' and ')}; a further try goes to these only, and the log says why`);
  }
  if (answer.complete) measure(REPORT_METRICS.sent);
  return answer;
}
