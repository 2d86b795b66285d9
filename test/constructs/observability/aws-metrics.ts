/** Metrics that AWS itself writes, as its documentation has them: names, and the names of the dimensions that each can be read by. */
export interface AwsNamespace {
  readonly page: string;
  /** `read`: as a copy of the page has it. `named`: the page could not be read; CDK's own metrics, or public dashboards and alarms, are so. */
  readonly state: 'read' | 'named';
  readonly metrics: { readonly [name: string]: readonly (readonly string[])[] };
}

const FUNCTION = [['FunctionName']];
const QUEUE = [['QueueName']];
const TABLE = [['TableName']];
const CLUSTER = [['DBClusterIdentifier']];

export const AWS_METRICS: { readonly [namespace: string]: AwsNamespace } = {
  'AWS/Lambda': {
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    state: 'named',
    metrics: { Duration: FUNCTION, Errors: FUNCTION, Invocations: FUNCTION, Throttles: FUNCTION },
  },
  'AWS/SQS': {
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    state: 'named',
    metrics: { ApproximateNumberOfMessagesVisible: QUEUE, ApproximateAgeOfOldestMessage: QUEUE },
  },
  'AWS/DynamoDB': {
    page: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    state: 'read',
    metrics: {
      ConsumedReadCapacityUnits: TABLE,
      ConsumedWriteCapacityUnits: TABLE,
      ReadThrottleEvents: TABLE,
      WriteThrottleEvents: TABLE,
      // Of account and region: no dimension.
      UserErrors: [[]],
    },
  },
  'AWS/RDS': {
    page: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html',
    state: 'named',
    metrics: { DatabaseConnections: CLUSTER, CPUUtilization: CLUSTER, FreeableMemory: CLUSTER },
  },
  'AWS/Config': {
    page: 'https://aws.amazon.com/blogs/mt/analyzing-aws-config-resource-changes-using-cloudwatch-metrics/',
    state: 'named',
    metrics: {
      ConfigurationItemsRecorded: [['ResourceType']],
      ConfigHistoryExportFailed: [[]],
      ConfigSnapshotExportFailed: [[]],
      ChangeNotificationsDeliveryFailed: [[]],
    },
  },
};
