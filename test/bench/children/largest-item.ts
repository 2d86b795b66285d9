/** Every item that the first run of a monitor puts into its table, by the adapter that ships, on a table in memory. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand, DeleteCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { child } from './child';
import { DynamoDriftStore } from '../../../lambda-src/drift/adapters/dynamo-drift-store';
import { documentOptions } from '../../../lambda-src/shared/adapters/dynamo-items';
import { InMemoryMonitor } from '../in-memory-monitor';
import { Population, TARGET } from '../population';

export interface LargestItem {
  readonly bytes: number;
  /** Sort key. */
  readonly key: string;
}

/** As much of a table as one writer needs that never loses its lease. */
class Table {
  public largest: LargestItem = { bytes: 0, key: '' };
  private readonly items = new Map<string, object>();

  public get(key: object = {}): { Item?: object } {
    const item = this.items.get(keyOf(key));
    return item ? { Item: item } : {};
  }

  public put(item: object): void {
    this.items.set(keyOf(item), item);
    const bytes = Buffer.byteLength(JSON.stringify(item));
    if (bytes > this.largest.bytes) this.largest = { bytes, key: (item as { sk: string }).sk };
  }

  public delete(key: object = {}): void {
    this.items.delete(keyOf(key));
  }
}

const keyOf = (item: object) => {
  const { pk, sk } = item as { pk: string; sk: string };
  return `${pk}|${sk}`;
};

child<{ readonly findings: number }, LargestItem>(({ findings }) => {
  const table = new Table();
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }), documentOptions);
  const mock = mockClient(client);
  mock.on(UpdateCommand).resolves({ Attributes: { token: 1 } });
  mock.on(QueryCommand).resolves({ Items: [] });
  mock.on(BatchGetCommand).resolves({ Responses: {} });
  mock.on(GetCommand).callsFake(({ Key }: { Key: object }) => table.get(Key));
  mock.on(DeleteCommand).callsFake(({ Key }: { Key: object }) => table.delete(Key));
  mock.on(TransactWriteCommand).callsFake(({ TransactItems = [] }: { TransactItems?: { Put?: { Item: object }; Delete?: { Key: object } }[] }) => {
    for (const { Put, Delete } of TransactItems) {
      if (Put) table.put(Put.Item);
      if (Delete) table.delete(Delete.Key);
    }
    return {};
  });
  const store = new DynamoDriftStore(client, { tableName: 'drift', environment: TARGET });
  const monitor = new InMemoryMonitor(new Population({ size: findings, differing: findings }), { store });
  return async () => {
    const { open } = await monitor.check({ kind: 'full' });
    if (open !== findings) throw new Error(`${open} findings`);
    return table.largest;
  };
});
