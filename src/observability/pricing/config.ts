import { RuleTrigger } from '../../rules/config-rule-info';
import { entryOf } from '../../rules/identifiers';
import { DAYS_A_MONTH, Price, PRICES } from '../price-table';
import { memberOf, ResourceView } from './resource-view';
import { Pricer, PricingContext, Unknown, Usage } from './usage';

const RUNS_A_DAY: { readonly [frequency: string]: number } = { One_Hour: 24, Three_Hours: 8, Six_Hours: 4, Twelve_Hours: 2, TwentyFour_Hours: 1 };
/** Resource types that AWS's `required-tags` looks at when the rule names none. */
const REQUIRED_TAGS_TYPES = 31;

/** What decides how often a rule is evaluated. */
interface RuleFacts {
  readonly identifier?: string;
  readonly owner?: string;
  /** Set for rules that time triggers only: where it is not, the rule counts as change-triggered. */
  readonly frequency?: string;
  /** Types in its scope; none where it names none. */
  readonly types: number;
}

function evaluationsOf(rule: RuleFacts, { assumptions }: PricingContext): number {
  const byTypes = rule.types * assumptions.changesPerResourceType;
  // A rule that has both is a hybrid: time and changes trigger it.
  if (rule.frequency !== undefined) { return RUNS_A_DAY[rule.frequency] * DAYS_A_MONTH * assumptions.resourcesPerPeriodicRule + byTypes; }
  if (rule.types > 0) { return byTypes; }
  if (rule.identifier === 'REQUIRED_TAGS') { return Math.min(REQUIRED_TAGS_TYPES * assumptions.changesPerResourceType, assumptions.configurationItems); }
  // A custom rule without a scope sees every change; a managed one looks at the types that it is about, one in most cases.
  return rule.owner === 'AWS' ? assumptions.changesPerResourceType : assumptions.configurationItems;
}

/** What a rule says of itself, in a template as in a construct: names are spelled either way. */
function factsOf(rule: (name: string) => unknown): RuleFacts {
  const source = rule('Source');
  const details = memberOf(source, 'SourceDetails');
  const frequencies = [rule('MaximumExecutionFrequency'), ...(Array.isArray(details) ? details : []).map((detail) => memberOf(detail, 'MaximumExecutionFrequency'))];
  const types = memberOf(rule('Scope'), 'ComplianceResourceTypes');
  const text = (value: unknown) => typeof value === 'string' ? value : undefined;
  const identifier = text(memberOf(source, 'SourceIdentifier'));
  return {
    identifier,
    owner: text(memberOf(source, 'Owner')),
    frequency: frequencies.map(text).find((frequency) => frequency !== undefined && frequency in RUNS_A_DAY) ?? defaultFrequency(identifier),
    types: Array.isArray(types) ? types.length : 0,
  };
}

/** AWS's default for a managed rule that time triggers and whose template names no frequency. */
function defaultFrequency(identifier?: string): string | undefined {
  const trigger = identifier === undefined ? undefined : entryOf(identifier)?.trigger;
  return trigger === undefined || trigger === RuleTrigger.CHANGE ? undefined : 'TwentyFour_Hours';
}

const RULE_NOTE = 'changes by type and resources by periodic rule assumed';

export const priceRule: Pricer = (rule, context) =>
  [{ price: PRICES.ruleEvaluations, quantity: evaluationsOf(factsOf((name) => rule.value(name)), context), note: RULE_NOTE }];

/** A managed rule of an organization: the accounts that it reaches are charged, so that the total is the organization's. */
export const priceOrganizationRule: Pricer = (rule, context) => {
  const metadata = ['OrganizationManagedRuleMetadata', 'OrganizationCustomRuleMetadata', 'OrganizationCustomPolicyRuleMetadata']
    .map((name) => rule.value(name)).find((value) => value !== undefined);
  const frequency = memberOf(metadata, 'MaximumExecutionFrequency');
  const types = memberOf(metadata, 'ResourceTypesScope');
  const facts: RuleFacts = {
    identifier: memberOf(metadata, 'RuleIdentifier') as string | undefined,
    owner: memberOf(metadata, 'RuleIdentifier') === undefined ? 'CUSTOM' : 'AWS',
    frequency: typeof frequency === 'string' && frequency in RUNS_A_DAY ? frequency : undefined,
    types: Array.isArray(types) ? types.length : 0,
  };
  return [{ price: PRICES.ruleEvaluations, quantity: evaluationsOf(facts, context) * context.assumptions.memberAccounts, note: RULE_NOTE }];
};

function packUsage(pack: ResourceView, context: PricingContext, accounts: number): (Usage | Unknown)[] {
  const price: Price = PRICES.packEvaluations;
  const rules = rulesInTemplate(pack.text('TemplateBody'));
  if (!rules) {
    const { rulesPerConformancePack, changesPerResourceType } = context.assumptions;
    return [{ price, quantity: rulesPerConformancePack * changesPerResourceType * accounts, note: 'rules of a pack assumed: its template cannot be read at synth' }];
  }
  const evaluations = rules.reduce((sum, rule) => sum + evaluationsOf(rule, context), 0);
  return [{ price, quantity: evaluations * accounts, note: RULE_NOTE }];
}

/** Rules of a template in JSON. YAML is not read: packs that this library makes are JSON. */
function rulesInTemplate(body: string | undefined): RuleFacts[] | undefined {
  let template: unknown;
  try { template = JSON.parse(body ?? ''); } catch { return undefined; }
  const resources = memberOf(template, 'Resources');
  if (typeof resources !== 'object' || resources === null) { return undefined; }
  return Object.values(resources).filter((resource) => memberOf(resource, 'Type') === 'AWS::Config::ConfigRule')
    .map((resource) => factsOf((name) => memberOf(memberOf(resource, 'Properties'), name)));
}

export const pricePack: Pricer = (pack, context) => packUsage(pack, context, 1);
export const priceOrganizationPack: Pricer = (pack, context) => packUsage(pack, context, context.assumptions.memberAccounts);

/** Items of an account: they are charged whoever made its recorder, also where the custom resource found one. */
export const priceRecorder: Pricer = (recorder, { assumptions }) => {
  const daily = [recorder.member('RecordingMode', 'RecordingFrequency'), recorder.member('Recording', 'Frequency')].includes('DAILY');
  return [{ price: daily ? PRICES.configItemsDaily : PRICES.configItems, quantity: assumptions.configurationItems, note: 'number of items assumed' }];
};

