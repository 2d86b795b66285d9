import { ConditionalCheckFailedException, DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand, DeleteCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand, TransactWriteCommandInput, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { parts } from '../../../lambda-src/drift/adapters/drift-items';
import { DynamoDriftStore } from '../../../lambda-src/drift/adapters/dynamo-drift-store';
import { LeaseLost } from '../../../lambda-src/drift/ports';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';
import { finding, runRecord, transition } from '../../support/drift-store-contract';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }), documentOptions);
const dynamo = mockClient(table);
const lease = { holder: 'run-1', token: 7 };
const canceled = (...codes: string[]) => new TransactionCanceledException({
  $metadata: {}, message: 'Transaction cancelled', CancellationReasons: codes.map((Code) => ({ Code })),
});
const conditionFailed = new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
const named = (name: string) => Object.assign(new Error(name), { name });

describe('the drift table', () => {
  let store: DynamoDriftStore;
  beforeEach(() => {
    dynamo.reset();
    dynamo.on(GetCommand).resolves({});
    dynamo.on(TransactWriteCommand).resolves({});
    store = new DynamoDriftStore(table, { tableName: 'drift', environment: 'Dev', retryBase: 1 });
  });
  const commit = () => store.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
  const transactions = () => dynamo.commandCalls(TransactWriteCommand).map((call) => call.args[0].input as TransactWriteCommandInput);

  it('refuses writes of a run that lost the lease, without another attempt', async () => {
    dynamo.on(TransactWriteCommand).rejects(canceled('ConditionalCheckFailed', 'None', 'TransactionConflict'));
    await expect(commit()).rejects.toThrow(LeaseLost);
    await expect(store.finish(lease, runRecord(), {})).rejects.toThrow(LeaseLost);
    expect(transactions()).toHaveLength(2);
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])('writes again after %s', async (code) => {
    dynamo.on(TransactWriteCommand).rejectsOnce(canceled('None', code)).rejectsOnce(canceled('None', code)).resolves({});
    await commit();
    expect(transactions()).toHaveLength(3);
  });

  it('writes again while another transaction is under way', async () => {
    dynamo.on(TransactWriteCommand).rejectsOnce(named('TransactionInProgressException')).resolves({});
    await commit();
    dynamo.on(UpdateCommand).rejectsOnce(named('TransactionConflictException')).resolves({});
    await store.extend(lease, 1);
    expect(dynamo.commandCalls(UpdateCommand)).toHaveLength(2);
  });

  it('gives up after several attempts, and at once where it is no use', async () => {
    dynamo.on(TransactWriteCommand).rejects(canceled('None', 'TransactionConflict'));
    await expect(commit()).rejects.toThrow('Transaction cancelled');
    expect(transactions()).toHaveLength(6);
    dynamo.resetHistory();
    dynamo.on(TransactWriteCommand).rejects(canceled('None', 'ValidationError'));
    await expect(commit()).rejects.toThrow('Transaction cancelled');
    expect(transactions()).toHaveLength(1);
  });

  it('reads the outbox again when somebody sent it meanwhile', async () => {
    const outbox = { pk: 'ENV#Dev', sk: 'OUTBOX', id: 'old', since: 's', revision: 4, opened: { count: 1, entries: [] }, reopened: { count: 0, entries: [] }, resolved: { count: 0, entries: [] }, expiring: { count: 0, entries: [] } };
    dynamo.on(GetCommand).resolvesOnce({ Item: outbox }).resolves({});
    dynamo.on(TransactWriteCommand).rejectsOnce(canceled('None', 'None', 'None', 'None', 'ConditionalCheckFailed')).resolves({});
    await commit();
    const [first, second] = transactions().map(({ TransactItems }) => TransactItems!.at(-1)!.Put!);
    expect(first.Item).toMatchObject({ id: 'old', revision: 5, opened: { count: 2 } });
    expect(first.ConditionExpression).toBe('#id = :id AND #revision = :revision');
    expect(second.Item).toMatchObject({ revision: 1, opened: { count: 1 } });
    expect(second.Item!.id).not.toBe('old');
    expect(second.ConditionExpression).toBe('attribute_not_exists(#pk)');
  });

  it('checks the lease first in every transaction, and stays within its limits', async () => {
    const many = Array.from({ length: 300 }, (_, i) => transition('opened', finding(`f${i}`, { explanation: 'x'.repeat(60_000) })));
    await store.commit(lease, 'run-1', many, []);
    const all = transactions();
    expect(all.length).toBeGreaterThan(10);
    for (const { TransactItems } of all) {
      expect(TransactItems![0].ConditionCheck).toMatchObject({
        Key: { pk: 'ENV#Dev', sk: 'LEASE' }, ConditionExpression: '#holder = :holder AND #token = :token', ExpressionAttributeValues: { ':holder': 'run-1', ':token': 7 },
      });
      expect(TransactItems!.length).toBeLessThanOrEqual(100);
      expect(JSON.stringify(TransactItems).length).toBeLessThan(4 * 1024 * 1024 * 0.9);
      const keys = TransactItems!.map(({ ConditionCheck, Put, Delete }) => ConditionCheck?.Key ?? Delete?.Key ?? Put!.Item!);
      expect(new Set(keys.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(TransactItems!.length);
    }
    expect(all.flatMap(({ TransactItems }) => TransactItems!).filter(({ Put }) => (Put?.Item?.pk as string)?.startsWith('ACTIVE#'))).toHaveLength(300);
  });

  it('never parts a finding\'s writes', () => {
    const many = Array.from({ length: 100 }, (_, i) => transition(i % 3 ? 'resolved' : 'updated', finding(`f${i}`)));
    for (const part of parts('run-1', many, [])) {
      const expected = part.transitions.reduce((sum, { kind }) => sum + (kind === 'updated' ? 1 : 3), 0);
      expect(part.writes).toHaveLength(expected);
      expect(part.writes.length).toBeLessThanOrEqual(98);
    }
  });

  it('stops at the part that lost the lease', async () => {
    const many = Array.from({ length: 100 }, (_, i) => transition('opened', finding(`f${i}`)));
    dynamo.on(TransactWriteCommand).resolvesOnce({}).rejects(canceled('ConditionalCheckFailed'));
    await expect(store.commit(lease, 'run-1', many, [])).rejects.toThrow(LeaseLost);
    expect(transactions()).toHaveLength(2);
  });

  it('reads every page of findings, also after an empty one', async () => {
    const key = { pk: 'ACTIVE#Dev', sk: 'a' };
    dynamo.on(QueryCommand).resolvesOnce({ Items: [{ ...key, ...finding('a') }], LastEvaluatedKey: key })
      .resolvesOnce({ LastEvaluatedKey: { pk: 'ACTIVE#Dev', sk: 'b' } }).resolvesOnce({ Items: [{ ...key, sk: 'c', ...finding('c') }] });
    await expect(store.active()).resolves.toEqual([finding('a'), finding('c')]);
    const calls = dynamo.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(calls.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, key, { pk: 'ACTIVE#Dev', sk: 'b' }]);
    expect(calls.every(({ ConsistentRead }) => ConsistentRead)).toBe(true);
  });

  it('asks again for what a batch left unread', async () => {
    const item = (id: string) => ({ pk: 'RESOLVED#Dev', sk: id, ...finding(id), resolvedAt: 'then' });
    const left = { drift: { Keys: [{ pk: 'RESOLVED#Dev', sk: 'b' }] } };
    dynamo.on(BatchGetCommand).resolvesOnce({ Responses: { drift: [item('a')] }, UnprocessedKeys: left }).resolvesOnce({ UnprocessedKeys: left })
      .resolvesOnce({ Responses: { drift: [item('b')] }, UnprocessedKeys: {} });
    expect((await store.resolved(['a', 'b'])).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(dynamo.commandCalls(BatchGetCommand).map((call) => call.args[0].input.RequestItems!.drift.Keys!.length)).toEqual([2, 1, 1]);
  });

  it('says when a batch stays unread', async () => {
    dynamo.on(BatchGetCommand).resolves({ UnprocessedKeys: { drift: { Keys: [{ pk: 'RESOLVED#Dev', sk: 'b' }] } } });
    await expect(store.resolved(['a', 'b'])).rejects.toThrow('left 1 of 2 items unread in 6 rounds');
  });

  it('asks for a hundred items a call', async () => {
    dynamo.on(BatchGetCommand).resolves({ Responses: { drift: [] } });
    await store.resolved(Array.from({ length: 201 }, (_, i) => `f${i}`));
    expect(dynamo.commandCalls(BatchGetCommand).map((call) => call.args[0].input.RequestItems!.drift.Keys!.length)).toEqual([100, 100, 1]);
  });

  it('tells a lease that is held from a table that fails', async () => {
    dynamo.on(UpdateCommand).rejects(conditionFailed);
    await expect(store.acquire('run-2', 0, 1)).resolves.toBeUndefined();
    await expect(store.extend(lease, 1)).rejects.toThrow(LeaseLost);
    await expect(store.release(lease)).resolves.toBeUndefined();
    dynamo.on(UpdateCommand).rejects(named('ResourceNotFoundException'));
    await expect(store.acquire('run-2', 0, 1)).rejects.toThrow('ResourceNotFoundException');
    await expect(store.extend(lease, 1)).rejects.toThrow('ResourceNotFoundException');
    await expect(store.release(lease)).rejects.toThrow('ResourceNotFoundException');
  });

  it('forgets an outbox of which it knows the id only', async () => {
    dynamo.on(DeleteCommand).resolvesOnce({}).rejectsOnce(conditionFailed).rejects(named('AccessDeniedException'));
    await store.sent('id');
    expect(dynamo.commandCalls(DeleteCommand)[0].args[0].input).toMatchObject({ ConditionExpression: '#id = :id', ExpressionAttributeValues: { ':id': 'id' } });
    await expect(store.sent('id')).resolves.toBeUndefined();
    await expect(store.sent('id')).rejects.toThrow('AccessDeniedException');
  });
});
