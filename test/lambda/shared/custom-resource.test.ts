import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCustomResource, CustomResourceResult } from '../../../lambda-src/shared/custom-resource';
import { NothingChanged } from '../../../lambda-src/shared/nothing-changed';
import { RecordingLog } from '../../support/in-memory-drift';
import { StubServer } from '../../support/stub-server';

describe('a custom resource', () => {
  let server: StubServer;
  let log: RecordingLog;
  beforeEach(async () => {
    server = await StubServer.start(() => ({}));
    log = new RecordingLog();
  });
  afterEach(() => server.stop());

  const context = (remaining = 60_000) => ({ awsRequestId: 'request', logStreamName: 'stream', getRemainingTimeInMillis: () => remaining });
  const event = (type: 'Create' | 'Update' | 'Delete'): CloudFormationCustomResourceEvent => ({
    RequestType: type,
    ServiceToken: 'arn:aws:lambda:eu-central-1:111111111111:function:f',
    ResponseURL: `${server.url}/answer?X-Amz-Signature=hidden-signature`,
    StackId: 'stack',
    RequestId: 'id-1',
    LogicalResourceId: 'Policy',
    ResourceType: 'Custom::ParityPolicy',
    ResourceProperties: { ServiceToken: 'f' },
    ...(type === 'Create' ? {} : { PhysicalResourceId: 'before', OldResourceProperties: {} }),
  }) as CloudFormationCustomResourceEvent;
  const answered = () => server.requests.at(-1)!.json;
  const made = async (): Promise<CustomResourceResult> => ({ physicalResourceId: 'made', data: { Key: 'k' } });

  it.each(['Create', 'Update', 'Delete'] as const)('answers %s with what was made', async (type) => {
    await answerCustomResource(event(type), context(), log, made);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: 'PUT', path: '/answer?X-Amz-Signature=hidden-signature' });
    expect(server.requests[0].headers['content-type']).toBe('');
    expect(answered()).toEqual({ Status: 'SUCCESS', PhysicalResourceId: 'made', Data: { Key: 'k' }, StackId: 'stack', RequestId: 'id-1', LogicalResourceId: 'Policy' });
  });

  it.each([['Create', 'failed-id-1'], ['Update', 'before']] as const)('answers a failed %s with the reason, under the id %s', async (type, id) => {
    await answerCustomResource(event(type), context(), log, async () => { throw new Error('the bucket said no'); });
    expect(answered()).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id, Reason: 'the bucket said no (log stream stream)' });
    expect(log.lines).toEqual([expect.objectContaining({ level: 'error' })]);
  });

  it('answers a failed Delete as done, with a line in the log', async () => {
    await answerCustomResource(event('Delete'), context(), log, () => Promise.reject(new Error('access denied')));
    expect(answered()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'before' });
    expect(log.lines).toEqual([expect.objectContaining({ level: 'warn', fields: { error: 'access denied' } })]);
  });

  it('answers before its time ends', async () => {
    let timer: NodeJS.Timeout | undefined;
    await answerCustomResource(event('Create'), context(5_020), log, () => new Promise(() => { timer = setTimeout(() => undefined, 20_000); }));
    clearTimeout(timer);
    expect(answered()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('ran out of time') });
  });

  it('keeps the answer below 4096 bytes, and as much of the reason as fits', async () => {
    await answerCustomResource(event('Create'), context(), log, () => Promise.reject(new Error('ä"'.repeat(5_000))));
    const { body, json } = server.requests[0];
    expect(body.length).toBeLessThanOrEqual(4096);
    expect(body.length).toBeGreaterThan(3_000);
    expect(json).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^ä".*…$/) });
  });

  it('says when the attributes are too long', async () => {
    await answerCustomResource(event('Create'), context(), log, async () => ({ physicalResourceId: 'made', data: { Key: 'k'.repeat(5_000) } }));
    expect(answered()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('the attributes are too long') });
  });

  it('sends the answer again when it did not arrive', async () => {
    server.answer = (_, call) => (call === 1 ? { hangUp: true } : call === 2 ? { status: 503 } : {});
    await answerCustomResource(event('Create'), context(), log, made);
    expect(server.requests).toHaveLength(3);
  });

  it('fails with the reason, and without the address, when nobody takes the answer', async () => {
    server.answer = () => ({ status: 403 });
    const failure = await answerCustomResource(event('Create'), context(900), log, () => Promise.reject(new Error('why'))).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(/FAILED: why.*Policy did not reach CloudFormation.*403/) });
    expect((failure as Error).message).not.toContain('hidden-signature');
  });

  describe('that fails an update before it changed anything', () => {
    const update = (old: string, now: string, more: object = {}) =>
      ({ ...event('Update'), OldResourceProperties: { Value: old }, ResourceProperties: { Value: now }, ...more }) as unknown as CloudFormationCustomResourceEvent;
    const denied = () => Promise.reject(new NothingChanged(new Error('access denied')));
    const send = (request: CloudFormationCustomResourceEvent, handle: () => Promise<CustomResourceResult> = denied) =>
      answerCustomResource(request, context(), log, handle, id => ({ Key: `key of ${id}` }));

    it('answers the update that takes it back as done, with its attributes, and asks nobody', async () => {
      await send(update('1', '2'));
      expect(answered()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('access denied') });
      const handle = jest.fn(denied);
      await send(update('2', '1'), handle);
      expect(answered()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'before', Data: { Key: 'key of before' } });
      expect(handle).not.toHaveBeenCalled();
      expect(log.lines.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('takes back one that failed before it changed anything') });
    });

    it('has no attributes where nobody gives them', async () => {
      await answerCustomResource(update('1', '2'), context(), log, denied);
      await answerCustomResource(update('2', '1'), context(), log, denied);
      expect(answered()).toEqual({ Status: 'SUCCESS', PhysicalResourceId: 'before', StackId: 'stack', RequestId: 'id-1', LogicalResourceId: 'Policy' });
    });

    it.each([
      ['goes on to something else', ['2', '3', {}]],
      ['is the same once more', ['1', '2', {}]],
      ['comes from something else', ['3', '1', {}]],
      ['is another resource', ['2', '1', { LogicalResourceId: 'Other' }]],
      ['is of another stack', ['2', '1', { StackId: 'other' }]],
      ['has another id', ['2', '1', { PhysicalResourceId: 'other' }]],
    ] as [string, [string, string, object]][])('fails the next one that %s', async (_, next) => {
      await send(update('1', '2'));
      await send(update(...next));
      expect(answered()).toMatchObject({ Status: 'FAILED' });
    });

    it('forgets it with the next request', async () => {
      await send(update('1', '2'));
      await send(update('2', '1'));
      await send(update('2', '1'));
      expect(answered()).toMatchObject({ Status: 'FAILED' });
      await send(update('1', '2'));
      await send(event('Delete'), made);
      await send(update('2', '1'));
      expect(answered()).toMatchObject({ Status: 'FAILED' });
    });

    it.each([['changed something', () => Promise.reject(new Error('half done'))], ['succeeded', made]])('asks the handler when the update before %s', async (_, first) => {
      await send(update('1', '2'), first);
      const handle = jest.fn(made);
      await send(update('2', '1'), handle);
      expect(handle).toHaveBeenCalledTimes(1);
    });
  });
});
