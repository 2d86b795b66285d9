import * as fc from 'fast-check';
import { answer } from '../../../../lambda-src/events/domain/api';
import { readTime } from '../../../../lambda-src/events/domain/instants';
import { Problem, ProblemBody } from '../../../../lambda-src/events/domain/problem';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';
import { account, heard, store, Told } from '../../../support/stored-events';

const NOW = new Date('2026-11-24T12:00:00.000Z');
let table: InMemoryEventTable;
beforeEach(() => {
  table = new InMemoryEventTable();
});
interface Answer {
  readonly items: { readonly resourceId: string }[];
  readonly [name: string]: unknown;
}
const ask = async (path: string, query = '', method = 'GET') => answer({ method, path, query }, { table, hub: 'compliance', now: NOW }).answer as Promise<Answer>;
const refusal = async (path: string, query = '', method = 'GET'): Promise<ProblemBody> => {
  const error: unknown = await ask(path, query, method).catch((reason: unknown) => reason);
  if (!(error instanceof Problem)) throw new Error(`no refusal: ${String(error)}`);
  return error.body;
};
/** What an HTTP API makes of an encoded path. */
const byGateway = (...segments: string[]) => segments.map(encodeURIComponent).join('/').replace(/(?:%(?!25)[0-9A-F]{2})+/g, (run) => decodeURIComponent(run));

describe('times', () => {
  test.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z', '2026-11-24T23:59:59.999Z'],
    ['2026-11-24T09:30:00Z', '2026-11-24T09:30:00.000Z'],
    ['2026-11-24T09:30', '2026-11-24T09:30:00.000Z'],
    ['2026-11-24T09:30:00.123456789Z', '2026-11-24T09:30:00.123Z'],
    ['2026-11-24T09:30:00+01:00', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T09:30:00 01:00', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T00:30:00-01:00', '2026-11-24T01:30:00.000Z'],
    ['1764000000', '2025-11-24T16:00:00.000Z'],
    ['1764000000.5', '2025-11-24T16:00:00.500Z'],
    ['0', '1970-01-01T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z', '2028-02-29T23:59:59.999Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ])('may be written as %s', (text, first, last = first) => {
    expect(readTime('start', text)).toEqual({ first, last });
  });

  test.each([
    '', 'now', '2026-02-30', '2026-02-30T00:00:00Z', '2026-13-01', '2026-11-24T24:00:00Z', '2026-11-24T09:60', '24.11.2026', '20261124T093000Z', '1764000000000', '-1', '1e9',
    '2026-11-24T09:30:00+15:00', '1969-12-31', '0001-01-01', '١٧٦٤', '2026-11-24\n', '9999-12-31T23:59:59-01:00', '1970-01-01T00:00:00+01:00',
  ])('are refused when written as %j', (text) => {
    expect(() => readTime('start', text)).toThrow(/^start is ".*"; allowed is seconds since 1970, a date as 2026-11-24, or an instant/);
  });
});

