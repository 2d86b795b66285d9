import { DeliveryFrequencyValue, RecordingFrequencyValue } from '../../src/rules/contract';

export interface Tags {
  readonly [key: string]: string;
}

export interface FrequencyOverride {
  readonly types: string[];
  readonly frequency: RecordingFrequencyValue;
}

/** What is recorded, and how often. */
export interface Recording {
  /** All supported types, where neither of the lists is given. */
  readonly included?: string[];
  readonly excluded?: string[];
  readonly globalTypes: boolean;
  readonly frequency: RecordingFrequencyValue;
  readonly overrides: FrequencyOverride[];
}

export interface Channel {
  readonly bucket: string;
  readonly prefix?: string;
  readonly keyArn?: string;
  readonly frequency: DeliveryFrequencyValue;
}

/** A recorder and its channel as the template wants them. */
export interface WantedRecorder {
  /** Of both. */
  readonly name: string;
  readonly roleArn: string;
  readonly serviceLinkedRole: boolean;
  readonly recording: Recording;
  readonly channel: Channel;
  readonly tags: Tags;
}

/** The account's own recorder in the region, not one of a service. */
export interface FoundRecorder {
  readonly name: string;
  readonly arn: string;
  readonly tags: Tags;
}

/** `taken`: the account has another one, made by somebody else a moment ago; nothing was changed. */
export type PutOutcome = 'put' | 'taken';

export interface RecorderService {
  find(): Promise<FoundRecorder | undefined>;
  findChannel(): Promise<string | undefined>;
  /** Makes a recorder with its tags in one step; one of that name is changed, and its tags are not. */
  putRecorder(wanted: WantedRecorder, tags: Tags): Promise<PutOutcome>;
  putChannel(wanted: WantedRecorder): Promise<PutOutcome>;
  start(name: string): Promise<void>;
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: string[]): Promise<void>;
}

export interface ServiceLinkedRole {
  /** Makes the role that AWS Config records with, unless the account has it. */
  ensure(): Promise<void>;
}

/** What AWS Config says of a recorder. */
export interface RecorderStatus {
  readonly name: string;
  /** Absent when AWS Config does not say. */
  readonly recording?: boolean;
  readonly lastStatus?: string;
  readonly lastError?: string;
}

export type DeliveryKind = 'snapshot' | 'history' | 'notification';
export interface DeliveryStatus {
  readonly kind: DeliveryKind;
  /** Absent when nothing was delivered yet. */
  readonly lastStatus?: string;
  readonly lastError?: string;
}
export interface ChannelStatus {
  readonly name: string;
  readonly deliveries: DeliveryStatus[];
}

export interface RecorderHealthReader {
  /** Undefined: the account has no recorder of its own in the region. */
  recorder(): Promise<RecorderStatus | undefined>;
  channel(): Promise<ChannelStatus | undefined>;
}
