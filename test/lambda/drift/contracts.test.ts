import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDriftStore } from '../../../lambda-src/drift/adapters/dynamo-drift-store';
import { S3StateObjects } from '../../../lambda-src/drift/adapters/s3-state-objects';
import { ssmClients } from '../../../lambda-src/drift/adapters/ssm-clients';
import { SsmParameterReader } from '../../../lambda-src/drift/adapters/ssm-parameter-reader';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';
import { S3Objects } from '../../../lambda-src/shared/adapters/s3-objects';
import { policyKey, snapshotKey, TABLE } from '../../../src/drift/contract';
import { LocalAws, startLocalAws } from '../../local-aws/local-aws';
import { driftStoreContract, finding, runRecord, transition } from '../../support/drift-store-contract';
import { InMemoryDriftStore, InMemoryObjects, InMemoryParameters, RecordingLog } from '../../support/in-memory-drift';
import { parameterReaderContract } from '../../support/parameter-reader-contract';
import { policyDocument, stateObjectsContract } from '../../support/state-objects-contract';

describe('in memory', () => {
  describe('drift store', () => driftStoreContract(() => new InMemoryDriftStore()));
  describe('state objects', () => stateObjectsContract((policy) => new InMemoryObjects(policy)));
  describe('parameter reader', () => parameterReaderContract((parameters) => {
    const all = new InMemoryParameters();
    for (const { name, ...input } of parameters) all.put('Dev', name, input);
    return all.reader('Dev');
  }));
});

describe('on the local AWS', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'contracts-'));
  const before = { ...process.env };
  let aws: LocalAws;
  let table: DynamoDBDocumentClient;
  let s3: S3Client;
  let tableName: string;

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test' });
    delete process.env.AWS_SESSION_TOKEN;
    aws = await startLocalAws({ stateDir });
    const config = { region: aws.region, endpoint: aws.endpoint };
    table = DynamoDBDocumentClient.from(new DynamoDBClient(config), documentOptions);
    s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'state' }));
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    await aws.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    tableName = `drift-${randomUUID()}`;
    await table.send(new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: TABLE.partitionKey, AttributeType: 'S' }, { AttributeName: TABLE.sortKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: TABLE.partitionKey, KeyType: 'HASH' }, { AttributeName: TABLE.sortKey, KeyType: 'RANGE' }],
    }));
  });
  const store = (environment: string) => new DynamoDriftStore(table, { tableName, environment, retryBase: 1 });
  const items = async () => (await table.send(new ScanCommand({ TableName: tableName }))).Items!;

  describe('drift store', () => {
    driftStoreContract(store);

    it('keeps a history of changes, and lets what is over expire', async () => {
      const dev = store('Dev');
      const lease = (await dev.acquire('run-1', Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER))!;
      await dev.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      await dev.commit(lease, 'run-2', [transition('updated', finding('a', { explanation: 'other' }))], []);
      await dev.commit(lease, 'run-3', [transition('resolved', finding('a'), true, '2026-11-22T11:00:00.000Z')], []);
      await dev.finish(lease, runRecord(), {});
      const kept = Math.floor(Date.parse('2026-11-22T11:00:00.000Z') / 1000) + 400 * 86_400;
      const all = await items();
      expect(all.filter((item) => item.pk === 'FINDING#a').map(({ sk, kind }) => `${sk} ${kind}`)).toEqual([
        '2026-11-22T10:00:00.000Z#run-1 opened', '2026-11-22T11:00:00.000Z#run-3 resolved',
      ]);
      expect(all.find((item) => item.pk === 'RESOLVED#Dev')).toMatchObject({ sk: 'a', resolvedAt: '2026-11-22T11:00:00.000Z', expiresAt: kept });
      expect(all.find((item) => item.pk === 'RUNS#Dev')).toMatchObject({ runId: 'run-1', expiresAt: kept - 3600 });
    });

    it('lets nothing that stands expire', async () => {
      const dev = store('Dev');
      const lease = (await dev.acquire('run-1', Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER))!;
      await dev.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      await dev.finish(lease, runRecord(), { lastWalkAt: 'x' });
      const standing = (await items()).filter(({ pk }) => /^(ACTIVE|ENV)#/.test(pk as string));
      expect(standing).toHaveLength(4);
      for (const item of standing) expect(item).not.toHaveProperty(TABLE.timeToLive);
    });
  });

  describe('parameter reader', () => parameterReaderContract(async (parameters) => {
    const client = new SSMClient({ region: aws.region, endpoint: aws.endpoint });
    const prefix = `/org-${randomUUID()}/Dev`;
    for (const { name, value, type } of parameters) {
      await client.send(new PutParameterCommand({ Name: `${prefix}/${name}`, Value: value, Type: type, Overwrite: true }));
    }
    // A neighbour whose path only begins alike.
    await client.send(new PutParameterCommand({ Name: `${prefix}elopment/other`, Value: 'x', Type: 'String' }));
    const clients = ssmClients({ rate: 1000, config: { region: aws.region, endpoint: aws.endpoint } });
    return new SsmParameterReader(clients, { environment: 'Dev', prefix, timeLeft: () => 30_000 });
  }));

  describe('state objects', () => {
    const objects = (key: string) => new S3StateObjects(
      new S3Objects({ bucket: 'state', region: aws.region, endpoint: aws.endpoint, retryBase: 1 }),
      { organization: 'acme', environment: 'Dev', policyKey: key }, new RecordingLog(),
    );
    stateObjectsContract(async (policy) => {
      const key = policyKey(randomUUID());
      await s3.send(new PutObjectCommand({ Bucket: 'state', Key: key, Body: JSON.stringify(policy) }));
      return objects(key);
    });

    it('packs the snapshot', async () => {
      await objects('any').saveSnapshot('content');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'state', Key: snapshotKey('acme', 'Dev') }));
      expect(gunzipSync(await Body!.transformToByteArray()).toString()).toBe('content');
    });

    it('says which policy is missing', async () => {
      await expect(objects('parity/policies/gone.json').policy()).rejects.toThrow(/GET of parity\/policies\/gone.json .* NoSuchKey/);
    });

    it('reads a policy once, because its key names its content', async () => {
      const key = policyKey(randomUUID());
      const same = objects(key);
      await s3.send(new PutObjectCommand({ Bucket: 'state', Key: key, Body: JSON.stringify(policyDocument()) }));
      await same.policy();
      await s3.send(new PutObjectCommand({ Bucket: 'state', Key: key, Body: 'broken' }));
      await expect(same.policy()).resolves.toEqual(policyDocument());
      const failure = await objects(key).policy().catch((error: unknown) => error);
      expect(String(failure)).toContain('is not JSON');
      expect(String(failure)).not.toContain('broken');
    });

    it('reads nothing but walks as a walk', async () => {
      await expect(objects('any').loadWalk('parity/acme/Dev/snapshot.json.gz')).rejects.toThrow(/its key must begin with parity\/walks\//);
    });
  });
});
