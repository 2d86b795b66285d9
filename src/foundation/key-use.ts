import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';

/**
 * A service that cannot do its work with what a key encrypts unless the key's policy admits it.
 */
export class KeyUse {
  /** CloudWatch, whose alarms publish to an encrypted topic. */
  public static readonly ALARMS = new KeyUse('ALARMS', (scope) => ({
    principal: 'cloudwatch.amazonaws.com',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }));

  /**
   * EventBridge, whose rules send to an encrypted queue or topic. It names no source account when it encrypts: with such a condition its
   * events are silently lost.
   */
  public static readonly EVENTS = new KeyUse('EVENTS', () => ({
    principal: 'events.amazonaws.com',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
  }));

  /** EventBridge, which encrypts what lies on this account's buses of one's own and in their archives. It comes with `EVENTS`. */
  public static readonly EVENT_BUSES = new KeyUse('EVENT_BUSES', (scope) => {
    const { account, region, partition } = Stack.of(scope);
    return {
      principal: 'events.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
      // Looking at the key has no context.
      conditions: { ArnLikeIfExists: { 'kms:EncryptionContext:aws:events:event-bus:arn': `arn:${partition}:events:${region}:${account}:event-bus/*` } },
    };
  });

  /** CloudWatch Logs, for this account's log groups. */
  public static readonly LOGS = new KeyUse('LOGS', (scope) => {
    const { account, region, partition } = Stack.of(scope);
    return {
      principal: `logs.${region}.${Aws.URL_SUFFIX}`,
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    };
  });

  /** AWS Config, which delivers to an encrypted bucket. */
  public static readonly CONFIG_DELIVERY = new KeyUse('CONFIG_DELIVERY', (scope) => ({
    principal: 'config.amazonaws.com',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }));

  /** @internal */
  public static readonly _ALL: KeyUse[] = [KeyUse.ALARMS, KeyUse.EVENTS, KeyUse.EVENT_BUSES, KeyUse.LOGS, KeyUse.CONFIG_DELIVERY];

  /** Its name. */
  public readonly name: string;

  private constructor(name: string, private readonly render: (scope: IConstruct) => ServiceStatement) {
    this.name = name;
  }

  /**
   * The statement, for account and region of a construct's stack.
   *
   * @internal
   */
  public _statement(scope: IConstruct): iam.PolicyStatement {
    const { principal, actions, conditions } = this.render(scope);
    return new iam.PolicyStatement({ principals: [new iam.ServicePrincipal(principal)], actions, resources: ['*'], conditions });
  }
}

interface ServiceStatement {
  readonly principal: string;
  readonly actions: string[];
  readonly conditions?: { [operator: string]: { [key: string]: string } };
}
