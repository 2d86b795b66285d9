import { Aws, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HubOfParts } from './hub-of-parts';
import { Audit } from '../../../src/events/audit';
import { Backfill, BackfillProps } from '../../../src/events/backfill';
import { AUDIT_SETTINGS, BACKFILL_SETTINGS, EXPORT_SETTINGS, membersOfSetting, READER_ACTIONS, WATCH_SETTINGS } from '../../../src/events/contract';
import { Export } from '../../../src/events/export';
import { Watch } from '../../../src/events/watch';
import { flat, flatList, ofType, only, Resources, resourcesOf, stackOf, Statement, statementsOf } from '../support';

const HERE = { account: '111111111111', region: 'eu-central-1' };
const member = { account: '222222222222', region: 'eu-west-1' };
const everythingIn = (stack: Stack, more: Partial<BackfillProps> = {}) => {
  const { hubName, eventTable: table, encryptionKey, reportsBucket } = new HubOfParts(stack, 'Hub');
  const [alertTopic, criticalTopic] = ['Alerts', 'Critical'].map((id) => new Topic(stack, id));
  const common = {
    hubName, table, encryptionKey, logRetention: RetentionDays.ONE_MONTH, logRemovalPolicy: RemovalPolicy.DESTROY,
    alarms: { alertTopic, criticalTopic }, retention: Duration.days(90), expectedMembers: [member], ...more,
  };
  const tombstoneRetention = Duration.days(44);
  const backfill = new Backfill(stack, 'Backfill', {
    ...common, admitted: { accounts: [member.account] }, ownAccount: true, interval: Duration.hours(6), tombstoneRetention, ...more,
  });
  const watch = new Watch(stack, 'Watch', { ...common, grace: Duration.hours(1), accountScores: false });
  const audit = new Audit(stack, 'Audit', common);
  const exported = new Export(stack, 'Export', { ...common, reportsBucket });
  return { backfill, watch, audit, exported };
};
const functionIn = (resources: Resources, id: RegExp) => only(resources, 'AWS::Lambda::Function', id).Properties as {
  Environment: { Variables: { [name: string]: unknown } }; Timeout: number; MemorySize: number;
};
const policyOf = (resources: Resources, id: RegExp) => statementsOf(only(resources, 'AWS::IAM::Policy', id));
const of = (statements: Statement[], action: RegExp) => statements.filter(({ Action }) => flatList(Action).some((each) => action.test(each)));
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');

