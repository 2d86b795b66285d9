import { CfnDeletionPolicy } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { RecordingDocument } from './contract';
import { recordingOf } from './recorder-checks';
import { CreatedRecorderOptions } from './recorder-options';
import { recorderRole } from './recorder-role';
import { BoundRecorder } from './recorder-source';
import { allowConfigDelivery } from '../foundation/bucket-access';

export interface CreatedRecorderProps {
  readonly deliveryBucket: s3.IBucket;
  readonly options: CreatedRecorderOptions;
}

/** Recorder and channel as CloudFormation's own resources. */
export class CreatedRecorder extends Construct implements BoundRecorder {
  public readonly recorderName: string;
  public readonly ready: IConstruct[];

  constructor(scope: Construct, id: string, { deliveryBucket, options }: CreatedRecorderProps) {
    super(scope, id);
    allowConfigDelivery(this, deliveryBucket, options.deliveryPrefix);
    const recorder = new config.CfnConfigurationRecorder(this, 'Recorder', {
      roleArn: recorderRole(this, options, deliveryBucket).roleArn,
      ...groupAndMode(recordingOf(this, options)),
    });
    const channel = new config.CfnDeliveryChannel(this, 'Channel', {
      s3BucketName: deliveryBucket.bucketName,
      s3KeyPrefix: options.deliveryPrefix,
      s3KmsKeyArn: deliveryBucket.encryptionKey?.keyArn,
      configSnapshotDeliveryProperties: { deliveryFrequency: options.deliveryFrequency ?? config.MaximumExecutionFrequency.TWENTY_FOUR_HOURS },
    });
    // Neither waits for the other: the recorder counts as made only when it runs, for which it needs the channel, and the channel is
    // refused until there is a recorder. CloudFormation tries both until both are there.
    this.ready = [recorder, channel];
    for (const resource of this.ready) {
      if (deliveryBucket.policy) { resource.node.addDependency(deliveryBucket.policy); }
      if (options.role) { resource.node.addDependency(options.role); }
      if (options.createServiceLinkedRole) { resource.node.addDependency(this.serviceLinkedRole()); }
    }
    this.recorderName = recorder.ref;
  }

  private serviceLinkedRole(): IConstruct {
    const existing = this.node.tryFindChild('ServiceLinkedRole');
    if (existing) { return existing; }
    const role = new iam.CfnServiceLinkedRole(this, 'ServiceLinkedRole', { awsServiceName: 'config.amazonaws.com' });
    // Conformance packs and other stacks of the account record with it as well.
    role.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    role.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    return role;
  }
}

function groupAndMode(recording: RecordingDocument): Pick<config.CfnConfigurationRecorderProps, 'recordingGroup' | 'recordingMode'> {
  return {
    recordingGroup: groupOf(recording),
    recordingMode: {
      recordingFrequency: recording.Frequency,
      recordingModeOverrides: recording.Overrides?.map(({ Types, Frequency }) => ({ resourceTypes: Types, recordingFrequency: Frequency })),
    },
  };
}

function groupOf({ IncludedTypes, ExcludedTypes, GlobalTypes }: RecordingDocument): config.CfnConfigurationRecorder.RecordingGroupProperty {
  if (IncludedTypes) { return { resourceTypes: IncludedTypes, recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' } }; }
  if (ExcludedTypes) {
    return { exclusionByResourceTypes: { resourceTypes: ExcludedTypes }, recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' } };
  }
  return { allSupported: true, includeGlobalResourceTypes: GlobalTypes === 'true', recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' } };
}
