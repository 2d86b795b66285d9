/**
 * `npm run demo`: three environments with their foundation, real changes on real parameters, what the monitors find, say and measure.
 * Nothing here knows what the monitors answer: it changes parameters, asks, and prints.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteParameterCommand, paginateGetParametersByPath, ParameterType, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './clients';
import { EventsDemo } from './demo-events';
import { FoundationDemo } from './demo-foundation';
import { columns, heading, paint, paragraph } from './demo-print';
import { HubWorld } from './hub-world';
import { EnvironmentName, ENVIRONMENTS, LocalSystem, startSystem } from './system';
import { DetectAnswer, DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../src/drift/contract';

const DAY = 86_400;
const TOLD_WITHIN_MS = 30_000;

interface Change {
  readonly what: string;
  readonly steps: Step[];
}
interface Step {
  readonly where: EnvironmentName;
  readonly name: string;
  /** Absent: the parameter is deleted. */
  readonly value?: string;
  readonly type?: ParameterType;
  /** A change that is so many days old, which no AWS API can make. */
  readonly daysAgo?: number;
}

const retry = (attempts: number) => JSON.stringify({ attempts, backoff: 'exponential', jitter: true });
const everywhere = (name: string, value?: string, type?: ParameterType): Step[] => ENVIRONMENTS.map((where) => ({ where, name, value, type }));

const CHANGES: Change[] = [
  { what: 'a value is changed in Prod by hand', steps: [{ where: 'Prod', name: 'payments/timeout-seconds', value: '45' }] },
  { what: 'one is deleted in Staging', steps: [{ where: 'Staging', name: 'ledger/cut-off' }] },
  { what: 'one appeared in Staging five days ago', steps: [{ where: 'Staging', name: 'payments/debug-endpoint', value: 'http://10.1.2.3', daysAgo: 5 }] },
  { what: 'one gets another type in Prod', steps: [{ where: 'Prod', name: 'payments/currencies' }, { where: 'Prod', name: 'payments/currencies', value: 'CHF,EUR,USD', type: 'StringList' }] },
  { what: 'one in Dev no longer has the value that the policy expects', steps: [{ where: 'Dev', name: 'payments/log-level', value: 'trace' }] },
  { what: 'an ignored one changes in Dev', steps: [{ where: 'Dev', name: 'build/last-run', value: 'Dev-2' }] },
  { what: 'a waived one changes in Staging', steps: [{ where: 'Staging', name: 'payments/limits/daily-transfer', value: '90000', daysAgo: 5 }] },
  { what: 'one whose waiver ended in October differs in Staging', steps: [{ where: 'Staging', name: 'payments/features/instant-payments', value: 'on', daysAgo: 5 }] },
  { what: 'Dev runs ahead with a new feature', steps: [{ where: 'Dev', name: 'payments/features/pay-later', value: 'on' }] },
  { what: 'one key of a JSON value changes in Prod', steps: [{ where: 'Prod', name: 'payments/retry', value: retry(5) }] },
  { what: 'somebody stores a token as a plain String, everywhere', steps: everywhere('payments/api-token', 'not-a-real-token-4711') },
  { what: 'a SecureString is put into Prod only', steps: [{ where: 'Prod', name: 'payments/signing-key', value: 'never-shown-0815', type: 'SecureString' }] },
];

const FIXES: Step[] = [
  { where: 'Dev', name: 'payments/timeout-seconds', value: '45' }, { where: 'Staging', name: 'payments/timeout-seconds', value: '45' },
  { where: 'Staging', name: 'ledger/cut-off', value: '17:30' },
  { where: 'Staging', name: 'payments/debug-endpoint' },
  { where: 'Prod', name: 'payments/currencies' }, { where: 'Prod', name: 'payments/currencies', value: 'CHF,EUR,USD' },
  { where: 'Dev', name: 'payments/log-level', value: 'debug' },
  { where: 'Staging', name: 'payments/limits/daily-transfer', value: '50000' },
  { where: 'Staging', name: 'payments/features/instant-payments', value: 'off' },
  { where: 'Dev', name: 'payments/features/pay-later' },
  { where: 'Dev', name: 'payments/retry', value: retry(5) }, { where: 'Staging', name: 'payments/retry', value: retry(5) },
  ...everywhere('payments/api-token'),
  { where: 'Prod', name: 'payments/signing-key' },
];

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly message: string;
}

