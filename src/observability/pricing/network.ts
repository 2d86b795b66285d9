import { HOURS_A_MONTH, PRICES } from '../price-table';
import { Pricer } from './usage';

export const priceNatGateway: Pricer = (_gateway, { assumptions }) => [
  { price: PRICES.natGateway, quantity: HOURS_A_MONTH },
  { price: PRICES.natData, quantity: assumptions.networkGigabytes, note: 'assumed' },
];

export const priceAddress: Pricer = () => [{ price: PRICES.publicAddress, quantity: HOURS_A_MONTH }];

/** Gateway endpoints, the default, cost nothing. */
export const priceEndpoint: Pricer = (endpoint, { assumptions }) => endpoint.text('VpcEndpointType') === 'Interface'
  ? [
    { price: PRICES.interfaceEndpoint, quantity: Math.max(endpoint.list('SubnetIds').length, 1) * HOURS_A_MONTH },
    { price: PRICES.endpointData, quantity: assumptions.networkGigabytes, note: 'assumed' },
  ]
  : [];
