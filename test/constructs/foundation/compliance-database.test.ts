import { App, CfnParameter, Duration, NestedStack, RemovalPolicy, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { InstanceType, ISubnet, IVpc, Peer, SecurityGroup, Subnet, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AuroraMysqlEngineVersion, CfnDBCluster, DatabaseInsightsMode, DBClusterStorageType, EngineLifecycleSupport } from 'aws-cdk-lib/aws-rds';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ComplianceDatabase, ComplianceDatabaseProps, DatabaseCapacity, EnvironmentProfile, ParameterHierarchy } from '../../../src';
import { flat, flatList, ofType, only, Resources, resourcesOf, stackOf, statementsOf } from '../support';

const { DEV, STAGING, PROD, EPHEMERAL } = EnvironmentProfile;
const vpcIn = (stack: Stack): IVpc => (stack.node.tryFindChild('Vpc') as Vpc | undefined) ?? new Vpc(stack, 'Vpc');
const databaseIn = (stack: Stack, props: Partial<ComplianceDatabaseProps> = {}, id = 'Database') =>
  new ComplianceDatabase(stack, id, { organizationName: 'bank', profile: STAGING, vpc: vpcIn(stack), ...props });
function made(props: Partial<ComplianceDatabaseProps> = {}): Resources {
  const stack = stackOf();
  databaseIn(stack, props);
  return resourcesOf(stack);
}
const CLUSTER = 'AWS::RDS::DBCluster';
const INSTANCE = 'AWS::RDS::DBInstance';
const clusterOf = (resources: Resources) => only(resources, CLUSTER);
const alarmsOf = (resources: Resources) => Object.fromEntries(ofType(resources, 'AWS::CloudWatch::Alarm').map(([id, alarm]) =>
  [/(Connections|WriterCpu|ReaderCpu|FreeableMemory|Follow)Alarm\w{8}$/.exec(id)?.[1] ?? id, alarm.Properties]));
const parametersOf = (resources: Resources) => Object.fromEntries(ofType(resources, 'AWS::SSM::Parameter')
  .map(([, { Properties }]) => [Properties.Name, flat(Properties.Value)]));

describe('by profile', () => {
  test.each([
    [DEV, 'db.r8g.large', 1, 7, undefined, true, 'Snapshot', 7],
    [STAGING, 'db.r8g.xlarge', 2, 14, 60, true, 'Snapshot', 30],
    [PROD, 'db.r8g.2xlarge', 2, 30, 60, true, 'Snapshot', 90],
    [EPHEMERAL, 'db.t4g.medium', 1, 1, undefined, false, 'Delete', 7],
  ])('%#', (profile, instanceClass, instances, backupDays, monitoring, deletionProtection, deletionPolicy, logDays) => {
    const resources = made({ profile });
    const cluster = clusterOf(resources);
    expect(cluster).toMatchObject({
      DeletionPolicy: deletionPolicy, UpdateReplacePolicy: deletionPolicy,
      Properties: { BackupRetentionPeriod: backupDays, DeletionProtection: deletionProtection },
    });
    const nodes = ofType(resources, INSTANCE).map(([, { Properties }]) => Properties);
    expect(nodes).toHaveLength(instances);
    for (const node of nodes) {
      expect(node).toMatchObject({ DBInstanceClass: instanceClass, PubliclyAccessible: false, AutoMinorVersionUpgrade: true });
    }
    expect(nodes.map(({ MonitoringInterval }) => MonitoringInterval)).toEqual(nodes.map(() => monitoring));
    expect(ofType(resources, 'AWS::IAM::Role')).toHaveLength(monitoring === undefined ? 0 : 1);
    for (const [, group] of ofType(resources, 'AWS::Logs::LogGroup')) {
      expect(group).toMatchObject({ DeletionPolicy: profile === EPHEMERAL ? 'Delete' : 'RetainExceptOnCreate', Properties: { RetentionInDays: logDays } });
    }
    expect(Object.keys(alarmsOf(resources)).sort()).toEqual(
      [...(instances > 1 ? ['ReaderCpu'] : []), 'Connections', 'FreeableMemory', 'WriterCpu'].sort());
  });

  test.each([[DEV, 1, 2, 1], [STAGING, 2, 4, 2], [PROD, 4, 8, 2], [EPHEMERAL, 0.5, 1, 1]])('%#, serverless', (profile, MinCapacity, MaxCapacity, instances) => {
    const resources = made({ profile, capacity: DatabaseCapacity.serverlessV2() });
    expect(clusterOf(resources).Properties.ServerlessV2ScalingConfiguration).toEqual({ MinCapacity, MaxCapacity });
    const nodes = ofType(resources, INSTANCE).map(([, { Properties }]) => Properties);
    expect(nodes.map(({ DBInstanceClass, PromotionTier }) => [DBInstanceClass, PromotionTier]))
      .toEqual([['db.serverless', 0], ['db.serverless', 1]].slice(0, instances));
    expect(alarmsOf(resources).FreeableMemory.Threshold).toBe(Math.floor(MaxCapacity * 2 * 1024 ** 3 * 0.05));
  });
});

