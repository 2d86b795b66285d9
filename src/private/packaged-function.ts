import * as fs from 'fs';
import * as path from 'path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeResources, acknowledgeRule } from './acknowledge';
import { makeAlarm } from './alarm';
import { admit } from './key-use';
import { KeyUse } from '../foundation/key-use';

/** Bundles are built with the library and shipped in it: lib/private/../../assets. */
const ASSETS = path.join(__dirname, '..', '..', 'assets');

export interface PackagedFunctionProps {
  /** The function's folder in `lambda-src` and `assets`: `<room>/<function>`. */
  readonly handler: string;
  readonly description: string;
  /** Environment variables; names come from the room's contract. */
  readonly settings: { [name: string]: string };
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly logRetention: logs.RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
  readonly encryptionKey: kms.IKey;
  /** Where asynchronous invocations end that failed to the last retry. */
  readonly deadLetterQueue?: sqs.IQueue;
  /** Why it needs no such queue although whoever invokes it does not wait for an answer. */
  readonly failuresAreSeen?: string;
  /** How old an asynchronous invocation may get before it is given up. */
  readonly maxEventAge?: Duration;
  readonly runtime?: lambda.Runtime;
  readonly role?: iam.IRole;
  /** Name of the role that is made, where another account must name it. */
  readonly roleName?: string;
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** The one way to make a Lambda in this library. */
export class PackagedFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.IRole;
  public readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: PackagedFunctionProps) {
    super(scope, id);
    admit(this, props.encryptionKey, KeyUse.LOGS);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
      encryptionKey: props.encryptionKey,
    });
    this.role = props.role ?? new iam.Role(this, 'Role', {
      roleName: props.roleName,
      description: props.description,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.allowBasics(props);
    this.function = new lambda.Function(this, 'Function', {
      code: lambda.Code.fromAsset(bundleOf(props.handler)),
      handler: 'index.handler',
      runtime: props.runtime ?? lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      description: props.description,
      environment: props.settings,
      timeout: props.timeout,
      memorySize: props.memorySize,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
      maxEventAge: props.maxEventAge,
      // Not `SqsDestination`: it would let the function read the queue's attributes and use the key directly.
      onFailure: props.deadLetterQueue && { bind: () => ({ destination: props.deadLetterQueue!.queueArn }) },
    });
    // CDK makes a function wait for its role, to which it refers anyway: harmless, and `lambda.Function` offers no way to leave it out.
    (this.function.node.defaultChild as lambda.CfnFunction).addMetadata('cfn-lint', { config: { ignore_checks: ['W3005'] } });
    this.acknowledgeRules(props);
  }

  public errorAlarm(description: string, runbook: string, ...topics: (sns.ITopic | undefined)[]): cloudwatch.Alarm {
    return makeAlarm(this, 'ErrorAlarm', {
      metric: this.function.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }), threshold: 1, description, runbook, topics,
    });
  }

  public throttleAlarm(description: string, runbook: string, ...topics: (sns.ITopic | undefined)[]): cloudwatch.Alarm {
    return makeAlarm(this, 'ThrottleAlarm', {
      metric: this.function.metricThrottles({ period: Duration.minutes(5), statistic: 'Sum' }), threshold: 1, description, runbook, topics,
    });
  }

  private acknowledgeRules(props: PackagedFunctionProps): void {
    acknowledgeResources(this, ['*'], 'AWS offers no narrower resource for sending traces, nor for looking at the network interfaces and subnets of a VPC');
    acknowledgeRule(this, 'IAMNoInlinePolicy',
      'It says what this one function may do and goes with its role; a managed policy could be attached to others, and outlive it');
    acknowledgeRule(this.function, 'LambdaLatestVersion',
      'The bundle is built for and tested on this runtime, which AWS supports; a consumer sets another by `runtime`');
    acknowledgeRule(this.function, 'LambdaConcurrency',
      'Concurrency set aside is taken from all others of the account, whose quota may be as low as ten; queues bound what runs at once');
    acknowledgeRule(this.function, 'LambdaDLQ', props.deadLetterQueue
      ? 'A queue takes failed invocations as the destination on failure, which unlike a dead-letter queue also tells the error'
      : props.failuresAreSeen ?? 'Whoever invokes it notices a failure by itself: a source repeats what it holds, CloudFormation fails the deployment without an answer');
    if (!props.vpc) {
      acknowledgeRule(this.function, 'LambdaInsideVPC',
        'It calls AWS services only, each by TLS and under its own role, and listens to nothing; a VPC adds a way out that can fail');
    }
  }

  /** Instead of AWS's managed policies, which reach every log group of the account. */
  private allowBasics(props: PackagedFunctionProps): void {
    iam.Grant.addToPrincipal({
      grantee: this.role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: [this.logGroup.logGroupArn],
    });
    if (props.vpc) { this.allowNetworkInterfaces(); }
    if (props.deadLetterQueue) {
      iam.Grant.addToPrincipal({ grantee: this.role, actions: ['sqs:SendMessage'], resourceArns: [props.deadLetterQueue.queueArn] });
    }
  }

  /** What Lambda does with the network interfaces of a function in a VPC. Its subnets and groups may be shared by another account. */
  private allowNetworkInterfaces(): void {
    const arn = (resource: string, account?: string) => Stack.of(this).formatArn({ service: 'ec2', account, resource, resourceName: '*' });
    const interfaces = arn('network-interface');
    const shared = [arn('security-group', '*'), arn('subnet', '*')];
    const allow = (actions: string[], resourceArns: string[]) => iam.Grant.addToPrincipal({ grantee: this.role, actions, resourceArns });
    allow(['ec2:CreateNetworkInterface'], [interfaces, ...shared]);
    allow(['ec2:AssignPrivateIpAddresses', 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'], [interfaces]);
    allow(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], ['*']);
    acknowledgeResources(this, [interfaces, ...shared],
      'Lambda asks for leave when the function is made, before it chooses an interface, and whoever deploys chooses subnets and groups');
  }
}

/** Says what is missing before CDK says that a path is. */
function bundleOf(handler: string): string {
  const folder = path.join(ASSETS, ...handler.split('/'));
  if (!fs.existsSync(path.join(folder, 'index.mjs'))) {
    throw new Error(`the bundle of ${handler} is not at ${folder}: the package ships it; in a clone of the repository, run \`node lambda-src/bundle.mjs\``);
  }
  return folder;
}
