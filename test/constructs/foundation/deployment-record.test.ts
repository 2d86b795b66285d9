import { App, CfnParameter, NestedStack, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DeploymentRecord, DeploymentRecordProps, EnvironmentProfile } from '../../../src';
import { FINAL_STATUSES } from '../../../src/drift/contract';
import { RECORD_DEPLOYMENT_SETTINGS } from '../../../src/foundation/contract';
import { flat, flatList, monitorIn, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';

const env = { account: '111111111111', region: 'eu-central-1' };
const tableIn = (stack: Stack, id = 'Table') => new Table(stack, id, {
  partitionKey: { name: 'pk', type: AttributeType.STRING }, sortKey: { name: 'sk', type: AttributeType.STRING },
  encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: new Key(stack, `${id}Key`),
});
const recordIn = (stack: Stack, props: Partial<DeploymentRecordProps> = {}, id = 'Deployments') => new DeploymentRecord(stack, id, {
  organizationName: 'bank', profile: EnvironmentProfile.STAGING, table: props.table ?? tableIn(stack, `${id}Table`), ...props,
});
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');
interface Pattern { readonly detail: { readonly 'stack-id': { readonly prefix: unknown }[]; readonly 'status-details': { readonly status: string[] } } }
const patternsOf = (stack: Stack) => ofType(resourcesOf(stack), 'AWS::Events::Rule').map(([, { Properties }]) => Properties.EventPattern as Pattern | undefined)
  .filter((pattern): pattern is Pattern => pattern?.detail['stack-id'] !== undefined);
const stacksOf = (stack: Stack) => patternsOf(stack).flatMap(({ detail }) => detail['stack-id'].map(({ prefix }) => flat(prefix)));
const STACKS = 'arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack';

describe('the rule', () => {
  test('looks for ends of deployments of its own stack', () => {
    const stack = stackOf();
    recordIn(stack);
    const { detail, ...pattern } = patternsOf(stack)[0];
    expect(pattern).toEqual({ 'source': ['aws.cloudformation'], 'detail-type': ['CloudFormation Stack Status Change'] });
    expect(detail['status-details']).toEqual({
      status: [
        'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE',
        'CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED', 'IMPORT_ROLLBACK_FAILED', 'DELETE_COMPLETE',
      ],
    });
    expect(stacksOf(stack)).toEqual([`${STACKS}/Stack/`]);
  });

  test('ends each name with a slash, so that no other stack is taken for it', () => {
    const stack = stackOf({ env });
    recordIn(stack, { stackNames: ['Payments'] });
    const [prefix] = stacksOf(stack);
    const matches = (name: string) => `arn:aws:cloudformation:eu-central-1:111111111111:stack/${name}/id`.startsWith(prefix.replace('${AWS::Partition}', 'aws'));
    expect([matches('Payments'), matches('Payments-Dev')]).toEqual([true, false]);
  });

  test('looks for the stacks that are named, each once, and then not for its own', () => {
    const app = new App();
    const [own, other] = ['Own', 'Other'].map((name) => new Stack(app, name));
    recordIn(own, { stacks: [other], stackNames: ['Payments', 'Other', 'Payments'] });
    recordIn(other, { stacks: [other, own] });
    expect(stacksOf(own)).toEqual([`${STACKS}/Other/`, `${STACKS}/Payments/`]);
    expect(stacksOf(other)).toEqual([`${STACKS}/Other/`, `${STACKS}/Own/`]);
  });

  test('is one for every seven stacks, since a pattern has 2,048 characters at the most', () => {
    const stack = stackOf({ env: { account: '111111111111', region: 'us-gov-west-1' } });
    const record = recordIn(stack, { stackNames: Array.from({ length: 15 }, (_, i) => `S${String(i).padStart(2, '0')}${'x'.repeat(125)}`) });
    expect(record.rules).toHaveLength(3);
    expect(patternsOf(stack).map(({ detail }) => detail['stack-id'].length)).toEqual([7, 7, 1]);
    for (const pattern of patternsOf(stack)) {
      const prefixes = pattern.detail['stack-id'].map(({ prefix }) => ({ prefix: flat(prefix).replace('${AWS::Partition}', 'aws-us-gov') }));
      expect(JSON.stringify({ ...pattern, detail: { ...pattern.detail, 'stack-id': prefixes } }).length).toBeLessThanOrEqual(2048);
    }
  });

  test('in a nested stack looks for the outermost, whose deployments those are', () => {
    const stack = stackOf();
    const nested = new NestedStack(stack, 'Nested');
    recordIn(nested);
    expect(stacksOf(nested).map((text) => text.split('/').slice(1))).toEqual([['Stack', '']]);
    const { Variables } = only(resourcesOf(nested), 'AWS::Lambda::Function').Properties.Environment as { Variables: { [name: string]: unknown } };
    expect(Variables.OWN_STACK).toBe('Stack');
  });

  test('takes names that are known at deployment only', () => {
    const stack = stackOf();
    recordIn(stack, { stackNames: [new CfnParameter(stack, 'Name').valueAsString] });
    expect(stacksOf(stack)).toEqual([`${STACKS}/\${Name}/`]);
  });

  test('tries for six hours to invoke the function, then keeps the event', () => {
    const stack = stackOf();
    recordIn(stack);
    const resources = resourcesOf(stack);
    const [target] = only(resources, 'AWS::Events::Rule').Properties.Targets as { [name: string]: unknown }[];
    expect(target).toMatchObject({ RetryPolicy: { MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 185 } });
    expect(short(flat((target.DeadLetterConfig as { Arn: unknown }).Arn))).toBe('${DeploymentsDeadLetters.Arn}');
    expect(only(resources, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({ MaximumEventAgeInSeconds: 21_600 });
    expect(statementsOf(only(resources, 'AWS::SQS::QueuePolicy')).map(({ Effect, Action, Condition }) => [Effect, Action, short(JSON.stringify(Condition))])).toEqual([
      ['Deny', 'sqs:*', '{"Bool":{"aws:SecureTransport":"false"}}'],
      ['Allow', 'sqs:SendMessage', expect.stringContaining('"aws:SourceArn"')],
    ]);
  });
});

describe('the function', () => {
  test.each([undefined, '1.4.2'])('gets every setting that it reads, and no other (version: %s)', (deploymentVersion) => {
    const stack = stackOf();
    recordIn(stack, { deploymentVersion });
    const { Variables } = only(resourcesOf(stack), 'AWS::Lambda::Function').Properties.Environment as { Variables: { [name: string]: unknown } };
    expect(Variables).toEqual({
      ORGANIZATION: 'bank', ENVIRONMENT: 'Staging', TABLE_NAME: { Ref: expect.stringMatching(/^DeploymentsTable/) }, OWN_STACK: 'Stack',
      ...(deploymentVersion ? { DEPLOYMENT_VERSION: '1.4.2' } : {}),
    });
    const { version, ...others } = RECORD_DEPLOYMENT_SETTINGS;
    expect(Object.keys(Variables).sort()).toEqual([...Object.values(others), ...(deploymentVersion ? [version] : [])].sort());
  });

  test('may write deployments of its environment, and nothing else', () => {
    const stack = stackOf();
    recordIn(stack);
    const statements = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy'));
    expect(statements.map((statement) => [flatList(statement.Action), flatList(statement.Resource).map(short), statement.Condition ?? 'always'])).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], ['${DeploymentsRecordLogs.Arn}'], 'always'],
      [['sqs:SendMessage'], ['${DeploymentsDeadLetters.Arn}'], 'always'],
      [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'], 'always'],
      [['dynamodb:UpdateItem'], ['${DeploymentsTable.Arn}'], { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['DEPLOYMENTS#Staging', 'DEPLOYED#Staging'] } }],
      [
        ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'], ['${DeploymentsTableKey.Arn}'],
        { StringLike: { 'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com*']] } } },
      ],
      [
        ['kms:Decrypt', 'kms:GenerateDataKey'], ['${DeploymentsKey.Arn}'],
        { StringLike: { 'kms:ViaService': { 'Fn::Join': ['', ['sqs.', { Ref: 'AWS::Region' }, '.amazonaws.com*']] } } },
      ],
    ]);
  });

  test('is like all functions of the library, and takes a role and a key of one\'s own', () => {
    const stack = stackOf();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    recordIn(stack, { role, encryptionKey: new Key(stack, 'Mine'), removalPolicy: RemovalPolicy.DESTROY });
    const resources = resourcesOf(stack);
    expect(ofType(resources, 'AWS::IAM::Role')).toHaveLength(1);
    expect(ofType(resources, 'AWS::KMS::Key')).toHaveLength(2);
    const { Properties, DeletionPolicy } = only(resources, 'AWS::Logs::LogGroup');
    expect([Properties.RetentionInDays, DeletionPolicy, short(flat(Properties.KmsKeyId))]).toEqual([30, 'Delete', '${Mine.Arn}']);
    expect(only(resources, 'AWS::SQS::Queue').Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    expect(only(resources, 'AWS::Lambda::Function').Properties).toMatchObject({
      Architectures: ['arm64'], Handler: 'index.handler', MemorySize: 256, Timeout: 30, LoggingConfig: { LogFormat: 'JSON' },
    });
  });
});

