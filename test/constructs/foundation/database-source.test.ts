import { Stack } from 'aws-cdk-lib';
import { Peer, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DatabaseCluster, DatabaseClusterAttributes } from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ComplianceDatabase, DatabaseSource, EnvironmentProfile, ExistingDatabaseOptions, ParameterHierarchy } from '../../../src';
import { flat, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:app-AbCdEf';

function existing(stack: Stack, more: Partial<DatabaseClusterAttributes> = {}) {
  return {
    cluster: DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Theirs', {
      clusterIdentifier: 'theirs', clusterResourceIdentifier: 'cluster-ABC', clusterEndpointAddress: 'theirs.example', port: 3307,
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')], ...more,
    }),
    secret: Secret.fromSecretAttributes(stack, 'TheirSecret', { secretCompleteArn: SECRET_ARN, encryptionKey: Key.fromKeyArn(stack, 'TheirKey', 'arn:aws:kms:eu-central-1:111111111111:key/1') }),
  };
}

/** What the system gives to a source. */
function bind(source: DatabaseSource, stack: Stack, more: { topics?: boolean } = {}) {
  const encryptionKey = new Key(stack, 'Key');
  const profile = EnvironmentProfile.STAGING;
  const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName: 'bank', profile, encryptionKey });
  return source._bind(stack, 'Database', {
    organizationName: 'bank', profile, encryptionKey, parameters,
    ...(more.topics ? { alertTopic: new Topic(stack, 'Alerts'), criticalTopic: new Topic(stack, 'Critical') } : {}),
  });
}
const bound = (options: Partial<ExistingDatabaseOptions> = {}, attributes: Partial<DatabaseClusterAttributes> = {}, topics = false) => {
  const stack = stackOf();
  const database = bind(DatabaseSource.fromCluster({ ...existing(stack, attributes), ...options }), stack, { topics });
  return { stack, database: database!, resources: resourcesOf(stack) };
};

test('create makes a database with the system\'s key, parameters and topics', () => {
  const stack = stackOf();
  const database = bind(DatabaseSource.create({ vpc: new Vpc(stack, 'Vpc') }), stack, { topics: true });
  expect(database).toBeInstanceOf(ComplianceDatabase);
  const resources = resourcesOf(stack);
  expect(ofType(resources, 'AWS::RDS::DBCluster')).toHaveLength(1);
  expect(ofType(resources, 'AWS::KMS::Key').map(([id]) => id)).toEqual([expect.stringMatching(/^Key/)]);
  expect(ofType(resources, 'AWS::SSM::Parameter').map(([id]) => id)).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^Parametersdatabase/) as string));
  for (const [, { Properties }] of ofType(resources, 'AWS::CloudWatch::Alarm')) { expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Alerts/) }]); }
  expect(only(resources, 'AWS::Events::Rule').Properties.Targets).toMatchObject([{ Arn: { Ref: expect.stringMatching(/^Critical/) } }]);
});

test('none makes nothing', () => {
  const stack = stackOf();
  expect(bind(DatabaseSource.none(), stack)).toBeUndefined();
  expect(ofType(resourcesOf(stack), 'AWS::RDS::DBCluster')).toEqual([]);
});

