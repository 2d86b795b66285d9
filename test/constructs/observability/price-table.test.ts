import * as fs from 'fs';
import { DEFAULT_ASSUMPTIONS } from '../../../src/observability/default-assumptions';
import { amountOf, INSTANCE_HOURS, instancePrice, Price, PRICE_SOURCES, PRICES, VCPUS } from '../../../src/observability/price-table';

const prices: [string, Price][] = Object.entries(PRICES);

test('every price has a source, and every source says where and when, or that it is second-hand', () => {
  for (const [, { source }] of prices) { expect(PRICE_SOURCES[source].text).not.toBe(''); }
  for (const origin of Object.values(PRICE_SOURCES)) {
    expect(origin.date ?? '2025').toMatch(/^\d{4}(-\d\d){0,2}$/);
    expect(origin.date !== undefined || origin.secondHand === true).toBe(true);
  }
});

test.each(prices)('%s has rising steps, the last one open', (_, { steps }) => {
  const bounds = steps.slice(0, -1).map((step) => ('upTo' in step ? step.upTo : undefined) ?? NaN);
  expect(bounds).toEqual([...bounds].sort((one, other) => one - other));
  expect(steps.at(-1)!.upTo).toBeUndefined();
  expect(steps.every(({ usd }) => usd > 0)).toBe(true);
});

test('steps: the price of each unit is that of its own step', () => {
  expect(amountOf(PRICES.ruleEvaluations, 100_000)).toBeCloseTo(100, 9);
  expect(amountOf(PRICES.ruleEvaluations, 500_000)).toBeCloseTo(420, 9);
  expect(amountOf(PRICES.ruleEvaluations, 1_000_000)).toBeCloseTo(670, 9);
  expect(amountOf(PRICES.customMetric, 20_000)).toBeCloseTo(4000, 9);
});

test('a larger size of a family costs at least about twice the smaller one, and its vCPUs are known', () => {
  for (const [name, hour] of Object.entries(INSTANCE_HOURS)) {
    const [, family, size] = /^(db\.\w+)\.(\w+)$/.exec(name)!;
    expect(VCPUS[size]).toBeGreaterThan(0);
    const large = INSTANCE_HOURS[`${family}.large`];
    expect(hour / large).toBeCloseTo(size === 'medium' ? 0.5 : VCPUS[size] / 2, 1);
  }
  expect(instancePrice('db.x2g.large', false)).toBeUndefined();
});

test('the documented default of an assumption is its default', () => {
  const source = fs.readFileSync('src/observability/cost-assumptions.ts', 'utf8');
  const documented = [...source.matchAll(/@default ([\d.]+)\n\s+\*\/\n\s+readonly (\w+)\?/g)].map(([, value, name]) => [name, Number(value)]);
  expect(Object.fromEntries(documented)).toEqual(DEFAULT_ASSUMPTIONS);
});
