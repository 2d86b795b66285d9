import * as fs from 'fs';
import * as path from 'path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeResources } from './acknowledge';
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
  /** How old an asynchronous invocation may get before it is given up. */
  readonly maxEventAge?: Duration;
  readonly runtime?: lambda.Runtime;
  readonly role?: iam.IRole;
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
    acknowledgeResources(this, ['*'], 'AWS offers no narrower resource for sending traces and for the network interfaces of a function in a VPC');
    Validations.of(this.function).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The bundle is built for and tested on this runtime, which AWS supports; a consumer sets another by `runtime`',
    });
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

  /** Instead of AWS's managed policies, which reach every log group of the account. */
  private allowBasics(props: PackagedFunctionProps): void {
    iam.Grant.addToPrincipal({
      grantee: this.role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: [this.logGroup.logGroupArn],
    });
    if (props.vpc) {
      // EC2 offers no narrower resource for what Lambda does with network interfaces.
      iam.Grant.addToPrincipal({
        grantee: this.role,
        actions: [
          'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
        ],
        resourceArns: ['*'],
      });
    }
    if (props.deadLetterQueue) {
      iam.Grant.addToPrincipal({ grantee: this.role, actions: ['sqs:SendMessage'], resourceArns: [props.deadLetterQueue.queueArn] });
    }
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
