/**
 * Everything that a platform team may already own, brought as it is.
 */
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  AccountServices, BucketsSource, ComplianceMonitoringSystem, DatabaseSource, EnvironmentProfile, MessageDetail, ParityPolicy,
} from 'cdk-compliance-monitoring';

const app = new App();
const stack = new Stack(app, 'Compliance-Live');

// Made in the same app: CDK adds the statements that services need.
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
const securityGroup = new ec2.SecurityGroup(stack, 'Outward', { vpc });
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
const alertTopic = new sns.Topic(stack, 'Alerts', { masterKey: encryptionKey, enforceSSL: true });
const secured = {
  encryption: s3.BucketEncryption.KMS, encryptionKey, versioned: true, enforceSSL: true, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
};
const configBucket = new s3.Bucket(stack, 'Config', {
  ...secured, lifecycleRules: [{ prefix: 'parity/walks/', expiration: Duration.days(1) }],
});
const reportsBucket = new s3.Bucket(stack, 'Reports', secured);
const table = new dynamodb.Table(stack, 'Findings', {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
  timeToLiveAttribute: 'expiresAt',
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
  encryptionKey,
});
const cluster = new rds.DatabaseCluster(stack, 'Database', {
  engine: rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_10_0 }),
  vpc,
  writer: rds.ClusterInstance.serverlessV2('Writer'),
  storageEncryptionKey: encryptionKey,
});
const role = new iam.Role(stack, 'CheckRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
// Imported: it gets a policy, since it is in the same account.
const auditors = iam.Role.fromRoleArn(stack, 'Auditors', stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'Auditors' }));

const system = new ComplianceMonitoringSystem(stack, 'System', {
  organizationName: 'finserv-corp',
  profile: EnvironmentProfile.custom('Live', { basedOn: EnvironmentProfile.PROD, removalPolicy: RemovalPolicy.RETAIN }),
  parity: ParityPolicy.of({ baseline: 'Live', environments: ['Test', 'Live'], readRate: 10 }),
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  securityGroups: [securityGroup],
  encryptionKey,
  alertTopic,
  driftCheckInterval: Duration.minutes(30),
  buckets: BucketsSource.fromBuckets({ configBucket, reportsBucket }),
  database: DatabaseSource.fromCluster({ cluster, secret: cluster.secret! }),
  // Recorder and rules come from the organization.
  account: AccountServices.shared(),
  drift: { table, role, runtime: lambda.Runtime.NODEJS_24_X, messageDetail: MessageDetail.EXPLANATIONS },
  tags: { costCenter: '4711', compliance: 'PCI-DSS' },
  exportOutputs: true,
});
system.driftMonitor.grantReadFindings(auditors);

app.synth();
