import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { HubOfParts } from './hub-of-parts';
import { INGEST_SETTINGS, INGEST_TIMEOUT_SECONDS } from '../../../src/events/contract';
import { IngestFunction, IngestFunctionProps } from '../../../src/events/ingest';
import { flat, flatList, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';

const built = (more: Partial<IngestFunctionProps> = {}) => {
  const stack = stackOf();
  const { eventTable, encryptionKey } = new HubOfParts(stack, 'Hub');
  const queue = new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: encryptionKey, enforceSSL: true });
  new IngestFunction(stack, 'Ingest', {
    queue, table: eventTable, encryptionKey, hubName: 'compliance', retention: Duration.days(90), tombstoneRetention: Duration.days(104),
    logRetention: logs.RetentionDays.ONE_MONTH, logRemovalPolicy: RemovalPolicy.RETAIN, ...more,
  });
  return resourcesOf(stack);
};
const variables = (resources: ReturnType<typeof built>) =>
  (only(resources, 'AWS::Lambda::Function').Properties.Environment as { Variables: { [name: string]: string } }).Variables;

describe('events/ingest', () => {
  it('is told what it reads, and nothing else', () => {
    const { [INGEST_SETTINGS.tableName]: tableName, ...others } = variables(built());
    expect(flat(tableName)).toContain('HubTable');
    expect(others).toEqual({ HUB_NAME: 'compliance', RETENTION_DAYS: '90', TOMBSTONE_DAYS: '104' });
    expect(Object.keys(variables(built({ logResourceIds: true }))).sort()).toEqual(Object.values(INGEST_SETTINGS).sort());
    expect(variables(built({ logResourceIds: true }))).toMatchObject({ LOG_RESOURCE_IDS: 'true' });
  });

  it('takes batches of the queue, a few at a time, and gives back single records', () => {
    const resources = built();
    const [[, source]] = ofType(resources, 'AWS::Lambda::EventSourceMapping');
    expect(source.Properties).toMatchObject({
      BatchSize: 100, MaximumBatchingWindowInSeconds: 1, ScalingConfig: { MaximumConcurrency: 5 }, FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(source.DependsOn).toEqual([expect.stringMatching(/^IngestRoleDefaultPolicy/)]);
    expect(only(built({ maxConcurrency: 20 }), 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({ ScalingConfig: { MaximumConcurrency: 20 } });
    expect(only(resources, 'AWS::Lambda::Function').Properties).toMatchObject({ Timeout: INGEST_TIMEOUT_SECONDS, MemorySize: 512, Architectures: ['arm64'] });
  });

  it('may do what it does, and nothing else', () => {
    const statements = statementsOf(only(built(), 'AWS::IAM::Policy', /^Ingest/));
    const actions = statements.flatMap(({ Action }) => flatList(Action)).filter((action) => !/^(kms|logs|xray):/.test(action));
    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage',
    ]);
    const onKey = statements.filter(({ Action }) => flatList(Action).some((action) => action.startsWith('kms:')));
    expect(onKey).toHaveLength(2);
    for (const { Condition } of onKey) expect(flat(Condition)).toMatch(/kms:ViaService.*(sqs|dynamodb)\./);
    for (const { Action, Resource } of statements) if (!flatList(Action).some((action) => action.startsWith('xray:'))) expect(flatList(Resource)).not.toContain('*');
  });
});
