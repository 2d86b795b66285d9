import { App, CfnParameter, CfnResource, CustomResource, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as config from 'aws-cdk-lib/aws-config';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { CostAssumptions, CostEstimate } from '../../../src';
import { monitorIn, stackOf } from '../support';

/** Quantities and prices by what they are for, so that a test names only what it is about. */
const quantities = (estimate: CostEstimate) => Object.fromEntries(estimate.lines.map(({ service, what, quantity }) => [`${service}: ${what}`, quantity]));
const monthly = (estimate: CostEstimate, what: string) => estimate.lines.find((line) => line.what === what)?.monthly;
const estimateOf = (make: (stack: Stack) => void, assumptions?: CostAssumptions) => {
  const stack = stackOf();
  make(stack);
  return CostEstimate.of(stack, assumptions);
};
const inline = (architecture = lambda.Architecture.ARM_64): lambda.FunctionProps => ({
  code: lambda.Code.fromInline('exports.handler = async () => {};'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X, memorySize: 512, architecture,
});

test('prices what stands in the scope, and only that', () => {
  const stack = stackOf();
  new kms.Key(stack, 'Key');
  const topic = new sns.Topic(stack, 'Topic');
  topic.addSubscription(new EmailSubscription('platform@example.com'));
  const estimate = CostEstimate.of(topic);
  expect(quantities(estimate)).toEqual({ 'Amazon SNS: publish requests': 1000, 'Amazon SNS: emails': 1000 });
  expect(estimate.total).toBe(0.02);
  expect(quantities(CostEstimate.of(stack))).toMatchObject({ 'AWS KMS: customer managed key': 1 });
});

test('an estimate of nothing is nothing', () => {
  const estimate = estimateOf(() => {});
  expect(estimate).toMatchObject({ lines: [], total: 0, byService: {}, unpriced: [], free: [], pricesAsOf: '', currency: 'USD', region: 'us-east-1' });
});

describe('functions', () => {
  const scheduled = (schedule: events.Schedule, enabled = true) => estimateOf((stack) => {
    const fn = new lambda.Function(stack, 'Fn', inline());
    new events.Rule(stack, 'Rule', { schedule, enabled, targets: [new targets.LambdaFunction(fn)] });
  }, { functionInvocations: 0, functionSeconds: 2, logKilobytesPerInvocation: 1000 });

  test.each([
    ['rate(1 hour)', 730], ['rate(5 minutes)', 8760], ['rate(1 day)', 730 / 24],
    ['cron(0 6 * * ? *)', 730 / 24], ['cron(0/15 * * * ? *)', 96 * 730 / 24], ['cron(0 8-17 ? * MON-FRI *)', 50 * 730 / 24 / 7],
    ['cron(30 1,13 1 * ? *)', 2], ['cron(0 0 1 1,7 ? *)', 2 / 12], ['cron(0 6 ? * MON *)', 730 / 24 / 7], ['cron(0 6 ? * 2-6 *)', 5 * 730 / 24 / 7],
  ])('%s starts %d runs a month', (expression, runs) => {
    const estimate = scheduled(events.Schedule.expression(expression));
    expect(quantities(estimate)['AWS Lambda: requests']).toBeCloseTo(runs, 6);
    expect(quantities(estimate)['AWS Lambda: duration on arm64']).toBeCloseTo(runs * 2 * 0.5, 6);
    expect(quantities(estimate)['Amazon CloudWatch: log ingestion']).toBeCloseTo(runs / 1000, 6);
  });

  test('a disabled rule starts nothing', () => {
    expect(scheduled(events.Schedule.rate(Duration.hours(1)), false).lines).toEqual([]);
  });

  test('a schedule that cannot be read at synth is listed', () => {
    expect(estimateOf((stack) => {
      const minutes = new CfnParameter(stack, 'Schedule');
      const fn = new lambda.Function(stack, 'Fn', inline());
      new events.Rule(stack, 'Rule', { schedule: events.Schedule.expression(minutes.valueAsString), targets: [new targets.LambdaFunction(fn)] });
    }).unpriced).toEqual(['Stack/Rule/Resource: how often it starts Stack/Fn/Resource cannot be read at synth']);
  });

  test('a rule of another stack that starts a function of the same logical id is not its schedule', () => {
    const app = new App();
    const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id));
    const functions = [one, other].map((stack) => new lambda.Function(stack, 'Fn', inline()));
    new events.Rule(other, 'Rule', { schedule: events.Schedule.rate(Duration.hours(1)), targets: [new targets.LambdaFunction(functions[1])] });
    expect(quantities(CostEstimate.of(app, { functionInvocations: 0 }))['AWS Lambda: requests']).toBe(730);
    expect(CostEstimate.of(one, { functionInvocations: 0 }).lines).toEqual([]);
  });

  test('x86, tracing, and a memory that is known only at deployment', () => {
    const estimate = estimateOf((stack) => {
      new lambda.Function(stack, 'X86', { ...inline(lambda.Architecture.X86_64), tracing: lambda.Tracing.ACTIVE });
      new lambda.Function(stack, 'Late', { ...inline(), memorySize: new CfnParameter(stack, 'Memory', { type: 'Number' }).valueAsNumber });
    });
    expect(quantities(estimate)).toMatchObject({ 'AWS Lambda: duration on x86_64': 2500, 'AWS X-Ray: traces recorded': 1000 });
    expect(estimate.unpriced).toEqual(['Stack/Late/Resource: its memory is known only at deployment']);
  });

  test('the function of a custom resource runs with deployments', () => {
    const estimate = estimateOf((stack) => {
      const fn = new lambda.Function(stack, 'Fn', inline());
      new CustomResource(stack, 'One', { serviceToken: fn.functionArn });
      new CustomResource(stack, 'Two', { serviceToken: fn.functionArn, resourceType: 'Custom::Two' });
    }, { deployments: 10 });
    expect(quantities(estimate)['AWS Lambda: requests']).toBe(20);
  });

  test('a function without a size has the smallest; a schedule of EventBridge Scheduler counts, a single start does not', () => {
    const estimate = estimateOf((stack) => {
      const fn = new lambda.Function(stack, 'Fn', { ...inline(), memorySize: undefined });
      for (const scheduleExpression of ['rate(2 hours)', 'cron(0 6 L * ? *)', 'at(2027-01-01T00:00:00)', 'cron(0 6)']) {
        new scheduler.CfnSchedule(stack, scheduleExpression, {
          scheduleExpression, flexibleTimeWindow: { mode: 'OFF' }, target: { arn: fn.functionArn, roleArn: 'arn' },
        });
      }
    }, { functionInvocations: 0, functionSeconds: 8 });
    expect(quantities(estimate)).toMatchObject({ 'AWS Lambda: requests': 366, 'AWS Lambda: duration on arm64': 366 });
    expect(estimate.unpriced).toHaveLength(3);
  });

  test('only queues are polled at a price', () => {
    const polled = (eventSourceArn: string) => quantities(estimateOf((stack) => new lambda.CfnEventSourceMapping(stack, 'M', { functionName: 'f', eventSourceArn })));
    expect(polled('arn:aws:sqs:eu-central-1:111111111111:mine')).toEqual({ 'Amazon SQS: requests': 657_000 });
    expect(polled('arn:aws:dynamodb:eu-central-1:111111111111:table/t/stream/s')).toEqual({});
    expect(quantities(estimateOf((stack) => new lambda.CfnEventSourceMapping(stack, 'M', { functionName: 'f' })))).toEqual({});
  });

  test('Lambda asks a queue all month', () => {
    const estimate = estimateOf((stack) => {
      const fn = new lambda.Function(stack, 'Fn', inline());
      fn.addEventSource(new SqsEventSource(new sqs.Queue(stack, 'Queue')));
    });
    expect(quantities(estimate)['Amazon SQS: requests']).toBe(657_000 + 3000);
  });
});

