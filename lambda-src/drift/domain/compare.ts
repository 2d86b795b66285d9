import { createHash } from 'node:crypto';
import { Policy, Rule } from './policy';
import { isSecret, secretSign } from './secrets';
import { Difference } from '../../../src/drift/contract';
import { Parameter } from '../ports';

export const SUBJECT = 'parameter';

/** What was read of one environment. */
export interface Reading {
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Whether a name that is not among them does not exist. False after a read that failed: then its absence says nothing. */
  readonly absenceKnown: boolean;
}

/** One difference between the target and what it should be, before anything is known of its past. */
export interface Comparison {
  readonly name: string;
  readonly difference: Difference;
  readonly target?: Parameter;
  readonly baseline?: Parameter;
  /** For NOT_EXPECTED: the value the policy expects. */
  readonly expected?: string;
  /** For LOOKS_SECRET: why it does. */
  readonly sign?: string;
  /** Whether no value of it may be shown. */
  readonly masked: boolean;
}

/** What to compare, and by which rules. */
export interface ComparisonInput {
  readonly environment: string;
  readonly policy: Policy;
  readonly target: Reading;
  /** Undefined for the baseline itself, which has no other environment to be measured by. */
  readonly baseline?: Reading;
  /** The names to compare: all that were read, or those of an incremental check. */
  readonly names: Iterable<string>;
}

export interface ComparisonResult {
  readonly comparisons: Comparison[];
  /** Names that were compared, and names that an `ignored` rule kept out. */
  readonly compared: number;
  readonly ignored: number;
}

/** Compares name by name: one difference a name at the most, the coarsest first. */
export function compare(input: ComparisonInput): ComparisonResult {
  const comparisons: Comparison[] = [];
  let compared = 0;
  let ignored = 0;
  for (const name of input.names) {
    const rule = input.policy.ruleFor(name);
    if (rule.kind === 'ignored') {
      ignored += 1;
      continue;
    }
    if (!isDecided(input, name, rule)) continue;
    compared += 1;
    const comparison = compareName(input, name, rule);
    if (comparison) comparisons.push(comparison);
  }
  return { comparisons, compared, ignored };
}

/** Whether enough was read of a name to say that it is as it should be. */
export function isDecided(
  input: Pick<ComparisonInput, 'policy' | 'target' | 'baseline'>, name: string, rule = input.policy.ruleFor(name),
): boolean {
  if (rule.kind === 'ignored') return true;
  if (!isKnown(input.target, name)) return false;
  const measuredByBaseline = input.baseline !== undefined && (rule.kind !== 'expected' || (!rule.literal && !input.target.parameters.has(name)));
  return !measuredByBaseline || isKnown(input.baseline!, name);
}

const isKnown = (reading: Reading, name: string) => reading.absenceKnown || reading.parameters.has(name);

function compareName(input: ComparisonInput, name: string, rule: Rule): Comparison | undefined {
  const target = input.target.parameters.get(name);
  const baseline = input.baseline?.parameters.get(name);
  const found = rule.kind === 'expected' ? againstExpectation(rule, target, baseline) : againstBaseline(input, rule, target, baseline);
  const sign = target?.value === undefined ? undefined : secretSign(name, target.value);
  const difference = found ?? (sign !== undefined && input.policy.reportPlainSecrets ? 'LOOKS_SECRET' : undefined);
  if (difference === undefined) return undefined;
  return {
    name,
    difference,
    target,
    baseline,
    ...(difference === 'NOT_EXPECTED' ? { expected: rule.expected } : {}),
    ...(difference === 'LOOKS_SECRET' ? { sign } : {}),
    masked: mustMask(name, difference === 'NOT_EXPECTED' ? rule.expected : undefined, target, baseline),
  };
}

function againstExpectation(rule: Rule, target: Parameter | undefined, baseline: Parameter | undefined): Difference | undefined {
  if (!target) return rule.literal || baseline ? 'MISSING' : undefined;
  // A SecureString is never read, so what it holds cannot be what was expected: unknown is not equal.
  return target.value !== undefined && target.value === rule.expected ? undefined : 'NOT_EXPECTED';
}

function againstBaseline(input: ComparisonInput, rule: Rule, target: Parameter | undefined, baseline: Parameter | undefined): Difference | undefined {
  if (!input.baseline) return undefined;
  if (!target) return baseline && 'MISSING';
  if (!baseline) return 'EXTRA';
  if (target.type !== baseline.type) return 'TYPE_DIFFERS';
  return rule.kind === 'same' && target.value !== baseline.value ? 'VALUE_DIFFERS' : undefined;
}

/** A value is shown only where the parameter is plain in both environments and nothing that would be shown looks like a secret. */
function mustMask(name: string, expected: string | undefined, ...sides: (Parameter | undefined)[]): boolean {
  if (expected !== undefined && isSecret(name, expected)) return true;
  return sides.some((side) => side !== undefined && (side.value === undefined || isSecret(name, side.value)));
}

/** The same difference has the same id in every run. */
export function findingId(baseline: string, environment: string, name: string): string {
  return createHash('sha256').update([baseline, environment, SUBJECT, name].join('\x1f')).digest('hex').slice(0, 32);
}

/** The side that changed last, which is where "since when" and "by whom" are to be learned. */
export function newerSide(comparison: Comparison): 'target' | 'baseline' | undefined {
  const { target, baseline, difference } = comparison;
  if (difference === 'NOT_EXPECTED' || difference === 'LOOKS_SECRET') return 'target';
  if (!target) return baseline && 'baseline';
  return !baseline || target.modifiedAt > baseline.modifiedAt ? 'target' : 'baseline';
}

/** Since when the target runs ahead: its side is the newer one, and what it has may be the next release. */
export function aheadSince(comparison: Comparison): string | undefined {
  const mayBeNext = ['EXTRA', 'TYPE_DIFFERS', 'VALUE_DIFFERS'].includes(comparison.difference);
  return mayBeNext && newerSide(comparison) === 'target' ? comparison.target!.modifiedAt : undefined;
}
