import { InMemoryEventTable } from './in-memory-event-table';
import { main } from '../../lambda-src/cli';
import { Archive, Aws, Identity, Move, QueuedMessage, ReplayOrder, ReplayState, Taken, World } from '../../lambda-src/cli/ports';

export const NOW = new Date('2026-11-24T12:00:00.000Z');
export const HUB = {
  EventBusArn: 'arn:aws:events:eu-central-1:111111111111:event-bus/hub',
  EventsQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111111111111/events',
  EventsDeadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/111111111111/dead',
  EventsTableName: 'events',
  ApiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com',
};
export const arnOf = (url: string) => `arn:aws:sqs:eu-central-1:111111111111:${url.split('/').at(-1)!}`;

/** AWS as the commands see it, in memory. Tests change what it answers. */
export class FakeAws implements Aws {
  public account = '111111111111';
  public ownRegion = 'eu-central-1';
  public stacks = new Map<string, { readonly [name: string]: string }>([['Hub', HUB]]);
  public taken: Taken = { taken: true };
  public put: { source: string; detailType: string; detail: object }[] = [];
  public archiveList: Archive[] = [{ name: 'archive', arn: 'arn:aws:events:eu-central-1:111111111111:archive/archive', retentionDays: 90 }];
  public rules = ['arn:aws:events:eu-central-1:111111111111:rule/hub/ingest'];
  public orders: ReplayOrder[] = [];
  /** Answered one after the other; the last one again and again. */
  public states: ReplayState[] = [{ state: 'COMPLETED' }];
  public queues: { [url: string]: { waiting: number; inFlight: number }[] } = {};
  public messages: QueuedMessage[] = [];
  public started: { from: string; to: string; mostPerSecond?: number }[] = [];
  public moves: Move[] = [{ status: 'COMPLETED', moved: 0 }];
  public answers: { [path: string]: unknown } = {};
  public asked: { apiUrl: string; path: string; query: { readonly [name: string]: string } }[] = [];
  public readonly tables = new Map<string, InMemoryEventTable>();

  public async region() { return this.ownRegion; }
  public async caller() { return { account: this.account, arn: `arn:aws:iam::${this.account}:role/operator` }; }
  public async stackOutputs(name: string) {
    const outputs = this.stacks.get(name);
    return outputs && new Map(Object.entries(outputs));
  }
  public async putOnDefaultBus(event: { source: string; detailType: string; detail: object }) {
    this.put.push(event);
    return this.taken;
  }
  public async archives() { return this.archiveList; }
  public async rulesInto() { return this.rules; }
  public async startReplay(order: ReplayOrder) { this.orders.push(order); }
  public async replay() { return next(this.states); }
  public async queue(url: string) { return { arn: arnOf(url), ...next(this.queues[url] ?? [{ waiting: 0, inFlight: 0 }]) }; }
  public async peek(_url: string, most: number) { return this.messages.slice(0, most); }
  public async startMove(from: string, to: string, mostPerSecond?: number) { this.started.push({ from, to, mostPerSecond }); }
  public async lastMove() { return next(this.moves); }
  public table(name: string) {
    if (!this.tables.has(name)) this.tables.set(name, new InMemoryEventTable());
    return this.tables.get(name)!;
  }
  public async ask(apiUrl: string, path: string, query: { readonly [name: string]: string }) {
    this.asked.push({ apiUrl, path, query });
    return this.answers[path];
  }
}

const next = <T>(answers: T[]): T => (answers.length > 1 ? answers.shift()! : answers[0]);

export interface Ran {
  readonly code: number;
  readonly out: string[];
  readonly problems: string[];
}

/** Runs command lines in a world whose time passes only while somebody waits. */
export class FakeWorld implements World {
  public colours = false;
  public identities: Identity[] = [];
  public readonly profiles = new Map<string, FakeAws>();
  /** What happens while time passes. */
  public passing: ((now: Date) => void) | undefined;
  private readonly lines: { out: string[]; problems: string[] } = { out: [], problems: [] };
  private time = NOW.getTime();

  constructor(public readonly hub = new FakeAws()) {}

  public aws(identity: Identity): Aws {
    this.identities.push(identity);
    return this.profiles.get(identity.profile ?? '') ?? this.hub;
  }
  public now() { return new Date(this.time); }
  public async sleep(milliseconds: number) {
    this.time += milliseconds;
    this.passing?.(this.now());
  }
  public out(line: string) { this.lines.out.push(line); }
  public problem(line: string) { this.lines.problems.push(line); }
  public newId() { return '11112222-3333-4444-8555-666677778888'; }

  public async run(...args: string[]): Promise<Ran> {
    this.lines.out = [];
    this.lines.problems = [];
    const code = await main(args, '1.2.3', this);
    return { code, out: this.lines.out, problems: this.lines.problems };
  }
}
