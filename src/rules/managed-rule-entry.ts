import { RuleTrigger } from './config-rule-info';

/** What the library knows of a managed rule of AWS Config. */
export interface ManagedRuleEntry {
  readonly trigger: RuleTrigger;
  /** What it evaluates, where its page says so. */
  readonly resourceTypes: string[];
  /** Parameters without which AWS refuses the rule, beside those in `parameters`. */
  readonly needs: string[];
  /** Values that it gets unless the consumer gives others. `{partition}` stands for the stack's partition. */
  readonly parameters: { readonly [name: string]: string };
  /** It gives the same answer in each region, since what it evaluates has none. */
  readonly isGlobal: boolean;
  /** Regions that do not have it. */
  readonly notIn: string[];
}

type Extras = Partial<Omit<ManagedRuleEntry, 'trigger' | 'resourceTypes'>>;

export const change = (resourceTypes: string[] = [], extras: Extras = {}) => entry(RuleTrigger.CHANGE, resourceTypes, extras);
export const periodic = (resourceTypes: string[] = [], extras: Extras = {}) => entry(RuleTrigger.PERIODIC, resourceTypes, extras);
export const hybrid = (resourceTypes: string[] = [], extras: Extras = {}) => entry(RuleTrigger.HYBRID, resourceTypes, extras);

function entry(trigger: RuleTrigger, resourceTypes: string[], extras: Extras): ManagedRuleEntry {
  return { trigger, resourceTypes, needs: [], parameters: {}, isGlobal: false, notIn: [], ...extras };
}
