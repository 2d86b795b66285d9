import { StateObjects, Walk } from '../../lambda-src/drift/ports';
import { PolicyDocument } from '../../src/drift/contract';

export const policyDocument = (more: Partial<PolicyDocument> = {}): PolicyDocument => ({
  version: '1', baseline: 'Prod', environments: ['Dev', 'Prod'], rules: [{ kind: 'same', pattern: '**' }], waivers: [], reportPlainSecrets: 'true', ...more,
});

export const walk = (more: Partial<Walk> = {}): Walk => ({
  runId: 'run-1',
  startedAt: '2026-11-22T10:00:00.000Z',
  segment: 1,
  ssmCalls: 7,
  target: {
    parameters: [{ name: 'app/a', type: 'String', value: 'ä\n', version: 1, modifiedAt: '2026-11-22T09:00:00.000Z' }],
    withheld: ['app/token'], nextToken: 'token', done: false,
  },
  baseline: { parameters: [], withheld: [], done: true },
  ...more,
});

/** What every keeper of the state's objects must do. `make` gives one whose bucket holds this policy. */
export function stateObjectsContract(make: (policy: PolicyDocument) => Promise<StateObjects> | StateObjects): void {
  it('gives the policy as it was deployed', async () => {
    const document = policyDocument({ waivers: [{ pattern: 'a/*', environment: 'Dev', reason: 'r', owner: 'o', expiresOn: '2027-01-31' }] });
    await expect((await make(document)).policy()).resolves.toEqual(document);
  });

  it('gives a walk back as it was saved, the latest one of a run', async () => {
    const objects = await make(policyDocument());
    const key = await objects.saveWalk(walk());
    await expect(objects.loadWalk(key)).resolves.toEqual(walk());
    await expect(objects.saveWalk(walk({ segment: 2 }))).resolves.toBe(key);
    await expect(objects.loadWalk(key)).resolves.toEqual(walk({ segment: 2 }));
  });

  it('does not make a walk up', async () => {
    const objects = await make(policyDocument());
    await expect(objects.loadWalk('parity/walks/unknown.json.gz')).rejects.toThrow('parity/walks/unknown.json.gz');
  });

  it('takes snapshots', async () => {
    const objects = await make(policyDocument());
    await objects.saveSnapshot('{"app/a":{"type":"String","version":1}}');
    await objects.saveSnapshot('{}');
  });
}
