import { IncompleteCause } from '../../../src/drift/contract';
import { described } from '../../shared/aws-error';

const THROTTLED = /^(Throttl|TooManyRequests|TooManyUpdates|RequestLimitExceeded|RequestThrottled|LimitExceeded|SlowDown|BandwidthLimitExceeded)/;
const TIMED_OUT = /^(AbortError|TimeoutError|RequestTimeout|RequestTimeoutException)$/;

type ReadCause = Extract<IncompleteCause, 'THROTTLED' | 'ACCESS_DENIED' | 'TIMED_OUT' | 'READ_FAILED'>;

/** Why a call failed, as far as the run is concerned. `gaveUp`: its deadline passed. */
export function classify(error: unknown, gaveUp: boolean): ReadCause {
  const { name = '', status } = described(error);
  if (THROTTLED.test(name) || status === 429) return 'THROTTLED';
  if (/^AccessDenied/.test(name)) return 'ACCESS_DENIED';
  return gaveUp || TIMED_OUT.test(name) ? 'TIMED_OUT' : 'READ_FAILED';
}

/** The end of the sentence: what went wrong, and what to do. */
export function explained(reason: ReadCause, error: unknown): string {
  const { name, text } = described(error);
  switch (reason) {
    case 'THROTTLED':
      return `was throttled (${name}) in every attempt: others use the account's Parameter Store quota as well. The next check tries again; lower this monitor's rate, or raise the quota with Parameter Store's higher throughput setting`;
    case 'ACCESS_DENIED':
      return `was refused: ${text}. Allow the function's role ssm:GetParametersByPath and ssm:GetParameters on that path, and look for a permission boundary, a service control policy or a VPC endpoint policy that denies it`;
    case 'TIMED_OUT':
      return 'was not answered in time. The next check tries again; if it persists, look at the function\'s network or lower the number of parameters a monitor reads';
    default:
      return `failed: ${name}: ${text}. The next check tries again`;
  }
}
