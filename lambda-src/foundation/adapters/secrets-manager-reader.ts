import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretValue } from '../domain/secret-value';
import { SecretReader } from '../ports';
import { described, isDenied, patiently } from './aws-errors';

export interface SecretsManagerReaderOptions {
  /** Milliseconds before a refused call is tried again; it doubles. */
  readonly retryBase: number;
}

/** Current values of secrets. */
export class SecretsManagerReader implements SecretReader {
  constructor(private readonly client: SecretsManagerClient, private readonly options: SecretsManagerReaderOptions) {}

  public async read(secret: string): Promise<SecretValue> {
    const get = () => this.client.send(new GetSecretValueCommand({ SecretId: secret }));
    const answer = await patiently(this.options.retryBase, get).catch((error: unknown) => {
      throw new Error(`reading the secret ${secret} failed: ${explained(error)}`);
    });
    if (answer.SecretString === undefined) throw new Error(`the secret ${secret} holds binary data or nothing; a parameter takes text only`);
    return new SecretValue(answer.SecretString);
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
