import { createHash } from 'crypto';
import { Aws, Fn, IResource, RemovalPolicy, SecretValue, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { BoundCapacity } from './bound-capacity';
import { DatabaseOptions } from './compliance-database-options';
import { DatabaseCapacity } from './database-capacity';
import { EnvironmentProfile } from './environment-profile';
import { KeyUse } from './key-use';
import { acknowledgeResources, acknowledgeRule } from '../private/acknowledge';
import { admit } from '../private/key-use';
import { nameInStack } from '../private/naming';

/** Long-term support until 30 April 2028. */
const ENGINE_VERSION = rds.AuroraMysqlEngineVersion.of('8.0.mysql_aurora.3.10.4', '8.0');
const DEFAULT_PORT = 3306;
const LOG_TYPES = ['audit', 'error', 'general', 'slowquery'] as const;

export interface MakeClusterProps {
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
  readonly options: DatabaseOptions;
}

export interface MadeCluster {
  readonly cluster: rds.DatabaseCluster;
  readonly resource: rds.CfnDBCluster;
  readonly capacity: BoundCapacity;
  /** By type of log. */
  readonly logGroups: { readonly [type: string]: logs.LogGroup };
}

/** The cluster with all that it needs beside it. */
export function makeCluster(scope: Construct, { profile, encryptionKey, removalPolicy, deletionProtection, options }: MakeClusterProps): MadeCluster {
  const { vpc, generalLog = false, autoMinorVersionUpgrade = true, databaseInsights = rds.DatabaseInsightsMode.STANDARD } = options;
  const advanced = databaseInsights === rds.DatabaseInsightsMode.ADVANCED;
  const engine = rds.DatabaseClusterEngine.auroraMysql({ version: options.engineVersion ?? ENGINE_VERSION });
  const monitoringInterval = options.monitoringInterval ?? profile.monitoringInterval;
  const monitored = monitoringInterval.isUnresolved() || monitoringInterval.toSeconds() > 0;
  const capacity = (options.capacity ?? DatabaseCapacity.provisioned())._bind(profile, { publiclyAccessible: false, autoMinorVersionUpgrade });
  const clusterIdentifier = options.clusterIdentifier ?? derivedIdentifier(scope);
  const logGroups = makeLogGroups(scope, clusterIdentifier, profile, encryptionKey);

  const cluster = new rds.DatabaseCluster(scope, 'Cluster', {
    engine,
    clusterIdentifier,
    vpc,
    // CDK's own default is private subnets only, and fails where there are none.
    vpcSubnets: options.vpcSubnets ?? {},
    // No rule in either direction: a database calls nobody.
    securityGroups: options.securityGroups ?? [kept(new ec2.SecurityGroup(scope, 'SecurityGroup', {
      vpc, description: `Database of ${profile.name}`, allowAllOutbound: false,
    }), removalPolicy)],
    port: options.port ?? DEFAULT_PORT,
    writer: capacity.writer,
    readers: Array.from({ length: capacity.readers }, (_, index) => capacity.reader(index + 1)),
    serverlessV2MinCapacity: capacity.serverless?.minCapacity,
    serverlessV2MaxCapacity: capacity.serverless?.maxCapacity,
    parameterGroup: new rds.ParameterGroup(scope, 'ParameterGroup', {
      engine, description: `Database of ${profile.name}`, parameters: clusterParameters(options),
      removalPolicy: retains(removalPolicy) ? removalPolicy : undefined,
    }),
    // Replaced below: this CDK makes a secret of its own, or takes a password.
    credentials: rds.Credentials.fromPassword(options.masterUsername ?? 'admin', SecretValue.unsafePlainText('managed by RDS')),
    defaultDatabaseName: options.defaultDatabaseName ?? 'configdb',
    storageEncryptionKey: encryptionKey,
    storageType: options.storageType,
    backup: { retention: options.backupRetention ?? profile.backupRetention, preferredWindow: options.backupWindow ?? '03:00-04:00' },
    preferredMaintenanceWindow: options.maintenanceWindow ?? 'sun:04:00-sun:05:00',
    cloudwatchLogsExports: LOG_TYPES.filter((type) => type !== 'general' || generalLog),
    monitoringInterval: monitored ? monitoringInterval : undefined,
    monitoringRole: monitored ? options.monitoringRole ?? kept(makeMonitoringRole(scope), removalPolicy) : undefined,
    databaseInsightsMode: databaseInsights,
    performanceInsightRetention: advanced ? rds.PerformanceInsightRetention.MONTHS_15 : undefined,
    performanceInsightEncryptionKey: advanced ? encryptionKey : undefined,
    iamAuthentication: true,
    copyTagsToSnapshot: true,
    autoMinorVersionUpgrade,
    engineLifecycleSupport: options.engineLifecycleSupport ?? rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
    deletionProtection,
    removalPolicy,
  });
  const resource = cluster.node.defaultChild as rds.CfnDBCluster;
  resource.masterUserPassword = undefined;
  resource.manageMasterUserPassword = true;
  resource.masterUserSecret = { kmsKeyId: encryptionKey.keyArn };
  // RDS would make them itself, and they would keep their lines for ever.
  resource.node.addDependency(...Object.values(logGroups));
  acknowledge(cluster, { generalLog, monitored, deletionProtection, autoMinorVersionUpgrade });
  return { cluster, resource, capacity, logGroups };
}

const retains = (policy: RemovalPolicy) => policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/** What a cluster that stays still uses: EC2 would refuse to delete its security group, and the stack would never be gone. */
function kept<T extends IResource>(resource: T, policy: RemovalPolicy): T {
  if (retains(policy)) { resource.applyRemovalPolicy(policy); }
  return resource;
}

function clusterParameters({ generalLog = false, clusterParameters: further }: DatabaseOptions): { [name: string]: string } {
  return {
    require_secure_transport: 'ON',
    slow_query_log: '1',
    log_output: 'FILE',
    server_audit_logging: '1',
    server_audit_events: 'CONNECT,QUERY_DCL,QUERY_DDL',
    ...further,
    general_log: generalLog ? '1' : '0',
  };
}

/**
 * One for each type, also for the general log while it is off: one that went and came back would meet the one that was kept. What keeps
 * data keeps it, except when its creation is rolled back, or the next creation would meet it.
 */
function makeLogGroups(scope: Construct, clusterIdentifier: string, profile: EnvironmentProfile, encryptionKey: kms.IKey): MadeCluster['logGroups'] {
  admit(scope, encryptionKey, KeyUse.LOGS);
  return Object.fromEntries(LOG_TYPES.map((type) => [type, new logs.LogGroup(scope, `Logs-${type}`, {
    logGroupName: `/aws/rds/cluster/${clusterIdentifier}/${type}`,
    retention: profile.logRetention,
    encryptionKey,
    removalPolicy: profile.removalPolicy === RemovalPolicy.RETAIN ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : profile.removalPolicy,
  })]));
}

/**
 * Names of stack and construct for whoever reads it, a hash of the construct's path in the stack, so that two differ, and a part of the
 * stack's id: a stack that is made again meets no log group of the one before. Nothing above the stack counts, as in logical ids: a stack
 * that moves into a Stage keeps its database.
 */
function derivedIdentifier(scope: Construct): string {
  const stack = Stack.of(scope);
  const { stackName } = stack;
  const readable = [Token.isUnresolved(stackName) ? '' : stackName.slice(-20), nameInStack(scope).slice(-20)]
    .map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')).filter((part) => part !== '');
  const path = scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id).join('/');
  const unique = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const incarnation = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return ['db', ...readable, unique, incarnation].join('-');
}

