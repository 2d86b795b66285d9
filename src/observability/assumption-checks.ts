import { Token } from 'aws-cdk-lib';
import { CostAssumptions } from './cost-assumptions';
import { DEFAULT_ASSUMPTIONS } from './default-assumptions';
import { refuse } from '../private/validation';

/** Assumptions that are shares of something. */
const SHARES: readonly string[] = ['serverlessUse', 'databaseDailyChange'];

/** The assumptions with the defaults filled in. */
export function checkedAssumptions(given: CostAssumptions = {}): Required<CostAssumptions> {
  const names = Object.keys(DEFAULT_ASSUMPTIONS) as (keyof CostAssumptions)[];
  const assumptions = { ...DEFAULT_ASSUMPTIONS, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  for (const name of names) { check(name, assumptions[name]); }
  return assumptions;
}

function check(name: string, value: number): void {
  const prop = `CostAssumptions.${name}`;
  if (Token.isUnresolved(value)) { refuse(prop, 'a token', 'a number that is known at synth', 'give the number itself'); }
  if (name === 'priceFactor' && !(Number.isFinite(value) && value > 0)) {
    refuse(prop, value, 'a number above zero', 'leave it out to use list prices as they are');
  }
  if (SHARES.includes(name) && !(value >= 0 && value <= 1)) { refuse(prop, value, 'a number from 0 to 1', 'give a share: 0.5 for a half'); }
  if (!(Number.isFinite(value) && value >= 0)) { refuse(prop, value, 'a number, zero or more', 'leave it out to use the default'); }
}

/** A budget that can be compared: above zero; one that is known only at deployment passes, and is compared with nothing. */
export function requireBudget(prop: string, value: number): void {
  if (Token.isUnresolved(value)) { return; }
  if (!(Number.isFinite(value) && value > 0)) { refuse(prop, value, 'a number of US dollars above zero', 'leave it out to have no budget'); }
}