describe('by default', () => {
  const resources = made();
  const { Properties: cluster } = clusterOf(resources);

  test('it is the long-term version of Aurora MySQL, encrypted, with a secret that RDS manages and no password', () => {
    expect(cluster).toMatchObject({
      Engine: 'aurora-mysql', EngineVersion: '8.0.mysql_aurora.3.10.4', EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      DatabaseName: 'configdb', MasterUsername: 'admin', Port: 3306, ManageMasterUserPassword: true, StorageEncrypted: true,
      EnableIAMDatabaseAuthentication: true, CopyTagsToSnapshot: true, AutoMinorVersionUpgrade: true, DatabaseInsightsMode: 'standard',
      PreferredBackupWindow: '03:00-04:00', PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      EnableCloudwatchLogsExports: ['audit', 'error', 'slowquery'],
    });
    const key = flat(cluster.KmsKeyId);
    expect(key).toMatch(/^\$\{DatabaseKey\w+\.Arn\}$/);
    expect(flat((cluster.MasterUserSecret as { KmsKeyId: unknown }).KmsKeyId)).toBe(key);
    for (const absent of ['MasterUserPassword', 'StorageType', 'PerformanceInsightsEnabled']) { expect(cluster).not.toHaveProperty(absent); }
    expect(ofType(resources, 'AWS::SecretsManager::Secret')).toEqual([]);
    expect(JSON.stringify(resources)).not.toContain('managed by RDS');
  });

  test('it takes TLS only and logs who connects and who changes rights and tables', () => {
    expect(only(resources, 'AWS::RDS::DBClusterParameterGroup').Properties).toMatchObject({
      Family: 'aurora-mysql8.0',
      Parameters: {
        require_secure_transport: 'ON', slow_query_log: '1', log_output: 'FILE', server_audit_logging: '1',
        server_audit_events: 'CONNECT,QUERY_DCL,QUERY_DDL', general_log: '0',
      },
    });
  });

  test('nobody gets in, and it calls nobody', () => {
    const group = only(resources, 'AWS::EC2::SecurityGroup').Properties;
    expect(group).not.toHaveProperty('SecurityGroupIngress');
    expect(group.SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32' }]);
    expect(ofType(resources, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
    expect(flatList(only(resources, 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds)).toHaveLength(2);
  });

  test('its log groups are made before it, with its name and its key', () => {
    const groups = ofType(resources, 'AWS::Logs::LogGroup');
    const name = flat(cluster.DBClusterIdentifier);
    expect(groups.map(([, { Properties }]) => flat(Properties.LogGroupName)).sort())
      .toEqual(['audit', 'error', 'general', 'slowquery'].map((type) => `/aws/rds/cluster/${name}/${type}`));
    expect(clusterOf(resources).DependsOn).toEqual(expect.arrayContaining(groups.map(([id]) => id)));
    for (const [, { Properties }] of groups) { expect(flat(Properties.KmsKeyId)).toBe(flat(cluster.KmsKeyId)); }
    const key = only(resources, 'AWS::KMS::Key');
    expect(statementsOf(key, 'KeyPolicy').map(({ Principal }) => JSON.stringify(Principal)).join()).toContain('logs.');
  });

  test('its parameters tell where it is', () => {
    const [[id]] = ofType(resources, CLUSTER);
    expect(parametersOf(resources)).toEqual({
      '/bank/Staging/database/endpoint': `\${${id}.Endpoint.Address}`,
      '/bank/Staging/database/port': `\${${id}.Endpoint.Port}`,
      '/bank/Staging/database/secret-arn': `\${${id}.MasterUserSecret.SecretArn}`,
    });
    expect(ofType(resources, 'Custom::SecureString')).toEqual([]);
  });

  test('everything that takes tags has them', () => {
    for (const [, { Properties }] of [CLUSTER, INSTANCE, 'AWS::RDS::DBSubnetGroup', 'AWS::RDS::DBClusterParameterGroup', 'AWS::EC2::SecurityGroup', 'AWS::Logs::LogGroup']
      .flatMap((type) => ofType(resources, type)).filter(([id]) => id.startsWith('Database'))) {
      expect(Properties.Tags).toEqual(expect.arrayContaining([{ Key: 'Environment', Value: 'Staging' }, { Key: 'Organization', Value: 'bank' }]));
    }
  });

  test('enhanced monitoring writes one log group of this account, and its role is whole from the start', () => {
    const role = only(resources, 'AWS::IAM::Role').Properties;
    const trust = statementsOf({ Type: '', Properties: role }, 'AssumeRolePolicyDocument');
    expect(trust).toMatchObject([{ Principal: { Service: 'monitoring.rds.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }]);
    const [{ PolicyDocument }] = role.Policies as { PolicyDocument: unknown }[];
    const [statement, ...others] = statementsOf({ Type: '', Properties: { PolicyDocument } });
    expect(others).toEqual([]);
    expect(flatList(statement.Resource).map((arn) => arn.replace(/^.*AccountId\}:/, ''))).toEqual(['log-group:RDSOSMetrics', 'log-group:RDSOSMetrics:*']);
    expect(ofType(resources, 'AWS::IAM::Policy')).toEqual([]);
  });
});

describe('its name', () => {
  /** The text, and the intrinsic that follows it. */
  const nameIn = (stack: Stack, id?: string): [string, unknown] => {
    const { dbClusterIdentifier } = databaseIn(stack, {}, id).cluster.node.defaultChild as CfnDBCluster;
    return (stack.resolve(dbClusterIdentifier) as { 'Fn::Join': [string, [string, unknown]] })['Fn::Join'][1];
  };

  test('is lower case, short enough, and ends with a part of the stack\'s id', () => {
    const stack = new Stack(new App(), 'A-Very-Long-Name-Of-A-Stack-That-Goes-On-And-On-And-On');
    const [prefix, guid] = nameIn(stack, 'Another__VERY-LongIdOfAConstruct');
    expect(prefix).toMatch(/^db-[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}-$/);
    // Eight characters follow.
    expect(prefix.length + 8).toBeLessThanOrEqual(63);
    expect(guid).toEqual({ 'Fn::Select': [0, { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] }] });
  });

  test('is the same in every synth, and another one for each construct and stack', () => {
    const names = () => {
      const app = new App();
      const one = new Stack(app, 'One');
      return [nameIn(one, 'A'), nameIn(one, 'a'), nameIn(new Stack(app, 'Two'), 'A')].map(([text]) => text);
    };
    expect(names()).toEqual(names());
    expect(new Set(names()).size).toBe(3);
  });

  test('stays when its stack moves into a Stage, as logical ids do, or the database would be replaced', () => {
    const moved = new Stack(new Stage(new App(), 'Blue'), 'One', { stackName: 'One' });
    expect(nameIn(moved, 'A')).toEqual(nameIn(new Stack(new App(), 'One'), 'A'));
  });

  test('needs no name of the stack, and may be a token', () => {
    const parent = stackOf();
    const nested = new NestedStack(parent, 'Nested');
    const [prefix] = nameIn(nested);
    expect(prefix).toMatch(/^db-[a-z]+-[0-9a-f]{8}-$/);
    const stack = stackOf();
    databaseIn(stack, { clusterIdentifier: new CfnParameter(stack, 'Name').valueAsString });
    expect(clusterOf(resourcesOf(stack)).Properties.DBClusterIdentifier).toEqual({ Ref: 'Name' });
    expect(flat(only(resourcesOf(stack), 'AWS::Logs::LogGroup', /audit/).Properties.LogGroupName)).toBe('/aws/rds/cluster/${Name}/audit');
  });

  test('is given, and its log groups have it', () => {
    const resources = made({ clusterIdentifier: 'bank-staging' });
    expect(clusterOf(resources).Properties.DBClusterIdentifier).toBe('bank-staging');
    expect(only(resources, 'AWS::Logs::LogGroup', /error/).Properties.LogGroupName).toBe('/aws/rds/cluster/bank-staging/error');
  });
});

describe('on request', () => {
  test('another version, size, name, port, window, storage and user', () => {
    const resources = made({
      engineVersion: AuroraMysqlEngineVersion.of('8.4.mysql_aurora.8.4.7', '8.4'), capacity: DatabaseCapacity.provisioned({ instanceType: new InstanceType('r5.large'), readers: 3 }),
      masterUsername: 'Root1', defaultDatabaseName: 'app_db', port: 3307, backupWindow: '23:45-00:30', maintenanceWindow: 'sat:22:00-sat:23:00',
      storageType: DBClusterStorageType.AURORA_IOPT1, autoMinorVersionUpgrade: false, backupRetention: Duration.days(35), deletionProtection: false,
      engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT, monitoringInterval: Duration.seconds(0),
    });
    expect(clusterOf(resources).Properties).toMatchObject({
      EngineVersion: '8.4.mysql_aurora.8.4.7', MasterUsername: 'Root1', DatabaseName: 'app_db', Port: 3307, PreferredBackupWindow: '23:45-00:30',
      PreferredMaintenanceWindow: 'sat:22:00-sat:23:00', StorageType: 'aurora-iopt1', AutoMinorVersionUpgrade: false, BackupRetentionPeriod: 35,
      DeletionProtection: false, EngineLifecycleSupport: 'open-source-rds-extended-support',
    });
    expect(only(resources, 'AWS::RDS::DBClusterParameterGroup').Properties.Family).toBe('aurora-mysql8.4');
    const nodes = ofType(resources, INSTANCE);
    expect(nodes.map(([, { Properties }]) => [Properties.DBInstanceClass, Properties.PromotionTier, Properties.AutoMinorVersionUpgrade]))
      .toEqual([['db.r5.large', 0, false], ...[1, 2, 3].map(() => ['db.r5.large', 1, false])]);
    expect(ofType(resources, 'AWS::IAM::Role')).toEqual([]);
  });

  test('the general log, with its export, and other parameters', () => {
    const resources = made({ generalLog: true, clusterParameters: { long_query_time: '2', server_audit_events: 'CONNECT' } });
    expect(clusterOf(resources).Properties.EnableCloudwatchLogsExports).toEqual(['audit', 'error', 'general', 'slowquery']);
    expect(only(resources, 'AWS::RDS::DBClusterParameterGroup').Properties.Parameters).toMatchObject({
      general_log: '1', long_query_time: '2', server_audit_events: 'CONNECT', require_secure_transport: 'ON',
    });
    // The log group of a log that goes and comes back is never made twice.
    expect(ofType(resources, 'AWS::Logs::LogGroup').map(([id]) => id)).toEqual(ofType(made(), 'AWS::Logs::LogGroup').map(([id]) => id));
  });

  test('advanced insights keep 15 months, under the key', () => {
    const { Properties } = clusterOf(made({ databaseInsights: DatabaseInsightsMode.ADVANCED }));
    expect(Properties).toMatchObject({ DatabaseInsightsMode: 'advanced', PerformanceInsightsEnabled: true, PerformanceInsightsRetentionPeriod: 465 });
    expect(flat(Properties.PerformanceInsightsKmsKeyId)).toBe(flat(Properties.KmsKeyId));
  });

  test.each([
    [STAGING, RemovalPolicy.DESTROY, 'Delete', 'Retain'], [STAGING, RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [EPHEMERAL, RemovalPolicy.SNAPSHOT, 'Snapshot', 'Retain'], [EPHEMERAL, undefined, 'Delete', 'Delete'],
  ])('another end of the data, and the key outlives it (%#)', (profile, removalPolicy, cluster, key) => {
    const resources = made({ profile, removalPolicy });
    expect([clusterOf(resources).DeletionPolicy, only(resources, 'AWS::KMS::Key').DeletionPolicy]).toEqual([cluster, key]);
  });

  test.each([[RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'], [undefined, undefined]])(
    'a cluster that is kept (%s) keeps what it stands in', (removalPolicy, policy) => {
      const resources = made({ removalPolicy });
      const beside = ['AWS::EC2::SecurityGroup', 'AWS::RDS::DBClusterParameterGroup', 'AWS::IAM::Role'];
      expect(beside.map((type) => only(resources, type).DeletionPolicy)).toEqual(beside.map(() => policy));
    });

  test('key, security group, monitoring role, subnets and parameters of the consumer', () => {
    const stack = stackOf();
    const vpc = new Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED }] });
    const parameters = new ParameterHierarchy(stack, 'Mine', { organizationName: 'bank', profile: STAGING });
    const encryptionKey = new Key(stack, 'Key');
    const database = databaseIn(stack, {
      vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, parameters, encryptionKey,
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')], monitoringRole: Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/monitoring'),
    });
    const resources = resourcesOf(stack);
    expect(database.parameters).toBe(parameters);
    expect(database.encryptionKey).toBe(encryptionKey);
    expect(clusterOf(resources).Properties.VpcSecurityGroupIds).toEqual(['sg-1']);
    expect(only(resources, INSTANCE, /Writer/).Properties.MonitoringRoleArn).toBe('arn:aws:iam::111111111111:role/monitoring');
    expect([ofType(resources, 'AWS::KMS::Key').length, ofType(resources, 'AWS::IAM::Role').length, ofType(resources, 'AWS::EC2::SecurityGroup').length]).toEqual([1, 0, 0]);
    expect(ofType(resources, 'AWS::SSM::Parameter').map(([id]) => id).every((id) => id.startsWith('Mine'))).toBe(true);
    expect(Object.keys(database.logGroups).sort()).toEqual(['audit', 'error', 'general', 'slowquery']);
  });

  test('isolated subnets, where there are no private ones', () => {
    const stack = stackOf();
    databaseIn(stack, { vpc: new Vpc(stack, 'Vpc', { natGateways: 0 }) });
    expect(flatList(only(resourcesOf(stack), 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds)).toEqual(
      [1, 2].map((number) => expect.stringMatching(new RegExp(`VpcIsolatedSubnet${number}`)) as string));
  });

  test('the password as a SecureString that follows the secret', () => {
    const stack = stackOf();
    const alertTopic = new Topic(stack, 'Topic');
    databaseIn(stack, { passwordParameter: true, alertTopic });
    const resources = resourcesOf(stack);
    const [[id]] = ofType(resources, CLUSTER);
    const secret = { 'Fn::GetAtt': [id, 'MasterUserSecret.SecretArn'] };
    expect(only(resources, 'Custom::SecureString').Properties).toMatchObject({
      Name: '/bank/Staging/database/password', Source: { Secret: secret, JsonKey: 'password' },
    });
    expect(only(resources, 'AWS::Events::Rule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)', EventPattern: { detail: { eventName: ['RotationSucceeded'], additionalEventData: { SecretId: [secret] } } },
    });
    expect(alarmsOf(resources).Follow.AlarmActions).toHaveLength(1);
  });
});

describe('who gets in', () => {
  test('whom connections name, to its port', () => {
    const stack = stackOf();
    databaseIn(stack, { port: 3307 }).connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/16'));
    expect(only(resourcesOf(stack), 'AWS::EC2::SecurityGroupIngress').Properties).toMatchObject({
      CidrIp: '10.0.0.0/16', FromPort: { 'Fn::GetAtt': [expect.stringMatching(/^DatabaseCluster/), 'Endpoint.Port'] }, IpProtocol: 'tcp',
    });
  });

  test('by IAM as one user of one cluster, or with the secret', () => {
    const stack = stackOf();
    const role = new Role(stack, 'App', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const database = databaseIn(stack);
    expect([database.grantConnect(role, 'app').success, database.grantReadSecret(role).success]).toEqual([true, true]);
    const resources = resourcesOf(stack);
    const [[id]] = ofType(resources, CLUSTER);
    const statements = statementsOf(only(resources, 'AWS::IAM::Policy'));
    expect(statements.map(({ Action }) => Action)).toEqual(['rds-db:connect', 'kms:Decrypt', ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']]);
    expect(flat(statements[0].Resource)).toBe(`arn:\${AWS::Partition}:rds-db:\${AWS::Region}:\${AWS::AccountId}:dbuser:\${${id}.DBClusterResourceId}/app`);
    expect(flat(statements[2].Resource)).toBe(`\${${id}.MasterUserSecret.SecretArn}`);
  });
});

describe('alarms', () => {
  const watched = (props: Partial<ComplianceDatabaseProps> = {}) => {
    const stack = stackOf();
    databaseIn(stack, { alertTopic: new Topic(stack, 'Topic', { masterKey: new Key(stack, 'TopicKey') }), ...props });
    return resourcesOf(stack);
  };

  test('tell connections, CPU by role and memory to the topic, which admits them', () => {
    const resources = watched();
    const [[id]] = ofType(resources, CLUSTER);
    const dimension = { Name: 'DBClusterIdentifier', Value: { Ref: id } };
    const above = { Namespace: 'AWS/RDS', Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, ComparisonOperator: 'GreaterThanThreshold' };
    const alarms = alarmsOf(resources);
    expect(alarms).toMatchObject({
      Connections: { ...above, MetricName: 'DatabaseConnections', Statistic: 'Maximum', Threshold: 50, Dimensions: [dimension] },
      WriterCpu: { ...above, MetricName: 'CPUUtilization', Statistic: 'Average', Threshold: 80, Dimensions: [dimension, { Name: 'Role', Value: 'WRITER' }] },
      ReaderCpu: { ...above, MetricName: 'CPUUtilization', Threshold: 80, Dimensions: [dimension, { Name: 'Role', Value: 'READER' }] },
      // 5 % of 32 GiB.
      FreeableMemory: { MetricName: 'FreeableMemory', Statistic: 'Minimum', Threshold: 1717986918, ComparisonOperator: 'LessThanThreshold', EvaluationPeriods: 3 },
    });
    const headings = Object.values(alarms).map(({ AlarmActions, AlarmDescription }) => {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
      return (AlarmDescription as string).split('#')[1];
    });
    expect(new Set(headings)).toEqual(new Set(['database-connections', 'database-cpu', 'database-memory']));
    expect(JSON.stringify(only(resources, 'AWS::SNS::TopicPolicy').Properties)).toContain('cloudwatch.amazonaws.com');
    expect(JSON.stringify(only(resources, 'AWS::KMS::Key', /^TopicKey/).Properties)).toContain('cloudwatch.amazonaws.com');
  });

  test('take other thresholds, and know the memory of classes', () => {
    expect(alarmsOf(watched({ alarmThresholds: { connections: 500, cpuUtilization: 95.5, freeableMemory: 1e9 } }))).toMatchObject({
      Connections: { Threshold: 500 }, WriterCpu: { Threshold: 95.5 }, ReaderCpu: { Threshold: 95.5 }, FreeableMemory: { Threshold: 1e9 },
    });
    const gib = 1024 ** 3 / 20;
    const threshold = (name: string) =>
      alarmsOf(watched({ capacity: DatabaseCapacity.provisioned({ instanceType: new InstanceType(name) }) })).FreeableMemory.Threshold;
    expect(['t4g.medium', 'r6i.large', 'r7g.16xlarge', 'x2g.xlarge'].map(threshold)).toEqual([4, 16, 512, 64].map((memory) => Math.floor(memory * gib)));
    expect(['z9.large', 'r8g.metal'].map(threshold)).toEqual([512 * 1024 ** 2, 512 * 1024 ** 2]);
  });

  test('are off on request, and without a topic they have no action', () => {
    const stack = stackOf();
    expect(databaseIn(stack, { alarms: false }).alarms).toBeUndefined();
    expect(alarmsOf(resourcesOf(stack))).toEqual({});
    expect(Object.values(alarmsOf(made())).flatMap(({ AlarmActions }) => AlarmActions ?? [])).toEqual([]);
  });

  test('metrics are the cluster\'s', () => {
    const stack = stackOf();
    const database = databaseIn(stack);
    const metrics = [database.metricDatabaseConnections(), database.metricCpuUtilization({ statistic: 'Maximum' }), database.metricFreeableMemory(), database.metric('Deadlocks')];
    const shown = metrics.map(({ namespace, metricName, statistic, dimensions = {} }) => [namespace, metricName, statistic, Object.keys(dimensions)]);
    expect(shown).toEqual([
      ['AWS/RDS', 'DatabaseConnections', 'Average', ['DBClusterIdentifier']], ['AWS/RDS', 'CPUUtilization', 'Maximum', ['DBClusterIdentifier']],
      ['AWS/RDS', 'FreeableMemory', 'Average', ['DBClusterIdentifier']], ['AWS/RDS', 'Deadlocks', 'Average', ['DBClusterIdentifier']],
    ]);
  });

  test('the critical topic is told of failures of the cluster and of its instances', () => {
    const stack = stackOf();
    databaseIn(stack, { criticalTopic: new Topic(stack, 'Critical', { masterKey: new Key(stack, 'TopicKey') }) });
    const resources = resourcesOf(stack);
    const { EventPattern, Targets } = only(resources, 'AWS::Events::Rule').Properties as {
      EventPattern: { detail: { SourceArn: unknown[] } };
      Targets: { Arn: unknown; InputTransformer: { InputTemplate: string } }[];
    };
    expect(EventPattern).toMatchObject({
      'source': ['aws.rds'],
      'detail-type': ['RDS DB Cluster Event', 'RDS DB Instance Event'],
      'detail': { EventCategories: ['availability', 'failover', 'failure', 'global-failover'] },
    });
    expect(EventPattern.detail.SourceArn.map((arn) => flat(arn).replace(/^.*AccountId\}:/, '').replace(/\w{8}\}$/, '}'))).toEqual([
      'cluster:${DatabaseCluster}', 'db:${DatabaseClusterWriter}', 'db:${DatabaseClusterReader1}',
    ]);
    expect(flat(Targets[0].Arn)).toMatch(/^\$\{Critical/);
    expect(Targets[0].InputTransformer.InputTemplate).toMatch(/^"Database of Staging: <detail-Message> .*#database-down"$/);
    for (const [type, id] of [['AWS::SNS::TopicPolicy', /./], ['AWS::KMS::Key', /^TopicKey/]] as const) {
      expect(JSON.stringify(only(resources, type, id).Properties)).toContain('events.amazonaws.com');
    }
  });
});

test('two stand side by side in a stack, told in two environments', () => {
  const stack = stackOf();
  databaseIn(stack, { profile: DEV, passwordParameter: true }, 'One');
  databaseIn(stack, { passwordParameter: true }, 'Two');
  const resources = resourcesOf(stack);
  expect([ofType(resources, CLUSTER).length, ofType(resources, 'AWS::Logs::LogGroup').length]).toEqual([2, 12]);
});

test.each([['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov']])('works in %s', (region) => {
  const stack = stackOf({ env: { account: '111111111111', region } });
  databaseIn(stack, { passwordParameter: true, criticalTopic: new Topic(stack, 'Critical') });
  const template = JSON.stringify(resourcesOf(stack));
  expect(template.match(/arn:aws:[a-z]/g)).toBeNull();
});

test('tags of the consumer win', () => {
  const stack = stackOf();
  Tags.of(databaseIn(stack).cluster).add('CostCenter', '4711');
  expect(clusterOf(resourcesOf(stack)).Properties.Tags).toContainEqual({ Key: 'CostCenter', Value: '4711' });
});

test('warns of plain connections and of public subnets, and not otherwise', () => {
  const stack = stackOf();
  databaseIn(stack);
  const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data as string);
  expect(warnings()).toEqual([]);
  databaseIn(stack, { profile: DEV, clusterParameters: { require_secure_transport: 'OFF' }, vpcSubnets: { subnetType: SubnetType.PUBLIC } }, 'Open');
  expect(warnings()).toEqual([
    expect.stringContaining('require_secure_transport is OFF: passwords and data may cross the network in plain text'),
    expect.stringContaining('the database stands in public subnets'),
  ]);
});

describe('refused, with prop, value, allowed and fix', () => {
  const database = (props: Partial<ComplianceDatabaseProps>) => () => databaseIn(stackOf(), props);
  const IDENTIFIER = 'up to 63 lower-case letters, digits and single hyphens, the first a letter and the last no hyphen; choose another name, or leave it out';
  const USER = '1 to 16 letters and digits, the first a letter; choose another name; admin is the default';
  const SUBNETS = 'at least two subnets in two zones; choose others by vpcSubnets, or bring a network that has them';
  const HALVES = (least: number) => `a number from ${least} to 256 in steps of 0.5; give Aurora capacity units, such as 0.5 or 4`;
  const subnets = (zones: string[]) => () => {
    const stack = stackOf({ env: { account: '111111111111', region: 'eu-central-1' } });
    const chosen: ISubnet[] = zones.map((availabilityZone, index) =>
      Subnet.fromSubnetAttributes(stack, `S${index}`, { subnetId: `subnet-${index}`, availabilityZone, routeTableId: 'rtb-1' }));
    databaseIn(stack, { vpcSubnets: { subnets: chosen } });
  };
  test.each<[string, () => unknown, string]>([
    ['organization', database({ organizationName: 'a/b' }),
      'ParameterHierarchy.organizationName: got "a/b", but allowed is up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit; '
      + 'choose a name without slashes or spaces'],
    ...['Bank', '1bank', 'a--b', 'a-', 'a'.repeat(64), ''].map((clusterIdentifier): [string, () => unknown, string] => [`name ${clusterIdentifier}`, database({ clusterIdentifier }),
      `ComplianceDatabase.clusterIdentifier: got "${clusterIdentifier}", but allowed is ${IDENTIFIER}`]),
    ['version', database({ engineVersion: AuroraMysqlEngineVersion.VER_2_12_0 }),
      'ComplianceDatabase.engineVersion: got "5.7", but allowed is Aurora MySQL 3 (major version 8.0) or 8.4; choose a later version; AWS no longer supports 5.7'],
    ...['1admin', 'ad-min', 'a'.repeat(17), ''].map((masterUsername): [string, () => unknown, string] => [`user ${masterUsername}`, database({ masterUsername }),
      `ComplianceDatabase.masterUsername: got "${masterUsername}", but allowed is ${USER}`]),
    ['database', database({ defaultDatabaseName: 'config-db' }),
      'ComplianceDatabase.defaultDatabaseName: got "config-db", but allowed is up to 64 letters, digits and underscores, the first a letter; '
      + 'choose another name; configdb is the default'],
    ['port', database({ port: 80 }), 'ComplianceDatabase.port: got 80, but allowed is a whole number from 1150 to 65535; choose another port; 3306 is the default'],
    ['one subnet', subnets(['eu-central-1a']), `ComplianceDatabase.vpcSubnets: got "1 subnet(s)", but allowed is ${SUBNETS}`],
    ['one zone', subnets(['eu-central-1a', 'eu-central-1a']), `ComplianceDatabase.vpcSubnets: got "subnets in eu-central-1a only", but allowed is ${SUBNETS}`],
    ['backups', database({ backupRetention: Duration.days(36) }),
      'ComplianceDatabase.backupRetention: got "Duration.days(36)", but allowed is a whole number of days from 1 to 35; give it as Duration.days(n)'],
    ['backup window', database({ backupWindow: '3:00-4:00' }),
      'ComplianceDatabase.backupWindow: got "3:00-4:00", but allowed is hh:mm-hh:mm in UTC, at least 30 minutes; write it as 03:00-04:00'],
    ['short backup window', database({ backupWindow: '03:00-03:29' }),
      'ComplianceDatabase.backupWindow: got "03:00-03:29", but allowed is hh:mm-hh:mm in UTC, at least 30 minutes; write it as 03:00-04:00'],
    ['maintenance window', database({ maintenanceWindow: 'Sun:04:00-Sun:05:00' }),
      'ComplianceDatabase.maintenanceWindow: got "Sun:04:00-Sun:05:00", but allowed is ddd:hh:mm-ddd:hh:mm in UTC, at least 30 minutes; write it as sun:04:00-sun:05:00'],
    ['windows that meet', database({ maintenanceWindow: 'sun:03:59-sun:05:00' }),
      'ComplianceDatabase.maintenanceWindow: got "sun:03:59-sun:05:00", but allowed is a window outside the backup window 03:00-04:00; move one of the two'],
    ['windows that meet the other way', database({ maintenanceWindow: 'mon:02:00-mon:03:30' }),
      'ComplianceDatabase.maintenanceWindow: got "mon:02:00-mon:03:30", but allowed is a window outside the backup window 03:00-04:00; move one of the two'],
    ['monitoring', database({ monitoringInterval: Duration.seconds(20) }),
      'ComplianceDatabase.monitoringInterval: got "Duration.seconds(20)", but allowed is 0, 1, 5, 10, 15, 30, 60 seconds; choose one of these; 0 switches enhanced monitoring off'],
    ['general log', database({ clusterParameters: { general_log: '1' } }),
      'ComplianceDatabase.clusterParameters: got {"general_log":"1"}, but allowed is every parameter but general_log; use generalLog, which exports the log as well'],
    ['thresholds of nothing', database({ alarms: false, alarmThresholds: { connections: 1 } }),
      'ComplianceDatabase.alarmThresholds: got {"connections":1}, but allowed is nothing with alarms: false; leave alarmThresholds out, or alarms on'],
    ['connections', database({ alarmThresholds: { connections: 0 } }),
      'ComplianceDatabase.alarmThresholds.connections: got 0, but allowed is a number of at least 1; give a number of connections of an instance'],
    ['CPU', database({ alarmThresholds: { cpuUtilization: 101 } }),
      'ComplianceDatabase.alarmThresholds.cpuUtilization: got 101, but allowed is a number from 1 to 100; give a percentage'],
    ['memory', database({ alarmThresholds: { freeableMemory: NaN } }),
      'ComplianceDatabase.alarmThresholds.freeableMemory: got null, but allowed is a number of at least 1; give a number of bytes'],
    ['readers', () => DatabaseCapacity.provisioned({ readers: 16 }), 'ProvisionedCapacityOptions.readers: got 16, but allowed is a whole number from 0 to 15; choose fewer readers, or none'],
    ['serverless readers', () => DatabaseCapacity.serverlessV2({ readers: -1 }),
      'ServerlessCapacityOptions.readers: got -1, but allowed is a whole number from 0 to 15; choose fewer readers, or none'],
    ['capacity', database({ capacity: DatabaseCapacity.serverlessV2({ minCapacity: 0.3 }) }), `ServerlessCapacityOptions.minCapacity: got 0.3, but allowed is ${HALVES(0)}`],
    ['largest capacity', database({ capacity: DatabaseCapacity.serverlessV2({ maxCapacity: 257 }) }), `ServerlessCapacityOptions.maxCapacity: got 257, but allowed is ${HALVES(1)}`],
    ['capacities the wrong way round', database({ capacity: DatabaseCapacity.serverlessV2({ minCapacity: 8 }) }),
      'ServerlessCapacityOptions.minCapacity: got 8, but allowed is at most maxCapacity, which is 4; lower the one or raise the other'],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  test('what is known at deployment only passes', () => {
    const stack = stackOf();
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    const vpc = Vpc.fromVpcAttributes(stack, 'Imported', {
      vpcId: 'vpc-1', availabilityZones: new CfnParameter(stack, 'Zones', { type: 'CommaDelimitedList' }).valueAsList,
      privateSubnetIds: new CfnParameter(stack, 'Subnets', { type: 'CommaDelimitedList' }).valueAsList,
    });
    databaseIn(stack, {
      vpc, organizationName: text('Organization'), masterUsername: text('User'), defaultDatabaseName: text('DatabaseName'), backupWindow: text('Window'),
      backupRetention: Duration.days(new CfnParameter(stack, 'Days', { type: 'Number' }).valueAsNumber),
      port: new CfnParameter(stack, 'Port', { type: 'Number' }).valueAsNumber,
    });
    expect(clusterOf(resourcesOf(stack)).Properties).toMatchObject({
      MasterUsername: { Ref: 'User' }, DatabaseName: { Ref: 'DatabaseName' }, PreferredBackupWindow: { Ref: 'Window' }, BackupRetentionPeriod: { Ref: 'Days' }, Port: { Ref: 'Port' },
    });
    expect(only(resourcesOf(stack), 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds).toEqual({ Ref: 'Subnets' });
  });
});

test('is the same in every synth, with all recommended feature flags and with none', () => {
  const template = (context: { [flag: string]: boolean }) => {
    const stack = new Stack(new App({ context }), 'Stack');
    databaseIn(stack, { passwordParameter: true });
    return resourcesOf(stack);
  };
  expect(template({})).toEqual(template({}));
  const flagged = template({ '@aws-cdk/aws-rds:lowercaseDbIdentifier': true, '@aws-cdk/aws-rds:auroraClusterChangeScopeOfInstanceParameterGroupWithEachParameters': true, '@aws-cdk/core:checkSecretUsage': true });
  expect(clusterOf(flagged)).toEqual(clusterOf(template({})));
});

test('no secret stands in the template', () => {
  expect(/resolve:secretsmanager|"MasterUserPassword"/.test(JSON.stringify(made({ passwordParameter: true })))).toBe(false);
});
