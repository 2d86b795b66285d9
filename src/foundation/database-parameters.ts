import { Tokenization } from 'aws-cdk-lib';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { OWN_PARAMETERS } from './contract';
import { ParameterHierarchy } from './parameter-hierarchy';
import { SecureStringSource } from './secure-string-source';
import { refuse } from '../private/validation';

export interface DatabaseParametersProps {
  readonly cluster: rds.IDatabaseCluster;
  readonly secret: secretsmanager.ISecret;
  readonly password: boolean;
}

/** Tells applications where the database is. The master secret is told by its ARN, and by its value only when asked. */
export function addDatabaseParameters(parameters: ParameterHierarchy, { cluster, secret, password }: DatabaseParametersProps): void {
  const { hostname, port } = endpointOf(cluster);
  parameters.addString(OWN_PARAMETERS.databaseEndpoint, hostname, { description: 'Where the writer of the database is' });
  parameters.addString(OWN_PARAMETERS.databasePort, Tokenization.stringifyNumber(port), { description: 'Port of the database' });
  parameters.addString(OWN_PARAMETERS.databaseSecretArn, secret.secretArn, { description: 'Secret of the master user in Secrets Manager' });
  if (password) {
    parameters.addSecureString(OWN_PARAMETERS.databasePassword, {
      description: 'Password of the master user, which changes every week',
      source: SecureStringSource.fromSecret(secret, { jsonKey: 'password', followRotation: true }),
    });
  }
}

function endpointOf(cluster: rds.IDatabaseCluster): rds.Endpoint {
  try {
    return cluster.clusterEndpoint;
  } catch {
    return refuse('DatabaseSource.fromCluster.cluster', cluster.node.path, 'a cluster that knows its endpoint', 'import it with clusterEndpointAddress and port');
  }
}
