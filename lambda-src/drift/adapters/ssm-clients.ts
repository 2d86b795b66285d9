import { SSMClient, SSMClientConfig } from '@aws-sdk/client-ssm';
import { SsmClients } from './ssm-parameter-reader';
import { HTTP_TIMEOUTS } from '../../shared/clients';
import { Pace } from '../../shared/pace';
import { CallCounter, pace } from '../../shared/paced-calls';

/** Milliseconds between calls of GetParameterHistory, of which an account and region has three a second for everybody. */
const HISTORY_INTERVAL = 400;

export interface SsmClientsOptions {
  /** Reads a second. */
  readonly rate: number;
  /** Attempts of one read, the first one included. */
  readonly maxAttempts?: number;
  readonly config?: SSMClientConfig;
}

/** The clients of one function: every monitor's reads go out at its pace, and each attempt is counted. */
export function ssmClients({ rate, maxAttempts = 8, config }: SsmClientsOptions): SsmClients {
  const calls = new CallCounter();
  const reads = new SSMClient({ requestHandler: HTTP_TIMEOUTS, ...config, maxAttempts, retryMode: 'adaptive' });
  const history = new SSMClient({ requestHandler: HTTP_TIMEOUTS, ...config, maxAttempts: 2, retryMode: 'standard' });
  pace(reads, Pace.perSecond(rate), calls);
  pace(history, new Pace(HISTORY_INTERVAL), calls);
  return { reads, history, calls };
}
