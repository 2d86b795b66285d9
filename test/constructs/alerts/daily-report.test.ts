import { App, CfnParameter, Stack, Stage, TimeZone, Token } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DailyReport, DailyReportProps, DriftMonitor, EnvironmentProfile } from '../../../src';
import { REPORT_SETTINGS } from '../../../src/alerts/contract';
import { HubOfParts } from '../events/hub-of-parts';
import { judge } from '../security/nag';
import { flat, flatList, monitorIn, ofType, only, Resource, resourcesOf, stackOf, statementsOf } from '../support';

const env = { account: '111111111111', region: 'eu-central-1' };
const reportIn = (stack: Stack, props: Partial<DailyReportProps> = {}, id = 'Report') =>
  new DailyReport(stack, id, { hub: props.hub ?? new HubOfParts(stack, `${id}Hub`), ...props });
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');
const FUNCTION = /^ReportMakeFunction/;
const settingsOf = (stack: Stack) =>
  (only(resourcesOf(stack), 'AWS::Lambda::Function', FUNCTION).Properties.Environment as { Variables: { [name: string]: unknown } }).Variables;
const everything = (stack: Stack): Partial<DailyReportProps> => ({
  webhookSecret: new Secret(stack, 'Webhook'), webhookJsonKey: 'url', emails: ['ciso@bank.example'], monitors: [monitorIn(stack)], alertTopic: new Topic(stack, 'Alerts'),
});