class Demo {
  private readonly ssm: SSMClient;
  private readonly lambda: LambdaClient;
  private readonly cloudWatch: CloudWatchClient;

  constructor(private readonly system: LocalSystem) {
    const config = clientConfig(system.endpoint, system.accounts.monitoring, system.region);
    this.ssm = new SSMClient(config);
    this.lambda = new LambdaClient({ ...config, maxAttempts: 1 });
    this.cloudWatch = new CloudWatchClient(config);
  }

  public async play(): Promise<void> {
    heading('Three environments, freshly deployed');
    this.summary(await this.checkAll());

    console.log('  Thirty days pass, in which nobody changes anything.');
    await this.age(30);

    heading('What happens');
    const before = (await this.mail()).length;
    for (const { what, steps } of CHANGES) {
      console.log(`  ${what}`);
      for (const step of steps) await this.apply(step);
    }

    heading('What the monitors found, each in its own environment');
    await this.told(before, 3);
    const answers = await this.checkAll();
    this.findings(answers);
    this.summary(answers);

    heading('What a subscriber got');
    const mails = (await this.mail()).slice(before);
    console.log(`  ${mails.length} messages; names and kinds only, unless the consumer asks for more. The first of Staging's:\n`);
    const shown = mails.find((mail) => mail.subject.includes('/Staging]'))!;
    console.log(paint.dim(`  To: ${shown.to}\n  Subject: ${shown.subject}\n`));
    console.log(shown.message.replace(/^/gm, '  | '));

    heading('Metrics and alarms');
    await this.metrics();

    heading('Everything is put right');
    const then = (await this.mail()).length;
    for (const step of FIXES) await this.apply(step);
    await this.told(then, 3);
    this.summary(await this.checkAll());
    for (const { subject } of (await this.mail()).slice(then)) console.log(`  ${subject}`);

    heading('And once more, with nothing changed');
    const quiet = (await this.mail()).length;
    this.summary(await this.checkAll());
    console.log(`  ${(await this.mail()).length - quiet} messages`);
  }

  private async apply({ where, name, value, type, daysAgo }: Step): Promise<void> {
    const Name = `${this.system.environments[where].outputs.ParameterStorePrefix}/${name}`;
    if (value === undefined) {
      await this.ssm.send(new DeleteParameterCommand({ Name }));
      return;
    }
    await this.ssm.send(new PutParameterCommand({ Name, Value: value, Type: type ?? 'String', Overwrite: true }));
    if (daysAgo !== undefined) await this.ageOne(Name, daysAgo);
  }

  /** Makes everything that was deployed so many days older. */
  private async age(days: number): Promise<void> {
    for (const { outputs } of Object.values(this.system.environments)) {
      for await (const { Parameters } of paginateGetParametersByPath({ client: this.ssm }, { Path: outputs.ParameterStorePrefix, Recursive: true })) {
        for (const { Name } of Parameters!) await this.ageOne(Name!, days);
      }
    }
  }

  private async ageOne(name: string, days: number): Promise<void> {
    const { accounts, region } = this.system;
    await this.local('age-parameter', { account: accounts.monitoring, region, name, seconds: days * DAY });
  }

  private async checkAll(): Promise<DetectAnswer[]> {
    return Promise.all(ENVIRONMENTS.map((environment) => this.check(environment)));
  }

  private async check(environment: EnvironmentName): Promise<DetectAnswer> {
    const { DriftDetectionFunctionArn: FunctionName } = this.system.environments[environment].outputs;
    const response = await this.lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
    const text = Buffer.from(response.Payload!).toString();
    if (response.FunctionError) throw new Error(`${FunctionName} failed: ${text}`);
    return JSON.parse(text) as DetectAnswer;
  }

  private async mail(): Promise<Mail[]> {
    return (await fetch(`${this.system.endpoint}/_local/mail`)).json() as Promise<Mail[]>;
  }

