import { PRICES } from '../price-table';
import { memberOf } from './resource-view';
import { Pricer } from './usage';

/** An alarm on an expression is charged by the metrics that it reads. */
export const priceAlarm: Pricer = (alarm) => {
  const read = alarm.list('Metrics').map((metric) => memberOf(metric, 'MetricStat')).filter((metric) => metric !== undefined);
  const periods = [alarm.number('Period'), ...read.map((metric) => memberOf(metric, 'Period'))];
  const high = periods.some((period) => typeof period === 'number' && period < 60);
  return [{ price: high ? PRICES.alarmHighResolution : PRICES.alarmStandard, quantity: Math.max(read.length, 1) }];
};

export const priceCompositeAlarm: Pricer = () => [{ price: PRICES.alarmComposite, quantity: 1 }];

export const priceDashboard: Pricer = () =>
  [{ price: PRICES.dashboard, quantity: 1, note: "the account's first three are free: not taken off" }];