describe('the functions around the table of events', () => {
  const stack = stackOf({ env: HERE });
  const all = everythingIn(stack);
  const resources = resourcesOf(stack);

  test.each([['Backfill', BACKFILL_SETTINGS], ['Watch', WATCH_SETTINGS], ['Audit', AUDIT_SETTINGS], ['Export', EXPORT_SETTINGS]])(
    '%s has every setting of the contract, and no other', (id, settings) => {
      const names = Object.values<string>(settings).filter((name) => name !== BACKFILL_SETTINGS.aggregatorName);
      expect(Object.keys(functionIn(resources, new RegExp(`^${id}`)).Environment.Variables).sort()).toEqual(names.sort());
    });

  test('have settings that say what was asked for', () => {
    expect(functionIn(resources, /^Backfill/).Environment.Variables).toMatchObject({
      HUB_NAME: 'compliance', ACCOUNT: '111111111111', OWN_ACCOUNT: 'true', READER_ROLE_PREFIX: 'compliance-reader', RETENTION_DAYS: '90', TOMBSTONE_DAYS: '44',
    });
    expect(membersOfSetting(functionIn(resources, /^Watch/).Environment.Variables.EXPECTED_MEMBERS as string)).toEqual([member]);
    expect(functionIn(resources, /^Watch/).Environment.Variables).toMatchObject({ GRACE_MINUTES: '60', ACCOUNT_SCORES: 'false' });
  });

  test('may do with the table what they need, and nothing more', () => {
    const actions = (id: RegExp) => of(policyOf(resources, id), /^dynamodb:/).filter(({ Resource }) => !flat(Resource).includes('/index/'))
      .flatMap(({ Action }) => flatList(Action)).map((action) => action.replace('dynamodb:', '')).sort();
    expect(actions(/^Watch/)).toEqual(['DeleteItem', 'PutItem', 'Query', 'UpdateItem']);
    expect(actions(/^Audit/)).toEqual(['PutItem', 'Query', 'Scan', 'UpdateItem']);
    expect(actions(/^Export/)).toEqual(['BatchGetItem', 'Query']);
    expect(actions(/^Backfill/)).toEqual(['BatchGetItem', 'DeleteItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']);
  });

  test('assume the members\' reader roles and no others, and only read AWS Config', () => {
    const statements = policyOf(resources, /^Backfill/);
    expect(of(statements, /^sts:/).map(({ Action, Resource, Condition }) => [Action, flat(Resource), Condition])).toEqual([
      ['sts:AssumeRole', 'arn:${AWS::Partition}:iam::*:role/compliance-reader-*', { StringEquals: { 'aws:ResourceAccount': ['111111111111', '222222222222'] } }],
    ]);
    const byRule = 'config:GetComplianceDetailsByConfigRule';
    expect(of(statements, /^config:/).map(({ Action, Resource }) => [Action, flat(Resource)])).toEqual([
      [byRule, 'arn:${AWS::Partition}:config:eu-central-1:111111111111:config-rule/*'], [READER_ACTIONS.filter((action) => action !== byRule), '*'],
    ]);
    expect(only(resources, 'AWS::IAM::Role', /^Backfill/).Properties.RoleName).toBe('compliance-backfill-eu-central-1');
    for (const id of [/^Watch/, /^Audit/, /^Export/]) expect(of(policyOf(resources, id), /^(sts|config):/)).toEqual([]);
  });

  test('write exports below their prefix only, with the key through S3 only', () => {
    const statements = policyOf(resources, /^Export/);
    expect(of(statements, /^s3:/).map(({ Action, Resource }) => [Action, short(flat(Resource))])).toEqual([
      ['s3:PutObject', '${HubReports.Arn}/compliance-events/*'],
    ]);
    expect(of(statements, /^kms:GenerateDataKey$/).map(({ Condition }) => Condition)).toEqual([
      { StringLike: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com*' } },
    ]);
  });

  test('are started on their schedules, the export for each of three days', () => {
    const rules = ofType(resources, 'AWS::Events::Rule').map(([, { Properties }]) => Properties as { ScheduleExpression: string; Targets: { Input: string }[] });
    expect(rules.map(({ ScheduleExpression, Targets }) => [ScheduleExpression, ...Targets.map(({ Input }) => Input)])).toEqual([
      ['rate(6 hours)', '{"backfill":"all"}'], ['rate(5 minutes)', '{}'], ['cron(30 0 * * ? *)', '{}'],
      ['cron(0 2 * * ? *)', '{"daysAgo":1}', '{"daysAgo":2}', '{"daysAgo":3}'],
    ]);
  });

  test('read members one by one, from a queue that waits longer than the function takes', () => {
    expect(only(resources, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 5 } });
    const { VisibilityTimeout, RedrivePolicy } = only(resources, 'AWS::SQS::Queue', /^BackfillTasksQueue/).Properties;
    expect(VisibilityTimeout).toBe(6 * functionIn(resources, /^Backfill/).Timeout);
    expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 3 });
    expect(of(policyOf(resources, /^Backfill/), /^sqs:/).map(({ Action }) => Action)).toEqual([
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
    ]);
  });

  test('have alarms that say where their runbook is; of silence the critical topic is told too', () => {
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties as {
      AlarmDescription: string; AlarmActions: unknown[]; TreatMissingData: string; Threshold: number;
    });
    const told = alarms.map(({ AlarmDescription, AlarmActions, TreatMissingData }) => [
      /#([a-z-]+)$/.exec(AlarmDescription)![1], TreatMissingData, AlarmActions.map((action) => short(flat(action)).slice(2, -1)).join(),
    ].join(' ')).sort();
    expect(told).toEqual([
      'counter-audit-errors notBreaching Alerts', 'counter-audit-mismatch ignore Alerts', 'event-backfill-dead-letters notBreaching Alerts',
      'event-backfill-errors notBreaching Alerts', 'event-export-errors notBreaching Alerts', 'member-recorders-unhealthy missing Alerts',
      'member-watch-errors notBreaching Alerts', 'silent-members missing Alerts,Critical',
    ]);
    expect([...all.backfill.alarms, ...all.watch.alarms, ...all.audit.alarms, ...all.exported.alarms]).toHaveLength(told.length);
  });

  test('pass the security checks', () => {
    const checked = stackOf({ env: HERE });
    everythingIn(checked);
    const parts = ['Backfill', 'Watch', 'Audit', 'Export'].map((id) => checked.node.findChild(id));
    expect(parts.flatMap((part) => new AwsSolutionsChecks().validateScope(part).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`)))).toEqual([]);
  });
});

describe('what is set differently', () => {
  test('whose roles are assumed: those of an organization, and of accounts outside of it', () => {
    const conditions = (admitted: BackfillProps['admitted']) => {
      const stack = stackOf();
      everythingIn(stack, { admitted });
      return of(policyOf(resourcesOf(stack), /^Backfill/), /^sts:/).map(({ Condition }) => (Condition as { StringEquals: unknown }).StringEquals);
    };
    const own = { Ref: 'AWS::AccountId' };
    expect(conditions({ accounts: [] })).toEqual([{ 'aws:ResourceAccount': [own] }]);
    expect(conditions({ accounts: ['333333333333'], organizationId: 'o-a1b2c3d4e5' })).toEqual([
      { 'aws:ResourceAccount': [own, '333333333333'] }, { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' },
    ]);
  });

  test('an aggregator is read instead of the members', () => {
    const stack = stackOf();
    everythingIn(stack, { aggregatorName: 'organization' });
    const resources = resourcesOf(stack);
    expect(functionIn(resources, /^Backfill/).Environment.Variables.AGGREGATOR_NAME).toBe('organization');
    const statements = policyOf(resources, /^Backfill/);
    expect(of(statements, /^sts:/)).toEqual([]);
    expect(of(statements, /^config:/).map(({ Action, Resource }) => [flatList(Action).length, flat(Resource)])).toEqual([
      [3, 'arn:${AWS::Partition}:config:${AWS::Region}:${AWS::AccountId}:config-aggregator/*'],
    ]);
  });

  test('a prefix of reader roles, the own account left out, and no alarms', () => {
    const stack = stackOf();
    const { backfill, watch } = everythingIn(stack, { readerRolePrefix: 'audit', ownAccount: false, alarms: undefined });
    const resources = resourcesOf(stack);
    expect(functionIn(resources, /^Backfill/).Environment.Variables).toMatchObject({ OWN_ACCOUNT: 'false', READER_ROLE_PREFIX: 'audit' });
    expect(of(policyOf(resources, /^Backfill/), /^sts:/).map(({ Resource }) => flat(Resource))).toEqual(['arn:${AWS::Partition}:iam::*:role/audit-*']);
    expect(ofType(resources, 'AWS::CloudWatch::Alarm')).toEqual([]);
    expect([backfill.alarms, watch.alarms]).toEqual([[], []]);
  });

  test('an account that is known at deployment only', () => {
    const stack = stackOf();
    everythingIn(stack, { expectedMembers: [{ account: new CfnParameter(stack, 'Account').valueAsString, region: Aws.REGION }, member] });
    expect(flat(functionIn(resourcesOf(stack), /^Watch/).Environment.Variables.EXPECTED_MEMBERS))
      .toBe('[["${AWS::Region}",["${Account}"]],["eu-west-1",["222222222222"]]]');
  });

  test('more members than the settings of a function hold are refused', () => {
    const expectedMembers = Array.from({ length: 900 }, (_, index) => ({ account: String(100_000_000_000 + (index * 7_919_777_777) % 900_000_000_000), region: 'eu-west-1' }));
    expect(() => everythingIn(stackOf(), { expectedMembers })).toThrow(new Error(
      'ComplianceEventHub.expectedMembers: got "900 accounts and regions", but allowed is a list that takes 3000 characters: some 350 accounts of the same regions; '
      + 'leave out accounts that are heard of already, which are missed without being listed, or divide them among several hubs'));
  });
});
