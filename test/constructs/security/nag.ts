/** cdk-nag's rule packs over a stack: what they find, and which acknowledgements they needed. */
import { Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, IApplyRule, NagPack, NagRuleCompliance, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';

export const PACKS: readonly (new () => NagPack)[] = [AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, HIPAASecurityChecks];

interface Acknowledgement {
  readonly id: string;
  readonly path: string;
  readonly reason: string;
}

export interface NagReport {
  readonly pack: string;
  /** Rules that looked at a resource. */
  readonly checks: number;
  /** What nobody acknowledged. */
  readonly findings: string[];
  readonly acknowledged: number;
}

interface Raised {
  readonly id: string;
  readonly path: string;
}

/** The stack must have been synthesised: only then stands there what aspects and late validation add. */
export function judge(stack: Stack): { readonly reports: NagReport[]; readonly stale: string[] } {
  const raised: Raised[] = [];
  const reports = PACKS.map((Pack) => {
    const pack = new Pack();
    const before = raised.length;
    const checks = watch(pack, raised);
    const findings = pack.validateScope(stack).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`));
    return { pack: pack.name, checks: checks(), findings, acknowledged: raised.length - before - findings.length };
  });
  const stale = acknowledgementsOf(stack).filter(({ id, path }) =>
    !raised.some((finding) => finding.id === id && `${finding.path}/`.startsWith(`${path}/`)));
  return { reports, stale: stale.map(({ id, path }) => `${id} ${path}`) };
}

export function acknowledgementsOf(stack: Stack): Acknowledgement[] {
  return stack.node.findAll().flatMap(({ node }) => node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as { [id: string]: string }).map(([id, reason]) => ({
      id: id.replace(/^annotation::/i, ''), path: node.path, reason,
    }))));
}

/** cdk-nag tells only what is not acknowledged. This also notes what is, and counts. */
function watch(pack: NagPack, raised: Raised[]): () => number {
  let checks = 0;
  const apply = rulesOf(pack).applyRule.bind(pack);
  rulesOf(pack).applyRule = (params) => {
    checks += 1;
    for (const id of idsOf(pack, params)) { raised.push({ id, path: params.node.node.path }); }
    apply(params);
  };
  return () => checks;
}

/** What a pack calls for each rule, and shows to nobody. */
export const rulesOf = (pack: NagPack) => pack as unknown as { applyRule: (params: IApplyRule) => void };

export const ruleIdOf = (pack: NagPack, { rule, ruleSuffixOverride }: IApplyRule) => `${pack.readPackName}-${ruleSuffixOverride ?? rule.name}`;

function idsOf(pack: NagPack, params: IApplyRule): string[] {
  const id = ruleIdOf(pack, params);
  try {
    const result = params.rule(params.node);
    if (Array.isArray(result)) { return result.map((finding) => `${id}[${finding}]`); }
    return result === NagRuleCompliance.NON_COMPLIANT ? [id] : [];
  } catch {
    // cdk-nag counts a rule that could not decide as one that found something.
    return [id];
  }
}
