import { App, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AccountServices, ComplianceFramework, ComplianceMonitoringSystemProps, DataClassification, EnvironmentProfile, EventRouting, HubAccess,
  MessageDetail, RecorderSource,
} from '../../../src';
import { everythingIn, flat, FRAMEWORKS, ofType, only, parityOf, Resource, resourcesOf, stackOf, systemIn } from '../support';

interface Output { readonly Value: unknown; readonly Export?: { readonly Name: string } }
const outputsOf = (stack: Stack) => (Template.fromStack(stack).toJSON() as { Outputs?: { [id: string]: Output } }).Outputs ?? {};
const exportsOf = (stack: Stack) => Object.values(outputsOf(stack)).map((output) => output.Export?.Name);
const named = (names: (string | undefined)[]) => names.filter((name) => name !== undefined);
const REFERENCE_NAMES = [
  'ConfigBucketName', 'ComplianceBucketName', 'DashboardURL', 'StateTableName', 'DriftDetectionFunctionArn', 'AlertTopicArn', 'ParameterStorePrefix', 'KMSKeyId',
];
const HUB_OUTPUTS = [
  'EventBusArn', 'AnnouncementBusArn', 'EventsQueueUrl', 'EventsDeadLetterQueueUrl', 'EventsTableName', 'ArchiveArn', 'IngestRuleArn', 'IngestFunctionArn',
  'ReportsBucketName',
];
const EXPORTS = ['config-bucket', 'compliance-bucket', 'state-table', 'drift-function', 'alert-topic', 'parameter-prefix', 'kms-key'];

describe('outputs', () => {
  test('have the reference names and are not exported', () => {
    const stack = stackOf();
    systemIn(stack);
    expect(Object.keys(outputsOf(stack))).toEqual(REFERENCE_NAMES);
    expect(Object.values(outputsOf(stack)).map(({ Value }) => flat(Value).replace(/[0-9A-F]{8}}$/, '}').replace(/[0-9A-F]{8}\.Arn/, '.Arn'))).toEqual([
      '${SystemBucketsConfigBucket}', '${SystemBucketsReportsBucket}', expect.stringMatching(/^https:.*#dashboards\/dashboard\/\${SystemDashboard}$/),
      '${SystemDriftTable}', '${SystemDriftDetectFunction.Arn}', '${SystemAlerts}', '/bank/Staging', '${SystemKey}',
    ]);
    expect(exportsOf(stack)).toEqual(Array(8).fill(undefined));
  });

  test('of everything have the reference names', () => {
    const stack = stackOf({ stackName: 'Compliance-Prod' });
    everythingIn(stack);
    const all = outputsOf(stack);
    expect(Object.keys(all)).toEqual([
      ...HUB_OUTPUTS, 'ConfigBucketName', 'ComplianceBucketName', 'AuroraClusterEndpoint', 'AuroraClusterPort', 'ConfigRecorderName', 'DashboardURL',
      'StateTableName', 'DriftDetectionFunctionArn', 'AlertTopicArn', 'ParameterStorePrefix', 'KMSKeyId',
    ]);
    expect(named(exportsOf(stack))).toEqual([
      'config-bucket', 'compliance-bucket', 'aurora-endpoint', 'aurora-port', 'config-recorder', 'state-table', 'drift-function', 'alert-topic',
      'parameter-prefix', 'kms-key',
    ].map((name) => `Compliance-Prod-${name}`));
    expect(flat(all.AuroraClusterEndpoint.Value)).toMatch(/^\${SystemDatabaseCluster.*Endpoint\.Address}$/);
  });

  test('are exported on request, under the reference names', () => {
    const stack = stackOf({ stackName: 'Compliance-Dev' });
    systemIn(stack, { exportOutputs: true });
    expect(named(exportsOf(stack))).toEqual(EXPORTS.map((name) => `Compliance-Dev-${name}`));
  });

  test('of a further system in the stack carry its id', () => {
    const stack = stackOf();
    systemIn(stack, { outputs: false, organizationName: 'silent' }, 'Silent');
    systemIn(stack, { exportOutputs: true }, 'One');
    systemIn(stack, { exportOutputs: true, organizationName: 'other' }, 'Two-b');
    expect(Object.keys(outputsOf(stack))).toEqual([...REFERENCE_NAMES, ...REFERENCE_NAMES.map((name) => `Twob${name}`)]);
    expect(named(exportsOf(stack))).toEqual([...EXPORTS.map((name) => `Stack-${name}`), ...EXPORTS.map((name) => `Stack-Twob-${name}`)]);
  });

  test('can be left out', () => {
    const stack = stackOf();
    systemIn(stack, { outputs: false });
    expect(outputsOf(stack)).toEqual({});
  });
});

