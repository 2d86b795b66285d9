import { ConditionalCheckFailedException, DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoEventTable } from '../../../lambda-src/events/adapters/dynamo-event-table';
import { Unwritable, Write } from '../../../lambda-src/events/ports';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }), documentOptions);
const dynamo = mockClient(client);
const canceled = (...codes: string[]) => new TransactionCanceledException({
  $metadata: {}, message: 'Transaction cancelled', CancellationReasons: codes.map((Code) => ({ Code })),
});
const named = (name: string) => Object.assign(new Error(name), { name });
const put: Write = { kind: 'put', item: { pk: 'P', sk: 'a' } };

describe('the table of events in DynamoDB', () => {
  let table: DynamoEventTable;
  beforeEach(() => {
    dynamo.reset();
    table = new DynamoEventTable(client, { tableName: 'events', retryBase: 1 });
  });

  describe('a commit', () => {
    const outcome = async (...errors: Error[]) => {
      dynamo.reset();
      let mock = dynamo.on(TransactWriteCommand);
      for (const error of errors) mock = mock.rejectsOnce(error);
      mock.resolves({});
      const refusal = await table.commit([put]);
      return [refusal, dynamo.commandCalls(TransactWriteCommand).length];
    };

    it('that others are in the way of is the caller\'s to look at', async () => {
      await expect(outcome(canceled('None', 'ConditionalCheckFailed', 'TransactionConflict'))).resolves.toEqual(['CONDITION', 1]);
      await expect(outcome(canceled('None', 'TransactionConflict', 'ThrottlingError'))).resolves.toEqual(['CONFLICT', 1]);
    });

    it.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])('is tried again after %s, and then given up', async (code) => {
      await expect(outcome(canceled('None', code), canceled(code))).resolves.toEqual([undefined, 3]);
      await expect(outcome(named('TransactionInProgressException'))).resolves.toEqual([undefined, 2]);
      dynamo.on(TransactWriteCommand).rejects(canceled('None', code));
      dynamo.resetHistory();
      await expect(table.commit([put])).rejects.toThrow('Transaction cancelled');
      expect(dynamo.commandCalls(TransactWriteCommand)).toHaveLength(6);
    });

    it('that can never be is told apart from one that failed', async () => {
      for (const error of [canceled('None', 'ValidationError'), named('ValidationException')]) {
        dynamo.on(TransactWriteCommand).rejects(error);
        await expect(table.commit([put])).rejects.toThrow(Unwritable);
      }
      for (const error of [named('ResourceNotFoundException'), named('ThrottlingException')]) {
        dynamo.on(TransactWriteCommand).rejects(error);
        await expect(table.commit([put])).rejects.toBe(error);
      }
    });
  });

  it('tells what is in the way of a single write', async () => {
    const failed = new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
    dynamo.on(PutCommand).rejectsOnce(failed).rejectsOnce(named('TransactionConflictException')).rejectsOnce(named('ValidationException')).rejects(named('AccessDeniedException'));
    await expect(table.write(put)).resolves.toBe('CONDITION');
    await expect(table.write(put)).resolves.toBe('CONFLICT');
    await expect(table.write(put)).rejects.toThrow(Unwritable);
    await expect(table.write(put)).rejects.toThrow('AccessDeniedException');
  });

  it('adds, sets, and sets once, under a condition', async () => {
    dynamo.on(UpdateCommand).resolves({});
    await table.write({ kind: 'update', key: { pk: 'P', sk: 'a' }, add: { n: 1 }, set: { s: 'x' }, setOnce: { o: 'y' }, condition: { kind: 'older', than: '2' } });
    expect(dynamo.commandCalls(UpdateCommand)[0].args[0].input).toEqual({
      TableName: 'events',
      Key: { pk: 'P', sk: 'a' },
      UpdateExpression: 'SET #s0 = :s0, #o0 = if_not_exists(#o0, :o0) ADD #a0 :a0',
      ConditionExpression: 'attribute_not_exists(pk) OR #version < :version',
      ExpressionAttributeNames: { '#a0': 'n', '#s0': 's', '#o0': 'o', '#version': 'version' },
      ExpressionAttributeValues: { ':a0': 1, ':s0': 'x', ':o0': 'y', ':version': '2' },
    });
  });

  it('asks again for what a batch left unread, and says when it stays unread', async () => {
    const key = { pk: 'P', sk: 'b' };
    const left = { UnprocessedKeys: { events: { Keys: [key] } } };
    dynamo.on(BatchGetCommand).resolvesOnce({ Responses: { events: [{ pk: 'P', sk: 'a' }] }, ...left }).resolvesOnce(left)
      .resolvesOnce({ Responses: { events: [key] }, UnprocessedKeys: {} });
    await expect(table.read([{ pk: 'P', sk: 'a' }, key])).resolves.toEqual([{ pk: 'P', sk: 'a' }, key]);
    const asked = dynamo.commandCalls(BatchGetCommand).map((call) => call.args[0].input.RequestItems!.events);
    expect(asked.map(({ Keys }) => Keys!.length)).toEqual([2, 1, 1]);
    expect(asked.every(({ ConsistentRead }) => ConsistentRead)).toBe(true);
    dynamo.on(BatchGetCommand).resolves(left);
    await expect(table.read([{ pk: 'P', sk: 'a' }, key])).rejects.toThrow('DynamoDB left 1 of 2 items unread in 6 rounds: the table is throttled');
  });

  it('goes on after an empty page of an answer, and ends without a token', async () => {
    const at = { pk: 'P', sk: 'x' };
    dynamo.on(QueryCommand).resolvesOnce({ LastEvaluatedKey: at }).resolvesOnce({ Items: [{ pk: 'P', sk: 'y' }], LastEvaluatedKey: at }).resolvesOnce({});
    await expect(table.query({ partition: 'P', limit: 5 })).resolves.toEqual({ items: [{ pk: 'P', sk: 'y' }], more: false });
    const asked = dynamo.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(asked.map(({ Limit, ExclusiveStartKey }) => [Limit, ExclusiveStartKey])).toEqual([[6, undefined], [6, at], [5, at]]);
  });

  it('reads the table consistently where asked, and an index by its name', async () => {
    dynamo.on(QueryCommand).resolves({});
    await table.query({ partition: 'P', limit: 1, consistent: true, from: 'a' });
    await table.query({ index: 'rules', partition: 'RULE#', limit: 1, to: 'b', newestFirst: true });
    const [first, second] = dynamo.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(first).toMatchObject({ ConsistentRead: true, ScanIndexForward: true, KeyConditionExpression: '#p = :p AND #s >= :from', ExpressionAttributeNames: { '#p': 'pk', '#s': 'sk' } });
    expect(second).toMatchObject({ IndexName: 'Rules', ScanIndexForward: false, KeyConditionExpression: '#p = :p AND #s <= :to', ExpressionAttributeNames: { '#p': 'ruleline', '#s': 'version' } });
    await table.query({ partition: 'P', limit: 1, from: 'b', to: 'a' });
    expect(dynamo.commandCalls(QueryCommand)).toHaveLength(2);
  });
});
