import { PRICES } from '../price-table';
import { memberOf } from './resource-view';
import { runsAMonth } from './schedule';
import { Pricer } from './usage';

const isBus = (target: unknown) => {
  const arn = memberOf(target, 'Arn');
  return typeof arn === 'string' && arn.includes(':event-bus/');
};

/** AWS's own events and schedules are free, and what a rule starts is charged with it. What it sends to another account's bus the sender pays. */
export const priceEventRule: Pricer = (rule, { assumptions }) => rule.list('Targets').filter(isBus).map(() =>
  ({ price: PRICES.busEvents, quantity: assumptions.configurationItems, note: 'as many as configuration items assumed' }));

/** A schedule that puts events pays for these as well. */
export const priceSchedule: Pricer = (schedule) => {
  const expression = schedule.text('ScheduleExpression') ?? '';
  // Once and never again.
  if (expression.startsWith('at(')) { return []; }
  const quantity = runsAMonth(expression);
  if (quantity === undefined) { return [{ unknown: `${schedule.path}: how often it runs cannot be read at synth` }]; }
  const runs = { price: PRICES.scheduleRuns, quantity, note: "the account's first 14 million are free: not taken off" };
  const putsEvents = schedule.member('Target', 'EventBridgeParameters') !== undefined;
  return putsEvents ? [runs, { price: PRICES.busEvents, quantity }] : [runs];
};