describe('the schedule', () => {
  const scheduleOf = (props: Partial<DailyReportProps>) => {
    const stack = stackOf();
    reportIn(stack, props);
    return only(resourcesOf(stack), 'AWS::Scheduler::Schedule').Properties;
  };

  test('asks at eight in the morning, UTC, and says when it was due', () => {
    const { ScheduleExpression, ScheduleExpressionTimezone, Target } = scheduleOf({});
    expect([ScheduleExpression, ScheduleExpressionTimezone]).toEqual(['cron(0 8 * * ? *)', 'Etc/UTC']);
    const { Arn, Input, DeadLetterConfig, RetryPolicy } = Target as { [name: string]: unknown };
    expect(Input).toBe('{"scheduledAt":"<aws.scheduler.scheduled-time>"}');
    expect([Arn, (DeadLetterConfig as { Arn: unknown }).Arn].map(flat).map(short)).toEqual(['${ReportDueQueue.Arn}', '${ReportDueDeadLetters.Arn}']);
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
  });

  test.each<[Partial<DailyReportProps>, string, string]>([
    [{ hour: 0 }, 'cron(0 0 * * ? *)', 'Etc/UTC'],
    [{ hour: 23, minute: 59, timeZone: TimeZone.EUROPE_BERLIN }, 'cron(59 23 * * ? *)', 'Europe/Berlin'],
    [{ timeZone: TimeZone.of('Asia/Kathmandu') }, 'cron(0 8 * * ? *)', 'Asia/Kathmandu'],
  ])('%#: at another time, in another time zone', (props, expression, zone) => {
    const { ScheduleExpression, ScheduleExpressionTimezone } = scheduleOf(props);
    expect([ScheduleExpression, ScheduleExpressionTimezone]).toEqual([expression, zone]);
  });

  test('takes an hour that is known at deployment only', () => {
    const stack = stackOf();
    reportIn(stack, { hour: new CfnParameter(stack, 'Hour', { type: 'Number' }).valueAsNumber });
    expect(flat(only(resourcesOf(stack), 'AWS::Scheduler::Schedule').Properties.ScheduleExpression)).toBe('cron(0 ${Hour} * * ? *)');
  });

  test('has a role that may send to the queue and to the one for what failed, and that only schedules of this account assume', () => {
    const stack = stackOf();
    reportIn(stack);
    const resources = resourcesOf(stack);
    expect(statementsOf(only(resources, 'AWS::IAM::Policy', /^ReportScheduleRole/)).map(({ Action, Resource: on }) => [flatList(Action), flatList(on).map(short)])).toEqual([
      [['sqs:SendMessage'], ['${ReportDueQueue.Arn}', '${ReportDueDeadLetters.Arn}']],
      [['kms:Decrypt', 'kms:GenerateDataKey'], ['${ReportHubKey.Arn}']],
    ]);
    const [trust] = statementsOf(only(resources, 'AWS::IAM::Role', /^ReportScheduleRole/), 'AssumeRolePolicyDocument');
    expect(trust).toMatchObject({ Principal: { Service: 'scheduler.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } });
    expect(only(resources, 'AWS::Scheduler::Schedule').DependsOn).toEqual([expect.stringMatching(/^ReportScheduleRoleDefaultPolicy/)]);
  });
});

test('an hour over which clocks may be put forward is warned of, and no other', () => {
  const warned = (props: Partial<DailyReportProps>) => {
    const stack = stackOf();
    const { node } = reportIn(stack, props);
    return node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
  };
  expect(warned({ hour: 2, timeZone: TimeZone.EUROPE_BERLIN })).toEqual([
    'Where clocks of Europe/Berlin are put forward over 2 o\'clock, there is no report on that day; choose an hour from 4 on [ack: cdk-compliance-monitoring:DailyReport.skippedHour]',
  ]);
  expect([warned({ hour: 4, timeZone: TimeZone.EUROPE_BERLIN }), warned({ hour: 2 }), warned({ hour: Token.asNumber({ Ref: 'H' }), timeZone: TimeZone.EUROPE_BERLIN })]).toEqual([[], [], []]);
});

describe('the queue', () => {
  test('tries for four hours, twelve minutes apart, and keeps for two weeks what failed', () => {
    const stack = stackOf();
    reportIn(stack);
    const resources = resourcesOf(stack);
    expect(only(resources, 'AWS::SQS::Queue', /^ReportDueQueue/).Properties).toMatchObject({ VisibilityTimeout: 720, RedrivePolicy: { maxReceiveCount: 20 } });
    expect(only(resources, 'AWS::SQS::Queue', /^ReportDueDeadLetters/).Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    expect(only(resources, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(only(resources, 'AWS::Lambda::Function', FUNCTION).Properties).toMatchObject({ Timeout: 120, MemorySize: 512, Architectures: ['arm64'] });
  });
});

describe('the function', () => {
  test('gets every setting that it reads, and no other', () => {
    const stack = stackOf();
    reportIn(stack, everything(stack));
    const settings = settingsOf(stack);
    expect(Object.keys(settings).sort()).toEqual(Object.values(REPORT_SETTINGS).sort());
    expect(settings).toMatchObject({ HUB_NAME: 'compliance', PREFIX: 'daily-reports', TOP_RULES: '10', WEBHOOK_JSON_KEY: 'url', WEBHOOK_HOSTS: 'hooks.slack.com,hooks.slack-gov.com' });
    expect(short(flat(settings.MONITORS))).toBe('[{"organization":"bank","environment":"Staging","tableName":"${DriftTable}","bucketName":"${DriftStateBucket}"}]');
  });

  test('needs nobody to tell: then it only stores', () => {
    const stack = stackOf();
    const report = reportIn(stack, { topRules: 3, prefix: 'a/b' });
    expect(Object.keys(settingsOf(stack)).sort()).toEqual(['BUCKET_NAME', 'HUB_NAME', 'PREFIX', 'REPORT_NAME', 'TABLE_NAME', 'TOP_RULES']);
    expect(settingsOf(stack)).toMatchObject({ TOP_RULES: '3', PREFIX: 'a/b' });
    expect(report.topic).toBeUndefined();
    expect(ofType(resourcesOf(stack), 'AWS::SNS::Topic')).toEqual([]);
  });

  test('may do what it does, and nothing else', () => {
    const stack = stackOf();
    const { reportName } = reportIn(stack, everything(stack));
    const via = (service: string) => ({ StringLike: { 'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.amazonaws.com*']] } } });
    const leading = (...partitions: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions } });
    const statements = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /^ReportMakeRole/));
    expect(statements.map(({ Action, Resource: on, Condition }) => [flatList(Action), flatList(on).map(short), Condition ?? 'always'])).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], ['${ReportMakeLogs.Arn}'], 'always'],
      [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'], 'always'],
      [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], ['${ReportDueQueue.Arn}'], 'always'],
      [['kms:Decrypt'], ['${ReportHubKey.Arn}'], via('sqs')],
      [['dynamodb:BatchGetItem', 'dynamodb:Query'], ['${ReportHubTable.Arn}'], 'always'],
      [['dynamodb:Query'], ['${ReportHubTable.Arn}/index/Timeline'], 'always'],
      [['dynamodb:PutItem'], ['${ReportHubTable.Arn}'], leading(`ONCE#DAILY-REPORT-slack-${reportName}`, `ONCE#DAILY-REPORT-email-${reportName}`)],
      [['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'], ['${ReportHubKey.Arn}'], via('dynamodb')],
      [['s3:PutObject'], ['${ReportHubReports.Arn}/daily-reports/*'], 'always'],
      [['kms:GenerateDataKey'], ['${ReportHubKey.Arn}'], via('s3')],
      [['dynamodb:GetItem', 'dynamodb:Query'], ['${DriftTable.Arn}'], leading('ACTIVE#Staging', 'ENV#Staging')],
      [['kms:Decrypt', 'kms:DescribeKey'], ['${DriftKey.Arn}'], via('dynamodb')],
      [['s3:GetObject'], ['${DriftStateBucket.Arn}/parity/policies/*.json'], 'always'],
      [['kms:Decrypt'], ['${DriftKey.Arn}'], via('s3')],
      [['secretsmanager:GetSecretValue'], ['${Webhook}'], 'always'],
      [['sns:Publish'], ['${ReportTopic}'], 'always'],
      [['kms:Decrypt', 'kms:GenerateDataKey'], ['${ReportHubKey.Arn}'], via('sns')],
    ]);
  });

  test('takes a role of one\'s own', () => {
    const stack = stackOf();
    reportIn(stack, { role: new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }) });
    expect(flat(only(resourcesOf(stack), 'AWS::Lambda::Function', FUNCTION).Properties.Role)).toMatch(/^\$\{Mine/);
  });

  test('lets somebody ask for a report', () => {
    const stack = stackOf();
    reportIn(stack).grantInvoke(new Role(stack, 'Auditor', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    expect(statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /^Auditor/))[0].Action).toBe('lambda:InvokeFunction');
  });

  test('keeps its log as long as the environment does, for ever in production', () => {
    const stack = stackOf();
    reportIn(stack, { profile: EnvironmentProfile.EPHEMERAL });
    expect(only(resourcesOf(stack), 'AWS::Logs::LogGroup', /^ReportMakeLogs/)).toMatchObject({ DeletionPolicy: 'Delete' });
    const lasting = stackOf();
    reportIn(lasting);
    expect(only(resourcesOf(lasting), 'AWS::Logs::LogGroup', /^ReportMakeLogs/)).toMatchObject({ DeletionPolicy: 'Retain', Properties: { RetentionInDays: 90 } });
  });
});

