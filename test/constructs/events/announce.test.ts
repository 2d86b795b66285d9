import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HubOfParts } from './hub-of-parts';
import { AlertSeverity, ComplianceAnnouncements, EnvironmentProfile } from '../../../src';
import { AnnounceFunction, AnnounceFunctionProps } from '../../../src/events/announce';
import { ANNOUNCE_SETTINGS } from '../../../src/events/contract';
import { flat, flatList, ofType, only, resourcesOf, stackOf, statementsOf } from '../support';

const announceIn = (stack: Stack, props: Partial<AnnounceFunctionProps> = {}) => {
  const hub = new HubOfParts(stack, 'Hub');
  return new AnnounceFunction(hub, 'Announcer', {
    hubName: hub.hubName,
    table: hub.eventTable,
    announcementBus: hub.announcementBus,
    encryptionKey: hub.encryptionKey,
    logRetention: EnvironmentProfile.PROD.logRetention,
    logRemovalPolicy: RemovalPolicy.RETAIN,
    ...props,
  });
};
const short = (text: string) => text.replace(/(\$\{[A-Za-z]+?)[0-9A-F]{8}/g, '$1');

describe('the function that announces', () => {
  test('reads states that changed and verifications from the stream, for as long as it takes', () => {
    const stack = stackOf();
    announceIn(stack);
    const { FilterCriteria, ...mapping } = only(resourcesOf(stack), 'AWS::Lambda::EventSourceMapping').Properties;
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true, FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 72_000, ParallelizationFactor: 4, BatchSize: 100,
    });
    expect(short(flat((mapping.DestinationConfig as { OnFailure: { Destination: unknown } }).OnFailure.Destination))).toBe('${HubAnnouncerDeadLetters.Arn}');
    expect((FilterCriteria as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { sk: { S: [{ prefix: 'STATE#' }] } } } },
      { eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: [{ prefix: 'EVT#' }] }, detailType: { S: ['Compliance Verification'] } } } },
    ]);
  });

  test('may announce, say who was told, and change no state of its own accord', () => {
    const stack = stackOf();
    announceIn(stack);
    const statements = statementsOf(only(resourcesOf(stack), 'AWS::IAM::Policy', /Announce/));
    expect(statements.filter(({ Action }) => !flatList(Action).join().match(/xray|logs/)).map(({ Action, Resource }) => [flatList(Action).join(), flatList(Resource).map(short).join()])).toEqual([
      ['kms:Decrypt,kms:DescribeKey,kms:Encrypt,kms:GenerateDataKey*,kms:ReEncrypt*', '${HubKey.Arn}'],
      ['dynamodb:BatchGetItem,dynamodb:PutItem,dynamodb:Query', '${HubTable.Arn}'],
      ['dynamodb:DescribeStream,dynamodb:GetRecords,dynamodb:GetShardIterator', '${HubTable.StreamArn}'],
      ['dynamodb:ListStreams', '*'],
      ['events:PutEvents', '${HubAnnouncements.Arn}'],
      ['sqs:SendMessage', '${HubAnnouncerDeadLetters.Arn}'],
      ['kms:Decrypt,kms:GenerateDataKey', '${HubKey.Arn}'],
    ]);
  });

  test('gets every setting of the contract, and the consumer\'s severities', () => {
    const stack = stackOf();
    announceIn(stack, { severities: [{ pattern: 's3-*', severity: AlertSeverity.HIGH }] });
    const { Variables } = only(resourcesOf(stack), 'AWS::Lambda::Function').Properties.Environment as { Variables: { [name: string]: unknown } };
    expect(Object.keys(Variables).sort()).toEqual(Object.values(ANNOUNCE_SETTINGS).sort());
    expect(JSON.parse(Variables.SEVERITIES as string)).toEqual([{ pattern: 's3-*', severity: 'HIGH' }]);
  });

  test('has alarms that lead to the runbook, or none', () => {
    const stack = stackOf();
    announceIn(stack, { alertTopic: new Topic(stack, 'Alerts') });
    const alarms = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms.map(({ AlarmDescription }) => (AlarmDescription as string).split('#')[1]).sort()).toEqual(['announce-function-errors', 'announcements-late', 'changes-not-announced']);
    expect(alarms.every(({ AlarmActions }) => (AlarmActions as unknown[]).length === 1)).toBe(true);
    const without = stackOf();
    expect(announceIn(without, { alarms: false }).alarms).toBeUndefined();
    expect(ofType(resourcesOf(without), 'AWS::CloudWatch::Alarm')).toEqual([]);
  });

  test('passes AwsSolutions', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new AwsSolutionsChecks(app);
    announceIn(stack);
    const errors = app.synth().getStackByName('Stack').messages.filter(({ level, entry }) => level === 'error' && JSON.stringify(entry).includes('/Announcer/'));
    expect(errors).toEqual([]);
  });

  test.each([
    [[{ pattern: '', severity: AlertSeverity.LOW }], 'ComplianceEventHub.severities[0].pattern: got "", but allowed is a text of 1 to 128 characters; name a rule, or several with `*`'],
    [[{ pattern: '******', severity: AlertSeverity.LOW }], 'ComplianceEventHub.severities[0].pattern: got "******", but allowed is up to 5 times `*`; divide it into several patterns'],
    [Array(21).fill({ pattern: 'a', severity: AlertSeverity.LOW }), 'ComplianceEventHub.severities: got "21 rules", but allowed is up to 20; use `*` for several rules at once'],
  ])('refuses the severities %#', (severities, message) => {
    expect(() => announceIn(stackOf(), { severities })).toThrow(new Error(message));
  });
});

