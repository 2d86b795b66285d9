import { ConfigServiceClient, DescribeConfigurationRecorderStatusCommand, DescribeDeliveryChannelStatusCommand } from '@aws-sdk/client-config-service';
import { described } from '../../shared/aws-error';
import { ChannelStatus, DeliveryKind, DeliveryStatus, RecorderHealthReader, RecorderStatus } from '../ports';
import { ownRecorder } from './own-recorder';

interface Told {
  readonly lastStatus?: string;
  readonly lastErrorCode?: string;
  readonly lastErrorMessage?: string;
}

/** What AWS Config says of the account's recorder and channel. */
export class ConfigHealth implements RecorderHealthReader {
  constructor(private readonly client: ConfigServiceClient) {}

  public async recorder(): Promise<RecorderStatus | undefined> {
    return reading('the recorder', async () => {
      const own = await ownRecorder(this.client);
      if (!own) return undefined;
      const describe = new DescribeConfigurationRecorderStatusCommand({ ConfigurationRecorderNames: [own.name] });
      const { ConfigurationRecordersStatus = [] } = await this.client.send(describe);
      const status = ConfigurationRecordersStatus[0];
      return { name: own.name, recording: status?.recording, lastStatus: status?.lastStatus, lastError: status && errorOf(status) };
    });
  }

  public async channel(): Promise<ChannelStatus | undefined> {
    return reading('the delivery channel', async () => {
      const { DeliveryChannelsStatus = [] } = await this.client.send(new DescribeDeliveryChannelStatusCommand({}));
      const status = DeliveryChannelsStatus[0];
      return status && {
        name: status.name ?? '',
        deliveries: [
          deliveryOf('snapshot', status.configSnapshotDeliveryInfo),
          deliveryOf('history', status.configHistoryDeliveryInfo),
          deliveryOf('notification', status.configStreamDeliveryInfo),
        ],
      };
    });
  }
}

async function reading<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, text } = described(error);
    throw new Error(`reading ${what} failed: ${name}: ${text}`);
  }
}

const deliveryOf = (kind: DeliveryKind, info: Told = {}): DeliveryStatus => ({ kind, lastStatus: info.lastStatus, lastError: errorOf(info) });

function errorOf({ lastErrorCode, lastErrorMessage }: Told): string | undefined {
  return [lastErrorCode, lastErrorMessage].filter(Boolean).join(' ') || undefined;
}
