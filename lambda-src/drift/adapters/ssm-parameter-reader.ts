import {
  GetParameterHistoryCommand, GetParameterHistoryCommandOutput, GetParametersByPathCommand, GetParametersCommand,
  Parameter as SsmParameter, SSMClient,
} from '@aws-sdk/client-ssm';
import { classify, explained } from './ssm-errors';
import { CallCounter } from '../../shared/paced-calls';
import { Parameter, ParameterPage, ParameterReader, LastChange, ReadFailure } from '../ports';

/** The most that one call takes or gives. */
const NAMES_A_CALL = 10;
const VERSIONS_A_CALL = 50;
/** Who changed something is worth this many milliseconds. */
const HISTORY_PATIENCE = 5_000;
const TYPES: readonly Parameter['type'][] = ['String', 'StringList', 'SecureString'];

export interface SsmClients {
  /** For GetParametersByPath and GetParameters, which share one quota. */
  readonly reads: SSMClient;
  /** For GetParameterHistory, which has a small quota of its own; its throttling must not slow the reads down. */
  readonly history: SSMClient;
  readonly calls: CallCounter;
}

export interface SsmParameterReaderOptions {
  readonly environment: string;
  /** `/organization/environment`, without a slash at the end. */
  readonly prefix: string;
  /** Milliseconds that reading may still take: a throttled call gives up in time for the run to end properly. */
  readonly timeLeft: () => number;
}

/** The parameters below one prefix. Nothing is ever decrypted. */
export class SsmParameterReader implements ParameterReader {
  public readonly environment: string;

  constructor(private readonly clients: SsmClients, private readonly options: SsmParameterReaderOptions) {
    this.environment = options.environment;
  }

  public async page(token?: string): Promise<ParameterPage> {
    const { prefix } = this.options;
    const { Parameters = [], NextToken } = await this.guarded(`listing the parameters below ${prefix}`, (abortSignal) => this.clients.reads.send(
      new GetParametersByPathCommand({ Path: prefix, Recursive: true, WithDecryption: false, MaxResults: NAMES_A_CALL, NextToken: token }),
      { abortSignal },
    ));
    return { parameters: Parameters.map((parameter) => this.read(parameter)), ...(NextToken ? { nextToken: NextToken } : {}) };
  }

  public async named(names: string[]): Promise<Parameter[]> {
    const wanted = [...new Set(names)];
    const found: Parameter[] = [];
    for (let at = 0; at < wanted.length; at += NAMES_A_CALL) {
      const Names = wanted.slice(at, at + NAMES_A_CALL).map((name) => this.fullName(name));
      const { Parameters = [] } = await this.guarded(`reading ${Names.length} parameters below ${this.options.prefix}`, (abortSignal) => this.clients.reads.send(
        new GetParametersCommand({ Names, WithDecryption: false }), { abortSignal },
      ));
      found.push(...Parameters.map((parameter) => this.read(parameter)));
    }
    return found;
  }

  /** Best effort: a finding is a finding without its author. */
  public async lastChange(name: string): Promise<LastChange | undefined> {
    let last: LastChange | undefined;
    let token: string | undefined;
    try {
      const abortSignal = this.deadline(HISTORY_PATIENCE);
      do {
        const page: GetParameterHistoryCommandOutput = await this.clients.history.send(new GetParameterHistoryCommand({
          Name: this.fullName(name), WithDecryption: false, MaxResults: VERSIONS_A_CALL, NextToken: token,
        }), { abortSignal });
        // Only who and when is kept: a history holds every earlier value as well.
        for (const { Version, LastModifiedDate, LastModifiedUser } of page.Parameters ?? []) {
          if (Version === undefined || LastModifiedDate === undefined || Version <= (last?.version ?? 0)) continue;
          last = { version: Version, at: LastModifiedDate.toISOString(), ...(LastModifiedUser ? { by: LastModifiedUser } : {}) };
        }
        token = page.NextToken;
      } while (token);
    } catch {
      return undefined;
    }
    return last;
  }

  private fullName(name: string): string {
    return `${this.options.prefix}/${name}`;
  }

  private read({ Name, Type, Value, Version, LastModifiedDate }: SsmParameter): Parameter {
    const type = TYPES.find((known) => known === Type);
    const start = `${this.options.prefix}/`;
    if (!Name?.startsWith(start) || !type || Version === undefined || !LastModifiedDate || (type !== 'SecureString' && Value === undefined)) {
      throw new ReadFailure('READ_FAILED', `reading ${this.environment} below ${this.options.prefix}: SSM described ${Name ?? 'a parameter'} incompletely, so nothing is concluded from it; run the check again`);
    }
    // A SecureString comes with its ciphertext: it goes no further than here.
    const value = type === 'SecureString' ? {} : { value: Value };
    return { name: Name.slice(start.length), type, ...value, version: Version, modifiedAt: LastModifiedDate.toISOString() };
  }

  private async guarded<T>(doing: string, call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    const abortSignal = this.deadline();
    try {
      return await call(abortSignal);
    } catch (thrown) {
      // A call given up between two attempts was not slow: it failed for what the last attempt says.
      const error = abortSignal.aborted ? this.clients.calls.failureOf(abortSignal) ?? thrown : thrown;
      const reason = classify(error, abortSignal.aborted);
      throw new ReadFailure(reason, `${this.environment}: ${doing} ${explained(reason, error)}`);
    }
  }

  private deadline(longest = Number.MAX_SAFE_INTEGER): AbortSignal {
    const left = Math.floor(Math.min(this.options.timeLeft(), longest));
    return left > 0 ? AbortSignal.timeout(left) : AbortSignal.abort(new DOMException('no time is left', 'TimeoutError'));
  }
}
