import { Stack, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Says beside the code why a wildcard is as narrow as AWS allows. cdk-nag names each finding by the resource as the template has it,
 * so that only exactly this one is acknowledged; nothing depends on cdk-nag being there.
 */
export function acknowledgeResources(scope: IConstruct, arns: string[], reason: string): void {
  for (const arn of arns) {
    const id = `AwsSolutions-IAM5[Resource::${asInTemplate(Stack.of(scope).resolve(arn))}]`;
    // What `acknowledge` records. It refuses ids with more than one `::`, which each ARN with <AWS::Partition> has.
    scope.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`annotation::${id}`]: reason });
  }
}

export function acknowledgeActions(scope: IConstruct, actions: string[], reason: string): void {
  for (const action of actions.filter((name) => name.includes('*'))) {
    Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Action::${action}]`, reason });
  }
}

function asInTemplate(value: unknown): string {
  if (typeof value !== 'object' || value === null) { return String(value); }
  const [intrinsic, argument] = Object.entries(value)[0] as [string, unknown];
  switch (intrinsic) {
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(asInTemplate).join(separator);
    }
    case 'Fn::GetAtt': return `<${(argument as string[]).join('.')}>`;
    case 'Ref': return `<${argument as string}>`;
    default: return JSON.stringify(value);
  }
}
