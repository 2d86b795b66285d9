/** What AWS Config of several accounts tells on the local AWS: changes of resources, lost events, and aggregators. See holes/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigServiceClient, DescribeAggregateComplianceByConfigRulesCommand, DescribeConfigurationAggregatorsCommand,
  DescribeConfigurationAggregatorSourcesStatusCommand, GetAggregateComplianceDetailsByConfigRuleCommand, GetComplianceDetailsByConfigRuleCommand,
  PutConfigRuleCommand, PutConfigurationRecorderCommand, PutEvaluationsCommand, StartConfigRulesEvaluationCommand,
} from '@aws-sdk/client-config-service';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnAggregationAuthorization, CfnConfigurationAggregator } from 'aws-cdk-lib/aws-config';
import { clientConfig } from './clients';
import { deleteStack, deployAssembly } from './deploy';
import { LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const HUB = '111111111111';
const MEMBER = '222222222222';
const FELLOW = '333333333333';
const RULE = 'required-tags';

const scratch = mkdtempSync(join(tmpdir(), 'config-members-'));
let aws: LocalAws;
const settings = (account: string) => clientConfig(aws.endpoint, account, aws.region);
const config = (account: string) => new ConfigServiceClient(settings(account));
const queues: { [account: string]: string } = {};

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  for (const account of [MEMBER, FELLOW]) {
    await config(account).send(new PutConfigurationRecorderCommand({
      ConfigurationRecorder: { name: 'default', roleARN: `arn:aws:iam::${account}:role/config` },
    }));
    await config(account).send(new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName: RULE, Source: { Owner: 'AWS', SourceIdentifier: 'REQUIRED_TAGS' } } }));
    const events = new EventBridgeClient(settings(account));
    queues[account] = (await new SQSClient(settings(account)).send(new CreateQueueCommand({ QueueName: 'events' }))).QueueUrl!;
    await events.send(new PutRuleCommand({ Name: 'events', EventPattern: '{"source":["aws.config"]}' }));
    await events.send(new PutTargetsCommand({ Rule: 'events', Targets: [{ Id: 'queue', Arn: `arn:aws:sqs:${aws.region}:${account}:events` }] }));
  }
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const local = async (route: string, body: object) => (await fetch(`${aws.endpoint}/_local/${route}`, { method: 'POST', body: JSON.stringify(body) })).status;
const evaluate = (account: string, id: string, ComplianceType: 'COMPLIANT' | 'NON_COMPLIANT') => config(account).send(new PutEvaluationsCommand({
  ResultToken: RULE,
  Evaluations: [{ ComplianceResourceType: 'AWS::S3::Bucket', ComplianceResourceId: id, ComplianceType, OrderingTimestamp: new Date() }],
}));
/** The event that comes, and nothing when none does. */
async function event(account: string) {
  const sqs = new SQSClient(settings(account));
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queues[account], WaitTimeSeconds: 1 }));
  if (!message) return undefined;
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queues[account], ReceiptHandle: message.ReceiptHandle }));
  return JSON.parse(message.Body!) as { detail: Record<string, unknown> };
}

test('a change of a resource is told with its item, or with the place of a large one', async () => {
  const change = { account: MEMBER, region: aws.region, resourceType: 'AWS::S3::Bucket', resourceId: 'data', changeType: 'UPDATE' };
  expect(await local('config-item', { ...change, configuration: { versioning: true } })).toBe(200);
  expect(await event(MEMBER)).toMatchObject({
    'account': MEMBER, 'source': 'aws.config', 'detail-type': 'Config Configuration Item Change', 'resources': [`arn:aws:s3:${aws.region}:${MEMBER}:data`],
    'detail': {
      messageType: 'ConfigurationItemChangeNotification', configurationItemDiff: { changeType: 'UPDATE' },
      configurationItem: { resourceId: 'data', configurationItemStatus: 'OK', configuration: { versioning: true } },
    },
  });
  expect(await local('config-item', { ...change, changeType: 'DELETE', oversized: true })).toBe(200);
  const large = (await event(MEMBER))!.detail;
  expect(large).toMatchObject({
    messageType: 'OversizedConfigurationItemChangeNotification',
    configurationItemSummary: { resourceId: 'data', changeType: 'DELETE', configurationItemStatus: 'ResourceDeleted' },
    s3DeliverySummary: { s3BucketLocation: expect.stringContaining(`/AWSLogs/${MEMBER}/Config/`) },
  });
  expect(large).not.toHaveProperty('configurationItem');
  expect(await local('config-item', { ...change, changeType: 'RENAME' })).toBe(400);
});

test('an event is lost when it is told to be, and the result is kept all the same', async () => {
  await local('lose-config-events', { account: FELLOW, lost: true });
  await evaluate(FELLOW, 'lost', 'NON_COMPLIANT');
  await evaluate(MEMBER, 'told', 'NON_COMPLIANT');
  expect((await event(MEMBER))!.detail).toMatchObject({ resourceId: 'told' });
  expect(await event(FELLOW)).toBeUndefined();
  await local('lose-config-events', { account: FELLOW, lost: false });
  await evaluate(FELLOW, 'again', 'COMPLIANT');
  expect((await event(FELLOW))!.detail).toMatchObject({ resourceId: 'again' });
});

