import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ConfigAggregatorReader } from '../../../lambda-src/events/adapters/config-aggregator-reader';
import { ConfigComplianceReader } from '../../../lambda-src/events/adapters/config-compliance-reader';
import { ConfigRecorderReader } from '../../../lambda-src/events/adapters/config-recorder-reader';
import { DynamoStateScan } from '../../../lambda-src/events/adapters/dynamo-state-scan';
import { gzip } from '../../../lambda-src/events/adapters/gzip';
import { MemberReaders } from '../../../lambda-src/events/adapters/member-readers';
import { SqsTasks } from '../../../lambda-src/events/adapters/sqs-tasks';
import { ConfigReader, Found, MemberDenied, RuleGone } from '../../../lambda-src/events/truth-ports';
import { awsError, StubServer } from '../../support/stub-server';

const scope = { account: '222222222222', region: 'eu-west-1' };
const result = (ResourceId: string, more: object = {}) => ({
  EvaluationResultIdentifier: { EvaluationResultQualifier: { ConfigRuleName: 'r1', ResourceType: 'AWS::S3::Bucket', ResourceId }, OrderingTimestamp: 1_700_000_000 },
  ComplianceType: 'NON_COMPLIANT', ResultRecordedTime: 1_700_000_001.5, ...more,
});
const found = (resourceId: string): Found => ({ resourceType: 'AWS::S3::Bucket', resourceId, status: 'NON_COMPLIANT', recordedAt: '2023-11-14T22:13:21.500Z' });
const pagesOf = async (reader: ConfigReader, rule = 'r1') => {
  const pages: (readonly Found[])[] = [];
  for await (const page of reader.results(rule)) pages.push(page);
  return pages;
};

