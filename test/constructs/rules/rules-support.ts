import { Stack } from 'aws-cdk-lib';
import { ConfigRuleSet, ConfigRuleSetProps } from '../../../src';
import { ofType, Resource, resourcesOf, stackOf } from '../support';

export const CONFIG_RULE = 'AWS::Config::ConfigRule';

export function rulesIn(stack: Stack, props: Partial<ConfigRuleSetProps> = {}, id = 'Rules'): ConfigRuleSet {
  return new ConfigRuleSet(stack, id, { organizationName: 'bank', environments: ['Dev', 'Prod'], ...props });
}

export interface RuleProperties {
  readonly ConfigRuleName?: string;
  readonly Description: string;
  readonly InputParameters?: { [name: string]: unknown };
  readonly MaximumExecutionFrequency?: string;
  readonly Scope?: { readonly ComplianceResourceTypes: string[] };
  readonly Source: {
    readonly Owner: string;
    readonly SourceIdentifier?: unknown;
    readonly SourceDetails?: unknown[];
    readonly CustomPolicyDetails?: object;
  };
}

export const propertiesOf = (resource: Resource) => resource.Properties as unknown as RuleProperties;

/** Properties of the rules of a set, by identifier. */
export function rulesOfProps(props: Partial<ConfigRuleSetProps>): { [identifier: string]: RuleProperties } {
  const stack = stackOf();
  rulesIn(stack, props);
  return Object.fromEntries(ofType(resourcesOf(stack), CONFIG_RULE).map(([, resource]) => {
    const properties = propertiesOf(resource);
    return [String(properties.Source.SourceIdentifier), properties];
  }));
}

/** Logical ids of rules, by identifier. */
export function idsOfProps(props: Partial<ConfigRuleSetProps>): Map<string, string> {
  const stack = stackOf();
  rulesIn(stack, props);
  return new Map(ofType(resourcesOf(stack), CONFIG_RULE).map(([id, resource]) => [String(propertiesOf(resource).Source.SourceIdentifier), id]));
}
