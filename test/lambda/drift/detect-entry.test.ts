import { Context, SQSBatchResponse } from 'aws-lambda';
import { handler } from '../../../lambda-src/drift/detect';
import { world } from '../../../lambda-src/drift/detect/world';
import { DetectDependencies, Trigger } from '../../../lambda-src/drift/domain/dependencies';
import { detectDrift } from '../../../lambda-src/drift/domain/detect-drift';
import { Settings } from '../../../lambda-src/shared/settings';
import { DETECT_SETTINGS, DetectAnswer, IncompleteCause, METRICS, SCHEDULED_CHECK } from '../../../src/drift/contract';
import { policyDocument } from '../../support/state-objects-contract';
import { detectEnvironment, lambdaContext, stubAws } from '../../support/stub-aws';
import { StubServer } from '../../support/stub-server';

jest.mock('../../../lambda-src/drift/domain/detect-drift');
const detect = jest.mocked(detectDrift);

const answer = (...causes: IncompleteCause[]): DetectAnswer => ({
  runId: 'r', environment: 'Dev', baseline: 'Prod', complete: causes.length === 0, causes, notes: [], driftDetected: false, compared: 1, ignored: 0,
  open: 0, pending: 0, waived: 0, opened: 0, reopened: 0, resolved: 0, findings: [], truncated: false,
});
const change = (name: string, operation = 'Update') =>
  JSON.stringify({ 'source': 'aws.ssm', 'detail-type': 'Parameter Store Change', 'detail': { name, operation } });
const walk = (key: string) => JSON.stringify({ continueWalk: key });
const batch = (...bodies: string[]) => ({ Records: bodies.map((body, i) => ({ eventSource: 'aws:sqs', messageId: `m${i}`, receiptHandle: `r${i}`, body })) });

