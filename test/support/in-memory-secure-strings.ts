import { RecordingLog } from './in-memory-drift';
import { FollowDependencies, SecureStringDependencies } from '../../lambda-src/foundation/domain/dependencies';
import { SecretValue } from '../../lambda-src/foundation/domain/secret-value';
import { ParameterStore, SecretReader, SecretVersions, StoredParameter, Tags, Wanted } from '../../lambda-src/foundation/ports';

interface Version {
  readonly type: string;
  readonly value: string;
  readonly tier?: string;
  readonly keyArn?: string;
  readonly description?: string;
}
interface Kept {
  readonly versions: (Version | undefined)[];
  tags: Tags;
}

/** Parameter Store as the function sees it. `failing` makes the next call of an operation fail. */
export class InMemoryParameterStore implements ParameterStore {
  public readonly parameters = new Map<string, Kept>();
  public readonly calls: string[] = [];
  public failing?: string;

  public put(name: string, value: string, type = 'SecureString', tags: Tags = {}): void {
    const kept = this.parameters.get(name) ?? { versions: [], tags };
    kept.versions.push({ type, value });
    this.parameters.set(name, kept);
  }

  public now(name: string): Version & { version: number; tags: Tags } | undefined {
    const kept = this.parameters.get(name);
    return kept && { ...kept.versions.at(-1)!, version: kept.versions.length, tags: kept.tags };
  }

  public async find(name: string): Promise<StoredParameter | undefined> {
    this.asked('find', name);
    const now = this.now(name);
    return now && { type: now.type, version: now.version, tags: now.tags };
  }

  public async value(name: string, version?: number): Promise<SecretValue | undefined> {
    this.asked('value', name);
    const versions = this.parameters.get(name)?.versions ?? [];
    const found = versions[(version ?? versions.length) - 1];
    return found && new SecretValue(found.value);
  }

  public async create(wanted: Wanted, value: SecretValue, tags: Tags): Promise<void> {
    this.asked('create', wanted.name);
    if (this.parameters.has(wanted.name)) throw new Error(`creating the parameter ${wanted.name} failed: ParameterAlreadyExists`);
    this.parameters.set(wanted.name, { versions: [version(wanted, value)], tags });
  }

  public async overwrite(wanted: Wanted, value: SecretValue): Promise<number> {
    this.asked('overwrite', wanted.name);
    return this.parameters.get(wanted.name)!.versions.push(version(wanted, value));
  }

  public async tag(name: string, tags: Tags): Promise<void> {
    this.asked('tag', name);
    const kept = this.parameters.get(name)!;
    kept.tags = { ...kept.tags, ...tags };
  }

  public async untag(name: string, keys: string[]): Promise<void> {
    this.asked('untag', name);
    const kept = this.parameters.get(name)!;
    kept.tags = Object.fromEntries(Object.entries(kept.tags).filter(([key]) => !keys.includes(key)));
  }

  public async delete(name: string): Promise<void> {
    this.asked('delete', name);
    this.parameters.delete(name);
  }

  private asked(operation: string, name: string): void {
    this.calls.push(`${operation} ${name}`);
    if (this.failing !== operation) return;
    this.failing = undefined;
    throw new Error(`${operation} was made to fail`);
  }
}

/** Secrets whose versions are told apart by their content. */
export class InMemorySecrets implements SecretReader, SecretVersions {
  public readonly contents = new Map<string, string>();
  public readonly calls: string[] = [];
  private readonly seen: string[] = [];

  public async read(secret: string, version?: string): Promise<SecretValue> {
    this.calls.push(`read ${secret}`);
    return new SecretValue(version === undefined ? this.content(secret) : this.seen[Number(version.split('-')[1])]);
  }

  public async current(secret: string): Promise<string> {
    this.calls.push(`current ${secret}`);
    const content = this.content(secret);
    if (!this.seen.includes(content)) this.seen.push(content);
    return `version-${this.seen.indexOf(content)}`;
  }

  private content(secret: string): string {
    const content = this.contents.get(secret);
    if (content === undefined) throw new Error(`reading the secret ${secret} failed: ResourceNotFoundException`);
    return content;
  }
}

const version = ({ tier, keyArn, description }: Wanted, value: SecretValue): Version => ({ type: 'SecureString', value: value.reveal(), tier, keyArn, description });

/** A function's world. Its numbers count up, so that each generated value is another one. */
export class SecureStringWorld implements SecureStringDependencies, FollowDependencies {
  public readonly prefix = '/acme/Dev';
  public readonly store = new InMemoryParameterStore();
  public readonly secrets = new InMemorySecrets();
  public readonly log = new RecordingLog();
  private counter = 7;
  public readonly random = (limit: number): number => {
    this.counter = (this.counter * 1103515245 + 12345) % 2147483648;
    return this.counter % limit;
  };
}