/**
 * AWS's managed policy reaches log groups of every region; RDS writes to this one only. The policy stands in the role itself, because RDS
 * looks at it when an instance is made.
 */
function makeMonitoringRole(scope: Construct): iam.Role {
  const stack = Stack.of(scope);
  const group = stack.formatArn({ service: 'logs', resource: 'log-group:RDSOSMetrics' });
  const actions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:PutLogEvents', 'logs:PutRetentionPolicy'];
  const role = new iam.Role(scope, 'MonitoringRole', {
    description: 'Enhanced monitoring of a database',
    assumedBy: new iam.ServicePrincipal('monitoring.rds.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
    inlinePolicies: { Logs: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions, resources: [group, `${group}:*`] })] }) },
  });
  acknowledgeResources(role, [`${group}:*`], 'RDS names the streams after ids of instances that nobody knows before they are made');
  acknowledgeRule(role, 'IAMNoInlinePolicy', 'RDS refuses an instance while its monitoring role lacks the permissions: in the role itself they come with it');
  return role;
}

interface Choices {
  readonly generalLog: boolean;
  readonly monitored: boolean;
  readonly deletionProtection: boolean;
  readonly autoMinorVersionUpgrade: boolean;
}

function acknowledge(scope: Construct, { generalLog, monitored, deletionProtection, autoMinorVersionUpgrade }: Choices): void {
  acknowledgeRule(scope, 'RDSNonDefaultPort',
    'Another port keeps nobody out: the security group lets in only whom the consumer names, and connections need TLS. It is settable');
  acknowledgeRule(scope, 'AuroraMySQLBacktrack',
    'Point-in-time recovery restores beside the live cluster. Backtracking rewinds it in place, evidence included');
  acknowledgeRule(scope, 'RDSInBackupPlan',
    'Aurora backs up the cluster continuously by itself and keeps it as long as the profile says; a plan of AWS Backup belongs to the account');
  if (!generalLog) {
    acknowledgeRule(scope, 'RDSLoggingEnabled',
      'The general log holds every statement with its values, passwords included; the audit log holds who connected and changed what. It is settable',
      'LogExport::general');
  }
  if (!monitored) {
    acknowledgeRule(scope, 'RDSEnhancedMonitoringEnabled',
      'The profile of this environment does without enhanced monitoring, which costs by log line; CloudWatch\'s own metrics remain. It is settable');
  }
  if (!deletionProtection) {
    acknowledgeRule(scope, 'RDSInstanceDeletionProtectionEnabled',
      'Deletion protection was switched off, by the profile of an environment that is made to be destroyed or by the consumer');
  }
  if (!autoMinorVersionUpgrade) {
    acknowledgeRule(scope, 'RDSAutomaticMinorVersionUpgradeEnabled',
      'The consumer switched it off, to install minor versions at a time of their own choice; the default is on');
  }
}
