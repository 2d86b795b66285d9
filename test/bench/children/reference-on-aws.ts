/** The reference method against AWS. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { child } from './child';
import { parameterPrefix } from '../../../src/drift/contract';
import { BASELINE, TARGET } from '../population';
import { referenceCheck, ReferenceItem } from '../reference-method';

export interface ReferenceOnAwsInput {
  readonly organization: string;
  /** Its partition key is `environment`. */
  readonly tableName: string;
}

child<ReferenceOnAwsInput, { itemBytes: number }>(({ organization, tableName }) => {
  const ssm = new SSMClient();
  const table = DynamoDBDocumentClient.from(new DynamoDBClient());
  const readPage = async (environment: string, token?: string) => {
    const { Parameters = [], NextToken } = await ssm.send(new GetParametersByPathCommand({
      Path: parameterPrefix(organization, environment), Recursive: true, MaxResults: 10, NextToken: token,
    }));
    const plain = Parameters.filter(({ Type }) => Type !== 'SecureString');
    return { parameters: plain.map(({ Name, Value }) => ({ name: Name!, value: Value! })), nextToken: NextToken };
  };
  const store = async (item: ReferenceItem) => {
    await table.send(new PutCommand({ TableName: tableName, Item: item }));
  };
  return async () => {
    const { itemBytes } = await referenceCheck([TARGET, BASELINE], readPage, store);
    return { itemBytes };
  };
});
