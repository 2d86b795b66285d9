import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BACKFILL_SETTINGS as NAME, BackfillTask, MemberScope, membersOfSetting } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { ENDURING_CLIENT, PATIENT_CLIENT } from '../../shared/clients';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { DynamoStateScan } from '../adapters/dynamo-state-scan';
import { MemberReaders } from '../adapters/member-readers';
import { SqsTasks } from '../adapters/sqs-tasks';
import { Keeping } from '../domain/items';
import { KnownPlaces } from '../domain/known-places';
import { keptShards, Shardings } from '../domain/shards';
import { EventTable } from '../ports';
import { ConfigReader, StateScan } from '../truth-ports';

export interface World {
  readonly settings: {
    readonly hubName: string;
    /** Absent where nothing of the hub's own account is taken. */
    readonly own?: MemberScope;
    readonly expected: readonly MemberScope[];
    readonly keeping: Keeping;
  };
  readonly table: EventTable;
  readonly scan: StateScan;
  readonly known: KnownPlaces;
  readonly shards: Shardings;
  readonly readerOf: (scope: MemberScope) => Promise<ConfigReader>;
  readonly send: (tasks: readonly BackfillTask[]) => Promise<void>;
}

export function backfillWorld(settings: Settings): World {
  const own = { account: settings.required(NAME.account), region: settings.region };
  const aggregatorName = settings.optional(NAME.aggregatorName);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(ENDURING_CLIENT), documentOptions);
  const tableName = settings.required(NAME.tableName);
  const table = new DynamoEventTable(client, { tableName });
  const tasks = new SqsTasks(new SQSClient(PATIENT_CLIENT), settings.required(NAME.queueUrl));
  const readers = new MemberReaders(new STSClient(PATIENT_CLIENT), {
    own, aggregatorName, partition: settings.required(NAME.partition), readerRolePrefix: settings.required(NAME.readerRolePrefix),
  });
  return {
    settings: {
      hubName: settings.required(NAME.hubName),
      own: settings.oneOf(NAME.ownAccount, ['true', 'false']) === 'true' ? own : undefined,
      expected: membersOfSetting(settings.required(NAME.expectedMembers)),
      keeping: { retentionDays: settings.number(NAME.retentionDays), tombstoneDays: settings.number(NAME.tombstoneDays) },
    },
    table,
    scan: new DynamoStateScan(client, { tableName }),
    known: new KnownPlaces(),
    shards: keptShards(table),
    readerOf: (scope) => readers.of(scope),
    send: (all) => tasks.send(all),
  };
}