describe('what could not be recorded', () => {
  test('raises an alarm, which tells a topic only when there is one', () => {
    const silent = stackOf();
    recordIn(silent);
    expect(only(resourcesOf(silent), 'AWS::CloudWatch::Alarm').Properties).not.toHaveProperty('AlarmActions');
    const stack = stackOf();
    const record = recordIn(stack, { alertTopic: new Topic(stack, 'Topic') });
    expect(record.deadLetterAlarm).toBeInstanceOf(Alarm);
    const { Properties } = only(resourcesOf(stack), 'AWS::CloudWatch::Alarm');
    expect(Properties).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching',
      AlarmDescription: expect.stringMatching(/^Deployments of Staging could not be recorded\. .*runbook\.md#deployments-not-recorded$/),
    });
    expect(flatList(Properties.AlarmActions).map(short)).toEqual(['${Topic}']);
  });
});

describe('where it stands', () => {
  test('may be another stack than its table and the stacks that it watches', () => {
    const app = new App();
    const [drift, payments, records] = ['Drift', 'Payments', 'Records'].map((name) => new Stack(app, name, { env }));
    const { table } = monitorIn(drift);
    const record = recordIn(records, { table, stacks: [drift, payments, records] });
    expect(record.rules).toHaveLength(1);
    app.synth();
    expect(records.dependencies).toEqual([drift]);
    expect([drift.dependencies, payments.dependencies]).toEqual([[], []]);
    expect(flat(statementsOf(only(resourcesOf(records), 'AWS::IAM::Policy')).find(({ Action }) => Action === 'dynamodb:UpdateItem')!.Resource)).toContain('Fn::ImportValue');
  });

  test('may be the stack of the monitor, several times, and in two stages', () => {
    const app = new App();
    for (const name of ['One', 'Two']) {
      const stack = new Stack(new Stage(app, name), 'Stack');
      const { table, encryptionKey } = monitorIn(stack);
      recordIn(stack, { table, encryptionKey, deploymentVersion: '1' });
      recordIn(stack, { table, encryptionKey, stackNames: ['Payments'] }, 'Others');
      expect(patternsOf(stack)).toHaveLength(2);
      expect(stacksOf(stack)).toEqual([`${STACKS}/${name}-Stack/`, `${STACKS}/Payments/`]);
    }
    app.synth();
  });

  test('takes an imported table with its key', () => {
    const stack = stackOf();
    const table = Table.fromTableAttributes(stack, 'Imported', {
      tableArn: 'arn:aws:dynamodb:eu-central-1:111111111111:table/drift', encryptionKey: Key.fromKeyArn(stack, 'ImportedKey', 'arn:aws:kms:eu-central-1:111111111111:key/k'),
    });
    recordIn(stack, { table });
    const resources = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy')).flatMap(({ Resource }) => flatList(Resource));
    expect(resources).toEqual(expect.arrayContaining(['arn:aws:dynamodb:eu-central-1:111111111111:table/drift', 'arn:aws:kms:eu-central-1:111111111111:key/k']));
  });
});

