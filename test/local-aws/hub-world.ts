/** A hub with two members on a local AWS of its own, and what tests and the demo do with it. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { ComplianceType, ConfigServiceClient, PutEvaluationsCommand } from '@aws-sdk/client-config-service';
import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand, GetQueueAttributesCommand, Message, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import { clientConfig } from './clients';
import { DeployedHub, deployHub, HUB_STACK } from './hub-system';
import { IMPATIENT_FUNCTIONS } from './lifecycle';
import { LocalAws, LocalAwsOptions, startLocalAws } from './local-aws';
import { callApi, Signing } from './signed-call';
import { METRIC_NAMESPACE } from '../../src/drift/contract';
import { HUB_DIMENSION } from '../../src/events/contract';

const PATIENCE_MS = 30_000;
const POLL_MS = 100;
const MESSAGES_A_CALL = 10;
const RESOURCE_TYPE = 'AWS::S3::Bucket';

export interface SlackMessage {
  readonly receivedAt: string;
  readonly path: string;
  readonly body: { readonly text?: string; readonly blocks?: object[] };
}

/** What a rule found, to be put on the queue as EventBridge does. */
export interface Finding {
  readonly rule: string;
  readonly resourceId: string;
  readonly status: string;
  readonly resourceType?: string;
  readonly previousStatus?: string;
  readonly annotation?: string;
  readonly recordedAt?: Date;
}