describe('the database', () => {
  const vpcIn = (stack: Stack) => new ec2.Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'i', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
  const cluster = (props: Partial<rds.DatabaseClusterProps>, assumptions?: CostAssumptions) => estimateOf((stack) => {
    new rds.DatabaseCluster(stack, 'Database', {
      engine: rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_10_0 }),
      vpc: vpcIn(stack), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, ...props,
    });
  }, assumptions);
  const provisioned = (instanceType: ec2.InstanceType) => ({
    writer: rds.ClusterInstance.provisioned('Writer', { instanceType }), readers: [rds.ClusterInstance.provisioned('Reader', { instanceType })],
  });

  test.each([['r8g.large', 0.276], ['r8g.2xlarge', 1.104], ['r5.xlarge', 0.58], ['t4g.medium', 0.073]])('two %s instances', (size, hour) => {
    const estimate = cluster({ ...provisioned(new ec2.InstanceType(size)), backup: { retention: Duration.days(7) }, cloudwatchLogsExports: ['error'] });
    expect(quantities(estimate)).toEqual({
      [`Amazon Aurora: db.${size}`]: 1460,
      'Amazon Aurora: storage': 20,
      'Amazon Aurora: I/O requests': 10,
      'Amazon Aurora: backup storage': 6,
      'Amazon CloudWatch: log ingestion': 2,
      'AWS Secrets Manager: secret': 1,
    });
    expect(monthly(estimate, `db.${size}`)).toBeCloseTo(1460 * hour, 6);
    expect(estimate.unpriced).toEqual([]);
  });

  test('serverless: the average of its range, and what the assumption says of it', () => {
    const serverless = { writer: rds.ClusterInstance.serverlessV2('Writer'), serverlessV2MinCapacity: 2, serverlessV2MaxCapacity: 4 };
    expect(quantities(cluster(serverless))['Amazon Aurora: serverless v2']).toBe(3 * 730);
    expect(quantities(cluster(serverless, { serverlessUse: 0 }))['Amazon Aurora: serverless v2']).toBe(2 * 730);
    expect(cluster(serverless).lines.find(({ what }) => what === 'serverless v2')).toMatchObject({
      unitPrice: 0.12, unit: 'ACU-hour', note: '2 to 4 ACU an instance, average assumed',
    });
  });

  test('I/O-Optimized charges no I/O, and dearer hours and storage', () => {
    const estimate = cluster({ ...provisioned(new ec2.InstanceType('r8g.large')), storageType: rds.DBClusterStorageType.AURORA_IOPT1 });
    expect(monthly(estimate, 'db.r8g.large, I/O-Optimized')).toBeCloseTo(1460 * 0.276 * 1.3, 6);
    expect(monthly(estimate, 'storage, I/O-Optimized')).toBeCloseTo(4.5, 6);
    expect(monthly(estimate, 'I/O requests')).toBeUndefined();
    expect(estimate.lines[0].note).toBe('on demand, all month; price estimated: 30 % above Standard');
    const serverless = { writer: rds.ClusterInstance.serverlessV2('Writer'), storageType: rds.DBClusterStorageType.AURORA_IOPT1 };
    expect(monthly(cluster(serverless), 'serverless v2, I/O-Optimized')).toBeCloseTo(1.25 * 730 * 0.156, 6);
  });

  test('Database Insights advanced by vCPU or ACU, and enhanced monitoring as logs', () => {
    const retention = rds.PerformanceInsightRetention.MONTHS_15;
    const advanced = { databaseInsightsMode: rds.DatabaseInsightsMode.ADVANCED, performanceInsightRetention: retention };
    const estimate = cluster({ ...provisioned(new ec2.InstanceType('r8g.xlarge')), ...advanced, monitoringInterval: Duration.seconds(60) });
    expect(quantities(estimate)['Amazon CloudWatch: Database Insights advanced']).toBe(2 * 4 * 730);
    expect(quantities(estimate)['Amazon CloudWatch: log ingestion']).toBeCloseTo(2 * 43_800 * 8e-6, 9);
    const serverless = cluster({ writer: rds.ClusterInstance.serverlessV2('Writer'), ...advanced });
    expect(serverless.lines.find(({ what }) => what === 'Database Insights advanced')).toMatchObject({ quantity: 1.25 * 730, unit: 'ACU-hour' });
  });

  test('overrides of properties count, and the secret that RDS makes', () => {
    const estimate = estimateOf((stack) => {
      const database = new rds.CfnDBCluster(stack, 'C', { engine: 'aurora-mysql', serverlessV2ScalingConfiguration: { minCapacity: 1, maxCapacity: 2 } });
      database.addPropertyOverride('ManageMasterUserPassword', true);
      database.addPropertyOverride('ServerlessV2ScalingConfiguration.MaxCapacity', 3);
      const instance = new rds.CfnDBInstance(stack, 'I', { dbInstanceClass: 'db.r8g.large', dbClusterIdentifier: database.ref });
      instance.addPropertyOverride('DBInstanceClass', 'db.serverless');
    });
    expect(quantities(estimate)).toMatchObject({ 'AWS Secrets Manager: secret': 1, 'Amazon Aurora: serverless v2': 2 * 730 });
  });

  test('what is known only at deployment, or has no price, is listed and not guessed', () => {
    const unpriced = (make: (stack: Stack) => void) => estimateOf(make).unpriced;
    const late = (stack: Stack, type = 'String') => new CfnParameter(stack, 'Late', { type });
    expect(unpriced((stack) => new rds.CfnDBInstance(stack, 'I', { dbInstanceClass: late(stack).valueAsString })))
      .toEqual(['Stack/I: its instance class is known only at deployment']);
    expect(unpriced((stack) => new rds.CfnDBInstance(stack, 'I', { dbInstanceClass: 'db.z9.large' }))).toEqual(['Stack/I: the price table has no db.z9.large']);
    expect(unpriced((stack) => new rds.CfnDBInstance(stack, 'I', { dbInstanceClass: 'db.serverless', dbClusterIdentifier: 'mine' })))
      .toEqual(['Stack/I: the range of its capacity is not known here']);
    expect(unpriced((stack) => new rds.CfnDBCluster(stack, 'C', { engine: 'aurora-mysql', backupRetentionPeriod: late(stack, 'Number').valueAsNumber })))
      .toEqual(['Stack/C: how long its backups are kept is known only at deployment']);
    expect(quantities(estimateOf((stack) => new rds.CfnDBCluster(stack, 'C', { engine: 'aurora-mysql' })))).toEqual({
      'Amazon Aurora: storage': 20, 'Amazon Aurora: I/O requests': 10,
    });
  });
});

