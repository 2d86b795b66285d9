import { SlackMessage } from '../domain/slack-blocks';
import { Channel, Posted, Webhooks } from '../ports';

export interface SlackWebhookOptions {
  /** Hosts that a webhook may have. */
  readonly hosts: readonly string[];
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** When Slack asks to wait and does not say how long. */
const WAIT_SECONDS = 30;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
/** How a webhook answers that was taken back, or whose channel or app is no more. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const GONE = [401, 403, 404, 410];
const NEVER_TAKEN = [400, 413];

/** Posts to an incoming webhook. Its address is a secret: it stands in no log line and in no error. */
export class SlackWebhook implements Channel<SlackMessage> {
  constructor(private readonly webhooks: Webhooks, private readonly options: SlackWebhookOptions) {}

  public async post(message: SlackMessage): Promise<Posted> {
    const first = await this.url(false);
    if (first.kind !== 'url') return first;
    const posted = await this.send(first.url, message);
    if (posted.kind !== 'gone') return posted;
    // The secret may have got another address since it was read.
    const second = await this.url(true);
    if (second.kind !== 'url') return second;
    return second.url.href === first.url.href ? posted : this.send(second.url, message);
  }

  private async url(fresh: boolean): Promise<{ readonly kind: 'url'; readonly url: URL } | Posted> {
    let text: string;
    try {
      text = await this.webhooks.url(fresh);
    } catch (error) {
      return { kind: 'down', why: error instanceof Error ? error.message : 'the secret could not be read' };
    }
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url) return { kind: 'gone', why: 'the secret holds no URL' };
    if (!this.options.hosts.includes(url.host)) {
      return { kind: 'gone', why: `the secret's URL has the host ${url.host}, and allowed are ${this.options.hosts.join(', ')}: see webhookHosts` };
    }
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
    return secure ? { kind: 'url', url } : { kind: 'gone', why: 'the secret\'s URL does not begin with https' };
  }

  private async send(url: URL, message: SlackMessage): Promise<Posted> {
    const posted = await this.call(url, message);
    // Blocks that Slack does not take must not silence what they say.
    return posted.kind === 'refused' && message.blocks.length > 0 ? this.call(url, { text: message.text, blocks: [] }) : posted;
  }

  private async call(url: URL, { text, blocks }: SlackMessage): Promise<Posted> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(blocks.length === 0 ? { text } : { text, blocks }),
        // A webhook answers for itself: whoever sends elsewhere would get the message.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS),
      });
      const said = (await response.text()).replace(/[^\x20-\x7e]+/g, ' ').slice(0, 100);
      return meaningOf(response, said);
    } catch (error) {
      // Not its message: it may name the address.
      return { kind: 'down', why: (error as { name?: unknown }).name === 'TimeoutError' ? 'no answer in time' : 'no connection' };
    }
  }
}

function meaningOf({ ok, status, headers }: Response, said: string): Posted {
  const why = `status ${status}: ${said}`;
  if (ok) return { kind: 'delivered' };
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? WAIT_SECONDS);
    return { kind: 'wait', seconds: Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : WAIT_SECONDS };
  }
  if (GONE.includes(status)) return { kind: 'gone', why };
  return { kind: NEVER_TAKEN.includes(status) ? 'refused' : 'down', why };
}
