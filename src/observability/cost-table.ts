import { CostLine } from './cost-line';

/** What of an estimate is shown. */
export interface ShownEstimate {
  readonly lines: CostLine[];
  readonly total: number;
  readonly unpriced: string[];
  readonly assumed: string[];
  readonly pricesAsOf: string;
  readonly currency: string;
  readonly region: string;
}

const GROUPED = /\B(?=(\d{3})+(?!\d))/g;

/** A number with groups of three digits, whatever the locale of the machine. */
function grouped(value: number, decimals: number): string {
  const [whole, fraction] = value.toFixed(decimals).split('.');
  return [whole.replace(GROUPED, ','), ...fraction === undefined ? [] : [fraction]].join('.');
}

export function money(amount: number): string {
  return amount > 0 && amount < 0.005 ? '<0.01' : grouped(amount, 2);
}

const quantityOf = (quantity: number) => grouped(quantity, Number.isInteger(quantity) || quantity >= 1000 ? 0 : 2);
/** Three digits that count, and never an exponent. */
function priceOf(unitPrice: number): string {
  const decimals = unitPrice >= 0.01 ? 4 : Math.min(2 - Math.floor(Math.log10(unitPrice)), 12);
  return unitPrice.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** A service's lines below its name, amounts at the right. */
export function costTable(estimate: ShownEstimate): string {
  const rows = estimate.lines.map((line) =>
    [line.what, quantityOf(line.quantity), line.unit, priceOf(line.unitPrice), money(line.monthly), line.note] as const);
  const headings = ['', 'quantity', 'unit', 'price', 'month'];
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column].length)));
  const cells = (row: readonly string[]) => headings.map((_, column) => {
    const toTheLeft = column === 0 || column === 2;
    return toTheLeft ? row[column].padEnd(widths[column]) : row[column].padStart(widths[column]);
  }).join('  ');

  const table = estimate.lines.flatMap(({ service }, index) => [
    ...service === estimate.lines[index - 1]?.service ? [] : [service],
    `  ${cells(rows[index])}  ${rows[index][5]}`.trimEnd(),
  ]);
  const rule = '-'.repeat(cells(headings).length + 2);
  const total = `  ${'total'.padEnd(rule.length - 4 - money(estimate.total).length)}  ${money(estimate.total)}`;
  // Nobody should look for a price of the table in AWS's list that stands there otherwise.
  const factor = estimate.assumed.find((assumption) => assumption.startsWith('priceFactor='))?.replace('priceFactor=', ' times ') ?? '';
  return [
    `Estimated cost of a month in ${estimate.currency}: list prices of ${estimate.region} as of ${estimate.pricesAsOf}${factor}, without free tier, discount, tax and data transfer`,
    '',
    `  ${cells(headings)}`,
    rule,
    ...table,
    rule,
    total,
    ...listed('Not in the total', estimate.unpriced),
    ...listed('Assumed instead of the default', estimate.assumed),
  ].join('\n') + '\n';
}

const listed = (title: string, items: readonly string[]) => items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  ${item}`)];
