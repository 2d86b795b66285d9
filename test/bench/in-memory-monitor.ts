import { BASELINE, Population, TARGET } from './population';
import { Trigger } from '../../lambda-src/drift/domain/dependencies';
import { detectDrift } from '../../lambda-src/drift/domain/detect-drift';
import { DriftStore, ParameterReader } from '../../lambda-src/drift/ports';
import { lambdaClock } from '../../lambda-src/shared/clock';
import { Pace } from '../../lambda-src/shared/pace';
import { DETECT_TIMEOUT_SECONDS, DetectAnswer } from '../../src/drift/contract';
import { InMemoryDriftStore, InMemoryObjects, RecordingLog, RecordingNotifier, RecordingQueue } from '../support/in-memory-drift';

/** Lets a call go when it is its turn. */
export type Turns = Pick<Pace, 'take'>;

export interface InMemoryMonitorOptions {
  /** The monitor's own pace; none when left out. */
  readonly pace?: Turns;
  /** What the account lets through; everything when left out. */
  readonly limiter?: Turns;
  readonly store?: DriftStore;
}

/** The drift check as it ships, on parameters, a table and a bucket in memory, in real time. */
export class InMemoryMonitor {
  public readonly calls: Record<string, number> = {};
  private readonly store: DriftStore;
  private runs = 0;

  constructor(private readonly population: Population, private readonly options: InMemoryMonitorOptions = {}) {
    this.store = options.store ?? new InMemoryDriftStore();
  }

  /** As if a complete walk had just ended without a finding: only then is a check incremental. */
  public async rememberWalk(): Promise<void> {
    const now = Date.now();
    const at = new Date(now).toISOString();
    const lease = (await this.store.acquire('before', now, now + 1_000))!;
    await this.store.finish(lease, {
      runId: 'before', kind: 'full', startedAt: at, endedAt: at, complete: true, causes: [], policyKey: 'policy',
      compared: 0, ignored: 0, open: 0, pending: 0, waived: 0, opened: 0, reopened: 0, resolved: 0, ssmCalls: 0,
    }, { lastWalkAt: at, policyKey: 'policy' });
    await this.store.release(lease);
  }

  public async check(trigger: Trigger): Promise<DetectAnswer> {
    const deadline = performance.now() + DETECT_TIMEOUT_SECONDS * 1_000;
    const { answer } = await detectDrift({
      settings: {
        organization: 'acme', environment: TARGET, baseline: BASELINE, policyKey: 'policy', fullWalkMinutes: 360, promotionWindowMinutes: 0, messageDetail: 'NAMES',
        functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:detect', account: '111111111111', region: 'eu-central-1',
      },
      readers: (environment) => this.reader(environment),
      store: this.store,
      objects: new InMemoryObjects({ version: '1', baseline: BASELINE, environments: [TARGET, BASELINE], reportPlainSecrets: 'true' }),
      notifier: new RecordingNotifier(),
      queue: new RecordingQueue(),
      clock: lambdaClock({ getRemainingTimeInMillis: () => deadline - performance.now() }),
      log: new RecordingLog(),
      ssmCalls: () => Object.values(this.calls).reduce((sum, count) => sum + count, 0),
      newRunId: () => `run-${this.runs += 1}`,
    }, trigger);
    if (!answer.complete) throw new Error(`the check was not complete: ${answer.notes.join('; ')}`);
    return answer;
  }

  private reader(environment: string): ParameterReader {
    return {
      environment,
      page: async (token) => {
        await this.turn('ssm.GetParametersByPath');
        return this.population.page(environment, token);
      },
      named: async (names) => {
        await this.turn('ssm.GetParameters');
        return this.population.named(environment, names);
      },
      lastChange: async (name) => {
        await this.turn('ssm.GetParameterHistory');
        const [parameter] = this.population.named(environment, [name]);
        return parameter && { version: parameter.version, at: parameter.modifiedAt, by: 'arn:aws:iam::111111111111:user/somebody' };
      },
    };
  }

  private async turn(operation: string): Promise<void> {
    await this.options.pace?.take();
    await this.options.limiter?.take();
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
  }
}

/** SSM calls of a check without those for `GetParameterHistory`, which has a quota of its own. */
export function reads(calls: { readonly [operation: string]: number }): number {
  return Object.entries(calls).reduce((sum, [operation, count]) => sum + (/^ssm\.(?!GetParameterHistory)/.test(operation) ? count : 0), 0);
}
