import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import { Construct } from 'constructs';
import { ComplianceFramework, FrameworkControl } from './compliance-framework';
import { ConfigRuleInfo, RuleTrigger } from './config-rule-info';
import { ConfigRuleSetProps } from './config-rule-set-props';
import { CustomConfigRule } from './custom-config-rule';
import { planManagedRules } from './plan-managed-rules';
import { PlannedRule } from './planned-rule';
import { RuleDeployment } from './rule-deployment';
import { MAX_RULES } from './rule-limits';
import { refuse, requireKind, requireTagValue } from '../private/validation';

/**
 * The rules by which AWS Config watches an account and region: required tags, encryption of buckets and databases, what the chosen frameworks
 * ask for, and rules of your own.
 *
 * AWS Config refuses rules where it has no recorder: let the set depend on yours (`ruleSet.node.addDependency(recorder)`). A rule's logical id
 * follows from its identifier alone, so other frameworks never replace it.
 */
export class ConfigRuleSet extends Construct {
  /** All rules of the set, in the order of their identifiers; rules of your own follow. */
  public readonly rules: ConfigRuleInfo[];
  /** The frameworks that were chosen, each once. */
  public readonly frameworks: ComplianceFramework[];

  /**
   * @param scope Where the rules belong: a stack in the account and region, or in that of the organization's administrator.
   * @param id Its name there. Another id on a live stack makes every rule anew, with the evaluations of before gone.
   * @param props Tags, frameworks, rules of your own, and how they are deployed.
   */
  constructor(scope: Construct, id: string, private readonly props: ConfigRuleSetProps) {
    super(scope, id);
    requireNames(props);
    const frameworks = props.frameworks ?? [];
    frameworks.forEach((framework, index) => requireKind(`ConfigRuleSet.frameworks[${index}]`, framework, ComplianceFramework, FRAMEWORK_FIX));
    this.frameworks = [...new Set(frameworks)];
    this.warnAboutRetired();
    const deployment = props.deployment ?? RuleDeployment.rules();
    const planned = [
      ...planManagedRules(this, props, this.frameworks),
      ...this.planCustomRules(props.customRules ?? [], deployment),
    ];
    if (planned.length > MAX_RULES) {
      refuse('ConfigRuleSet', `${planned.length} rules`, `up to ${MAX_RULES} rules in an account and region`, 'choose fewer frameworks or exclude rules');
    }
    const deployed = deployment._deploy(this, planned, props.ruleNamePrefix);
    this.rules = planned.map((rule) => ({ ...infoOf(rule), ...deployed.get(rule)! }));
    if (props.ruleNamePrefix !== undefined) { this.node.addValidation({ validate: () => this.takenNames() }); }
  }

  /**
   * The controls that a rule serves. Nothing for a rule that no framework asked for, and for one that is not in the set.
   *
   * @param identifier AWS's identifier of a managed rule, or the name of one of your own.
   */
  public controlsOf(identifier: string): FrameworkControl[] {
    return this.rules.find((rule) => rule.identifier === identifier)?.controls ?? [];
  }

  /**
   * The rules that serve a framework, or one of its controls.
   *
   * @param framework The framework.
   * @param control Number or article of the control; without it all rules of the framework.
   */
  public rulesOf(framework: ComplianceFramework, control?: string): ConfigRuleInfo[] {
    return this.rules.filter(({ controls }) => controls.some((served) => (
      served.framework === framework && (control === undefined || served.control === control)
    )));
  }

  private planCustomRules(rules: CustomConfigRule[], deployment: RuleDeployment): PlannedRule[] {
    const key = ({ name }: CustomConfigRule) => name.replace(/-/g, '');
    rules.forEach((rule, index) => {
      if (rules.findIndex((other) => key(other) === key(rule)) !== index) {
        refuse(`ConfigRuleSet.customRules[${index}]`, rule.name, 'each name once, hyphens not counted', 'choose another name');
      }
      if (rule._isFunction() && deployment._isForOrganization()) {
        refuse(`ConfigRuleSet.customRules[${index}]`, rule.name, 'only rules in Guard where an organization gets them',
          'write it in Guard, or deploy a rule set with it in each account');
      }
    });
    return rules.map((rule) => rule._plan(this));
  }

  /** As far as it is known here: of two stacks whose account or region is not known nobody knows whether they meet. */
  private takenNames(): string[] {
    const { ruleNamePrefix } = this.props;
    const [own, identifiers] = [Stack.of(this), this.rules.map(({ identifier }) => identifier)];
    const meets = (stack: Stack) => stack === own
      || (!Token.isUnresolved(own.account) && !Token.isUnresolved(own.region) && stack.account === own.account && stack.region === own.region);
    const [first] = this.node.root.node.findAll().filter((other) => other instanceof ConfigRuleSet && other.props.ruleNamePrefix === ruleNamePrefix
      && meets(Stack.of(other)) && (other === this || other.rules.some(({ identifier }) => identifiers.includes(identifier))));
    return first === this ? [] : [`ConfigRuleSet.ruleNamePrefix: got ${JSON.stringify(ruleNamePrefix)}, which ${first.node.path} has too, but allowed is each name `
      + 'of a rule once in an account and region; give one of the two sets another prefix'];
  }

  private warnAboutRetired(): void {
    for (const { displayName, retiredOn } of this.frameworks.filter((framework) => framework.retiredOn !== undefined)) {
      Annotations.of(this).addWarningV2('cdk-compliance-monitoring:ConfigRuleSet.retiredFramework',
        `${displayName} was retired on ${retiredOn}: choose its successor, or both until your last report under it is done`);
    }
  }
}

const FRAMEWORK_FIX = 'use one of its members, such as ComplianceFramework.PCI_DSS_4_0_1';

function requireNames({ environments, organizationName, requiredTags }: ConfigRuleSetProps): void {
  if (!Token.isUnresolved(environments) && environments.length === 0 && requiredTags === undefined) {
    refuse('ConfigRuleSet.environments', environments, 'at least one name', 'name every environment of the account, or give requiredTags');
  }
  requireTagValue('ConfigRuleSet.organizationName', organizationName);
}

function infoOf(rule: PlannedRule) {
  const { identifier, trigger, controls, resourceTypes, parameters } = rule;
  const byDefault = trigger === RuleTrigger.CHANGE ? undefined : config.MaximumExecutionFrequency.TWENTY_FOUR_HOURS;
  return { identifier, trigger, controls, resourceTypes, parameters, periodicFrequency: rule.periodicFrequency ?? byDefault };
}
