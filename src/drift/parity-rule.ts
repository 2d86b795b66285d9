import { RuleDocument } from './contract';
import { requirePattern, requireValues } from './rule-checks';
import { requireText } from '../private/validation';

/**
 * What "the same" means for some parameters.
 *
 * Rules are tried in the order given and the first whose pattern matches decides. Patterns are globs on names relative to their
 * environment: `*` matches within a level, `**` any number of levels, and `{a,b}`, `[0-9]` and `?` as usual.
 * Matching is case-sensitive.
 */
export class ParityRule {
  /**
   * The parameter must exist in every environment, with the baseline's type and value. This also applies where no rule matches;
   * it serves to except some names from a wider rule that follows.
   *
   * @param pattern Glob on relative names.
   */
  public static same(pattern: string): ParityRule {
    return new ParityRule({ kind: 'same', pattern });
  }

  /**
   * The parameter must exist in every environment with the same type; its value is the environment's own. For endpoints, bucket
   * names, ARNs.
   *
   * @param pattern Glob on relative names.
   */
  public static mayDiffer(pattern: string): ParityRule {
    return new ParityRule({ kind: 'mayDiffer', pattern });
  }

  /**
   * The parameter must have the value given for its environment. `{environment}`, `{account}` and `{region}` in a value are replaced
   * by the environment's name, the account's id and the region. Values may be unresolved tokens.
   *
   * @param pattern Glob on relative names.
   * @param values Value by environment: one for each environment of the policy, the baseline included.
   */
  public static expected(pattern: string, values: { [environment: string]: string }): ParityRule {
    return new ParityRule({ kind: 'expected', pattern, values: { ...values } });
  }

  /**
   * The parameter is not compared. It is counted, so that nothing disappears silently.
   *
   * @param pattern Glob on relative names.
   * @param reason Why nobody needs to look at it. Up to 1,000 characters.
   */
  public static ignored(pattern: string, reason: string): ParityRule {
    return new ParityRule({ kind: 'ignored', pattern, reason });
  }

  private readonly document: RuleDocument;

  private constructor(document: RuleDocument) {
    this.document = document;
  }

  /**
   * Checks the rule against the policy's environments, which it does not know when it is made.
   * @internal
   */
  public _render(index: number, environments: string[]): RuleDocument {
    const prop = (name: string) => `ParityPolicy.rules[${index}].${name}`;
    requirePattern(prop('pattern'), this.document.pattern);
    if (this.document.kind === 'ignored') {
      requireText(prop('reason'), this.document.reason, 1000, 'say why nobody needs to compare these parameters');
    }
    if (this.document.kind === 'expected') { requireValues(prop('values'), this.document.values ?? {}, environments); }
    return this.document;
  }
}