describe('parameters', () => {
  test.each([
    ['/events', 'limit=0', 'limit'], ['/events', 'limit=1000000000', 'limit'], ['/events', 'limit=501', 'limit'], ['/events', 'limit=abc', 'limit'], ['/events', 'limit=1.5', 'limit'],
    ['/events', 'limit=-1', 'limit'], ['/events', 'limit=', 'limit'], ['/events', 'limit=1e2', 'limit'], ['/events', 'limit=%2050', 'limit'],
    ['/events', 'account=1234', 'account'], ['/events', 'account=11111111111a', 'account'], ['/events', 'region=EU', 'region'], ['/events', 'region=', 'region'],
    ['/events', 'status=NONCOMPLIANT', 'status'], ['/events', 'status=compliant', 'status'], ['/events', `rule=${'x'.repeat(257)}`, 'rule'], ['/events', 'source=', 'source'],
    ['/events', `resourceId=${'x'.repeat(1_025)}`, 'resourceId'], ['/events', 'start=tomorrow', 'start'], ['/events', 'end=2026-02-30', 'end'],
    ['/events', 'start=2026-11-24&end=2026-11-23', 'end'], ['/events', 'resourceId=', 'resourceId'],
    ['/compliance/summary', 'start_date=2026-11-24T10:00:01Z&end_date=2026-11-24T10:00:00Z', 'end_date'], ['/compliance/summary', 'account=x', 'account'],
    ['/compliance/as-of', '', 'time'], ['/compliance/as-of', 'time=2026-11-23', 'account'], ['/compliance/as-of', `time=2027-01-01&account=${account(1)}`, 'time'],
    ['/compliance/as-of', `time=2026-11-24T12:00:01Z&account=${account(1)}`, 'time'],
    ['/compliance/resources', 'account=111111111111', 'region'], ['/compliance/resources/1/eu-central-1/T/x', '', 'account'],
  ])('%s?%s is refused, and why', async (path, query, field) => {
    const body = await refusal(path, query);
    expect(body).toMatchObject({ status: 400, title: 'Invalid parameter', field, allowed: expect.stringMatching(/./) });
    expect(body.detail.startsWith(`${field} is `)).toBe(true);
    expect(body.detail.length).toBeLessThan(500);
  });

  test.each([
    ['/events', 'Account=1', 'account, cursor, detailType, end, limit, region, resourceId, resourceType, rule, source, start, status'],
    ['/compliance/summary', 'start=2026-11-24', 'account, end_date, region, start_date'],
    ['/compliance/as-of', 'status=COMPLIANT', 'account, cursor, limit, region, resourceId, resourceType, rule, time'],
    ['/compliance/as-of', 'start=2026-11-24', 'account, cursor, limit, region, resourceId, resourceType, rule, time'],
    ['/health', 'verbose=1', 'none'],
    ['/compliance/resources/111111111111/eu-central-1/T/x', 'account=1', 'cursor, limit'],
    ['/events', '__proto__=1', 'account, cursor, detailType, end, limit, region, resourceId, resourceType, rule, source, start, status'],
  ])('%s does not know %s, and says what it knows', async (path, query, allowed) => {
    const name = query.split('=')[0];
    await expect(refusal(path, query)).resolves.toMatchObject({ status: 400, title: 'Unknown parameter', field: name, allowed, detail: `there is no parameter "${name}" here; allowed is ${allowed}` });
  });

  test('may be given once', async () => {
    await expect(refusal('/events', 'limit=1&limit=2')).resolves.toMatchObject({ status: 400, field: 'limit', detail: 'limit is given more than once' });
  });

  test('are data, whatever stands in them', async () => {
    const tricky = ['\' OR 1=1 --', '#', '%', '%23', 'a#b%', '{"$gt":""}', ':pk', 'EVT#', '</script>', '\u0000', '../..', '${jndi:x}', '‮', '__proto__'];
    const events = tricky.map((rule, i): Told => ({ at: `2026-11-23T10:00:00.0${10 + i}Z`, rule, id: `b${i}`, type: rule }));
    await store(table, ...events, { at: '2026-11-23T10:00:00.000Z', rule: 'other', id: 'other' });
    for (const [i, rule] of tricky.entries()) {
      for (const name of ['rule', 'resourceType']) {
        const { items, nextCursor } = await ask('/events', new URLSearchParams({ [name]: rule }).toString());
        expect([items.map(({ resourceId }) => resourceId), nextCursor]).toEqual([[`b${i}`], null]);
      }
    }
    await fc.assert(fc.asyncProperty(fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }), async (text) => {
      fc.pre(!tricky.includes(text));
      const query = new URLSearchParams({ rule: text, source: text, resourceType: text }).toString();
      await expect(ask('/events', query)).resolves.toEqual({ items: [], nextCursor: null });
    }));
  });
});

