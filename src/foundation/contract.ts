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

/** Objects in buckets move to Standard-IA after this many days, the fewest that S3 takes. */
export const DAYS_IN_STANDARD = 30;
