import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoEventTable } from '../../../lambda-src/events/adapters/dynamo-event-table';
import { answer } from '../../../lambda-src/events/domain/api';
import { EventTable } from '../../../lambda-src/events/ports';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';
import { LocalAws, startLocalAws } from '../../local-aws/local-aws';
import { createEventTable } from '../../support/create-event-table';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { account, heard, store, Told } from '../../support/stored-events';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const STATUSES = ['NON_COMPLIANT', 'COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE'];
const LONG = Array.from({ length: 300 }, (_, i) => `value ${Math.sin(i)}`);
const EVENTS = Array.from({ length: 120 }, (_, i): Told => ({
  at: `2026-11-2${i % 4}T10:00:00.${String(i).padStart(3, '0')}Z`,
  account: account(1 + i % 3),
  rule: i % 5 === 0 ? 'a#b%' : 'encrypted',
  id: `/b ${i % 11}`,
  status: STATUSES[i % 7 % 4],
  ...(i % 10 === 0 ? { detail: LONG } : {}),
}));
const RESOURCE = new URLSearchParams({ account: account(1), region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', resourceId: '/b 3' }).toString();

describe('answers from DynamoDB are those from memory', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'query-contract-'));
  const before = { ...process.env };
  const memory = new InMemoryEventTable();
  let aws: LocalAws;
  let dynamo: EventTable;

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test' });
    delete process.env.AWS_SESSION_TOKEN;
    aws = await startLocalAws({ stateDir });
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: aws.region, endpoint: aws.endpoint }), documentOptions);
    await createEventTable(client, 'events');
    dynamo = new DynamoEventTable(client, { tableName: 'events', retryBase: 1 });
    for (const table of [memory, dynamo]) {
      await store(table, ...EVENTS);
      await heard(table, account(1), 'eu-central-1', NOW, { firstHeardAt: '2026-11-01T00:00:00.000Z' });
    }
  }, 180_000);
  afterAll(async () => {
    process.env = before;
    await aws.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test.each([
    ['/events', 'limit=7', 18], ['/events', `account=${account(2)}&limit=13`, 4], ['/events', 'rule=a%23b%25&limit=5', 5], ['/events', 'status=COMPLIANT&start=2026-11-21&end=2026-11-22', 1],
    ['/events', 'resourceId=/b%203&limit=4', 3], ['/events', RESOURCE, 1],
    ['/compliance/as-of', `time=2026-11-21T10:00:00.050Z&account=${account(1)}&limit=3`, undefined], ['/compliance/as-of', 'time=2026-11-22&rule=encrypted', undefined],
    ['/compliance/as-of', `time=2026-11-22&${RESOURCE}&limit=1`, undefined],
    ['/compliance/summary', '', 1], ['/compliance/summary', `account=${account(1)}&start_date=2026-11-21&end_date=2026-11-22`, 1],
    ['/compliance/resources', RESOURCE, 1], ['/health', '', 1],
  ] as const)('%s?%s', async (path, query, pages) => {
    const counted: number[] = [];
    const answers: unknown[][] = [];
    for (const table of [memory, dynamo]) {
      const own: unknown[] = [];
      let cursor: string | null | undefined;
      do {
        const { answer: pending } = answer({ method: 'GET', path, query: cursor ? `${query}&cursor=${cursor}` : query }, { table, hub: 'compliance', now: NOW });
        const found = await pending as { nextCursor?: string | null };
        own.push(found);
        cursor = found.nextCursor;
      } while (cursor);
      answers.push(own);
      counted.push(own.length);
    }
    expect(answers[1]).toEqual(answers[0]);
    if (pages !== undefined) expect(counted).toEqual([pages, pages]);
  }, 60_000);
});
