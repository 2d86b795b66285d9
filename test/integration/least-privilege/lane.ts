import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '../../local-aws/clients';
import { deployAssembly } from '../../local-aws/deploy';
import { LocalAws } from '../../local-aws/local-aws';

/** What the local AWS was asked of a role: see `holes/enforced/authorization_record.py`. */
export interface Authorization {
  readonly account: string;
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  readonly units: Unit[];
}
/** One action of a statement on one of its resources. */
export interface Unit {
  readonly action: string;
  readonly resource: string;
  readonly conditions: { readonly [operator: string]: { readonly [key: string]: string | string[] } };
}
export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Unit['conditions'];
}

/** Long enough for a busy machine. */
const PATIENCE = 40_000;
/** Once something was denied, what is waited for comes soon or never. */
const PATIENCE_AFTER_DENIAL = 4_000;

/** An account of its own with everything deployed: what one scenario leaves behind is in no other one's way. */
export class Lane {
  public static async deploy(aws: LocalAws, account: string, assemblyDir: string): Promise<Lane> {
    const stacks = await deployAssembly({ endpoint: aws.endpoint, region: aws.region, assemblyDir, account });
    const lane = new Lane(aws, account);
    for (const StackName of Object.keys(stacks)) {
      for await (const page of paginateListStackResources({ client: new CloudFormationClient(lane.config) }, { StackName })) {
        for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of page.StackResourceSummaries!) {
          lane.resources.set(LogicalResourceId!, PhysicalResourceId!);
          if (ResourceType === 'AWS::Lambda::Function') lane.functions.push(PhysicalResourceId!);
        }
      }
    }
    return lane;
  }

  public readonly config: ReturnType<typeof clientConfig>;
  private readonly resources = new Map<string, string>();
  private readonly functions: string[] = [];

  private constructor(public readonly aws: LocalAws, public readonly account: string) {
    this.config = clientConfig(aws.endpoint, account, aws.region);
  }

  /** Ends the processes of its functions, or those of many lanes would fill the memory. */
  public async end(): Promise<void> {
    await Promise.all(this.functions.map(async (name) => this.setTimeout(name, 1)));
  }

  /** The physical id of the one resource whose logical id matches. */
  public resource(logicalId: RegExp): string {
    const found = [...this.resources].filter(([id]) => logicalId.test(id));
    if (found.length !== 1) throw new Error(`${found.length} resources match ${logicalId}: ${found.map(([id]) => id).join()}`);
    return found[0][1];
  }

  /** The statements of a role's one policy. */
  public async statements(role: string): Promise<Statement[]> {
    return (await this.policyOf(role)).statements;
  }

  public async removeStatement(role: string, index: number): Promise<void> {
    const { name, statements } = await this.policyOf(role);
    const Statement = statements.filter((_, i) => i !== index);
    await new IAMClient(this.config).send(new PutRolePolicyCommand({
      RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }));
  }

  /** What was asked of a role since everything was deployed. */
  public async authorizations(role?: string): Promise<Authorization[]> {
    const all = await (await fetch(`${this.aws.endpoint}/_local/authorizations`)).json() as Authorization[];
    return all.filter((asked) => asked.account === this.account && (role === undefined || asked.role === role));
  }

  /** The function's answer, or its error. */
  public async invoke<T>(functionName: string, payload: object): Promise<T> {
    const lambda = new LambdaClient({ ...this.config, maxAttempts: 1 });
    const answer = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) }));
    const text = Buffer.from(answer.Payload ?? []).toString();
    if (answer.FunctionError) throw new Error(text);
    return JSON.parse(text || 'null') as T;
  }

  /** An event that nobody waits for. */
  public async send(functionName: string, event: object): Promise<void> {
    await new LambdaClient(this.config).send(new InvokeCommand({
      FunctionName: functionName, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)),
    }));
  }

  /** Another timeout, in seconds, which also starts a new process. */
  public async setTimeout(FunctionName: string, Timeout: number): Promise<void> {
    await new LambdaClient(this.config).send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
  }

  public async log(functionName: string): Promise<string> {
    const { LoggingConfig } = await new LambdaClient(this.config).send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const { events = [] } = await new CloudWatchLogsClient(this.config).send(new FilterLogEventsCommand({ logGroupName: LoggingConfig!.LogGroup }));
    return events.map(({ message }) => message).join('\n');
  }

  /** Subjects and texts of the mails that this account's topics sent. */
  public async mails(): Promise<string[]> {
    const answer = await fetch(`${this.aws.endpoint}/_local/mail`);
    const all = await answer.json() as { topicArn: string; subject: string; message: string }[];
    return all.filter(({ topicArn }) => topicArn.split(':')[4] === this.account).map(({ subject, message }) => `${subject}\n${message}`);
  }

  /** Waiting, or taken and not yet deleted. */
  public async messagesIn(QueueUrl: string): Promise<number> {
    const { Attributes } = await new SQSClient(this.config).send(new GetQueueAttributesCommand({
      QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }));
    return Number(Attributes!.ApproximateNumberOfMessages) + Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
  }

  public async eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    let end = Date.now() + PATIENCE;
    let denied = false;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (!denied && (await this.authorizations()).some(({ allowed }) => !allowed)) {
        denied = true;
        end = Date.now() + PATIENCE_AFTER_DENIAL;
      }
      if (Date.now() > end) throw new Error(`${what} did not happen`);
      await sleep(200);
    }
  }

  private async policyOf(role: string): Promise<{ name: string; statements: Statement[] }> {
    const iam = new IAMClient(this.config);
    const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
    if (PolicyNames?.length !== 1) throw new Error(`the role ${role} has ${PolicyNames?.length} policies`);
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: PolicyNames[0] }));
    return { name: PolicyNames[0], statements: (JSON.parse(decodeURIComponent(PolicyDocument!)) as { Statement: Statement[] }).Statement };
  }
}

export interface CustomResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly properties: object;
  readonly oldProperties?: object;
  readonly physicalId?: string;
}
export interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly [name: string]: string };
}

/** Asks the function of a custom resource what CloudFormation would, and throws when it fails. */
export async function askCustomResource(lane: Lane, functionName: string, request: CustomResourceRequest): Promise<CustomResourceAnswer> {
  let answered: (answer: CustomResourceAnswer) => void;
  const answer = new Promise<CustomResourceAnswer>((resolve) => { answered = resolve; });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      outgoing.end();
      answered(JSON.parse(Buffer.concat(chunks).toString()) as CustomResourceAnswer);
    });
  });
  await listen(server);
  try {
    await lane.invoke(functionName, {
      RequestType: request.type,
      ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      StackId: `arn:aws:cloudformation:${lane.aws.region}:${lane.account}:stack/Scenario/1`,
      RequestId: 'request',
      LogicalResourceId: 'Resource',
      ResourceProperties: request.properties,
      ...(request.oldProperties ? { OldResourceProperties: request.oldProperties } : {}),
      ...(request.physicalId === undefined ? {} : { PhysicalResourceId: request.physicalId }),
    });
    const told = await answer;
    if (told.Status !== 'SUCCESS') throw new Error(told.Reason);
    return told;
  } finally {
    server.close();
  }
}

const listen = async (server: Server) => new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
