import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { asked } from './asked';
import { AwsFailure } from '../domain/outcome';

export async function stackOutputs(client: CloudFormationClient, stackName: string): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const { Stacks: [stack] = [] } = await asked('cloudformation:DescribeStacks', () => client.send(new DescribeStacksCommand({ StackName: stackName })));
    return new Map((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
  } catch (error) {
    // A stack that is not there is a ValidationError like any other.
    if (error instanceof AwsFailure && error.code === 'ValidationError' && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}
