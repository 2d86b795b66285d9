/** The receiver that stands in for Slack: it takes what Slack takes, and fails when it is told to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalAws, startLocalAws } from './local-aws';

jest.setTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), 'slack-receiver-'));
let aws: LocalAws;

beforeAll(async () => { aws = await startLocalAws({ stateDir: scratch }); });
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const post = (path: string, body: unknown, patience = 5_000) => fetch(`${aws.slackReceiverUrl}${path}`, {
  method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), signal: AbortSignal.timeout(patience),
});
const say = async (message: unknown) => {
  const response = await post('/services/T0/B0/secret', message);
  return [response.status, await response.text()];
};
const control = (fault: object) => post('/control', fault);
const received = async () => await (await fetch(aws.slackReceiverUrl)).json() as { receivedAt: string; path: string; body: { text?: string } }[];

const text = (length: number, type = 'mrkdwn') => ({ type, text: 'x'.repeat(length) });
const section = (parts: object) => ({ blocks: [{ type: 'section', ...parts }] });

test('lists what it took, in order', async () => {
  expect(await say({ text: 'one' })).toEqual([200, 'ok']);
  expect(await say({ text: 'two', blocks: [{ type: 'header', text: text(150, 'plain_text') }, { type: 'section', text: text(3_000) }] })).toEqual([200, 'ok']);
  expect((await received()).map(({ path, body }) => [path, body.text])).toEqual([['/services/T0/B0/secret', 'one'], ['/services/T0/B0/secret', 'two']]);
  expect((await received())[0].receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect((await post('/elsewhere', {})).status).toBe(404);
});

test.each([
  ['no JSON', 'text=hello', 'invalid_payload'],
  ['nothing to say', {}, 'no_text'],
  ['51 blocks', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 'invalid_blocks'],
  ['a header of 151 characters', { blocks: [{ type: 'header', text: text(151, 'plain_text') }] }, 'invalid_blocks'],
  ['a header with markup', { blocks: [{ type: 'header', text: text(5) }] }, 'invalid_blocks'],
  ['a section of 3,001 characters', section({ text: text(3_001) }), 'invalid_blocks'],
  ['a section without text', section({ text: text(0) }), 'invalid_blocks'],
  ['a field of 2,001 characters', section({ fields: [text(2_001)] }), 'invalid_blocks'],
  ['eleven fields', section({ fields: Array.from({ length: 11 }, () => text(1)) }), 'invalid_blocks'],
  ['a button of 76 characters', { blocks: [{ type: 'actions', elements: [{ type: 'button', text: text(76, 'plain_text') }] }] }, 'invalid_blocks'],
  ['blocks of an attachment that are too long', { attachments: [section({ text: text(3_001) })] }, 'invalid_blocks'],
])('refuses %s as Slack does', async (_what, message, answer) => {
  const before = (await received()).length;
  expect(await say(message)).toEqual([400, answer]);
  expect(await received()).toHaveLength(before);
});

test('is busy, broken or silent for as long as it is told', async () => {
  await control({ status: 429, retryAfter: 7, seconds: 30 });
  const busy = await post('/services/x', { text: 'x' });
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
  await control({ status: 500, seconds: 30 });
  expect((await post('/services/x', { text: 'x' })).status).toBe(500);
  await control({ hangs: true, seconds: 2 });
  await expect(post('/services/x', { text: 'x' }, 200)).rejects.toThrow(/timeout/i);
  await control({ status: 200 });
  expect(await say({ text: 'again' })).toEqual([200, 'ok']);
});
