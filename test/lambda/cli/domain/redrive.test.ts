import { deadLetter, reasons } from '../../../../lambda-src/cli/domain/redrive';
import { refusalOf } from '../../../../lambda-src/cli/domain/refusal';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const sentAt = new Date('2026-11-24T10:00:00.000Z');
const event = (changes: object = {}) => JSON.stringify({
  'id': 'e', 'source': 'app.test', 'detail-type': 'Something', 'account': '111111111111', 'region': 'eu-central-1', 'time': '2026-11-24T10:00:00Z', 'detail': {}, ...changes,
});
const letter = (body: string, attributes: { [name: string]: string } = {}) => deadLetter({ id: 'm', body, attributes, sentAt }, refusalOf(NOW));

test('ingest itself says what it would refuse now', () => {
  expect(refusalOf(NOW)(event())).toBeUndefined();
  expect(refusalOf(NOW)('{')).toMatch(/the message/);
  expect(refusalOf(NOW)(event({ account: '12' }))).toBe('account must be the twelve digits of an account');
  expect(refusalOf(NOW)(event({ time: '2026-11-24T12:16:00Z' }))).toMatch(/time/);
});

test('what EventBridge gave up has its reason, and whether the hub would refuse it as well', () => {
  const attributes = { ERROR_CODE: 'SDK_CLIENT_ERROR', ERROR_MESSAGE: 'slow down', RETRY_ATTEMPTS: '2' };
  expect(letter(event(), attributes)).toEqual({
    id: 'm', sentAt: '2026-11-24T10:00:00.000Z', from: 'EventBridge', refused: false, reason: 'SDK_CLIENT_ERROR after 2 retries: slow down',
  });
  expect(letter(event(), { ERROR_CODE: 'NO_PERMISSIONS' }).reason).toBe('NO_PERMISSIONS');
  expect(letter(event({ account: '1' }), { ERROR_CODE: 'NO_PERMISSIONS' })).toMatchObject({
    refused: true, reason: 'NO_PERMISSIONS; the hub would refuse it: account must be the twelve digits of an account',
  });
});

test('what the hub gave up has the reason that it would have now', () => {
  expect(letter(event())).toMatchObject({ from: 'ingest', refused: false, reason: 'the hub could not store it then; it is well formed, and would be taken now' });
  expect(letter(event({ account: '1' }))).toMatchObject({ from: 'ingest', refused: true, reason: 'account must be the twelve digits of an account' });
});

test('reasons are counted, the most frequent first, then by the alphabet', () => {
  const found = [letter('{'), letter(event()), letter(event()), letter(event({ account: '1' })), letter(event({ region: '' }))];
  expect(reasons(found).map(({ from, messages }) => [from, messages])).toEqual([['ingest', 2], ['ingest', 1], ['ingest', 1], ['ingest', 1]]);
  const rest = reasons(found).slice(1).map(({ reason }) => reason);
  expect(rest).toEqual([...rest].sort());
  expect(reasons([])).toEqual([]);
});
