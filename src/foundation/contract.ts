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
/** What `ParameterHierarchy` and its function `foundation/secure-string` agree on. */
export const SECURE_STRING_SETTINGS = {
  /** `/organization/environment`: the function touches nothing that is not below it. */
  prefix: 'PARAMETER_PREFIX',
} as const;
export const SECURE_STRING_RESOURCE_TYPE = 'Custom::SecureString';
export const SECURE_STRING_TIMEOUT_SECONDS = 120;

/** What `ParameterHierarchy` and its function `foundation/follow-secret` agree on. */
export const FOLLOW_SECRET_SETTINGS = {
  /** `/organization/environment`: the function touches nothing that is not below it. */
  prefix: 'PARAMETER_PREFIX',
} as const;
/** Longer than the half minute that the function is patient with a permission that is on its way. */
export const FOLLOW_SECRET_TIMEOUT_SECONDS = 60;

export type SecureStringTier = 'Standard' | 'Advanced';
/** Bytes that a value may have. */
export const TIER_BYTES: { readonly [tier in SecureStringTier]: number } = { Standard: 4096, Advanced: 8192 };

/** Where a value comes from. Texts only: CloudFormation makes texts of numbers and booleans. */
export interface SecretSourceDocument {
  /** ARN of a Secrets Manager secret. */
  readonly Secret: string;
  readonly JsonKey?: string;
  readonly Revision?: string;
}
export interface GeneratedSourceDocument {
  readonly Length: string;
  readonly Characters: CharacterClass[];
  readonly Revision?: string;
}

/** Properties of the custom resource. They say where the value comes from and never hold it. */
export interface SecureStringDocument {
  readonly Name: string;
  readonly Tier: SecureStringTier;
  readonly KeyArn: string;
  readonly Description?: string;
  readonly Adopt: 'true' | 'false';
  readonly Tags: { readonly [key: string]: string };
  readonly Source: SecretSourceDocument | GeneratedSourceDocument;
}

/**
 * What a rule sends to `foundation/follow-secret`: the custom resource's own properties, and what tells whose the parameter is. A text in
 * the rule, not a setting, so that they need not fit into 4 KB together.
 */
export interface FollowSecretInput {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: Omit<SecureStringDocument, 'Tags'>;
}

/** Characters of generated values. None of the symbols has a meaning in a URL's user part, in quotes, or to Parameter Store. */
export const CHARACTERS = {
  lowercase: 'abcdefghijklmnopqrstuvwxyz',
  uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  symbols: '!#$%&()*+,-.:;<=>?[]^_|~',
} as const;
export type CharacterClass = keyof typeof CHARACTERS;
/** Shorter ones can be guessed. */
export const SHORTEST_GENERATED = 8;

/** Tags on a SecureString that say whose it is and what it holds. None says anything about the value. */
export const SECURE_STRING_TAGS = {
  /** Stack and logical id that made or adopted it. */
  owner: 'cdk-compliance-monitoring:owner',
  /** Only on an adopted one: who owned it before. It is never deleted. */
  adopted: 'cdk-compliance-monitoring:adopted',
  /** The version that was written last, for which settings and from which source. */
  state: 'cdk-compliance-monitoring:state',
  /** The version before, so that a rollback can bring its value back. */
  previous: 'cdk-compliance-monitoring:previous',
  /** Only on one that follows its secret: the version that was compared last, and the id of the secret's version that it holds. */
  followed: 'cdk-compliance-monitoring:followed',
} as const;

/** Settings (environment variables) of `foundation/record-deployment`. */
export const RECORD_DEPLOYMENT_SETTINGS = {
  organization: 'ORGANIZATION',
  environment: 'ENVIRONMENT',
  tableName: 'TABLE_NAME',
  /** Name of the stack that the record stands in: the version is its. */
  ownStack: 'OWN_STACK',
  /** Version of that stack; absent when the consumer names none. */
  version: 'DEPLOYMENT_VERSION',
} as const;
export const RECORD_DEPLOYMENT_TIMEOUT_SECONDS = 30;

/** The event that CloudFormation sends for each status of a stack. */
export const STACK_STATUS_EVENT = { source: 'aws.cloudformation', detailType: 'CloudFormation Stack Status Change' } as const;

/** CloudWatch metrics, in the namespace and with the dimensions of the drift metrics. */
export const DEPLOYMENT_METRICS = {
  /** Every deployment that ended, whatever its outcome. */
  deployments: 'Deployments',
  deploymentsRolledBack: 'DeploymentsRolledBack',
  deploymentsFailed: 'DeploymentsFailed',
} as const;
