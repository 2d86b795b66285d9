import * as config from 'aws-cdk-lib/aws-config';
import { ManagedRuleEntry } from './managed-rule-entry';
import { MANAGED_RULES } from './managed-rules';
import { refuse } from '../private/validation';

/** What the library knows of a rule; nothing for one that it does not know. */
export function entryOf(identifier: string): ManagedRuleEntry | undefined {
  return Object.hasOwn(MANAGED_RULES, identifier) ? MANAGED_RULES[identifier] : undefined;
}

/** Whether the library or CDK knows the identifier. */
export function isKnown(identifier: string): boolean {
  return entryOf(identifier) !== undefined || cdkIdentifiers().includes(identifier);
}

export function requireKnown(prop: string, identifier: string): void {
  if (isKnown(identifier)) { return; }
  refuse(prop, identifier, 'the identifier of a managed rule that this library or CDK knows',
    `did you mean ${nearest(identifier)}? For a rule that is newer than both, give its trigger: ManagedRule.of(identifier, { trigger })`);
}

function cdkIdentifiers(): string[] {
  return Object.values(config.ManagedRuleIdentifiers).filter((value): value is string => typeof value === 'string');
}

function nearest(identifier: string): string {
  const known = [...new Set([...Object.keys(MANAGED_RULES), ...cdkIdentifiers()])].sort();
  const wanted = identifier.toUpperCase().replace(/-/g, '_');
  const distances = known.map((name) => distance(wanted, name));
  return known[distances.indexOf(Math.min(...distances))];
}

/** How many letters must change to turn one text into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
