import { App, ArnFormat, SecretValue, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ConfigRecorder, DeploymentRecord, DriftMonitor, EnvironmentProfile, ParameterHierarchy, ParityBuckets, ParityPolicy, SecureStringSource,
} from '../../../src';

export const ORGANIZATION = 'acme';
export const SECRET = 'app/db';
export const SECRET_VALUE = 'open sesame';

/** Every function of the library, each with everything that it may be given: keys of their own, a VPC, a secret. */
export function synthesiseEverything(outdir: string, region: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  const ground = new Stack(app, 'Ground', { env: { region } });
  const secretKey = new Key(ground, 'SecretKey');
  new Secret(ground, 'Secret', {
    secretName: SECRET, encryptionKey: secretKey, secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ password: SECRET_VALUE })),
  });

  const stack = new Stack(app, 'Watched', { env: { region } });
  stack.addDependency(ground);
  const profile = EnvironmentProfile.STAGING;
  const monitor = new DriftMonitor(stack, 'Drift', {
    organizationName: ORGANIZATION,
    profile,
    parity: ParityPolicy.of({ environments: ['Dev', 'Staging', 'Prod'], baseline: 'Prod' }),
    alertEmails: ['ops@example.com'],
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'], vpcCidrBlock: '10.0.0.0/16',
    }),
  });
  const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName: ORGANIZATION, profile: EnvironmentProfile.DEV });
  const secret = Secret.fromSecretAttributes(stack, 'Secret', {
    secretPartialArn: stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: SECRET, arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
    encryptionKey: secretKey,
  });
  parameters.addSecureString('database/password', { source: SecureStringSource.fromSecret(secret, { jsonKey: 'password', followRotation: true }) });
  new DeploymentRecord(stack, 'Deployments', { organizationName: ORGANIZATION, profile, table: monitor.table, deploymentVersion: '1' });
  const buckets = new ParityBuckets(stack, 'Buckets', { profile });
  new ConfigRecorder(stack, 'Recorder', { organizationName: ORGANIZATION, profile, deliveryBucket: buckets.reportsBucket });
  return app.synth().directory;
}
