import { Refusing } from './redrive';
import { parseMessage } from '../../events/domain/parse';

/** What the hub's own ingest would say of a message now. */
export const refusalOf = (now: Date): Refusing => (body) => {
  try {
    parseMessage(body, now);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};
