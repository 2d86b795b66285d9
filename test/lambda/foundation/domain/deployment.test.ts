import * as fc from 'fast-check';
import { deploymentOf, recordDeployment, StackEvent } from '../../../../lambda-src/foundation/domain/deployment';
import { DeploymentItem, FINAL_STATUSES } from '../../../../src/drift/contract';
import { deployment } from '../../../support/deployment-store-contract';
import { InMemoryDeployments } from '../../../support/in-memory-deployments';

const AT = '2026-11-22T10:00:00.000Z';
const settings = { environment: 'Dev', ownStack: 'Payments-Dev', version: '1.0.0' };
const event = (more: Partial<StackEvent> = {}): StackEvent => ({
  eventId: 'e1', at: new Date(AT), stackName: 'Payments-Dev', status: 'UPDATE_COMPLETE', requestToken: 'token-1',
  stackId: 'arn:aws:cloudformation:eu-central-1:111111111111:stack/Payments-Dev/5c1f', ...more,
});
const after = (minutes: number) => new Date(Date.parse(AT) + minutes * 60_000);
const read = (more: Partial<StackEvent> = {}, minutes = 1) => deploymentOf(event(more), settings, after(minutes));

describe('a deployment that ended', () => {
  it('is what its event says, and when CloudFormation says', () => {
    expect(read()).toEqual(deployment());
    expect(read({ requestToken: undefined })).not.toHaveProperty('requestToken');
    expect(read({ requestToken: '' })).not.toHaveProperty('requestToken');
  });

  it.each([
    ['CREATE_COMPLETE', 'SUCCEEDED', true], ['UPDATE_COMPLETE', 'SUCCEEDED', true], ['IMPORT_COMPLETE', 'SUCCEEDED', true],
    ['UPDATE_ROLLBACK_COMPLETE', 'ROLLED_BACK', true], ['IMPORT_ROLLBACK_COMPLETE', 'ROLLED_BACK', true],
    // Nothing is in force after a creation that was rolled back.
    ['ROLLBACK_COMPLETE', 'ROLLED_BACK', false],
    ['CREATE_FAILED', 'FAILED', false], ['UPDATE_FAILED', 'FAILED', false], ['DELETE_FAILED', 'FAILED', false],
    ['ROLLBACK_FAILED', 'FAILED', false], ['UPDATE_ROLLBACK_FAILED', 'FAILED', false], ['IMPORT_ROLLBACK_FAILED', 'FAILED', false],
    ['DELETE_COMPLETE', 'DELETED', false],
  ])('with %s is %s; has a version: %s', (status, outcome, versioned) => {
    expect(read({ status })).toMatchObject({ status, outcome });
    expect(read({ status })!.version).toBe(versioned ? '1.0.0' : undefined);
  });

  it('covers every status that the rule looks for', () => {
    expect(Object.keys(FINAL_STATUSES)).toHaveLength(13);
  });

  it.each(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'REVIEW_IN_PROGRESS', 'toString'])(
    'is none with %s', (status) => {
      expect(read({ status })).toBeUndefined();
    });

  it('has no version when it is of another stack, or none is known', () => {
    expect(read({ stackName: 'Payments-Development' })).not.toHaveProperty('version');
    expect(deploymentOf(event(), { ...settings, version: undefined }, after(1))).not.toHaveProperty('version');
  });

  it('has no version when its event was handled so late that another version may have come since', () => {
    expect(read({}, 10)).toHaveProperty('version', '1.0.0');
    expect(read({}, 10.1)).not.toHaveProperty('version');
    expect(read({}, -1)).toHaveProperty('version', '1.0.0');
  });
});

describe('recording', () => {
  it.each([
    ['SUCCEEDED', 0, 0], ['ROLLED_BACK', 1, 0], ['FAILED', 0, 1], ['DELETED', 0, 0],
  ] as const)('counts what %s, once', async (outcome, DeploymentsRolledBack, DeploymentsFailed) => {
    const store = new InMemoryDeployments();
    await expect(recordDeployment(store, deployment({ outcome }))).resolves.toEqual({ Deployments: 1, DeploymentsRolledBack, DeploymentsFailed });
    await expect(recordDeployment(store, deployment({ outcome }))).resolves.toEqual({});
    expect(store.history('Dev')).toEqual([deployment({ outcome })]);
    expect(store.last('Dev', 'Payments-Dev')).toEqual(deployment({ outcome }));
  });

  it.each([
    ['moveLast', 'before'], ['moveLast', 'after'], ['add', 'before'],
  ] as const)('counts a deployment whose first try failed: %s, %s its effect', async (operation, when) => {
    const store = new InMemoryDeployments();
    store.faults.plan({ operation, when });
    await expect(recordDeployment(store, deployment())).rejects.toThrow('planned fault');
    await expect(recordDeployment(store, deployment())).resolves.toMatchObject({ Deployments: 1 });
    expect(store.last('Dev', 'Payments-Dev')).toEqual(deployment());
  });

  it('ends the same in any order, with repeats, and with an event that two records handle', async () => {
    const one = fc.record({
      second: fc.integer({ min: 0, max: 5 }), id: fc.constantFrom('a', 'b', 'c'), stackName: fc.constantFrom('One', 'Two'),
      status: fc.constantFrom(...Object.keys(FINAL_STATUSES)), version: fc.option(fc.constant('1.0.0'), { nil: undefined }),
    });
    interface Drawn { second: number; id: string; stackName: string; status: string; version?: string }
    const item = ({ second, id, stackName, status, version }: Drawn): DeploymentItem => {
      const { version: _version, ...bare } = deployment({
        at: `2026-11-22T10:00:0${second}.000Z`, stackName, status, outcome: FINAL_STATUSES[status],
        // An id belongs to one event: the same content wherever it comes from.
        eventId: `${second}${id}${stackName}${status}`,
      });
      return version === undefined ? bare : { ...bare, version };
    };
    const end = async (deployments: DeploymentItem[]) => {
      const store = new InMemoryDeployments();
      let counted = 0;
      for (const each of deployments) counted += (await recordDeployment(store, each)).Deployments ?? 0;
      return { counted, history: store.history('Dev'), last: [store.last('Dev', 'One'), store.last('Dev', 'Two')] };
    };
    await fc.assert(fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 12 }).chain((all) => fc.tuple(
      fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }))), async ([all, shuffled]) => {
      const expected = await end(all.map(item));
      expect(await end(shuffled.map(item))).toEqual(expected);
      expect(expected.counted).toBe(expected.history.length);
      for (const last of expected.last.filter((found) => found !== undefined)) {
        expect(expected.history.filter(({ stackName }) => stackName === last.stackName).at(-1)).toEqual(last);
      }
    }), { numRuns: 200 });
  });
});