test('one key serves all, and its settings reach the monitor', () => {
  const stack = stackOf();
  const alertTopic = new Topic(stack, 'Mine');
  const system = systemIn(stack, { alertTopic, drift: { messageDetail: MessageDetail.EXPLANATIONS, alarms: false } });
  const resources = resourcesOf(stack);
  expect(ofType(resources, 'AWS::KMS::Key')).toHaveLength(1);
  expect(ofType(resources, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith('SystemDrift'))).toEqual([]);
  expect(only(resources, 'AWS::Lambda::Function', /Detect/).Properties.Environment).toMatchObject({ Variables: { MESSAGE_DETAIL: 'EXPLANATIONS' } });
  expect([system.alertTopic, system.driftMonitor.alertTopic]).toEqual([alertTopic, alertTopic]);
  expect(system.driftMonitor.encryptionKey).toBe(system.encryptionKey);
  expect([system.parameterPrefix, system.profile]).toEqual(['/bank/Staging', EnvironmentProfile.STAGING]);
});

describe('tags', () => {
  /** Some services take a list of tags, others a map. */
  const tagsOf = ({ Properties: { Tags: tags } }: Resource): { [key: string]: unknown } => Array.isArray(tags)
    ? Object.fromEntries((tags as { Key: string; Value: unknown }[]).map(({ Key, Value }) => [Key, Value]))
    : { ...tags as { [key: string]: unknown } };
  const tagged = (tags?: ComplianceMonitoringSystemProps['tags']) => {
    const stack = stackOf();
    systemIn(stack, { tags });
    return resourcesOf(stack);
  };

  test('stand on everything that takes them, also on what custom resources make', () => {
    // Types whose CloudFormation schema has no tags, and what makes nothing that has any.
    const untaggable = [
      'AWS::CloudWatch::Dashboard', 'AWS::Config::ConfigRule', 'AWS::Config::ConfigurationRecorder', 'AWS::Config::DeliveryChannel', 'AWS::IAM::Policy',
      'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Permission', 'AWS::S3::BucketPolicy', 'AWS::SNS::Subscription', 'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy', 'Custom::FirstRecorderCheck', 'Custom::ParityPolicy',
    ];
    for (const recorder of [RecorderSource.ensure(), RecorderSource.create()]) {
      const stack = stackOf();
      everythingIn(stack, { account: AccountServices.create({ recorder, ruleSet: { frameworks: FRAMEWORKS } }) });
      const resources = Object.entries(resourcesOf(stack)).filter(([id, { Type }]) => !id.startsWith('SystemVpc') && !untaggable.includes(Type));
      expect(new Set(resources.map(([, { Type }]) => Type)).size).toBeGreaterThan(15);
      for (const [id, resource] of resources) {
        const { Purpose, ...tags } = tagsOf(resource);
        expect([undefined, 'ComplianceReporting']).toContain(Purpose);
        expect([id, tags]).toEqual([id, { Environment: 'Prod', Organization: 'bank', CostCenter: 'infrastructure', DataClassification: 'Confidential' }]);
      }
    }
  });

  test('take other values', () => {
    const tags = { costCenter: '4711', dataClassification: DataClassification.RESTRICTED, compliance: 'PCI-DSS SOC2' };
    expect(tagsOf(only(tagged(tags), 'AWS::DynamoDB::Table'))).toEqual({
      Environment: 'Staging', Organization: 'bank', CostCenter: '4711', DataClassification: 'Restricted', Compliance: 'PCI-DSS SOC2',
    });
  });

  test('every class of data has its label', () => {
    expect([DataClassification.PUBLIC, DataClassification.INTERNAL, DataClassification.CONFIDENTIAL, DataClassification.RESTRICTED, DataClassification.of('Secret')]
      .map(({ label }) => label)).toEqual(['Public', 'Internal', 'Confidential', 'Restricted', 'Secret']);
  });

  const RULE = 'but allowed is 1 to 256 letters, digits, spaces and the characters _ . : / = + - @; leave the other characters out';
  test.each([
    ['GovernanceTags.costCenter', { costCenter: '' }, '""'],
    ['GovernanceTags.costCenter', { costCenter: 'a;b' }, '"a;b"'],
    ['GovernanceTags.compliance', { compliance: 'PCI,SOC2' }, '"PCI,SOC2"'],
  ])('%s: %j is refused', (prop, tags, value) => {
    expect(() => tagged(tags)).toThrow(new Error(`${prop}: got ${value}, ${RULE}`));
  });

  test('a class with characters that no tag takes is refused', () => {
    expect(() => DataClassification.of('a;b')).toThrow(new Error(`DataClassification.label: got "a;b", ${RULE}`));
  });
});