describe('AWS Config', () => {
  const rules = (make: (stack: Stack) => void, assumptions?: CostAssumptions) => quantities(estimateOf(make, assumptions));
  const managed = (sourceIdentifier: string, more: Partial<config.CfnConfigRuleProps> = {}) =>
    (stack: Stack) => new config.CfnConfigRule(stack, sourceIdentifier, { source: { owner: 'AWS', sourceIdentifier }, ...more });

  test('items of a recorder, continuous or daily', () => {
    expect(rules((stack) => new config.CfnConfigurationRecorder(stack, 'R', { roleArn: 'arn' }))).toEqual({ 'AWS Config: configuration items, continuous': 9000 });
    const daily = estimateOf((stack) => new config.CfnConfigurationRecorder(stack, 'R', { roleArn: 'arn', recordingMode: { recordingFrequency: 'DAILY' } }));
    expect(daily.total).toBe(108);
    expect(rules((stack) => new CustomResource(stack, 'R', {
      serviceToken: 'arn:aws:lambda:eu-central-1:111111111111:function:f', resourceType: 'Custom::EnsuredConfigRecorder', properties: { Recording: { Frequency: 'DAILY' } },
    }))).toEqual({ 'AWS Config: configuration items, daily': 9000 });
    expect(daily.pricesAsOf).toBe('2025-04');
  });

  test.each<[string, (stack: Stack) => unknown, number]>([
    ['change-triggered, its type unsaid', managed('S3_BUCKET_VERSIONING_ENABLED'), 300],
    ['change-triggered on two types', managed('X', { scope: { complianceResourceTypes: ['AWS::S3::Bucket', 'AWS::RDS::DBCluster'] } }), 600],
    ['required tags on its 31 types, which are not more than all changes', managed('REQUIRED_TAGS'), 9000],
    ['every hour', managed('X', { maximumExecutionFrequency: 'One_Hour' }), 24 * 10 * 730 / 24],
    ['every day', managed('X', { maximumExecutionFrequency: 'TwentyFour_Hours' }), 10 * 730 / 24],
    ['by changes and by the clock', managed('X', {
      maximumExecutionFrequency: 'TwentyFour_Hours', scope: { complianceResourceTypes: ['AWS::S3::Bucket'] },
    }), 300 + 10 * 730 / 24],
    ['a custom one on every change', (stack) => new config.CfnConfigRule(stack, 'R', { source: { owner: 'CUSTOM_POLICY' } }), 9000],
    ['a custom one by the clock', (stack) => new config.CfnConfigRule(stack, 'R', {
      source: { owner: 'CUSTOM_LAMBDA', sourceIdentifier: 'arn', sourceDetails: [{ eventSource: 'aws.config', messageType: 'ScheduledNotification', maximumExecutionFrequency: 'Six_Hours' }] },
    }), 4 * 10 * 730 / 24],
    ['an L2', (stack) => new config.ManagedRule(stack, 'R', { identifier: 'X', ruleScope: config.RuleScope.fromResource(config.ResourceType.S3_BUCKET) }), 300],
  ])('a rule: %s', (_, make, evaluations) => {
    expect(rules((stack) => { make(stack); })['AWS Config: rule evaluations']).toBeCloseTo(evaluations, 6);
  });

  test('a pack by the rules in its template, or by the assumption', () => {
    const body = JSON.stringify({
      Resources: {
        One: { Type: 'AWS::Config::ConfigRule', Properties: { Source: { Owner: 'AWS', SourceIdentifier: 'X' }, Scope: { ComplianceResourceTypes: ['A', 'B'] } } },
        Two: { Type: 'AWS::Config::ConfigRule', Properties: { Source: { Owner: 'AWS', SourceIdentifier: 'Y' }, MaximumExecutionFrequency: 'TwentyFour_Hours' } },
        Else: { Type: 'AWS::Config::RemediationConfiguration' },
      },
    });
    const pack = (props: Partial<config.CfnConformancePackProps>) => (stack: Stack) => new config.CfnConformancePack(stack, 'P', { conformancePackName: 'p', ...props });
    expect(rules(pack({ templateBody: body }))['AWS Config: conformance pack evaluations']).toBeCloseTo(600 + 10 * 730 / 24, 6);
    expect(rules(pack({ templateS3Uri: 's3://b/k' }))).toEqual({ 'AWS Config: conformance pack evaluations': 6000 });
    expect(rules(pack({ templateBody: '{}' }))).toEqual({ 'AWS Config: conformance pack evaluations': 6000 });
    expect(rules((stack) => new config.CfnOrganizationConformancePack(stack, 'P', { organizationConformancePackName: 'p', templateBody: body }), { memberAccounts: 10 }))
      .toMatchObject({ 'AWS Config: conformance pack evaluations': expect.closeTo(10 * (600 + 10 * 730 / 24), 6) as number });
  });

  test('a rule of an organization in each account', () => {
    expect(rules((stack) => {
      new config.CfnOrganizationConfigRule(stack, 'M', {
        organizationConfigRuleName: 'm', organizationManagedRuleMetadata: { ruleIdentifier: 'X', resourceTypesScope: ['AWS::S3::Bucket'] },
      });
      new config.CfnOrganizationConfigRule(stack, 'P', {
        organizationConfigRuleName: 'p',
        organizationCustomPolicyRuleMetadata: { runtime: 'guard-2.x.x', policyText: 't', maximumExecutionFrequency: 'TwentyFour_Hours' },
      });
    }, { memberAccounts: 2 })['AWS Config: rule evaluations']).toBeCloseTo(2 * (300 + 10 * 730 / 24), 6);
  });

  test('the price of evaluations falls in steps, for all rules together', () => {
    const estimate = estimateOf((stack) => {
      for (const id of ['One', 'Two']) { new config.CfnConfigRule(stack, id, { source: { owner: 'CUSTOM_POLICY' } }); }
    }, { configurationItems: 300_000 });
    expect(monthly(estimate, 'rule evaluations')).toBeCloseTo(100 + 400_000 * 0.0008 + 100_000 * 0.0005, 6);
    expect(estimate.lines[0].unitPrice).toBeCloseTo(470 / 600_000, 9);
  });
});

