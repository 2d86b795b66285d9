import { PRICES } from '../price-table';
import { memberOf, ResourceView } from './resource-view';
import { Pricer, PricingContext } from './usage';

/** SQS charges a message three times: sent, received, deleted. */
const REQUESTS_A_MESSAGE = 3;

export const priceKey: Pricer = (_key, { assumptions }) => [
  { price: PRICES.kmsKey, quantity: 1, note: 'the first and second rotation add USD 1 a month each' },
  { price: PRICES.kmsRequests, quantity: assumptions.keyRequests, note: 'assumed' },
];

const tableUsage = (table: ResourceView, context: PricingContext, recovered: boolean): ReturnType<Pricer> => {
  const { tableWrites, tableReads, tableGigabytes } = context.assumptions;
  return [
    ...table.text('BillingMode') === 'PAY_PER_REQUEST'
      ? [{ price: PRICES.tableWrites, quantity: tableWrites, note: 'assumed' }, { price: PRICES.tableReads, quantity: tableReads, note: 'assumed' }]
      : [{ unknown: `${table.path}: provisioned capacity is not priced` }],
    { price: PRICES.tableStorage, quantity: tableGigabytes, note: 'size assumed' },
    ...recovered ? [{ price: PRICES.tableBackup, quantity: tableGigabytes, note: 'size assumed' }] : [],
  ];
};

export const priceTable: Pricer = (table, context) =>
  tableUsage(table, context, table.member('PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true);

/** Each replica stores and writes again. */
export const priceGlobalTable: Pricer = (table, context) => table.list('Replicas')
  .flatMap((replica) => tableUsage(table, context, memberOf(memberOf(replica, 'PointInTimeRecoverySpecification'), 'PointInTimeRecoveryEnabled') === true));

export const priceBucket: Pricer = (_bucket, { assumptions }) => [
  { price: PRICES.bucketStorage, quantity: assumptions.bucketGigabytes, note: 'size assumed, all in Standard' },
  { price: PRICES.bucketWrites, quantity: assumptions.bucketRequests, note: 'assumed' },
  { price: PRICES.bucketReads, quantity: assumptions.bucketRequests, note: 'assumed' },
];

export const priceQueue: Pricer = (_queue, { assumptions }) =>
  [{ price: PRICES.queueRequests, quantity: assumptions.messages * REQUESTS_A_MESSAGE, note: 'messages assumed' }];

export const priceTopic: Pricer = (_topic, { assumptions }) =>
  [{ price: PRICES.topicPublishes, quantity: assumptions.messages, note: 'messages assumed' }];

export const priceSubscription: Pricer = (subscription, { assumptions }) => (subscription.text('Protocol') ?? '').startsWith('email')
  ? [{ price: PRICES.topicEmails, quantity: assumptions.messages, note: 'messages assumed' }] : [];

export const priceSecret: Pricer = () => [{ price: PRICES.secret, quantity: 1 }];

/** A parameter, or a custom resource that makes one. */
export const priceParameter: Pricer = (parameter) => parameter.text('Tier') === 'Advanced'
  ? [{ price: PRICES.advancedParameter, quantity: 1 }] : [];
