import { CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Table, TableV2, AttributeType, TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DriftMonitorProps, EnvironmentProfile, MessageDetail, ParityPolicy, ParityRule } from '../../../src';
import { DETECT_SETTINGS, METRICS, METRIC_NAMESPACE, POLICY_SETTINGS } from '../../../src/drift/contract';
import { flat, monitorIn, ofType, only, parityOf, resourcesOf, stackOf } from '../support';

const detectOf = (stack: Stack, id = /Detect/) => only(resourcesOf(stack), 'AWS::Lambda::Function', id);
const settingsOf = (stack: Stack) => (detectOf(stack).Properties.Environment as { Variables: { [name: string]: unknown } }).Variables;

describe('defaults', () => {
  const stack = stackOf();
  const monitor = monitorIn(stack, { alertEmails: ['a@example.com', 'b@example.com'] });
  const resources = resourcesOf(stack);

  test('the table', () => {
    expect(only(resources, 'AWS::DynamoDB::Table')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: stack.resolve(monitor.encryptionKey.keyArn) as unknown },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('the state bucket', () => {
    const bucket = only(resources, 'AWS::S3::Bucket');
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toEqual({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: stack.resolve(monitor.encryptionKey.keyArn) as unknown },
        }],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'OldVersions',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            ExpiredObjectDeleteMarker: true,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
          { Id: 'Walks', Status: 'Enabled', Prefix: 'parity/walks/', ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        ],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('the topic is encrypted and emails are subscribed', () => {
    expect(only(resources, 'AWS::SNS::Topic').Properties).toEqual({ KmsMasterKeyId: stack.resolve(monitor.encryptionKey.keyArn) as unknown });
    expect(ofType(resources, 'AWS::SNS::Subscription').map(([, { Properties }]) => [Properties.Protocol, Properties.Endpoint]))
      .toEqual([['email', 'a@example.com'], ['email', 'b@example.com']]);
  });

  test('changes are queued, retried and kept', () => {
    const queue = only(resources, 'AWS::SQS::Queue', /Queue/);
    const deadLetters = only(resources, 'AWS::SQS::Queue', /DeadLetters/);
    expect(queue.Properties).toMatchObject({ VisibilityTimeout: 1080, RedrivePolicy: { maxReceiveCount: 10 } });
    expect(deadLetters.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 60 * 60 });
    for (const each of [queue, deadLetters]) { expect(flat(each.Properties.KmsMasterKeyId)).toMatch(/Key.*\.Arn/); }
    expect(only(resources, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
      BatchSize: 100, MaximumBatchingWindowInSeconds: 20, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 5 },
    });
    expect(only(resources, 'AWS::Events::Rule', /Change/).Properties.EventPattern).toEqual({
      'source': ['aws.ssm'],
      'detail-type': ['Parameter Store Change'],
      'detail': { operation: ['Create', 'Update', 'Delete'], name: [{ prefix: '/bank/Staging/' }, { prefix: '/bank/Prod/' }] },
    });
  });

  test('the schedule', () => {
    expect(only(resources, 'AWS::Events::Rule', /Schedule/).Properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Targets: [{ Input: '{"check":"scheduled"}', RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 } }],
    });
    expect(only(resources, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({ MaximumEventAgeInSeconds: 3600 });
  });

  test('the functions', () => {
    expect(detectOf(stack).Properties).toMatchObject({
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      MemorySize: 512,
      Timeout: 180,
      LoggingConfig: { LogFormat: 'JSON' },
      TracingConfig: { Mode: 'Active' },
    });
    expect(detectOf(stack).Properties).not.toHaveProperty('VpcConfig');
    expect(detectOf(stack).Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(detectOf(stack, /Policy/).Properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs22.x', LoggingConfig: { LogFormat: 'JSON' } });
    for (const [, group] of ofType(resources, 'AWS::Logs::LogGroup')) {
      expect(group).toMatchObject({ DeletionPolicy: 'Retain', Properties: { RetentionInDays: 30 } });
      expect(flat(group.Properties.KmsKeyId)).toMatch(/Key.*\.Arn/);
    }
  });

  test('the settings are those of the contract and no others', () => {
    expect(Object.keys(settingsOf(stack)).sort()).toEqual(Object.values(DETECT_SETTINGS).sort());
    const policy = detectOf(stack, /Policy/).Properties.Environment as { Variables: object };
    expect(Object.keys(policy.Variables)).toEqual(Object.values(POLICY_SETTINGS));
    expect(settingsOf(stack)).toMatchObject({
      ORGANIZATION: 'bank', ENVIRONMENT: 'Staging', READ_RATE: '6', FULL_WALK_MINUTES: '360', PROMOTION_WINDOW_MINUTES: '4320', MESSAGE_DETAIL: 'NAMES',
    });
    expect(flat(settingsOf(stack).POLICY_KEY)).toMatch(/^\$\{DriftPolicy[0-9A-F]{8}\.Key\}$/);
  });

  test('the policy travels as a custom resource that cannot hang', () => {
    expect(only(resources, 'Custom::ParityPolicy').Properties).toMatchObject({ ServiceTimeout: '120', Policy: { version: '1', baseline: 'Prod' } });
  });

  test('it says what it watches, and nothing else has a name', () => {
    expect(monitor.parameterPrefix).toBe('/bank/Staging');
    expect(Object.values(resources).flatMap(({ Properties }) => Object.keys(Properties).filter((name) =>
      ['TableName', 'BucketName', 'QueueName', 'TopicName', 'RoleName', 'AlarmName', 'LogGroupName', 'Name'].includes(name)))).toEqual([]);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

test('the baseline watches its own changes only', () => {
  const stack = stackOf();
  monitorIn(stack, { profile: EnvironmentProfile.PROD });
  expect(only(resourcesOf(stack), 'AWS::Events::Rule', /Change/).Properties.EventPattern).toMatchObject({ detail: { name: [{ prefix: '/bank/Prod/' }] } });
});

test('props overrule profile and defaults', () => {
  const stack = stackOf();
  monitorIn(stack, {
    profile: EnvironmentProfile.DEV,
    parity: ParityPolicy.of({ environments: ['Dev', 'Prod'], readRate: 100 }),
    interval: Duration.minutes(5),
    fullWalkInterval: Duration.days(1),
    promotionWindow: Duration.days(0),
    messageDetail: MessageDetail.EXPLANATIONS,
    runtime: Runtime.NODEJS_24_X,
    removalPolicy: RemovalPolicy.DESTROY,
    alarms: false,
  });
  const resources = resourcesOf(stack);
  expect(settingsOf(stack)).toMatchObject({ READ_RATE: '50', FULL_WALK_MINUTES: '1440', PROMOTION_WINDOW_MINUTES: '0', MESSAGE_DETAIL: 'EXPLANATIONS' });
  expect(only(resources, 'AWS::Events::Rule', /Schedule/).Properties.ScheduleExpression).toBe('rate(5 minutes)');
  expect(detectOf(stack).Properties.Runtime).toBe('nodejs24.x');
  expect(only(resources, 'AWS::DynamoDB::Table')).toMatchObject({ DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
  expect(only(resources, 'AWS::S3::Bucket').DeletionPolicy).toBe('Delete');
  expect(only(resources, 'Custom::S3AutoDeleteObjects')).toBeDefined();
  expect(only(resources, 'AWS::KMS::Key').DeletionPolicy).toBe('Delete');
  expect(ofType(resources, 'AWS::CloudWatch::Alarm')).toEqual([]);
});

test('an ephemeral profile destroys all that it made', () => {
  const stack = stackOf();
  monitorIn(stack, { profile: EnvironmentProfile.EPHEMERAL, parity: parityOf(['Ephemeral', 'Prod']) });
  expect(Object.values(resourcesOf(stack)).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
});

describe('bring your own', () => {
  test('bucket, table, topic, key and role are used instead of new ones', () => {
    const stack = stackOf();
    const key = new Key(stack, 'Key');
    const stateBucket = new Bucket(stack, 'Bucket', { encryption: BucketEncryption.KMS, encryptionKey: key });
    const table = new Table(stack, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING }, sortKey: { name: 'sk', type: AttributeType.STRING }, encryptionKey: key,
    });
    const alertTopic = new Topic(stack, 'Topic', { masterKey: key });
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const monitor = monitorIn(stack, { stateBucket, table, alertTopic, role, encryptionKey: key, alertEmails: ['a@example.com'] });
    const resources = resourcesOf(stack);
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::SNS::Topic', 'AWS::KMS::Key']) { expect(ofType(resources, type)).toHaveLength(1); }
    expect([monitor.stateBucket, monitor.table, monitor.alertTopic, monitor.encryptionKey]).toEqual([stateBucket, table, alertTopic, key]);
    expect(flat(detectOf(stack).Properties.Role)).toMatch(/^\$\{Role/);
    expect(flat(only(resources, 'AWS::SNS::Subscription').Properties.TopicArn)).toMatch(/^\$\{Topic/);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('a TableV2 serves as well', () => {
    // CDK warns of its own use of its own deprecated props.
    jest.spyOn(console, 'warn').mockImplementation();
    const stack = stackOf({ env: { account: '111111111111', region: 'eu-central-1' } });
    const table = new TableV2(stack, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key')),
    });
    monitorIn(stack, { table });
    expect(ofType(resourcesOf(stack), 'AWS::DynamoDB::Table')).toEqual([]);
  });

  test('a topic with a key of its own lets alarms through', () => {
    const stack = stackOf();
    const masterKey = new Key(stack, 'TopicKey');
    monitorIn(stack, { alertTopic: new Topic(stack, 'Topic', { masterKey }) });
    expect(JSON.stringify(only(resourcesOf(stack), 'AWS::KMS::Key', /^TopicKey/).Properties.KeyPolicy)).toContain('cloudwatch.amazonaws.com');
  });

  test('an imported topic works, and one warning says what its policy needs', () => {
    const stack = stackOf();
    const alertTopic = Topic.fromTopicArn(stack, 'Imported', 'arn:aws:sns:eu-central-1:111111111111:alerts');
    monitorIn(stack, { alertTopic });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([[
      '/Stack/Imported',
      'CDK cannot change the policy of an imported topic: if it has one of its own, add the statements of AlertTopics.requiredTopicStatements() '
      + 'to it yourself, or alarms and events cannot publish [ack: cdk-compliance-monitoring:AlertTopics.importedTopic]',
    ]]);
  });

  test('without alarms an imported topic needs nothing', () => {
    const stack = stackOf();
    monitorIn(stack, { alertTopic: Topic.fromTopicArn(stack, 'Imported', 'arn:aws:sns:eu-central-1:111111111111:alerts'), alarms: false });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

afterEach(() => jest.restoreAllMocks());

describe('in a VPC', () => {
  test('the check stands in the private subnets, the policy function outside', () => {
    const stack = stackOf();
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
    const securityGroup = new SecurityGroup(stack, 'Group', { vpc });
    monitorIn(stack, { vpc, securityGroups: [securityGroup] });
    const config = detectOf(stack).Properties.VpcConfig as { SubnetIds: unknown[]; SecurityGroupIds: unknown[] };
    expect(config.SubnetIds.map(flat)).toEqual(vpc.privateSubnets.map((subnet) => flat(stack.resolve(subnet.subnetId))));
    expect(config.SecurityGroupIds.map(flat)).toEqual([flat(stack.resolve(securityGroup.securityGroupId))]);
    expect(only(resourcesOf(stack), 'AWS::Lambda::Function', /Policy/).Properties).not.toHaveProperty('VpcConfig');
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('isolated subnets warn', () => {
    const stack = stackOf();
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] });
    monitorIn(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
    Annotations.fromStack(stack).hasWarning('/Stack/Drift', 'the function stands in isolated subnets: it needs VPC endpoints for SSM, DynamoDB, S3, SQS, SNS '
      + 'and KMS, or every check times out [ack: cdk-compliance-monitoring:DriftMonitor.isolatedSubnets]');
  });
});

describe('refusals', () => {
  const NAME_RULE = 'up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit; choose a name without slashes or spaces';
  const INTERVAL_RULE = 'a whole number of minutes from 5 to 1440; choose a time between 5 minutes and a day';
  const vpcSubnets = { subnetType: SubnetType.PRIVATE_ISOLATED };

  test.each<[string, Partial<DriftMonitorProps>, string]>([
    ['empty organization', { organizationName: '' }, `DriftMonitor.organizationName: got "", but allowed is ${NAME_RULE}`],
    ['organization with a slash', { organizationName: '/bank' }, `DriftMonitor.organizationName: got "/bank", but allowed is ${NAME_RULE}`],
    ['organization with a space', { organizationName: 'my bank' }, `DriftMonitor.organizationName: got "my bank", but allowed is ${NAME_RULE}`],
    ['reserved organization', { organizationName: 'SSM-team' },
      'DriftMonitor.organizationName: got "SSM-team", but allowed is a name that does not start with aws or ssm, which Parameter Store reserves; '
      + 'choose another name'],
    ['environment outside the policy', { profile: EnvironmentProfile.EPHEMERAL },
      "DriftMonitor.profile: got \"Ephemeral\", but allowed is a profile named as one of the parity policy's environments (Dev, Staging, Prod); "
      + 'add it to ParityPolicy.environments, or use EnvironmentProfile.custom() with one of these names'],
    ['short interval', { interval: Duration.minutes(4) }, `DriftMonitor.interval: got "Duration.minutes(4)", but allowed is ${INTERVAL_RULE}`],
    ['long interval', { interval: Duration.minutes(1441) }, `DriftMonitor.interval: got "Duration.minutes(1441)", but allowed is ${INTERVAL_RULE}`],
    ['interval in parts', { interval: Duration.seconds(330) }, `DriftMonitor.interval: got "Duration.seconds(330)", but allowed is ${INTERVAL_RULE}`],
    ['short full walk', { fullWalkInterval: Duration.minutes(1) },
      'DriftMonitor.fullWalkInterval: got "Duration.minutes(1)", but allowed is a whole number of minutes from 5 to 10080; choose a time between 5 minutes and 7 days'],
    ['window in parts', { promotionWindow: Duration.seconds(30) },
      'DriftMonitor.promotionWindow: got "Duration.seconds(30)", but allowed is a whole number of minutes from 0 to 5256000; '
      + 'give it in days, hours or minutes; zero switches it off'],
    ['email without @', { alertEmails: ['a@example.com', 'platform'] },
      'DriftMonitor.alertEmails[1]: got "platform", but allowed is an email address; write it as name@domain'],
    ['email twice', { alertEmails: ['a@example.com', 'a@example.com'] },
      'DriftMonitor.alertEmails[1]: got "a@example.com", but allowed is each address once; remove the second one'],
    ['subnets without vpc', { vpcSubnets }, 'DriftMonitor.vpcSubnets: got "without vpc", but allowed is only beside a vpc; give vpc as well, or leave vpcSubnets out'],
    ['groups without vpc', { securityGroups: [] },
      'DriftMonitor.securityGroups: got "without vpc", but allowed is only beside a vpc; give vpc as well, or leave securityGroups out'],
  ])('%s', (_title, props, text) => {
    expect(() => monitorIn(stackOf(), props)).toThrow(new Error(text));
  });

  test.each([5, 1440])('an interval of %d minutes is accepted', (minutes) => {
    expect(() => monitorIn(stackOf(), { interval: Duration.minutes(minutes) })).not.toThrow();
  });
});

test('a waiver that has ended warns the monitor of its environment only', () => {
  jest.useFakeTimers({ now: new Date('2027-01-11T00:00:00Z') });
  try {
    const waiver = { pattern: 'app/**', reason: 'a test', owner: 'team' };
    const parity = ParityPolicy.of({
      environments: ['Dev', 'Staging', 'Prod'],
      waivers: [
        { ...waiver, environment: 'Staging', expiresOn: '2027-01-10' },
        { ...waiver, environment: 'Staging', expiresOn: '2027-01-11' },
        { ...waiver, environment: 'Dev', expiresOn: '2020-01-01' },
      ],
    });
    const stack = stackOf();
    monitorIn(stack, { parity });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data)).toEqual([
      'the waiver of team for "app/**" in Staging ended on 2027-01-10: what it covered counts as drift again; renew it or remove it '
      + '[ack: cdk-compliance-monitoring:ParityWaiver.ended]',
    ]);
  } finally {
    jest.useRealTimers();
  }
});

test('what is known at deployment only passes through', () => {
  const stack = stackOf();
  const organization = new CfnParameter(stack, 'Organization').valueAsString;
  const email = new CfnParameter(stack, 'Email').valueAsString;
  const minutes = new CfnParameter(stack, 'Minutes', { type: 'Number' }).valueAsNumber;
  const bucket = new Bucket(stack, 'Bucket');
  const late = Duration.minutes(minutes);
  monitorIn(stack, {
    organizationName: organization,
    alertEmails: [email],
    interval: late,
    fullWalkInterval: late,
    promotionWindow: late,
    parity: ParityPolicy.of({
      environments: ['Staging', 'Prod'],
      rules: [ParityRule.expected('s3/config-bucket', { Staging: bucket.bucketName, Prod: `${bucket.bucketName}-prod` })],
    }),
  });
  const resources = resourcesOf(stack);
  expect(flat(settingsOf(stack).ORGANIZATION)).toBe('${Organization}');
  expect(flat(settingsOf(stack).FULL_WALK_MINUTES)).toBe('${Minutes}');
  expect(flat(settingsOf(stack).PROMOTION_WINDOW_MINUTES)).toBe('${Minutes}');
  expect(flat(only(resources, 'AWS::SNS::Subscription').Properties.Endpoint)).toBe('${Email}');
  const [rule] = (only(resources, 'Custom::ParityPolicy').Properties.Policy as { rules: { values: { [environment: string]: unknown } }[] }).rules;
  expect(Object.values(rule.values).map(flat)).toEqual(['${Bucket83908E77}', '${Bucket83908E77}-prod']);
});

test('every metric of the contract has a method, with the longer set of dimensions', () => {
  const monitor = monitorIn(stackOf());
  const methods = {
    configurationDrift: 'Maximum',
    pendingPromotion: 'Maximum',
    driftDetectionErrors: 'Sum',
    driftCheckIncomplete: 'Sum',
    driftDetectionDuration: 'Average',
    parametersCompared: 'Maximum',
    ssmApiCalls: 'Sum',
    findingsOpened: 'Sum',
    findingsResolved: 'Sum',
    waiversExpiring: 'Maximum',
    timeToResolveHours: 'Average',
  } as const;
  expect(Object.keys(methods)).toEqual(Object.keys(METRICS));
  for (const [key, statistic] of Object.entries(methods) as [keyof typeof methods, string][]) {
    const method = `metric${METRICS[key]}` as `metric${typeof METRICS[typeof key]}`;
    expect(monitor[method]()).toMatchObject({
      namespace: METRIC_NAMESPACE, metricName: METRICS[key], statistic, dimensions: { Organization: 'bank', Environment: 'Staging' },
    });
    expect(monitor[method]({ statistic: 'Minimum', period: Duration.hours(1) })).toMatchObject({ statistic: 'Minimum', period: Duration.hours(1) });
  }
});