  /** Waits until changes reached so many environments by themselves: events, queue, function, message. */
  private async told(before: number, environments: number): Promise<void> {
    const started = Date.now();
    const who = async () => new Set((await this.mail()).slice(before).map((mail) => mail.subject.split(']')[0])).size;
    while (await who() < environments) {
      if (Date.now() - started > TOLD_WITHIN_MS) throw new Error(`no message from ${environments} environments within ${TOLD_WITHIN_MS / 1000} s`);
      await sleep(200);
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(paint.dim(`  Told by change events after ${seconds} s, before anybody asked; now asking each function with {}.\n`));
  }

  private async local(route: string, body: object): Promise<void> {
    const response = await fetch(`${this.system.endpoint}/_local/${route}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${route}: ${await response.text()}`);
  }

  private summary(answers: DetectAnswer[]): void {
    columns(
      ['environment', 'complete', 'compared', 'ignored', 'open', 'pending', 'waived', 'opened', 're-opened', 'resolved'],
      answers.map((answer) => [
        answer.environment, answer.complete ? 'yes' : `no: ${answer.causes.join()}`, answer.compared, answer.ignored,
        answer.open > 0 ? paint.red(answer.open) : paint.green(answer.open), answer.pending, answer.waived,
        answer.opened, answer.reopened, answer.resolved,
      ]),
    );
  }

  private findings(answers: DetectAnswer[]): void {
    for (const { environment, findings } of answers) {
      for (const { status, difference, name, explanation } of findings) {
        const painted = status === 'open' ? paint.red(status) : paint.yellow(status);
        console.log(`  ${paint.bold(environment.padEnd(8))} ${painted}${' '.repeat(8 - status.length)} ${difference.padEnd(13)} ${paint.bold(name)}`);
        paragraph(explanation, 11);
      }
    }
    console.log();
  }

  private async metrics(): Promise<void> {
    const now = Date.now();
    const { configurationDrift, pendingPromotion, driftCheckIncomplete, parametersCompared, ssmApiCalls } = METRICS;
    const names = [configurationDrift, pendingPromotion, driftCheckIncomplete, parametersCompared, ssmApiCalls];
    const latest = async (environment: string, MetricName: string) => {
      const { Datapoints = [] } = await this.cloudWatch.send(new GetMetricStatisticsCommand({
        Namespace: METRIC_NAMESPACE,
        MetricName,
        Dimensions: [{ Name: DIMENSIONS.organization, Value: this.system.organization }, { Name: DIMENSIONS.environment, Value: environment }],
        StartTime: new Date(now - 600_000), EndTime: new Date(now + 60_000), Period: 600, Statistics: ['Maximum'],
      }));
      return Datapoints.length === 0 ? '-' : Math.max(...Datapoints.map((point) => point.Maximum!));
    };
    columns([METRIC_NAMESPACE, ...names], await Promise.all(ENVIRONMENTS.map(async (environment) =>
      [environment, ...await Promise.all(names.map((name) => latest(environment, name)))])));
    await this.alarmed();
    const { MetricAlarms = [] } = await this.cloudWatch.send(new DescribeAlarmsCommand({}));
    columns(['alarm', 'state', 'actions'], MetricAlarms
      .filter((alarm) => alarm.MetricName === METRICS.configurationDrift)
      .map((alarm) => [alarm.AlarmName!, alarm.StateValue === 'ALARM' ? paint.red('ALARM') : alarm.StateValue!, alarm.AlarmActions!.length]));
  }

  /** An alarm looks at its metric once a period. */
  private async alarmed(): Promise<void> {
    for (let waited = 0; waited < 30; waited++) {
      const { MetricAlarms = [] } = await this.cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
      if (MetricAlarms.some((alarm) => alarm.MetricName === METRICS.configurationDrift)) return;
      await sleep(500);
    }
  }
}

async function main() {
  const started = Date.now();
  const stateDir = mkdtempSync(join(tmpdir(), 'compliance-demo-'));
  const longestWaits = { alarmPeriodSeconds: 10, batchingWindowSeconds: 1, redeliverySeconds: 1 };
  const { aws, system, costs } = await startSystem({ stateDir, longestWaits, progress: (line) => console.log(`· ${line}`) });
  try {
    const foundation = new FoundationDemo(system, costs);
    await foundation.play();
    await new Demo(system).play();
    heading('The dashboards, drawn with what was measured');
    await foundation.dashboards();
    await new EventsDemo(new HubWorld(aws, system.hub!)).play();
  } finally {
    await aws.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
  console.log(`\n· stopped everything; ${((Date.now() - started) / 1000).toFixed(0)} s. A pass here proves our logic, not AWS's behaviour: docs/limits.md\n`);
}

main().catch((error: Error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