test('the key admits the log group and EventBridge, and with an alarm that tells an encrypted topic CloudWatch', () => {
  const admitted = (withTopic: boolean) => {
    const stack = stackOf();
    const encryptionKey = new Key(stack, 'Mine');
    recordIn(stack, { encryptionKey, ...(withTopic ? { alertTopic: new Topic(stack, 'Topic', { masterKey: encryptionKey }) } : {}) });
    return statementsOf(only(resourcesOf(stack), 'AWS::KMS::Key', /^Mine/), 'KeyPolicy').slice(1).map(({ Principal }) => flat((Principal as { Service: unknown }).Service));
  };
  expect(admitted(false)).toEqual(['events.amazonaws.com', 'logs.${AWS::Region}.${AWS::URLSuffix}']);
  expect(admitted(true)).toEqual(['events.amazonaws.com', 'logs.${AWS::Region}.${AWS::URLSuffix}', 'cloudwatch.amazonaws.com']);
});

test('metrics are those that the function writes', () => {
  const record = recordIn(stackOf());
  const metrics = [record.metricDeployments(), record.metricDeploymentsRolledBack(), record.metricDeploymentsFailed({ statistic: 'Maximum' })];
  expect(metrics.map(({ namespace, metricName, statistic, dimensions }) => [namespace, metricName, statistic, dimensions])).toEqual([
    ['ConfigCompliance', 'Deployments', 'Sum', { Organization: 'bank', Environment: 'Staging' }],
    ['ConfigCompliance', 'DeploymentsRolledBack', 'Sum', { Organization: 'bank', Environment: 'Staging' }],
    ['ConfigCompliance', 'DeploymentsFailed', 'Maximum', { Organization: 'bank', Environment: 'Staging' }],
  ]);
  expect(record.recordFunction.node.path).toBe('Stack/Deployments/Record/Function');
  expect(record.recordLogGroup.node.path).toBe('Stack/Deployments/Record/Logs');
  expect(record.deadLetterQueue.node.path).toBe('Stack/Deployments/DeadLetters');
});

