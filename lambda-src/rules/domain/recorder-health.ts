import { RECORDER_METRICS } from '../../../src/rules/contract';
import { ChannelStatus, RecorderHealthReader, RecorderStatus } from '../ports';

/** `UNKNOWN` is not health: what could not be read has no value, and the check counts as failed. */
export type Verdict = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

export interface Judged {
  readonly verdict: Verdict;
  /** What is wrong, or why nothing is known. */
  readonly problems: string[];
}
export interface RecorderHealth {
  readonly recording: Judged;
  readonly delivery: Judged;
}

/** Looks at recorder and channel, each for itself. `failureTold`: an event of AWS Config says that a delivery has just failed. */
export async function checkRecorder(reader: RecorderHealthReader, failureTold?: string): Promise<RecorderHealth> {
  const [recording, delivery] = await Promise.all([judged(() => reader.recorder(), judgeRecorder), judged(() => reader.channel(), judgeChannel)]);
  return { recording, delivery: failureTold === undefined ? delivery : unhealthy(`AWS Config sent ${failureTold}`, ...delivery.problems) };
}

/** Values by metric name; none for what is not known. */
export function metricsOf({ recording, delivery }: RecorderHealth): { [name: string]: number } {
  return {
    ...measured(RECORDER_METRICS.stopped, recording),
    ...measured(RECORDER_METRICS.deliveryFailed, delivery),
    [RECORDER_METRICS.checkErrors]: [recording, delivery].some(({ verdict }) => verdict === 'UNKNOWN') ? 1 : 0,
  };
}

async function judged<T>(read: () => Promise<T>, judge: (state: T) => Judged): Promise<Judged> {
  try {
    return judge(await read());
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}

function judgeRecorder(status?: RecorderStatus): Judged {
  if (!status) return unhealthy('there is no recorder');
  const { name, recording, lastStatus, lastError } = status;
  if (recording === undefined) return unknown(`AWS Config does not say whether the recorder ${name} records`);
  if (!recording) return unhealthy(`the recorder ${name} is stopped`);
  return isFailure(lastStatus) ? unhealthy(`the recorder ${name} fails to record${because(lastError)}`) : HEALTHY;
}

function judgeChannel(status?: ChannelStatus): Judged {
  if (!status) return unhealthy('there is no delivery channel');
  // Without a status nothing was due yet.
  const failed = status.deliveries.filter(({ lastStatus }) => isFailure(lastStatus));
  return failed.length === 0 ? HEALTHY : unhealthy(...failed.map(({ kind, lastError }) => `the last ${kind} was not delivered${because(lastError)}`));
}

/** AWS writes it in capitals, in small letters or mixed, by page and by answer. */
const isFailure = (status?: string) => status?.toUpperCase() === 'FAILURE';
const because = (error?: string) => (error === undefined ? '' : `: ${error}`);

const HEALTHY: Judged = { verdict: 'HEALTHY', problems: [] };
const unhealthy = (...problems: string[]): Judged => ({ verdict: 'UNHEALTHY', problems });
const unknown = (problem: string): Judged => ({ verdict: 'UNKNOWN', problems: [problem] });
const measured = (name: string, { verdict }: Judged) => (verdict === 'UNKNOWN' ? {} : { [name]: verdict === 'UNHEALTHY' ? 1 : 0 });
