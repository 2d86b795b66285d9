import { PRICES } from '../price-table';
import { Pricer } from './usage';

/** Routes, stages and authorizers come with it. REST APIs are another type, and nothing here makes one. */
export const priceApi: Pricer = (_api, { assumptions }) => [{ price: PRICES.apiRequests, quantity: assumptions.apiRequests, note: 'number assumed' }];
