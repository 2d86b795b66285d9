import { Problem } from './problem';
import { hashOf } from '../../../src/events/contract';

/** Where a page ends: behind this version, or at this date, in the direction of the list. */
const POSITION = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z#[\x21-\x7e]{1,128})?$/;
const FORMAT = '1';

/**
 * Says where the next page begins, and for which question. It is no secret and no permission: whoever forges one reads what he may read
 * anyway, from another place on. The hash finds out a damaged one, and one of another question.
 */
export function cursorOf(position: string, question: string): string {
  return Buffer.from([FORMAT, position, checkOf(position, question)].join(' ')).toString('base64url');
}

/** The position in a cursor. Refuses one that was not given for this question. */
export function positionIn(cursor: string | undefined, question: string): string | undefined {
  if (cursor === undefined) return undefined;
  const [format, position = '', check, ...more] = cursor.length > 1_024 ? [] : Buffer.from(cursor, 'base64url').toString().split(' ');
  const isOurs = format === FORMAT && more.length === 0 && POSITION.test(position) && check === checkOf(position, question);
  if (!isOurs || cursorOf(position, question) !== cursor) {
    throw new Problem('invalid-cursor', 'cursor is damaged, or of another question than this one', {
      field: 'cursor', allowed: 'nextCursor of an answer to the same question, unchanged; only limit may differ',
    });
  }
  return position;
}

const checkOf = (position: string, question: string) => hashOf(['cursor', position, question]);
