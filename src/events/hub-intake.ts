import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CONFIG_DETAIL_TYPES, CONFIG_SOURCE, OWN_DETAIL_TYPES, OWN_SOURCE } from './contract';
import { admitSender } from './hub-buses';

/** As the reference system has it. A queue that does not take an event at the third time does not take it at the tenth. */
const RETRY_POLICY = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: Duration.hours(1).toSeconds() };

export interface IntakeProps {
  readonly bus: events.EventBus;
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  readonly additionalSources: string[];
  /** Whether events of the hub's own account and region come straight from the default bus. */
  readonly ownAccount: boolean;
}

export interface Intake {
  readonly ingestRule: events.Rule;
  readonly ownAccountRules: events.Rule[];
}

/** Rules that bring events to the queue. A replay passes the same rule; what it brings names it in `replay-name`. */
export function makeIntake(scope: Construct, props: IntakeProps): Intake {
  const { bus, queue, deadLetterQueue, additionalSources, ownAccount } = props;
  const rules: events.Rule[] = [];
  const bring = (id: string, description: string, eventPattern: events.EventPattern, eventBus?: events.IEventBus) => {
    const rule = new events.Rule(scope, id, { description, eventPattern, eventBus });
    // Not `targets.SqsQueue`: it would add statements to the key whose form depends on the app's feature flags.
    rule.addTarget({
      bind: () => ({ arn: queue.queueArn, targetResource: queue, deadLetterConfig: { arn: deadLetterQueue.queueArn }, retryPolicy: RETRY_POLICY }),
    });
    rules.push(rule);
    return rule;
  };
  const ingestRule = bring('IngestRule', 'Sends events of the members to the hub', { source: [CONFIG_SOURCE, OWN_SOURCE, ...additionalSources] }, bus);
  if (ownAccount) {
    const account = [Stack.of(scope).account];
    bring('OwnAccountRule', 'Sends compliance events of this account to the hub', {
      source: [CONFIG_SOURCE, OWN_SOURCE], account, detailType: [...Object.values(CONFIG_DETAIL_TYPES), ...Object.values(OWN_DETAIL_TYPES)],
    });
    if (additionalSources.length > 0) {
      bring('OwnAccountAdditionalRule', 'Sends events of other sources of this account to the hub', { source: additionalSources, account });
    }
  }
  const arns = rules.map(({ ruleArn }) => ruleArn);
  admitSender(queue, arns);
  admitSender(deadLetterQueue, arns);
  return { ingestRule, ownAccountRules: rules.slice(1) };
}
