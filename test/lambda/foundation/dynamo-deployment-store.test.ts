import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConditionalCheckFailedException, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDeploymentStore } from '../../../lambda-src/foundation/adapters/dynamo-deployment-store';
import { documentOptions, withoutKeys } from '../../../lambda-src/shared/adapters/dynamo-items';
import { DeploymentItem, deploymentsPartition, TABLE, TABLE_KEYS } from '../../../src/drift/contract';
import { LocalAws, startLocalAws } from '../../local-aws/local-aws';
import { deployment, deploymentStoreContract } from '../../support/deployment-store-contract';
import { InMemoryDeployments } from '../../support/in-memory-deployments';

describe('in memory', () => deploymentStoreContract(() => {
  const store = new InMemoryDeployments();
  return { store, last: (environment, stackName) => store.last(environment, stackName), history: (environment) => store.history(environment) };
}));

describe('what goes to DynamoDB', () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }), documentOptions);
  const dynamo = mockClient(client);
  const store = new DynamoDeploymentStore(client, 'drift');
  beforeEach(() => {
    dynamo.reset();
    dynamo.on(UpdateCommand).resolves({});
  });
  const sent = () => dynamo.commandCalls(UpdateCommand)[0].args[0].input;

  it('moves the last deployment forward only', async () => {
    await store.moveLast(deployment());
    expect(sent()).toMatchObject({
      TableName: 'drift', Key: { pk: 'DEPLOYED#Dev', sk: 'Payments-Dev' }, ConditionExpression: 'attribute_not_exists(#order) OR #order <= :order',
      ExpressionAttributeValues: { ':order': '2026-11-22T10:00:00.000Z#e1', ':version': '1.0.0' },
    });
    expect(sent().UpdateExpression).not.toContain('REMOVE');
  });

  it('takes no version away when it knows none', async () => {
    await store.moveLast(deployment({ version: undefined, requestToken: undefined }));
    expect(sent().ConditionExpression).toBe('attribute_not_exists(#order) OR #order < :order');
    expect(sent().UpdateExpression).toMatch(/ REMOVE #version, #requestToken$/);
  });

  it('is content when a later one is kept, and fails with the table', async () => {
    dynamo.on(UpdateCommand).rejectsOnce(new ConditionalCheckFailedException({ $metadata: {}, message: 'no' })).rejects(new Error('gone'));
    await expect(store.moveLast(deployment())).resolves.toBeUndefined();
    await expect(store.moveLast(deployment())).rejects.toThrow('gone');
    await expect(store.add(deployment())).rejects.toThrow('gone');
  });

  it('keeps history for 400 days, and the last deployment for ever', async () => {
    await store.add(deployment());
    expect(sent()).toMatchObject({
      Key: { pk: 'DEPLOYMENTS#Dev', sk: '2026-11-22T10:00:00.000Z#e1' },
      ExpressionAttributeValues: { ':expiresAt': Date.parse('2026-11-22T10:00:00.000Z') / 1000 + 400 * 86_400 },
    });
    expect(sent().ConditionExpression).toBeUndefined();
    dynamo.resetHistory();
    await store.moveLast(deployment());
    expect(JSON.stringify(sent())).not.toContain(TABLE.timeToLive);
  });
});

describe('on the local AWS', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'deployments-'));
  const before = { ...process.env };
  let aws: LocalAws;
  let client: DynamoDBDocumentClient;
  let tableName: string;
  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test' });
    delete process.env.AWS_SESSION_TOKEN;
    aws = await startLocalAws({ stateDir });
    client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: aws.region, endpoint: aws.endpoint }), documentOptions);
    tableName = `drift-${randomUUID()}`;
    await client.send(new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: TABLE.partitionKey, AttributeType: 'S' }, { AttributeName: TABLE.sortKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: TABLE.partitionKey, KeyType: 'HASH' }, { AttributeName: TABLE.sortKey, KeyType: 'RANGE' }],
    }));
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    await aws.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  let test = 0;
  deploymentStoreContract(() => {
    // Each test in environments of its own: a table takes longer than a test.
    test += 1;
    const own = (environment: string) => `${environment}${test}`;
    const back = (item: { [name: string]: unknown }): DeploymentItem => {
      const { order: _order, environment, ...rest } = withoutKeys<DeploymentItem & { order: string }>(item);
      return { ...rest, environment: environment.slice(0, -String(test).length) };
    };
    const store = new DynamoDeploymentStore(client, tableName);
    return {
      store: {
        moveLast: (one) => store.moveLast({ ...one, environment: own(one.environment) }),
        add: (one) => store.add({ ...one, environment: own(one.environment) }),
      },
      last: async (environment, stackName) => {
        const Key = TABLE_KEYS.lastDeployment(own(environment), stackName);
        const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
        return Item && back(Item);
      },
      history: async (environment) => {
        const { Items } = await client.send(new QueryCommand({
          TableName: tableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': deploymentsPartition(own(environment)) },
        }));
        return Items!.map(back);
      },
    };
  });
});
