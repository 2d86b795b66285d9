import { HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { ObjectNotFound, S3Failure, S3Objects } from '../../../lambda-src/shared/adapters/s3-objects';
import { StubServer } from '../../support/stub-server';

const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>planned</Message></Error>`;

describe('objects in S3', () => {
  let server: StubServer;
  let objects: S3Objects;
  const before = { ...process.env };
  beforeEach(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test-secret', AWS_SESSION_TOKEN: 'test-session' });
    server = await StubServer.start(() => ({ body: 'content' }));
    objects = new S3Objects({ bucket: 'state', region: 'eu-central-1', endpoint: server.url, retryBase: 1 });
  });
  afterEach(async () => {
    process.env = { ...before };
    await server.stop();
  });

  it('are read, written and deleted with signed requests', async () => {
    await expect(objects.get('a/b c(1).json')).resolves.toEqual(Buffer.from('content'));
    await objects.put('a/b', Buffer.from('new'), 'application/json');
    await objects.delete('a/b');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /state/a/b%20c%281%29.json', 'PUT /state/a/b', 'DELETE /state/a/b']);
    const put = server.requests[1];
    expect(put.body.toString()).toBe('new');
    expect(put.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '3', 'x-amz-security-token': 'test-session' });
    expect(put.headers['x-amz-checksum-sha256']).toMatch(/=$/);
    for (const { headers } of server.requests) expect(headers.authorization).toMatch(/Credential=111111111111\/\d{8}\/eu-central-1\/s3\/aws4_request/);
  });

  it('that are not there give an error of their own', async () => {
    server.answer = () => ({ status: 404, body: xml('NoSuchKey') });
    const failure = await objects.get('gone').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ObjectNotFound);
    expect(failure).toMatchObject({ status: 404, code: 'NoSuchKey', key: 'gone' });
    expect(server.requests).toHaveLength(1);
  });

  it('refused say which and why, and are not asked for again', async () => {
    server.answer = () => ({ status: 403, body: xml('AccessDenied') });
    await expect(objects.get('k')).rejects.toThrow(/GET of k in the bucket state failed with AccessDenied: .* check the bucket policy/);
    expect(server.requests).toHaveLength(1);
    server.answer = () => ({ status: 418, body: 'no xml' });
    await expect(objects.get('k')).rejects.toMatchObject({ code: 'HTTP418', status: 418 });
  });

  it.each([500, 503, 429])('are asked for again after %d', async (status) => {
    server.answer = (_, call) => (call < 4 ? { status, body: xml('SlowDown') } : { body: 'at last' });
    await expect(objects.get('k')).resolves.toEqual(Buffer.from('at last'));
    expect(server.requests).toHaveLength(4);
  });

  it('are given up after four attempts', async () => {
    server.answer = () => ({ status: 503, body: xml('SlowDown') });
    await expect(objects.get('k')).rejects.toMatchObject({ code: 'SlowDown', status: 503 });
    expect(server.requests).toHaveLength(4);
  });

  it('survive a broken connection', async () => {
    server.answer = (_, call) => (call < 2 ? { hangUp: true } : { body: 'back' });
    await expect(objects.get('k')).resolves.toEqual(Buffer.from('back'));
    server.answer = () => ({ hangUp: true });
    const failure = await objects.get('k').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(S3Failure);
    expect(failure).toMatchObject({ code: 'NetworkFailure', message: expect.stringContaining('GET of k in the bucket state failed') });
    expect(String((failure as Error).message)).not.toContain('test-secret');
  });

  it.each([
    ['eu-central-1', 'state', 'https://state.s3.eu-central-1.amazonaws.com/a%2B/b'],
    ['cn-north-1', 'state', 'https://state.s3.cn-north-1.amazonaws.com.cn/a%2B/b'],
    ['us-gov-west-1', 'state', 'https://state.s3.us-gov-west-1.amazonaws.com/a%2B/b'],
    ['eu-central-1', 'state.with.dots', 'https://s3.eu-central-1.amazonaws.com/state.with.dots/a%2B/b'],
  ])('are where AWS has them: %s, %s', async (region, bucket, address) => {
    const handle = jest.spyOn(NodeHttpHandler.prototype, 'handle').mockResolvedValue({ response: new HttpResponse({ statusCode: 200, body: [Buffer.from('x')] }) });
    await new S3Objects({ bucket, region }).get('a+/b');
    const { protocol, hostname, path, headers } = handle.mock.calls[0][0];
    expect(`${protocol}//${hostname}${path}`).toBe(address);
    expect(headers.host).toBe(hostname);
    handle.mockRestore();
  });
});
