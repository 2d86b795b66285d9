import { App, Aws, CfnParameter, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  ComplianceEventHub, ComplianceEventHubProps, CrossAccountEventForwarder, DataClassification, EnvironmentProfile, HubAccess, HubBackfill,
} from '../../../src';
import { EVENT_METRICS, membersOfSetting } from '../../../src/events/contract';
import { flat, flatList, ofType, only, Resources, resourcesOf, stackOf, statementsOf } from '../support';

const ORGANIZATION = 'o-a1b2c3d4e5';
const HERE = { account: '111111111111', region: 'eu-central-1' };

function hubIn(stack: Stack, props: Partial<ComplianceEventHubProps> = {}, id = 'Hub'): ComplianceEventHub {
  return new ComplianceEventHub(stack, id, { access: HubAccess.organization(ORGANIZATION), ...props });
}
function resourcesWith(props: Partial<ComplianceEventHubProps> = {}, stack = stackOf()): Resources {
  hubIn(stack, props);
  return resourcesOf(stack);
}
const ruleIn = (resources: Resources, id: RegExp) => only(resources, 'AWS::Events::Rule', id).Properties as { [name: string]: unknown };
const busStatements = (resources: Resources, bus = /^\$\{HubBus/) =>
  ofType(resources, 'AWS::Events::EventBusPolicy').map(([, { Properties }]) => Properties).filter(({ EventBusName }) => bus.test(flat(EventBusName)));
const targetOf = (rule: { [name: string]: unknown }) => (rule.Targets as { [name: string]: unknown }[])[0];
const settingsOf = (id: RegExp, props: Partial<ComplianceEventHubProps>) =>
  (only(resourcesWith(props), 'AWS::Lambda::Function', id).Properties.Environment as { Variables: { [name: string]: unknown } }).Variables;
const allowed = (resources: Resources, policy: RegExp) =>
  statementsOf(only(resources, 'AWS::SQS::QueuePolicy', policy)).filter(({ Effect }) => Effect === 'Allow');

describe('the bus', () => {
  test('has a name, a key, and keeps what cannot be encrypted', () => {
    const stack = stackOf();
    const hub = hubIn(stack);
    const resources = resourcesOf(stack);
    expect(only(resources, 'AWS::Events::EventBus', /^HubBus/).Properties).toMatchObject({
      Name: hub.hubName, KmsKeyIdentifier: { 'Fn::GetAtt': [expect.stringMatching(/^HubKey/), 'Arn'] },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^HubEventsDeadLetters/), 'Arn'] } },
    });
    expect(hub.hubName).toMatch(/^[A-Za-z0-9._-]{1,40}$/);
  });

  test('lets members of the organization put events of AWS Config, of the library, and of what is added, and nothing else', () => {
    const [policy, ...others] = busStatements(resourcesWith({ additionalSources: ['aws.guardduty'] }));
    expect(others).toEqual([]);
    expect(policy.Statement).toMatchObject({
      Effect: 'Allow', Principal: '*', Action: 'events:PutEvents',
      Condition: {
        'StringEquals': { 'aws:PrincipalOrgID': ORGANIZATION },
        'ForAllValues:StringEquals': { 'events:source': ['aws.config', 'compliance.monitoring', 'aws.guardduty'] },
        'Null': { 'events:source': 'false' },
      },
    });
  });

  test('lets accounts, or an organization and accounts, or nobody else', () => {
    const principals = (access: HubAccess) => busStatements(resourcesWith({ access })).map(({ Statement }) => {
      const { Principal } = Statement as { Principal: string | { AWS: unknown } };
      return typeof Principal === 'string' ? Principal : flatList(Principal.AWS).join();
    });
    const root = 'arn:${AWS::Partition}:iam::222222222222:root';
    expect(principals(HubAccess.accounts(['222222222222']))).toEqual([root]);
    expect(principals(HubAccess.organization(ORGANIZATION, { accounts: ['222222222222'] }))).toEqual(['*', root]);
    expect(principals(HubAccess.ownAccount())).toEqual([]);
  });

  test("of announcements takes the hub's own role only, and no rule of it leads to the queue", () => {
    const resources = resourcesWith();
    expect(only(resources, 'AWS::Events::EventBus', /^HubAnnouncements/).Properties.KmsKeyIdentifier).toBeDefined();
    const [policy, ...others] = busStatements(resources, /^\$\{HubAnnouncements/);
    expect(others).toEqual([]);
    expect(policy.Statement).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'events:PutEvents' });
    const { ArnNotEquals } = (policy.Statement as { Condition: { ArnNotEquals: { [key: string]: unknown } } }).Condition;
    expect(flat(ArnNotEquals['aws:PrincipalArn'])).toMatch(/^\$\{HubAnnounceRole/);
    const buses = ofType(resources, 'AWS::Events::Rule').map(([, { Properties }]) => flat(Properties.EventBusName ?? 'default'));
    expect(buses.filter((bus) => bus.startsWith('${HubAnnouncements'))).toEqual([]);
  });

  test('is archived for a time, without what the library itself sends', () => {
    const archive = only(resourcesWith({ additionalSources: ['bank'], archiveRetention: Duration.days(7) }), 'AWS::Events::Archive').Properties;
    expect(archive).toMatchObject({ RetentionDays: 7, EventPattern: { source: ['aws.config', 'bank'] }, KmsKeyIdentifier: expect.anything() as unknown });
    expect(flat(archive.SourceArn)).toMatch(/^\$\{HubBus/);
    expect(only(resourcesWith(), 'AWS::Events::Archive').Properties.RetentionDays).toBe(30);
  });
});

