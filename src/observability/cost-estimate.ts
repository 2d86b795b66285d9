import { IConstruct } from 'constructs';
import { checkedAssumptions } from './assumption-checks';
import { CostAssumptions } from './cost-assumptions';
import { CostLine } from './cost-line';
import { costTable } from './cost-table';
import { DEFAULT_ASSUMPTIONS } from './default-assumptions';
import { amountOf, Price, PRICE_CURRENCY, PRICE_REGION, PRICE_SOURCES, PRICES } from './price-table';
import { metricsWrittenBy } from './pricing/emitters';
import { freeReason, PRICERS } from './pricing/registry';
import { ResourceView, resourcesBelow } from './pricing/resource-view';
import { isUnknown, PricingContext, Unknown, Usage } from './pricing/usage';

/**
 * What a part of the app is likely to cost in a month, from list prices and assumptions.
 *
 * It reads the construct tree as it stands when it is made: make it after everything is added, best at the end of the app. It creates
 * nothing, calls nobody, and gives the same answer for the same tree. It is an estimate, no quote: prices are those of one region at one date,
 * without free tier, discounts, taxes and data transfer, and what happens in a month is assumed.
 */
export class CostEstimate {
  /**
   * Estimates what everything below a construct costs in a month.
   *
   * @param scope An app, a stage, a stack or any construct.
   * @param assumptions How much happens in a month, where the defaults do not fit. Negative numbers and tokens are refused.
   */
  public static of(scope: IConstruct, assumptions?: CostAssumptions): CostEstimate {
    const resources = resourcesBelow(scope);
    return new CostEstimate({ assumptions: checkedAssumptions(assumptions), resources, constructs: scope.node.findAll() });
  }

  /** One line for each price, the dearest service first. */
  public readonly lines: CostLine[];
  /** Sum of the lines, to the cent. */
  public readonly total: number;
  /** Sum of the lines of each service, to the cent. */
  public readonly byService: { [service: string]: number };
  /** What may cost and is not in the total: types without a price, and resources whose size is known only at deployment. */
  public readonly unpriced: string[];
  /** Types in the scope that cost nothing by themselves, each with the reason. */
  public readonly free: string[];
  /** Assumptions that the estimate rests on: `name=value` for each that is not the default. */
  public readonly assumed: string[];
  /** Date of the oldest dated source of the prices used, as YYYY-MM-DD or YYYY-MM; empty when nothing costs. */
  public readonly pricesAsOf: string;
  /** Currency of all amounts. */
  public readonly currency: string;
  /** Region whose list prices these are, wherever the scope will be deployed. */
  public readonly region: string;

  private constructor(context: PricingContext) {
    const charges = chargesOf(context);
    const usages = charges.filter((charge): charge is Usage => !isUnknown(charge) && charge.quantity > 0);
    this.lines = linesOf(usages, context.assumptions.priceFactor);
    this.byService = Object.fromEntries(servicesOf(this.lines).map(([service, amount]) => [service, toCents(amount)]));
    this.total = toCents(this.lines.reduce((sum, line) => sum + line.monthly, 0));
    const types = [...new Set(context.resources.map(({ type }) => type))].sort();
    this.unpriced = [
      ...types.filter((type) => !(type in PRICERS) && freeReason(type) === undefined).map((type) => `${type}: no price is known for this type`),
      ...charges.filter(isUnknown).map(({ unknown }) => unknown),
    ];
    this.free = types.filter((type) => !(type in PRICERS)).flatMap((type) => {
      const reason = freeReason(type);
      return reason === undefined ? [] : [`${type}: ${reason}`];
    });
    this.assumed = Object.entries(context.assumptions)
      .filter(([name, value]) => DEFAULT_ASSUMPTIONS[name as keyof CostAssumptions] !== value).map(([name, value]) => `${name}=${value}`);
    this.pricesAsOf = usages.flatMap(({ price }) => PRICE_SOURCES[price.source].date ?? []).sort()[0] ?? '';
    this.currency = PRICE_CURRENCY;
    this.region = PRICE_REGION;
  }

  /**
   * The estimate as a table that a person can read.
   */
  public toText(): string {
    return costTable(this);
  }
}

function chargesOf(context: PricingContext): (Usage | Unknown)[] {
  const price = (resource: ResourceView) => PRICERS[resource.type]?.(resource, context) ?? [];
  const metrics = metricsWrittenBy(context.constructs) + context.assumptions.customMetrics;
  return [
    ...context.resources.flatMap(price),
    { price: PRICES.customMetric, quantity: metrics, note: 'those that the library writes, by each set of dimensions' },
  ];
}

/** Quantities of the same price are added up before steps of the price apply, since AWS counts by account and region too. */
function linesOf(usages: readonly Usage[], priceFactor: number): CostLine[] {
  const byPrice = new Map<string, Usage[]>();
  for (const usage of usages) {
    const key = [usage.price.service, usage.price.what, usage.price.unit].join('\n');
    byPrice.set(key, [...byPrice.get(key) ?? [], usage]);
  }
  const lines = [...byPrice.values()].map((same) => lineOf(same, priceFactor));
  const services = servicesOf(lines).map(([service]) => service);
  const compare = (one: CostLine, other: CostLine) => services.indexOf(one.service) - services.indexOf(other.service)
    || other.monthly - one.monthly || (one.what < other.what ? -1 : 1);
  return lines.sort(compare);
}

function lineOf(same: readonly Usage[], priceFactor: number): CostLine {
  const { price } = same[0];
  const quantity = same.reduce((sum, usage) => sum + usage.quantity, 0);
  const monthly = amountOf(price, quantity) * priceFactor;
  const unitPrice = price.steps.length > 1 ? monthly / quantity : price.steps[0].usd * priceFactor;
  const notes = [...new Set([...same.map(({ note }) => note), priceNote(price)])].filter((note) => note !== undefined);
  return { service: price.service, what: price.what, quantity, unit: price.unit, unitPrice, monthly, note: notes.join('; ') };
}

function priceNote(price: Price): string | undefined {
  if (price.estimated !== undefined) { return `price estimated: ${price.estimated}`; }
  return PRICE_SOURCES[price.source].secondHand ? 'price second-hand' : undefined;
}

/** Services with what they cost, the dearest first. */
function servicesOf(lines: readonly CostLine[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { service, monthly } of lines) { sums.set(service, (sums.get(service) ?? 0) + monthly); }
  return [...sums].sort(([one, amount], [other, otherAmount]) => otherAmount - amount || (one < other ? -1 : 1));
}

const toCents = (amount: number) => Math.round(amount * 100) / 100;
