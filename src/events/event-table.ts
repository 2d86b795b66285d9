import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { EVENT_INDEXES, EVENT_TABLE, INDEX_SORT_KEY, PROJECTED } from './contract';
import { acknowledgeActions } from '../private/acknowledge';
import { grantKeyThrough, TABLE_KEY_ACTIONS, TABLE_READ_KEY_ACTIONS } from '../private/key-use';
import { makeKeyedTable } from '../private/keyed-table';

export interface EventTableProps {
  readonly encryptionKey: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
}

/** Events, states and counters. */
export function makeEventTable(scope: Construct, props: EventTableProps): dynamodb.Table {
  const table = makeKeyedTable(scope, {
    ...props,
    attributes: EVENT_TABLE,
    noBackupPlan: 'Point-in-time recovery is on, and each day is exported; a backup plan is the account\'s and selects by tag',
  });
  for (const { indexName, partitionKey } of Object.values(EVENT_INDEXES)) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: { name: INDEX_SORT_KEY, type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.INCLUDE,
      nonKeyAttributes: [...PROJECTED],
    });
  }
  return table;
}

/** What may be done with items. `Query` is of the table itself; who asks an index names it. */
export type TableAction =
  | 'BatchGetItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'QueryRules' | 'QueryTimeline' | 'Scan' | 'UpdateItem';
const WRITES: readonly TableAction[] = ['DeleteItem', 'PutItem', 'UpdateItem'];
const OF_INDEX: { readonly [action in TableAction]?: { readonly indexName: string } } = {
  QueryRules: EVENT_INDEXES.rules, QueryTimeline: EVENT_INDEXES.timeline,
};

/** Lets somebody do this with the table's items, and use its key through DynamoDB only. */
export function grantTable(scope: IConstruct, table: dynamodb.ITable, grantee: iam.IGrantable, ...actions: TableAction[]): iam.Grant {
  const writes = actions.some((action) => WRITES.includes(action));
  grantKeyThrough(scope, table.encryptionKey, grantee, 'dynamodb', writes ? TABLE_KEY_ACTIONS : TABLE_READ_KEY_ACTIONS);
  if (writes) { acknowledgeActions(Stack.of(scope), TABLE_KEY_ACTIONS, 'DynamoDB asks for all of these forms, on one key and through DynamoDB only'); }
  const grant = iam.Grant.addToPrincipal({
    grantee, actions: actions.filter((action) => !OF_INDEX[action]).map((action) => `dynamodb:${action}`), resourceArns: [table.tableArn],
  });
  const indexes = actions.flatMap((action) => OF_INDEX[action] ?? []);
  if (indexes.length === 0) { return grant; }
  return grant.combine(iam.Grant.addToPrincipal({
    grantee, actions: ['dynamodb:Query'], resourceArns: indexes.map(({ indexName }) => `${table.tableArn}/index/${indexName}`),
  }));
}
