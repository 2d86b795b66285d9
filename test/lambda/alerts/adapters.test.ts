import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SlackWebhook } from '../../../lambda-src/alerts/adapters/slack-webhook';
import { SqsOwnQueue } from '../../../lambda-src/alerts/adapters/sqs-own-queue';
import { WebhookSecret } from '../../../lambda-src/alerts/adapters/webhook-secret';
import { RecordingLog } from '../../support/in-memory-drift';
import { sqsAnswer } from '../../support/state-change';
import { awsError, StubAnswer, StubServer } from '../../support/stub-server';

const MESSAGE = { text: 'hello', blocks: [] };

describe('adapters of alerts', () => {
  let server: StubServer;
  beforeEach(async () => {
    server = await StubServer.start(() => ({}));
  });
  afterEach(() => server.stop());
  const config = () => ({ region: 'eu-central-1', endpoint: server.url, credentials: { accessKeyId: '1', secretAccessKey: '2' }, maxAttempts: 1 });

  describe('a webhook\'s secret', () => {
    let time: number;
    const secret = (value: string | undefined, jsonKey?: string) => {
      time = 0;
      server.answer = () => ({ body: { SecretString: value } });
      return new WebhookSecret(new SecretsManagerClient(config()), { secret: 's', jsonKey, now: () => time });
    };

    it('is a URL as it stands, or under a key', async () => {
      await expect(secret(' https://hooks.slack.com/x\n').url(false)).resolves.toBe('https://hooks.slack.com/x');
      await expect(secret('{"a":" https://hooks.slack.com/y "}', 'a').url(false)).resolves.toBe('https://hooks.slack.com/y');
      await expect(secret(undefined).url(false)).resolves.toBe('');
    });

    it.each([
      ['s3cr3t', 'a', "the webhook's secret is not JSON, but is said to hold the URL under a key"],
      ['{"b":"s3cr3t"}', 'a', "the webhook's secret has no text under the key a"],
      ['null', 'a', "the webhook's secret has no text under the key a"],
    ])('that is not is not quoted: %s', async (value, jsonKey, message) => {
      await expect(secret(value, jsonKey).url(false)).rejects.toThrow(new Error(message));
    });

    it('is read again after ten minutes, and when the URL was refused, but not with every message', async () => {
      const webhook = secret('https://hooks.slack.com/x');
      for (const [at, fresh, calls] of [[0, false, 1], [599_999, false, 1], [600_000, false, 2], [610_000, true, 2], [630_000, true, 3]] as const) {
        time = at;
        await webhook.url(fresh);
        expect(server.requests).toHaveLength(calls);
      }
    });

    it('says why it could not be read', async () => {
      const webhook = secret('x');
      server.answer = () => awsError('ResourceNotFoundException');
      await expect(webhook.url(false)).rejects.toThrow("reading the webhook's secret failed: ResourceNotFoundException: planned ResourceNotFoundException");
    });
  });

  describe('Slack', () => {
    const post = async (answer: StubAnswer, timeoutMs = 5_000) => {
      server.answer = () => answer;
      return new SlackWebhook({ url: async () => `${server.url}/services/x` }, { hosts: [new URL(server.url).host], timeoutMs }).post(MESSAGE);
    };

    it.each<[StubAnswer, object]>([
      [{ status: 200, body: 'ok' }, { kind: 'delivered' }],
      [{ status: 429, headers: { 'retry-after': '7' } }, { kind: 'wait', seconds: 7 }],
      [{ status: 429, headers: { 'retry-after': '0.2' } }, { kind: 'wait', seconds: 1 }],
      [{ status: 429, headers: { 'retry-after': 'Wed, 21 Oct' } }, { kind: 'wait', seconds: 30 }],
      [{ status: 429, headers: { 'retry-after': '-5' } }, { kind: 'wait', seconds: 30 }],
      [{ status: 429 }, { kind: 'wait', seconds: 30 }],
      [{ status: 500, body: 'rolled\nup' }, { kind: 'down', why: 'status 500: rolled up' }],
      [{ status: 302, headers: { location: 'https://evil.example' } }, { kind: 'down', why: 'status 302: ' }],
      [{ status: 404, body: 'no_team' }, { kind: 'gone', why: 'status 404: no_team' }],
      [{ status: 413, body: 'too large' }, { kind: 'refused', why: 'status 413: too large' }],
      [{ hangUp: true }, { kind: 'down', why: 'no connection' }],
    ])('that answers %j is understood', async (answer, posted) => {
      await expect(post(answer)).resolves.toEqual(posted);
    });

    it('that does not answer is not waited for', async () => {
      await expect(post({ delay: 2_000 }, 50)).resolves.toEqual({ kind: 'down', why: 'no answer in time' });
    });

    it('is not called when the secret fails, whatever it fails with', async () => {
      const failing = (error: unknown) => new SlackWebhook({ url: () => Promise.reject(error) }, { hosts: [] }).post(MESSAGE);
      await expect(failing(new Error('denied'))).resolves.toEqual({ kind: 'down', why: 'denied' });
      await expect(failing('odd')).resolves.toEqual({ kind: 'down', why: 'the secret could not be read' });
    });

    it('whose secret fails when it is read again keeps the message', async () => {
      server.answer = () => ({ status: 403 });
      const url = async (fresh: boolean) => {
        if (fresh) throw new Error('throttled');
        return `${server.url}/services/x`;
      };
      const webhook = new SlackWebhook({ url }, { hosts: [new URL(server.url).host] });
      await expect(webhook.post(MESSAGE)).resolves.toEqual({ kind: 'down', why: 'throttled' });
    });
  });

  describe('the own queue', () => {
    const log = new RecordingLog();
    const queue = () => new SqsOwnQueue(new SQSClient(config()), { queueUrl: `${server.url}/1/q`, deadLetterQueueUrl: `${server.url}/1/d` }, log);

    it('gets messages back ten at a time, and does without when it cannot', async () => {
      server.answer = sqsAnswer;
      await queue().giveBack(Array.from({ length: 12 }, (_, i) => `r${i}`), 60);
      expect(server.requests.map(({ json }) => (json.Entries as unknown[]).length)).toEqual([10, 2]);
      server.answer = () => awsError('InternalError', 'planned', 500);
      await expect(queue().giveBack(['r'], 60)).resolves.toBeUndefined();
      expect(log.lines.map(({ message }) => message)).toEqual(['messages that were given back come again only after the visibility timeout']);
    });

    it('sets aside with the reason', async () => {
      server.answer = sqsAnswer;
      await queue().setAside('body', '');
      await queue().setAside('body', 'y'.repeat(900));
      const reasons = server.requests.map(({ json }) => json.MessageAttributes as { ERROR_MESSAGE: { StringValue: string } });
      expect(reasons.map(({ ERROR_MESSAGE }) => ERROR_MESSAGE.StringValue)).toEqual(['unknown', 'y'.repeat(500)]);
    });
  });
});
