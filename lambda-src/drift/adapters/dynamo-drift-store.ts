import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchGetCommand, BatchGetCommandOutput, DeleteCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, QueryCommandOutput,
  TransactWriteCommand, TransactWriteCommandInput, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { parts, Part, Write } from './drift-items';
import { activePartition, TABLE, TABLE_KEYS, TableKey } from '../../../src/drift/contract';
import { cancellationCodes, mayPass } from '../../shared/adapters/dynamo-errors';
import { expiry, isConditionFailed, Item, withoutKeys } from '../../shared/adapters/dynamo-items';
import { retry } from '../../shared/retry';
import { addToOutbox } from '../domain/outbox';
import { DriftStore, Finding, Lease, LeaseLost, Outbox, Pointer, ResolvedFinding, RunRecord, Transition } from '../ports';

type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const KEYS_A_CALL = 100;
const ATTEMPTS = 6;
const HELD = { ConditionExpression: '#holder = :holder AND #token = :token', ExpressionAttributeNames: { '#holder': 'holder', '#token': 'token' } };

export interface DynamoDriftStoreOptions {
  readonly tableName: string;
  readonly environment: string;
  /** Longest wait before a second attempt, in milliseconds. */
  readonly retryBase?: number;
}

/** The drift table of one environment. Every write of a run is made only while the run holds the lease. */
export class DynamoDriftStore implements DriftStore {
  private readonly table: { readonly TableName: string };
  private readonly environment: string;
  /** The outbox's revision when it was last read for sending. */
  private readRevision?: number;

  constructor(private readonly client: DynamoDBDocumentClient, private readonly options: DynamoDriftStoreOptions) {
    this.table = { TableName: options.tableName };
    this.environment = options.environment;
  }

  public async acquire(holder: string, now: number, until: number): Promise<Lease | undefined> {
    return this.takeLease(holder, until, 'attribute_not_exists(#holder) OR #until <= :now OR #holder = :holder', { ':now': now });
  }

  public async resume(holder: string, until: number): Promise<Lease | undefined> {
    return this.takeLease(holder, until, '#holder = :holder', {});
  }

  public async extend(lease: Lease, until: number): Promise<void> {
    await this.updateLease(lease, 'SET #until = :until', { '#until': 'until' }, { ':until': until });
  }

  public async release(lease: Lease): Promise<void> {
    try {
      // The item stays: its token must never begin again.
      await this.updateLease(lease, 'REMOVE #holder, #until', { '#until': 'until' }, {});
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
    }
  }

  public async pointer(): Promise<Pointer> {
    const { Item: item } = await this.client.send(new GetCommand({ ...this.table, Key: TABLE_KEYS.pointer(this.environment), ConsistentRead: true }));
    return item ? withoutKeys<Pointer>(item) : {};
  }

