import { App, CfnParameter, Duration, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, ObjectLockMode, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EnvironmentProfile, ParityBuckets, ParityBucketsProps } from '../../../src';
import { flat, flatList, ofType, only, Resource, resourcesOf, stackOf, statementsOf } from '../support';

const bucketsIn = (stack: Stack, props: Partial<ParityBucketsProps> = {}, id = 'Buckets') =>
  new ParityBuckets(stack, id, { profile: EnvironmentProfile.STAGING, ...props });
const bucketOf = (stack: Stack, id: RegExp) => only(resourcesOf(stack), 'AWS::S3::Bucket', id);
const rulesOf = (bucket: Resource) => (bucket.Properties.LifecycleConfiguration as { Rules: { [name: string]: unknown }[] }).Rules;
const warningsOf = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data]);
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');
const readable = (resource: Resource) => statementsOf(resource).map(({ Effect, Action, Resource: resources, Principal, Condition }) => [
  Effect, flatList(Action).join(), flatList(resources).map(flat).map(short).join(),
  ...(Principal ? [flat((Principal as { Service?: unknown }).Service ?? Principal)] : []),
  Object.entries(Condition ?? {}).map(([operator, test]) =>
    Object.entries(test as object).map(([key, wanted]) => `${operator} ${key} ${flatList(wanted).map(short).join()}`).join('; ')).join('; '),
]);

const ACCOUNT = 'StringEquals aws:SourceAccount ${AWS::AccountId}';
const CONFIG = 'config.amazonaws.com';
const delivery = (bucket: string) => [
  ['Allow', 's3:GetBucketAcl', bucket, CONFIG, ACCOUNT],
  ['Allow', 's3:ListBucket', bucket, CONFIG, ACCOUNT],
  ['Allow', 's3:PutObject', `${bucket}/AWSLogs/\${AWS::AccountId}/Config/*`, CONFIG, `${ACCOUNT}; StringEquals s3:x-amz-acl bucket-owner-full-control`],
];
const tlsOnly = (bucket: string) => ['Deny', 's3:*', `${bucket},${bucket}/*`, '{"AWS":"*"}', 'Bool aws:SecureTransport false'];