test('a result can be made older', async () => {
  await evaluate(MEMBER, 'aged', 'COMPLIANT');
  await local('age-evaluations', { account: MEMBER, region: aws.region, rule: RULE, seconds: 3600 });
  const { EvaluationResults } = await config(MEMBER).send(new GetComplianceDetailsByConfigRuleCommand({ ConfigRuleName: RULE, Limit: 100 }));
  const aged = EvaluationResults!.find(({ EvaluationResultIdentifier: identifier }) => identifier!.EvaluationResultQualifier!.ResourceId === 'aged')!;
  expect((Date.now() - aged.ResultRecordedTime!.getTime()) / 1_000).toBeCloseTo(3600, -2);
});

test('an evaluation of rules that are there can be asked for', async () => {
  await config(MEMBER).send(new StartConfigRulesEvaluationCommand({ ConfigRuleNames: [RULE] }));
  await expect(config(MEMBER).send(new StartConfigRulesEvaluationCommand({ ConfigRuleNames: ['none'] }))).rejects.toMatchObject({ name: 'NoSuchConfigRuleException' });
});

describe('an aggregator', () => {
  const deploy = async (stackName: string, account: string, build: (stack: Stack) => void) => {
    const assemblyDir = join(scratch, `${stackName}-${account}`);
    const app = new App({ outdir: assemblyDir, analyticsReporting: false });
    build(new Stack(app, stackName, { env: { account, region: aws.region } }));
    app.synth();
    return (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, account, assemblyDir }))[stackName].outputs;
  };
  const results = async (ConfigurationAggregatorName: string, AccountId: string) => {
    const { AggregateEvaluationResults = [] } = await config(HUB).send(new GetAggregateComplianceDetailsByConfigRuleCommand({
      ConfigurationAggregatorName, ConfigRuleName: RULE, AccountId, AwsRegion: aws.region,
    }));
    return AggregateEvaluationResults.map(({ EvaluationResultIdentifier: identifier, ...each }) =>
      [identifier!.EvaluationResultQualifier!.ResourceId, each.ComplianceType, each.AccountId]);
  };
  const rules = async (ConfigurationAggregatorName: string) => {
    const command = new DescribeAggregateComplianceByConfigRulesCommand({ ConfigurationAggregatorName });
    const { AggregateComplianceByConfigRules: found = [] } = await config(HUB).send(command);
    return found.map(({ AccountId, ConfigRuleName, Compliance }) => [AccountId, ConfigRuleName, Compliance!.ComplianceType]);
  };

  beforeAll(async () => {
    for (const account of [MEMBER, FELLOW]) await evaluate(account, `of-${account}`, 'NON_COMPLIANT');
  });

  test('of accounts reads those that agree', async () => {
    await deploy('Agreement', MEMBER, (stack) => {
      new CfnAggregationAuthorization(stack, 'Agreement', { authorizedAccountId: HUB, authorizedAwsRegion: stack.region });
    });
    const { Name } = await deploy('Accounts', HUB, (stack) => {
      const aggregator = new CfnConfigurationAggregator(stack, 'Aggregator', {
        accountAggregationSources: [{ accountIds: [MEMBER, FELLOW], awsRegions: [stack.region] }],
      });
      new CfnOutput(stack, 'Name', { value: aggregator.ref });
    });
    const sources = new DescribeConfigurationAggregatorSourcesStatusCommand({ ConfigurationAggregatorName: Name });
    const { AggregatedSourceStatusList } = await config(HUB).send(sources);
    expect(AggregatedSourceStatusList!.map(({ SourceId, LastUpdateStatus }) => [SourceId, LastUpdateStatus])).toEqual([[MEMBER, 'SUCCEEDED'], [FELLOW, 'FAILED']]);
    expect(await rules(Name)).toEqual([[MEMBER, RULE, 'NON_COMPLIANT']]);
    expect(await results(Name, MEMBER)).toContainEqual([`of-${MEMBER}`, 'NON_COMPLIANT', MEMBER]);
    await expect(results(Name, FELLOW)).rejects.toMatchObject({ name: 'ValidationException' });
    await deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName: 'Accounts' });
    expect((await config(HUB).send(new DescribeConfigurationAggregatorsCommand({}))).ConfigurationAggregators).toEqual([]);
    await expect(results(Name, MEMBER)).rejects.toMatchObject({ name: 'NoSuchConfigurationAggregatorException' });
  });

  test('of the organization reads all of it', async () => {
    await local('organization', { id: 'o-a1b2c3d4e5', accounts: [HUB, MEMBER, FELLOW] });
    const { Name } = await deploy('Organization', HUB, (stack) => {
      const aggregator = new CfnConfigurationAggregator(stack, 'Aggregator', {
        organizationAggregationSource: { roleArn: `arn:aws:iam::${HUB}:role/aggregator`, allAwsRegions: true },
      });
      new CfnOutput(stack, 'Name', { value: aggregator.ref });
    });
    expect((await rules(Name)).map(([account]) => account)).toEqual([MEMBER, FELLOW]);
    expect(await results(Name, FELLOW)).toContainEqual([`of-${FELLOW}`, 'NON_COMPLIANT', FELLOW]);
  });
});
