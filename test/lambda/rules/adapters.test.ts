import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { ConfigHealth } from '../../../lambda-src/rules/adapters/config-health';
import { ConfigRecorders } from '../../../lambda-src/rules/adapters/config-recorders';
import { ConfigServiceRole } from '../../../lambda-src/rules/adapters/config-service-role';
import { WantedRecorder } from '../../../lambda-src/rules/ports';
import { described } from '../../../lambda-src/shared/aws-error';
import { RecordingLog } from '../../support/in-memory-drift';
import { iamError, StubConfig } from '../../support/stub-config';
import { awsError, StubServer } from '../../support/stub-server';

const wanted: WantedRecorder = {
  name: 'ours', roleArn: 'arn:role', serviceLinkedRole: true, tags: {},
  recording: { globalTypes: true, frequency: 'CONTINUOUS', overrides: [{ types: ['AWS::EC2::Instance'], frequency: 'DAILY' }] },
  channel: { bucket: 'reports', prefix: 'audit', keyArn: 'arn:key', frequency: 'Six_Hours' },
};

describe('on AWS', () => {
  let server: StubServer;
  let recorders: ConfigRecorders;
  let role: ConfigServiceRole;
  let health: ConfigHealth;
  let log: RecordingLog;
  beforeEach(async () => {
    server = await StubServer.start(() => ({ body: {} }));
    log = new RecordingLog();
    const config = { region: 'eu-central-1', endpoint: server.url, credentials: { accessKeyId: '111111111111', secretAccessKey: 'test' }, maxAttempts: 1 };
    recorders = new ConfigRecorders(new ConfigServiceClient(config), { retryBase: 1 });
    role = new ConfigServiceRole(new IAMClient(config), log, { retryBase: 1 });
    health = new ConfigHealth(new ConfigServiceClient(config));
  });
  afterEach(() => server.stop());
  const asked = () => server.requests.map(({ operation, json }) => [operation, json]);

  describe('the account\'s recorder', () => {
    it('is found behind those of services and on later pages, with all its tags', async () => {
      const pages = [
        { ConfigurationRecorderSummaries: [{ name: 'AWSConfigurationRecorderForX_1', arn: 'arn:x' }], NextToken: '1' },
        { ConfigurationRecorderSummaries: [], NextToken: '2' },
        { ConfigurationRecorderSummaries: [{ name: 'y', arn: 'arn:y', servicePrincipal: 'y.amazonaws.com' }, { name: 'default', arn: 'arn:default' }] },
        { Tags: [{ Key: 'a', Value: 'b' }], NextToken: '3' },
        { Tags: [{ Key: 'c' }, {}] },
      ];
      server.answer = (_, call) => ({ body: pages[call - 1] });
      await expect(recorders.find()).resolves.toMatchObject({ name: 'default', arn: 'arn:default', tags: { a: 'b', c: '' } });
      expect(asked()).toEqual([
        ['ListConfigurationRecorders', {}], ['ListConfigurationRecorders', { NextToken: '1' }], ['ListConfigurationRecorders', { NextToken: '2' }],
        ['ListTagsForResource', { ResourceArn: 'arn:default' }], ['ListTagsForResource', { ResourceArn: 'arn:default', NextToken: '3' }],
      ]);
    });

    it('is not found where there is none, and neither is a channel', async () => {
      await expect(recorders.find()).resolves.toBeUndefined();
      await expect(recorders.findChannel()).resolves.toBeUndefined();
      server.answer = () => ({ body: { DeliveryChannels: [{ name: 'default' }] } });
      await expect(recorders.findChannel()).resolves.toBe('default');
    });

    it.each([
      [{}, { allSupported: true, includeGlobalResourceTypes: true, recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' } }],
      [{ included: ['AWS::S3::Bucket'] }, { resourceTypes: ['AWS::S3::Bucket'], recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' } }],
      [{ excluded: ['AWS::S3::Bucket'] }, {
        exclusionByResourceTypes: { resourceTypes: ['AWS::S3::Bucket'] }, recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
      }],
    ])('is put with its types and tags (%j)', async (types, recordingGroup) => {
      await expect(recorders.putRecorder({ ...wanted, recording: { ...wanted.recording, ...types } }, { a: 'b' })).resolves.toBe('put');
      expect(asked()).toEqual([['PutConfigurationRecorder', {
        ConfigurationRecorder: {
          name: 'ours', roleARN: 'arn:role', recordingGroup,
          recordingMode: { recordingFrequency: 'CONTINUOUS', recordingModeOverrides: [{ resourceTypes: ['AWS::EC2::Instance'], recordingFrequency: 'DAILY' }] },
        },
        Tags: [{ Key: 'a', Value: 'b' }],
      }]]);
    });

    it('gets a channel without a topic, is started, tagged and untagged', async () => {
      await expect(recorders.putChannel(wanted)).resolves.toBe('put');
      await recorders.start('ours');
      await recorders.tag('arn:ours', { a: 'b' });
      await recorders.untag('arn:ours', ['c']);
      expect(asked()).toEqual([
        ['PutDeliveryChannel', {
          DeliveryChannel: {
            name: 'ours', s3BucketName: 'reports', s3KeyPrefix: 'audit', s3KmsKeyArn: 'arn:key', configSnapshotDeliveryProperties: { deliveryFrequency: 'Six_Hours' },
          },
        }],
        ['StartConfigurationRecorder', { ConfigurationRecorderName: 'ours' }],
        ['TagResource', { ResourceArn: 'arn:ours', Tags: [{ Key: 'a', Value: 'b' }] }],
        ['UntagResource', { ResourceArn: 'arn:ours', TagKeys: ['c'] }],
      ]);
    });

    it('is taken where somebody else was faster', async () => {
      server.answer = ({ operation }) => awsError(operation === 'PutDeliveryChannel'
        ? 'MaxNumberOfDeliveryChannelsExceededException' : 'MaxNumberOfConfigurationRecordersExceededException');
      await expect(recorders.putRecorder(wanted, {})).resolves.toBe('taken');
      await expect(recorders.putChannel(wanted)).resolves.toBe('taken');
      expect(server.requests).toHaveLength(2);
    });

    it.each(['AccessDeniedException', 'InvalidRoleException', 'InsufficientDeliveryPolicyException', 'NoSuchBucketException'])(
      'is tried again while %s may pass', async (code) => {
        server.answer = (_, call) => (call < 3 ? awsError(code) : { body: {} });
        await expect(recorders.putRecorder(wanted, {})).resolves.toBe('put');
        expect(server.requests).toHaveLength(3);
      });

    it.each([
      ['AccessDeniedException', 6, 'putting the recorder ours failed: AccessDeniedException: planned AccessDeniedException. Look for a permission boundary or a service '
        + 'control policy that denies it to the function\'s role; where others rule over AWS Config, as Control Tower does, use RecorderSource.existing()'],
      ['InsufficientDeliveryPolicyException', 6, 'putting the recorder ours failed: InsufficientDeliveryPolicyException: planned InsufficientDeliveryPolicyException. '
        + 'The bucket and its key must admit config.amazonaws.com: see ConfigRecorder.requiredBucketStatements() and ComplianceKey.requiredKeyStatements()'],
      ['ValidationException', 1, 'putting the recorder ours failed: ValidationException: planned ValidationException'],
    ])('says what to do about %s', async (code, calls, message) => {
      server.answer = () => awsError(code);
      await expect(recorders.putRecorder(wanted, {})).rejects.toThrow(new Error(message));
      expect(server.requests).toHaveLength(calls);
    });
  });

  describe('the service\'s role', () => {
    const config = new StubConfig();
    beforeEach(() => {
      config.hasRole = false;
      config.instead.clear();
      server.answer = config.answer;
    });

    it('is made once', async () => {
      await role.ensure();
      await role.ensure();
      expect(server.operations).toEqual(['GetRole', 'CreateServiceLinkedRole', 'GetRole']);
      expect(log.lines.map(({ message }) => message)).toEqual(['the role AWSServiceRoleForConfig is made: the account had never used AWS Config']);
    });

    it('may be made by somebody else meanwhile', async () => {
      config.instead.set('CreateServiceLinkedRole', iamError('InvalidInput', 'Service role name AWSServiceRoleForConfig has been taken in this account'));
      await expect(role.ensure()).resolves.toBeUndefined();
    });

    it('is missed with a reason', async () => {
      config.instead.set('CreateServiceLinkedRole', iamError('InvalidInput', 'odd'));
      await expect(role.ensure()).rejects.toThrow(/^making the role AWSServiceRoleForConfig failed: InvalidInput\w*: odd$/);
      config.instead.set('GetRole', iamError('AccessDenied', 'no'));
      await expect(role.ensure()).rejects.toThrow(/^reading the role AWSServiceRoleForConfig failed: AccessDenied: no\. Look for a permission boundary/);
    });
  });

  describe('the status', () => {
    it('is that of the account\'s own recorder', async () => {
      server.answer = ({ operation }) => ({
        body: operation === 'ListConfigurationRecorders' ? { ConfigurationRecorderSummaries: [{ name: 'default', arn: 'arn:default' }] }
          : { ConfigurationRecordersStatus: [{ name: 'default', recording: true, lastStatus: 'FAILURE', lastErrorCode: 'AccessDenied', lastErrorMessage: 'the role' }] },
      });
      await expect(health.recorder()).resolves.toEqual({ name: 'default', recording: true, lastStatus: 'FAILURE', lastError: 'AccessDenied the role' });
      expect(asked()[1]).toEqual(['DescribeConfigurationRecorderStatus', { ConfigurationRecorderNames: ['default'] }]);
    });

    it('is absent where AWS Config says nothing', async () => {
      await expect(health.recorder()).resolves.toBeUndefined();
      await expect(health.channel()).resolves.toBeUndefined();
      server.answer = () => ({ body: { ConfigurationRecorderSummaries: [{ name: 'default', arn: 'arn:default' }] } });
      await expect(health.recorder()).resolves.toEqual({ name: 'default', recording: undefined, lastStatus: undefined, lastError: undefined });
    });

    it('has the three deliveries of the channel', async () => {
      server.answer = () => ({
        body: {
          DeliveryChannelsStatus: [{
            configSnapshotDeliveryInfo: { lastStatus: 'SUCCESS' }, configHistoryDeliveryInfo: { lastStatus: 'FAILURE', lastErrorMessage: 'full' },
          }],
        },
      });
      await expect(health.channel()).resolves.toEqual({
        name: '',
        deliveries: [{ kind: 'snapshot', lastStatus: 'SUCCESS' }, { kind: 'history', lastStatus: 'FAILURE', lastError: 'full' }, { kind: 'notification' }],
      });
    });

    it('is not made up when it cannot be read', async () => {
      server.answer = () => awsError('AccessDeniedException', 'no');
      await expect(health.recorder()).rejects.toThrow(new Error('reading the recorder failed: AccessDeniedException: no'));
      await expect(health.channel()).rejects.toThrow(new Error('reading the delivery channel failed: AccessDeniedException: no'));
    });
  });

  it('an error says its name, whatever it is', () => {
    expect(described('odd')).toEqual({ name: 'Error', text: 'odd' });
  });
});
