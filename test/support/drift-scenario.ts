import { FakeClock, InMemoryDriftStore, InMemoryObjects, InMemoryParameters, RecordingLog, RecordingNotifier, RecordingQueue } from './in-memory-drift';
import { DetectDependencies, DetectResult, DetectSettings, Trigger } from '../../lambda-src/drift/domain/dependencies';
import { detectDrift } from '../../lambda-src/drift/domain/detect-drift';
import { DetectAnswer, PolicyDocument } from '../../src/drift/contract';

export const DAY = 86_400_000;

export const POLICY: PolicyDocument = { version: '1', baseline: 'Prod', environments: ['Dev', 'Prod'], reportPlainSecrets: 'true' };

/** One environment's monitor on fakes: its parameters, table, bucket, clock, and what it said. */
export class Scenario {
  public readonly clock = new FakeClock();
  public readonly parameters = new InMemoryParameters(this.clock);
  public readonly store = new InMemoryDriftStore();
  public readonly objects: InMemoryObjects;
  public readonly notifier = new RecordingNotifier();
  public readonly queue = new RecordingQueue();
  public readonly log = new RecordingLog();
  public readonly settings: DetectSettings;
  private runs = 0;

  constructor(policy: Partial<PolicyDocument> = {}, settings: Partial<DetectSettings> = {}) {
    this.objects = new InMemoryObjects({ ...POLICY, ...policy });
    this.settings = {
      organization: 'acme',
      environment: 'Dev',
      baseline: 'Prod',
      policyKey: 'parity/policies/1.json',
      fullWalkMinutes: 360,
      promotionWindowMinutes: 0,
      messageDetail: 'NAMES',
      functionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:detect',
      account: '111111111111',
      region: 'eu-west-1',
      ...settings,
    };
  }

  /** The same parameter in every environment, written in this order, a minute apart. */
  public everywhere(name: string, value: string): this {
    for (const environment of ['Prod', 'Dev']) {
      this.parameters.put(environment, name, value);
      this.clock.advance(60_000);
    }
    return this;
  }

  public get dependencies(): DetectDependencies {
    return {
      settings: this.settings,
      readers: (environment) => this.parameters.reader(environment),
      store: this.store,
      objects: this.objects,
      notifier: this.notifier,
      queue: this.queue,
      clock: this.clock,
      log: this.log,
      ssmCalls: () => this.parameters.calls.length,
      newRunId: () => `run-${this.runs += 1}`,
    };
  }

  /** An invocation with its whole time before it. */
  public async run(trigger: Trigger = { kind: 'full' }, remaining = 180_000): Promise<DetectResult> {
    this.clock.advance(1_000).restart(remaining);
    return detectDrift(this.dependencies, trigger);
  }

  public async check(trigger: Trigger = { kind: 'full' }, remaining = 180_000): Promise<DetectAnswer> {
    return (await this.run(trigger, remaining)).answer;
  }
}

/** `name difference status` of each finding. */
export const summary = (answer: DetectAnswer) => answer.findings.map((finding) => `${finding.name} ${finding.difference} ${finding.status}`);
