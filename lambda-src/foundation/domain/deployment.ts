import { DeploymentItem, FINAL_STATUSES } from '../../../src/drift/contract';
import { DEPLOYMENT_METRICS } from '../../../src/foundation/contract';
import { DeploymentStore } from '../ports';

/** An event of CloudFormation about a stack, read and checked. */
export interface StackEvent {
  readonly eventId: string;
  readonly at: Date;
  readonly stackId: string;
  readonly stackName: string;
  readonly status: string;
  readonly requestToken?: string;
}

export interface RecordDeploymentSettings {
  readonly environment: string;
  readonly ownStack: string;
  /** Version that the own stack was last deployed with. */
  readonly version?: string;
}

/**
 * After that time the own stack may have been deployed again, and with another version than the one of the event. Then no version is better
 * than a wrong one. Lambda's two retries come within three minutes.
 */
const VERSION_HOLDS = 10 * 60_000;

/** After these CloudFormation has put everything back as it was before, this function's own settings among them. */
const BACK_AS_BEFORE = new Set(['UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE']);

/** The deployment that an event tells the end of; undefined when it tells of no end. */
export function deploymentOf(event: StackEvent, settings: RecordDeploymentSettings, now: Date): DeploymentItem | undefined {
  const { eventId, stackId, stackName, status, requestToken } = event;
  if (!Object.hasOwn(FINAL_STATUSES, status)) return undefined;
  const outcome = FINAL_STATUSES[status];
  const inForce = outcome === 'SUCCEEDED' || BACK_AS_BEFORE.has(status);
  const known = inForce && stackName === settings.ownStack && now.getTime() - event.at.getTime() <= VERSION_HOLDS;
  return {
    environment: settings.environment, stackName, stackId, status, outcome, at: event.at.toISOString(), eventId,
    ...(requestToken ? { requestToken } : {}),
    ...(known && settings.version !== undefined ? { version: settings.version } : {}),
  };
}

/** Answers what to count: each deployment once, however often its event comes. */
export async function recordDeployment(store: DeploymentStore, deployment: DeploymentItem): Promise<{ [metric: string]: number }> {
  // In this order: what fails in between comes again, and is new in the history then.
  await store.moveLast(deployment);
  if (!await store.add(deployment)) return {};
  const { outcome } = deployment;
  return {
    [DEPLOYMENT_METRICS.deployments]: 1,
    [DEPLOYMENT_METRICS.deploymentsRolledBack]: outcome === 'ROLLED_BACK' ? 1 : 0,
    [DEPLOYMENT_METRICS.deploymentsFailed]: outcome === 'FAILED' ? 1 : 0,
  };
}