describe('routes', () => {
  test('list events of a period with limit and cursor', async () => {
    await store(table, ...[20, 21, 22].map((day) => ({ at: `2026-11-${day}T10:00:00.000Z`, id: `b${day}` })));
    const first = await ask('/events', 'source=aws.config&start=2026-11-21&limit=1');
    expect(first.items.map(({ resourceId }) => resourceId)).toEqual(['b22']);
    const second = await ask('/events', `source=aws.config&start=2026-11-21&limit=50&cursor=${first.nextCursor as string}`);
    expect(second).toMatchObject({ items: [{ resourceId: 'b21' }], nextCursor: null });
    await expect(ask('/events', 'end=2026-11-20')).resolves.toMatchObject({ items: [{ resourceId: 'b20' }] });
  });

  test('find events by any part of a name', async () => {
    await store(table, { at: '2026-11-20T10:00:00.000Z', id: 'one' }, { at: '2026-11-21T10:00:00.000Z', id: 'two', region: 'us-east-1' });
    for (const query of ['resourceId=two', 'region=us-east-1', 'resourceId=two&resourceType=AWS::S3::Bucket', `region=us-east-1&account=${account(1)}`]) {
      await expect(ask('/events', query)).resolves.toMatchObject({ items: [{ resourceId: 'two' }], nextCursor: null });
    }
    await expect(ask('/compliance/as-of', 'time=2026-11-22&rule=encrypted&resourceId=two')).resolves.toMatchObject({ items: [{ resourceId: 'two' }] });
  });

  test('find configuration items by their detail type', async () => {
    await store(table, { at: '2026-11-20T10:00:00.000Z' }, { at: '2026-11-20T10:00:00.000Z', detailType: 'Config Configuration Item Change', id: 'changed' });
    const { items } = await ask('/events', new URLSearchParams({ detailType: 'Config Configuration Item Change' }).toString());
    expect(items).toMatchObject([{ resourceId: 'changed', changeType: 'UPDATE', rule: null }]);
  });

  test('sum up days that are given as dates, instants or seconds', async () => {
    await store(table, ...[20, 21, 22].map((day) => ({ at: `2026-11-${day}T10:00:00.000Z`, id: `b${day}`, status: 'COMPLIANT' })));
    const seconds = Date.parse('2026-11-21T23:00:00Z') / 1_000;
    for (const query of ['start_date=2026-11-21&end_date=2026-11-21', `start_date=${seconds}&end_date=${seconds}`, 'start_date=2026-11-21T11:00:00Z&end_date=2026-11-21T12:00:00Z']) {
      await expect(ask('/compliance/summary', query)).resolves.toMatchObject({
        total_events: 1, compliant: 1, period: { from: '2026-11-21T00:00:00.000Z', to: '2026-11-21T23:59:59.999Z' }, current: { compliant: 3 },
      });
    }
    await expect(ask('/compliance/summary', `account=${account(2)}&region=us-east-1`)).resolves.toMatchObject({ total_events: 0 });
  });

  test('tell what was broken at the end of a day, and now for today', async () => {
    await store(table, { at: '2026-11-20T10:00:00.000Z' }, { at: '2026-11-22T10:00:00.000Z', status: 'COMPLIANT' });
    await expect(ask('/compliance/as-of', `time=2026-11-20&account=${account(1)}`)).resolves.toMatchObject({ time: '2026-11-20T23:59:59.999Z', items: [{ resourceId: 'bucket' }] });
    await expect(ask('/compliance/as-of', 'time=2026-11-24&rule=encrypted')).resolves.toMatchObject({ time: NOW.toISOString(), items: [] });
    const resource = new URLSearchParams({ time: '2026-11-21T00:00:00Z', account: account(1), region: 'eu-central-1', resourceType: 'AWS::S3::Bucket', resourceId: 'bucket' });
    await expect(ask('/compliance/as-of', resource.toString())).resolves.toMatchObject({ items: [{ rule: 'encrypted' }] });
  });

  test('say how the hub is', async () => {
    await expect(ask('/health')).resolves.toEqual({
      status: 'ok', hub: 'compliance', table: 'reachable', time: NOW.toISOString(), lastEventAt: null, lastHeartbeatAt: null, lastEventAgeSeconds: null,
      lastHeartbeatAgeSeconds: null, membersHeard: 0,
    });
    await store(table, { at: '2026-11-24T11:00:00.000Z' }, { at: '2026-11-24T10:00:00.000Z', id: 'other' }, { at: '2026-11-20T10:00:00.000Z' });
    // Listed, but the event is not there yet.
    await table.write({ kind: 'put', item: { pk: 'DAYS', sk: '2026-11-25' } });
    await heard(table, account(1), 'eu-central-1', new Date('2026-11-24T11:50:00.000Z'));
    await heard(table, account(2), 'eu-central-1', new Date('2026-11-24T12:00:03.000Z'));
    await expect(ask('/health')).resolves.toMatchObject({
      lastEventAt: '2026-11-24T11:00:00.000Z', lastEventAgeSeconds: 3_600, lastHeartbeatAt: '2026-11-24T12:00:03.000Z', lastHeartbeatAgeSeconds: 0, membersHeard: 2,
    });
  });

  test.each(['/', '', '/event', '/events/', '/compliance', '/compliance/summary/x', '/constructor', '/__proto__', '//events', `/${'x'.repeat(5_000)}`])('there is none at %j', async (path) => {
    const body = await refusal(path);
    expect(body).toMatchObject({ status: 404, title: 'Not found', allowed: expect.stringContaining('/compliance/summary') });
    expect(body.detail.length).toBeLessThan(300);
  });

  test.each(['POST', 'DELETE', 'HEAD', 'OPTIONS'])('take no %s', async (method) => {
    await expect(refusal('/events', '', method)).resolves.toMatchObject({ status: 405, title: 'Method not allowed', allowed: 'GET' });
  });
});