/** Starts a local AWS that waits no longer than it must, and deploys the hub. */
export async function startHubWorld(scratch: string, options: Partial<LocalAwsOptions> = {}): Promise<HubWorld> {
  const aws = await startLocalAws({
    stateDir: join(scratch, 'server'), longestWaits: { batchingWindowSeconds: 1, redeliverySeconds: 1 }, env: IMPATIENT_FUNCTIONS, ...options,
  });
  try {
    return new HubWorld(aws, await deployHub(aws, { assemblyDir: join(scratch, 'hub.out') }));
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

export class HubWorld {
  public readonly region: string;
  private readonly sqs: SQSClient;

  constructor(public readonly aws: LocalAws, public readonly hub: DeployedHub) {
    this.region = aws.region;
    this.sqs = new SQSClient(this.settings(hub.account));
  }

  public stop(): Promise<void> {
    return this.aws.stop();
  }

  public settings(account: string) {
    return clientConfig(this.aws.endpoint, account, this.region);
  }

  /** A rule of AWS Config that a member has. */
  public ruleOf(account: string): string {
    return this.hub.members[account].rules[0].name;
  }

  /** What a rule's function would put. */
  public async evaluate(account: string, rule: string, resourceId: string, status: ComplianceType, annotation?: string): Promise<void> {
    await this.put(account, rule, [{ resourceId, status, annotation }]);
  }

  public async put(account: string, rule: string, found: { resourceId: string; status: ComplianceType; annotation?: string }[]): Promise<void> {
    await new ConfigServiceClient(this.settings(account)).send(new PutEvaluationsCommand({
      ResultToken: rule,
      Evaluations: found.map(({ resourceId, status, annotation }) => ({
        ComplianceResourceType: RESOURCE_TYPE, ComplianceResourceId: resourceId, ComplianceType: status, Annotation: annotation,
        OrderingTimestamp: new Date(),
      })),
    }));
  }

  /** The event that AWS Config would send. */
  public complianceEvent(account: string, { rule, resourceId, status, ...more }: Finding) {
    const { resourceType = RESOURCE_TYPE, previousStatus, annotation, recordedAt = new Date() } = more;
    const at = recordedAt.toISOString();
    const result = (complianceType: string) => ({
      evaluationResultIdentifier: { evaluationResultQualifier: { configRuleName: rule, resourceType, resourceId }, orderingTimestamp: at },
      complianceType, resultRecordedTime: at, configRuleInvokedTime: at, ...annotation !== undefined && { annotation },
    });
    return {
      'version': '0', 'id': randomUUID(), 'detail-type': 'Config Rules Compliance Change', 'source': 'aws.config', account,
      'time': `${at.slice(0, 19)}Z`, 'region': this.region, 'resources': [],
      'detail': {
        resourceId, resourceType, awsRegion: this.region, awsAccountId: account, configRuleName: rule,
        configRuleARN: `arn:aws:config:${this.region}:${account}:config-rule/config-rule-abc123`, recordVersion: '1.0',
        messageType: 'ComplianceChangeNotification', newEvaluationResult: result(status),
        ...previousStatus !== undefined && { oldEvaluationResult: result(previousStatus) }, notificationCreationTime: at,
      },
    };
  }

  /** Puts events on the hub's queue: what EventBridge would bring, or a text that it would not. */
  public async toQueue(events: (object | string)[]): Promise<void> {
    const bodies = events.map((event) => typeof event === 'string' ? event : JSON.stringify(event));
    for (let start = 0; start < bodies.length; start += MESSAGES_A_CALL) {
      await this.sqs.send(new SendMessageBatchCommand({
        QueueUrl: this.hub.outputs.EventsQueueUrl,
        Entries: bodies.slice(start, start + MESSAGES_A_CALL).map((MessageBody, index) => ({ Id: `${index}`, MessageBody })),
      }));
    }
  }

  public async queueIsEmpty(): Promise<void> {
    await this.until('the queue is empty', async () => await this.waiting(this.hub.outputs.EventsQueueUrl) === 0);
  }

  /** Messages of a queue, also those that somebody works on. */
  public async waiting(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }

  /** Takes messages of a queue until so many are there. */
  public async take(QueueUrl: string, count: number, account = this.hub.account): Promise<Message[]> {
    const sqs = new SQSClient(this.settings(account));
    const found: Message[] = [];
    await this.until(`${count} messages are in ${QueueUrl}`, async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }));
      await Promise.all(Messages.map(({ ReceiptHandle }) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))));
      found.push(...Messages);
      return found.length >= count;
    });
    return found;
  }

  /** What the API answers, signed by its own account unless somebody else asks; `null` is nobody. */
  public call(path: string, signing?: Partial<Signing> | null): Promise<Response> {
    const owner = { accessKeyId: this.hub.account, secretAccessKey: 'test' };
    return callApi(this.hub.outputs.ApiUrl, path, signing === null ? undefined : { credentials: owner, region: this.region, ...signing });
  }

  /** The answer to a question that must be one. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  public async api<T = any>(path: string): Promise<T> {
    const response = await this.call(path);
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return await response.json() as T;
  }

  public async slack(): Promise<SlackMessage[]> {
    return await (await fetch(this.hub.outputs.SlackReceiverUrl)).json() as SlackMessage[];
  }

  /** What Slack got, once it is so much. */
  public async slackMessages(count: number): Promise<SlackMessage[]> {
    await this.until(`Slack has ${count} messages`, async () => (await this.slack()).length >= count);
    return this.slack();
  }

  /** Makes the receiver fail: see slack_receiver.py. */
  public async slackFault(fault: { status?: number; retryAfter?: number; hangs?: boolean; seconds?: number }): Promise<void> {
    await fetch(`${this.hub.outputs.SlackReceiverUrl}/control`, { method: 'POST', body: JSON.stringify(fault) });
  }

  /** Runs a function of the hub, which part of its name tells, and waits for its answer. */
  public async invoke(part: string, event: object = {}): Promise<Record<string, unknown>> {
    const client = new LambdaClient(this.settings(this.hub.account));
    const names: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, {})) names.push(...Functions.map(({ FunctionName }) => FunctionName!));
    const name = names.find((each) => each.startsWith(HUB_STACK) && each.includes(part));
    const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
    const answer = JSON.parse(Buffer.from(Payload!).toString() || 'null') as Record<string, unknown>;
    if (FunctionError) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The sum of a metric of the hub since this world began. */
  public async metric(MetricName: string, Stat: 'Sum' | 'Maximum' = 'Sum'): Promise<number> {
    const dimensions = [{ Name: HUB_DIMENSION, Value: this.hub.outputs.EventBusArn.split('/')[1] }];
    const { Datapoints = [] } = await new CloudWatchClient(this.settings(this.hub.account)).send(new GetMetricStatisticsCommand({
      Namespace: METRIC_NAMESPACE, MetricName, Dimensions: dimensions, Period: 3600, Statistics: [Stat],
      StartTime: new Date(Date.now() - 7_200_000), EndTime: new Date(Date.now() + 60_000),
    }));
    const values = Datapoints.map((point) => point[Stat]!);
    return Stat === 'Sum' ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  }

  /** A route of the local AWS that no AWS has. */
  public async local(route: string, body: object): Promise<void> {
    const response = await fetch(`${this.aws.endpoint}/_local/${route}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
  }

  public async until(what: string, ask: () => Promise<boolean>, patience = PATIENCE_MS): Promise<void> {
    const deadline = Date.now() + patience;
    while (!await ask()) {
      if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
      await sleep(POLL_MS);
    }
  }
}
