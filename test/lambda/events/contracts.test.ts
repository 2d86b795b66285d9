import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoEventTable } from '../../../lambda-src/events/adapters/dynamo-event-table';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';
import { LocalAws, startLocalAws } from '../../local-aws/local-aws';
import { createEventTable } from '../../support/create-event-table';
import { eventTableContract } from '../../support/event-table-contract';
import { InMemoryEventTable } from '../../support/in-memory-event-table';

describe('the table of events in memory', () => eventTableContract(() => new InMemoryEventTable()));

describe('the table of events on the local AWS', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'event-contracts-'));
  const before = { ...process.env };
  let aws: LocalAws;
  let client: DynamoDBDocumentClient;

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test' });
    delete process.env.AWS_SESSION_TOKEN;
    aws = await startLocalAws({ stateDir });
    client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: aws.region, endpoint: aws.endpoint }), documentOptions);
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    await aws.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  eventTableContract(async () => {
    const tableName = `events-${randomUUID()}`;
    await createEventTable(client, tableName);
    return new DynamoEventTable(client, { tableName, retryBase: 1 });
  });
});
