/** What the example's stacks made beside their outputs: keys, secrets and rules, asked for as anybody could who may read them. */
import { CloudFormationClient, DescribeStackResourceCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './clients';
import { OWN_PARAMETERS } from '../../src/foundation/contract';
import { CONTROLS_METADATA } from '../../src/rules/contract';

/** A rule of AWS Config, and the controls that it serves. */
export interface DeployedRule {
  readonly name: string;
  readonly controls: string[];
}

export class Foundation {
  private readonly cloudFormation: CloudFormationClient;
  private readonly kms: KMSClient;
  private readonly ssm: SSMClient;

  constructor(endpoint: string, account: string, region: string) {
    const config = clientConfig(endpoint, account, region);
    this.cloudFormation = new CloudFormationClient(config);
    this.kms = new KMSClient(config);
    this.ssm = new SSMClient(config);
  }

  public async keyArn(outputs: Record<string, string>): Promise<string> {
    return (await this.kms.send(new DescribeKeyCommand({ KeyId: outputs.KMSKeyId }))).KeyMetadata!.Arn!;
  }

  public async databaseSecretArn(outputs: Record<string, string>): Promise<string> {
    const Name = `${outputs.ParameterStorePrefix}/${OWN_PARAMETERS.databaseSecretArn}`;
    return (await this.ssm.send(new GetParameterCommand({ Name }))).Parameter!.Value!;
  }

  /** The rules of a stack, by name. */
  public async rules(stackName: string): Promise<DeployedRule[]> {
    const rules: DeployedRule[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client: this.cloudFormation }, { StackName: stackName })) {
      for (const { ResourceType, LogicalResourceId, PhysicalResourceId } of StackResourceSummaries) {
        if (ResourceType !== 'AWS::Config::ConfigRule') continue;
        rules.push({ name: PhysicalResourceId!, controls: await this.controls(stackName, LogicalResourceId!) });
      }
    }
    return rules.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The one resource of this type whose logical id is so. */
  public async physicalId(stackName: string, type: string, logicalId: RegExp): Promise<string> {
    const found: string[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client: this.cloudFormation }, { StackName: stackName })) {
      for (const { ResourceType, LogicalResourceId, PhysicalResourceId } of StackResourceSummaries) {
        if (ResourceType === type && logicalId.test(LogicalResourceId!)) found.push(PhysicalResourceId!);
      }
    }
    if (found.length !== 1) throw new Error(`${stackName} has ${found.length} of ${type} ${logicalId.source}`);
    return found[0];
  }

  private async controls(stackName: string, logicalId: string): Promise<string[]> {
    const command = new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: logicalId });
    const { StackResourceDetail } = await this.cloudFormation.send(command);
    const metadata = JSON.parse(StackResourceDetail!.Metadata ?? '{}') as { [name: string]: string[] | undefined };
    return metadata[CONTROLS_METADATA] ?? [];
  }
}
