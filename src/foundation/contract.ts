/**
 * Relative names of the parameters that this library itself writes. Their values are the environment's own, so the parity policy
 * lets each of them differ. It imports nothing, or every bundle would carry it.
 */
export const OWN_PARAMETERS = {
  databaseEndpoint: 'database/endpoint',
  databasePort: 'database/port',
  databaseSecretArn: 'database/secret-arn',
  databasePassword: 'database/password',
  configBucket: 's3/config-bucket',
  complianceBucket: 's3/compliance-bucket',
} as const;
