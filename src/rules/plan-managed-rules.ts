import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ComplianceFramework, FrameworkControl } from './compliance-framework';
import { RuleTrigger } from './config-rule-info';
import { ConfigRuleSetProps } from './config-rule-set-props';
import { describeRule } from './describe-rule';
import { controlsByRule, ownControls } from './framework-data';
import { entryOf, isKnown, requireKnown } from './identifiers';
import { ManagedRuleOptions } from './managed-rule';
import { PlannedRule } from './planned-rule';
import { RequiredTag } from './required-tag';
import { requiredTagParameters } from './required-tag-parameters';
import { requireParameterSize, requireResourceTypes } from './rule-limits';
import { refuse } from '../private/validation';

const REQUIRED_TAGS = 'REQUIRED_TAGS';
/** What every set watches beside tags. Aurora's storage belongs to the cluster, so instances and clusters need a rule each. */
const BASELINE = ['S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED', 'RDS_STORAGE_ENCRYPTED', 'RDS_CLUSTER_ENCRYPTED_AT_REST'];

/** A managed rule and who asks for it. */
interface Wanted {
  readonly identifier: string;
  readonly purpose?: string;
  readonly controls: FrameworkControl[];
  readonly options: ManagedRuleOptions;
}

/** The managed rules of a set, by identifier. */
export function planManagedRules(scope: Construct, props: ConfigRuleSetProps, frameworks: ComplianceFramework[]): PlannedRule[] {
  const excluded = new Set(props.excludedRules ?? []);
  props.excludedRules?.forEach((identifier, index) => {
    if (!props.additionalRules?.some((rule) => rule.identifier === identifier)) { requireKnown(`ConfigRuleSet.excludedRules[${index}]`, identifier); }
  });
  const wanted = [...collect(props, frameworks).values()]
    .filter(({ identifier }) => !excluded.has(identifier))
    .filter(({ identifier }) => props.globalRules !== false || !entryOf(identifier)?.isGlobal)
    .filter(({ identifier }) => isAvailable(scope, identifier))
    .sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
  requireOverridesInSet(props, wanted);
  return wanted.map((rule) => plan(scope, props, rule));
}

function collect(props: ConfigRuleSetProps, frameworks: ComplianceFramework[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  if (requiredTagsOf(props).length > 0) { wanted.set(REQUIRED_TAGS, { identifier: REQUIRED_TAGS, purpose: 'Watched in every account.', controls: [], options: {} }); }
  BASELINE.forEach((identifier) => wanted.set(identifier, { identifier, purpose: 'Watched in every account.', controls: [], options: {} }));
  for (const [identifier, controls] of controlsByRule(frameworks)) {
    wanted.set(identifier, { identifier, options: {}, ...wanted.get(identifier), controls });
  }
  props.additionalRules?.forEach((rule, index) => {
    const { identifier } = rule;
    if (identifier === REQUIRED_TAGS) {
      refuse(`ConfigRuleSet.additionalRules[${index}]`, identifier, 'any managed rule but this one', 'give requiredTags instead');
    }
    if (props.additionalRules!.findIndex((other) => other.identifier === identifier) !== index) {
      refuse(`ConfigRuleSet.additionalRules[${index}]`, identifier, 'each rule once', 'join its options in one place');
    }
    const options = rule._options();
    const before = wanted.get(identifier) ?? { identifier, purpose: 'Additional rule.', controls: [] };
    wanted.set(identifier, { ...before, controls: [...before.controls, ...ownControls(options.controls)], options });
  });
  return wanted;
}

function plan(scope: Construct, props: ConfigRuleSetProps, { identifier, purpose, controls, options }: Wanted): PlannedRule {
  const entry = entryOf(identifier);
  const trigger = options.trigger ?? entry!.trigger;
  const resourceTypes = options.resourceTypes ?? entry?.resourceTypes ?? [];
  if (options.resourceTypes) { requireResourceTypes(`ManagedRule.resourceTypes of ${identifier}`, options.resourceTypes); }
  return {
    identifier,
    id: identifier,
    description: describeRule(purpose, controls),
    trigger,
    controls,
    resourceTypes,
    parameters: parametersOf(scope, props, identifier, options),
    periodicFrequency: trigger === RuleTrigger.CHANGE ? undefined : props.periodicFrequency,
    source: { kind: 'managed', identifier },
    dependencies: [],
  };
}

function parametersOf(scope: Construct, props: ConfigRuleSetProps, identifier: string, options: ManagedRuleOptions): { [name: string]: string } {
  if (identifier === REQUIRED_TAGS) {
    const tags = requiredTagParameters(requiredTagsOf(props));
    requireParameterSize('ConfigRuleSet.requiredTags', tags);
    return tags;
  }
  const entry = entryOf(identifier);
  const own = Object.entries(entry?.parameters ?? {}).map(([name, value]) => [name, value.replace('{partition}', Stack.of(scope).partition)]);
  const overrides = props.ruleParameters?.filter(({ ruleIdentifier }) => ruleIdentifier === identifier).map((override) => override.parameters) ?? [];
  const parameters = Object.assign({}, Object.fromEntries(own), options.parameters, ...overrides) as { [name: string]: string };
  const missing = (entry?.needs ?? []).filter((name) => parameters[name] === undefined);
  if (missing.length > 0) {
    refuse(`ManagedRule.parameters of ${identifier}`, Object.keys(parameters), `the parameters that AWS needs (${missing.join(', ')})`,
      'give them: AWS has no default');
  }
  requireParameterSize(`ManagedRule.parameters of ${identifier}`, parameters);
  return parameters;
}

function requiredTagsOf(props: ConfigRuleSetProps): RequiredTag[] {
  return props.requiredTags ?? [
    { key: 'Environment', values: props.environments }, { key: 'Organization', values: [props.organizationName] }, { key: 'CostCenter' },
  ];
}

function requireOverridesInSet({ ruleParameters }: ConfigRuleSetProps, wanted: Wanted[]): void {
  ruleParameters?.forEach(({ ruleIdentifier }, index) => {
    const prop = `ConfigRuleSet.ruleParameters[${index}].ruleIdentifier`;
    if (ruleIdentifier === REQUIRED_TAGS) { refuse(prop, ruleIdentifier, 'any rule of the set but this one', 'give requiredTags instead'); }
    if (wanted.some(({ identifier }) => identifier === ruleIdentifier)) { return; }
    if (!isKnown(ruleIdentifier)) { requireKnown(prop, ruleIdentifier); }
    refuse(prop, ruleIdentifier, 'a rule of the set', 'add the rule by additionalRules or a framework, or leave its parameters out');
  });
}

/** A rule that its region does not have would fail the whole deployment. */
function isAvailable(scope: Construct, identifier: string): boolean {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || !entryOf(identifier)?.notIn.includes(region)) { return true; }
  Annotations.of(scope).addWarningV2(`cdk-compliance-monitoring:ConfigRuleSet.unavailableRule:${identifier}`,
    `AWS Config has no rule ${identifier} in ${region}: it is left out`);
  return false;
}
