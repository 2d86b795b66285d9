import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { handler as ensure } from '../../../lambda-src/rules/ensure-recorder';
import { handler as look } from '../../../lambda-src/rules/recorder-health';
import {
  DELIVERY_DETAIL_TYPES, DELIVERY_FAILURES, FIRST_CHECK_RESOURCE_TYPE, RECORDER_HEALTH_SETTINGS, RECORDER_OWNER_TAG, SCHEDULED_HEALTH_CHECK,
} from '../../../src/rules/contract';
import { lambdaContext } from '../../support/stub-aws';
import { StubConfig } from '../../support/stub-config';
import { awsError, StubServer } from '../../support/stub-server';

describe('the functions of an account\'s rules', () => {
  let server: StubServer;
  let config: StubConfig;
  const before = { ...process.env };
  beforeEach(async () => {
    config = new StubConfig();
    server = await StubServer.start((request) => (request.path === '/answer' ? {} : config.answer(request)));
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url, POWERTOOLS_DEV: 'true',
      [RECORDER_HEALTH_SETTINGS.organization]: 'bank',
    });
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(() => undefined);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await server.stop();
  });

  describe('rules/ensure-recorder', () => {
    const properties = {
      ServiceToken: 'f', Name: 'ours', RoleArn: 'arn:role', ServiceLinkedRole: 'true', Tags: { Environment: 'Prod' },
      Recording: { GlobalTypes: 'true', Frequency: 'CONTINUOUS' }, Channel: { Bucket: 'reports', Frequency: 'TwentyFour_Hours' },
    };
    const send = async (type: 'Create' | 'Update' | 'Delete', more: object = {}): Promise<{ [name: string]: unknown }> => {
      await ensure({
        RequestType: type, ResponseURL: `${server.url}/answer`, StackId: 'arn:aws:cloudformation:eu-central-1:111111111111:stack/App/guid', RequestId: 'id-1',
        LogicalResourceId: 'Recorder', ResourceType: 'Custom::EnsuredConfigRecorder', ServiceToken: 'f', ResourceProperties: properties,
        OldResourceProperties: properties, PhysicalResourceId: 'ours', ...more,
      } as unknown as CloudFormationCustomResourceEvent, lambdaContext());
      return server.requests.at(-1)!.json;
    };

    const calls = () => server.requests.filter(({ path }) => path !== '/answer').map(({ operation }) => operation);

    it('makes everything in an account that never used AWS Config', async () => {
      expect(await send('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'ours', Data: { RecorderName: 'ours', Created: 'true' } });
      expect(calls()).toEqual([
        'ListConfigurationRecorders', 'GetRole', 'CreateServiceLinkedRole', 'PutConfigurationRecorder', 'DescribeDeliveryChannels', 'PutDeliveryChannel',
        'StartConfigurationRecorder',
      ]);
      expect(config.recorder).toMatchObject({ running: true, Tags: [{ Key: 'Environment', Value: 'Prod' }, { Key: RECORDER_OWNER_TAG, Value: 'App/Recorder' }] });
    });

    it('leaves what is there', async () => {
      config.recorder = { ConfigurationRecorder: { name: 'default' }, Tags: [], running: true };
      expect(await send('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'default', Data: { RecorderName: 'default', Created: 'false' } });
      expect(calls()).toEqual(['ListConfigurationRecorders', 'ListTagsForResource']);
    });

    it('says why it failed', async () => {
      config.instead.set('ListConfigurationRecorders', awsError('ValidationException', 'no such operation'));
      expect(await send('Create')).toMatchObject({
        Status: 'FAILED', Reason: 'reading the account\'s recorders failed: ValidationException: no such operation (log stream stream)',
      });
    });

    it.each([['ours', 'true'], ['default', 'false']])('lets a rollback end, with its attributes, when it may not even look (%s)', async (PhysicalResourceId, Created) => {
      config.instead.set('ListConfigurationRecorders', awsError('ValidationException', 'refused'));
      const changed = { ...properties, Tags: { Environment: 'Test' } };
      expect(await send('Update', { PhysicalResourceId, ResourceProperties: changed })).toMatchObject({ Status: 'FAILED' });
      expect(await send('Update', { PhysicalResourceId, OldResourceProperties: changed }))
        .toMatchObject({ Status: 'SUCCESS', PhysicalResourceId, Data: { RecorderName: PhysicalResourceId, Created } });
      expect(await send('Update', { PhysicalResourceId, OldResourceProperties: changed })).toMatchObject({ Status: 'FAILED' });
    });

    it('deletes nothing and asks nobody', async () => {
      for (const operation of ['ListConfigurationRecorders', 'GetRole']) config.instead.set(operation, awsError('AccessDeniedException'));
      for (const id of ['ours', 'failed-id-1']) expect(await send('Delete', { PhysicalResourceId: id })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(server.requests.map(({ path }) => path)).toEqual(['/answer', '/answer']);
    });
  });

  describe('rules/recorder-health', () => {
    const lines: string[] = [];
    beforeEach(() => {
      lines.length = 0;
      jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
      config.recorder = { ConfigurationRecorder: { name: 'default' }, Tags: [], running: true };
      config.instead.set('DescribeConfigurationRecorderStatus', { body: { ConfigurationRecordersStatus: [{ name: 'default', recording: true }] } });
      config.instead.set('DescribeDeliveryChannelStatus', { body: { DeliveryChannelsStatus: [{ name: 'default' }] } });
    });
    const check = (event: unknown) => look(event, lambdaContext() as unknown as Context);
    const metrics = () => JSON.parse(lines.find((line) => line.startsWith('{"_aws"'))!) as { [name: string]: unknown };

    it.each([[SCHEDULED_HEALTH_CHECK], [{}], [undefined], [{ detail: { messageType: 'ConfigurationSnapshotDeliveryCompleted' } }]])('measures health (%j)', async (event) => {
      await expect(check(event)).resolves.toEqual({ recording: { verdict: 'HEALTHY', problems: [] }, delivery: { verdict: 'HEALTHY', problems: [] } });
      expect(metrics()).toMatchObject({
        Organization: 'bank', ConfigRecorderStopped: 0, ConfigDeliveryFailed: 0, ConfigRecorderCheckErrors: 0,
        _aws: { CloudWatchMetrics: [{ Namespace: 'ConfigCompliance', Dimensions: [['Organization']] }] },
      });
    });

    it.each(DELIVERY_FAILURES)('takes the word of an event (%s)', async (messageType) => {
      const event = { 'source': 'aws.config', 'detail-type': DELIVERY_DETAIL_TYPES[0], 'detail': { messageType, recordVersion: '1.1' } };
      await expect(check(event)).resolves.toMatchObject({ delivery: { verdict: 'UNHEALTHY' } });
      expect(metrics()).toMatchObject({ ConfigDeliveryFailed: 1, ConfigRecorderStopped: 0 });
    });

    it('tells what is wrong in the log, and of what is unknown no value', async () => {
      config.instead.set('DescribeConfigurationRecorderStatus', awsError('AccessDeniedException', 'no'));
      await expect(check({})).resolves.toMatchObject({ recording: { verdict: 'UNKNOWN' } });
      expect(metrics()).toMatchObject({ ConfigDeliveryFailed: 0, ConfigRecorderCheckErrors: 1 });
      expect(metrics()).not.toHaveProperty('ConfigRecorderStopped');
      const logged = jest.mocked(console.error).mock.calls.join();
      expect(logged).toContain('reading the recorder failed: AccessDeniedException: no');
    });

    it('says when its setting is missing', async () => {
      delete process.env[RECORDER_HEALTH_SETTINGS.organization];
      await expect(check({})).rejects.toThrow('the setting ORGANIZATION is missing');
    });

    describe('in a deployment', () => {
      const deploy = async (type: 'Create' | 'Update' | 'Delete', context = lambdaContext(), more: object = {}) => {
        const result = await look({
          RequestType: type, ResponseURL: `${server.url}/answer`, StackId: 'arn:stack', RequestId: 'id-1', LogicalResourceId: 'FirstCheck',
          ResourceType: FIRST_CHECK_RESOURCE_TYPE, ResourceProperties: { Organization: 'bank', SettleSeconds: '0' }, PhysicalResourceId: 'first-check', ...more,
        }, context as unknown as Context);
        expect(result).toBeUndefined();
        // What a check that took too long still asks comes behind its answer.
        return server.requests.filter(({ path }) => path === '/answer').at(-1)!.json;
      };
      const calls = () => server.requests.map(({ operation, path }) => (path === '/answer' ? path : operation));

      it.each(['Create', 'Update'] as const)('measures before it answers (%s)', async (type) => {
        expect(await deploy(type)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'first-check', LogicalResourceId: 'FirstCheck' });
        expect(metrics()).toMatchObject({ Organization: 'bank', ConfigRecorderStopped: 0, ConfigDeliveryFailed: 0, ConfigRecorderCheckErrors: 0 });
      });

      it('waits until CloudWatch has the values', async () => {
        const started = Date.now();
        await deploy('Create', lambdaContext(), { ResourceProperties: { Organization: 'bank', SettleSeconds: '0.3' } });
        expect(Date.now() - started).toBeGreaterThanOrEqual(290);
      });

      it('goes on when the recorder is stopped', async () => {
        config.instead.set('DescribeConfigurationRecorderStatus', { body: { ConfigurationRecordersStatus: [{ name: 'default', recording: false }] } });
        expect(await deploy('Create')).toMatchObject({ Status: 'SUCCESS' });
        expect(metrics()).toMatchObject({ ConfigRecorderStopped: 1, ConfigRecorderCheckErrors: 0 });
      });

      it('goes on when nothing may be read, and the value says so', async () => {
        config.instead.set('ListConfigurationRecorders', awsError('AccessDeniedException', 'no'));
        expect(await deploy('Create', lambdaContext(12_000))).toMatchObject({ Status: 'SUCCESS' });
        expect(metrics()).toMatchObject({ ConfigDeliveryFailed: 0, ConfigRecorderCheckErrors: 1 });
      });

      it('goes on when the check fails, or takes too long', async () => {
        expect(await deploy('Create', lambdaContext(9_000), { ResourceProperties: { Organization: 'bank', SettleSeconds: '1' } })).toMatchObject({ Status: 'SUCCESS' });
        // It goes on until it has measured, and would do so in the next test.
        while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        delete process.env[RECORDER_HEALTH_SETTINGS.organization];
        expect(await deploy('Update')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'first-check' });
        const logged = jest.mocked(console.error).mock.calls.join();
        expect(logged).toContain('the function ran out of time');
        expect(logged).toContain('the setting ORGANIZATION is missing');
      });

      it('asks nobody when it is deleted', async () => {
        for (const PhysicalResourceId of ['first-check', 'failed-id-1']) {
          expect(await deploy('Delete', lambdaContext(), { PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
        }
        expect(calls()).toEqual(['/answer', '/answer']);
        expect(lines).toEqual([]);
      });
    });
  });
});