test('storage, messages, secrets and parameters', () => {
  const estimate = estimateOf((stack) => {
    new s3.Bucket(stack, 'Bucket');
    new secretsmanager.Secret(stack, 'Secret');
    new ssm.StringParameter(stack, 'Standard', { stringValue: 'v' });
    new ssm.StringParameter(stack, 'Advanced', { stringValue: 'v', tier: ssm.ParameterTier.ADVANCED });
    new CustomResource(stack, 'Secure', { serviceToken: 'arn:aws:lambda:eu-central-1:111111111111:function:f', resourceType: 'Custom::SecureString', properties: { Tier: 'Advanced' } });
    new dynamodb.Table(stack, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    new dynamodb.CfnGlobalTable(stack, 'Global', {
      attributeDefinitions: [], keySchema: [], billingMode: 'PAY_PER_REQUEST',
      replicas: [{ region: 'eu-central-1', pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } }, { region: 'eu-west-1' }],
    });
    new dynamodb.CfnTable(stack, 'Provisioned', { keySchema: [] });
    new sns.CfnSubscription(stack, 'Https', { topicArn: 'arn', protocol: 'https' });
  });
  expect(quantities(estimate)).toEqual({
    'Amazon S3: storage, Standard': 5,
    'Amazon S3: PUT, COPY, POST and LIST requests': 10_000,
    'Amazon S3: GET and other requests': 10_000,
    'AWS Secrets Manager: secret': 1,
    'AWS Systems Manager: advanced parameter': 2,
    'Amazon DynamoDB: write request units': 300_000,
    'Amazon DynamoDB: read request units': 300_000,
    'Amazon DynamoDB: storage': 4,
    'Amazon DynamoDB: point-in-time recovery': 2,
  });
  expect(estimate.unpriced).toEqual(['Stack/Provisioned: provisioned capacity is not priced']);
});

