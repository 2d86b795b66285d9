import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { PlannedRule } from './planned-rule';
import { refuse } from '../private/validation';

const PROP = 'ConfigRuleSet.ruleNamePrefix';
/** With it and the longest identifier that AWS has a name keeps below AWS Config's 128 characters. */
const LONGEST_PREFIX = 32;
const LONGEST_NAME = 128;
/** Of a rule whose results are asked for: https://docs.aws.amazon.com/config/latest/APIReference/API_GetComplianceDetailsByConfigRule.html */
const LONGEST_READABLE_NAME = 64;

/** A rule's name in words and hyphens. In a conformance pack AWS Config adds a suffix of its own, so that the same name may be in several packs. */
export function plainName(rule: PlannedRule): string {
  return rule.identifier.toLowerCase().replace(/_/g, '-');
}

/** A rule of the consumer's may be called as a managed one is in words and hyphens: AWS Config would take only one of them. */
export function requirePlainNames(rules: PlannedRule[]): void {
  const names = rules.map(plainName);
  rules.forEach((rule, index) => {
    const first = names.indexOf(names[index]);
    if (first === index) { return; }
    refuse('ConfigRuleSet.customRules', rule.identifier, `a name other than ${rules[first].identifier} has where names are not generated`, 'choose another name');
  });
}

/** What rules are called that are made one by one, with a prefix. */
export function ruleNames(scope: IConstruct, rules: PlannedRule[], prefix: string): Map<PlannedRule, string> {
  requirePrefix(prefix);
  requirePlainNames(rules);
  const names = new Map(rules.map((rule) => [rule, `${prefix}-${plainName(rule)}`]));
  if (!Token.isUnresolved(prefix)) { checkLengths(scope, [...names.values()]); }
  return names;
}

function requirePrefix(prefix: string): void {
  if (Token.isUnresolved(prefix)) { return; }
  if (typeof prefix !== 'string' || prefix.length > LONGEST_PREFIX || !/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(prefix)) {
    refuse(PROP, prefix, `1 to ${LONGEST_PREFIX} letters, digits and hyphens, of which the first and the last are no hyphen`,
      'choose such a prefix, or leave it out for generated names');
  }
}

function checkLengths(scope: IConstruct, names: string[]): void {
  const [longest] = [...names].sort((a, b) => b.length - a.length);
  if (longest === undefined || longest.length <= LONGEST_READABLE_NAME) { return; }
  if (longest.length > LONGEST_NAME) { refuse(PROP, longest, `names of up to ${LONGEST_NAME} characters`, 'choose a shorter prefix'); }
  Annotations.of(scope).addWarningV2('cdk-compliance-monitoring:ConfigRuleSet.longRuleName',
    `AWS Config gives no results of a rule whose name has more than ${LONGEST_READABLE_NAME} characters when it is asked for them, as a hub's backfill does: `
    + `${longest} has ${longest.length}; choose a shorter prefix`);
}
