import { readFileSync } from 'fs';
import { App, CfnParameter, Duration, Names, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnConfigRule, MaximumExecutionFrequency } from 'aws-cdk-lib/aws-config';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { readRecorder } from '../../../lambda-src/rules/adapters/recorder-document';
import { ConfigRecorder, ConfigRecorderProps, CreatedRecorderOptions, EnvironmentProfile, RecorderOptions, RecorderSource, RecordingFrequency } from '../../../src';
import { DELIVERY_FREQUENCIES, FIRST_CHECK_RESOURCE_TYPE, RECORDER_HEALTH_SETTINGS, RECORDER_METRICS } from '../../../src/rules/contract';
import { flat, flatList, ofType, only, Resource, resourcesOf, stackOf, Statement, statementsOf } from '../support';

const ENSURED = 'Custom::EnsuredConfigRecorder';
const RECORDER = 'AWS::Config::ConfigurationRecorder';
const CHANNEL = 'AWS::Config::DeliveryChannel';
const SERVICE_ROLE = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';
const RECORDERS = 'arn:${AWS::Partition}:config:${AWS::Region}:${AWS::AccountId}:configuration-recorder';
const OBJECTS = 'AWSLogs/${AWS::AccountId}/Config/*';

const bucketIn = (stack: Stack) => {
  const existing = stack.node.tryFindChild('Reports') as Bucket | undefined;
  return existing ?? new Bucket(stack, 'Reports', { encryptionKey: new Key(stack, 'BucketKey') });
};
const recorderIn = (stack: Stack, props: Partial<ConfigRecorderProps> = {}, id = 'Config') => new ConfigRecorder(stack, id, {
  organizationName: 'bank', profile: EnvironmentProfile.STAGING, deliveryBucket: bucketIn(stack), ...props,
});
const ensuredWith = (options?: RecorderOptions, stack = stackOf()) => {
  recorderIn(stack, { source: RecorderSource.ensure(options) });
  return only(resourcesOf(stack), ENSURED).Properties as { Recording: object; Channel: object; [name: string]: unknown };
};
const createdWith = (options?: CreatedRecorderOptions, stack = stackOf()) => {
  recorderIn(stack, { source: RecorderSource.create(options) });
  return resourcesOf(stack);
};
const readable = (resource: Resource, property?: string) => statementsOf(resource, property).map((statement: Statement) => [
  [statement.Action].flat(), flatList(statement.Resource), ...Object.entries(statement.Condition ?? {}).map(([operator, value]) => `${operator} ${
    Object.entries(value as object).map(([key, one]) => `${key} ${flat(one)}`).join()}`),
]);
const BASICS = (handler: string) => [
  [['logs:CreateLogStream', 'logs:PutLogEvents'], [expect.stringContaining(`${handler}Logs`)]],
  [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']],
];

describe('an ensured recorder', () => {
  test('is a custom resource that says what is wanted where there is none, and is never deleted', () => {
    const stack = stackOf();
    const recorder = recorderIn(stack);
    const { Properties, DeletionPolicy, UpdateReplacePolicy, DependsOn } = only(resourcesOf(stack), ENSURED);
    const { ServiceToken, RoleArn, Channel, ...rest } = Properties;
    expect(rest).toEqual({
      ServiceTimeout: '300', Name: expect.stringMatching(/^StackConfigRecorder[0-9A-F]{8}$/), ServiceLinkedRole: 'true',
      Recording: { GlobalTypes: 'true', Frequency: 'CONTINUOUS' },
      Tags: { CostCenter: 'infrastructure', DataClassification: 'Confidential', Environment: 'Staging', Organization: 'bank' },
    });
    expect(flat(ServiceToken)).toMatch(/^\$\{ConfigRecorderHandlerFunction\w+\.Arn\}$/);
    expect(flat(RoleArn)).toBe(SERVICE_ROLE);
    expect(Channel).toEqual({
      Bucket: { Ref: expect.stringMatching(/^Reports/) }, KeyArn: { 'Fn::GetAtt': [expect.stringMatching(/^BucketKey/), 'Arn'] }, Frequency: 'TwentyFour_Hours',
    });
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    // AWS Config tries the bucket before it takes the channel.
    expect(DependsOn).toContainEqual(expect.stringMatching(/^ReportsPolicy/));
    expect(flat(stack.resolve(recorder.recorderName))).toMatch(/^\$\{ConfigRecorder\w+\.RecorderName\}$/);
  });

  test('is what its function reads', () => {
    const properties = ensuredWith({
      excludedResourceTypes: ['AWS::EC2::NetworkInterface'], recordGlobalTypes: false, deliveryFrequency: MaximumExecutionFrequency.SIX_HOURS,
      recordingFrequency: RecordingFrequency.DAILY, deliveryPrefix: 'audit/config',
      recordingOverrides: [{ resourceTypes: ['AWS::S3::Bucket'], recordingFrequency: RecordingFrequency.CONTINUOUS }],
    });
    expect(readRecorder({ ...properties, RoleArn: 'role', Channel: { ...properties.Channel, Bucket: 'bucket', KeyArn: 'key' } })).toEqual({
      name: properties.Name, roleArn: 'role', serviceLinkedRole: true, tags: properties.Tags,
      recording: {
        excluded: ['AWS::EC2::NetworkInterface', 'AWS::IAM::Group', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::User'],
        included: undefined, globalTypes: false, frequency: 'DAILY', overrides: [{ types: ['AWS::S3::Bucket'], frequency: 'CONTINUOUS' }],
      },
      channel: { bucket: 'bucket', prefix: 'audit/config', keyArn: 'key', frequency: 'Six_Hours' },
    });
  });

  test('may deliver as often as CDK can say', () => {
    expect(Object.values(MaximumExecutionFrequency).sort()).toEqual([...DELIVERY_FREQUENCIES].sort());
  });

  test.each<[string, RecorderOptions, string | undefined, object]>([
    ['only some types', { resourceTypes: ['AWS::S3::Bucket', 'AWS::RDS::DBCluster'] }, undefined,
      { IncludedTypes: ['AWS::S3::Bucket', 'AWS::RDS::DBCluster'], GlobalTypes: 'false', Frequency: 'CONTINUOUS' }],
    ['all but some', { excludedResourceTypes: ['AWS::IAM::Role'] }, undefined, { ExcludedTypes: ['AWS::IAM::Role'], GlobalTypes: 'false', Frequency: 'CONTINUOUS' }],
    ['no global types', { recordGlobalTypes: false }, undefined, { GlobalTypes: 'false', Frequency: 'CONTINUOUS' }],
    ['global types in Frankfurt', {}, 'eu-central-1', { GlobalTypes: 'true', Frequency: 'CONTINUOUS' }],
    ['no global types in Zurich, which cannot', {}, 'eu-central-2', { GlobalTypes: 'false', Frequency: 'CONTINUOUS' }],
    ['global types in Zurich, when told', { recordGlobalTypes: true }, 'eu-central-2', { GlobalTypes: 'true', Frequency: 'CONTINUOUS' }],
  ])('records %s', (_, options, region, recording) => {
    expect(ensuredWith(options, stackOf({ env: { region } })).Recording).toEqual(recording);
  });

  test('gives its function exactly what it needs', () => {
    const stack = stackOf();
    const recorder = recorderIn(stack);
    const name = Names.uniqueResourceName(recorder.node.findChild('Recorder'), { maxLength: 128 });
    expect(readable(only(resourcesOf(stack), 'AWS::IAM::Policy', /^ConfigRecorder/))).toEqual([
      ...BASICS('ConfigRecorderHandler'),
      [['config:DescribeDeliveryChannels', 'config:ListConfigurationRecorders', 'config:PutConfigurationRecorder', 'config:PutDeliveryChannel'], ['*']],
      [['config:ListTagsForResource'], [`${RECORDERS}/*`]],
      [['config:StartConfigurationRecorder', 'config:TagResource', 'config:UntagResource'], [`${RECORDERS}/${name}/*`]],
      [['iam:PassRole'], [SERVICE_ROLE], 'StringEquals iam:PassedToService config.amazonaws.com'],
      [['iam:GetRole'], [SERVICE_ROLE]],
      [['iam:GetRole'], ['arn:${AWS::Partition}:iam::${AWS::AccountId}:role/AWSServiceRoleForConfig']],
      [['iam:CreateServiceLinkedRole'], [SERVICE_ROLE], 'StringEquals iam:AWSServiceName config.amazonaws.com'],
    ]);
  });

  test('records with a role of the consumer\'s, which then delivers', () => {
    const stack = stackOf();
    const role = new Role(stack, 'Own', { assumedBy: new ServicePrincipal('config.amazonaws.com') });
    const { RoleArn, ServiceLinkedRole } = ensuredWith({ role, deliveryPrefix: 'audit' }, stack);
    expect([flat(RoleArn), ServiceLinkedRole]).toEqual([expect.stringMatching(/^\$\{Own\w+\.Arn\}$/), 'false']);
    const resources = resourcesOf(stack);
    expect(readable(only(resources, 'AWS::IAM::Policy', /^Own/))).toEqual([
      [['s3:GetBucketAcl'], [expect.stringMatching(/^\$\{Reports\w+\.Arn\}$/)]],
      [['s3:PutObject', 's3:PutObjectAcl'], [expect.stringMatching(/^\$\{Reports\w+\.Arn\}\/audit\/AWSLogs\/\$\{AWS::AccountId\}\/Config\/\*$/)],
        'StringEquals s3:x-amz-acl bucket-owner-full-control'],
      [['kms:Decrypt', 'kms:GenerateDataKey'], [expect.stringMatching(/^\$\{BucketKey/)], 'StringLike kms:ViaService s3.${AWS::Region}.amazonaws.com*'],
    ]);
    expect(readable(only(resources, 'AWS::IAM::Policy', /^ConfigRecorder/)).slice(-1)).toEqual([
      [['iam:PassRole'], [expect.stringMatching(/^\$\{Own/)], 'StringEquals iam:PassedToService config.amazonaws.com'],
    ]);
    expect(only(resources, ENSURED).DependsOn).toContainEqual(expect.stringMatching(/^OwnDefaultPolicy/));
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('leaves a role that is not to be changed', () => {
    const stack = stackOf();
    ensuredWith({ role: Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111111111111:role/config', { mutable: false }) }, stack);
    expect(ofType(resourcesOf(stack), 'AWS::IAM::Policy').map(([id]) => id)).toEqual([expect.stringMatching(/^ConfigRecorder/), expect.stringMatching(/^ConfigHealth/)]);
  });

  test('takes the tags of its tree', () => {
    const stack = stackOf();
    recorderIn(stack, { tags: { compliance: 'PCI-DSS', costCenter: '4711' } });
    Tags.of(stack).add('Owner', 'platform');
    expect(only(resourcesOf(stack), ENSURED).Properties.Tags).toMatchObject({ Compliance: 'PCI-DSS', CostCenter: '4711', Owner: 'platform' });
  });
});

describe('the delivery bucket', () => {
  const policyOf = (stack: Stack) => statementsOf(only(resourcesOf(stack), 'AWS::S3::BucketPolicy', /^Reports/)) as (Statement & { Sid?: string })[];

  test.each([['ensure', RecorderSource.ensure], ['create', RecorderSource.create]])('admits AWS Config, and so does its key (%s)', (_, source) => {
    const stack = stackOf();
    recorderIn(stack, { source: source() });
    expect(policyOf(stack).map(({ Sid }) => Sid)).toEqual(['AWSConfigBucketPermissionsCheck', 'AWSConfigBucketExistenceCheck', 'AWSConfigBucketDelivery']);
    const keys = statementsOf(only(resourcesOf(stack), 'AWS::KMS::Key', /^BucketKey/), 'KeyPolicy').map(({ Principal }) => flat((Principal as { Service: string }).Service));
    expect(keys).toContain('config.amazonaws.com');
  });

  test('admits it below a prefix beside what it had', () => {
    const stack = stackOf();
    recorderIn(stack, { source: RecorderSource.create() }, 'One');
    recorderIn(stack, { source: RecorderSource.create({ deliveryPrefix: 'audit' }) }, 'Two');
    expect(policyOf(stack).map(({ Sid, Resource: resource }) => [Sid, flat(resource).split('}').slice(1).join('}')])).toEqual([
      ['AWSConfigBucketPermissionsCheck', ''], ['AWSConfigBucketExistenceCheck', ''], ['AWSConfigBucketDelivery', `/${OBJECTS}`], [undefined, `/audit/${OBJECTS}`],
    ]);
  });

  test('has its statements named for the consumer, when it is imported', () => {
    const stack = stackOf();
    const deliveryBucket = Bucket.fromBucketName(stack, 'Imported', 'central-config');
    recorderIn(stack, { deliveryBucket });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('CDK cannot change the policy of an imported bucket'));
    const statements = ConfigRecorder.requiredBucketStatements(stack, deliveryBucket, 'audit').map((statement) => statement.toStatementJson() as Statement);
    expect(statements.map((statement) => [statement.Action, flat(stack.resolve(statement.Resource))])).toEqual([
      ['s3:GetBucketAcl', 'arn:${AWS::Partition}:s3:::central-config'], ['s3:ListBucket', 'arn:${AWS::Partition}:s3:::central-config'],
      ['s3:PutObject', `arn:\${AWS::Partition}:s3:::central-config/audit/${OBJECTS}`],
    ]);
  });
});

describe('a created recorder', () => {
  test('comes with its channel, and neither waits for the other', () => {
    const stack = stackOf();
    const recorder = recorderIn(stack, { source: RecorderSource.create({ deliveryPrefix: 'audit' }) });
    const resources = resourcesOf(stack);
    const { Properties: { RoleARN, ...properties }, DependsOn, DeletionPolicy } = only(resources, RECORDER);
    expect(flat(RoleARN)).toBe(SERVICE_ROLE);
    expect(properties).toEqual({
      RecordingGroup: { AllSupported: true, IncludeGlobalResourceTypes: true, RecordingStrategy: { UseOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' } },
      RecordingMode: { RecordingFrequency: 'CONTINUOUS' },
    });
    expect(only(resources, CHANNEL).Properties).toEqual({
      S3BucketName: { Ref: expect.stringMatching(/^Reports/) }, S3KeyPrefix: 'audit', S3KmsKeyArn: { 'Fn::GetAtt': [expect.stringMatching(/^BucketKey/), 'Arn'] },
      ConfigSnapshotDeliveryProperties: { DeliveryFrequency: 'TwentyFour_Hours' },
    });
    const needed = [expect.stringMatching(/^ReportsPolicy/)];
    expect([DependsOn, only(resources, CHANNEL).DependsOn]).toEqual([needed, needed]);
    expect(DeletionPolicy).toBeUndefined();
    expect(flat(stack.resolve(recorder.recorderName))).toMatch(/^\$\{ConfigRecorder\w+\}$/);
    expect(ofType(resources, 'AWS::Lambda::Function')).toHaveLength(1);
  });

  test.each<[RecorderOptions, object]>([
    [{ resourceTypes: ['AWS::S3::Bucket'] }, { ResourceTypes: ['AWS::S3::Bucket'], RecordingStrategy: { UseOnly: 'INCLUSION_BY_RESOURCE_TYPES' } }],
    [{ excludedResourceTypes: ['AWS::S3::Bucket'] }, {
      ExclusionByResourceTypes: { ResourceTypes: ['AWS::S3::Bucket'] }, RecordingStrategy: { UseOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
    }],
  ])('records the types asked for (%j)', (options, group) => {
    expect(only(createdWith(options), RECORDER).Properties.RecordingGroup).toEqual(group);
  });

  test('records some types at another frequency', () => {
    const recordingOverrides = [{ resourceTypes: ['AWS::EC2::Instance'], recordingFrequency: RecordingFrequency.DAILY }];
    expect(only(createdWith({ recordingOverrides }), RECORDER).Properties.RecordingMode).toEqual({
      RecordingFrequency: 'CONTINUOUS', RecordingModeOverrides: [{ ResourceTypes: ['AWS::EC2::Instance'], RecordingFrequency: 'DAILY' }],
    });
  });

  test('makes the service\'s role when asked, and leaves it', () => {
    const resources = createdWith({ createServiceLinkedRole: true });
    const [[id, role]] = ofType(resources, 'AWS::IAM::ServiceLinkedRole');
    expect(role).toMatchObject({ Properties: { AWSServiceName: 'config.amazonaws.com' }, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    for (const type of [RECORDER, CHANNEL]) { expect(only(resources, type).DependsOn).toContain(id); }
  });

  test('waits for a role of the consumer\'s and its policy', () => {
    const stack = stackOf();
    const role = new Role(stack, 'Own', { assumedBy: new ServicePrincipal('config.amazonaws.com') });
    expect(only(createdWith({ role }, stack), RECORDER).DependsOn).toContainEqual(expect.stringMatching(/^OwnDefaultPolicy/));
  });
});

describe('a recorder that exists', () => {
  test('is looked after, and nothing of it is made', () => {
    const stack = stackOf();
    expect(recorderIn(stack, { source: RecorderSource.existing('aws-controltower-BaselineConfigRecorder'), deliveryBucket: undefined }).recorderName)
      .toBe('aws-controltower-BaselineConfigRecorder');
    const resources = resourcesOf(stack);
    expect([ENSURED, RECORDER, CHANNEL, 'AWS::S3::Bucket'].flatMap((type) => ofType(resources, type)).length).toBe(1);
    expect(ofType(resources, 'AWS::Lambda::Function')).toHaveLength(1);
    expect(recorderIn(stackOf(), { source: RecorderSource.existing() }).recorderName).toBe('default');
  });
});

describe('whoever needs the recorder', () => {
  test.each([
    ['ensure', RecorderSource.ensure(), [/^ConfigRecorder\w{8}$/]],
    ['create', RecorderSource.create(), [/^ConfigRecorderChannel\w{8}$/, /^ConfigRecorder\w{8}$/]],
    ['existing', RecorderSource.existing(), undefined],
  ])('waits for nothing else (%s)', (_, source, expected) => {
    const stack = stackOf();
    const recorder = recorderIn(stack, { source });
    new CfnConfigRule(stack, 'Rule', { source: { owner: 'AWS', sourceIdentifier: 'REQUIRED_TAGS' } }).node.addDependency(recorder);
    expect(only(resourcesOf(stack), 'AWS::Config::ConfigRule').DependsOn).toEqual(expected?.map((id) => expect.stringMatching(id)));
  });
});

describe('the recorder\'s health', () => {
  test('is looked at on schedule, after the recorder is there, and when AWS Config tells of a failure', () => {
    const stack = stackOf();
    recorderIn(stack);
    const resources = resourcesOf(stack);
    const schedule = only(resources, 'AWS::Events::Rule', /Schedule/);
    expect(schedule.Properties).toMatchObject({ ScheduleExpression: 'rate(15 minutes)', Targets: [{ Input: '{"check":"recorder-health"}' }] });
    expect(schedule.DependsOn).toEqual([expect.stringMatching(/^ConfigRecorder\w{8}$/)]);
    expect(only(resources, 'AWS::Events::Rule', /DeliveryFailures/).Properties.EventPattern).toEqual({
      'source': ['aws.config'], 'account': [{ Ref: 'AWS::AccountId' }],
      'detail-type': ['Config Configuration Snapshot Delivery Status', 'Config Configuration History Delivery Status'],
      'detail': { messageType: ['ConfigurationSnapshotDeliveryFailed', 'ConfigurationHistoryDeliveryFailed'] },
    });
  });

  test('is read with nothing but what that takes, and the settings are those that the function reads', () => {
    const stack = stackOf();
    recorderIn(stack, { source: RecorderSource.existing() });
    const resources = resourcesOf(stack);
    expect(readable(only(resources, 'AWS::IAM::Policy'))).toEqual([
      ...BASICS('ConfigHealthCheck'),
      [['config:DescribeDeliveryChannelStatus', 'config:ListConfigurationRecorders'], ['*']],
      [['config:DescribeConfigurationRecorderStatus'], [`${RECORDERS}/*`]],
    ]);
    const { Environment, Timeout } = only(resources, 'AWS::Lambda::Function').Properties;
    expect((Environment as { Variables: object }).Variables).toEqual({ [RECORDER_HEALTH_SETTINGS.organization]: 'bank' });
    expect(Timeout).toBe(60);
  });

  test('raises alarms: unknown is not well, and silence breaches', () => {
    const stack = stackOf();
    const alertTopic = new Topic(stack, 'Alerts', { masterKey: new Key(stack, 'TopicKey') });
    const criticalTopic = new Topic(stack, 'Critical');
    recorderIn(stack, { alertTopic, criticalTopic, healthCheckInterval: Duration.minutes(30) });
    const resources = resourcesOf(stack);
    const told = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties: alarm }]) => [
      alarm.MetricName, alarm.TreatMissingData, alarm.EvaluationPeriods, (alarm.AlarmActions as unknown[]).map((topic) => flat(topic).slice(2, 8)),
      (alarm.AlarmDescription as string).split('#')[1],
    ]);
    expect(told).toEqual([
      [RECORDER_METRICS.stopped, 'missing', 1, ['Alerts', 'Critic'], 'config-recorder-stopped'],
      [RECORDER_METRICS.deliveryFailed, 'missing', 1, ['Alerts'], 'config-delivery-failed'],
      [RECORDER_METRICS.checkErrors, 'breaching', 2, ['Alerts'], 'config-recorder-check-errors'],
    ]);
    for (const [, { Properties: alarm }] of ofType(resources, 'AWS::CloudWatch::Alarm')) {
      expect(alarm).toMatchObject({ Namespace: 'ConfigCompliance', Dimensions: [{ Name: 'Organization', Value: 'bank' }], Period: 1800, Statistic: 'Maximum', Threshold: 1 });
    }
    const publishers = ofType(resources, 'AWS::SNS::TopicPolicy').flatMap(([, policy]) => statementsOf(policy)).map(({ Principal }) => Principal);
    expect(publishers).toEqual([{ Service: 'cloudwatch.amazonaws.com' }, { Service: 'cloudwatch.amazonaws.com' }]);
  });

  test('has a value before there is an alarm that takes silence for a failure', () => {
    const stack = stackOf();
    recorderIn(stack);
    const resources = resourcesOf(stack);
    const [[id, { Properties: { ServiceToken, ...properties }, DependsOn, DeletionPolicy }]] = ofType(resources, FIRST_CHECK_RESOURCE_TYPE);
    expect(properties).toEqual({ ServiceTimeout: '120', Organization: 'bank', SettleSeconds: '15' });
    expect(flat(ServiceToken)).toMatch(/^\$\{ConfigHealthCheckFunction\w+\.Arn\}$/);
    expect(DeletionPolicy).toBe('Delete');
    // The recorder is there, and the function may look at it.
    expect(DependsOn).toEqual([expect.stringMatching(/^ConfigRecorder\w{8}$/)]);
    expect(only(resources, 'AWS::Lambda::Function', /^ConfigHealthCheck/).DependsOn).toContainEqual(expect.stringMatching(/^ConfigHealthCheckRoleDefaultPolicy/));
    expect(ofType(resources, 'AWS::CloudWatch::Alarm').map(([, alarm]) => [alarm.Properties.TreatMissingData, alarm.DependsOn])).toEqual([
      ['missing', undefined], ['missing', undefined], ['breaching', [id]],
    ]);
  });

  test('waits for no recorder that exists', () => {
    const stack = stackOf();
    recorderIn(stack, { source: RecorderSource.existing() });
    expect(only(resourcesOf(stack), FIRST_CHECK_RESOURCE_TYPE).DependsOn).toBeUndefined();
  });

  test('has a heading in the runbook for each alarm', () => {
    const stack = stackOf();
    recorderIn(stack);
    const headings = readFileSync('docs/runbook.md', 'utf8').split('\n').filter((line) => line.startsWith('## '))
      .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));
    for (const [, { Properties }] of ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm')) {
      expect(headings).toContain((Properties.AlarmDescription as string).split('#')[1]);
    }
  });

  test('raises none when told so, and has metrics all the same', () => {
    const stack = stackOf();
    const recorder = recorderIn(stack, { alarms: false });
    expect([recorder.alarms, ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm'), ofType(resourcesOf(stack), FIRST_CHECK_RESOURCE_TYPE)]).toEqual([undefined, [], []]);
    const names = [recorder.metricConfigRecorderStopped(), recorder.metricConfigDeliveryFailed(), recorder.metricConfigRecorderCheckErrors(), recorder.metric('Any')]
      .map((metric) => [metric.metricName, metric.statistic, metric.period.toMinutes(), metric.dimensions]);
    expect(names).toEqual([...Object.values(RECORDER_METRICS), 'Any'].map((name) => [name, 'Maximum', 15, { Organization: 'bank' }]));
    expect(recorder.metricConfigRecorderStopped({ period: Duration.hours(1) }).period.toHours()).toBe(1);
  });
});

describe('anywhere', () => {
  test.each(['cn-north-1', 'us-gov-west-1'])('stands in %s', (region) => {
    const stack = stackOf({ env: { account: '111111111111', region } });
    recorderIn(stack);
    const resources = resourcesOf(stack);
    expect(flat(only(resources, ENSURED).Properties.RoleArn)).toBe(SERVICE_ROLE.replace('${AWS::AccountId}', '111111111111'));
    expect(JSON.stringify(resources)).not.toMatch(/arn:aws:/);
  });

  test('takes tokens', () => {
    const stack = stackOf();
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    const types = new CfnParameter(stack, 'Types', { type: 'CommaDelimitedList' }).valueAsList;
    recorderIn(stack, {
      organizationName: text('Organization'), healthCheckInterval: Duration.minutes(new CfnParameter(stack, 'Interval', { type: 'Number' }).valueAsNumber),
      source: RecorderSource.ensure({ resourceTypes: types, deliveryPrefix: text('Prefix') }), deliveryBucket: Bucket.fromBucketName(stack, 'B', text('Bucket')),
    });
    const resources = resourcesOf(stack);
    expect(only(resources, ENSURED).Properties).toMatchObject({ Recording: { IncludedTypes: { Ref: 'Types' } }, Channel: { Prefix: { Ref: 'Prefix' }, Bucket: { Ref: 'Bucket' } } });
    expect(only(resources, 'AWS::Events::Rule', /Schedule/).Properties.ScheduleExpression).toEqual({ 'Fn::Join': ['', ['rate(', { Ref: 'Interval' }, ' minutes)']] });
    expect(recorderIn(stackOf(), { source: RecorderSource.existing(text('Name')) }).recorderName).toBeDefined();
  });

  test('stands twice in a stack, and in two stages, with the same runtime', () => {
    const app = new App();
    const names = ['One', 'Two'].map((id) => {
      const stack = new Stack(new Stage(app, id), 'Stack');
      recorderIn(stack, { runtime: Runtime.NODEJS_24_X });
      recorderIn(stack, {}, 'Other');
      const resources = resourcesOf(stack);
      expect(only(resources, 'AWS::Lambda::Function', /^ConfigRecorder/).Properties.Runtime).toBe('nodejs24.x');
      return ofType(resources, ENSURED).map(([, { Properties }]) => Properties.Name);
    });
    expect(new Set(names.flat()).size).toBe(4);
  });

  test.each([[EnvironmentProfile.STAGING, 'Retain'], [EnvironmentProfile.EPHEMERAL, 'Delete']])('keeps its logs by profile', (profile, policy) => {
    const stack = stackOf();
    recorderIn(stack, { profile });
    expect(new Set(ofType(resourcesOf(stack), 'AWS::Logs::LogGroup').map(([, { DeletionPolicy }]) => DeletionPolicy))).toEqual(new Set([policy]));
  });
});

describe('refused, with prop, value, allowed and fix', () => {
  const ensure = RecorderSource.ensure;
  const override = (recordingOverrides: RecorderOptions['recordingOverrides']) => () => ensure({ recordingOverrides });
  const { DAILY } = RecordingFrequency;
  const TYPE = 'a type as AWS Config names it, such as AWS::S3::Bucket; look it up in the list of supported resource types of AWS Config';
  const PREFIX = 'up to 256 letters, digits and the characters ! _ . * \' ( ) - in levels with single slashes between them, none named AWSLogs; '
    + 'give it as audit/config: AWS Config adds /AWSLogs by itself';
  test.each<[string, () => unknown, string]>([
    ['organization', () => recorderIn(stackOf(), { organizationName: 'a/b' }),
      'ConfigRecorder.organizationName: got "a/b", but allowed is up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit; '
      + 'choose a name without slashes or spaces'],
    ['interval', () => recorderIn(stackOf(), { healthCheckInterval: Duration.minutes(4) }),
      'ConfigRecorder.healthCheckInterval: got "Duration.minutes(4)", but allowed is a whole number of minutes from 5 to 1440; choose a time between 5 minutes and a day'],
    ['no bucket', () => recorderIn(stackOf(), { deliveryBucket: undefined }),
      'ConfigRecorder.deliveryBucket: got nothing, but allowed is a bucket, unless the recorder exists; '
      + 'give the reports bucket of ParityBuckets, or use RecorderSource.existing()'],
    ['locked bucket', () => {
      const stack = stackOf();
      recorderIn(stack, { deliveryBucket: new Bucket(stack, 'Locked', { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(1)) }) });
    }, 'ConfigRecorder.deliveryBucket: got "Stack/Locked", but allowed is a bucket without Object Lock by default; '
      + 'bring another one, to which AWS Config can deliver, or set configDelivery to false'],
    ['no types', () => ensure({ resourceTypes: [] }),
      'RecorderOptions.resourceTypes: got [], but allowed is at least one type; name a type, or leave the list out'],
    ['type', () => ensure({ resourceTypes: ['s3'] }), `RecorderOptions.resourceTypes: got "s3", but allowed is ${TYPE}`],
    ['excluded type', () => ensure({ excludedResourceTypes: ['AWS::S3'] }), `RecorderOptions.excludedResourceTypes: got "AWS::S3", but allowed is ${TYPE}`],
    ['type twice', () => ensure({ resourceTypes: ['AWS::S3::Bucket', 'AWS::S3::Bucket'] }),
      'RecorderOptions.resourceTypes: got "AWS::S3::Bucket", but allowed is each type once; remove the second one'],
    ['both lists', () => RecorderSource.create({ resourceTypes: ['AWS::S3::Bucket'], excludedResourceTypes: ['AWS::EC2::Instance'] }),
      'RecorderOptions.excludedResourceTypes: got ["AWS::EC2::Instance"], but allowed is nothing beside resourceTypes; leave one of the two lists out'],
    ['global types beside a list', () => ensure({ resourceTypes: ['AWS::S3::Bucket'], recordGlobalTypes: true }),
      'RecorderOptions.recordGlobalTypes: got true, but allowed is nothing beside resourceTypes; name AWS::IAM::User and the like in resourceTypes, or leave the list out'],
    ['override', override([{ resourceTypes: ['S3'], recordingFrequency: DAILY }]), `RecorderOptions.recordingOverrides[0].resourceTypes: got "S3", but allowed is ${TYPE}`],
    ['override that cannot be', override([{ resourceTypes: ['AWS::Config::ResourceCompliance'], recordingFrequency: DAILY }]),
      'RecorderOptions.recordingOverrides[0].resourceTypes: got "AWS::Config::ResourceCompliance", but allowed is a type that can be recorded daily; '
      + 'leave it out: AWS Config records it continuously or not at all'],
    ['override twice', override([{ resourceTypes: ['AWS::S3::Bucket'], recordingFrequency: DAILY }, { resourceTypes: ['AWS::S3::Bucket'], recordingFrequency: DAILY }]),
      'RecorderOptions.recordingOverrides: got "AWS::S3::Bucket", but allowed is each type once; remove the second one'],
    ...['/audit', 'audit/', 'a//b', '', 'a b', 'audit/AWSLogs', 'x'.repeat(257)].map((prefix): [string, () => unknown, string] => [
      `prefix ${prefix.slice(0, 20)}`, () => ensure({ deliveryPrefix: prefix }),
      `RecorderOptions.deliveryPrefix: got ${prefix.length > 118 ? `"${prefix.slice(0, 116)}...` : `"${prefix}"`}, but allowed is ${PREFIX}`,
    ]),
    ['role and service\'s role', () => {
      const role = Role.fromRoleArn(stackOf(), 'R', 'arn:aws:iam::111111111111:role/config');
      RecorderSource.create({ role, createServiceLinkedRole: true });
    }, 'CreatedRecorderOptions.createServiceLinkedRole: got true, but allowed is nothing beside a role of your own; leave createServiceLinkedRole or role out'],
    ['name', () => RecorderSource.existing(''),
      'RecorderSource.existing.recorderName: got "", but allowed is a text of 1 to 256 characters; '
      + 'give the name that `aws configservice list-configuration-recorders` shows, or leave it out'],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(new Error(message));
  });
});

test('one topic for both is told once', () => {
  const stack = stackOf();
  const topic = new Topic(stack, 'Topic');
  recorderIn(stack, { alertTopic: topic, criticalTopic: topic });
  const alarms = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm');
  expect(alarms).toHaveLength(3);
  expect(alarms.map(([, { Properties }]) => (Properties.AlarmActions as unknown[]).length)).toEqual([1, 1, 1]);
});