describe('email', () => {
  test('makes an encrypted topic for addresses', () => {
    const stack = stackOf();
    reportIn(stack, { emails: ['a@bank.example', 'b@bank.example'] });
    const resources = resourcesOf(stack);
    expect(only(resources, 'AWS::SNS::Topic').Properties.KmsMasterKeyId).toBeDefined();
    expect(ofType(resources, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties.Endpoint)).toEqual(['a@bank.example', 'b@bank.example']);
  });

  test('uses a topic of one\'s own, without a key too', () => {
    const stack = stackOf();
    const topic = new Topic(stack, 'Mine');
    expect(reportIn(stack, { topic, emails: ['a@bank.example'] }).topic).toBe(topic);
    expect(ofType(resourcesOf(stack), 'AWS::SNS::Topic')).toHaveLength(1);
    expect(flat(settingsOf(stack).TOPIC_ARN)).toMatch(/^\$\{Mine/);
  });
});

describe('alarms', () => {
  const alarmsOf = (props: Partial<DailyReportProps> | ((stack: Stack) => Partial<DailyReportProps>)) => {
    const stack = stackOf();
    reportIn(stack, typeof props === 'function' ? props(stack) : props);
    const alarms = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties]);
    return Object.fromEntries(alarms) as { [id: string]: Resource['Properties'] };
  };

  test('tell of what was not sent, and of a report that is missing once there was one', () => {
    const { ReportMissingAlarm: missing, ReportDueDeadLetterAlarm: notSent } = alarmsOf((stack) => ({ alertTopic: new Topic(stack, 'Alerts') }));
    expect(missing).toMatchObject({
      Namespace: 'ConfigCompliance', MetricName: 'DailyReportsSent', Period: 3_600, EvaluationPeriods: 26, DatapointsToAlarm: 26, Threshold: 1,
      ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'missing', InsufficientDataActions: [{ Ref: expect.stringMatching(/^Alerts/) }],
      Dimensions: [{ Name: 'Hub', Value: 'compliance' }, { Name: 'Report', Value: expect.stringMatching(/^StackReport/) }],
    });
    expect(missing.AlarmDescription).toMatch(/runbook\.md#daily-report-missing$/);
    expect(notSent).toMatchObject({ Threshold: 1, AlarmActions: [{ Ref: expect.stringMatching(/^Alerts/) }] });
    expect(notSent.AlarmDescription).toMatch(/runbook\.md#daily-report-not-sent$/);
  });

  test('tell nobody unless asked, and can be left out', () => {
    const actions = Object.values(alarmsOf({})).map(({ AlarmActions, InsufficientDataActions }) => [AlarmActions, InsufficientDataActions]);
    expect(actions).toEqual([[undefined, undefined], [undefined, undefined]]);
    expect(alarmsOf({ alarms: false })).toEqual({});
  });

  test('metrics are the report\'s own', () => {
    const stack = stackOf();
    const report = reportIn(stack, { alarms: false });
    for (const [index, metric] of [report.metricReportsSent(), report.metricTriesFailed({ statistic: 'Maximum' })].entries()) {
      new Alarm(stack, `A${index}`, { metric, threshold: 1, evaluationPeriods: 1 });
    }
    expect(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [Properties.MetricName, Properties.Statistic])).toEqual([
      ['DailyReportsSent', 'Sum'], ['DailyReportTriesFailed', 'Maximum'],
    ]);
  });
});

