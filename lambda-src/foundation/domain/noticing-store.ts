import { SecretValue } from './secret-value';
import { ParameterStore, StoredParameter, Tags, Wanted } from '../ports';

/** A store that remembers whether anything was asked of it that changes a parameter, also when that failed. */
export class NoticingStore implements ParameterStore {
  public written = false;

  constructor(private readonly store: ParameterStore) {}

  public async find(name: string): Promise<StoredParameter | undefined> {
    return this.store.find(name);
  }

  public async value(name: string, version?: number): Promise<SecretValue | undefined> {
    return this.store.value(name, version);
  }

  public async create(wanted: Wanted, value: SecretValue, tags: Tags): Promise<void> {
    return this.noticed().create(wanted, value, tags);
  }

  public async overwrite(wanted: Wanted, value: SecretValue): Promise<number> {
    return this.noticed().overwrite(wanted, value);
  }

  public async tag(name: string, tags: Tags): Promise<void> {
    return this.noticed().tag(name, tags);
  }

  public async untag(name: string, keys: string[]): Promise<void> {
    return this.noticed().untag(name, keys);
  }

  public async delete(name: string): Promise<void> {
    return this.noticed().delete(name);
  }

  private noticed(): ParameterStore {
    this.written = true;
    return this.store;
  }
}