describe('a rule on the announcements', () => {
  const detailOf = (filter?: Parameters<typeof ComplianceAnnouncements.pattern>[0]) => ComplianceAnnouncements.pattern(filter).detail;

  test('wants alerts unless told otherwise', () => {
    expect(ComplianceAnnouncements.pattern()).toEqual({
      source: ['compliance.monitoring'], detailType: ['Compliance State Changed'], detail: { eventId: [{ exists: true }], alert: [true] },
    });
    expect(detailOf({ alertsOnly: false })).toEqual({ eventId: [{ exists: true }] });
    expect(detailOf({ resolved: false, accounts: ['111111111111'], minimumSeverity: AlertSeverity.CRITICAL })).toEqual({
      eventId: [{ exists: true }], alert: [true], status: ['NON_COMPLIANT'], account: ['111111111111'], severity: ['CRITICAL'],
    });
  });

  test('refuses accounts that are none', () => {
    expect(() => detailOf({ accounts: ['x'] })).toThrow('ComplianceAnnouncements.accounts[0]: got "x", but allowed is an account id of 12 digits; write it as a text, with its leading zeros');
  });

  test('stands on the bus, with its target or without', () => {
    const stack = stackOf();
    const hub = new HubOfParts(stack, 'Hub');
    hub.onStateChanged('Bare');
    hub.onStateChanged('Rule', { target: { bind: () => ({ arn: 'arn:aws:sqs:eu-central-1:111111111111:q' }) }, description: 'mine' });
    expect(only(resourcesOf(stack), 'AWS::Events::Rule', /^HubBare/).Properties).toMatchObject({ Description: 'Announcements of the compliance hub' });
    expect(short(flat(only(resourcesOf(stack), 'AWS::Events::Rule', /^HubBare/).Properties.EventBusName))).toBe('${HubAnnouncements}');
    expect(() => hub.onStateChanged('Wrong', { accounts: [] })).toThrow('IComplianceEventHub.onStateChanged.accounts: got "0 accounts"');
    expect(only(resourcesOf(stack), 'AWS::Events::Rule', /^HubRule/).Properties).toMatchObject({ Description: 'mine', Targets: [{ Arn: 'arn:aws:sqs:eu-central-1:111111111111:q' }] });
  });
});
