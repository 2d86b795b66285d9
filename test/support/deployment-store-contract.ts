import { DeploymentStore } from '../../lambda-src/foundation/ports';
import { DeploymentItem } from '../../src/drift/contract';

export const deployment = (more: Partial<DeploymentItem> = {}): DeploymentItem => ({
  environment: 'Dev',
  stackName: 'Payments-Dev',
  stackId: 'arn:aws:cloudformation:eu-central-1:111111111111:stack/Payments-Dev/5c1f',
  status: 'UPDATE_COMPLETE',
  outcome: 'SUCCEEDED',
  at: '2026-11-22T10:00:00.000Z',
  eventId: 'e1',
  requestToken: 'token-1',
  version: '1.0.0',
  ...more,
});

/** A store and what it holds. */
export interface DeploymentsUnderTest {
  readonly store: DeploymentStore;
  last(environment: string, stackName: string): Promise<DeploymentItem | undefined> | DeploymentItem | undefined;
  history(environment: string): Promise<DeploymentItem[]> | DeploymentItem[];
}

const LATER = '2026-11-22T11:00:00.000Z';

/** What every store of deployments must do: the fake that the domain is tested with, and the real one. */
export function deploymentStoreContract(make: () => DeploymentsUnderTest): void {
  let d: DeploymentsUnderTest;
  beforeEach(() => {
    d = make();
  });
  const lastAfter = async (...deployments: DeploymentItem[]) => {
    for (const one of deployments) await d.store.moveLast(one);
    return d.last('Dev', 'Payments-Dev');
  };

  describe('the last deployment of a stack', () => {
    it('comes back exactly as it was written', async () => {
      expect(await lastAfter(deployment())).toEqual(deployment());
      expect(await d.last('Dev', 'Other')).toBeUndefined();
      expect(await d.last('Staging', 'Payments-Dev')).toBeUndefined();
    });

    it('gives way to a later one, of which nothing of it stays', async () => {
      const bare = deployment({ at: LATER, eventId: 'e2', outcome: 'FAILED', version: undefined, requestToken: undefined });
      expect(await lastAfter(deployment(), bare)).toEqual(JSON.parse(JSON.stringify(bare)));
    });

    it('never gives way to an earlier one', async () => {
      expect(await lastAfter(deployment({ at: LATER, eventId: 'e2' }), deployment())).toEqual(deployment({ at: LATER, eventId: 'e2' }));
    });

    it('is the one with the greater id when two ended in the same second, whichever comes first', async () => {
      const [first, second] = [deployment({ eventId: 'a', version: undefined }), deployment({ eventId: 'b', version: undefined })];
      expect((await lastAfter(second, first))!.eventId).toBe('b');
      d = make();
      expect((await lastAfter(first, second))!.eventId).toBe('b');
    });

    it('keeps its version when its event comes again through a record that does not know it, and gets it from one that does', async () => {
      const { version: _version, ...bare } = deployment();
      expect(await lastAfter(deployment(), bare)).toEqual(deployment());
      d = make();
      expect(await lastAfter(bare, deployment(), bare)).toEqual(deployment());
    });

    it('is one for each stack', async () => {
      await lastAfter(deployment(), deployment({ stackName: 'Other', at: LATER }));
      expect(await d.last('Dev', 'Payments-Dev')).toEqual(deployment());
      expect(await d.last('Dev', 'Other')).toMatchObject({ at: LATER });
    });
  });

  describe('the history', () => {
    it('has each deployment once, in the order of time, and says which was new', async () => {
      const later = deployment({ at: LATER, eventId: 'e0', stackName: 'Other' });
      expect(await d.store.add(later)).toBe(true);
      expect(await d.store.add(deployment())).toBe(true);
      expect(await d.store.add(deployment())).toBe(false);
      expect(await d.history('Dev')).toEqual([deployment(), later]);
      expect(await d.history('Staging')).toEqual([]);
    });

    it('keeps a version that one of several records knew', async () => {
      const { version: _version, ...bare } = deployment();
      await d.store.add(bare);
      await d.store.add(deployment());
      await d.store.add(bare);
      expect(await d.history('Dev')).toEqual([deployment()]);
    });
  });
}
