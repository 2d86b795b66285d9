import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretValue } from '../domain/secret-value';
import { SecretReader, SecretVersions } from '../ports';
import { patiently } from './aws-errors';
import { described, isDenied } from '../../shared/aws-error';

export interface SecretsManagerReaderOptions {
  /** Milliseconds before a refused call is tried again; it doubles. */
  readonly retryBase: number;
}

const CURRENT = 'AWSCURRENT';

/** Values of secrets, and which version is current. */
export class SecretsManagerReader implements SecretReader, SecretVersions {
  constructor(private readonly client: SecretsManagerClient, private readonly options: SecretsManagerReaderOptions) {}

  public async read(secret: string, version?: string): Promise<SecretValue> {
    const answer = await this.call('reading', secret, () => this.client.send(new GetSecretValueCommand({ SecretId: secret, VersionId: version })));
    if (answer.SecretString === undefined) throw new Error(`the secret ${secret} holds binary data or nothing; a parameter takes text only`);
    return new SecretValue(answer.SecretString);
  }

  public async current(secret: string): Promise<string> {
    const { VersionIdsToStages = {} } = await this.call('describing', secret, () => this.client.send(new DescribeSecretCommand({ SecretId: secret })));
    const current = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(CURRENT));
    if (!current) throw new Error(`the secret ${secret} has no current version; put a value into it`);
    return current[0];
  }

  private async call<T>(doing: string, secret: string, work: () => Promise<T>): Promise<T> {
    return patiently(this.options.retryBase, work).catch((error: unknown) => {
      throw new Error(`${doing} the secret ${secret} failed: ${explained(error)}`);
    });
  }
}

function explained(error: unknown): string {
  const { name, text } = described(error);
  const said = `${name}: ${text}`;
  if (name === 'ResourceNotFoundException') return `${said} Make the secret, and give it a value, before this deployment; a secret without a value cannot be read either`;
  if (name === 'DecryptionFailure' || isDenied(error)) {
    return `${said}. Look at the policies of the secret and of its key: one that is imported, or of another account, has to admit the function's role`;
  }
  return said;
}
