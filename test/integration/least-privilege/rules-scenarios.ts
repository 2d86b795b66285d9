import {
  ConfigServiceClient, DeleteConfigurationRecorderCommand, DeleteDeliveryChannelCommand, DescribeConfigurationRecorderStatusCommand,
  DescribeDeliveryChannelsCommand, ListConfigurationRecordersCommand, ListTagsForResourceCommand, StopConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { DeleteRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { askCustomResource, Lane } from './lane';
import { EnsuredRecorderDocument } from '../../../src/rules/contract';

const SERVICE_ROLE = 'AWSServiceRoleForConfig';
/** What is denied is tried again for half a minute, because a new permission takes its time; so long the answer need not wait here. */
const HASTY = 8;

/** A recorder and its service-linked role in an account that has neither, and other tags when they are there. */
export async function ensureRecorder(lane: Lane): Promise<void> {
  const config = new ConfigServiceClient(lane.config);
  const iam = new IAMClient(lane.config);
  const handler = lane.resource(/^RecorderHandlerFunction[0-9A-F]{8}$/);
  await lane.setTimeout(handler, HASTY);
  const { name, arn } = await recorder(lane);
  const { DeliveryChannels } = await config.send(new DescribeDeliveryChannelsCommand({}));
  await config.send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName: name }));
  await config.send(new DeleteDeliveryChannelCommand({ DeliveryChannelName: name }));
  await config.send(new DeleteConfigurationRecorderCommand({ ConfigurationRecorderName: name }));
  await iam.send(new DeleteRoleCommand({ RoleName: SERVICE_ROLE }));

  const properties = (Tags: { [key: string]: string }): EnsuredRecorderDocument => ({
    Name: name!,
    RoleArn: `arn:aws:iam::${lane.account}:role/aws-service-role/config.amazonaws.com/${SERVICE_ROLE}`,
    ServiceLinkedRole: 'true',
    Recording: { GlobalTypes: 'true', Frequency: 'CONTINUOUS' },
    Channel: { Bucket: DeliveryChannels![0].s3BucketName!, Frequency: 'TwentyFour_Hours' },
    Tags,
  });
  const before = properties({ team: 'one', cost: 'one' });
  await askCustomResource(lane, handler, { type: 'Create', properties: before });
  await iam.send(new GetRoleCommand({ RoleName: SERVICE_ROLE }));
  expect((await config.send(new DescribeDeliveryChannelsCommand({}))).DeliveryChannels).toHaveLength(1);
  const { ConfigurationRecordersStatus } = await config.send(new DescribeConfigurationRecorderStatusCommand({}));
  expect(ConfigurationRecordersStatus).toMatchObject([{ name, recording: true }]);

  await askCustomResource(lane, handler, { type: 'Update', physicalId: name, properties: properties({ team: 'two' }), oldProperties: before });
  const { Tags } = await config.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
  expect(Tags!.filter(({ Key }) => ['team', 'cost'].includes(Key!))).toEqual([{ Key: 'team', Value: 'two' }]);
}

/** A check that sees recorder and channel. */
export async function lookAtRecorder(lane: Lane): Promise<void> {
  const handler = lane.resource(/^RecorderHealthCheckFunction[0-9A-F]{8}$/);
  const healthy = { verdict: 'HEALTHY', problems: [] };
  expect(await lane.invoke(handler, {})).toEqual({ recording: healthy, delivery: healthy });
}

async function recorder(lane: Lane) {
  const { ConfigurationRecorderSummaries } = await new ConfigServiceClient(lane.config).send(new ListConfigurationRecordersCommand({}));
  return ConfigurationRecorderSummaries![0];
}
