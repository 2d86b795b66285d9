import { InMemoryEventTable } from './in-memory-event-table';
import { awsError, StubAnswer, StubRequest } from './stub-server';
import { Condition, EventItem, Query, Update, Write } from '../../lambda-src/events/ports';
import { EVENT_INDEXES } from '../../src/events/contract';

/** What happens to one request: it is lost before or after its effect, refused or throttled, or a batch is half read. */
export type Fault = 'lost' | 'unheard' | 'conflict' | 'throttled' | 'unprocessed';

/** As much of DynamoDB's JSON as events need. */
interface AttributeJson {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
}
type Marshalled = { readonly [attribute: string]: AttributeJson };
interface Expressions {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: { readonly [placeholder: string]: string };
  readonly ExpressionAttributeValues?: Marshalled;
}
interface Action extends Expressions {
  readonly Item?: Marshalled;
  readonly Key?: Marshalled;
}

/** DynamoDB's protocol in front of a table in memory, as far as the table of events speaks it. */
export class StubEventTable {
  private readonly tokens = new Set<string>();

  constructor(public readonly table: InMemoryEventTable) {}

  public fault: (operation: string) => Fault | undefined = () => undefined;

  public async answer(request: StubRequest): Promise<StubAnswer> {
    const fault = this.fault(request.operation);
    if (fault === 'lost') return { hangUp: true };
    if (fault === 'throttled') return awsError('ThrottlingException');
    if (fault === 'conflict' && request.operation === 'TransactWriteItems') return canceled(['None', 'TransactionConflict']);
    const answer = await this.effect(request, fault === 'unprocessed');
    return fault === 'unheard' ? { hangUp: true } : answer;
  }

  private async effect({ operation, json }: StubRequest, halfOnly: boolean): Promise<StubAnswer> {
    switch (operation) {
      case 'BatchGetItem': return this.batch(json.RequestItems as { [table: string]: { Keys: Marshalled[] } }, halfOnly);
      case 'Query': return this.query(json as Expressions & { [name: string]: unknown });
      case 'PutItem': return single(await this.table.write(putOf(json as Action)));
      case 'UpdateItem': return single(await this.table.write(updateOf(json as Action)));
      case 'TransactWriteItems': return this.transact(json.TransactItems as { Put?: Action; Update?: Action }[], json.ClientRequestToken as string);
      default: throw new Error(`the stub knows no ${operation}`);
    }
  }

  private async batch(wanted: { [table: string]: { Keys: Marshalled[] } }, halfOnly: boolean): Promise<StubAnswer> {
    const [[name, { Keys }]] = Object.entries(wanted);
    const half = halfOnly ? Math.floor(Keys.length / 2) : Keys.length;
    const found = await this.table.read(Keys.slice(0, half).map(keyIn));
    const UnprocessedKeys = half < Keys.length ? { [name]: { Keys: Keys.slice(half), ConsistentRead: true } } : {};
    return { body: { Responses: { [name]: found.map(marshalled) }, UnprocessedKeys } };
  }

  private async query({ KeyConditionExpression = '', ExpressionAttributeValues, ...json }: Expressions & { [name: string]: unknown }): Promise<StubAnswer> {
    const values = unmarshalled(ExpressionAttributeValues);
    const index = Object.entries(EVENT_INDEXES).find(([, { indexName }]) => indexName === json.IndexName)?.[0] as Query['index'];
    if (!/^#p = :p( AND #s (BETWEEN :from AND :to|>= :from|<= :to))?$/.test(KeyConditionExpression)) throw new Error(KeyConditionExpression);
    const { items } = await this.table.query({
      index, partition: values[':p'] as string, from: values[':from'] as string, to: values[':to'] as string, newestFirst: json.ScanIndexForward === false,
      limit: json.Limit as number, consistent: json.ConsistentRead as boolean,
    });
    return { body: { Items: items.map(marshalled), Count: items.length } };
  }

  private async transact(actions: { Put?: Action; Update?: Action }[], token: string): Promise<StubAnswer> {
    // Another attempt of what was done already is answered as done.
    if (this.tokens.has(token)) return { body: {} };
    const refusal = await this.table.commit(actions.map(({ Put, Update: update }) => (Put ? putOf(Put) : updateOf(update!))));
    if (refusal) return canceled([...actions.slice(1).map(() => 'None'), 'ConditionalCheckFailed']);
    this.tokens.add(token);
    return { body: {} };
  }
}

function marshalled(item: EventItem): Marshalled {
  return Object.fromEntries(Object.entries(item).map(([name, value]): [string, AttributeJson] => {
    switch (typeof value) {
      case 'string': return [name, { S: value }];
      case 'number': return [name, { N: String(value) }];
      case 'boolean': return [name, { BOOL: value }];
      default: return [name, { B: Buffer.from(value as Uint8Array).toString('base64') }];
    }
  }));
}

function unmarshalled(attributes: Marshalled = {}): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(attributes).map(([name, { S, N, B, BOOL }]) =>
    [name, S ?? BOOL ?? (N === undefined ? new Uint8Array(Buffer.from(B!, 'base64')) : Number(N))]));
}
const keyIn = (key: Marshalled | undefined) => unmarshalled(key) as { pk: string; sk: string };

const single = (refusal: string | undefined): StubAnswer => (refusal ? awsError('ConditionalCheckFailedException') : { body: {} });
const canceled = (codes: string[]): StubAnswer => ({
  status: 400,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', message: 'planned', CancellationReasons: codes.map((Code) => ({ Code })) },
});

function putOf(action: Action): Write {
  return { kind: 'put', item: { ...unmarshalled(action.Item), ...keyIn(action.Item) }, condition: conditionOf(action) };
}

function updateOf(action: Action): Update {
  const values = unmarshalled(action.ExpressionAttributeValues);
  const name = (placeholder: string) => action.ExpressionAttributeNames![placeholder];
  const changes = { add: {} as { [name: string]: number }, set: {} as { [name: string]: unknown }, setOnce: {} as { [name: string]: unknown } };
  for (const [, clause, parts] of (action.UpdateExpression ?? '').matchAll(/\b(SET|ADD) (.*?)(?= (?:SET|ADD) |$)/g)) {
    for (const part of parts.split(/, (?=#)/)) {
      const [, attribute, value] = /^(#\w+).*?(:\w+)\)?$/.exec(part)!;
      if (clause === 'ADD') changes.add[name(attribute)] = values[value] as number;
      else if (part.includes('if_not_exists')) changes.setOnce[name(attribute)] = values[value];
      else changes.set[name(attribute)] = values[value];
    }
  }
  return { kind: 'update', key: keyIn(action.Key), ...changes, condition: conditionOf(action) };
}

function conditionOf({ ConditionExpression, ExpressionAttributeValues }: Expressions): Condition | undefined {
  const version = ExpressionAttributeValues?.[':version']?.S ?? '';
  switch (ConditionExpression) {
    case undefined: return undefined;
    case 'attribute_not_exists(pk)': return { kind: 'absent' };
    case '#version = :version': return { kind: 'version', is: version };
    case 'attribute_not_exists(pk) OR #version < :version': return { kind: 'older', than: version };
    default: throw new Error(ConditionExpression);
  }
}
