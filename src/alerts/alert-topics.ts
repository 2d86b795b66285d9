import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { admitPublishers, ALARMS, EVENTS, makeTopic, requireEmails, subscribeEmails } from './topic-access';
import { ComplianceKey } from '../foundation/compliance-key';
import { EnvironmentProfile } from '../foundation/environment-profile';

/**
 * Props of `AlertTopics`.
 */
export interface AlertTopicsProps {
  /**
   * The environment. One in production has a critical topic as well.
   */
  readonly profile: EnvironmentProfile;

  /**
   * Key that new topics are encrypted with. It gets the statements that CloudWatch and EventBridge need; for an imported key see
   * `ComplianceKey.requiredKeyStatements`.
   *
   * @default - a new key with yearly rotation, unless every topic is given
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Topic of your own for messages and alarms. For an imported one see `requiredTopicStatements`.
   *
   * @default - a new topic: encrypted and TLS only
   */
  readonly alertTopic?: sns.ITopic;

  /**
   * Topic of your own for what cannot wait. For an imported one see `requiredTopicStatements`.
   *
   * @default - a new topic in production, and none elsewhere
   */
  readonly criticalTopic?: sns.ITopic;

  /**
   * Who receives messages and alarms by email. Each address has to confirm once.
   *
   * @default - nobody, unless the topic has subscribers
   */
  readonly alertEmails?: string[];

  /**
   * Who receives what cannot wait by email. Each address has to confirm once. Without a critical topic they are told nothing.
   *
   * @default - those of alertEmails
   */
  readonly criticalEmails?: string[];
}

/**
 * Where messages and alarms of an environment go: an alert topic, and in production a critical one.
 *
 * Both are encrypted and still take what CloudWatch alarms and EventBridge rules publish.
 */
export class AlertTopics extends Construct {
  /**
   * What the policy of an imported topic must allow, so that alarms and events reach it.
   *
   * @param scope Any construct in the stack that publishes: the account is its.
   * @param topic The topic.
   */
  public static requiredTopicStatements(scope: IConstruct, topic: sns.ITopic): iam.PolicyStatement[] {
    return [ALARMS, EVENTS].map(({ statement }) => statement(scope, topic));
  }

  /** Messages about drift, and alarms. */
  public readonly alertTopic: sns.ITopic;
  /** What cannot wait; in production, or where it is given. */
  public readonly criticalTopic?: sns.ITopic;

  /**
   * @param scope Where the topics belong.
   * @param id Their name there. Another id on a live stack makes new topics, and each subscriber has to confirm again.
   * @param props The environment, and who is told.
   */
  constructor(scope: Construct, id: string, props: AlertTopicsProps) {
    super(scope, id);
    const critical = props.profile.production || props.criticalTopic !== undefined;
    const makesNone = props.alertTopic !== undefined && (!critical || props.criticalTopic !== undefined);
    const encryptionKey = props.encryptionKey ?? (makesNone ? undefined : new ComplianceKey(this, 'Key', { profile: props.profile }).key);

    this.alertTopic = makeTopic(this, 'Alerts', encryptionKey!, props.alertTopic);
    admitPublishers(this, this.alertTopic, ALARMS, EVENTS);
    subscribeEmails(this, 'AlertTopics.alertEmails', this.alertTopic, props.alertEmails ?? []);
    requireEmails('AlertTopics.criticalEmails', props.criticalEmails ?? []);
    if (critical) {
      this.criticalTopic = makeTopic(this, 'Critical', encryptionKey!, props.criticalTopic);
      admitPublishers(this, this.criticalTopic, ALARMS, EVENTS);
      subscribeEmails(this, 'AlertTopics.criticalEmails', this.criticalTopic, props.criticalEmails ?? props.alertEmails ?? [], 'Critical');
    }
  }
}
