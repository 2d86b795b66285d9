import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { KeyUse } from '../foundation/key-use';
import { admit } from '../private/key-use';
import { refuse, requireEmail } from '../private/validation';

/** A topic that is encrypted and takes TLS only: a new one, or the consumer's. */
export function makeTopic(scope: Construct, id: string, encryptionKey: kms.IKey, topic?: sns.ITopic): sns.ITopic {
  return topic ?? new sns.Topic(scope, id, { masterKey: encryptionKey, enforceSSL: true });
}

/** What a service needs of a topic and its key to publish. */
interface Publisher {
  readonly keyUse: KeyUse;
  readonly statement: (scope: IConstruct, topic: sns.ITopic) => iam.PolicyStatement;
}

export const ALARMS: Publisher = {
  keyUse: KeyUse.ALARMS,
  statement: (scope, topic) => new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }),
};

export const EVENTS: Publisher = {
  keyUse: KeyUse.EVENTS,
  // EventBridge names no source when it publishes: a condition here loses events silently.
  statement: (_scope, topic) => new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
  }),
};

/** Lets services publish to a topic although it is encrypted, and says so where CDK cannot. The same statement stands in the policy once. */
export function admitPublishers(scope: IConstruct, topic: sns.ITopic, ...publishers: Publisher[]): void {
  const added = publishers.map(({ statement }) => topic.addToResourcePolicy(statement(scope, topic)).statementAdded);
  if (added.includes(false)) {
    Annotations.of(topic).addWarningV2('cdk-compliance-monitoring:AlertTopics.importedTopic',
      'CDK cannot change the policy of an imported topic: if it has one of its own, add the statements of AlertTopics.requiredTopicStatements() '
      + 'to it yourself, or alarms and events cannot publish');
  }
  if (topic.masterKey) { admit(scope, topic.masterKey, ...publishers.map(({ keyUse }) => keyUse)); }
}

/** Also for those who are told nothing: a wrong address shows in Dev, not first in Prod. */
export function requireEmails(prop: string, emails: string[]): void {
  emails.forEach((email, index) => {
    requireEmail(`${prop}[${index}]`, email);
    if (emails.indexOf(email) !== index) { refuse(`${prop}[${index}]`, email, 'each address once', 'remove the second one'); }
  });
}

/** Subscriptions are named by address, so that a changed order replaces none, and stand under the construct that asked for them. */
export function subscribeEmails(scope: Construct, prop: string, topic: sns.ITopic, emails: string[], idPrefix = ''): void {
  requireEmails(prop, emails);
  emails.forEach((email, index) => {
    new sns.Subscription(scope, `${idPrefix}Email-${Token.isUnresolved(email) ? index : email}`, {
      topic, protocol: sns.SubscriptionProtocol.EMAIL, endpoint: email,
    });
  });
}
