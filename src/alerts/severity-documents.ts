import { AlertSeverity, SeverityRule } from './alert-severity';
import { SeverityName, SeverityRuleDocument } from './contract';
import { refuse, requireKind, requireText } from '../private/validation';

/** A function's settings have 4 KB together. */
const MOST_RULES = 20;
const MOST_STARS = 5;

/** As the function gets them; the first that fits counts. */
export function severityDocuments(prop: string, rules: SeverityRule[]): SeverityRuleDocument[] {
  if (rules.length > MOST_RULES) { refuse(prop, `${rules.length} rules`, `up to ${MOST_RULES}`, 'use `*` for several rules at once'); }
  return rules.map(({ pattern, severity }, index) => {
    requireText(`${prop}[${index}].pattern`, pattern, 128, 'name a rule, or several with `*`');
    if (pattern.split('*').length - 1 > MOST_STARS) {
      refuse(`${prop}[${index}].pattern`, pattern, `up to ${MOST_STARS} times \`*\``, 'divide it into several patterns');
    }
    requireKind(`${prop}[${index}].severity`, severity, AlertSeverity, 'use one of its members, such as AlertSeverity.HIGH');
    return { pattern, severity: severity.value as SeverityName };
  });
}