describe('what AWS Config says', () => {
  const before = { ...process.env };
  let server: StubServer;
  let client: ConfigServiceClient;
  beforeEach(async () => {
    server = await StubServer.start(() => ({ body: {} }));
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-central-1' });
    client = new ConfigServiceClient({ region: 'eu-central-1', endpoint: server.url, maxAttempts: 1 });
  });
  afterEach(async () => {
    process.env = { ...before };
    await server.stop();
  });
  const answers = (...bodies: object[]) => {
    server.answer = (_, call) => ({ body: bodies[call - 1] });
  };
  const asked = () => server.requests.map(({ operation, json }) => [operation, json]);

  describe('in an account', () => {
    let reader: ConfigComplianceReader;
    beforeEach(() => {
      reader = new ConfigComplianceReader(client, new ConfigRecorderReader(client));
    });

    it('of its rules is read to the last page, empty ones between them', async () => {
      answers(
        { ConfigRules: [{ ConfigRuleName: 'r1', ConfigRuleState: 'ACTIVE', Scope: { ComplianceResourceTypes: ['AWS::S3::Bucket'] } }], NextToken: '1' },
        { ConfigRules: [], NextToken: '2' }, { NextToken: '3' },
        { ConfigRules: [{ ConfigRuleName: 'r2', ConfigRuleState: 'DELETING' }, { ConfigRuleName: 'r3', ConfigRuleState: 'DELETING_RESULTS' }] },
      );
      expect(await reader.rules()).toEqual([
        { name: 'r1', beingDeleted: false, types: ['AWS::S3::Bucket'] }, { name: 'r2', beingDeleted: true, types: [] }, { name: 'r3', beingDeleted: true, types: [] },
      ]);
      expect(asked().map(([, json]) => json)).toEqual([{}, { NextToken: '1' }, { NextToken: '2' }, { NextToken: '3' }]);
    });

    it('of its resources is read to the last page, a hundred at a time', async () => {
      answers({ EvaluationResults: [result('a')], NextToken: '1' }, { NextToken: '2' }, { EvaluationResults: [result('b', { Annotation: 'why' })] });
      expect(await pagesOf(reader)).toEqual([[found('a')], [], [{ ...found('b'), annotation: 'why' }]]);
      expect(asked()).toEqual(['', '1', '2'].map((NextToken) => (
        ['GetComplianceDetailsByConfigRule', { ConfigRuleName: 'r1', Limit: 100, ...(NextToken ? { NextToken } : {}) }])));
    });

    it.each([
      [{ ComplianceType: 'ODD' }], [{ ComplianceType: undefined }], [{ ResultRecordedTime: undefined }], [{ EvaluationResultIdentifier: undefined }],
      [{ EvaluationResultIdentifier: { EvaluationResultQualifier: { ResourceType: 'T' } } }],
    ])('is not taken for whole where it is not understood (%j)', async (odd) => {
      answers({ EvaluationResults: [result('a', odd)] });
      await expect(pagesOf(reader)).rejects.toThrow('AWS Config told a result that nobody understands');
    });

    it('is not taken for whole where a rule has no name', async () => {
      answers({ ConfigRules: [{}] });
      await expect(reader.rules()).rejects.toThrow('AWS Config listed a rule without a name');
    });

    it('of a rule that was deleted meanwhile is that it is gone', async () => {
      server.answer = () => awsError('NoSuchConfigRuleException', 'gone');
      await expect(pagesOf(reader)).rejects.toThrow(RuleGone);
    });

    it('to whom it does not let read is that, and nothing else is', async () => {
      server.answer = () => awsError('AccessDeniedException', 'no');
      await expect(reader.rules()).rejects.toThrow(new MemberDenied('AccessDeniedException: no'));
      server.answer = () => awsError('ThrottlingException');
      await expect(reader.rules()).rejects.toThrow('planned ThrottlingException');
    });
  });

  describe('of a recorder', () => {
    let reader: ConfigRecorderReader;
    beforeEach(() => {
      reader = new ConfigRecorderReader(client);
    });
    const recorder = (recordingGroup?: object) => ({
      ConfigurationRecorders: [
        { name: 'AWSConfigurationRecorderForX_1' }, { name: 'y', servicePrincipal: 'y.amazonaws.com' }, { name: 'default', recordingGroup }, {},
      ],
    });

    it('is that of the account\'s own one', async () => {
      answers(recorder(), { ConfigurationRecordersStatus: [{ name: 'default', recording: true, lastStatus: 'FAILURE', lastErrorCode: 'c', lastErrorMessage: 'm' }] });
      expect(await reader.recorder()).toEqual({ name: 'default', recording: true, lastStatus: 'FAILURE', lastError: 'c m' });
      expect(asked()).toEqual([['DescribeConfigurationRecorders', {}], ['DescribeConfigurationRecorderStatus', { ConfigurationRecorderNames: ['default'] }]]);
    });

    it('is nothing where there is none, and little where little is said', async () => {
      answers({}, {});
      expect([await reader.recorder(), await reader.recordedTypes(), await reader.channel()]).toEqual([undefined, undefined, undefined]);
      server.requests.length = 0;
      answers(recorder(), {});
      expect(await new ConfigRecorderReader(client).recorder()).toEqual({ name: 'default', recording: undefined, lastStatus: undefined, lastError: undefined });
    });

    it('says why it could not be read', async () => {
      server.answer = () => awsError('AccessDeniedException', 'no');
      await expect(reader.recorder()).rejects.toThrow('reading the recorder failed: AccessDeniedException: no');
    });

    const GLOBAL = ['AWS::IAM::Group', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::User'];
    it.each([
      [undefined, { allBut: GLOBAL }],
      [{ allSupported: true, includeGlobalResourceTypes: true }, { allBut: [] }],
      [{ allSupported: true, resourceTypes: [] }, { allBut: GLOBAL }],
      [{ allSupported: false, resourceTypes: ['T'], recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' } }, { only: ['T'] }],
      [{ exclusionByResourceTypes: { resourceTypes: ['T'] }, recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' } }, { allBut: ['T'] }],
      [{ recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' } }, { allBut: [] }],
    ])('with the group %j has types', async (group, types) => {
      answers(recorder(group));
      expect(await reader.recordedTypes()).toEqual(types);
    });
  });

  describe('in an aggregator', () => {
    let reader: ConfigAggregatorReader;
    beforeEach(() => {
      reader = new ConfigAggregatorReader(client, 'org', scope, () => new Date('2026-11-24T12:00:00Z'));
    });

    it('is asked for by account and region, to the last page', async () => {
      answers({ AggregateComplianceByConfigRules: [{ ConfigRuleName: 'r1' }, {}], NextToken: '1' }, { NextToken: '2' }, { AggregateComplianceByConfigRules: [{ ConfigRuleName: 'r2' }] });
      expect(await reader.rules()).toEqual([{ name: 'r1' }, { name: 'r2' }]);
      expect(asked()[0]).toEqual(['DescribeAggregateComplianceByConfigRules', {
        ConfigurationAggregatorName: 'org', Filters: { AccountId: scope.account, AwsRegion: scope.region },
      }]);
      server.requests.length = 0;
      answers({ NextToken: '1' }, { AggregateEvaluationResults: [result('a')] });
      expect(await pagesOf(reader)).toEqual([[], [found('a')]]);
      expect(asked()[1]).toEqual(['GetAggregateComplianceDetailsByConfigRule', {
        ConfigurationAggregatorName: 'org', ConfigRuleName: 'r1', AccountId: scope.account, AwsRegion: scope.region, Limit: 100, NextToken: '1',
      }]);
    });

    const source = (more: object = {}) => ({ SourceId: scope.account, SourceType: 'ACCOUNT', AwsRegion: scope.region, LastUpdateStatus: 'SUCCEEDED', ...more });
    it.each([['an account', source()], ['an organization', source({ SourceId: 'Organization', SourceType: 'ORGANIZATION' })]])('of %s is six hours old at the most', async (_, of) => {
      answers({ AggregatedSourceStatusList: [source({ SourceId: '333333333333', LastUpdateStatus: 'FAILED' })], NextToken: '1' }, { AggregatedSourceStatusList: [of] });
      expect(await reader.asOf()).toBe('2026-11-24T06:00:00.000Z');
    });

    it.each([
      [[source({ LastUpdateStatus: 'FAILED', LastErrorMessage: 'no' })], 'the aggregator\'s copy is FAILED: no'],
      [[source({ LastUpdateStatus: 'OUTDATED' })], 'the aggregator\'s copy is OUTDATED'],
      [[source({ LastUpdateStatus: undefined })], 'the aggregator\'s copy is of an unknown state'],
      [[source({ AwsRegion: 'us-east-1' })], 'the aggregator does not cover this account and region'],
      [undefined, 'the aggregator does not cover this account and region'],
    ])('is not relied on where its sources are %j', async (AggregatedSourceStatusList, message) => {
      answers({ AggregatedSourceStatusList });
      await expect(reader.asOf()).rejects.toThrow(new MemberDenied(message));
    });
  });

  describe('in a member', () => {
    const credentials = '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIA2</AccessKeyId><SecretAccessKey>s</SecretAccessKey>'
      + '<SessionToken>t</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>';
    const xml = (body: string, status = 200) => ({ status, body, headers: { 'content-type': 'text/xml' } });
    const denied = xml('<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>', 403);
    const readers = (aggregatorName?: string) => new MemberReaders(new STSClient({ maxAttempts: 1 }), {
      own: { account: '111111111111', region: 'eu-central-1' }, partition: 'aws-cn', readerRolePrefix: 'hub-reader', aggregatorName,
    });

    it('is read under the role that it made for the hub, in its region', async () => {
      server.answer = ({ operation }) => (operation === 'AssumeRole' ? xml(credentials) : { body: { ConfigRules: [] } });
      const reader = await readers().of(scope);
      expect(await reader.rules()).toEqual([]);
      const [assume, rules] = server.requests;
      expect(new URLSearchParams(assume.body.toString()).get('RoleArn')).toBe('arn:aws-cn:iam::222222222222:role/hub-reader-eu-west-1');
      expect(rules.headers.authorization).toMatch(/Credential=AKIA2\/\d{8}\/eu-west-1\/config\//);
      expect(reader.recorder).toBeDefined();
    });

    it('that is the hub\'s own account needs none', async () => {
      await (await readers().of({ account: '111111111111', region: 'us-east-1' })).rules();
      expect(server.requests.map(({ headers }) => /Credential=(\d+)\/\d+\/([a-z0-9-]+)/.exec(headers.authorization)?.slice(1))).toEqual([['111111111111', 'us-east-1']]);
    });

    it('is read from the aggregator where there is one, in the hub\'s region', async () => {
      const reader = await readers('org').of(scope);
      expect(reader.recorder).toBeUndefined();
      await reader.rules();
      expect(server.requests[0].headers.authorization).toContain('/eu-central-1/config/');
    });

    it('that does not trust the hub is told, with what to look at', async () => {
      server.answer = () => denied;
      await expect(readers().of(scope)).rejects.toThrow(new MemberDenied(
        'arn:aws-cn:iam::222222222222:role/hub-reader-eu-west-1 cannot be assumed (AccessDenied): its forwarder makes it unless readerRole is false; '
        + 'prefix, hub and region must be the same on both sides, and no policy of the organization may deny it'));
    });

    it('that cannot be asked is no member that is not allowed', async () => {
      server.answer = () => xml('<ErrorResponse><Error><Code>Throttling</Code><Message>slow</Message></Error></ErrorResponse>', 400);
      await expect(readers().of(scope)).rejects.toThrow('slow');
      server.answer = () => xml('<AssumeRoleResponse><AssumeRoleResult></AssumeRoleResult></AssumeRoleResponse>');
      await expect(readers().of(scope)).rejects.toThrow('STS gave no credentials');
    });

    it('is asked again when it is throttled', async () => {
      server.answer = (_, call) => (call < 3 ? awsError('ThrottlingException') : { body: { ConfigRules: [{ ConfigRuleName: 'r1' }] } });
      expect(await (await readers().of({ account: '111111111111', region: 'us-east-1' })).rules()).toHaveLength(1);
      expect(server.requests).toHaveLength(3);
    }, 20_000);
  });

  describe('and the queue of tasks', () => {
    const tasks = () => new SqsTasks(new SQSClient({ maxAttempts: 1 }), `${server.url}/queue`);
    const many = Array.from({ length: 23 }, (_, index) => ({ account: String(index).padStart(12, '0'), region: 'eu-central-1' }));
    const entriesOf = (json: { readonly [name: string]: unknown }) => json.Entries as { Id: string; MessageBody: string }[];

    it('takes ten messages at a time, and again what it refused', async () => {
      server.answer = ({ json }, call) => ({
        body: { Successful: [], Failed: call === 1 ? [{ Id: entriesOf(json)[3].Id, Code: 'InternalError', SenderFault: false }] : [] },
      });
      await tasks().send(many);
      expect(server.requests.map(({ json }) => entriesOf(json).length)).toEqual([10, 1, 10, 3]);
      expect(JSON.parse(entriesOf(server.requests[1].json)[0].MessageBody)).toEqual(many[3]);
    });

    it('fails when it goes on refusing', async () => {
      server.answer = ({ json }) => ({ body: { Failed: entriesOf(json).map(({ Id }) => ({ Id, Code: 'Busy', SenderFault: false })) } });
      await expect(tasks().send(many.slice(0, 2))).rejects.toThrow('SQS refused 2 messages: Busy');
      expect(server.requests).toHaveLength(4);
    });
  });
});

describe('all states of the table', () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  const dynamo = mockClient(client);
  beforeEach(() => dynamo.reset());
  const scan = (segments = 2) => new DynamoStateScan(client, { tableName: 'events', segments });
  const statesOf = async (of?: typeof scope) => {
    const all: unknown[] = [];
    for await (const page of scan().states(of)) all.push(...page);
    return all;
  };

  it('are read in segments, each to its last page', async () => {
    dynamo.on(ScanCommand).callsFake(({ Segment, ExclusiveStartKey }) => {
      if (Segment === 0) return ExclusiveStartKey ? { Items: [{ sk: 'c' }] } : { Items: [], LastEvaluatedKey: { pk: '1', sk: '1' } };
      return { Items: [{ sk: 'a' }] };
    });
    expect(await statesOf()).toEqual([{ sk: 'a' }, { sk: 'c' }]);
    expect(dynamo.commandCalls(ScanCommand)).toHaveLength(3);
    expect(dynamo.commandCalls(ScanCommand)[0].args[0].input).toMatchObject({
      TableName: 'events', TotalSegments: 2, FilterExpression: 'begins_with(#sk, :states)', ExpressionAttributeValues: { ':states': 'STATE#' },
    });
  });

  it('can be those of one account and region', async () => {
    dynamo.on(ScanCommand).resolves({});
    await statesOf(scope);
    expect(dynamo.commandCalls(ScanCommand)[0].args[0].input).toMatchObject({
      FilterExpression: 'begins_with(#sk, :states) AND #account = :account AND #region = :region',
      ExpressionAttributeValues: { ':states': 'STATE#', ':account': scope.account, ':region': scope.region },
    });
  });

  it('are never half of them', async () => {
    dynamo.on(ScanCommand).resolvesOnce({ Items: [{ sk: 'a' }] }).rejects(new Error('throttled'));
    await expect(statesOf()).rejects.toThrow('throttled');
  });
});

describe('compression', () => {
  it('fails when its stream does', async () => {
    const compressor = gzip();
    await compressor.end();
    await expect(compressor.add('more')).rejects.toThrow('write after end');
  });
});