describe('several', () => {
  test('stand side by side on one hub, each with a folder and a name of its own', () => {
    const stack = stackOf();
    const hub = new HubOfParts(stack, 'Hub');
    const [one, two] = [reportIn(stack, { hub }, 'One'), reportIn(stack, { hub, prefix: 'audit' }, 'Two')];
    expect(one.reportName).not.toBe(two.reportName);
    expect(ofType(resourcesOf(stack), 'AWS::Scheduler::Schedule')).toHaveLength(2);
  });

  test('do not share a folder', () => {
    const stack = stackOf();
    const hub = new HubOfParts(stack, 'Hub');
    reportIn(stack, { hub }, 'One');
    reportIn(stack, { hub }, 'Two');
    expect(() => resourcesOf(stack)).toThrow('DailyReport.prefix: got "daily-reports", which Stack/Two has too, but each report of a hub needs a folder of its own; give one of them another prefix');
  });

  test('the same tree deploys in two stages, and the monitor may stand in another stack', () => {
    const app = new App();
    const synthesized = ['Blue', 'Green'].map((name) => {
      const stage = new Stage(app, name, { env });
      const stack = new Stack(stage, 'Hub');
      reportIn(stack, { monitors: [monitorIn(new Stack(stage, 'Environment'))] });
      return stage.synth().stacks.find(({ stackName }) => stackName.endsWith('Hub'))!.template as { Resources: object };
    });
    expect(Object.keys(synthesized[0].Resources)).toEqual(Object.keys(synthesized[1].Resources));
  });
});