describe('an existing cluster', () => {
  test('is told and watched, and stays as it is', () => {
    const { resources, database } = bound({}, { instanceIdentifiers: ['theirs-1'] }, true);
    expect(Object.fromEntries(ofType(resources, 'AWS::SSM::Parameter').map(([, { Properties }]) => [Properties.Name, Properties.Value]))).toEqual({
      '/bank/Staging/database/endpoint': 'theirs.example', '/bank/Staging/database/port': '3307', '/bank/Staging/database/secret-arn': SECRET_ARN,
    });
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms.map(({ MetricName, Threshold }) => [MetricName, Threshold])).toEqual([
      ['DatabaseConnections', 50], ['CPUUtilization', 80], ['CPUUtilization', 80], ['FreeableMemory', 512 * 1024 ** 2],
    ]);
    for (const { Dimensions } of alarms) { expect(Dimensions).toContainEqual({ Name: 'DBClusterIdentifier', Value: 'theirs' }); }
    expect(database.alarms?.readerCpu).toBeDefined();
    const { detail } = only(resources, 'AWS::Events::Rule').Properties.EventPattern as { detail: { SourceArn: unknown[] } };
    expect(detail.SourceArn.map((arn) => flat(arn).replace(/^.*AccountId\}:/, ''))).toEqual(['cluster:theirs', 'db:theirs-1']);
    expect(Object.values(resources).map(({ Type }) => Type).filter((type) => /RDS|Logs|EC2|Lambda/.test(type))).toEqual([]);
  });

  test('that does not name its instances is watched as a whole', () => {
    const { detail } = only(bound({}, {}, true).resources, 'AWS::Events::Rule').Properties.EventPattern as { detail: { SourceArn: unknown[] } };
    expect(detail.SourceArn).toHaveLength(1);
  });

  test('has its password in a SecureString on request, and alarms off on request', () => {
    const { resources, database } = bound({ passwordParameter: true, alarms: false });
    expect(only(resources, 'Custom::SecureString').Properties.Source).toEqual({ Secret: SECRET_ARN, JsonKey: 'password' });
    expect(only(resources, 'AWS::Events::Rule').Properties.EventPattern).toMatchObject({ detail: { additionalEventData: { SecretId: [SECRET_ARN] } } });
    expect(ofType(resources, 'AWS::CloudWatch::Alarm').map(([id]) => id)).toEqual([expect.stringMatching(/FollowAlarm/)]);
    expect(database.alarms).toBeUndefined();
  });

  test('gives the same grants, connections and metrics, also without an environment', () => {
    const stack = stackOf();
    const database = ComplianceDatabase.fromComplianceDatabaseAttributes(stack, 'Database', existing(stack));
    const role = new Role(stack, 'App', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    database.grantConnect(role, 'app');
    database.grantReadSecret(role);
    database.connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/16'));
    expect(database.metricDatabaseConnections().dimensions).toEqual({ DBClusterIdentifier: 'theirs' });
    const resources = resourcesOf(stack);
    expect(statementsOf(only(resources, 'AWS::IAM::Policy')).map(({ Resource }) => flat(Resource).replace(/^.*AccountId\}:/, ''))).toEqual([
      'dbuser:cluster-ABC/app', 'arn:aws:kms:eu-central-1:111111111111:key/1', SECRET_ARN,
    ]);
    expect(only(resources, 'AWS::EC2::SecurityGroupIngress').Properties).toMatchObject({ GroupId: 'sg-1', FromPort: 3307 });
    expect(ofType(resources, 'AWS::SSM::Parameter')).toEqual([]);
    expect(database.alarms).toBeUndefined();
  });

  test('whose secret is known by its name is read by that', () => {
    const stack = stackOf();
    const database = ComplianceDatabase.fromComplianceDatabaseAttributes(stack, 'Database', { ...existing(stack), secret: Secret.fromSecretNameV2(stack, 'Named', 'app/db') });
    database.grantReadSecret(new Role(stack, 'App', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    const statements = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy'));
    expect(statements.map(({ Resource }) => flat(Resource).replace(/^.*AccountId\}:/, ''))).toEqual(['secret:app/db-??????']);
  });

  test('has a hierarchy of its own where none is given', () => {
    const stack = stackOf();
    DatabaseSource.fromCluster(existing(stack))._bind(stack, 'Database', { organizationName: 'bank', profile: EnvironmentProfile.DEV, encryptionKey: new Key(stack, 'Key') });
    expect(ofType(resourcesOf(stack), 'AWS::SSM::Parameter').map(([, { Properties }]) => Properties.Name)).toContain('/bank/Dev/database/port');
  });

  test('is refused without an endpoint, and with thresholds of no alarm', () => {
    expect(() => bound({}, { clusterEndpointAddress: undefined })).toThrow(
      'DatabaseSource.fromCluster.cluster: got "Stack/Theirs", but allowed is a cluster that knows its endpoint; import it with clusterEndpointAddress and port');
    expect(() => bound({ alarms: false, alarmThresholds: { connections: 9 } })).toThrow(
      'DatabaseSource.fromCluster.alarmThresholds: got {"connections":9}, but allowed is nothing with alarms: false; leave alarmThresholds out, or alarms on');
  });
});
