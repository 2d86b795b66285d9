import * as config from 'aws-cdk-lib/aws-config';
import { ComplianceFramework } from './compliance-framework';
import { CustomConfigRule } from './custom-config-rule';
import { ManagedRule } from './managed-rule';
import { RequiredTag } from './required-tag';
import { RuleDeployment } from './rule-deployment';

/**
 * Other parameters for a managed rule of the set.
 */
export interface RuleParameters {
  /**
   * Identifier of the rule, such as `IAM_PASSWORD_POLICY`. It must be in the set.
   */
  readonly ruleIdentifier: string;

  /**
   * Parameters by their names in AWS's documentation. What is not given here stays as it is.
   */
  readonly parameters: { [name: string]: string };
}

/**
 * What may be chosen about an account's rules.
 */
export interface ConfigRuleSetOptions {
  /**
   * Frameworks whose rules are added. Each rule is made once, however many frameworks ask for it.
   *
   * On a live stack, one more or one less makes or deletes its rules and leaves all others as they are, but for their descriptions.
   *
   * @default - none: required tags and encryption only
   */
  readonly frameworks?: ComplianceFramework[];

  /**
   * Tags that resources must carry: up to six. An empty list makes no such rule.
   *
   * @default - `Environment` with the names in `environments`, `Organization` with `organizationName`, `CostCenter` with any value
   */
  readonly requiredTags?: RequiredTag[];

  /**
   * Managed rules beside those of the frameworks.
   *
   * @default - none
   */
  readonly additionalRules?: ManagedRule[];

  /**
   * Identifiers of rules that are not made, whoever asks for them.
   *
   * @default - none
   */
  readonly excludedRules?: string[];

  /**
   * Other parameters for rules of the set. Those of required tags follow from `requiredTags`.
   *
   * @default - the library's values, see `ConfigRuleSet.rules`
   */
  readonly ruleParameters?: RuleParameters[];

  /**
   * How often managed rules are evaluated that time triggers. Each evaluation of a resource has its price.
   *
   * @default - every 24 hours, which is AWS's default
   */
  readonly periodicFrequency?: config.MaximumExecutionFrequency;

  /**
   * Whether rules are made that give the same answer in each region: those about IAM and the root user. In an account with rules in several
   * regions, one region is enough for them; in the others they would be evaluated, and paid, again.
   *
   * @default true
   */
  readonly globalRules?: boolean;

  /**
   * Rules of your own.
   *
   * @default - none
   */
  readonly customRules?: CustomConfigRule[];

  /**
   * How the rules get to AWS Config. Another way on a live stack deletes them and makes them anew, with the evaluations of before gone.
   *
   * @default RuleDeployment.rules()
   */
  readonly deployment?: RuleDeployment;

  /**
   * What the rules' names begin with: each is then called `<prefix>-<identifier>`, with the identifier in small letters and hyphens, as
   * `bank-access-keys-rotated`. Slack, reports and a hub's counters show such a name, and count a rule of many accounts as one where they
   * all have the same prefix. Generated names differ from account to account, and may be longer than the 64 characters up to which a hub's
   * backfill can ask AWS Config for results.
   *
   * 1 to 32 letters, digits and hyphens, the first and the last no hyphen. Not with conformance packs, whose rules have such names anyway. Two
   * sets in one account and region need different prefixes: AWS Config refuses a second rule of the same name, and the deployment fails.
   *
   * Another prefix on a live stack, a first one or none any more, replaces all rules of the set, with the evaluations of before gone. A hub
   * then counts the rules anew under their new names.
   *
   * @default - none: CloudFormation generates the names
   */
  readonly ruleNamePrefix?: string;
}

/**
 * Props of `ConfigRuleSet`.
 */
export interface ConfigRuleSetProps extends ConfigRuleSetOptions {
  /**
   * Value that the tag `Organization` must have: 1 to 256 letters, digits, spaces and the characters `_.:/=+-@`.
   */
  readonly organizationName: string;

  /**
   * Values that the tag `Environment` may have: the names of all environments in the account. At least one.
   */
  readonly environments: string[];
}
