import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { handler } from '../../../lambda-src/drift/policy';
import { POLICY_SETTINGS } from '../../../src/drift/contract';
import { policyDocument } from '../../support/state-objects-contract';
import { lambdaContext } from '../../support/stub-aws';
import { StubAnswer, StubServer } from '../../support/stub-server';

const KEY = /^parity\/policies\/[0-9a-f]{64}\.json$/;

describe('drift/policy', () => {
  let server: StubServer;
  let fromS3: StubAnswer;
  const before = { ...process.env };
  beforeEach(async () => {
    fromS3 = {};
    server = await StubServer.start(({ path }) => (path === '/answer' ? {} : fromS3));
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url, BUCKET_NAME: 'state', POWERTOOLS_DEV: 'true',
    });
    for (const level of ['warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => undefined);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await server.stop();
  });

  const send = async (type: 'Create' | 'Update' | 'Delete', more: object = {}): Promise<{ [name: string]: unknown }> => {
    server.requests.length = 0;
    await handler({
      RequestType: type, ResponseURL: `${server.url}/answer`, StackId: 'stack-1', RequestId: 'id-1', LogicalResourceId: 'Policy', ResourceType: 'Custom::ParityPolicy',
      ServiceToken: 'f', ResourceProperties: { ServiceToken: 'f', Policy: policyDocument() }, PhysicalResourceId: 'parity/policies/before.json', ...more,
    } as unknown as CloudFormationCustomResourceEvent, lambdaContext());
    return server.requests.at(-1)!.json;
  };
  const toS3 = () => server.requests.filter(({ path }) => path !== '/answer');

  it.each(['Create', 'Update'] as const)('puts the policy under a key that names its content (%s)', async (type) => {
    const response = await send(type);
    expect(response).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringMatching(KEY), Data: { Key: response.PhysicalResourceId } });
    expect(toS3()).toEqual([expect.objectContaining({ method: 'PUT', path: `/state/${response.PhysicalResourceId as string}`, json: policyDocument() })]);
  });

  it('gives equal policies the same key, whatever their order, and other policies another', async () => {
    const { Data } = await send('Create');
    const reordered = Object.fromEntries(Object.entries(policyDocument()).reverse());
    expect((await send('Update', { ResourceProperties: { Policy: reordered } })).Data).toEqual(Data);
    expect((await send('Update', { ResourceProperties: { Policy: policyDocument({ baseline: 'Dev' }) } })).Data).not.toEqual(Data);
  });

  it('gives two stacks keys of their own, so that deleting one leaves the other its policy', async () => {
    const { Data } = await send('Create');
    expect((await send('Create', { StackId: 'stack-2' })).Data).not.toEqual(Data);
    expect((await send('Create', { LogicalResourceId: 'Other' })).Data).not.toEqual(Data);
  });

  it('refuses a policy that no check could read', async () => {
    const response = await send('Create', { ResourceProperties: { Policy: { ...policyDocument(), rules: [{ kind: 'same' }] } } });
    expect(response).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('rules.0.pattern') });
    expect(toS3()).toEqual([]);
  });

  it('takes a policy with a waiver that cannot be read: a hotfix must go out', async () => {
    const response = await send('Update', { ResourceProperties: { Policy: { ...policyDocument(), waivers: [{ pattern: 'a' }] } } });
    expect(response).toMatchObject({ Status: 'SUCCESS' });
  });

  it('says why the bucket did not take it', async () => {
    fromS3 = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    expect(await send('Create')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('failed with AccessDenied: if it was to be read') });
  });

  it('leaves the policy that is there when an update back to it cannot be written, so that a rollback ends', async () => {
    const { PhysicalResourceId, Data } = await send('Create');
    fromS3 = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    expect(await send('Update', { PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId, Data });
    expect(await send('Update')).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'parity/policies/before.json' });
  });

  it('says when its setting is missing', async () => {
    delete process.env[POLICY_SETTINGS.bucketName];
    expect(await send('Create')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('the setting BUCKET_NAME is missing') });
  });

  it('removes the policy', async () => {
    expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'parity/policies/before.json' });
    expect(toS3()).toEqual([expect.objectContaining({ method: 'DELETE', path: '/state/parity/policies/before.json' })]);
  });

  it('removes nothing after a creation that failed', async () => {
    expect(await send('Delete', { PhysicalResourceId: 'failed-id-1' })).toMatchObject({ Status: 'SUCCESS' });
    expect(toS3()).toEqual([]);
  });

  it.each([[404, 'NoSuchBucket'], [403, 'AccessDenied']])('never blocks a delete (%d %s)', async (status, code) => {
    fromS3 = { status, body: `<Error><Code>${code}</Code></Error>` };
    expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS' });
  });
});