describe('the intake', () => {
  test('members reach the queue by one rule, which a replay passes as well', () => {
    const rule = ruleIn(resourcesWith({ additionalSources: ['bank'] }), /^HubIngestRule/);
    expect(rule).toMatchObject({ State: 'ENABLED', EventPattern: { source: ['aws.config', 'compliance.monitoring', 'bank'] } });
    expect(JSON.stringify(rule.EventPattern)).not.toContain('replay-name');
    expect(flat(rule.EventBusName)).toMatch(/^\$\{HubBus/);
    expect(targetOf(rule)).toEqual({
      Id: 'Target0',
      Arn: { 'Fn::GetAtt': [expect.stringMatching(/^HubEventsQueue/), 'Arn'] },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^HubEventsDeadLetters/), 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2 },
    });
  });

  test("the hub's own account reaches it from its default bus, with a heartbeat", () => {
    const resources = resourcesWith({ additionalSources: ['bank'] });
    const rule = ruleIn(resources, /^HubOwnAccountRule/);
    expect(rule.EventBusName).toBeUndefined();
    expect(rule.EventPattern).toEqual({
      'source': ['aws.config', 'compliance.monitoring'],
      'account': [{ Ref: 'AWS::AccountId' }],
      'detail-type': ['Config Rules Compliance Change', 'Config Configuration Item Change', 'Compliance Heartbeat', 'Compliance Verification'],
    });
    expect(ruleIn(resources, /^HubOwnAccountAdditionalRule/).EventPattern).toEqual({ source: ['bank'], account: [{ Ref: 'AWS::AccountId' }] });
    expect(only(resources, 'AWS::Scheduler::Schedule', /^HubHeartbeat/).DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^HubOwnAccountRule/)]));
  });

  test('or does not', () => {
    const resources = resourcesWith({ ownAccount: false });
    expect(ofType(resources, 'AWS::Events::Rule').filter(([id]) => /OwnAccount/.test(id))).toEqual([]);
    expect(ofType(resources, 'AWS::Scheduler::Schedule').filter(([id]) => /Heartbeat/.test(id))).toEqual([]);
  });

  test('only these rules may send to the queue; only they and the buses to the dead-letter queue', () => {
    const resources = resourcesWith();
    const sources = (policy: RegExp) => allowed(resources, policy).map(({ Principal, Action, Condition }) => {
      const { ArnEquals } = Condition as { ArnEquals: { 'aws:SourceArn': unknown } };
      return [JSON.stringify(Principal), Action, flatList(ArnEquals['aws:SourceArn']).map((arn) => arn.replace(/[0-9A-F]{8}.*$/, ''))];
    });
    const service = '{"Service":"events.amazonaws.com"}';
    const rules = ['${HubIngestRule', '${HubOwnAccountRule'];
    expect(sources(/^HubEventsQueuePolicy/)).toEqual([[service, 'sqs:SendMessage', rules]]);
    expect(sources(/^HubEventsDeadLettersPolicy/)).toEqual([
      [service, 'sqs:SendMessage', ['${HubBus']], [service, 'sqs:SendMessage', ['${HubAnnouncements']], [service, 'sqs:SendMessage', rules],
    ]);
  });
});

