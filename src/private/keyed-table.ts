import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgeRule } from './acknowledge';

export interface KeyedTableProps {
  /** Names of its attributes; a room's contract has them. */
  readonly attributes: { readonly partitionKey: string; readonly sortKey: string; readonly timeToLive: string };
  readonly encryptionKey: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
  /** What makes a backup plan of its own unneeded. */
  readonly noBackupPlan: string;
}

/**
 * A table that every room's items can lie in: on demand, with point-in-time recovery and a stream. `TableV2` cannot be encrypted with a key
 * of one's own in a stack without a fixed region.
 */
export function makeKeyedTable(scope: Construct, { attributes, ...props }: KeyedTableProps): dynamodb.Table {
  const table = new dynamodb.Table(scope, 'Table', {
    partitionKey: { name: attributes.partitionKey, type: dynamodb.AttributeType.STRING },
    sortKey: { name: attributes.sortKey, type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: attributes.timeToLive,
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: props.encryptionKey,
    removalPolicy: props.removalPolicy,
    deletionProtection: props.deletionProtection && props.removalPolicy !== RemovalPolicy.DESTROY,
  });
  acknowledgeRule(table, 'DynamoDBInBackupPlan', props.noBackupPlan);
  return table;
}
