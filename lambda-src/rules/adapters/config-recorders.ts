import {
  ConfigServiceClient, DescribeDeliveryChannelsCommand, ListTagsForResourceCommand, ListTagsForResourceCommandOutput, PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand, RecordingGroup, ResourceType, StartConfigurationRecorderCommand, Tag, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-config-service';
import { call, RetryTiming } from './config-errors';
import { ownRecorder } from './own-recorder';
import { described } from '../../shared/aws-error';
import { FoundRecorder, PutOutcome, Recording, RecorderService, Tags, WantedRecorder } from '../ports';

/** Recorder and channel of AWS Config, of which an account has one each in a region. */
export class ConfigRecorders implements RecorderService {
  constructor(private readonly client: ConfigServiceClient, private readonly timing: RetryTiming) {}

  public async find(): Promise<FoundRecorder | undefined> {
    return call(this.timing, 'reading the account\'s recorders', async () => {
      const recorder = await ownRecorder(this.client);
      return recorder && { ...recorder, tags: await this.tagsOf(recorder.arn) };
    });
  }

  public async findChannel(): Promise<string | undefined> {
    return call(this.timing, 'reading the account\'s delivery channels', async () => {
      const { DeliveryChannels = [] } = await this.client.send(new DescribeDeliveryChannelsCommand({}));
      return DeliveryChannels[0]?.name;
    });
  }

  public async putRecorder({ name, roleArn, recording }: WantedRecorder, tags: Tags): Promise<PutOutcome> {
    const command = () => new PutConfigurationRecorderCommand({
      ConfigurationRecorder: {
        name,
        roleARN: roleArn,
        recordingGroup: groupOf(recording),
        recordingMode: {
          recordingFrequency: recording.frequency,
          recordingModeOverrides: recording.overrides.map(({ types, frequency }) => (
            { resourceTypes: types as ResourceType[], recordingFrequency: frequency })),
        },
      },
      Tags: list(tags),
    });
    return call(this.timing, `putting the recorder ${name}`, () => unlessTaken(() => this.client.send(command())));
  }

  public async putChannel({ name, channel: { bucket, prefix, keyArn, frequency } }: WantedRecorder): Promise<PutOutcome> {
    const command = () => new PutDeliveryChannelCommand({
      DeliveryChannel: {
        name, s3BucketName: bucket, s3KeyPrefix: prefix, s3KmsKeyArn: keyArn, configSnapshotDeliveryProperties: { deliveryFrequency: frequency },
      },
    });
    return call(this.timing, `putting the delivery channel ${name}`, () => unlessTaken(() => this.client.send(command())));
  }

  public async start(name: string): Promise<void> {
    await call(this.timing, `starting the recorder ${name}`, () => this.client.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: name })));
  }

  public async tag(arn: string, tags: Tags): Promise<void> {
    await call(this.timing, `tagging ${arn}`, () => this.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: list(tags) })));
  }

  public async untag(arn: string, keys: string[]): Promise<void> {
    await call(this.timing, `untagging ${arn}`, () => this.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: keys })));
  }

  private async tagsOf(arn: string): Promise<Tags> {
    const tags: { [key: string]: string } = {};
    let token: string | undefined;
    do {
      const page: ListTagsForResourceCommandOutput = await this.client.send(new ListTagsForResourceCommand({ ResourceArn: arn, NextToken: token }));
      for (const { Key, Value } of page.Tags ?? []) if (Key !== undefined) tags[Key] = Value ?? '';
      token = page.NextToken;
    } while (token !== undefined);
    return tags;
  }
}

function groupOf({ included, excluded, globalTypes }: Recording): RecordingGroup {
  if (included) return { resourceTypes: included as ResourceType[], recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' } };
  if (excluded) {
    return { exclusionByResourceTypes: { resourceTypes: excluded as ResourceType[] }, recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' } };
  }
  return { allSupported: true, includeGlobalResourceTypes: globalTypes, recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' } };
}

/** Whoever came first keeps the place. */
const TAKEN = /^MaxNumberOf(ConfigurationRecorders|DeliveryChannels)Exceeded/;

async function unlessTaken(work: () => Promise<unknown>): Promise<PutOutcome> {
  try {
    await work();
    return 'put';
  } catch (error) {
    if (TAKEN.test(described(error).name)) return 'taken';
    throw error;
  }
}

const list = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
