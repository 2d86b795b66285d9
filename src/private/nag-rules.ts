const NIST = 'NIST.800.53.R5';
const PCI = 'PCI.DSS.321';
const HIPAA = 'HIPAA.Security';
const NIST_HIPAA = [NIST, HIPAA];
const ALL = [NIST, PCI, HIPAA];

interface NagRule {
  /** The packs that call the rule by its name. */
  readonly packs: readonly string[];
  /** What AwsSolutions calls it, which numbers its rules. */
  readonly solutions?: string;
}

/**
 * One question, as each rule pack of cdk-nag asks it. A table and no code of cdk-nag, so that nothing depends on its being there; a test
 * holds it against cdk-nag.
 */
const RULES = {
  AuroraMySQLBacktrack: { packs: [], solutions: 'RDS14' },
  AuroraMySQLLogging: { packs: [], solutions: 'RDS16' },
  AuroraMySQLPostgresIAMAuth: { packs: [], solutions: 'RDS6' },
  CloudWatchAlarmAction: { packs: NIST_HIPAA },
  DynamoDBInBackupPlan: { packs: NIST_HIPAA },
  IAMNoInlinePolicy: { packs: ALL },
  LambdaConcurrency: { packs: NIST_HIPAA },
  LambdaDLQ: { packs: NIST_HIPAA },
  LambdaInsideVPC: { packs: ALL },
  LambdaLatestVersion: { packs: [], solutions: 'L1' },
  RDSAutomaticMinorVersionUpgradeEnabled: { packs: [PCI, HIPAA] },
  RDSEnhancedMonitoringEnabled: { packs: NIST_HIPAA },
  RDSInBackupPlan: { packs: NIST_HIPAA },
  RDSInstanceBackupEnabled: { packs: NIST_HIPAA, solutions: 'RDS13' },
  RDSInstanceDeletionProtectionEnabled: { packs: NIST_HIPAA, solutions: 'RDS10' },
  RDSLoggingEnabled: { packs: ALL },
  RDSNonDefaultPort: { packs: [], solutions: 'RDS11' },
  S3BucketLoggingEnabled: { packs: ALL, solutions: 'S1' },
  S3BucketReplicationEnabled: { packs: ALL },
  S3DefaultEncryptionKMS: { packs: ALL },
  SQSQueueDLQ: { packs: [], solutions: 'SQS3' },
  SecretsManagerRotationEnabled: { packs: NIST_HIPAA, solutions: 'SMG4' },
  SecretsManagerUsingKMSKey: { packs: ALL },
} as const satisfies { readonly [rule: string]: NagRule };

export type NagRuleName = keyof typeof RULES;

/** What the packs call a rule. `finding` is what a rule that looks at several things puts in brackets, as in `LogExport::audit`. */
export function nagIdsOf(rule: NagRuleName, finding?: string): string[] {
  const { packs, solutions }: NagRule = RULES[rule];
  const suffix = finding === undefined ? '' : `[${finding}]`;
  return [...packs.map((pack) => `${pack}-${rule}${suffix}`), ...(solutions ? [`AwsSolutions-${solutions}${suffix}`] : [])];
}

export const NAG_RULE_NAMES = Object.keys(RULES) as NagRuleName[];