describe('side by side', () => {
  test('two systems in a stack share nothing', () => {
    const stack = stackOf();
    systemIn(stack, {}, 'One');
    const alone = Object.keys(resourcesOf(stackWith('One'))).length;
    systemIn(stack, { organizationName: 'other', profile: EnvironmentProfile.DEV }, 'Two');
    const resources = Object.keys(resourcesOf(stack));
    expect(resources).toHaveLength(2 * alone);
    expect(resources.filter((id) => !/^(One|Two)/.test(id))).toEqual([]);
  });

  test('the same tree in two stages gives two complete templates', () => {
    const app = new App();
    const stacks = ['Blue', 'Green'].map((name) => {
      const stack = new Stack(new Stage(app, name), 'Stack');
      systemIn(stack, { organizationName: name });
      return stack;
    });
    const [blue, green] = stacks.map((stack) => Template.fromStack(stack).toJSON() as { Resources: object });
    expect(Object.keys(blue.Resources)).toHaveLength(Object.keys(green.Resources).length);
    expect(JSON.stringify(blue)).not.toContain('Green');
  });

  test('an environment stays below 200 resources', () => {
    expect(Object.keys(resourcesOf(stackWith('System'))).length).toBeLessThanOrEqual(200);
  });
});

function stackWith(id: string): Stack {
  const stack = stackOf();
  systemIn(stack, {}, id);
  return stack;
}

test("tags set closer to a resource win over the system's", () => {
  const stack = stackOf();
  const { driftMonitor } = systemIn(stack);
  Tags.of(driftMonitor.table).add('CostCenter', 'data', { priority: 300 });
  const tags = only(resourcesOf(stack), 'AWS::DynamoDB::Table').Properties.Tags as { Key: string; Value: string }[];
  expect(tags.find(({ Key }) => Key === 'CostCenter')?.Value).toBe('data');
});

test('environments of one account, a stack each, from one policy', () => {
  const app = new App();
  const parity = parityOf();
  const stacks = [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD].map((profile) => {
    const stack = new Stack(app, `Compliance-${profile.name}`);
    systemIn(stack, { profile, parity });
    return stack;
  });
  const retentions = stacks.map((stack) => ofType(resourcesOf(stack), 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays));
  expect(retentions.map((days) => [...new Set(days)])).toEqual([[7], [30], [90]]);
});

test('a hub that is made in the system shares its key, topics and reports bucket, and shows on its dashboard', () => {
  const stack = stackOf();
  const routing = EventRouting.hub(HubAccess.ownAccount());
  const system = systemIn(stack, { profile: EnvironmentProfile.PROD, account: AccountServices.create({ routing }) });
  const hub = system.account!.eventHub!;
  expect([hub.encryptionKey, hub.alertTopic, hub.criticalTopic, hub.reportsBucket])
    .toEqual([system.encryptionKey, system.alertTopic, system.criticalTopic, system.buckets!.reportsBucket]);
  const resources = resourcesOf(stack);
  expect(ofType(resources, 'AWS::KMS::Key')).toHaveLength(1);
  expect(flat(only(resources, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody)).toContain(`Compliance events of ${hub.hubName}`);
  // Nobody but the account itself: its bus needs no policy.
  expect(ofType(resources, 'AWS::Events::EventBusPolicy').map(([id]) => id)).toEqual([expect.stringContaining('OnlyTheHub')]);
});

test('what may fail does so before there is a database that a rollback cannot delete', () => {
  const stack = stackOf();
  everythingIn(stack, { account: AccountServices.create() });
  const resources = resourcesOf(stack);
  const cluster = only(resources, 'AWS::RDS::DBCluster');
  const custom = ['Custom::ParityPolicy', 'Custom::EnsuredConfigRecorder'].map((type) => ofType(resources, type)[0][0]);
  expect(cluster.DependsOn).toEqual(expect.arrayContaining(custom));
});

test('a synth says nothing that nobody can act on', () => {
  const stack = stackOf();
  everythingIn(stack, { account: AccountServices.create({ frameworks: [ComplianceFramework.PCI_DSS_4_0_1] }) });
  const said = Annotations.fromStack(stack);
  said.hasNoInfo('*', Match.anyValue());
  said.hasNoWarning('*', Match.anyValue());
});
