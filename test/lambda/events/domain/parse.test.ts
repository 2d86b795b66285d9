import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fact } from '../../../../lambda-src/events/domain/fact';
import { Refused } from '../../../../lambda-src/events/domain/fields';
import { parseMessage } from '../../../../lambda-src/events/domain/parse';
import { complianceMessage, EVENTS_NOW } from '../../../support/event-messages';

const sample = (name: string) => JSON.parse(readFileSync(join(__dirname, '..', 'samples', `${name}.json`), 'utf8')) as { [name: string]: unknown };
const parse = (message: unknown) => parseMessage(JSON.stringify(message), EVENTS_NOW);
const factOf = (message: unknown): Fact => {
  const arrival = parse(message);
  if (arrival.kind !== 'fact') throw new Error('it is a heartbeat');
  return arrival.fact;
};
/** A message in which one field is another; undefined takes it away. */
const changed = (message: object, path: string, value: unknown) => {
  const copy = structuredClone(message) as { [name: string]: unknown };
  const names = path.split('.');
  const last = names.pop()!;
  const target = names.reduce((at, name) => at[name] as { [name: string]: unknown }, copy);
  target[last] = value;
  return copy;
};

describe('a change of compliance', () => {
  it('is read with its annotation as it is', () => {
    const fact = factOf(sample('01-cc-compliant-to-noncompliant-volume-tags'));
    expect(fact).toMatchObject({
      source: 'aws.config', detailType: 'Config Rules Compliance Change', account: '111122223333', region: 'us-east-1', rule: 'volumes-prod-tags',
      resourceType: 'AWS::EC2::Volume', resourceId: 'vol-0f0b1ec8ced432a26', status: 'NON_COMPLIANT', previousStatus: 'COMPLIANT',
      annotation: '\nTag costcenter is not present.', recordedAt: '2022-03-02T07:03:46.945Z',
    });
    expect(fact.eventId).toMatch(/^[0-9a-f]{32}$/);
    expect(fact.mode).toBeUndefined();
    expect(fact.replayed).toBeUndefined();
    expect(fact.detail).toEqual(sample('01-cc-compliant-to-noncompliant-volume-tags').detail);
  });

  it('may have neither an old result nor an annotation', () => {
    const fact = factOf(sample('04-cc-conformance-pack-first-evaluation-compliant'));
    expect(fact).toMatchObject({ status: 'COMPLIANT', previousStatus: undefined, annotation: undefined });
    expect(factOf(complianceMessage({ annotation: null })).annotation).toBeUndefined();
    expect(factOf(complianceMessage({ annotation: '' })).annotation).toBeUndefined();
    expect(factOf(changed(complianceMessage(), 'detail.oldEvaluationResult', null)).previousStatus).toBeUndefined();
  });

  it('may be of a resource that is gone, or of one that was only asked about', () => {
    expect(factOf(sample('d1-not-applicable-after-delete'))).toMatchObject({ status: 'NOT_APPLICABLE', previousStatus: 'NON_COMPLIANT' });
    const asked = factOf(complianceMessage({ mode: 'PROACTIVE' }));
    expect(asked.mode).toBe('PROACTIVE');
    expect(asked.eventId).not.toBe(factOf(complianceMessage()).eventId);
    expect(factOf(changed(complianceMessage(), 'detail.newEvaluationResult.evaluationResultIdentifier', undefined)).mode).toBeUndefined();
  });

  it('keeps a status that nobody knows, and hostile texts as they are', () => {
    const resourceId = '<script>&#x27;\u0000\u202e STATE#tags%23"';
    expect(factOf(complianceMessage({ status: 'PARTLY', resourceId, rule: '=cmd|' }))).toMatchObject({ status: 'PARTLY', resourceId, rule: '=cmd|' });
    expect(factOf(complianceMessage({ annotation: 'x'.repeat(256) })).annotation).toHaveLength(256);
    expect(factOf(complianceMessage({ annotation: '😀'.repeat(1_000) })).annotation).toBe('😀'.repeat(512));
    expect(factOf(complianceMessage({ annotation: `${'x'.repeat(1_023)}😀` })).annotation).toBe(`${'x'.repeat(1_023)}\ufffd`);
    expect(factOf(complianceMessage({ resourceId: 'half \ud83d' })).resourceId).toBe('half \ufffd');
    expect(factOf(complianceMessage({ resourceId: 'x'.repeat(768), rule: 'r'.repeat(128) }))).toMatchObject({ resourceId: 'x'.repeat(768) });
  });

  it('takes names from the qualifier where they stand there only', () => {
    const message = ['configRuleName', 'resourceType', 'resourceId'].reduce((all, name) => changed(all, `detail.${name}`, undefined), complianceMessage() as object);
    expect(factOf(message)).toEqual({ ...factOf(complianceMessage()), detail: expect.anything() });
  });

  it('is the same fact however it comes', () => {
    const { eventId } = factOf(complianceMessage());
    expect(factOf({ ...complianceMessage(), id: 'another', time: '2026-11-24T12:03:00Z' }).eventId).toBe(eventId);
    expect(factOf(changed(complianceMessage(), 'detail.newEvaluationResult.resultRecordedTime', '2026-11-24T12:59:00.123+01:00'))).toMatchObject({ eventId, recordedAt: '2026-11-24T11:59:00.123Z' });
    const replayed = factOf({ ...complianceMessage(), 'replay-name': 'monday' });
    expect(replayed).toMatchObject({ eventId, replayed: true });
    expect(factOf({ ...complianceMessage(), 'replay-name': '' }).replayed).toBeUndefined();
    expect(factOf({ Type: 'Notification', MessageId: 'm', Message: JSON.stringify(complianceMessage()) })).toEqual(factOf(complianceMessage()));
    for (const other of [{ account: '444455556666' }, { region: 'eu-west-1' }, { rule: 'b' }, { resourceType: 'b' }, { resourceId: 'b' }, { status: 'COMPLIANT' }, { recordedAt: '2026-11-24T11:59:00.124Z' }]) {
      expect(factOf(complianceMessage(other)).eventId).not.toBe(eventId);
    }
  });

  it('counts for the region that it came from', () => {
    expect(factOf(changed(complianceMessage(), 'detail.awsRegion', 'global')).region).toBe('eu-central-1');
  });

  it('is not taken when something is wrong, which is said', () => {
    const refusal = (path: string, value: unknown) => {
      const read = () => parse(changed(complianceMessage(), path, value));
      expect(read).toThrow(Refused);
      try { return String(read()); } catch (error) { return (error as Error).message; }
    };
    const result = 'detail.newEvaluationResult';
    expect(refusal('detail', 'text')).toBe('detail is missing, or no object');
    expect(refusal('detail', [])).toBe('detail is missing, or no object');
    expect(refusal(result, null)).toBe(`${result} is missing, or no object`);
    expect(refusal('detail.awsAccountId', '444455556666')).toBe('detail.awsAccountId names another account than 111122223333, which the event came from');
    expect(refusal('account', undefined)).toBe('account is missing, or no text');
    expect(refusal('account', '11112222333x')).toBe('account must be the twelve digits of an account');
    expect(refusal('account', '1111222233334')).toBe('account has 13 characters, and may have 12');
    expect(refusal('region', 'EU Central')).toBe('region must be the name of a region');
    expect(refusal('source', '')).toBe('source is missing, or no text');
    expect(refusal('detail-type', 7)).toBe('detail-type is missing, or no text');
    expect(refusal('detail.resourceId', 'x'.repeat(769))).toBe('detail.resourceId has 769 characters, and may have 768');
    expect(refusal('detail.configRuleName', { a: 1 })).toBe('detail.configRuleName is missing, or no text');
    expect(refusal(`${result}.complianceType`, undefined)).toBe(`${result}.complianceType is missing, or no text`);
    expect(refusal(`${result}.annotation`, { a: 1 })).toBe(`${result}.annotation is missing, or no text`);
    for (const time of [undefined, null, 1_795_478_400, '', 'yesterday', '2026-11-24', '2026-11-24T11:59:00', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z']) {
      expect(refusal(`${result}.resultRecordedTime`, time)).toBe(`${result}.resultRecordedTime is missing, or no time in ISO 8601 with a time zone`);
    }
    expect(refusal(`${result}.resultRecordedTime`, '2026-11-24T25:00:00Z')).toBe(`${result}.resultRecordedTime is no time, or before 1970`);
    expect(refusal(`${result}.resultRecordedTime`, '1969-12-31T23:59:59Z')).toBe(`${result}.resultRecordedTime is no time, or before 1970`);
    expect(refusal(`${result}.resultRecordedTime`, '2026-11-24T12:15:00.001Z')).toBe(`${result}.resultRecordedTime (2026-11-24T12:15:00.001Z) is more than 15 minutes in the future`);
    expect(refusal('time', '2027-01-01T00:00:00Z')).toContain('time (2027-01-01T00:00:00.000Z) is more than 15 minutes in the future');
    expect(factOf(changed(complianceMessage(), `${result}.resultRecordedTime`, '2026-11-24T12:15:00Z')).recordedAt).toBe('2026-11-24T12:15:00.000Z');
  });

  it('is no event at all', () => {
    const refused = (body: string) => expect(() => parseMessage(body, EVENTS_NOW));
    refused('').toThrow('the message is no JSON');
    refused('{"a":').toThrow('the message is no JSON');
    refused('null').toThrow('the message is missing, or no object');
    refused('[]').toThrow('the message is missing, or no object');
    refused('{}').toThrow('account is missing, or no text');
    refused(JSON.stringify({ Type: 'Notification', Message: '{' })).toThrow('Message is no JSON');
    refused(JSON.stringify({ Type: 'Notification', Message: '7' })).toThrow('Message is missing, or no object');
    refused(JSON.stringify({ Type: 'SubscriptionConfirmation', Message: 'You have chosen to subscribe' })).toThrow('account is missing');
  });
});

describe('a change of a configuration item', () => {
  it('is kept whole, with what changed', () => {
    expect(factOf(sample('15-ci-change-efs-tag-update'))).toMatchObject({
      detailType: 'Config Configuration Item Change', account: '123456789012', region: 'us-east-1', resourceType: 'AWS::EFS::FileSystem',
      resourceId: 'fs-01f0d526165b57f95', changeType: 'UPDATE', recordedAt: '2022-03-16T01:10:50.837Z', detail: sample('15-ci-change-efs-tag-update').detail,
    });
  });

  it('is kept with its place in S3 when it is oversized', () => {
    const fact = factOf(sample('17-ci-change-oversized'));
    expect(fact).toMatchObject({ resourceType: 'AWS::SSM::ManagedInstanceInventory', resourceId: 'mi-1234567890123456', changeType: 'UPDATE', recordedAt: '2018-05-17T06:31:40.400Z' });
    expect(fact.detail).toMatchObject({ s3DeliverySummary: { s3BucketLocation: 'bucket/file.json.gz' } });
  });

  it('says what changed also where nothing but the status tells', () => {
    const withStatus = (status: unknown) => {
      const message = changed(sample('15-ci-change-efs-tag-update'), 'detail.configurationItemDiff', null);
      return factOf(changed(message, 'detail.configurationItem.configurationItemStatus', status)).changeType;
    };
    expect(['ResourceDeleted', 'ResourceDeletedNotRecorded', 'ResourceDiscovered', 'OK', undefined].map(withStatus)).toEqual(['DELETE', 'DELETE', 'CREATE', undefined, undefined]);
  });

  it('counts for the region that it came from, and for no other account', () => {
    const global = changed(sample('15-ci-change-efs-tag-update'), 'detail.configurationItem.awsRegion', 'global');
    expect(factOf(global).region).toBe('us-east-1');
    expect(() => parse(changed(global, 'detail.configurationItem.awsAccountId', '444455556666'))).toThrow('detail.configurationItem.awsAccountId names another account');
  });

  it('is not taken without an item, unless it is a message of another kind', () => {
    const without = changed(sample('15-ci-change-efs-tag-update'), 'detail.configurationItem', undefined);
    expect(() => parse(without)).toThrow('detail.configurationItem is missing, or no object');
    expect(() => parse(changed(without, 'detail.messageType', undefined))).toThrow('detail.configurationItem is missing');
    expect(factOf(changed(without, 'detail.messageType', 'OversizedConfigurationItemChangeDeliveryFailed'))).toMatchObject({ resourceType: '', recordedAt: '2022-03-16T01:10:51.000Z' });
    expect(() => parse(changed(sample('17-ci-change-oversized'), 'detail.configurationItemSummary.configurationItemCaptureTime', 'now'))).toThrow('configurationItemCaptureTime is missing, or no time');
  });
});

describe('other events', () => {
  const other = {
    'version': '0', 'id': 'id-1', 'detail-type': 'Finding', 'source': 'aws.guardduty', 'account': '111122223333', 'time': '2026-11-24T11:00:00Z', 'region': 'eu-central-1',
    'resources': ['arn:aws:ec2:eu-central-1:111122223333:instance/i-1'], 'detail': { severity: 8 },
  };

  it('are kept as they are', () => {
    expect(factOf(other)).toMatchObject({
      source: 'aws.guardduty', detailType: 'Finding', resourceType: '', resourceId: 'arn:aws:ec2:eu-central-1:111122223333:instance/i-1', recordedAt: '2026-11-24T11:00:00.000Z', detail: { severity: 8 },
    });
    for (const resources of [undefined, [], [7], ['x'.repeat(769)], 'text']) expect(factOf({ ...other, resources }).resourceId).toBe('');
    expect(factOf({ ...other, detail: undefined }).detail).toBeUndefined();
    expect(factOf({ ...other, 'source': 'aws.config', 'detail-type': 'Config Rules Re-evaluation Status' })).toMatchObject({ source: 'aws.config', detailType: 'Config Rules Re-evaluation Status' });
    expect(factOf({ ...complianceMessage(), source: 'my.own' })).toMatchObject({ source: 'my.own', resourceType: '' });
  });

  it('are told apart by their id, which a replay keeps', () => {
    expect(factOf({ ...other, 'replay-name': 'r' }).eventId).toBe(factOf(other).eventId);
    expect(factOf({ ...other, id: 'id-2' }).eventId).not.toBe(factOf(other).eventId);
    expect(() => parse({ ...other, id: undefined })).toThrow('id is missing, or no text');
  });

  it('of ours are verifications', () => {
    const verification = { ...other, 'source': 'compliance.monitoring', 'detail-type': 'Compliance Verification', 'detail': { id: 'check-1', sentAt: '2026-11-24T11:00:00.500Z' } };
    expect(factOf(verification)).toMatchObject({ detailType: 'Compliance Verification', resourceType: '', resourceId: '', recordedAt: '2026-11-24T11:00:00.500Z', detail: { id: 'check-1' } });
    expect(factOf({ ...verification, id: 'other' }).eventId).toBe(factOf(verification).eventId);
    expect(() => parse({ ...verification, detail: { id: 'a b', sentAt: '2026-11-24T11:00:00Z' } })).toThrow('detail.id must be 1 to 64 letters, digits and hyphens');
    expect(() => parse({ ...verification, detail: { id: 'a', sentAt: '2026-11-25T11:00:00Z' } })).toThrow('more than 15 minutes in the future');
  });

  it('of ours are heartbeats', () => {
    const detail = { account: '111122223333', region: 'eu-central-1', scheduledAt: '2026-11-24T11:55:00Z', intervalMinutes: 5 };
    const heartbeat = { ...other, 'source': 'compliance.monitoring', 'detail-type': 'Compliance Heartbeat', detail };
    const read = { account: '111122223333', region: 'eu-central-1', scheduledAt: '2026-11-24T11:55:00.000Z', intervalMinutes: 5 };
    expect(parse(heartbeat)).toEqual({ kind: 'heartbeat', heartbeat: read });
    expect(parse({ ...heartbeat, detail: { ...detail, intervalMinutes: '15' } })).toEqual({ kind: 'heartbeat', heartbeat: { ...read, intervalMinutes: 15 } });
    const refused = (more: object) => expect(() => parse({ ...heartbeat, detail: { ...detail, ...more } }));
    refused({ account: '444455556666' }).toThrow('detail.account names another account');
    refused({ account: undefined }).toThrow('detail.account is missing');
    refused({ region: 'eu-west-1' }).toThrow('detail.region names another region than the event came from');
    refused({ scheduledAt: 'soon' }).toThrow('detail.scheduledAt is missing, or no time');
    refused({ scheduledAt: '2026-11-24T13:00:00Z' }).toThrow('more than 15 minutes in the future');
    for (const intervalMinutes of [0, -1, NaN, 1e9, '', 'x', '1.5', null, undefined, {}]) refused({ intervalMinutes }).toThrow('detail.intervalMinutes must be a number of minutes');
    expect(() => parse({ ...heartbeat, detail: null })).toThrow('detail is missing, or no object');
  });
});
