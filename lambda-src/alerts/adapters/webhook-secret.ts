import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { described } from '../../shared/aws-error';
import { Webhooks } from '../ports';

export interface WebhookSecretOptions {
  readonly secret: string;
  /** Where in a secret of JSON; without one the whole secret is the URL. */
  readonly jsonKey?: string;
  readonly now?: () => number;
}

/** A webhook that was changed is used after this time at the latest; at once when the old one is refused. */
const REMEMBERED_MS = 10 * 60_000;
/** A webhook that stays refused must not have the secret read with every message. */
const FRESH_MS = 30_000;

/** The address of a webhook, in Secrets Manager. No error quotes it. */
export class WebhookSecret implements Webhooks {
  private held: { readonly url: string; readonly at: number } | undefined;

  constructor(private readonly client: SecretsManagerClient, private readonly options: WebhookSecretOptions) {}

  public async url(fresh: boolean): Promise<string> {
    const now = (this.options.now ?? Date.now)();
    if (this.held && now - this.held.at < (fresh ? FRESH_MS : REMEMBERED_MS)) return this.held.url;
    this.held = { url: this.take(await this.read()), at: now };
    return this.held.url;
  }

  private async read(): Promise<string> {
    try {
      const { SecretString = '' } = await this.client.send(new GetSecretValueCommand({ SecretId: this.options.secret }));
      return SecretString;
    } catch (error) {
      const { name, text } = described(error);
      throw new Error(`reading the webhook's secret failed: ${name}: ${text}`);
    }
  }

  private take(secret: string): string {
    const { jsonKey } = this.options;
    if (jsonKey === undefined) return secret.trim();
    let content: unknown;
    try {
      content = JSON.parse(secret);
    } catch {
      throw new Error('the webhook\'s secret is not JSON, but is said to hold the URL under a key');
    }
    const url = (content as { [key: string]: unknown } | null)?.[jsonKey];
    if (typeof url !== 'string') throw new Error(`the webhook's secret has no text under the key ${jsonKey}`);
    return url.trim();
  }
}
