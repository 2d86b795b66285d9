/**
 * An account's recorder through a real CloudFormation stack: the built functions run in the local AWS, in an account that never used AWS Config.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConfigServiceClient, DescribeConfigRulesCommand, DescribeConfigurationRecordersCommand, DescribeConfigurationRecorderStatusCommand,
  DescribeDeliveryChannelsCommand, ListConfigurationRecordersCommand, ListTagsForResourceCommand, StopConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountMonitoring, EnvironmentProfile, RecorderSource, RecordingFrequency } from '../../src';
import { RECORDER_OWNER_TAG } from '../../src/rules/contract';
import { clientConfig } from '../local-aws/clients';
import { deleteStack, deployAssembly } from '../local-aws/deploy';
import { DEFAULT_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(180_000);

const scratch = mkdtempSync(join(tmpdir(), 'account-'));
let aws: LocalAws;
let config: ConfigServiceClient;
let iam: IAMClient;
let functions: LambdaClient;
let cloudwatch: CloudWatchClient;
let runs = 0;

beforeAll(async () => {
  aws = await startLocalAws({ stateDir: join(scratch, 'server') });
  const settings = clientConfig(aws.endpoint, DEFAULT_ACCOUNT, aws.region);
  config = new ConfigServiceClient(settings);
  iam = new IAMClient(settings);
  functions = new LambdaClient(settings);
  cloudwatch = new CloudWatchClient(settings);
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function deploy(name: string, recorder: RecorderSource, costCenter?: string) {
  const assemblyDir = join(scratch, `out-${runs++}`);
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  const stack = new Stack(app, name, { env: { region: aws.region } });
  const account = new AccountMonitoring(stack, 'Account', { organizationName: 'acme', profile: EnvironmentProfile.DEV, recorder, tags: { costCenter } });
  new CfnOutput(stack, 'Recorder', { value: account.recorder.recorderName });
  new CfnOutput(stack, 'Health', { value: account.recorder.healthFunction.functionName });
  new CfnOutput(stack, 'Bucket', { value: account.deliveryBucket!.bucketName });
  app.synth();
  return (await deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir }))[name].outputs;
}
const remove = (stackName: string) => deleteStack({ endpoint: aws.endpoint, region: aws.region, stackName });

async function recorderNow() {
  const [{ name, recordingGroup, recordingMode }] = (await config.send(new DescribeConfigurationRecordersCommand({}))).ConfigurationRecorders!;
  const [status] = (await config.send(new DescribeConfigurationRecorderStatusCommand({}))).ConfigurationRecordersStatus!;
  const [channel] = (await config.send(new DescribeDeliveryChannelsCommand({}))).DeliveryChannels!;
  const [{ arn }] = (await config.send(new ListConfigurationRecordersCommand({}))).ConfigurationRecorderSummaries!;
  const { Tags = [] } = await config.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
  return {
    name, recordingGroup, frequency: recordingMode?.recordingFrequency, recording: status.recording, bucket: channel.s3BucketName,
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
  };
}
async function health(functionName: string) {
  const { Payload } = await functions.send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from('{}') }));
  const { recording, delivery } = JSON.parse(Buffer.from(Payload!).toString()) as { [name: string]: { verdict: string } };
  return [recording.verdict, delivery.verdict];
}
/** States of the alarms that take silence for a failure, and how many checks their metric has seen. */
async function silence(stackName: string) {
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
  const [alarm] = MetricAlarms.filter(({ AlarmName, TreatMissingData }) => AlarmName!.startsWith(stackName) && TreatMissingData === 'breaching');
  const { Namespace, MetricName, Dimensions, StateUpdatedTimestamp } = alarm;
  const { Datapoints = [] } = await cloudwatch.send(new GetMetricStatisticsCommand({
    Namespace, MetricName, Dimensions, Period: 60, Statistics: ['Maximum', 'SampleCount'],
    StartTime: new Date(StateUpdatedTimestamp!.getTime() - 3_600_000), EndTime: new Date(Date.now() + 60_000),
  }));
  return { state: alarm.StateValue, checks: Datapoints.map(({ Maximum, SampleCount }) => ({ Maximum, SampleCount })) };
}
const rules = async () => (await config.send(new DescribeConfigRulesCommand({}))).ConfigRules!.length;

test('an account gets a recorder, keeps it, and no stack disturbs that of another', async () => {
  await expect(iam.send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForConfig' }))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  const first = await deploy('First', RecorderSource.ensure());
  await iam.send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForConfig' }));
  expect(await recorderNow()).toMatchObject({
    name: first.Recorder, recording: true, bucket: first.Bucket, frequency: 'CONTINUOUS', recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
    tags: { Environment: 'Dev', Organization: 'acme', CostCenter: 'infrastructure', [RECORDER_OWNER_TAG]: expect.stringMatching(/^First\//) },
  });
  expect(await rules()).toBeGreaterThanOrEqual(4);
  // The deployment's own check, since nothing was due on the schedule yet: without it the alarm had rung.
  expect(await silence('First')).toEqual({ state: expect.stringMatching(/^(OK|INSUFFICIENT_DATA)$/), checks: [{ Maximum: 0, SampleCount: 1 }] });
  expect(await health(first.Health)).toEqual(['HEALTHY', 'HEALTHY']);

  await deploy('First', RecorderSource.ensure({ recordingFrequency: RecordingFrequency.DAILY, recordGlobalTypes: false }), '4711');
  const changed = await recorderNow();
  expect(changed).toMatchObject({ frequency: 'DAILY', recordingGroup: { includeGlobalResourceTypes: false }, tags: { CostCenter: '4711' } });

  // Another stack of the account finds it, changes nothing, and goes again.
  expect((await deploy('Second', RecorderSource.ensure())).Recorder).toBe(first.Recorder);
  await remove('Second');
  expect(await recorderNow()).toEqual(changed);
  await expect(deploy('Third', RecorderSource.create())).rejects.toThrow(/MaxNumberOfConfigurationRecordersExceededException|maximum number/);
  expect(await recorderNow()).toEqual(changed);

  await config.send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName: first.Recorder }));
  expect(await health(first.Health)).toEqual(['UNHEALTHY', 'HEALTHY']);

  // The recorder outlives its stack, and the next one of that name takes it up again.
  await remove('First');
  expect(await recorderNow()).toMatchObject({ name: first.Recorder, recording: false });
  const again = await deploy('First', RecorderSource.ensure());
  expect(await recorderNow()).toMatchObject({ name: first.Recorder, recording: true, bucket: again.Bucket, frequency: 'CONTINUOUS' });
  expect(again.Bucket).not.toBe(first.Bucket);
});
