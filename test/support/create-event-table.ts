import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EVENT_INDEXES, EVENT_TABLE, INDEX_SORT_KEY, PROJECTED } from '../../src/events/contract';

/** Makes the table of compliance events as the construct does, for tests that need no stack. */
export async function createEventTable(client: DynamoDBDocumentClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey } = EVENT_TABLE;
  const indexes = Object.values(EVENT_INDEXES);
  await client.send(new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [partitionKey, sortKey, INDEX_SORT_KEY, ...indexes.map((index) => index.partitionKey)]
      .map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }, { AttributeName: sortKey, KeyType: 'RANGE' }],
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.indexName,
      KeySchema: [{ AttributeName: index.partitionKey, KeyType: 'HASH' }, { AttributeName: INDEX_SORT_KEY, KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...PROJECTED] },
    })),
  }));
}
