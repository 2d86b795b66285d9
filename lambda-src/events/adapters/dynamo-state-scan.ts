import { DynamoDBDocumentClient, ScanCommand, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { MemberScope, STATE_PREFIX, StateItem } from '../../../src/events/contract';
import { StateScan } from '../truth-ports';

/** What an audit and a backfill need of a state: the rest need not travel. */
const ATTRIBUTES = ['pk', 'sk', 'version', 'account', 'region', 'resourceType', 'resourceId', 'rule', 'status', 'recordedAt'];

export interface DynamoStateScanOptions {
  readonly tableName: string;
  /** Parts of the table that are read at the same time: as many pages are in memory, of 1 MB at the most. */
  readonly segments?: number;
}

/** Goes through the whole table, and gives the states in it. */
export class DynamoStateScan implements StateScan {
  private readonly input: ScanCommandInput;
  private readonly segments: number;

  constructor(private readonly client: DynamoDBDocumentClient, { tableName, segments = 8 }: DynamoStateScanOptions) {
    this.segments = segments;
    this.input = {
      TableName: tableName,
      FilterExpression: 'begins_with(#sk, :states)',
      ProjectionExpression: ATTRIBUTES.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(ATTRIBUTES.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: { ':states': STATE_PREFIX },
    };
  }

  public async* states(of?: MemberScope): AsyncGenerator<StateItem[]> {
    const input = of ? this.only(of) : this.input;
    let open = Array.from({ length: this.segments }, (_, Segment): ScanCommandInput => ({ ...input, Segment, TotalSegments: this.segments }));
    while (open.length > 0) {
      const pages = await Promise.all(open.map((segment) => this.scan(segment)));
      for (const { items } of pages) if (items.length > 0) yield items;
      open = open.flatMap((segment, index) => (pages[index].next ? [{ ...segment, ExclusiveStartKey: pages[index].next }] : []));
    }
  }

  private only({ account, region }: MemberScope): ScanCommandInput {
    return {
      ...this.input,
      FilterExpression: `${this.input.FilterExpression} AND #account = :account AND #region = :region`,
      ExpressionAttributeValues: { ...this.input.ExpressionAttributeValues, ':account': account, ':region': region },
    };
  }

  private async scan(input: ScanCommandInput): Promise<{ readonly items: StateItem[]; readonly next: ScanCommandInput['ExclusiveStartKey'] }> {
    // Throttling is the client's to retry.
    const { Items = [], LastEvaluatedKey } = await this.client.send(new ScanCommand(input));
    return { items: Items as StateItem[], next: LastEvaluatedKey };
  }
}