test('cdk-nag finds nothing', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const record = recordIn(stack);
  app.synth();
  expect(new AwsSolutionsChecks().validateScope(record).violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`))).toEqual([]);
});

describe('refused', () => {
  const refusal = (props: Partial<DeploymentRecordProps>, own: { account?: string; region?: string } = env) => {
    try {
      recordIn(stackOf({ env: own }), props);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };
  const elsewhere = new Stack(new App(), 'Elsewhere', { env: { account: '222222222222', region: 'eu-central-1' } });

  test.each([
    [{ stacks: [] }, 'DeploymentRecord.stacks: got [], but allowed is at least one stack; name one, or leave stacks and stackNames out to record the own stack'],
    [{ stackNames: [] }, 'DeploymentRecord.stacks: got [], but allowed is at least one stack; name one, or leave stacks and stackNames out to record the own stack'],
    [
      { stackNames: ['ok', 'arn:aws:x'] },
      'DeploymentRecord.stackNames[1]: got "arn:aws:x", but allowed is a stack\'s name: letters, digits and hyphens, up to 128, the first a letter; give the name, not the ARN',
    ],
    [
      { stacks: [elsewhere] },
      'DeploymentRecord.stacks[0]: got "Elsewhere in 222222222222", but allowed is a stack in the account of the record\'s own stack (111111111111); '
      + 'put another DeploymentRecord beside that stack',
    ],
    [{ deploymentVersion: ' ' }, 'DeploymentRecord.deploymentVersion: got " ", but allowed is a text of 1 to 256 characters; give a release or a commit, or leave it out'],
    [
      { organizationName: 'aws' },
      'DeploymentRecord.organizationName: got "aws", but allowed is a name that does not start with aws or ssm, which Parameter Store reserves; choose another name',
    ],
  ])('%#', (props, message) => {
    expect(refusal(props)).toBe(message);
  });

  test('nothing that is not known yet', () => {
    expect(refusal({ stacks: [elsewhere] }, {})).toBe('accepted');
    expect(refusal({ deploymentVersion: Token.asString({ Ref: 'Version' }), stackNames: [Token.asString({ Ref: 'Name' })] })).toBe('accepted');
  });
});

test('each status of the pattern has an outcome', () => {
  expect(new Set(Object.values(FINAL_STATUSES))).toEqual(new Set(['SUCCEEDED', 'ROLLED_BACK', 'FAILED', 'DELETED']));
});
