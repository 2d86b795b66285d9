import {
  ConfigServiceClient, ConfigurationRecorder, DescribeConfigurationRecordersCommand, DescribeConfigurationRecorderStatusCommand, RecordingGroup,
} from '@aws-sdk/client-config-service';
import { ConfigHealth } from '../../rules/adapters/config-health';
import { ChannelStatus, RecorderStatus } from '../../rules/ports';
import { described } from '../../shared/aws-error';
import { RecordedTypes, RecorderReader } from '../truth-ports';

/** AWS keeps names that begin so to the recorders of its services. */
const OF_A_SERVICE = /^AWSConfigurationRecorderFor/;
/** What is recorded in one region only, and only where it is asked for. https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html */
const GLOBAL_TYPES = ['AWS::IAM::Group', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::User'];

/** The recorder of a member, by what its reader role may read. */
export class ConfigRecorderReader implements RecorderReader {
  private readonly health: ConfigHealth;
  private own?: Promise<ConfigurationRecorder | undefined>;

  constructor(private readonly client: ConfigServiceClient) {
    this.health = new ConfigHealth(client);
  }

  public async recorder(): Promise<RecorderStatus | undefined> {
    try {
      const own = await this.ownRecorder();
      if (!own) return undefined;
      const describe = new DescribeConfigurationRecorderStatusCommand({ ConfigurationRecorderNames: [own.name!] });
      const { ConfigurationRecordersStatus = [] } = await this.client.send(describe);
      const { recording, lastStatus, lastErrorCode, lastErrorMessage } = ConfigurationRecordersStatus[0] ?? {};
      return { name: own.name!, recording, lastStatus, lastError: [lastErrorCode, lastErrorMessage].filter(Boolean).join(' ') || undefined };
    } catch (error) {
      const { name, text } = described(error);
      throw new Error(`reading the recorder failed: ${name}: ${text}`);
    }
  }

  public async channel(): Promise<ChannelStatus | undefined> {
    return this.health.channel();
  }

  public async recordedTypes(): Promise<RecordedTypes | undefined> {
    const own = await this.ownRecorder();
    return own && typesOf(own.recordingGroup ?? {});
  }

  private async ownRecorder(): Promise<ConfigurationRecorder | undefined> {
    this.own ??= this.client.send(new DescribeConfigurationRecordersCommand({})).then(({ ConfigurationRecorders = [] }) =>
      ConfigurationRecorders.find(({ name, servicePrincipal }) => name !== undefined && !servicePrincipal && !OF_A_SERVICE.test(name)));
    return this.own;
  }
}

function typesOf(group: RecordingGroup): RecordedTypes {
  const { allSupported, includeGlobalResourceTypes, resourceTypes, exclusionByResourceTypes, recordingStrategy } = group;
  const excluded = exclusionByResourceTypes?.resourceTypes ?? [];
  if (excluded.length > 0 || recordingStrategy?.useOnly === 'EXCLUSION_BY_RESOURCE_TYPES') return { allBut: excluded };
  if (resourceTypes && resourceTypes.length > 0 && !allSupported) return { only: resourceTypes };
  return { allBut: includeGlobalResourceTypes ? [] : GLOBAL_TYPES };
}
