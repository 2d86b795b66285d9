import { createHash } from 'crypto';
import { Stack } from 'aws-cdk-lib';
import { PlannedRule, rulePropsOf } from './planned-rule';
import { plainName } from './rule-names';
import { refuse } from '../private/validation';

/** AWS Config's limits: rules a pack, bytes of a template that is given inline, packs an account. */
const MAX_RULES_IN_PACK = 130;
const MAX_TEMPLATE_BYTES = 51_200;
const MAX_PACKS = 50;
/** What a value is counted as that is known at deployment only: ARNs are the longest that occur. */
const LATE_VALUE_BYTES = 256;
const HEAD = '{"Resources":{\n';
const SEPARATOR = ',\n';
const TAIL = '\n}}';

/** A pack's template, one rule a line. AWS Config asks for YAML; JSON is YAML in its flow style, and other tools read it too. */
export function packTemplate(stack: Stack, rules: PlannedRule[]): string {
  return HEAD + rules.map((rule) => line(stack, rule)).join(SEPARATOR) + TAIL;
}

/**
 * Divides rules among as few packs as their number and size allow. Which pack a rule is in follows from its identifier and the number of packs,
 * by the highest random weight: an added rule moves none, and one more pack takes its share from each of the others and moves no rule
 * between them. A pack may be empty.
 */
export function splitIntoPacks(stack: Stack, rules: PlannedRule[]): PlannedRule[][] {
  const bytes = new Map(rules.map((rule) => [rule, byteLength(stack.resolve(line(stack, rule) + SEPARATOR))]));
  const fits = (pack: PlannedRule[]) => (
    pack.length <= MAX_RULES_IN_PACK && pack.reduce((sum, rule) => sum + bytes.get(rule)!, HEAD.length + TAIL.length) <= MAX_TEMPLATE_BYTES
  );
  for (let count = 1; count <= MAX_PACKS; count++) {
    const packs: PlannedRule[][] = Array.from({ length: count }, () => []);
    rules.forEach((rule) => packs[packOf(rule, count)].push(rule));
    if (packs.every(fits)) { return packs; }
  }
  return refuse('ConfigRuleSet.deployment', `${rules.length} rules`, `rules that fit into ${MAX_PACKS} conformance packs of ${MAX_TEMPLATE_BYTES} bytes`,
    'make fewer or shorter rules of your own, or choose RuleDeployment.rules()');
}

function packOf(rule: PlannedRule, count: number): number {
  const weights = Array.from({ length: count }, (_, pack) => createHash('sha256').update(`${pack}/${rule.id}`).digest('hex'));
  return weights.indexOf(weights.reduce((most, weight) => (weight > most ? weight : most)));
}

function byteLength(resolved: unknown): number {
  if (typeof resolved === 'string') { return Buffer.byteLength(resolved); }
  const parts = (resolved as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [resolved];
  return parts.reduce<number>((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : LATE_VALUE_BYTES), 0);
}

function line(stack: Stack, rule: PlannedRule): string {
  return `"${logicalId(rule)}":${stack.toJsonString({ Type: 'AWS::Config::ConfigRule', Properties: properties(rule) })}`;
}

/** Managed rules have capital letters and underscores, others lower-case letters and hyphens: neither can be taken for the other. */
function logicalId(rule: PlannedRule): string {
  const words = rule.identifier.toLowerCase().split(/[_-]/);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return rule.source.kind === 'managed' ? name : `Custom${name}`;
}

function properties(rule: PlannedRule): { [name: string]: unknown } {
  const { inputParameters, ...props } = rulePropsOf(rule);
  const { Description, ...others } = inTemplate(props) as { [name: string]: unknown };
  return { ConfigRuleName: plainName(rule), Description, InputParameters: inputParameters as unknown, ...others };
}

/** CDK writes the names of a template's properties with a small letter first. Those of a rule's parameters are AWS Config's, and stay. */
function inTemplate(value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(inTemplate); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.charAt(0).toUpperCase() + name.slice(1), inTemplate(inner)]));
}