test('the queue keeps events for a week, and gives one up after five attempts of six minutes', () => {
  const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = only(resourcesWith(), 'AWS::SQS::Queue', /^HubEventsQueue/).Properties;
  expect([VisibilityTimeout, MessageRetentionPeriod]).toEqual([360, 604_800]);
  expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 5, deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^HubEventsDeadLetters/), 'Arn'] } });
});

test('ingest is told the hub, and how long things are remembered: what is gone for longer than the archive', () => {
  const settings = (props: Partial<ComplianceEventHubProps>) => settingsOf(/^HubIngest/, props);
  expect(settings({ busName: 'compliance' })).toMatchObject({ HUB_NAME: 'compliance', RETENTION_DAYS: '90', TOMBSTONE_DAYS: '44' });
  expect(settings({ retention: Duration.days(365), archiveRetention: Duration.days(7), logResourceIds: true }))
    .toMatchObject({ RETENTION_DAYS: '365', TOMBSTONE_DAYS: '21', LOG_RESOURCE_IDS: 'true' });
});

describe('alarms', () => {
  const alarmsOf = (props: Partial<ComplianceEventHubProps> = {}, stack = stackOf()) => {
    hubIn(stack, { busName: 'compliance', ...props });
    return ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) =>
      ({ ...Properties, id: id.replace(/^Hub|Alarm[0-9A-F]{8}$/g, '') } as { [name: string]: unknown; id: string }));
  };

  test('tell the alert topic, and what cannot wait the critical one', () => {
    const told = alarmsOf().map(({ id, AlarmActions, Threshold, ComparisonOperator, AlarmDescription }) => [
      id, ComparisonOperator === 'GreaterThanThreshold' ? '>' : '>=', Threshold, String(AlarmDescription).replace(/^.*#/, ''),
      ...flatList(AlarmActions).map((action) => action.replace(/^\$\{HubTopics|[0-9A-F]{8}\}$/g, '')),
    ]);
    expect(told.sort(([one], [other]) => (one! < other! ? -1 : 1))).toEqual([
      ['AnnounceDeadLetter', '>=', 1, 'changes-not-announced', 'Alerts'],
      ['AnnounceError', '>=', 1, 'announce-function-errors', 'Alerts'],
      ['AnnounceLate', '>=', 600_000, 'announcements-late', 'Alerts'],
      ['AuditMismatch', '>=', 1, 'counter-audit-mismatch', 'Alerts'],
      ['AuditRecountError', '>=', 1, 'counter-audit-errors', 'Alerts'],
      ['BackfillReadError', '>=', 1, 'event-backfill-errors', 'Alerts'],
      ['BackfillTasksDeadLetter', '>=', 1, 'event-backfill-dead-letters', 'Alerts'],
      ['DeadLetter', '>=', 1, 'compliance-event-dead-letters', 'Alerts'],
      ['ErrorRate', '>', 5, 'compliance-event-error-rate', 'Alerts'],
      ['ExportWriteError', '>=', 1, 'event-export-errors', 'Alerts'],
      ['FailedDeliveries', '>=', 1, 'hub-delivery-failed', 'Alerts'],
      ['IngestError', '>=', 1, 'compliance-event-ingest-errors', 'Alerts'],
      ['IngestThrottle', '>=', 1, 'compliance-event-ingest-throttles', 'Alerts'],
      ['LateEvents', '>', 900, 'compliance-events-late', 'Alerts', 'Critical'],
      ['LostEvents', '>=', 1, 'hub-events-lost', 'Alerts', 'Critical'],
      ['ManyDeadLetters', '>', 10, 'compliance-event-dead-letters', 'Alerts', 'Critical'],
      ['SlowIngest', '>', 10_000, 'compliance-event-ingest-slow', 'Alerts'],
      ['UpkeepDeadLetter', '>=', 1, 'hub-upkeep-dead-letters', 'Alerts'],
      ['WatchLookError', '>=', 1, 'member-watch-errors', 'Alerts'],
      ['WatchSilentMembers', '>=', 1, 'silent-members', 'Alerts', 'Critical'],
      ['WatchUnhealthyRecorders', '>=', 1, 'member-recorders-unhealthy', 'Alerts'],
    ]);
  });

  test('the error rate is of all events, 100 % where none was processed', () => {
    const { Metrics } = alarmsOf().find(({ id }) => id === 'ErrorRate') as { Metrics?: { [name: string]: unknown }[] };
    expect(Metrics!.map(({ Id, Expression, MetricStat }) => [Id, Expression ?? (MetricStat as { Metric: unknown }).Metric])).toEqual([
      ['expr_1', 'IF(failed > 0, IF(done > failed, 100 * failed / done, 100), 0)'],
      ['failed', 'FILL(errors, 0)'],
      ['errors', { Namespace: 'ConfigCompliance', MetricName: 'ConfigEventProcessingErrors', Dimensions: [{ Name: 'Hub', Value: 'compliance' }] }],
      ['done', 'FILL(processed, 0)'],
      ['processed', { Namespace: 'ConfigCompliance', MetricName: 'ConfigEventsProcessed', Dimensions: [{ Name: 'Hub', Value: 'compliance' }] }],
    ]);
  });

  test('on the rule name it as CloudWatch does, beside its bus', () => {
    const { MetricName, Namespace, Dimensions } = alarmsOf().find(({ id }) => id === 'FailedDeliveries')!;
    expect([Namespace, MetricName]).toEqual(['AWS/Events', 'FailedInvocations']);
    expect((Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => [Name, JSON.stringify(Value).replace(/[0-9A-F]{8}/g, '')])).toEqual([
      ['EventBusName', '{"Ref":"HubBus"}'], ['RuleName', '{"Fn::Select":[2,{"Fn::Split":["/",{"Fn::GetAtt":["HubIngestRule","Arn"]}]}]}'],
    ]);
  });

  test('can be left out, and tell no critical topic outside of production', () => {
    expect(alarmsOf({ alarms: false })).toEqual([]);
    expect(JSON.stringify(alarmsOf({ profile: EnvironmentProfile.DEV }))).not.toContain('Critical');
  });
});

