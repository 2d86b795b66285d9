import { IConstruct } from 'constructs';
import { CostAssumptions } from '../cost-assumptions';
import { Price } from '../price-table';
import { ResourceView } from './resource-view';

/** So much of something that has a price. */
export interface Usage {
  readonly price: Price;
  readonly quantity: number;
  readonly note?: string;
}

/** Something that costs and whose quantity or price synth does not know. */
export interface Unknown {
  readonly unknown: string;
}
export const isUnknown = (charge: Usage | Unknown): charge is Unknown => 'unknown' in charge;

/** What pricers know beside the one resource. */
export interface PricingContext {
  readonly assumptions: Required<CostAssumptions>;
  readonly resources: readonly ResourceView[];
  readonly constructs: readonly IConstruct[];
}

/** How a type of resource is charged. */
export type Pricer = (resource: ResourceView, context: PricingContext) => readonly (Usage | Unknown)[];

export const resourcesOfType = (context: PricingContext, ...types: string[]) => context.resources.filter(({ type }) => types.includes(type));
