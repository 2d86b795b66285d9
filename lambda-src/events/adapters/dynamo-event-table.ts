import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchGetCommand, BatchGetCommandOutput, DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand, QueryCommandInput, QueryCommandOutput,
  TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { actionOf, deleteOf, putOf, updateOf } from './event-actions';
import { EVENT_INDEXES, EVENT_TABLE, EventTableKey, INDEX_SORT_KEY } from '../../../src/events/contract';
import { cancellationCodes, mayPass } from '../../shared/adapters/dynamo-errors';
import { isConditionFailed } from '../../shared/adapters/dynamo-items';
import { retry } from '../../shared/retry';
import { EventItem, EventTable, Page, Query, Refusal, Unwritable, Write } from '../ports';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const KEYS_A_CALL = 100;
const ATTEMPTS = 6;

export interface DynamoEventTableOptions {
  readonly tableName: string;
  /** Longest wait before a second attempt, in milliseconds. */
  readonly retryBase?: number;
}

/** The table of compliance events in DynamoDB. */
export class DynamoEventTable implements EventTable {
  private readonly tableName: string;
  private readonly retryBase: number;

  constructor(private readonly client: DynamoDBDocumentClient, { tableName, retryBase = 50 }: DynamoEventTableOptions) {
    this.tableName = tableName;
    this.retryBase = retryBase;
  }

  public async read(keys: readonly EventTableKey[]): Promise<EventItem[]> {
    // A batch that names an item twice is refused.
    const wanted = [...new Map(keys.map(({ pk, sk }) => [`${pk}\0${sk}`, { pk, sk }])).values()];
    const batches: EventTableKey[][] = [];
    for (let at = 0; at < wanted.length; at += KEYS_A_CALL) batches.push(wanted.slice(at, at + KEYS_A_CALL));
    return (await Promise.all(batches.map((batch) => this.readBatch(batch)))).flat();
  }

  public async query(query: Query): Promise<Page> {
    const { partition, newestFirst = false, limit, consistent } = query;
    const index = query.index && EVENT_INDEXES[query.index];
    const sort = index ? INDEX_SORT_KEY : EVENT_TABLE.sortKey;
    const bounds = rangeOf(query);
    if (bounds.from !== undefined && bounds.to !== undefined && bounds.from > bounds.to) return { items: [], more: false };
    const input: QueryCommandInput = {
      TableName: this.tableName,
      IndexName: index?.indexName,
      ConsistentRead: consistent,
      ScanIndexForward: !newestFirst,
      ...keyCondition(index?.partitionKey ?? EVENT_TABLE.partitionKey, partition, sort, bounds),
    };
    // One more than wanted tells whether there are more, and another stands in for the item that the page begins behind.
    const enough = limit + (query.after === undefined ? 1 : 2);
    const found: EventItem[] = [];
    let start: QueryCommandOutput['LastEvaluatedKey'];
    do {
      const page = { ...input, Limit: enough - found.length, ExclusiveStartKey: start };
      const answer: QueryCommandOutput = await this.client.send(new QueryCommand(page));
      found.push(...(answer.Items ?? []) as EventItem[]);
      start = answer.LastEvaluatedKey;
    } while (start && found.length < enough);
    const behind = found.filter((item) => item[sort] !== query.after);
    return { items: behind.slice(0, limit), more: behind.length > limit };
  }

  public async write(write: Write): Promise<Refusal | undefined> {
    try {
      await this.patiently(() => this.send(write));
      return undefined;
    } catch (error) {
      if (isConditionFailed(error)) return 'CONDITION';
      if (isConflict(error)) return 'CONFLICT';
      throw unwritable(error) ? new Unwritable(String(error)) : error;
    }
  }

  public async commit(writes: readonly Write[]): Promise<Refusal | undefined> {
    try {
      // The client gives each call a token of its own, so that another attempt after a lost answer changes nothing.
      const TransactItems = writes.map((write) => actionOf(this.tableName, write));
      await this.patiently(() => this.client.send(new TransactWriteCommand({ TransactItems })));
      return undefined;
    } catch (error) {
      const codes = cancellationCodes(error) ?? [];
      if (codes.includes('ConditionalCheckFailed')) return 'CONDITION';
      if (codes.includes('TransactionConflict')) return 'CONFLICT';
      throw unwritable(error) || codes.includes('ValidationError') ? new Unwritable(String(error)) : error;
    }
  }

  private async send(write: Write): Promise<unknown> {
    const TableName = this.tableName;
    switch (write.kind) {
      case 'put': return this.client.send(new PutCommand({ TableName, ...putOf(write) }));
      case 'update': return this.client.send(new UpdateCommand({ TableName, ...updateOf(write) }));
      case 'delete': return this.client.send(new DeleteCommand({ TableName, ...deleteOf(write) }));
    }
  }

  private async readBatch(keys: EventTableKey[]): Promise<EventItem[]> {
    const found: EventItem[] = [];
    let wanted: { readonly [name: string]: unknown }[] = keys.map((key) => ({ ...key }));
    for (let round = 1; wanted.length > 0; round++) {
      if (round > ATTEMPTS) throw new Error(`DynamoDB left ${wanted.length} of ${keys.length} items unread in ${ATTEMPTS} rounds: the table is throttled`);
      if (round > 1) await wait(Math.random() * this.retryBase * 2 ** round);
      const RequestItems = { [this.tableName]: { Keys: wanted, ConsistentRead: true } };
      const answer: BatchGetCommandOutput = await this.client.send(new BatchGetCommand({ RequestItems }));
      found.push(...(answer.Responses?.[this.tableName] ?? []) as EventItem[]);
      wanted = answer.UnprocessedKeys?.[this.tableName]?.Keys ?? [];
    }
    return found;
  }

  private async patiently<T>(call: () => Promise<T>): Promise<T> {
    return retry({ attempts: ATTEMPTS, base: this.retryBase, retryable: (error) => mayPass(error) && !isConflict(error) }, call);
  }
}

const named = (error: unknown, name: string) => error instanceof Error && error.name === name;
const unwritable = (error: unknown) => named(error, 'ValidationException');
/** Somebody else's transaction is the caller's to look at. */
const isConflict = (error: unknown) => named(error, 'TransactionConflictException') || cancellationCodes(error)?.includes('TransactionConflict') === true;

/** DynamoDB begins behind an item only when given all its keys, so the bound includes the item and the answer leaves it out. */
function rangeOf({ from, to, after, newestFirst }: Query): { readonly from?: string; readonly to?: string } {
  if (after === undefined) return { from, to };
  if (newestFirst) return { from, to: to === undefined || after < to ? after : to };
  return { from: from === undefined || after > from ? after : from, to };
}

type KeyCondition = Pick<QueryCommandInput, 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

function keyCondition(partitionKey: string, partition: string, sort: string, range: { readonly from?: string; readonly to?: string }): KeyCondition {
  const { from, to } = range;
  const bound = from !== undefined && to !== undefined ? ' AND #s BETWEEN :from AND :to'
    : from !== undefined ? ' AND #s >= :from'
      : to !== undefined ? ' AND #s <= :to' : '';
  return {
    KeyConditionExpression: `#p = :p${bound}`,
    ExpressionAttributeNames: { '#p': partitionKey, ...(bound === '' ? {} : { '#s': sort }) },
    ExpressionAttributeValues: { ':p': partition, ...(from === undefined ? {} : { ':from': from }), ...(to === undefined ? {} : { ':to': to }) },
  };
}