test('every metric has the name of the hub as its dimension', () => {
  const hub = hubIn(stackOf(), { busName: 'compliance' });
  const metrics = [
    hub.metricEventsProcessed(), hub.metricEventProcessingErrors(), hub.metricViolationNotifications(), hub.metricEventLatency(),
    hub.metricComplianceScore(), hub.metricEventsDuplicate(), hub.metricEventsStale(), hub.metricCommitConflicts(),
    hub.metricEventsLearnedByBackfill(),
    hub.metricCounterAuditMismatch(), hub.metricSilentMembers(), hub.metricUnhealthyRecorders(), hub.metricUnreadableMembers(),
  ];
  expect(metrics.map(({ metricName }) => metricName).sort()).toEqual(Object.values(EVENT_METRICS).sort());
  for (const metric of metrics) { expect(metric).toMatchObject({ namespace: 'ConfigCompliance', dimensions: { Hub: 'compliance' }, period: Duration.minutes(5) }); }
  expect(hub.metricEventLatency({ statistic: 'p50' }).statistic).toBe('p50');
  expect(hub.metricErrorRate({ period: Duration.hours(1) }).period).toEqual(Duration.hours(1));
  expect(hub.metricLostEvents()).toMatchObject({ namespace: 'AWS/Events', metricName: 'InvocationsFailedToBeSentToDlq' });
});

