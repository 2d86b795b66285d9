/**
 * What the constructs of an account's rules and their functions agree on. It imports nothing of CDK or the SDK, or every bundle would
 * carry it.
 */

export const ENSURE_RECORDER_RESOURCE_TYPE = 'Custom::EnsuredConfigRecorder';
export const ENSURE_RECORDER_TIMEOUT_SECONDS = 240;
/** What `Fn::GetAtt` gives of the custom resource. */
export const ENSURE_RECORDER_ATTRIBUTES = { recorderName: 'RecorderName', created: 'Created' } as const;

/** A tag on a recorder that `rules/ensure-recorder` made: stack and logical id. Only its owner changes it. */
export const RECORDER_OWNER_TAG = 'cdk-compliance-monitoring:owner';

export type RecordingFrequencyValue = 'CONTINUOUS' | 'DAILY';
export type DeliveryFrequencyValue = 'One_Hour' | 'Three_Hours' | 'Six_Hours' | 'Twelve_Hours' | 'TwentyFour_Hours';
export const DELIVERY_FREQUENCIES: readonly DeliveryFrequencyValue[] = ['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours'];

/** Properties of the custom resource. Texts only: CloudFormation makes texts of numbers and booleans. */
export interface EnsuredRecorderDocument {
  /** Name of a recorder and of a channel that have to be made. */
  readonly Name: string;
  readonly RoleArn: string;
  /** Whether that role is the service-linked one, which has to be made where an account never used AWS Config. */
  readonly ServiceLinkedRole: 'true' | 'false';
  readonly Recording: RecordingDocument;
  readonly Channel: ChannelDocument;
  readonly Tags: { readonly [key: string]: string };
}
export interface RecordingDocument {
  /** All supported types, where neither of the lists is given. */
  readonly IncludedTypes?: string[];
  readonly ExcludedTypes?: string[];
  /** The global IAM types; only where neither of the lists is given. */
  readonly GlobalTypes: 'true' | 'false';
  readonly Frequency: RecordingFrequencyValue;
  readonly Overrides?: { readonly Types: string[]; readonly Frequency: RecordingFrequencyValue }[];
}
export interface ChannelDocument {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly KeyArn?: string;
  readonly Frequency: DeliveryFrequencyValue;
}

/** IAM users, groups, roles and customer managed policies: AWS Config takes them together or not at all. */
export const GLOBAL_IAM_TYPES = ['AWS::IAM::Group', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::User'];

/** Settings of `rules/recorder-health`. */
export const RECORDER_HEALTH_SETTINGS = { organization: 'ORGANIZATION' } as const;
export const RECORDER_HEALTH_TIMEOUT_SECONDS = 60;
/** What the schedule sends. */
export const SCHEDULED_HEALTH_CHECK = { check: 'recorder-health' } as const;

/** The custom resource by which a deployment makes the first check, before there is an alarm that takes silence for a failure. */
export const FIRST_CHECK_RESOURCE_TYPE = 'Custom::FirstRecorderCheck';
export interface FirstCheckDocument {
  /** Another one starts other metrics, of which a value has to be there before the alarm looks at them. */
  readonly Organization: string;
  /** How long it waits with its answer: CloudWatch reads the values from the log, which takes some seconds. */
  readonly SettleSeconds: string;
}
export const FIRST_CHECK_SETTLE_SECONDS = 15;

/** Events of AWS Config that tell of a delivery. */
export const DELIVERY_DETAIL_TYPES = ['Config Configuration Snapshot Delivery Status', 'Config Configuration History Delivery Status'];
/** Of these AWS documents the first; the second stands here so that it would not be missed. */
export const DELIVERY_FAILURES = ['ConfigurationSnapshotDeliveryFailed', 'ConfigurationHistoryDeliveryFailed'];

/** In the namespace `ConfigCompliance`, with the dimension `Organization`. A value that is not known is not written. */
export const RECORDER_METRICS = {
  /** 1 when nothing records, or recording fails. */
  stopped: 'ConfigRecorderStopped',
  /** 1 when the last delivery failed, or there is no channel. */
  deliveryFailed: 'ConfigDeliveryFailed',
  /** 1 when a check could not read everything. */
  checkErrors: 'ConfigRecorderCheckErrors',
} as const;

/** Metadata of a rule's resource in the template: the controls that it serves, in full. */
export const CONTROLS_METADATA = 'cdk-compliance-monitoring:controls';
