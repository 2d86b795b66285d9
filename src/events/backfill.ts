import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AdmittedAccounts, AroundProps } from './around-props';
import {
  BACKFILL_ROUND, BACKFILL_SETTINGS, BACKFILL_TIMEOUT_SECONDS, backfillRoleName, MemberScope, readerRoleName, readerRolePrefix,
} from './contract';
import { grantTable } from './event-table';
import { membersSetting } from './expected-members';
import { grantReadConfig } from './reader-role';
import { acknowledgeResources } from '../private/acknowledge';
import { DATA_KEY_ACTIONS, grantKeyThrough } from '../private/key-use';
import { PackagedFunction } from '../private/packaged-function';
import { QueueWithDlq } from '../private/queue-with-dlq';

/** Accounts and regions that are read at the same time. Each has rates of its own; the table does not. */
const MAX_CONCURRENCY = 5;
const AGGREGATOR_ACTIONS = [
  'config:DescribeAggregateComplianceByConfigRules', 'config:DescribeConfigurationAggregatorSourcesStatus', 'config:GetAggregateComplianceDetailsByConfigRule',
];

export interface BackfillProps extends AroundProps {
  /** Accounts and regions that are read although they were never heard of. */
  readonly expectedMembers: readonly MemberScope[];
  /** Whose reader roles may be assumed, beside the hub's own account in other regions. */
  readonly admitted: AdmittedAccounts;
  /** Whether events of the hub's own account are taken. */
  readonly ownAccount: boolean;
  readonly interval: Duration;
  /** How long events are kept. */
  readonly retention: Duration;
  /** How long it is remembered that something is gone. */
  readonly tombstoneRetention: Duration;
  /** Prefix of the roles' names in the members; the hub's name and `-reader` when absent. */
  readonly readerRolePrefix?: string;
  /** An aggregator of the hub's account and region, read instead of the members. */
  readonly aggregatorName?: string;
}

/** Reads what AWS Config says itself, on a schedule: an account and region in each invocation, by a queue of its own. */
export class Backfill extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.IRole;
  public readonly queues: QueueWithDlq;
  public readonly alarms: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, private readonly props: BackfillProps) {
    super(scope, id);
    const { encryptionKey, hubName, table, interval, alarms } = props;
    const prefix = props.readerRolePrefix ?? readerRolePrefix(hubName);
    const stack = Stack.of(this);
    this.queues = new QueueWithDlq(this, 'Tasks', {
      encryptionKey, visibilityTimeout: Duration.seconds(6 * BACKFILL_TIMEOUT_SECONDS), maxReceiveCount: 3,
    });
    const { queue } = this.queues;
    const run = new PackagedFunction(this, 'Read', {
      handler: 'events/backfill',
      description: `Reads from AWS Config what no event told the hub ${hubName}`,
      settings: {
        [BACKFILL_SETTINGS.hubName]: hubName,
        [BACKFILL_SETTINGS.tableName]: table.tableName,
        [BACKFILL_SETTINGS.queueUrl]: queue.queueUrl,
        [BACKFILL_SETTINGS.account]: stack.account,
        [BACKFILL_SETTINGS.ownAccount]: String(props.ownAccount),
        [BACKFILL_SETTINGS.partition]: stack.partition,
        [BACKFILL_SETTINGS.readerRolePrefix]: prefix,
        ...(props.aggregatorName === undefined ? {} : { [BACKFILL_SETTINGS.aggregatorName]: props.aggregatorName }),
        [BACKFILL_SETTINGS.expectedMembers]: membersSetting('ComplianceEventHub.expectedMembers', props.expectedMembers),
        [BACKFILL_SETTINGS.retentionDays]: String(props.retention.toDays()),
        [BACKFILL_SETTINGS.tombstoneDays]: String(props.tombstoneRetention.toDays()),
      },
      timeout: Duration.seconds(BACKFILL_TIMEOUT_SECONDS),
      memorySize: 1_024,
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      encryptionKey,
      deadLetterQueue: props.deadLetterQueue,
      failuresAreSeen: 'An alarm tells that a round could not begin; the next one sees the same, so that nothing is lost to be kept',
      runtime: props.runtime,
      // Members trust it by this name.
      roleName: backfillRoleName(hubName, stack.region),
    });
    this.function = run.function;
    this.role = run.role;
    grantTable(this, table, this.role, 'BatchGetItem', 'DeleteItem', 'PutItem', 'Query', 'QueryTimeline', 'Scan', 'UpdateItem');
    this.mayRead(prefix);
    this.takeTasks();
    new events.Rule(this, 'Schedule', {
      description: `Starts a round of the backfill of ${hubName}`,
      schedule: events.Schedule.rate(interval),
      targets: [new targets.LambdaFunction(this.function, {
        deadLetterQueue: props.deadLetterQueue, event: events.RuleTargetInput.fromObject(BACKFILL_ROUND), retryAttempts: 2,
      })],
    });
    if (alarms) {
      this.alarms.push(
        run.errorAlarm(`The hub ${hubName} could not read what AWS Config says.`, 'event-backfill-errors', alarms.alertTopic),
        this.queues.deadLetterAlarm(`The hub ${hubName} could not read an account and region to the last retry.`, 'event-backfill-dead-letters', alarms.alertTopic),
      );
    }
  }

  private mayRead(prefix: string): void {
    const stack = Stack.of(this);
    const grant = (actions: readonly string[], resource: string) =>
      iam.Grant.addToPrincipal({ grantee: this.role, actions: [...actions], resourceArns: [resource] });
    if (this.props.aggregatorName !== undefined) {
      const aggregators = stack.formatArn({ service: 'config', resource: 'config-aggregator', resourceName: '*' });
      grant(AGGREGATOR_ACTIONS, aggregators);
      acknowledgeResources(this.role, [aggregators], 'An aggregator\'s ARN ends with an id that AWS Config chooses; the function names the one that it was told');
      return;
    }
    const readers = stack.formatArn({ service: 'iam', region: '', account: '*', resource: 'role', resourceName: readerRoleName(prefix, '*') });
    const assume = (conditions: { [key: string]: string | string[] }) => iam.Grant.addToPrincipal({
      grantee: this.role, actions: ['sts:AssumeRole'], resourceArns: [readers], conditions: { StringEquals: conditions },
    });
    // By conditions, since the ARNs of a hundred roles would not fit into a role's policies.
    const { accounts, organizationId } = this.props.admitted;
    assume({ 'aws:ResourceAccount': [...new Set([stack.account, ...accounts])] });
    if (organizationId !== undefined) { assume({ 'aws:ResourceOrgID': organizationId }); }
    acknowledgeResources(this.role, [readers], 'Of accounts that the hub admits only, by conditions; each decides by its role whether it is read');
    // The hub's own account, which needs no role.
    grantReadConfig(this, this.role);
  }

  private takeTasks(): void {
    const { queue } = this.queues;
    const mayTake = iam.Grant.addToPrincipal({
      grantee: this.role,
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
      resourceArns: [queue.queueArn],
    });
    grantKeyThrough(this, this.props.encryptionKey, this.role, 'sqs', DATA_KEY_ACTIONS);
    const source = new lambda.EventSourceMapping(this, 'Source', {
      target: this.function, eventSourceArn: queue.queueArn, batchSize: 1, maxConcurrency: MAX_CONCURRENCY,
    });
    // Lambda looks whether the role may, when the source is made.
    mayTake.applyBefore(source);
  }
}