describe('defaults', () => {
  const stack = stackOf();
  const buckets = bucketsIn(stack);
  const resources = resourcesOf(stack);
  const config = bucketOf(stack, /ConfigBucket/);
  const reports = bucketOf(stack, /ReportsBucket/);
  const logs = bucketOf(stack, /AccessLogBucket/);
  const common = {
    Id: 'Common',
    Status: 'Enabled',
    Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }],
    NoncurrentVersionExpiration: { NoncurrentDays: 90 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  };

  test('config and reports bucket are the same but for what expires, and the purpose', () => {
    const alike = {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/^BucketsKey/), 'Arn'] } },
        }],
      },
      LoggingConfiguration: {
        DestinationBucketName: stack.resolve(buckets.accessLogBucket.bucketName) as unknown,
        LogFilePrefix: 's3-access-logs/',
        TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: 'EventTime' } },
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    };
    expect(config.Properties).toEqual({
      ...alike,
      LifecycleConfiguration: {
        Rules: [
          { ...common, ExpiredObjectDeleteMarker: true },
          { Id: 'Walks', Status: 'Enabled', Prefix: 'parity/walks/', ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        ],
      },
    });
    expect(reports.Properties).toEqual({
      ...alike,
      LifecycleConfiguration: { Rules: [{ ...common, ExpirationInDays: 365 }] },
      Tags: [{ Key: 'Purpose', Value: 'ComplianceReporting' }],
    });
  });

  test("access logs go to a bucket of their own, encrypted by S3's keys, without a lock", () => {
    expect(logs.Properties).toEqual({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      LifecycleConfiguration: {
        Rules: [{
          Id: 'Logs',
          Status: 'Enabled',
          ExpirationInDays: 365,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('bucket policies: TLS only, AWS Config to the reports, S3 to the access logs', () => {
    expect(readable(only(resources, 'AWS::S3::BucketPolicy', /ConfigBucket/))).toEqual([tlsOnly('${BucketsConfigBucket.Arn}')]);
    expect(readable(only(resources, 'AWS::S3::BucketPolicy', /ReportsBucket/)))
      .toEqual([tlsOnly('${BucketsReportsBucket.Arn}'), ...delivery('${BucketsReportsBucket.Arn}')]);
    expect(readable(only(resources, 'AWS::S3::BucketPolicy', /AccessLogBucket/))).toEqual([
      tlsOnly('${BucketsAccessLogBucket.Arn}'),
      ['Allow', 's3:PutObject', '${BucketsAccessLogBucket.Arn}/s3-access-logs/*', 'logging.s3.amazonaws.com',
        `${ACCOUNT}; ArnLike aws:SourceArn \${BucketsConfigBucket.Arn},\${BucketsReportsBucket.Arn}`],
    ]);
  });

  test('the key admits AWS Config, by source account', () => {
    expect(statementsOf(only(resources, 'AWS::KMS::Key'), 'KeyPolicy').filter(({ Principal }) => (Principal as { Service?: unknown }).Service === CONFIG)).toEqual([{
      Effect: 'Allow',
      Principal: { Service: CONFIG },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }]);
  });

  test('all is retained, nothing has a name or a lock, and nothing warns', () => {
    for (const bucket of [config, reports, logs, only(resources, 'AWS::KMS::Key')]) {
      expect([bucket.DeletionPolicy, bucket.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
    expect(ofType(resources, 'AWS::S3::Bucket')).toHaveLength(3);
    expect(buckets.evidenceBucket).toBeUndefined();
    expect(JSON.stringify(resources)).not.toMatch(/BucketName":"|ObjectLock/);
    expect(warningsOf(stack)).toEqual([]);
  });
});

test.each([
  [EnvironmentProfile.DEV, 30, 365],
  [EnvironmentProfile.STAGING, 90, 365],
  [EnvironmentProfile.PROD, 365, 2555],
  [EnvironmentProfile.EPHEMERAL, 30, 365],
  [EnvironmentProfile.PROD.withOverrides({ noncurrentVersionExpiration: Duration.days(7), reportRetention: Duration.days(31) }), 7, 31],
])('%# times are the profile\'s', (profile, versions, reports) => {
  const stack = stackOf();
  bucketsIn(stack, { profile });
  expect(rulesOf(bucketOf(stack, /ReportsBucket/))[0]).toMatchObject({ NoncurrentVersionExpiration: { NoncurrentDays: versions }, ExpirationInDays: reports });
  expect(rulesOf(bucketOf(stack, /ConfigBucket/))[0]).toMatchObject({ NoncurrentVersionExpiration: { NoncurrentDays: versions } });
});

test('an ephemeral profile destroys and empties all, unless told otherwise', () => {
  const stack = stackOf();
  bucketsIn(stack, { profile: EnvironmentProfile.EPHEMERAL });
  const resources = resourcesOf(stack);
  expect(Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
  expect(ofType(resources, 'Custom::S3AutoDeleteObjects')).toHaveLength(3);

  const kept = stackOf();
  bucketsIn(kept, { profile: EnvironmentProfile.EPHEMERAL, removalPolicy: RemovalPolicy.RETAIN });
  expect(ofType(resourcesOf(kept), 'Custom::S3AutoDeleteObjects')).toEqual([]);
  for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key']) {
    for (const [, { DeletionPolicy }] of ofType(resourcesOf(kept), type)) { expect(DeletionPolicy).toBe('Retain'); }
  }
});

describe('evidence', () => {
  test('lies in a further bucket that locks what comes, for whoever has no right to lift it', () => {
    const stack = stackOf();
    const buckets = bucketsIn(stack, { evidence: { retention: Duration.days(2555) } });
    const evidence = bucketOf(stack, /EvidenceBucket/);
    expect(evidence).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2555 } } },
        VersioningConfiguration: { Status: 'Enabled' },
        LoggingConfiguration: { LogFilePrefix: 's3-access-logs/' },
      },
    });
    expect(rulesOf(evidence)).toEqual([{ ...rulesOf(bucketOf(stack, /ConfigBucket/))[0] }]);
    expect(buckets.evidenceBucket).toBeInstanceOf(Bucket);
    // AWS Config delivers to the reports bucket only, which has no lock.
    expect(readable(only(resourcesOf(stack), 'AWS::S3::BucketPolicy', /EvidenceBucket/))).toEqual([tlsOnly('${BucketsEvidenceBucket.Arn}')]);
    for (const id of [/ConfigBucket/, /ReportsBucket/, /AccessLogBucket/]) { expect(bucketOf(stack, id).Properties).not.toHaveProperty('ObjectLockEnabled'); }
    expect(readable(only(resourcesOf(stack), 'AWS::S3::BucketPolicy', /AccessLogBucket/))[1][4])
      .toBe(`${ACCOUNT}; ArnLike aws:SourceArn \${BucketsConfigBucket.Arn},\${BucketsReportsBucket.Arn},\${BucketsEvidenceBucket.Arn}`);
  });

  test('may be locked for everybody, for a time that is known at deployment only', () => {
    const stack = stackOf();
    const days = new CfnParameter(stack, 'Days', { type: 'Number' });
    bucketsIn(stack, { evidence: { retention: Duration.days(days.valueAsNumber), mode: ObjectLockMode.COMPLIANCE } });
    expect(bucketOf(stack, /EvidenceBucket/).Properties.ObjectLockConfiguration)
      .toEqual({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: { Ref: 'Days' } } } });
  });
});