describe('what keeps the truth', () => {
  const functionsOf = (props: Partial<ComplianceEventHubProps> = {}) =>
    hubIn(stackOf(), props).functions.map(({ node }) => node.path.replace(/^Stack\/Hub\/|\/Function$/g, ''));

  test('is a function each', () => {
    expect(functionsOf()).toEqual(['Ingest', 'Announce/Announce', 'Watch/Look', 'Audit/Recount', 'Export/Write', 'Backfill/Read']);
    expect(functionsOf({ backfill: HubBackfill.none() })).not.toContain('Backfill/Read');
  });

  test('reads members by the role that they expect, under the prefix that they were told', () => {
    const role = only(resourcesWith({ busName: 'compliance' }), 'AWS::IAM::Role', /^HubBackfillReadRole/);
    expect(flat(role.Properties.RoleName)).toBe('compliance-backfill-${AWS::Region}');
    expect(settingsOf(/^HubBackfill/, { busName: 'compliance' })).toMatchObject({ READER_ROLE_PREFIX: 'compliance-reader' });
    expect(settingsOf(/^HubBackfill/, { backfill: HubBackfill.readerRoles({ readerRolePrefix: 'bank' }) })).toMatchObject({ READER_ROLE_PREFIX: 'bank' });
    expect(settingsOf(/^HubBackfill/, { backfill: HubBackfill.aggregator('organization') })).toMatchObject({ AGGREGATOR_NAME: 'organization' });
  });

  test('runs as often as it is told', () => {
    const schedule = (backfill?: HubBackfill) => ruleIn(resourcesWith({ backfill }), /^HubBackfillSchedule/).ScheduleExpression;
    const rare = HubBackfill.aggregator('organization', { interval: Duration.days(1) });
    expect([schedule(), schedule(HubBackfill.readerRoles({ interval: Duration.hours(1) })), schedule(rare)]).toEqual(['rate(6 hours)', 'rate(1 hour)', 'rate(1 day)']);
  });

  test('knows who is expected, by account and region', () => {
    const expectedMembers = [{ account: '222222222222', regions: ['eu-central-1', 'eu-west-1'] }, { account: '333333333333', regions: ['eu-west-1'] }];
    for (const id of [/^HubWatch/, /^HubBackfill/]) {
      expect(membersOfSetting(settingsOf(id, { expectedMembers }).EXPECTED_MEMBERS as string)).toEqual([
        { account: '222222222222', region: 'eu-central-1' }, { account: '222222222222', region: 'eu-west-1' }, { account: '333333333333', region: 'eu-west-1' },
      ]);
    }
  });

  test('what could not be started, or failed, is kept', () => {
    const resources = resourcesWith();
    const scheduled = ofType(resources, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties.ScheduleExpression !== undefined);
    expect(scheduled).toHaveLength(4);
    for (const [, { Properties }] of scheduled) { expect(JSON.stringify(targetOf(Properties).DeadLetterConfig)).toContain('HubUpkeepDeadLetters'); }
    const kept = ofType(resources, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => JSON.stringify(Properties));
    expect(kept.filter((config) => config.includes('HubUpkeepDeadLetters'))).toHaveLength(4);
  });
});

