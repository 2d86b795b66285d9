import { App, ArnFormat, SecretValue, Stack } from 'aws-cdk-lib';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ConfigRecorder, DeploymentRecord, DriftMonitor, EnvironmentProfile, ParameterHierarchy, ParityBuckets, ParityPolicy, SecureStringSource } from '../../../src';
import { TABLE } from '../../../src/drift/contract';

export const ORGANIZATION = 'acme';
export const SECRET = 'app/db';
export const SECRET_VALUE = 'open sesame';

const profile = EnvironmentProfile.STAGING;

/** What the scenarios deploy: each function with everything that it may be given, such as keys of their own, a VPC and a secret. */
const PARTS = {
  drift: (stack: Stack) => {
    new DriftMonitor(stack, 'Drift', {
      organizationName: ORGANIZATION,
      profile,
      parity: ParityPolicy.of({ environments: ['Dev', 'Staging', 'Prod'], baseline: 'Prod' }),
      alertEmails: ['ops@example.com'],
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'], vpcCidrBlock: '10.0.0.0/16',
      }),
    });
  },
  deployments: (stack: Stack) => {
    const table = new Table(stack, 'Table', {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: new Key(stack, 'Key'),
    });
    new DeploymentRecord(stack, 'Deployments', { organizationName: ORGANIZATION, profile, table, deploymentVersion: '1' });
  },
  parameters: (stack: Stack) => {
    const ground = new Stack(stack.node.root as App, 'Ground', { env: { region: stack.region } });
    stack.addDependency(ground);
    const encryptionKey = new Key(ground, 'SecretKey');
    new Secret(ground, 'Secret', {
      secretName: SECRET, encryptionKey, secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ password: SECRET_VALUE })),
    });
    // Known by its name only, as one of another stack is.
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const secretPartialArn = stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: SECRET, arnFormat });
    const secret = Secret.fromSecretAttributes(stack, 'Secret', { secretPartialArn, encryptionKey });
    const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName: ORGANIZATION, profile });
    parameters.addSecureString('database/password', { source: SecureStringSource.fromSecret(secret, { jsonKey: 'password', followRotation: true }) });
  },
  recorder: (stack: Stack) => {
    const { reportsBucket } = new ParityBuckets(stack, 'Buckets', { profile });
    new ConfigRecorder(stack, 'Recorder', { organizationName: ORGANIZATION, profile, deliveryBucket: reportsBucket });
  },
};
export type Part = keyof typeof PARTS;

/** The directory of an assembly with this part only: every lane deploys it. */
export function synthesise(part: Part, outdir: string, region: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  PARTS[part](new Stack(app, 'Watched', { env: { region } }));
  return app.synth().directory;
}
