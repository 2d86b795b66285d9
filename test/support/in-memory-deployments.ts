import { Faults } from './faults';
import { DeploymentStore } from '../../lambda-src/foundation/ports';
import { DeploymentItem } from '../../src/drift/contract';

/** The deployments of a drift table, in memory. */
export class InMemoryDeployments implements DeploymentStore {
  public readonly faults = new Faults<'moveLast' | 'add'>();
  private readonly lastOnes = new Map<string, DeploymentItem>();
  private readonly all = new Map<string, DeploymentItem>();

  public async moveLast(deployment: DeploymentItem): Promise<void> {
    await this.faults.around('moveLast', () => {
      const key = `${deployment.environment} ${deployment.stackName}`;
      const kept = this.lastOnes.get(key);
      const moves = !kept || order(kept) < order(deployment) || (order(kept) === order(deployment) && deployment.version !== undefined);
      if (moves) this.lastOnes.set(key, deployment);
    });
  }

  public async add(deployment: DeploymentItem): Promise<boolean> {
    return this.faults.around('add', () => {
      const key = `${deployment.environment} ${order(deployment)}`;
      const kept = this.all.get(key);
      this.all.set(key, { ...kept, ...deployment });
      return !kept;
    });
  }

  public last(environment: string, stackName: string): DeploymentItem | undefined {
    return this.lastOnes.get(`${environment} ${stackName}`);
  }

  public history(environment: string): DeploymentItem[] {
    return [...this.all].filter(([key]) => key.startsWith(`${environment} `)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
}

const order = ({ at, eventId }: DeploymentItem) => `${at}#${eventId}`;