describe('a resource', () => {
  const type = 'AWS::SSM::Parameter';
  const path = (id: string, owner = account(1)) => `/compliance/resources/${byGateway(owner, 'eu-central-1', type, id)}`;

  test('has a state for each rule, and a timeline', async () => {
    await store(table, { at: '2026-11-20T10:00:00.000Z', type, id: 'p', rule: 'b' }, { at: '2026-11-21T10:00:00.000Z', type, id: 'p', rule: 'b', status: 'COMPLIANT', annotation: 'well' },
      { at: '2026-11-22T10:00:00.000Z', type, id: 'p', rule: 'a' });
    const name = { account: account(1), region: 'eu-central-1', resourceType: type, resourceId: 'p' };
    const first = await ask(path('p'), 'limit=2');
    expect(first).toEqual({
      ...name,
      states: [
        { rule: 'a', status: 'NON_COMPLIANT', previousStatus: null, annotation: null, recordedAt: '2026-11-22T10:00:00.000Z', since: '2026-11-22T10:00:00.000Z', late: false },
        { rule: 'b', status: 'COMPLIANT', previousStatus: 'NON_COMPLIANT', annotation: 'well', recordedAt: '2026-11-21T10:00:00.000Z', since: '2026-11-21T10:00:00.000Z', late: false },
      ],
      timeline: { items: [expect.objectContaining({ rule: 'a' }), expect.objectContaining({ rule: 'b', status: 'COMPLIANT' })], nextCursor: expect.any(String) },
    });
    const { timeline } = first as unknown as { timeline: { nextCursor: string } };
    await expect(ask(path('p'), `cursor=${timeline.nextCursor}`)).resolves.toMatchObject({ timeline: { items: [{ rule: 'b', status: 'NON_COMPLIANT' }], nextCursor: null } });
  });

  test('has its states in the order of their rules', async () => {
    await store(table, ...['z', 'a$', 'a#', 'b'].map((rule) => ({ at: '2026-11-20T10:00:00.000Z', type, id: 'p', rule })));
    await expect(ask(path('p'))).resolves.toMatchObject({ states: ['a#', 'a$', 'b', 'z'].map((rule) => ({ rule })) });
  });

  test('is found by any id in the path, as an HTTP API hands it over', async () => {
    const ids = ['/a/b/', 'a#b', '100%', '%41', '%2F', '%25', 'a b+c', 'ü/€', 'i-0123', 'x'.repeat(768), '..', 'a//b', '&=;'];
    await store(table, ...ids.map((id) => ({ at: '2026-11-20T10:00:00.000Z', type, id })));
    for (const id of ids) await expect(ask(path(id))).resolves.toMatchObject({ resourceId: id, states: [{ status: 'NON_COMPLIANT' }], timeline: { items: [{ resourceId: id }] } });
  });

  test('is found by parameters, whatever its id', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }), async (id) => {
      await store(table, { at: '2026-11-20T10:00:00.000Z', type, id });
      const query = new URLSearchParams({ account: account(1), region: 'eu-central-1', resourceType: type, resourceId: id }).toString();
      await expect(ask('/compliance/resources', query)).resolves.toMatchObject({ resourceId: id, states: [{ rule: 'encrypted' }] });
    }));
  });

  test('that nobody has told of is not found', async () => {
    await store(table, { at: '2026-11-20T10:00:00.000Z', type, id: 'p' });
    await expect(refusal(path('P'))).resolves.toMatchObject({ status: 404, title: 'Not found', detail: expect.stringContaining('nothing was ever told of this resource') });
    await expect(refusal(path('p', account(2)))).resolves.toMatchObject({ status: 404 });
  });

  test('has states only, once its events are over; and what is over for good is not found', async () => {
    const [item] = await store(table, { at: '2026-11-20T10:00:00.000Z', type, id: 'p', status: 'COMPLIANT' });
    await table.write({ kind: 'delete', key: { pk: item.pk, sk: item.sk } });
    await expect(ask(path('p'))).resolves.toMatchObject({ states: [{ status: 'COMPLIANT' }], timeline: { items: [], nextCursor: null } });
    const [state] = table.all().filter(({ sk }) => sk.startsWith('STATE#'));
    await table.write({ kind: 'put', item: { ...state, expiresAt: 5 } });
    await expect(refusal(path('p'))).resolves.toMatchObject({ status: 404 });
  });

  test.each(['/compliance/resources/', `/compliance/resources/${account(1)}`, `/compliance/resources/${account(1)}/eu-central-1/T`, `/compliance/resources/${account(1)}/eu-central-1//x`])(
    'is not named by %s', async (wrong) => {
      await expect(refusal(wrong)).resolves.toMatchObject({ status: 400, title: 'Invalid parameter' });
    });
});

test('what was asked is named for the log', () => {
  const asked = (path: string, query: string) => {
    const { asked: words, answer: pending } = answer({ method: 'GET', path, query }, { table, hub: 'h', now: NOW });
    pending.catch(() => undefined);
    return words;
  };
  expect(asked('/events', `account=${account(1)}&rule=r`)).toMatchObject({ route: '/events', account: account(1), rule: 'r' });
  expect(asked(`/compliance/resources/${account(1)}/eu-central-1/T/x`, '')).toEqual({
    route: '/compliance/resources/{account}/{region}/{type}/{id}', account: account(1), region: 'eu-central-1', resourceType: 'T', resourceId: 'x',
  });
});
