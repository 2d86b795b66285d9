import { CustomResource, Duration, ITaggable, Lazy, Names, RemovalPolicy, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import {
  DeliveryFrequencyValue, ENSURE_RECORDER_ATTRIBUTES, ENSURE_RECORDER_RESOURCE_TYPE, ENSURE_RECORDER_TIMEOUT_SECONDS, EnsuredRecorderDocument,
} from './contract';
import { recordingOf } from './recorder-checks';
import { RecorderOptions } from './recorder-options';
import { RecorderRole, recorderRole, SERVICE_ROLE } from './recorder-role';
import { BoundRecorder } from './recorder-source';
import { allowConfigDelivery } from '../foundation/bucket-access';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { acknowledgeResources } from '../private/acknowledge';
import { PackagedFunction } from '../private/packaged-function';

export interface EnsuredRecorderProps {
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly deliveryBucket: s3.IBucket;
  readonly options: RecorderOptions;
  readonly runtime?: lambda.Runtime;
}

/** The custom resource that makes a recorder where there is none. CloudFormation tags it not, so that it takes its tree's tags and hands them on. */
export class EnsuredRecorder extends Construct implements BoundRecorder, ITaggable {
  public readonly recorderName: string;
  public readonly ready: IConstruct[];
  public readonly tags = new TagManager(TagType.MAP, ENSURE_RECORDER_RESOURCE_TYPE);

  constructor(scope: Construct, id: string, props: EnsuredRecorderProps) {
    super(scope, id);
    const { deliveryBucket, options } = props;
    allowConfigDelivery(this, deliveryBucket, options.deliveryPrefix);
    const role = recorderRole(this, options, deliveryBucket);
    // A name of its own, not `default`: AWS Config would take a recorder of the same name for the one to be changed.
    const name = Names.uniqueResourceName(this, { maxLength: 128 });
    const handler = this.makeFunction(props, name, role);

    const document: Omit<EnsuredRecorderDocument, 'Tags'> = {
      Name: name,
      RoleArn: role.roleArn,
      ServiceLinkedRole: role.serviceLinked ? 'true' : 'false',
      Recording: recordingOf(this, options),
      Channel: {
        Bucket: deliveryBucket.bucketName,
        Prefix: options.deliveryPrefix,
        KeyArn: deliveryBucket.encryptionKey?.keyArn,
        Frequency: (options.deliveryFrequency ?? config.MaximumExecutionFrequency.TWENTY_FOUR_HOURS) as DeliveryFrequencyValue,
      },
    };
    const resource = new CustomResource(this, 'Resource', {
      resourceType: ENSURE_RECORDER_RESOURCE_TYPE,
      serviceToken: handler.function.functionArn,
      // A minute more than the function has.
      serviceTimeout: Duration.seconds(ENSURE_RECORDER_TIMEOUT_SECONDS + 60),
      // An account without a recorder has no rules: whoever deletes one stack must not blind the others. Nothing is even asked then.
      removalPolicy: RemovalPolicy.RETAIN,
      properties: { ...document, Tags: Lazy.any({ produce: () => this.tags.renderTags() as unknown }) },
    });
    // AWS Config tries the bucket before it takes the channel.
    if (deliveryBucket.policy) { resource.node.addDependency(deliveryBucket.policy); }
    if (options.role) { resource.node.addDependency(options.role); }
    this.recorderName = resource.getAttString(ENSURE_RECORDER_ATTRIBUTES.recorderName);
    this.ready = [resource];
  }

  private makeFunction({ profile, encryptionKey, runtime }: EnsuredRecorderProps, name: string, role: RecorderRole): PackagedFunction {
    // Never in a VPC: without a route to CloudFormation's answer address every deployment would hang.
    const handler = new PackagedFunction(this, 'Handler', {
      handler: 'rules/ensure-recorder',
      description: 'Makes a Config recorder where the account has none',
      settings: {},
      timeout: Duration.seconds(ENSURE_RECORDER_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention: profile.logRetention,
      logRemovalPolicy: profile.removalPolicy,
      encryptionKey,
      runtime,
    });
    const grant = (actions: string[], resource: string, conditions?: { [operator: string]: { [key: string]: string } }) =>
      iam.Grant.addToPrincipal({ grantee: handler.role, actions, resourceArns: [resource], conditions });
    const recorders = (of: string) => Stack.of(this).formatArn({ service: 'config', resource: 'configuration-recorder', resourceName: of });
    // AWS offers no narrower resource for these; PackagedFunction says so of `*` already.
    grant(['config:DescribeDeliveryChannels', 'config:ListConfigurationRecorders', 'config:PutConfigurationRecorder', 'config:PutDeliveryChannel'], '*');
    grant(['config:ListTagsForResource'], recorders('*'));
    grant(['config:StartConfigurationRecorder', 'config:TagResource', 'config:UntagResource'], recorders(`${name}/*`));
    acknowledgeResources(handler, [recorders('*')], 'Whose a recorder is stands in its tags, and its name is known only when it is found');
    acknowledgeResources(handler, [recorders(`${name}/*`)], 'AWS puts an id of its own after the recorder\'s name');
    grant(['iam:PassRole'], role.roleArn, { StringEquals: { 'iam:PassedToService': 'config.amazonaws.com' } });
    if (role.serviceLinked) {
      grant(['iam:GetRole'], role.roleArn);
      // Of a role that is not there yet IAM knows the name only, not the path.
      grant(['iam:GetRole'], Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: SERVICE_ROLE }));
      grant(['iam:CreateServiceLinkedRole'], role.roleArn, { StringEquals: { 'iam:AWSServiceName': 'config.amazonaws.com' } });
    }
    return handler;
  }
}
