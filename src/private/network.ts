import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';

/** Isolated subnets may be right, where endpoints lead to every service; where none does, each call runs into its timeout. */
export function warnAboutIsolatedSubnets(scope: IConstruct, id: string, vpc?: ec2.IVpc, vpcSubnets?: ec2.SubnetSelection): void {
  if (!vpc) { return; }
  const isolated = new Set(vpc.isolatedSubnets.map((subnet) => subnet.node.path));
  const chosen = vpc.selectSubnets(vpcSubnets).subnets;
  if (chosen.some((subnet) => isolated.has(subnet.node.path))) {
    Annotations.of(scope).addWarningV2(id,
      'the function stands in isolated subnets: it needs VPC endpoints for SSM, DynamoDB, S3, SQS, SNS and KMS, or every check times out');
  }
}