  public async active(): Promise<Finding[]> {
    const found: Finding[] = [];
    let start: Item | undefined;
    do {
      const page: QueryCommandOutput = await this.client.send(new QueryCommand({
        ...this.table,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
        ExpressionAttributeValues: { ':pk': activePartition(this.environment) },
        ExclusiveStartKey: start,
      }));
      found.push(...(page.Items ?? []).map((item) => withoutKeys<Finding>(item)));
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  }

  public async resolved(ids: string[]): Promise<ResolvedFinding[]> {
    const keys = [...new Set(ids)].map((id) => TABLE_KEYS.resolved(this.environment, id));
    const found: ResolvedFinding[] = [];
    for (let at = 0; at < keys.length; at += KEYS_A_CALL) {
      for (const item of await this.batch(keys.slice(at, at + KEYS_A_CALL))) {
        const { id, firstSeen, openedAt, resolvedAt, reopened } = item as unknown as ResolvedFinding;
        found.push({ id, firstSeen, ...(openedAt ? { openedAt } : {}), resolvedAt, reopened });
      }
    }
    return found;
  }

  public async commit(lease: Lease, runId: string, transitions: Transition[], warned: Finding[]): Promise<void> {
    for (const part of parts(runId, transitions, warned)) {
      // Whether somebody sent the outbox meanwhile shows in the transaction; then what was read is read again.
      await retry({ ...this.patience, retryable: (error) => error instanceof OutboxMoved }, () => this.commitPart(lease, part));
    }
  }

  public async finish(lease: Lease, run: RunRecord, pointer: Pointer): Promise<void> {
    const record = { ...TABLE_KEYS.run(this.environment, run.startedAt, run.runId), ...run, expiresAt: expiry(run.startedAt) };
    await this.transact([
      this.leaseCheck(lease),
      this.action({ put: record }),
      this.action({ put: { ...TABLE_KEYS.pointer(this.environment), ...pointer } }),
    ]);
  }

  public async outbox(): Promise<Outbox | undefined> {
    const { outbox, revision } = await this.readOutbox();
    this.readRevision = revision;
    return outbox;
  }

  public async sent(outboxId: string): Promise<void> {
    try {
      await this.patiently(() => this.client.send(new DeleteCommand({
        ...this.table,
        Key: TABLE_KEYS.outbox(this.environment),
        // It may have grown since it was read for sending: what was added then is still to be told.
        ConditionExpression: this.readRevision === undefined ? '#id = :id' : '#id = :id AND #revision = :revision',
        ExpressionAttributeNames: { '#id': 'id', ...(this.readRevision === undefined ? {} : { '#revision': 'revision' }) },
        ExpressionAttributeValues: { ':id': outboxId, ...(this.readRevision === undefined ? {} : { ':revision': this.readRevision }) },
      })));
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  private get patience() {
    return { attempts: ATTEMPTS, base: this.options.retryBase ?? 100, retryable: mayPass };
  }

  private async patiently<T>(call: () => Promise<T>): Promise<T> {
    return retry(this.patience, call);
  }

  private async takeLease(holder: string, until: number, condition: string, values: Item): Promise<Lease | undefined> {
    try {
      const { Attributes } = await this.patiently(() => this.client.send(new UpdateCommand({
        ...this.table,
        Key: TABLE_KEYS.lease(this.environment),
        UpdateExpression: 'SET #holder = :holder, #until = :until ADD #token :one',
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#holder': 'holder', '#until': 'until', '#token': 'token' },
        ExpressionAttributeValues: { ':holder': holder, ':until': until, ':one': 1, ...values },
        ReturnValues: 'UPDATED_NEW',
      })));
      return { holder, token: Attributes!.token as number };
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  private async updateLease(lease: Lease, change: string, names: { [name: string]: string }, values: Item): Promise<void> {
    try {
      await this.patiently(() => this.client.send(new UpdateCommand({
        ...this.table,
        Key: TABLE_KEYS.lease(this.environment),
        UpdateExpression: change,
        ConditionExpression: HELD.ConditionExpression,
        ExpressionAttributeNames: { ...HELD.ExpressionAttributeNames, ...names },
        ExpressionAttributeValues: { ':holder': lease.holder, ':token': lease.token, ...values },
      })));
    } catch (error) {
      throw isConditionFailed(error) ? new LeaseLost() : error;
    }
  }

  private async commitPart(lease: Lease, part: Part): Promise<void> {
    const { outbox, revision } = await this.readOutbox();
    const at = part.transitions[0]?.at ?? part.warned[0]!.lastSeen;
    const next = addToOutbox(outbox, randomUUID(), at, part.transitions, part.warned);
    const outboxPut: Action[] = next && next !== outbox ? [this.outboxPut(next, revision)] : [];
    const actions = [this.leaseCheck(lease), ...part.writes.map((write) => this.action(write)), ...outboxPut];
    try {
      await this.transact(actions);
    } catch (error) {
      const codes = cancellationCodes(error);
      throw outboxPut.length > 0 && codes?.at(-1) === 'ConditionalCheckFailed' ? new OutboxMoved() : error;
    }
  }

  private outboxPut(outbox: Outbox, revision: number | undefined): Action {
    return {
      Put: {
        ...this.table,
        Item: { ...TABLE_KEYS.outbox(this.environment), ...outbox, revision: (revision ?? 0) + 1 },
        ...(revision === undefined
          ? { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': TABLE.partitionKey } }
          : {
            ConditionExpression: '#id = :id AND #revision = :revision',
            ExpressionAttributeNames: { '#id': 'id', '#revision': 'revision' },
            ExpressionAttributeValues: { ':id': outbox.id, ':revision': revision },
          }),
      },
    };
  }

  private async readOutbox(): Promise<{ outbox?: Outbox; revision?: number }> {
    const { Item: item } = await this.client.send(new GetCommand({ ...this.table, Key: TABLE_KEYS.outbox(this.environment), ConsistentRead: true }));
    if (!item) return {};
    const { revision, ...outbox } = withoutKeys<Outbox & { revision: number }>(item);
    return { outbox, revision };
  }

  /** All or nothing. The lease's check comes first, so its place among the reasons is known. */
  private async transact(TransactItems: Action[]): Promise<void> {
    try {
      await this.patiently(() => this.client.send(new TransactWriteCommand({ TransactItems })));
    } catch (error) {
      throw cancellationCodes(error)?.[0] === 'ConditionalCheckFailed' ? new LeaseLost() : error;
    }
  }

  private leaseCheck({ holder, token }: Lease): Action {
    return {
      ConditionCheck: {
        ...this.table, ...HELD, Key: TABLE_KEYS.lease(this.environment), ExpressionAttributeValues: { ':holder': holder, ':token': token },
      },
    };
  }

  private action(write: Write): Action {
    return 'put' in write ? { Put: { ...this.table, Item: write.put } } : { Delete: { ...this.table, Key: write.delete } };
  }

  private async batch(keys: TableKey[]): Promise<Item[]> {
    const { tableName, retryBase = 100 } = this.options;
    const found: Item[] = [];
    let wanted: Item[] = keys.map((key) => ({ ...key }));
    for (let round = 1; wanted.length > 0; round++) {
      if (round > ATTEMPTS) throw new Error(`DynamoDB left ${wanted.length} of ${keys.length} items unread in ${ATTEMPTS} rounds: the table is throttled; the next check tries again`);
      if (round > 1) await wait(Math.random() * retryBase * 2 ** round);
      const RequestItems = { [tableName]: { Keys: wanted, ConsistentRead: true } };
      const answer: BatchGetCommandOutput = await this.client.send(new BatchGetCommand({ RequestItems }));
      found.push(...(answer.Responses?.[tableName] ?? []));
      wanted = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return found;
  }
}

/** The outbox is not what it was when this part was made. */
class OutboxMoved extends Error {}
