/**
 * The demo's third part: what two member accounts find, in a hub that stores each event once, tells Slack, answers, and reports. Bad days
 * included: a hub that is refused everything, a replay, a member that has gone silent.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { columns, heading, paint } from './demo-print';
import { HubWorld } from './hub-world';
import { slackPage } from './slack-page';
import { EVENT_KEYS } from '../../src/events/contract';

const ROOT = join(__dirname, '..', '..');
const PAGES = join(ROOT, '.local');
const HOUR_MS = 3_600_000;
const FUNCTIONS = { watch: /^Looks for silent members/ } as const;

interface Listed {
  readonly account: string;
  readonly rule: string;
  readonly resourceId: string;
  readonly status: string;
  readonly previousStatus?: string | null;
  readonly recordedAt: string;
}
interface Summary {
  readonly total_events: number;
  readonly compliant: number;
  readonly non_compliant: number;
  readonly current: { readonly compliant: number; readonly non_compliant: number; readonly score: number | null };
}

export class EventsDemo {
  private readonly payments: string;
  private readonly cards: string;

  constructor(private readonly world: HubWorld) {
    [this.payments, this.cards] = Object.keys(world.hub.members);
  }

  public async play(): Promise<void> {
    heading('Compliance events: two member accounts, and a hub in the monitoring account');
    await this.evaluations();
    heading('The events in the hub, newest first, as GET /events answers them');
    await this.list();
    heading('What Slack got');
    await this.slack();
    heading('Questions to the API');
    await this.questions();
    heading('A bad day: for a while, the hub is refused everything');
    await this.redrive();
    heading('The archive is replayed');
    await this.replay();
    heading(`No heartbeat has come from ${this.cards} for an hour`);
    await this.silence();
    heading("Today's report, as far as the day has gone");
    await this.report();
  }

  private async evaluations(): Promise<void> {
    const { world, payments, cards } = this;
    for (const account of [payments, cards]) await world.local('run-schedule', { account, region: world.region, name: world.hub.members[account].outputs.HeartbeatName });
    const buckets = ['ledger', 'statements', 'card-tokens', 'invoices', 'audit-trail'];
    for (const account of [payments, cards]) {
      const [first, second] = world.hub.members[account].rules;
      await world.put(account, first.name, buckets.map((resourceId) => ({ resourceId, status: 'COMPLIANT' })));
      await world.put(account, second.name, buckets.map((resourceId) => ({ resourceId, status: 'COMPLIANT' })));
      console.log(`  ${account}: ${first.name} and ${second.name} find ${buckets.length} buckets compliant`);
    }
    const [encryption] = world.hub.members[payments].rules;
    await world.evaluate(payments, encryption.name, 'ledger', 'NON_COMPLIANT', 'The bucket <ledger> lets anybody read & list it.');
    await world.evaluate(cards, world.hub.members[cards].rules[1].name, 'card-tokens', 'NON_COMPLIANT');
    console.log('  Then somebody opens ledger in the one, and card-tokens in the other.');
    await world.slackMessages(2);
  }

  private async list(): Promise<void> {
    const { items, nextCursor } = await this.world.api<{ items: Listed[]; nextCursor: string | null }>('/events?source=aws.config&limit=6');
    columns(['account', 'rule', 'resource', 'was', 'is', 'recorded at'],
      items.map(({ account, rule, resourceId, previousStatus, status, recordedAt }) =>
        [account, rule, resourceId, previousStatus ?? '', status === 'NON_COMPLIANT' ? paint.red(status) : status, recordedAt]));
    console.log(nextCursor ? '  and more behind the cursor that the answer gives' : '  and no more');
  }

  private async slack(): Promise<void> {
    const messages = await this.world.slack();
    // The message has whole seconds: the truth is up to one less.
    const seconds = messages.map(({ receivedAt, body }) => {
      const [, day, time] = /recorded (\S+) (\S+) UTC/.exec(JSON.stringify(body))!;
      return (Date.parse(receivedAt) - Date.parse(`${day}T${time}Z`)) / 1_000;
    });
    console.log(`  ${messages.length} messages for 22 evaluations: what is well is not told. The slower one came ${Math.max(...seconds).toFixed(1)} s`
      + ' after AWS Config had recorded the result.');
    this.page('slack.html', slackPage(messages.map(({ body }) => body)));
  }

  private async questions(): Promise<void> {
    const { world, payments } = this;
    await this.summaries();
    const { items } = await world.api<{ items: { account: string; rule: string; resourceId: string }[] }>(`/compliance/as-of?account=${payments}&time=${new Date().toISOString()}`);
    console.log(`  Broken now in ${payments}: ${items.map(({ rule, resourceId }) => `${resourceId} (${rule})`).join(', ')}`);
    for (const [path, signing] of [['/events?limit=0', undefined], ['/events?status=OPEN', undefined], ['/events', null]] as const) {
      const response = await world.call(path, signing);
      const { detail, message } = await response.json() as { detail?: string; message?: string };
      console.log(`  GET ${path}${signing === null ? ', unsigned' : ''}: ${response.status} ${detail ?? message}`);
    }
  }

  private async redrive(): Promise<void> {
    const { world, cards } = this;
    const account = world.hub.account;
    await world.local('deny-functions', { account, denied: true });
    await world.evaluate(cards, world.ruleOf(cards), 'invoices', 'NON_COMPLIANT', 'Encryption was switched off.');
    await world.until('the event is in the dead-letter queue', async () => await world.waiting(world.hub.outputs.EventsDeadLetterQueueUrl) > 0, 60_000);
    console.log('  One evaluation ended in the dead-letter queue. Then permissions are back.\n');
    await world.local('deny-functions', { account, denied: false });
    await this.command('redrive', '--stack', world.hub.stackName, '--wait');
    await world.until('the event is stored', async () => (await world.api<{ items: Listed[] }>(`/events?account=${cards}&status=NON_COMPLIANT`)).items.length === 2);
    await world.slackMessages(3);
    console.log('  It is stored, and Slack was told.');
  }

  private async replay(): Promise<void> {
    const { world } = this;
    const before = await this.summaries();
    const told = (await world.slack()).length;
    const { EventBusArn, ArchiveArn, IngestRuleArn } = world.hub.outputs;
    // The command line leaves out the last ten minutes, in which AWS may still be archiving.
    await new EventBridgeClient(world.settings(world.hub.account)).send(new StartReplayCommand({
      ReplayName: 'demo', EventSourceArn: ArchiveArn, EventStartTime: new Date(Date.now() - HOUR_MS), EventEndTime: new Date(),
      Destination: { Arn: EventBusArn, FilterArns: [IngestRuleArn] },
    }));
    await world.until('the replay is through', async () => await world.waiting(world.hub.outputs.EventsQueueUrl) === 0);
    const after = await world.api<Summary>('/compliance/summary');
    const more = (await world.slack()).length - told;
    console.log(`  Everything came again. Counters: ${before.total_events} events before, ${after.total_events} after. Messages: ${more}.`);
    if (after.total_events !== before.total_events || more !== 0) throw new Error('A replay changed something.');
  }

  private async silence(): Promise<void> {
    const { world, cards } = this;
    const then = new Date(Date.now() - HOUR_MS).toISOString();
    const { pk, sk } = EVENT_KEYS.heartbeat(cards, world.region);
    // No AWS API makes an hour pass.
    await new DynamoDBClient(world.settings(world.hub.account)).send(new UpdateItemCommand({
      TableName: world.hub.outputs.EventsTableName, Key: { pk: { S: pk }, sk: { S: sk } }, UpdateExpression: 'SET version = :then, receivedAt = :then',
      ExpressionAttributeValues: { ':then': { S: then } },
    }));
    await this.invoke(await this.functionThat(FUNCTIONS.watch));
    const { current: { unknown } } = await world.api<{ current: { unknown: { account: string; region: string; cause: string; from: string | null }[] } }>('/compliance/summary');
    for (const { account, region, cause, from } of unknown) console.log(`  ${paint.yellow(cause)} ${account} ${region} since ${from}`);
    if (!unknown.some(({ account }) => account === cards)) throw new Error(`Nobody noticed that ${cards} is silent.`);
  }

  private async report(): Promise<void> {
    const { world } = this;
    const told = (await world.slack()).length;
    const request = { date: new Date().toISOString().slice(0, 10) };
    for (const time of ['once', 'and once more']) console.log(`  Asked for ${time}: ${await this.invoke(world.hub.outputs.DailyReportFunctionArn, request)}`);
    await world.slackMessages(told + 1);
    console.log(`  Slack got ${(await world.slack()).length - told} message.`);
    const s3 = new S3Client({ ...world.settings(world.hub.account), forcePathStyle: true });
    const Bucket = world.hub.outputs.ReportsBucketName;
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key, Size } of Contents) {
        console.log(`  s3://${Bucket}/${Key} (${Size} bytes)`);
        if (Key!.endsWith('.html')) this.page('report.html', await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString());
      }
    }
    this.page('slack.html', slackPage((await world.slack()).map(({ body }) => body)));
  }

  private async summaries(): Promise<Summary> {
    const rows = await Promise.all([undefined, this.payments, this.cards].map(async (account) =>
      ({ account, ...await this.world.api<Summary>(`/compliance/summary${account ? `?account=${account}` : ''}`) })));
    columns(['account', 'events', 'compliant', 'non-compliant', 'compliant now', 'non-compliant now', 'score'],
      rows.map(({ account = 'all', total_events, compliant, non_compliant, current }) =>
        [account, total_events, compliant, non_compliant, current.compliant, current.non_compliant, current.score === null ? '' : `${current.score} %`]));
    return rows[0];
  }

  private page(name: string, html: string): void {
    mkdirSync(PAGES, { recursive: true });
    writeFileSync(join(PAGES, name), html);
    console.log(`  .local/${name}`);
  }

  /** The command line, as a person runs it. */
  private async command(...args: string[]): Promise<void> {
    const { world } = this;
    console.log(paint.dim(`  $ npx cdk-compliance-monitoring ${args.join(' ')}`));
    const child = spawn(process.execPath, [join(ROOT, 'bin', 'cdk-compliance-monitoring'), ...args], {
      env: {
        ...process.env, AWS_ENDPOINT_URL: world.aws.endpoint, AWS_REGION: world.region, AWS_ACCESS_KEY_ID: world.hub.account, AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { said += String(chunk); });
    const code = await new Promise((resolve) => child.once('close', resolve));
    console.log(said.replace(/^/gm, '  | ').trimEnd());
    if (code !== 0) throw new Error(`the command ended with ${String(code)}`);
  }

  private async functionThat(description: RegExp): Promise<string> {
    const client = this.lambda();
    for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
      const found = Functions.find(({ Description = '' }) => description.test(Description));
      if (found) return found.FunctionArn!;
    }
    throw new Error(`no function says ${description.source}`);
  }

  private async invoke(FunctionName: string, request: object = {}): Promise<string> {
    const { Payload, FunctionError } = await this.lambda().send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }));
    const answer = Buffer.from(Payload ?? []).toString();
    if (FunctionError) throw new Error(answer);
    return answer;
  }

  private lambda(): LambdaClient {
    return new LambdaClient({ ...this.world.settings(this.world.hub.account), maxAttempts: 1 });
  }
}