test('a hub\'s archive, its announcements and an HTTP API; what members send they pay for', () => {
  const estimate = estimateOf((stack) => {
    const bus = (id: string) => new events.EventBus(stack, id);
    const opened = bus('Opened');
    opened.addToResourcePolicy(new iam.PolicyStatement({ sid: 'Members', principals: [new iam.AccountPrincipal('222222222222')], actions: ['events:PutEvents'], resources: ['*'] }));
    const archived = bus('Archived');
    archived.archive('Archive', { eventPattern: { source: ['aws.config'] }, retention: Duration.days(30) });
    archived.archive('Forever', { eventPattern: { source: ['aws.config'] } });
    bus('Announcements');
    new CfnResource(stack, 'Api', { type: 'AWS::ApiGatewayV2::Api' });
    new CfnResource(stack, 'Route', { type: 'AWS::ApiGatewayV2::Route' });
  }, { hubEvents: 1_000_000, announcements: 50_000, apiRequests: 2_000_000 });
  expect(quantities(estimate)).toEqual({
    "Amazon EventBridge: events of one's own, and to other accounts": 50_000,
    'Amazon EventBridge: events put into archives': 8,
    'Amazon EventBridge: storage of archives': expect.closeTo(4 * 30 / (730 / 24), 6) as number,
    'Amazon API Gateway: requests to HTTP APIs': 2_000_000,
  });
  expect(monthly(estimate, 'events put into archives')).toBeCloseTo(0.8, 6);
  expect(monthly(estimate, 'requests to HTTP APIs')).toBeCloseTo(2, 6);
  expect(estimate.unpriced).toEqual(['Stack/Archived/Forever/Archive: how long its events are kept is not known here']);
});

