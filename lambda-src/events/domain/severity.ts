import { DEFAULT_SEVERITY, MANAGED_RULE_SEVERITIES, SeverityName, SeverityRuleDocument } from '../../../src/alerts/contract';

/** Names that CloudFormation makes hold the identifier without its hyphens, between the stack's name and some random letters. */
const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Worst first: one identifier may be part of another. */
const MANAGED = (['CRITICAL', 'HIGH', 'LOW'] as const)
  .flatMap((severity) => MANAGED_RULE_SEVERITIES[severity]!.map((identifier) => ({ severity, identifier: bare(identifier) })));

/** Part by part from the left: a regular expression of five `*` takes a minute for a long name that fits it nearly. */
function matches(pattern: string, rule: string): boolean {
  const [begin, ...parts] = pattern.toLowerCase().split('*');
  const end = parts.pop();
  const name = rule.toLowerCase();
  if (end === undefined) return name === begin;
  if (!name.startsWith(begin)) return false;
  let at = begin.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - at >= end.length && name.endsWith(end);
}

/** How bad it is that a rule is broken: what the consumer says first, then what AWS says of its own rules. */
export function severityOf(rule: string, cause: string, own: readonly SeverityRuleDocument[]): SeverityName {
  const chosen = own.find(({ pattern }) => matches(pattern, rule) || matches(pattern, cause));
  if (chosen) return chosen.severity;
  const name = bare(rule);
  return MANAGED.find(({ identifier }) => name.includes(identifier))?.severity ?? DEFAULT_SEVERITY;
}
