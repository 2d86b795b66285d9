import * as fs from 'fs';
import * as path from 'path';
import { ComplianceFramework, FrameworkBasis, FrameworkControl, ServedControl } from './compliance-framework';

/** The package ships the data as it stands beside the source: lib/rules/../../src/rules. */
const DATA = path.join(__dirname, '..', '..', 'src', 'rules', 'framework-rules.json');

/** A line of the data: a rule serves a control, and who says so. */
export interface FrameworkRow {
  readonly framework: string;
  readonly control: string;
  readonly ruleIdentifier: string;
  /** Starts with `aws:` or `derived:`. */
  readonly source: string;
}

let rows: FrameworkRow[] | undefined;

/** Read once, and only by who asks for a framework. */
export function frameworkRows(): FrameworkRow[] {
  rows ??= JSON.parse(fs.readFileSync(DATA, 'utf8')) as FrameworkRow[];
  return rows;
}

/** Which rules frameworks ask for, each with its controls in the order of the frameworks and of the data. */
export function controlsByRule(frameworks: ComplianceFramework[]): Map<string, FrameworkControl[]> {
  const found = new Map<string, FrameworkControl[]>();
  for (const framework of frameworks) {
    for (const row of frameworkRows().filter(({ framework: key }) => key === framework.key)) {
      const controls = found.get(row.ruleIdentifier) ?? [];
      // Two checks of a third party may translate to the same rule.
      if (!controls.some((control) => control.framework === framework && control.control === row.control)) {
        controls.push({ framework, control: row.control, basis: basisOf(row.source), source: row.source });
      }
      found.set(row.ruleIdentifier, controls);
    }
  }
  return found;
}

export function ownControls(controls: ServedControl[] = []): FrameworkControl[] {
  return controls.map(({ framework, control, source }) => ({ framework, control, basis: FrameworkBasis.OWN, source: source ?? 'the rule set' }));
}

function basisOf(source: string): FrameworkBasis {
  return source.startsWith('aws:') ? FrameworkBasis.AWS : FrameworkBasis.DERIVED;
}
