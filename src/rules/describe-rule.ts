import { FrameworkBasis, FrameworkControl } from './compliance-framework';

/** AWS Config's longest description of a rule. */
export const MAX_DESCRIPTION_LENGTH = 256;

/** Names the controls that a rule serves; what does not fit is counted. A purpose has up to 200 characters, so that the count always fits. */
export function describeRule(purpose: string | undefined, controls: FrameworkControl[]): string {
  const text = (shown: number) => [purpose, list(controls.slice(0, shown), controls.length - shown)].filter(Boolean).join(' ');
  let shown = controls.length;
  while (shown > 0 && text(shown).length > MAX_DESCRIPTION_LENGTH) { shown--; }
  return text(shown);
}

function list(controls: FrameworkControl[], more: number): string {
  const byFramework = new Map<string, string[]>();
  for (const { framework, control, basis } of controls) {
    const name = basis === FrameworkBasis.DERIVED ? `${framework.displayName} (derived)` : framework.displayName;
    byFramework.set(name, [...byFramework.get(name) ?? [], control]);
  }
  const text = [...byFramework].map(([name, numbers]) => `${name}: ${numbers.join(', ')}`).join('; ');
  if (more === 0) { return text; }
  return text === '' ? `Serves ${more} controls` : `${text} ... and ${more} more`;
}
