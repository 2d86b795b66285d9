import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Context } from 'aws-lambda';
import { handle, handler, RecordDeploymentWorld, world } from '../../../lambda-src/foundation/record-deployment';
import { Settings } from '../../../lambda-src/shared/settings';
import { RECORD_DEPLOYMENT_SETTINGS } from '../../../src/foundation/contract';
import { InMemoryDeployments } from '../../support/in-memory-deployments';
import { stackEvent } from '../../support/stack-event';
import { lambdaContext } from '../../support/stub-aws';
import { awsError, StubServer } from '../../support/stub-server';

const run = promisify(execFile);
const environment = (endpoint: string): { [name: string]: string } => ({
  AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint,
  ORGANIZATION: 'acme', ENVIRONMENT: 'Dev', TABLE_NAME: 'drift', OWN_STACK: 'Payments-Dev', DEPLOYMENT_VERSION: '1.0.0',
});
const now = () => new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();

describe('foundation/record-deployment', () => {
  const before = { ...process.env };
  let lines: string[];
  let said: string[];
  beforeEach(() => {
    process.env = { ...before, POWERTOOLS_DEV: 'true' };
    lines = [];
    said = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation((...parts: unknown[]) => { said.push(String(parts[0])); });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = before;
  });
  const context = lambdaContext() as unknown as Context;
  const metrics = () => lines.filter((line) => line.includes('_aws')).map((line) => JSON.parse(line) as object);
  const worldOf = (): RecordDeploymentWorld & { store: InMemoryDeployments } =>
    ({ settings: { organization: 'acme', environment: 'Dev', ownStack: 'Payments-Dev', version: '1.0.0' }, store: new InMemoryDeployments() });

  it('records a deployment, answers it, logs it and counts it under both sets of dimensions', async () => {
    const w = worldOf();
    const time = now();
    const answer = await handle(stackEvent({ time }), context, w);
    expect(answer).toMatchObject({ stackName: 'Payments-Dev', outcome: 'SUCCEEDED', at: time, version: '1.0.0' });
    expect(w.store.history('Dev')).toEqual([answer]);
    expect(w.store.last('Dev', 'Payments-Dev')).toEqual(answer);
    expect(JSON.parse(said[0])).toMatchObject({ level: 'INFO', message: 'recorded', outcome: 'SUCCEEDED', version: '1.0.0' });
    expect(metrics()).toEqual([expect.objectContaining({ Organization: 'acme', Environment: 'Dev', Deployments: 1, DeploymentsRolledBack: 0, DeploymentsFailed: 0 })]);
    expect(metrics()[0]).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'ConfigCompliance', Dimensions: [['Environment'], ['Organization', 'Environment']] }] },
    });
  });

  it('counts an event that comes twice once', async () => {
    const w = worldOf();
    await handle(stackEvent(), context, w);
    await handle(stackEvent(), context, w);
    expect(metrics()).toHaveLength(1);
    expect(w.store.history('Dev')).toHaveLength(1);
  });

  it('records nothing for a status that ends nothing', async () => {
    const w = worldOf();
    await expect(handle(stackEvent({ status: 'UPDATE_IN_PROGRESS' }), context, w)).resolves.toBeUndefined();
    expect(w.store.history('Dev')).toEqual([]);
    expect(said[0]).toContain('no deployment ended');
  });

  it('fails when it could not record, so that Lambda tries again and the dead-letter queue tells', async () => {
    const w = worldOf();
    w.store.faults.plan({ operation: 'add', error: new Error('throttled') });
    await expect(handle(stackEvent(), context, w)).rejects.toThrow('throttled');
    expect(JSON.parse(said[0])).toMatchObject({ level: 'ERROR', message: 'the deployment could not be recorded' });
    expect(metrics()).toEqual([]);
    await expect(handle({}, context, w)).rejects.toThrow('this is none');
  });

  describe('with its settings', () => {
    let server: StubServer;
    beforeAll(async () => {
      server = await StubServer.start(() => ({}));
    });
    afterAll(() => server.stop());

    it('writes into the table', async () => {
      process.env = { ...process.env, ...environment(server.url) };
      await handler(stackEvent(), context);
      await handler(stackEvent({ id: 'e2' }), context);
      expect(server.requests.map(({ operation, json }) => [operation, json.TableName])).toEqual(Array(4).fill(['UpdateItem', 'drift']));
    });

    it('fails when the table does', async () => {
      process.env = { ...process.env, ...environment(server.url) };
      server.answer = () => awsError('AccessDeniedException');
      await expect(handle(stackEvent(), context, world(new Settings()))).rejects.toThrow('planned AccessDeniedException');
    });

    it.each(Object.values(RECORD_DEPLOYMENT_SETTINGS).filter((name) => name !== 'DEPLOYMENT_VERSION'))('says when the setting %s is missing', (name) => {
      expect(() => world(new Settings({ ...environment(server.url), [name]: '' }))).toThrow(`the setting ${name} is missing`);
    });

    it('does without a version', () => {
      expect(world(new Settings({ ...environment(server.url), DEPLOYMENT_VERSION: '' })).settings).toEqual({ organization: 'acme', environment: 'Dev', ownStack: 'Payments-Dev' });
    });

    it('reads every setting of the contract and no other', () => {
      const read = new Set<string>();
      const watched = new Settings(environment(server.url));
      for (const method of ['required', 'optional'] as const) {
        const original = watched[method].bind(watched);
        jest.spyOn(watched, method).mockImplementation(((name: string) => {
          read.add(name);
          return original(name);
        }) as never);
      }
      world(watched);
      expect([...read].sort()).toEqual(Object.values(RECORD_DEPLOYMENT_SETTINGS).sort());
    });

    it('is bundled to run alone', async () => {
      server.answer = () => ({});
      server.requests.length = 0;
      const bundle = join(__dirname, '..', '..', '..', 'assets', 'foundation', 'record-deployment', 'index.mjs');
      const script = `import { handler } from ${JSON.stringify(bundle)};
        const answer = await handler(${JSON.stringify(stackEvent({ time: now() }))}, ${JSON.stringify(lambdaContext())});
        console.error('answer ' + JSON.stringify(answer));`;
      const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment(server.url) });
      expect(JSON.parse(/^answer (.*)$/m.exec(stderr)![1])).toMatchObject({ stackName: 'Payments-Dev', outcome: 'SUCCEEDED', version: '1.0.0' });
      expect(JSON.parse(stdout.split('\n').find((line) => line.startsWith('{"_aws"'))!)).toMatchObject({ Deployments: 1, Environment: 'Dev' });
      expect(server.requests.map(({ json }) => json.Key)).toEqual([
        { pk: { S: 'DEPLOYED#Dev' }, sk: { S: 'Payments-Dev' } }, { pk: { S: 'DEPLOYMENTS#Dev' }, sk: { S: expect.stringMatching(/Z#e1$/) } },
      ]);
    });
  });
});