describe('what holds data', () => {
  const kept = (resources: Resources) => ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'].flatMap((type) =>
    ofType(resources, type).map(([, { DeletionPolicy }]) => DeletionPolicy));

  test('is kept and protected, unless the environment is to vanish', () => {
    const resources = resourcesWith();
    expect(new Set(kept(resources))).toEqual(new Set(['Retain']));
    expect(only(resources, 'AWS::DynamoDB::Table').Properties.DeletionProtectionEnabled).toBe(true);
    expect(new Set(kept(resourcesWith({ profile: EnvironmentProfile.EPHEMERAL })))).toEqual(new Set(['Delete']));
    expect(new Set(kept(resourcesWith({ removalPolicy: RemovalPolicy.DESTROY })))).toEqual(new Set(['Delete']));
  });

  test('is encrypted with one key', () => {
    const resources = resourcesWith();
    const key = /"HubKey/;
    expect(JSON.stringify(only(resources, 'AWS::DynamoDB::Table').Properties.SSESpecification)).toMatch(key);
    expect(JSON.stringify(only(resources, 'AWS::S3::Bucket', /^HubReportsBucket/).Properties.BucketEncryption)).toMatch(key);
    for (const [, { Properties }] of ofType(resources, 'AWS::SQS::Queue')) { expect(JSON.stringify(Properties.KmsMasterKeyId)).toMatch(key); }
    for (const [, { Properties }] of ofType(resources, 'AWS::Logs::LogGroup')) { expect(JSON.stringify(Properties.KmsKeyId)).toMatch(key); }
  });

  test("a key, a bucket and topics of the consumer's are used", () => {
    const stack = stackOf();
    const encryptionKey = new Key(stack, 'Own');
    const reportsBucket = new Bucket(stack, 'Reports');
    const [alertTopic, criticalTopic] = ['Alerts', 'Critical'].map((id) => new Topic(stack, id));
    const hub = hubIn(stack, { encryptionKey, reportsBucket, alertTopic, criticalTopic });
    const resources = resourcesOf(stack);
    const used = [hub.encryptionKey, hub.reportsBucket, hub.alertTopic, hub.criticalTopic];
    expect(used).toEqual([encryptionKey, reportsBucket, alertTopic, criticalTopic]);
    expect(ofType(resources, 'AWS::KMS::Key')).toHaveLength(1);
    expect(ofType(resources, 'AWS::S3::Bucket')).toHaveLength(1);
    expect(ofType(resources, 'AWS::SNS::Topic')).toHaveLength(2);
  });

  test('an imported key warns, once', () => {
    const stack = stackOf();
    hubIn(stack, { encryptionKey: Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-central-1:111111111111:key/1') });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('ComplianceKey.importedKey'))).toHaveLength(1);
  });

  test('is tagged', () => {
    const tags = (props: Partial<ComplianceEventHubProps>) => (only(resourcesWith(props), 'AWS::DynamoDB::Table').Properties.Tags as { Key: string; Value: string }[])
      .map(({ Key: key, Value }) => `${key}=${Value}`);
    expect(tags({ organizationName: 'bank', tags: { dataClassification: DataClassification.RESTRICTED } }))
      .toEqual(['CostCenter=infrastructure', 'DataClassification=Restricted', 'Environment=Prod', 'Organization=bank']);
    expect(tags({})).toEqual(['CostCenter=infrastructure', 'DataClassification=Confidential', 'Environment=Prod']);
  });
});

test('two stand in one stack, with names of their own, and the same tree in two stages', () => {
  const app = new App();
  const names = ['One', 'Two'].flatMap((name) => {
    const stack = new Stack(new Stage(app, name, { env: HERE }), 'Monitoring');
    const hubs = [hubIn(stack), hubIn(stack, {}, 'Other')];
    expect(ofType(resourcesOf(stack), 'AWS::Events::Archive')).toHaveLength(2);
    return hubs.map(({ hubName }) => hubName);
  });
  expect(new Set(names).size).toBe(4);
});

test.each([['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov']])('it works in %s', (region) => {
  const template = JSON.stringify(resourcesWith({}, stackOf({ env: { account: HERE.account, region } })));
  expect(template).not.toContain('arn:aws:');
  expect(template.replace(/vpce\.amazonaws\.com|\w+\.amazonaws\.com"/g, '')).not.toContain('.amazonaws.com/');
});

test('organization, members and accounts may be known at deployment only', () => {
  const stack = stackOf();
  const [organization, account] = ['Organization', 'Member'].map((id) => new CfnParameter(stack, id).valueAsString);
  hubIn(stack, { access: HubAccess.organization(organization), expectedMembers: [{ account, regions: [Aws.REGION] }] });
  hubIn(stack, { access: HubAccess.accounts([account]), expectedMembers: [{ account, regions: ['eu-west-1'] }] }, 'Listed');
  const resources = resourcesOf(stack);
  expect(busStatements(resources).map(({ Statement }) => (Statement as { Condition: { StringEquals: unknown } }).Condition.StringEquals))
    .toEqual([{ 'aws:PrincipalOrgID': { Ref: 'Organization' } }]);
  expect(JSON.stringify(busStatements(resources, /^\$\{ListedBus/))).toContain('{"Ref":"Member"}');
  const watch = only(resources, 'AWS::Lambda::Function', /^HubWatch/).Properties.Environment as { Variables: { [name: string]: unknown } };
  expect(flat(watch.Variables.EXPECTED_MEMBERS)).toBe('[["${AWS::Region}",["${Member}"]]]');
});

test('it stays below a fifth of what a stack can hold', () => {
  const { length } = Object.keys(resourcesWith({ additionalSources: ['bank'], accountScores: true }));
  expect(length).toBeGreaterThan(80);
  expect(length).toBeLessThan(100);
});

test('a member of the same app reaches it by name, and both derive the same names of roles', () => {
  const app = new App();
  const hub = hubIn(new Stack(app, 'HubStack', { env: { account: '222222222222', region: 'eu-west-1' } }), { busName: 'compliance' });
  const member = new Stack(app, 'Member', { env: HERE });
  new CrossAccountEventForwarder(member, 'Forwarder', { hubBus: hub.eventBus });
  const resources = resourcesOf(member);
  expect(flat(targetOf(ruleIn(resources, /^ForwarderRule/)).Arn)).toBe('arn:${AWS::Partition}:events:eu-west-1:222222222222:event-bus/compliance');
  expect(flat(only(resources, 'AWS::IAM::Role', /^ForwarderReaderRole/).Properties.RoleName)).toBe('compliance-reader-eu-central-1');
});

describe('a hub that exists', () => {
  test('is used by what it consists of', () => {
    const stack = stackOf();
    const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111111111111:key/1');
    const hub = ComplianceEventHub.fromComplianceEventHubAttributes(stack, 'Hub', {
      encryptionKey,
      eventBus: EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-central-1:111111111111:event-bus/compliance'),
      announcementBus: EventBus.fromEventBusArn(stack, 'Announcements', 'arn:aws:events:eu-central-1:111111111111:event-bus/announcements'),
      eventTable: dynamodb.Table.fromTableAttributes(stack, 'Table', { tableName: 'events', encryptionKey }),
      reportsBucket: Bucket.fromBucketAttributes(stack, 'Reports', { bucketName: 'reports', encryptionKey }),
    });
    expect(hub.hubName).toBe('compliance');
    const role = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountPrincipal(Aws.ACCOUNT_ID) });
    hub.grantReadEvents(role);
    const statements = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy'));
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual(
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Query', 'kms:Decrypt', 'kms:DescribeKey']);
  });
});

describe('refusals', () => {
  const HUB = 'ComplianceEventHub';
  const members = (account: string, regions: string[]) => ({ expectedMembers: [{ account, regions }] });
  const days = new CfnParameter(stackOf(), 'Days', { type: 'Number' }).valueAsNumber;
  test.each<[string, Partial<ComplianceEventHubProps>, string]>([
    ['too long a name', { busName: 'b'.repeat(41) }, `${HUB}.busName: got "${'b'.repeat(41)}", but allowed is 1 to 40 letters, digits and the characters . _ - , `
      + 'and not default; choose another name, or leave it out'],
    ['the default bus', { busName: 'default' }, `${HUB}.busName: got "default", but allowed is 1 to 40 letters, digits and the characters . _ - , and not default; `
      + 'choose another name, or leave it out'],
    ['a name with a slash', { busName: 'bank/hub' }, `${HUB}.busName: got "bank/hub", but allowed is 1 to 40 letters, digits and the characters . _ - , and not default; `
      + 'choose another name, or leave it out'],
    ['a name that nobody knows yet', { busName: Aws.STACK_NAME }, `${HUB}.busName: got "a token", but allowed is a name that is known at synth, since members and `
      + 'roles are named after it; give the name itself'],
    ['no retention', { retention: Duration.days(0) }, `${HUB}.retention: got "Duration.days(0)", but allowed is a whole number of days from 1 to 3650; give it as Duration.days(n)`],
    ['hours', { archiveRetention: Duration.hours(36) }, `${HUB}.archiveRetention: got "Duration.hours(36)", but allowed is a whole number of days from 1 to 3650; `
      + 'give it as Duration.days(n)'],
    ['a time that nobody knows yet', { retention: Duration.days(days) }, `${HUB}.retention: got "a token", but allowed is a time that is known at synth; give it as Duration.days(n)`],
    ['our own source', { additionalSources: ['compliance.monitoring'] }, `${HUB}.additionalSources[0]: got "compliance.monitoring", but allowed is sources beside `
      + 'aws.config and compliance.monitoring, which are let in anyway; leave it out'],
    ['a wrong organization', { organizationName: 'aws-bank' }, `${HUB}.organizationName: got "aws-bank", but allowed is a name that does not start with aws or ssm, `
      + 'which Parameter Store reserves; choose another name'],
    ['no account', members('1234', ['eu-west-1']), `${HUB}.expectedMembers[0].account: got "1234", but allowed is an account id of 12 digits; write it as a text, with its leading zeros`],
    ['no region', members('222222222222', []), `${HUB}.expectedMembers[0].regions: got [], but allowed is at least one region; name the regions that have a forwarder`],
    ['a city', members('222222222222', ['Frankfurt']), `${HUB}.expectedMembers[0].regions[0]: got "Frankfurt", but allowed is a region such as eu-central-1; write its name, not its city`],
    ['a region twice', members('222222222222', ['eu-west-1', 'eu-west-1']), `${HUB}.expectedMembers[0].regions[1]: got "eu-west-1", but allowed is each region once; remove the second one`],
    ['an account twice', { expectedMembers: [1, 2].map(() => ({ account: '222222222222', regions: ['eu-west-1'] })) },
      `${HUB}.expectedMembers[0].account: got "222222222222", but allowed is each account once; give its regions together`.replace('[0]', '[1]')],
  ])('%s', (_, props, message) => { expect(() => hubIn(stackOf({ env: HERE }), props)).toThrow(new Error(message)); });

  test('an expected member that nobody lets in', () => {
    const access = HubAccess.accounts(['222222222222']);
    const expect3 = () => hubIn(stackOf({ env: HERE }), { access, ...members('333333333333', ['eu-west-1']) });
    expect(expect3).toThrow(new Error(`${HUB}.expectedMembers[0].account: got "333333333333", but allowed is an account that access lets in; add it to HubAccess.accounts(), `
      + 'or do not expect it'));
    expect(() => hubIn(stackOf({ env: HERE }), { access, ...members(HERE.account, ['eu-west-1']) })).not.toThrow();
    expect(() => hubIn(stackOf(), { access, ...members('333333333333', ['eu-west-1']) })).not.toThrow();
    expect(() => hubIn(stackOf({ env: HERE }), members('333333333333', ['eu-west-1', 'us-gov-east-1', 'ap-southeast-5']))).not.toThrow();
  });

  test.each<[string, () => unknown, string]>([
    ['no organization', () => HubAccess.organization('bank'), 'HubAccess.organization.organizationId: got "bank", but allowed is o- and 10 to 32 lower-case letters or digits; '
      + 'take it from AWS Organizations'],
    ['no account beside it', () => HubAccess.organization(ORGANIZATION, { accounts: ['1'] }), 'HubAccess.organization.accounts[0]: got "1", but allowed is an account id of 12 digits; '
      + 'write it as a text, with its leading zeros'],
    ['nobody', () => HubAccess.accounts([]), 'HubAccess.accounts: got [], but allowed is at least one account; give HubAccess.ownAccount() where there is none'],
    ['an account twice', () => HubAccess.accounts(['222222222222', '222222222222']), 'HubAccess.accounts[1]: got "222222222222", but allowed is each account once; remove the second one'],
    ['too frequent a backfill', () => HubBackfill.readerRoles({ interval: Duration.minutes(5) }), 'HubBackfill.readerRoles.interval: got "Duration.minutes(5)", but allowed is '
      + 'a whole number of minutes from 60 to 10080; give it in hours or days'],
    ['a wrong prefix', () => HubBackfill.readerRoles({ readerRolePrefix: 'a/b' }), 'HubBackfill.readerRoles.readerRolePrefix: got "a/b", but allowed is 1 to 49 letters, '
      + 'digits and the characters + = , . @ _ -; choose a shorter name without other characters'],
    ['no aggregator', () => HubBackfill.aggregator(' '), 'HubBackfill.aggregator.aggregatorName: got " ", but allowed is a text of 1 to 256 characters; '
      + 'give the name that `aws configservice describe-configuration-aggregators` shows'],
  ])('%s', (_, make, message) => { expect(make).toThrow(new Error(message)); });
});
