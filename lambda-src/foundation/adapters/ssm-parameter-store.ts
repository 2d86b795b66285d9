import {
  AddTagsToResourceCommand, DeleteParameterCommand, GetParameterCommand, ListTagsForResourceCommand, PutParameterCommand, PutParameterCommandInput,
  RemoveTagsFromResourceCommand, SSMClient, Tag,
} from '@aws-sdk/client-ssm';
import { SecureStringTier } from '../../../src/foundation/contract';
import { Log } from '../../shared/log';
import { SecretValue } from '../domain/secret-value';
import { ParameterStore, StoredParameter, Tags, Wanted } from '../ports';
import { patiently } from './aws-errors';
import { described, isDenied } from '../../shared/aws-error';

const RESOURCE_TYPE = 'Parameter';
const GONE = /^(ParameterNotFound|ParameterVersionNotFound|InvalidResourceId)$/;

export interface SsmParameterStoreOptions {
  /** Milliseconds before a refused call is tried again; it doubles. */
  readonly retryBase: number;
}

/** SecureStrings in Parameter Store. */
export class SsmParameterStore implements ParameterStore {
  constructor(private readonly client: SSMClient, private readonly log: Log, private readonly options: SsmParameterStoreOptions) {}

  public async find(name: string): Promise<StoredParameter | undefined> {
    return this.call('reading', name, async () => {
      const parameter = await unlessGone(() => this.client.send(new GetParameterCommand({ Name: name })));
      const tagged = new ListTagsForResourceCommand({ ResourceType: RESOURCE_TYPE, ResourceId: name });
      const tags = parameter && await unlessGone(() => this.client.send(tagged));
      if (!parameter || !tags) return undefined;
      const { Type, Version } = parameter.Parameter ?? {};
      if (Type === undefined || Version === undefined) throw new Error('Parameter Store answered without type or version');
      return { type: Type, version: Version, tags: Object.fromEntries((tags.TagList ?? []).map(({ Key, Value }) => [Key, Value])) as Tags };
    });
  }

  public async value(name: string, version?: number): Promise<SecretValue | undefined> {
    return this.call('decrypting', name, async () => {
      const selector = version === undefined ? name : `${name}:${version}`;
      const answer = await unlessGone(() => this.client.send(new GetParameterCommand({ Name: selector, WithDecryption: true })));
      const value = answer?.Parameter?.Value;
      return value === undefined ? undefined : new SecretValue(value);
    });
  }

  public async create(wanted: Wanted, value: SecretValue, tags: Tags): Promise<void> {
    const command = () => new PutParameterCommand({ ...input(wanted, value), Overwrite: false, Tags: list(tags) });
    await this.call('creating', wanted.name, () => this.client.send(command()), value);
  }

  public async overwrite(wanted: Wanted, value: SecretValue): Promise<number> {
    const put = (Tier: SecureStringTier) => this.client.send(new PutParameterCommand({ ...input(wanted, value), Tier, Overwrite: true }));
    return this.call('writing', wanted.name, async () => {
      const { Version } = await put(wanted.tier).catch((error: unknown) => {
        if (wanted.tier !== 'Standard' || !isDowngrade(error)) throw error;
        this.log.warn(`${wanted.name} stays in tier Advanced: Parameter Store knows no way back. Delete it, and deploy again, to have it in Standard`);
        return put('Advanced');
      });
      if (Version === undefined) throw new Error('Parameter Store answered without a version');
      return Version;
    }, value);
  }

  public async tag(name: string, tags: Tags): Promise<void> {
    const command = () => new AddTagsToResourceCommand({ ResourceType: RESOURCE_TYPE, ResourceId: name, Tags: list(tags) });
    await this.call('tagging', name, () => this.client.send(command()));
  }

  public async untag(name: string, keys: string[]): Promise<void> {
    const command = () => new RemoveTagsFromResourceCommand({ ResourceType: RESOURCE_TYPE, ResourceId: name, TagKeys: keys });
    await this.call('untagging', name, () => this.client.send(command()));
  }

  public async delete(name: string): Promise<void> {
    await this.call('deleting', name, () => unlessGone(() => this.client.send(new DeleteParameterCommand({ Name: name }))));
  }

  private async call<T>(doing: string, name: string, work: () => Promise<T>, value?: SecretValue): Promise<T> {
    try {
      return await patiently(this.options.retryBase, work);
    } catch (error) {
      const told = described(error);
      const text = value ? value.keptOutOf(told.text) : told.text;
      // Not as the cause: nobody who prints it may find a value in it.
      throw new Error(`${doing} the parameter ${name} failed: ${told.name}: ${text}${hint(doing, error)}`);
    }
  }
}

function hint(doing: string, error: unknown): string {
  if (described(error).name === 'ParameterAlreadyExists') return '. Somebody made it a moment ago: deploy again';
  if (!isDenied(error)) return '';
  return doing === 'decrypting'
    ? '. Its value is to be kept, so that the function must decrypt it: if it is encrypted with another key, let the function decrypt with that key for this update (oldKey.grantDecrypt(parameters.secureStringFunction)), or set another revision to have a new value made'
    : '. Look for a permission boundary, a service control policy or a key policy that denies it to the function\'s role';
}

const isDowngrade = (error: unknown) => described(error).name === 'ValidationException' && /downgrade|advanced-parameter tier/i.test(described(error).text);

const input = ({ name, tier, keyArn, description = '' }: Wanted, value: SecretValue): PutParameterCommandInput => ({
  Name: name, Value: value.reveal(), Type: 'SecureString', Tier: tier, KeyId: keyArn, Description: description,
});

const list = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

async function unlessGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (GONE.test(described(error).name)) return undefined;
    throw error;
  }
}
