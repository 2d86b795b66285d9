/** Least privilege: each statement in full, so that one more is a failed test. */
import { Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EnvironmentProfile } from '../../../src';
import { flat, flatList, monitorIn, only, Resource, resourcesOf, stackOf, statementsOf } from '../support';

const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1').replace('arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:', 'ssm:');
const readable = (resource: Resource) => statementsOf(resource).map((statement) => [
  flatList(statement.Action), flatList(statement.Resource).map(short), ...(statement.Condition ? [short(condition(statement.Condition))] : []),
]);
const condition = (value: unknown) => Object.entries(value as { [operator: string]: { [key: string]: unknown } })
  .map(([operator, test]) => `${operator} ${Object.entries(test).map(([key, wanted]) => `${key} ${flat(wanted)}`).join()}`).join();
const policyOf = (stack: Stack, id: RegExp) => readable(only(resourcesOf(stack), 'AWS::IAM::Policy', id));
const through = (service: string) => `StringLike kms:ViaService ${service}.\${AWS::Region}.amazonaws.com*`;

const DATA_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];
const expectedOf = (folders: string[]) => [
  [['logs:CreateLogStream', 'logs:PutLogEvents'], ['${DriftDetectLogs.Arn}']],
  [['sqs:SendMessage'], ['${DriftChangesDeadLetters.Arn}']],
  [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']],
  [['ssm:GetParametersByPath'], folders],
  [['ssm:GetParameterHistory', 'ssm:GetParameters'], folders.map((folder) => `${folder}/*`)],
  [
    ['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    ['${DriftTable.Arn}'],
  ],
  [['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'], ['${DriftKey.Arn}'], through('dynamodb')],
  [['s3:GetObject'], ['${DriftStateBucket.Arn}/parity/policies/*.json', '${DriftStateBucket.Arn}/parity/walks/*']],
  [['s3:PutObject'], [`\${DriftStateBucket.Arn}/parity/${folders[0].slice('ssm:parameter/'.length)}/snapshot.json.gz`, '${DriftStateBucket.Arn}/parity/walks/*']],
  [DATA_KEY, ['${DriftKey.Arn}'], through('s3')],
  [['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'], ['${DriftChangesQueue.Arn}']],
  [DATA_KEY, ['${DriftKey.Arn}'], through('sqs')],
  [['sns:Publish'], ['${DriftTopic}']],
  [DATA_KEY, ['${DriftKey.Arn}'], through('sns')],
];

test('the check reads two environments and keeps its own state', () => {
  const stack = stackOf();
  monitorIn(stack);
  expect(policyOf(stack, /DetectRole/)).toEqual(expectedOf(['ssm:parameter/bank/Staging', 'ssm:parameter/bank/Prod']));
});

test('the check of the baseline reads the baseline only', () => {
  const stack = stackOf();
  monitorIn(stack, { profile: EnvironmentProfile.PROD });
  expect(policyOf(stack, /DetectRole/)).toEqual(expectedOf(['ssm:parameter/bank/Prod']));
});

test('the policy function writes policies and nothing else', () => {
  const stack = stackOf();
  monitorIn(stack);
  expect(policyOf(stack, /PolicyHandlerRole/)).toEqual([
    [['logs:CreateLogStream', 'logs:PutLogEvents'], ['${DriftPolicyHandlerLogs.Arn}']],
    [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']],
    [['s3:DeleteObject', 's3:PutObject'], ['${DriftStateBucket.Arn}/parity/policies/*.json']],
    [['kms:GenerateDataKey'], ['${DriftKey.Arn}'], through('s3')],
  ]);
});

test('no role has a managed policy, and a VPC adds network interfaces only', () => {
  const stack = stackOf();
  monitorIn(stack, { vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }) });
  const resources = resourcesOf(stack);
  for (const role of [only(resources, 'AWS::IAM::Role', /DetectRole/), only(resources, 'AWS::IAM::Role', /PolicyHandlerRole/)]) {
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  }
  const arn = (resource: string, account = '${AWS::AccountId}') => `arn:\${AWS::Partition}:ec2:\${AWS::Region}:${account}:${resource}/*`;
  expect(policyOf(stack, /DetectRole/).filter(([actions]) => actions[0].startsWith('ec2:'))).toEqual([
    // Subnets and groups may be another account's, which shares them.
    [['ec2:CreateNetworkInterface'], [arn('network-interface'), arn('security-group', '*'), arn('subnet', '*')]],
    [['ec2:AssignPrivateIpAddresses', 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'], [arn('network-interface')]],
    [['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], ['*']],
  ]);
});

test('queue, topic and bucket take TLS only, and one service each', () => {
  const stack = stackOf();
  monitorIn(stack);
  const resources = resourcesOf(stack);
  const policies = (['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy'] as const).map((type) =>
    statementsOf(only(resources, type, /Queue|Topic|Bucket/)).map((statement) => [
      statement.Effect, flatList(statement.Action)[0], JSON.stringify(statement.Principal), short(condition(statement.Condition)),
    ]));
  expect(policies).toEqual([
    [
      ['Deny', 'sqs:*', '{"AWS":"*"}', 'Bool aws:SecureTransport false'],
      ['Allow', 'sqs:SendMessage', '{"Service":"events.amazonaws.com"}', 'ArnEquals aws:SourceArn ${DriftChangeRule.Arn}'],
    ],
    [
      ['Deny', 'sns:Publish', '"*"', 'Bool aws:SecureTransport false'],
      ['Allow', 'sns:Publish', '{"Service":"cloudwatch.amazonaws.com"}', 'StringEquals aws:SourceAccount ${AWS::AccountId}'],
    ],
    [['Deny', 's3:*', '{"AWS":"*"}', 'Bool aws:SecureTransport false']],
  ]);
});

test('grants give one thing each', () => {
  const stack = stackOf();
  const monitor = monitorIn(stack);
  const caller = new Role(stack, 'Caller', { assumedBy: new AccountPrincipal('222222222222') });
  const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  expect(monitor.grantInvoke(caller).success && monitor.grantReadFindings(reader).success).toBe(true);
  expect(policyOf(stack, /^Caller/)).toEqual([[['lambda:InvokeFunction'], ['${DriftDetectFunction.Arn}', '${DriftDetectFunction.Arn}:*']]]);
  expect(policyOf(stack, /^Reader/)).toEqual([
    [['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], ['${DriftTable.Arn}']],
    [['kms:Decrypt', 'kms:DescribeKey'], ['${DriftKey.Arn}'], through('dynamodb')],
  ]);
});
