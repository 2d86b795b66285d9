import { Stack, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { nagIdsOf, NagRuleName } from './nag-rules';

/**
 * Says beside the code why a rule does not fit here, once for all rule packs that ask the same. It holds for the construct and what is below
 * it: name the narrowest one.
 */
export function acknowledgeRule(scope: IConstruct, rule: NagRuleName, reason: string, finding?: string): void {
  acknowledge(scope, nagIdsOf(rule, finding), reason);
}

/**
 * Says beside the code why a wildcard is as narrow as AWS allows. cdk-nag names each finding by the resource as the template has it,
 * so that only exactly this one is acknowledged; nothing depends on cdk-nag being there.
 */
export function acknowledgeResources(scope: IConstruct, arns: string[], reason: string): void {
  acknowledge(scope, arns.map((arn) => `AwsSolutions-IAM5[Resource::${asInTemplate(Stack.of(scope).resolve(arn))}]`), reason);
}

export function acknowledgeActions(scope: IConstruct, actions: string[], reason: string): void {
  acknowledge(scope, actions.filter((name) => name.includes('*')).map((action) => `AwsSolutions-IAM5[Action::${action}]`), reason);
}

/** What `Validations.acknowledge` records. It refuses ids with more than one `::`, which each ARN with <AWS::Partition> has. */
function acknowledge(scope: IConstruct, ids: string[], reason: string): void {
  for (const id of ids) { scope.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`annotation::${id}`]: reason }); }
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