test('alarms by resolution and by metrics read, dashboards, custom metrics', () => {
  const estimate = estimateOf((stack) => {
    const metric = new cloudwatch.Metric({ namespace: 'N', metricName: 'M' });
    const alarm = (id: string, of: cloudwatch.IMetric) => new cloudwatch.Alarm(stack, id, { metric: of, threshold: 1, evaluationPeriods: 1 });
    alarm('Standard', metric);
    alarm('High', metric.with({ period: Duration.seconds(10) }));
    const expression = new cloudwatch.MathExpression({ expression: 'a/b', usingMetrics: { a: metric, b: metric.with({ statistic: 'Sum' }) } });
    const composite = alarm('Expression', expression);
    new cloudwatch.CompositeAlarm(stack, 'Composite', { alarmRule: composite });
    new cloudwatch.Dashboard(stack, 'Dashboard');
  }, { customMetrics: 5 });
  expect(quantities(estimate)).toEqual({
    'Amazon CloudWatch: alarm, standard resolution': 3,
    'Amazon CloudWatch: alarm, high resolution': 1,
    'Amazon CloudWatch: composite alarm': 1,
    'Amazon CloudWatch: dashboard': 1,
    'Amazon CloudWatch: custom metric': 5,
  });
});

test('networks: gateways, addresses and interface endpoints cost, gateway endpoints do not', () => {
  const estimate = estimateOf((stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
    vpc.addInterfaceEndpoint('Ssm', { service: ec2.InterfaceVpcEndpointAwsService.SSM });
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    new ec2.CfnVPCEndpoint(stack, 'Late', { vpcId: vpc.vpcId, serviceName: 's', vpcEndpointType: 'Interface', subnetIds: Fn.split(',', 'a') });
  });
  expect(quantities(estimate)).toEqual({
    'Amazon VPC: NAT gateway': 730,
    'Amazon VPC: data through NAT gateways': 10,
    'Amazon VPC: public IPv4 address': 730,
    'Amazon VPC: interface endpoint, by zone': 3 * 730,
    'Amazon VPC: data through interface endpoints': 20,
  });
});