describe('drift/detect', () => {
  let server: StubServer;
  let lines: string[];
  const before = { ...process.env };
  beforeAll(async () => {
    server = await StubServer.start(() => ({}));
    // Read once by the handler: a process has one set of settings.
    process.env = { ...before, ...detectEnvironment(server.url), POWERTOOLS_DEV: 'true' };
  });
  afterAll(async () => {
    process.env = before;
    await server.stop();
  });
  beforeEach(() => {
    server.answer = stubAws(policyDocument(), { '/acme/Dev/a': '1' });
    server.requests.length = 0;
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => undefined);
    detect.mockReset().mockResolvedValue({ answer: answer(), metrics: { [METRICS.configurationDrift]: 0 } });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const invoke = (event: unknown, remaining?: number, by = handler) => by(event, lambdaContext(remaining) as unknown as Context);
  const triggers = (): Trigger[] => detect.mock.calls.map(([, trigger]) => trigger);
  const metrics = () => lines.filter((line) => line.includes('_aws')).map((line) => JSON.parse(line) as { [name: string]: unknown });
  const failures = async (event: unknown, remaining?: number, by = handler) => {
    const { batchItemFailures } = await invoke(event, remaining, by) as SQSBatchResponse;
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  it.each([[{}, 'full'], [SCHEDULED_CHECK, 'scheduled']])('answers a direct invocation with %j', async (event, kind) => {
    await expect(invoke(event)).resolves.toEqual(answer());
    expect(triggers()).toEqual([{ kind }]);
  });

  it('refuses a payload that it does not know', async () => {
    await expect(invoke({ foo: 1 })).rejects.toThrow('Allowed are {} for a full check');
    expect(detect).not.toHaveBeenCalled();
  });

  it('gives the check its settings and what the Lambda service knows', async () => {
    await invoke({});
    const dependencies: DetectDependencies = detect.mock.calls[0][0];
    expect(dependencies.settings).toEqual({
      organization: 'acme', environment: 'Dev', baseline: 'Prod', policyKey: 'parity/policies/p.json', fullWalkMinutes: 360, promotionWindowMinutes: 0, messageDetail: 'NAMES',
      functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:detect', account: '111111111111', region: 'eu-central-1',
    });
    expect(dependencies.clock.remaining()).toBe(180_000);
    expect(dependencies.newRunId()).not.toBe(dependencies.newRunId());
    await expect(dependencies.readers('Dev').page()).resolves.toMatchObject({ parameters: [{ name: 'a', value: '1' }] });
    await expect(dependencies.readers('Prod').page()).resolves.toEqual({ parameters: [] });
    expect(server.requests.map(({ json }) => json.Path)).toEqual(['/acme/Dev', '/acme/Prod']);
  });

  it('keeps its clients between invocations, and counts their calls on', async () => {
    await invoke({});
    const calls = detect.mock.calls[0][0].ssmCalls();
    await detect.mock.calls[0][0].readers('Dev').page();
    await invoke({});
    expect(detect.mock.calls[1][0].ssmCalls()).toBe(calls + 1);
  });

  it('writes the metrics once a run, under both sets of dimensions', async () => {
    await invoke({});
    expect(metrics()).toHaveLength(1);
    expect(metrics()[0]).toMatchObject({
      Organization: 'acme', Environment: 'Dev', ConfigurationDrift: 0,
      _aws: { CloudWatchMetrics: [{ Namespace: 'ConfigCompliance', Dimensions: [['Environment'], ['Organization', 'Environment']] }] },
    });
  });

  it('counts a check that failed, and fails', async () => {
    detect.mockRejectedValue(new Error('the table is gone'));
    await expect(invoke({})).rejects.toThrow('the table is gone');
    expect(metrics()).toEqual([expect.objectContaining({ DriftDetectionErrors: 1 })]);
  });

  describe('with a batch of its queue', () => {
    it('checks the names of its environment and of the baseline, each once', async () => {
      await expect(failures(batch(change('/acme/Dev/a'), change('/acme/Prod/a'), change('/acme/Prod/b'), change('/acme/Staging/c'), change('/acme/Dev/d', 'LabelParameterVersion')))).resolves.toEqual([]);
      expect(triggers()).toEqual([{ kind: 'names', names: ['a', 'b'] }]);
    });

    it('does nothing for what does not concern it', async () => {
      await expect(failures(batch(change('/acme/Staging/c'), change('/acme/Dev/d', 'LabelParameterVersion')))).resolves.toEqual([]);
      expect(detect).not.toHaveBeenCalled();
    });

    it('gives back a record that it cannot read, and that one only', async () => {
      await expect(failures(batch('broken', change('/acme/Dev/a')))).resolves.toEqual(['m0']);
      expect(triggers()).toEqual([{ kind: 'names', names: ['a'] }]);
    });

    it('goes on with cut walks first, each once', async () => {
      await expect(failures(batch(change('/acme/Dev/a'), walk('k1'), walk('k2'), walk('k1')))).resolves.toEqual([]);
      expect(triggers()).toEqual([{ kind: 'continue', key: 'k1' }, { kind: 'continue', key: 'k2' }, { kind: 'names', names: ['a'] }]);
    });

    it.each(['ACCESS_DENIED', 'BUSY', 'THROTTLED', 'TIMED_OUT', 'READ_FAILED', 'POLICY_UNREADABLE'] as const)('gives names back after %s, but no walk, which is over then', async (cause) => {
      detect.mockResolvedValue({ answer: answer(cause), metrics: {} });
      await expect(failures(batch(change('/acme/Dev/a'), walk('k1'), change('/acme/Dev/b'), walk('k1')))).resolves.toEqual(['m0', 'm2']);
    });

    it.each(['BASELINE_ABSENT', 'CONTINUES'] as const)('gives nothing back after %s, which another try would not change', async (cause) => {
      detect.mockResolvedValue({ answer: answer(cause), metrics: {} });
      await expect(failures(batch(change('/acme/Dev/a'), walk('k1')))).resolves.toEqual([]);
    });

    it('gives names back when another check took over, but not a walk that was overtaken', async () => {
      detect.mockResolvedValue({ answer: answer('SUPERSEDED'), metrics: {} });
      await expect(failures(batch(change('/acme/Dev/a'), walk('k1')))).resolves.toEqual(['m0']);
    });

    it('gives back what belongs to a run that failed, and goes on', async () => {
      detect.mockRejectedValueOnce(new Error('no such walk'));
      await expect(failures(batch(walk('k1'), walk('k2'), change('/acme/Dev/a')))).resolves.toEqual(['m0']);
      expect(metrics().map((line) => line.DriftDetectionErrors)).toEqual([1, undefined, undefined]);
    });

    it('gives back what it has no time for', async () => {
      await expect(failures(batch(walk('k1'), change('/acme/Dev/a')), 59_000)).resolves.toEqual(['m0', 'm1']);
      expect(detect).not.toHaveBeenCalled();
    });

    it.each(['BUSY', 'SUPERSEDED'] as const)('has names again soon after %s: only another check was in the way', async (cause) => {
      detect.mockResolvedValue({ answer: answer(cause), metrics: {} });
      const changes = Array.from({ length: 12 }, (_, i) => change(`/acme/Dev/${i}`));
      await failures(batch(...changes));
      const calls = server.requests.filter(({ headers }) => headers['x-amz-target'] === 'AmazonSQS.ChangeMessageVisibilityBatch');
      interface Batch { readonly Entries: { readonly ReceiptHandle: string; readonly VisibilityTimeout: number }[] }
      const entries = calls.flatMap(({ body }) => (JSON.parse(String(body)) as Batch).Entries);
      expect(calls).toHaveLength(2);
      expect(entries.map(({ ReceiptHandle, VisibilityTimeout }) => `${ReceiptHandle} ${VisibilityTimeout}`)).toEqual(changes.map((_, i) => `r${i} 60`));
    });

    it('takes a batch that somebody sends by hand, without receipts', async () => {
      detect.mockResolvedValue({ answer: answer('BUSY'), metrics: {} });
      const event = { Records: [{ eventSource: 'aws:sqs', messageId: 'm0', body: change('/acme/Dev/a') }] };
      await expect(failures(event)).resolves.toEqual(['m0']);
      expect(triggers()).toEqual([{ kind: 'names', names: ['a'] }]);
    });

    it('logs a check that is not complete as a warning, and one without policy as an error', async () => {
      for (const [cause, level] of [['THROTTLED', 'WARN'], ['POLICY_UNREADABLE', 'ERROR']] as const) {
        detect.mockResolvedValue({ answer: answer(cause), metrics: {} });
        const said: string[] = [];
        for (const method of ['info', 'warn', 'error'] as const) jest.spyOn(console, method).mockImplementation((...parts: unknown[]) => { said.push(String(parts[0])); });
        await invoke({});
        expect(said.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([level]);
      }
    });
  });

  it('says which setting is missing when it is first invoked', async () => {
    const { TABLE_NAME, ...rest } = process.env;
    process.env = rest;
    await expect(invoke({}, undefined, isolated().handler)).rejects.toThrow('the setting TABLE_NAME is missing');
    process.env = { ...rest, TABLE_NAME };
  });

  it.each(Object.values(DETECT_SETTINGS))('says when the setting %s is missing', (name) => {
    expect(() => world(new Settings({ ...detectEnvironment(server.url), [name]: '' }))).toThrow(`the setting ${name} is missing`);
  });

  it('reads every setting of the contract and no other', () => {
    const read = new Set<string>();
    const watched = new Settings(detectEnvironment(server.url));
    for (const method of ['required', 'number', 'oneOf'] as const) {
      const original = watched[method].bind(watched) as (...given: unknown[]) => unknown;
      jest.spyOn(watched, method).mockImplementation(((...given: unknown[]) => {
        read.add(given[0] as string);
        return original(...given);
      }) as never);
    }
    world(watched);
    expect([...read].sort()).toEqual(Object.values(DETECT_SETTINGS).sort());
  });
});

function isolated(): { handler: typeof handler; detect: typeof detect } {
  let loaded: ReturnType<typeof isolated> | undefined;
  jest.isolateModules(() => {
    loaded = {
      detect: jest.requireMock<{ detectDrift: typeof detect }>('../../../lambda-src/drift/domain/detect-drift').detectDrift,
      handler: jest.requireActual<{ handler: typeof handler }>('../../../lambda-src/drift/detect').handler,
    };
  });
  return loaded!;
}
