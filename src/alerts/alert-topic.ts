import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { admitServices } from '../private/key-use';
import { refuse, requireEmail } from '../private/validation';

export interface AlertTopicProps {
  readonly encryptionKey: kms.IKey;
  /** The consumer's own. */
  readonly topic?: sns.ITopic;
  /** Whether CloudWatch alarms publish to it. */
  readonly alarms: boolean;
}

/** A topic that alarms reach although it is encrypted: a new one, or the consumer's. */
export function makeAlertTopic(scope: Construct, props: AlertTopicProps): sns.ITopic {
  const topic = props.topic ?? new sns.Topic(scope, 'Topic', { masterKey: props.encryptionKey, enforceSSL: true });
  if (!props.alarms) { return topic; }
  const added = alarmTopicStatements(scope, topic).map((statement) => topic.addToResourcePolicy(statement).statementAdded);
  if (added.includes(false)) {
    Annotations.of(topic).addWarningV2('cdk-compliance-monitoring:DriftMonitor.importedTopic',
      'CDK cannot change the policy of an imported topic: if it has one of its own, add the statements of DriftMonitor.requiredTopicStatements() '
      + 'to it yourself, or alarms cannot publish');
  }
  if (topic.masterKey && topic.masterKey !== props.encryptionKey) { admitServices(scope, topic.masterKey); }
  return topic;
}

export function alarmTopicStatements(scope: IConstruct, topic: sns.ITopic): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  })];
}

/** Subscriptions are named by address, so that a changed order replaces none, and stand under the construct that asked for them. */
export function subscribeEmails(scope: Construct, prop: string, topic: sns.ITopic, emails: string[]): void {
  emails.forEach((email, index) => {
    requireEmail(`${prop}[${index}]`, email);
    if (emails.indexOf(email) !== index) { refuse(`${prop}[${index}]`, email, 'each address once', 'remove the second one'); }
    new sns.Subscription(scope, `Email-${Token.isUnresolved(email) ? index : email}`, {
      topic, protocol: sns.SubscriptionProtocol.EMAIL, endpoint: email,
    });
  });
}