test("the drift monitor's metrics are counted by each set of dimensions", () => {
  const stack = stackOf();
  const monitor = monitorIn(stack);
  expect(quantities(CostEstimate.of(monitor))['Amazon CloudWatch: custom metric']).toBe(22);
});

test('what nobody has looked at is told apart from what is free', () => {
  const estimate = estimateOf((stack) => {
    new CfnResource(stack, 'New', { type: 'AWS::New::Thing' });
    new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    new CfnResource(stack, 'Own', { type: 'Custom::Thing' });
  });
  expect(estimate.unpriced).toEqual(['AWS::New::Thing: no price is known for this type']);
  expect(estimate.free).toEqual(['AWS::IAM::Role: a permission: nothing is charged for it', 'Custom::Thing: its function is charged']);
});

test('assumptions change it and are listed; the price factor multiplies everything', () => {
  const assumptions = { keyRequests: 0, priceFactor: 1.2 };
  const estimate = estimateOf((stack) => new kms.Key(stack, 'Key'), assumptions);
  expect(estimate.total).toBe(1.2);
  expect(estimate.assumed).toEqual(['priceFactor=1.2', 'keyRequests=0']);
});

test.each<[CostAssumptions, string]>([
  [{ messages: -1 }, 'CostAssumptions.messages: got -1, but allowed is a number, zero or more; leave it out to use the default'],
  [{ messages: NaN }, 'CostAssumptions.messages: got null, but allowed is a number, zero or more; leave it out to use the default'],
  [{ priceFactor: 0 }, 'CostAssumptions.priceFactor: got 0, but allowed is a number above zero; leave it out to use list prices as they are'],
  [{ serverlessUse: 1.5 }, 'CostAssumptions.serverlessUse: got 1.5, but allowed is a number from 0 to 1; give a share: 0.5 for a half'],
  [{ databaseDailyChange: 2 }, 'CostAssumptions.databaseDailyChange: got 2, but allowed is a number from 0 to 1; give a share: 0.5 for a half'],
])('refuses %j', (assumptions, message) => {
  expect(() => estimateOf(() => {}, assumptions)).toThrow(new Error(message));
});