describe('bad props', () => {
  const refused = (props: (stack: Stack) => Partial<DailyReportProps>) => () => {
    const stack = stackOf({ env });
    reportIn(stack, props(stack));
  };
  const elsewhere = (place: { account?: string; region?: string }) => (): Partial<DailyReportProps> =>
    ({ monitors: [monitorIn(new Stack(new App(), 'Far', { env: { ...env, ...place } }))] });

  test.each<[string, (stack: Stack) => Partial<DailyReportProps>]>([
    ['DailyReport.hour: got 24, but allowed is a whole number from 0 to 23; leave it out for 8', () => ({ hour: 24 })],
    ['DailyReport.minute: got -1, but allowed is a whole number from 0 to 59; leave it out for the full hour', () => ({ minute: -1 })],
    ['DailyReport.topRules: got 0, but allowed is a whole number from 1 to 25; leave it out for 10; the files have all rules', () => ({ topRules: 0 })],
    ['DailyReport.webhookJsonKey: got "url", but allowed is nothing without webhookSecret; give webhookSecret, or leave it out', () => ({ webhookJsonKey: 'url' })],
    ['DailyReport.webhookHosts: got ["x"], but allowed is nothing without webhookSecret; give webhookSecret, or leave it out', () => ({ webhookHosts: ['x'] })],
    ['DailyReport.webhookJsonKey: got "", but allowed is a text of 1 to 256 characters; name a key of the secret, or leave it out',
      (stack) => ({ webhookSecret: new Secret(stack, 'S'), webhookJsonKey: '' })],
    ['DailyReport.webhookHosts: got "0 hosts", but allowed is 1 to 10; leave it out for Slack\'s own', (stack) => ({ webhookSecret: new Secret(stack, 'S'), webhookHosts: [] })],
    ['DailyReport.webhookHosts[0]: got "https://x.example", but allowed is a host in small letters, with a port where it is not 443; leave out https:// and the path',
      (stack) => ({ webhookSecret: new Secret(stack, 'S'), webhookHosts: ['https://x.example'] })],
    ['DailyReport.prefix: got "/reports/", but allowed is 1 to 200 letters, digits and the characters ! _ . * \' ( ) - / without a slash at its beginning or end; choose another folder',
      () => ({ prefix: '/reports/' })],
    ['DailyReport.emails[0]: got "nobody", but allowed is an email address; write it as name@domain', () => ({ emails: ['nobody'] })],
    ['DailyReport.monitors: got "9 monitors", but allowed is up to 8; make a second report with another prefix', () => ({ monitors: Array.from({ length: 9 }) as DriftMonitor[] })],
    ['DailyReport.monitors[0]: got "Stack", but allowed is a DriftMonitor; give the monitor itself, as ComplianceMonitoringSystem.driftMonitor is',
      (stack) => ({ monitors: [stack as unknown as DriftMonitor] })],
    ['DailyReport.monitors[1]: got "Stack/Drift", but allowed is each monitor once; remove the second one', (stack) => {
      const monitor = monitorIn(stack);
      return { monitors: [monitor, monitor] };
    }],
    ['DailyReport.monitors[0]: got "Far/Drift in 222222222222", but allowed is monitors of the report\'s own account, 111111111111; report each account and region by itself',
      elsewhere({ account: '222222222222' })],
    ['DailyReport.monitors[0]: got "Far/Drift in us-east-1", but allowed is monitors of the report\'s own region, eu-central-1; report each account and region by itself',
      elsewhere({ region: 'us-east-1' })],
  ])('%s', (message, props) => {
    expect(refused(props)).toThrow(message);
  });

  test('what is known at deployment only passes', () => {
    expect(refused(() => ({ prefix: Token.asString({ Ref: 'Prefix' }), topRules: Token.asNumber({ Ref: 'Top' }) }))).not.toThrow();
  });
});

test('rules of all packs of cdk-nag hold, or stand beside the code with a reason that is needed', () => {
  const stack = stackOf({ env });
  reportIn(stack, everything(stack));
  (stack.node.root as App).synth();
  const { reports, stale } = judge(stack);
  const own = (line: string) => line.includes(' Stack/Report/');
  expect(reports.flatMap(({ findings }) => findings).filter(own)).toEqual([]);
  expect(stale.filter(own)).toEqual([]);
});
