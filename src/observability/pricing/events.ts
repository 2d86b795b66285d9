import { DAYS_A_MONTH, PRICES } from '../price-table';
import { memberOf } from './resource-view';
import { runsAMonth } from './schedule';
import { Pricer, resourcesOfType } from './usage';

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

/** An event of compliance weighs less than 2 KB, one of a resource mostly more: assumed, as the line says. */
const GIGABYTES_AN_EVENT = 4 / 1_000_000;

/** What members put on a hub's bus they pay for. On one that nobody else may write to, functions of the account put what they announce. */
export const priceBus: Pricer = (bus, context) => {
  const opened = resourcesOfType(context, 'AWS::Events::EventBusPolicy')
    .some((policy) => policy.references('EventBusName').includes(bus.path) && policy.member('Statement', 'Effect') === 'Allow');
  const archived = resourcesOfType(context, 'AWS::Events::Archive').some((archive) => archive.references('SourceArn').includes(bus.path));
  return opened || archived ? [] : [{ price: PRICES.busEvents, quantity: context.assumptions.announcements, note: 'announcements: number assumed' }];
};

export const priceArchive: Pricer = (archive, { assumptions }) => {
  const gigabytes = assumptions.hubEvents * GIGABYTES_AN_EVENT;
  const days = archive.number('RetentionDays');
  return [
    { price: PRICES.archivedEvents, quantity: gigabytes, note: 'number of events assumed, 4 KB each' },
    days === undefined || days === 0
      ? { unknown: `${archive.path}: how long its events are kept is not known here` }
      : { price: PRICES.archiveStorage, quantity: gigabytes * days / DAYS_A_MONTH, note: `${days} days kept` },
  ];
};
