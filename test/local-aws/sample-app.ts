import { join } from 'node:path';
import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFn, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

// TableV2 of CDK 2.257 warns of its own use of deprecated properties.
process.env.JSII_DEPRECATED = 'quiet';

export interface SampleOptions {
  readonly outdir: string;
  readonly region: string;
  readonly stackName: string;
  /** Changes a value, so that there is something to update. */
  readonly parameterValue?: string;
  /** Makes the custom resource fail, and the stack with it. */
  readonly fail?: boolean;
}

/** Synthesises two stacks with a resource of every kind that the library's own stacks contain. The second depends on the first. */
export function synthesiseSample(options: SampleOptions): string {
  const app = new App({ outdir: options.outdir, analyticsReporting: false });
  const env = { region: options.region };
  const keys = new Stack(app, `${options.stackName}Keys`, { env });
  const key = new Key(keys, 'Key', { alias: `sample/${options.stackName}`, removalPolicy: RemovalPolicy.DESTROY });
  const stack = new Stack(app, options.stackName, { env });
  stack.addDependency(keys);
  addRoom(stack, key, options);
  return app.synth().directory;
}

function addRoom(stack: Stack, key: Key, { parameterValue = 'first', fail = false }: SampleOptions) {
  const table = new TableV2(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.customerManagedKey(key),
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expires',
    deletionProtection: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const bucket = new Bucket(stack, 'Bucket', {
    versioned: true,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
  });
  const topic = new Topic(stack, 'Topic', { enforceSSL: true });
  topic.addSubscription(new EmailSubscription('everything@example.com'));
  topic.addSubscription(new EmailSubscription('urgent@example.com', {
    filterPolicy: { severity: SubscriptionFilter.stringFilter({ allowlist: ['high'] }) },
  }));
  const deadLetters = new Queue(stack, 'DeadLetters', { enforceSSL: true });
  const changes = new Queue(stack, 'Changes', {
    enforceSSL: true,
    visibilityTimeout: Duration.seconds(1),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
  });
  const fn = new LambdaFn(stack, 'Function', {
    runtime: Runtime.NODEJS_22_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(join(__dirname, 'sample-function')),
    environment: { STACK: stack.stackName },
    timeout: Duration.seconds(1),
    logGroup: new LogGroup(stack, 'Logs', { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY }),
    loggingFormat: LoggingFormat.JSON,
    deadLetterQueue: deadLetters,
    retryAttempts: 1,
  });
  fn.addEventSource(new SqsEventSource(changes, {
    batchSize: 100, maxBatchingWindow: Duration.seconds(1), reportBatchItemFailures: true, maxConcurrency: 2,
  }));
  new Rule(stack, 'ParameterChanges', {
    eventPattern: { source: ['aws.ssm'], detailType: ['Parameter Store Change'], detail: { name: [{ prefix: `/${stack.stackName}/` }] } },
    targets: [new SqsQueue(changes, { deadLetterQueue: deadLetters })],
  });
  new Rule(stack, 'Failing', {
    eventPattern: { source: [`${stack.stackName}.test`] },
    targets: [new LambdaFunction(fn, { event: RuleTargetInput.fromObject({ fail: true }), deadLetterQueue: deadLetters, retryAttempts: 2 })],
  });
  const changed = alarm(stack, 'Changed', topic,
    new Metric({ namespace: 'Sample', metricName: 'Changes', dimensionsMap: { Stack: stack.stackName }, statistic: 'Maximum', period: Duration.minutes(1) }));
  const failing = alarm(stack, 'FunctionErrors', topic, fn.metricErrors({ period: Duration.minutes(1) }));
  const stuck = alarm(stack, 'Stuck', topic, deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }));

  const provider = new LambdaFn(stack, 'Provider', {
    runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromAsset(join(__dirname, 'sample-resource')),
  });
  const custom = new CustomResource(stack, 'Custom', {
    resourceType: 'Custom::Sample', serviceToken: provider.functionArn, serviceTimeout: Duration.seconds(20), properties: { Fail: fail },
  });
  const parameter = new StringParameter(stack, 'Parameter', { parameterName: `/${stack.stackName}/own`, stringValue: parameterValue });
  parameter.node.addDependency(stack.node.findChild('ParameterChanges'));
  const writer = new Role(stack, 'Writer', {
    assumedBy: new AccountRootPrincipal(), managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMFullAccess')],
  });

  for (const [name, value] of Object.entries({
    TableName: table.tableName,
    TableArn: table.tableArn,
    StreamArn: table.tableStreamArn!,
    BucketName: bucket.bucketName,
    TopicArn: topic.topicArn,
    QueueUrl: changes.queueUrl,
    DeadLetterUrl: deadLetters.queueUrl,
    FunctionArn: fn.functionArn,
    LogGroupName: fn.logGroup.logGroupName,
    ChangedAlarmName: changed.alarmName,
    FunctionErrorsAlarmName: failing.alarmName,
    StuckAlarmName: stuck.alarmName,
    KeyArn: key.keyArn,
    WriterArn: writer.roleArn,
    ParameterArn: parameter.parameterArn,
    Answer: custom.getAttString('Answer'),
  })) {
    new CfnOutput(stack, name, { value });
  }
}

function alarm(stack: Stack, id: string, topic: Topic, metric: Metric): Alarm {
  const made = metric.createAlarm(stack, id, {
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new SnsAction(topic));
  return made;
}