describe('bring your own', () => {
  test("a key of the consumer's app gets AWS Config's statement alone, and only when Config delivers", () => {
    const stack = stackOf();
    const encryptionKey = new Key(stack, 'Own');
    const other = new Key(stack, 'Other');
    bucketsIn(stack, { encryptionKey });
    bucketsIn(stack, { encryptionKey: other, configDelivery: false }, 'Silent');
    const services = (id: RegExp) => statementsOf(only(resourcesOf(stack), 'AWS::KMS::Key', id), 'KeyPolicy')
      .map(({ Principal }) => (Principal as { Service?: unknown }).Service).filter(Boolean);
    expect(services(/^Own/)).toEqual([CONFIG]);
    expect(services(/^Other/)).toEqual([]);
    expect(readable(only(resourcesOf(stack), 'AWS::S3::BucketPolicy', /^SilentReports/))).toEqual([tlsOnly('${SilentReportsBucket.Arn}')]);
    expect(ofType(resourcesOf(stack), 'AWS::KMS::Key')).toHaveLength(2);
  });

  test('an imported key warns', () => {
    const stack = stackOf();
    bucketsIn(stack, { encryptionKey: Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-central-1:111111111111:key/1234') });
    expect(warningsOf(stack)).toEqual([['/Stack/Imported',
      'CDK cannot change the policy of an imported key: add the statements of ComplianceKey.requiredKeyStatements() to it yourself, '
      + 'or alarms cannot publish, events are lost, log groups cannot be made and AWS Config cannot deliver '
      + '[ack: cdk-compliance-monitoring:ComplianceKey.importedKey]']]);
  });

  test('access logs may go to a bucket of the same stack', () => {
    const stack = stackOf();
    const accessLogBucket = new Bucket(stack, 'Logs');
    const buckets = bucketsIn(stack, { accessLogBucket });
    expect(buckets.accessLogBucket).toBe(accessLogBucket);
    expect(ofType(resourcesOf(stack), 'AWS::S3::Bucket')).toHaveLength(3);
    expect(readable(only(resourcesOf(stack), 'AWS::S3::BucketPolicy', /^Logs/))).toEqual([
      ['Allow', 's3:PutObject', '${Logs.Arn}/s3-access-logs/*', 'logging.s3.amazonaws.com',
        `${ACCOUNT}; ArnLike aws:SourceArn \${BucketsConfigBucket.Arn},\${BucketsReportsBucket.Arn}`],
    ]);
  });

  test('access logs may go to a bucket of another stack, which then does not depend on this one', () => {
    const app = new App();
    const central = new Stack(app, 'Central');
    const accessLogBucket = new Bucket(central, 'Logs');
    bucketsIn(new Stack(app, 'Stack'), { accessLogBucket });
    expect(() => app.synth()).not.toThrow();
    expect(readable(only(resourcesOf(central), 'AWS::S3::BucketPolicy'))).toEqual([
      ['Allow', 's3:PutObject', '${Logs.Arn}/s3-access-logs/*', 'logging.s3.amazonaws.com', ACCOUNT],
    ]);
  });

  test('an imported access-log bucket warns, and its statement can be asked for', () => {
    const stack = stackOf();
    const accessLogBucket = Bucket.fromBucketName(stack, 'Imported', 'central-logs');
    bucketsIn(stack, { accessLogBucket });
    expect(warningsOf(stack)).toEqual([['/Stack/Imported',
      'CDK cannot change the policy of an imported bucket: add the statements of ParityBuckets.requiredAccessLogStatements() to it yourself, or no access '
      + 'log arrives [ack: cdk-compliance-monitoring:ParityBuckets.importedAccessLogBucket]']]);
    const statements = ParityBuckets.requiredAccessLogStatements(stack, accessLogBucket);
    expect(statements.map((statement) => stack.resolve(statement.toStatementJson()) as unknown)).toEqual([{
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::central-logs/s3-access-logs/*']] },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }]);
  });

  test('buckets that exist are used, and get what AWS Config needs where CDK can', () => {
    const stack = stackOf();
    const encryptionKey = new Key(stack, 'Key');
    const reportsBucket = new Bucket(stack, 'Reports', { encryption: BucketEncryption.KMS, encryptionKey });
    const configBucket = new Bucket(stack, 'Config');
    const evidenceBucket = new Bucket(stack, 'Evidence', { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(1)) });
    const buckets = ParityBuckets.fromParityBucketsAttributes(stack, 'Buckets', { configBucket, reportsBucket, evidenceBucket });
    expect([buckets.configBucket, buckets.reportsBucket, buckets.evidenceBucket]).toEqual([configBucket, reportsBucket, evidenceBucket]);
    expect(ofType(resourcesOf(stack), 'AWS::S3::Bucket')).toHaveLength(3);
    expect(readable(only(resourcesOf(stack), 'AWS::S3::BucketPolicy'))).toEqual(delivery('${Reports.Arn}'));
    expect(JSON.stringify(only(resourcesOf(stack), 'AWS::KMS::Key').Properties.KeyPolicy)).toContain(CONFIG);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('an imported reports bucket warns, and its statements are those that a new one gets', () => {
    const stack = stackOf();
    const configBucket = Bucket.fromBucketName(stack, 'Config', 'their-config');
    const reportsBucket = Bucket.fromBucketName(stack, 'Reports', 'their-reports');
    ParityBuckets.fromParityBucketsAttributes(stack, 'Silent', { configBucket, reportsBucket, configDelivery: false });
    expect(warningsOf(stack)).toEqual([]);
    ParityBuckets.fromParityBucketsAttributes(stack, 'Buckets', { configBucket, reportsBucket });
    expect(warningsOf(stack)).toEqual([['/Stack/Reports',
      'CDK cannot change the policy of an imported bucket: add the statements of ParityBuckets.requiredBucketStatements() to it yourself, or AWS Config '
      + 'cannot deliver to it [ack: cdk-compliance-monitoring:ParityBuckets.importedBucket]']]);
    const statements = ParityBuckets.requiredBucketStatements(stack, reportsBucket)
      .map((statement) => stack.resolve(statement.toStatementJson()) as { Action: string; Resource: unknown; Sid: string });
    expect(statements.map(({ Sid, Action, Resource: resource }) => [Sid, Action, flat(resource)])).toEqual([
      ['AWSConfigBucketPermissionsCheck', 's3:GetBucketAcl', 'arn:${AWS::Partition}:s3:::their-reports'],
      ['AWSConfigBucketExistenceCheck', 's3:ListBucket', 'arn:${AWS::Partition}:s3:::their-reports'],
      ['AWSConfigBucketDelivery', 's3:PutObject', 'arn:${AWS::Partition}:s3:::their-reports/AWSLogs/${AWS::AccountId}/Config/*'],
    ]);
  });
});

describe('grants give one thing each', () => {
  const granted = (grant: (buckets: ParityBuckets, role: Role) => unknown) => {
    const stack = stackOf();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    expect(grant(bucketsIn(stack, { evidence: { retention: Duration.days(30) } }), role)).toMatchObject({ success: true });
    return readable(only(resourcesOf(stack), 'AWS::IAM::Policy'));
  };
  const through = 'StringLike kms:ViaService s3.${AWS::Region}.amazonaws.com*';
  const read = (bucket: string) => [
    ['Allow', 's3:ListBucket', `\${${bucket}.Arn}`, ''],
    ['Allow', 's3:GetObject,s3:GetObjectVersion', `\${${bucket}.Arn}/*`, ''],
    ['Allow', 'kms:Decrypt', '${BucketsKey.Arn}', through],
  ];
  const write = (bucket: string) => [
    ['Allow', 's3:PutObject', `\${${bucket}.Arn}/*`, ''],
    ['Allow', 'kms:Decrypt,kms:GenerateDataKey', '${BucketsKey.Arn}', through],
  ];

  test.each<[string, (buckets: ParityBuckets, role: Role) => unknown, unknown[]]>([
    ['read config', (buckets, role) => buckets.grantReadConfig(role), read('BucketsConfigBucket')],
    ['read reports', (buckets, role) => buckets.grantReadReports(role), read('BucketsReportsBucket')],
    ['write reports', (buckets, role) => buckets.grantWriteReports(role), write('BucketsReportsBucket')],
    ['read evidence', (buckets, role) => buckets.grantReadEvidence(role), read('BucketsEvidenceBucket')],
    ['write evidence', (buckets, role) => buckets.grantWriteEvidence(role), write('BucketsEvidenceBucket')],
  ])('%s', (_title, grant, expected) => {
    expect(granted(grant)).toEqual(expected);
  });

  test('a bucket without a key of its own needs none', () => {
    const stack = stackOf();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const bucket = new Bucket(stack, 'Plain');
    ParityBuckets.fromParityBucketsAttributes(stack, 'Buckets', { configBucket: bucket, reportsBucket: bucket }).grantReadConfig(role);
    expect(JSON.stringify(only(resourcesOf(stack), 'AWS::IAM::Policy'))).not.toContain('kms:');
  });
});

describe('refusals', () => {
  const stack = stackOf();
  const locked = new Bucket(stack, 'Locked', { objectLockEnabled: true });
  const lockedByDefault = new Bucket(stack, 'LockedByDefault', { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(1)) });
  const plain = new Bucket(stack, 'Plain');
  const DAYS_RULE = 'a whole number of days, at least 1; give it as Duration.days(n)';
  const LOCK_RULE = 'a whole number of days from 1 to 36500; give it as Duration.days(n)';
  let number = 0;

  test.each<[string, Partial<ParityBucketsProps>, string]>([
    ['no access-log day', { accessLogRetention: Duration.days(0) }, `ParityBuckets.accessLogRetention: got "Duration.days(0)", but allowed is ${DAYS_RULE}`],
    ['parts of days', { accessLogRetention: Duration.hours(36) }, `ParityBuckets.accessLogRetention: got "Duration.hours(36)", but allowed is ${DAYS_RULE}`],
    ['access-log days in an own bucket', { accessLogRetention: Duration.days(1), accessLogBucket: plain },
      'ParityBuckets.accessLogRetention: got "Duration.days(1)", but allowed is no time beside an accessLogBucket of your own; '
      + 'leave accessLogRetention out and let objects in your bucket expire, or leave accessLogBucket out'],
    ['access logs to a locked bucket', { accessLogBucket: locked },
      'ParityBuckets.accessLogBucket: got "Stack/Locked", but allowed is a bucket without Object Lock; bring another one, to which S3 can deliver access logs'],
    ['access logs to a bucket that locks by default', { accessLogBucket: lockedByDefault },
      'ParityBuckets.accessLogBucket: got "Stack/LockedByDefault", but allowed is a bucket without Object Lock; '
      + 'bring another one, to which S3 can deliver access logs'],
    ['evidence for no time', { evidence: { retention: Duration.days(0) } }, `EvidenceOptions.retention: got "Duration.days(0)", but allowed is ${LOCK_RULE}`],
    ['evidence for too long', { evidence: { retention: Duration.days(36501) } }, `EvidenceOptions.retention: got "Duration.days(36501)", but allowed is ${LOCK_RULE}`],
    ['evidence for parts of days', { evidence: { retention: Duration.hours(30) } }, `EvidenceOptions.retention: got "Duration.hours(30)", but allowed is ${LOCK_RULE}`],
    ['evidence that would be destroyed', { evidence: { retention: Duration.days(1) }, profile: EnvironmentProfile.EPHEMERAL },
      'ParityBuckets.evidence: got "with RemovalPolicy.DESTROY", but allowed is evidence only in buckets that outlive their stack; '
      + 'leave evidence out, or set removalPolicy to RemovalPolicy.RETAIN'],
  ])('%s', (_title, props, text) => {
    expect(() => bucketsIn(stack, props, `Buckets${number += 1}`)).toThrow(new Error(text));
  });

  test.each([1, 36500])('evidence for %d days is accepted', (days) => {
    expect(() => bucketsIn(stackOf(), { evidence: { retention: Duration.days(days) } })).not.toThrow();
  });

  test('reports in a bucket that locks by default, unless AWS Config does not deliver there', () => {
    const attributes = { configBucket: plain, reportsBucket: lockedByDefault };
    expect(() => ParityBuckets.fromParityBucketsAttributes(stack, 'LockedReports', attributes)).toThrow(new Error(
      'ParityBucketsAttributes.reportsBucket: got "Stack/LockedByDefault", but allowed is a bucket without Object Lock by default; '
      + 'bring another one, to which AWS Config can deliver, or set configDelivery to false'));
    expect(() => ParityBuckets.fromParityBucketsAttributes(stack, 'SilentReports', { ...attributes, configDelivery: false })).not.toThrow();
  });

  test('evidence among the reports', () => {
    expect(() => ParityBuckets.fromParityBucketsAttributes(stack, 'Same', { configBucket: locked, reportsBucket: plain, evidenceBucket: plain })).toThrow(new Error(
      'ParityBucketsAttributes.evidenceBucket: got "Stack/Plain", but allowed is another bucket than configBucket and reportsBucket; '
      + 'bring a bucket of its own for evidence, or leave evidenceBucket out'));
  });

  test('grants on evidence where there is none', () => {
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const buckets = bucketsIn(stack, {}, 'Without');
    for (const method of ['grantReadEvidence', 'grantWriteEvidence'] as const) {
      expect(() => buckets[method](role)).toThrow(new Error(
        `ParityBuckets.${method}: got nothing, but allowed is only buckets with an evidence bucket; give evidence, or evidenceBucket, to them`));
    }
  });
});

describe('anywhere', () => {
  test('two in a stack stand side by side', () => {
    const one = stackOf();
    bucketsIn(one, {}, 'One');
    const both = stackOf();
    bucketsIn(both, {}, 'One');
    bucketsIn(both, { profile: EnvironmentProfile.PROD }, 'Two');
    expect(Object.keys(resourcesOf(both))).toHaveLength(2 * Object.keys(resourcesOf(one)).length);
  });

  test.each(['cn-north-1', 'us-gov-west-1', 'eu-central-1', undefined])('in %s no ARN names a partition', (region) => {
    const stack = stackOf(region ? { env: { account: '111111111111', region } } : {});
    bucketsIn(stack, { evidence: { retention: Duration.days(1) } });
    expect(JSON.stringify(resourcesOf(stack))).not.toMatch(/arn:aws|amazonaws\.com\.cn/);
  });

  test.each([true, false])('with the flag for access logs %s the template is the same', (flag) => {
    const templates = [{}, { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': flag, '@aws-cdk/aws-s3:createDefaultLoggingPolicy': flag }].map((context) => {
      const stack = stackOf({}, { context });
      bucketsIn(stack);
      return Template.fromStack(stack).toJSON();
    });
    expect(templates[1]).toEqual(templates[0]);
  });

  test('times that are known at deployment only pass through', () => {
    const stack = stackOf();
    const days = Duration.days(new CfnParameter(stack, 'Days', { type: 'Number' }).valueAsNumber);
    bucketsIn(stack, {
      profile: EnvironmentProfile.DEV.withOverrides({ reportRetention: days, noncurrentVersionExpiration: days }), accessLogRetention: days,
    });
    expect(rulesOf(bucketOf(stack, /ReportsBucket/))[0]).toMatchObject({ ExpirationInDays: { Ref: 'Days' }, NoncurrentVersionExpiration: { NoncurrentDays: { Ref: 'Days' } } });
    expect(rulesOf(bucketOf(stack, /AccessLogBucket/))[0]).toMatchObject({ ExpirationInDays: { Ref: 'Days' } });
    expect(Token.isUnresolved(days.toDays())).toBe(true);
  });

  test('tags of the consumer stand beside ours', () => {
    const stack = stackOf();
    Tags.of(bucketsIn(stack)).add('Owner', 'platform');
    expect(bucketOf(stack, /ReportsBucket/).Properties.Tags).toEqual([{ Key: 'Owner', Value: 'platform' }, { Key: 'Purpose', Value: 'ComplianceReporting' }]);
  });

  test.each([EnvironmentProfile.DEV, EnvironmentProfile.PROD, EnvironmentProfile.EPHEMERAL])('%# cdk-nag finds nothing', (profile) => {
    const app = new App();
    const evidence = profile.removalPolicy === RemovalPolicy.RETAIN ? { retention: Duration.days(1) } : undefined;
    const buckets = bucketsIn(new Stack(app, 'Stack'), { profile, evidence });
    app.synth();
    expect(new AwsSolutionsChecks().validateScope(buckets).violations).toEqual([]);
  });
});
