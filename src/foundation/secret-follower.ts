import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FOLLOW_SECRET_SETTINGS, FOLLOW_SECRET_TIMEOUT_SECONDS, FollowSecretInput, SecureStringDocument } from './contract';
import { EnvironmentProfile } from './environment-profile';
import { SecureStringResource } from './secure-string-resource';
import { admitPublishers, ALARMS } from '../alerts/topic-access';
import { acknowledgeResources, acknowledgeRule } from '../private/acknowledge';
import { makeAlarm } from '../private/alarm';
import { DATA_KEY_ACTIONS, grantKeyForParameters, grantKeyThrough } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';
import { DeadLetterQueue } from '../private/queue-with-dlq';

export interface SecretFollowerProps {
  /** `/organization/environment`. */
  readonly prefix: string;
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly runtime?: lambda.Runtime;
  readonly role?: iam.IRole;
  readonly alertTopic?: sns.ITopic;
}

export interface FollowProps {
  readonly document: Omit<SecureStringDocument, 'Tags'>;
  readonly secret: secretsmanager.ISecret;
  readonly interval: Duration;
}

/**
 * The function that follows rotations, of one hierarchy. Not the one that makes SecureStrings: that one may delete them, and an event of
 * CloudFormation that failed would end where these do.
 */
export class SecretFollower extends Construct {
  public readonly handler: PackagedFunction;
  public readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, private readonly props: SecretFollowerProps) {
    super(scope, id);
    const failed = new DeadLetterQueue(this, 'Failed', props.encryptionKey);
    acknowledgeRule(failed, 'SQSQueueDLQ', 'It is itself where a function\'s failed events end; nobody receives from it, so that nothing fails there');
    this.handler = new PackagedFunction(this, 'Handler', {
      handler: 'foundation/follow-secret',
      description: `Lets SecureStrings of ${props.profile.name} follow the rotation of their secrets`,
      settings: { [FOLLOW_SECRET_SETTINGS.prefix]: props.prefix },
      timeout: Duration.seconds(FOLLOW_SECRET_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention: props.profile.logRetention,
      logRemovalPolicy: props.profile.removalPolicy,
      encryptionKey: props.encryptionKey,
      deadLetterQueue: failed,
      runtime: props.runtime,
      role: props.role,
    });
    grantKeyThrough(this, props.encryptionKey, this.handler.role, 'sqs', DATA_KEY_ACTIONS);
    this.alarm = makeAlarm(this, 'FollowAlarm', {
      // What came, not what is there: the rule sends the same text again, so that nobody need empty the queue.
      metric: failed.metricNumberOfMessagesSent({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      description: `A SecureString of ${props.profile.name} could not follow its secret.`,
      runbook: 'secure-string-not-following',
      topics: [props.alertTopic],
    });
    if (props.alertTopic) { admitPublishers(this, props.alertTopic, ALARMS); }
  }

  public follow(parameter: SecureStringResource, { document, secret, interval }: FollowProps): void {
    this.allow(parameter, document.Name, secret);
    const input: FollowSecretInput = { StackId: Stack.of(this).stackId, LogicalResourceId: parameter.logicalId, ResourceProperties: document };
    const rule = new events.Rule(parameter, 'Follow', {
      description: `Lets a SecureString of ${this.props.profile.name} follow its secret`,
      // One rule for both: the event says at once what the schedule would find out, and comes only where a trail is.
      schedule: events.Schedule.rate(interval),
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['AWS Service Event via CloudTrail'],
        detail: {
          eventSource: ['secretsmanager.amazonaws.com'],
          eventName: ['RotationSucceeded'],
          additionalEventData: { SecretId: [secret.secretFullArn ?? { prefix: `${secret.secretArn}-` }] },
        },
      },
      targets: [new targets.LambdaFunction(this.handler.function, { event: events.RuleTargetInput.fromObject(input) })],
    });
    // It goes before the parameter goes, and tells a change only when it is done.
    rule.node.addDependency(parameter.resource);
  }

  private allow(parameter: SecureStringResource, name: string, secret: secretsmanager.ISecret): void {
    const grantee = this.handler.role;
    const parameterArn = Stack.of(this).formatArn({ service: 'ssm', resource: `parameter${name}` });
    iam.Grant.addToPrincipal({
      grantee, actions: ['ssm:AddTagsToResource', 'ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:PutParameter'], resourceArns: [parameterArn],
    });
    grantKeyForParameters(this, parameter.encryptionKey, grantee, parameterArn, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']);
    // An imported secret may lack the six characters that AWS puts after its name.
    const secretArn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
    if (!secret.secretFullArn) { acknowledgeResources(this, [secretArn], 'An imported secret is known by its name only, which AWS completes with six characters'); }
    iam.Grant.addToPrincipal({ grantee, actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], resourceArns: [secretArn] });
    grantKeyThrough(this, secret.encryptionKey, grantee, 'secretsmanager', ['kms:Decrypt'], { 'kms:EncryptionContext:SecretARN': secretArn });
  }
}