test('refuses a token as an assumption', () => {
  const stack = stackOf();
  const messages = new CfnParameter(stack, 'Messages', { type: 'Number' }).valueAsNumber;
  expect(() => CostEstimate.of(stack, { messages }))
    .toThrow('CostAssumptions.messages: got "a token", but allowed is a number that is known at synth; give the number itself');
});

test('an estimate changes nothing: not the template, and not what may still be added', () => {
  const make = () => {
    const stack = stackOf();
    return { stack, monitor: monitorIn(stack) };
  };
  const [looked, untouched] = [make(), make()];
  const statement = new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] });
  looked.monitor.detectFunction.addToRolePolicy(statement);
  const first = CostEstimate.of(looked.stack).toText();
  expect(CostEstimate.of(looked.stack).toText()).toBe(first);
  statement.addActions('s3:GetObjectTagging');
  untouched.monitor.detectFunction.addToRolePolicy(
    new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectTagging'], resources: ['*'] }));
  expect(Template.fromStack(looked.stack).toJSON()).toEqual(Template.fromStack(untouched.stack).toJSON());
});

test('the table says that its prices are not those of the list', () => {
  const estimate = estimateOf((stack) => new kms.Key(stack, 'Key'), { priceFactor: 1.15 });
  expect(estimate.toText()).toContain('list prices of us-east-1 as of 2026-08-21 times 1.15, without free tier');
});

test('the table, as a person reads it', () => {
  const estimate = estimateOf((stack) => {
    new kms.Key(stack, 'Key');
    new rds.CfnDBInstance(stack, 'Writer', { dbInstanceClass: 'db.r8g.2xlarge' });
    new rds.CfnDBInstance(stack, 'Reader', { dbInstanceClass: 'db.r8g.2xlarge' });
    new sns.Topic(stack, 'Topic');
    new CfnResource(stack, 'New', { type: 'AWS::New::Thing' });
  }, { keyRequests: 50_000 });
  expect(estimate.byService).toEqual({ 'Amazon Aurora': 1611.84, 'AWS KMS': 1.15, 'Amazon SNS': 0 });
  expect(estimate.toText()).toBe([
    'Estimated cost of a month in USD: list prices of us-east-1 as of 2026-08-21, without free tier, discount, tax and data transfer',
    '',
    '                        quantity  unit         price     month',
    '--------------------------------------------------------------',
    'Amazon Aurora',
    '  db.r8g.2xlarge           1,460  hour         1.104  1,611.84  on demand, all month; price second-hand',
    'AWS KMS',
    '  customer managed key         1  key           1.00      1.00  the first and second rotation add USD 1 a month each',
    '  requests                50,000  request   0.000003      0.15  assumed',
    'Amazon SNS',
    '  publish requests         1,000  request  0.0000005     <0.01  messages assumed',
    '--------------------------------------------------------------',
    '  total                                               1,612.99',
    '',
    'Not in the total:',
    '  AWS::New::Thing: no price is known for this type',
    '',
    'Assumed instead of the default:',
    '  keyRequests=50000',
    '',
  ].join('\n'));
});
