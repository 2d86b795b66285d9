import { Refusing } from './redrive';
import { Refused } from '../../events/domain/fields';
import { parseMessage } from '../../events/domain/parse';

/** What the hub's own ingest would say of a message now. */
export const refusalOf = (now: Date): Refusing => (body) => {
  try {
    parseMessage(body, now);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
};
