import { Faults } from './faults';
import { RecordingLog } from './in-memory-drift';
import { EnsureDependencies } from '../../lambda-src/rules/domain/ensure-recorder';
import { Channel, FoundRecorder, PutOutcome, Recording, RecorderService, ServiceLinkedRole, Tags, WantedRecorder } from '../../lambda-src/rules/ports';

export interface KeptRecorder {
  readonly name: string;
  roleArn: string;
  recording: Recording;
  tags: Tags;
  running: boolean;
}

export type RecorderCall = 'find' | 'findChannel' | 'putRecorder' | 'putChannel' | 'start' | 'tag' | 'untag' | 'role';

/** AWS Config as it is: one recorder and one channel, each needing the other. */
export class InMemoryRecorders implements RecorderService {
  public recorder?: KeptRecorder;
  public channel?: { readonly name: string; readonly settings: Channel };
  constructor(public readonly faults: Faults<RecorderCall>) {}

  public find(): Promise<FoundRecorder | undefined> {
    return this.faults.around('find', () => this.recorder && { name: this.recorder.name, arn: `arn:${this.recorder.name}`, tags: { ...this.recorder.tags } });
  }

  public findChannel(): Promise<string | undefined> {
    return this.faults.around('findChannel', () => this.channel?.name);
  }

  public putRecorder({ name, roleArn, recording }: WantedRecorder, tags: Tags): Promise<PutOutcome> {
    return this.faults.around('putRecorder', () => {
      if (this.recorder && this.recorder.name !== name) return 'taken';
      this.recorder = this.recorder ? Object.assign(this.recorder, { roleArn, recording }) : { name, roleArn, recording, tags, running: false };
      return 'put';
    });
  }

  public putChannel({ name, channel: settings }: WantedRecorder): Promise<PutOutcome> {
    return this.faults.around('putChannel', () => {
      if (!this.recorder) throw new Error('NoAvailableConfigurationRecorderException');
      if (this.channel && this.channel.name !== name) return 'taken';
      this.channel = { name, settings };
      return 'put';
    });
  }

  public start(name: string): Promise<void> {
    return this.faults.around('start', () => {
      if (this.recorder?.name !== name) throw new Error('NoSuchConfigurationRecorderException');
      if (!this.channel) throw new Error('NoAvailableDeliveryChannelException');
      this.recorder.running = true;
    });
  }

  public tag(_arn: string, tags: Tags): Promise<void> {
    return this.faults.around('tag', () => { this.recorder!.tags = { ...this.recorder!.tags, ...tags }; });
  }

  public untag(_arn: string, keys: string[]): Promise<void> {
    return this.faults.around('untag', () => {
      this.recorder!.tags = Object.fromEntries(Object.entries(this.recorder!.tags).filter(([key]) => !keys.includes(key)));
    });
  }
}

/** An account and region, as the function that ensures a recorder sees it. */
export class RecorderWorld implements EnsureDependencies {
  public readonly faults = new Faults<RecorderCall>();
  public readonly recorders = new InMemoryRecorders(this.faults);
  public readonly log = new RecordingLog();
  public hasRole = false;
  public readonly role: ServiceLinkedRole = { ensure: () => this.faults.around('role', () => { this.hasRole = true; }) };

  /** What somebody else made. */
  public theirs(tags: Tags = {}): KeptRecorder {
    this.recorders.recorder = {
      name: 'theirs', roleArn: 'their-role', tags, running: true,
      recording: { included: ['AWS::S3::Bucket'], globalTypes: false, frequency: 'DAILY', overrides: [] },
    };
    this.recorders.channel = { name: 'theirs', settings: { bucket: 'their-bucket', frequency: 'One_Hour' } };
    return this.recorders.recorder;
  }
}
