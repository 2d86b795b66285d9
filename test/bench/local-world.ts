import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CountingProxy } from './counting-proxy';
import { nameOf, valueOf } from './population';
import { DETECT_SETTINGS, parameterPrefix } from '../../src/drift/contract';
import { clientConfig } from '../local-aws/clients';
import { LocalAws } from '../local-aws/local-aws';
import { EnvironmentName, ENVIRONMENTS, LocalSystem, startSystem } from '../local-aws/system';

const WRITERS = 8;
const POLL_MS = 200;
const QUIET_WITHIN_MS = 30_000;

export interface DeployedFunction {
  readonly arn: string;
  /** The environment variables that its stack gave it. */
  readonly settings: { readonly [name: string]: string };
}

/** The example, deployed to a local AWS of its own, with a counting proxy in front. Its monitors run only when they are told to. */
export class LocalWorld {
  public static async start(progress: (line: string) => void): Promise<LocalWorld> {
    const stateDir = mkdtempSync(join(tmpdir(), 'compliance-bench-'));
    // Deploying changes parameters: what that sets in motion should be over soon.
    const { aws, system } = await startSystem({ stateDir, longestWaits: { batchingWindowSeconds: 1 }, environmentsOnly: true, progress });
    const world = new LocalWorld(aws, system, await CountingProxy.start(aws.endpoint));
    try {
      await world.silence();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  private readonly ssm: SSMClient;

  private constructor(private readonly aws: LocalAws, private readonly system: LocalSystem, public readonly proxy: CountingProxy) {
    this.ssm = new SSMClient(this.direct);
  }

  public get organization(): string {
    return this.system.organization;
  }

  /** For clients whose calls are not counted. */
  public get direct() {
    return clientConfig(this.system.endpoint, this.system.accounts.monitoring, this.system.region);
  }

  /** How a process reaches this AWS through the proxy. */
  public get environment(): { [name: string]: string } {
    return {
      AWS_ENDPOINT_URL: this.proxy.url, AWS_REGION: this.system.region,
      AWS_ACCESS_KEY_ID: this.system.accounts.monitoring, AWS_SECRET_ACCESS_KEY: 'test',
    };
  }

  public async function(environment: EnvironmentName): Promise<DeployedFunction> {
    const { DriftDetectionFunctionArn: arn } = this.system.environments[environment].outputs;
    const { Environment } = await new LambdaClient(this.direct).send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
    return { arn, settings: Environment!.Variables! };
  }

  public fullName(environment: EnvironmentName, name: string): string {
    return `${parameterPrefix(this.organization, environment)}/${name}`;
  }

  /** Adds parameters until an environment has so many, those of its stack included. */
  public async fill(size: number): Promise<void> {
    for (const environment of ENVIRONMENTS) {
      const missing = size - await this.count(environment);
      let next = 0;
      const write = async () => {
        for (let index = next++; index < missing; index = next++) await this.write(environment, index);
      };
      await Promise.all(Array.from({ length: WRITERS }, write));
    }
  }

  /** Writes the so many-th parameter. */
  public async write(environment: EnvironmentName, index: number, version = 1): Promise<void> {
    await this.ssm.send(new PutParameterCommand({
      Name: this.fullName(environment, nameOf(index)), Value: valueOf(index, version), Type: 'String', Overwrite: true,
    }));
  }

  public async stop(): Promise<void> {
    await this.proxy.stop();
    await this.aws.stop();
    rmSync(this.aws.stateDir, { recursive: true, force: true });
  }

  /** Switches schedules and change events off, and waits until what they had started is done: it would take the lease and the cores. */
  private async silence(): Promise<void> {
    const events = new EventBridgeClient(this.direct);
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    await Promise.all(Rules.map(({ Name }) => events.send(new DisableRuleCommand({ Name }))));
    const queues = await Promise.all(ENVIRONMENTS.map(async (name) => (await this.function(name)).settings[DETECT_SETTINGS.queueUrl]));
    const deadline = Date.now() + QUIET_WITHIN_MS;
    while ((await Promise.all(queues.map((url) => this.waiting(url)))).some((count) => count > 0)) {
      if (Date.now() > deadline) throw new Error(`the deployed monitors did not come to rest within ${QUIET_WITHIN_MS / 1000} seconds`);
      await sleep(POLL_MS);
    }
  }

  private async waiting(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await new SQSClient(this.direct).send(new GetQueueAttributesCommand({
      QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }));
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }

  private async count(environment: EnvironmentName): Promise<number> {
    let count = 0;
    let NextToken: string | undefined;
    do {
      const page: { Parameters?: object[]; NextToken?: string } = await this.ssm.send(new GetParametersByPathCommand({
        Path: parameterPrefix(this.organization, environment), Recursive: true, NextToken,
      }));
      count += page.Parameters?.length ?? 0;
      NextToken = page.NextToken;
    } while (NextToken);
    return count;
  }
}
