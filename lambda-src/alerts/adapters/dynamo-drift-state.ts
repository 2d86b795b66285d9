import { DynamoDBDocumentClient, GetCommand, QueryCommand, QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { activePartition, FindingStatus, TABLE, TABLE_KEYS } from '../../../src/drift/contract';
import { Pointer } from '../../drift/ports';
import { DriftState } from '../report-ports';

/** What the drift table of an environment holds now: all findings that stand, and when it was last read completely. */
export async function driftState(client: DynamoDBDocumentClient, tableName: string, environment: string): Promise<DriftState> {
  const { Item: pointer } = await client.send(new GetCommand({ TableName: tableName, Key: TABLE_KEYS.pointer(environment) }));
  const findings: { status: FindingStatus }[] = [];
  let start: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const page: QueryCommandOutput = await client.send(new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: '#pk = :pk',
      ProjectionExpression: '#status',
      ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#status': 'status' },
      ExpressionAttributeValues: { ':pk': activePartition(environment) },
      ExclusiveStartKey: start,
    }));
    findings.push(...(page.Items ?? []) as { status: FindingStatus }[]);
    start = page.LastEvaluatedKey;
  } while (start);
  const { lastWalkAt, policyKey } = (pointer ?? {}) as Pointer;
  return { ...(lastWalkAt ? { checkedAt: lastWalkAt } : {}), ...(policyKey ? { policyKey } : {}), findings };
}
