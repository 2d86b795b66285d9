import { CHARACTERS } from '../../../src/foundation/contract';
import { GeneratedSource } from '../ports';
import { SecretValue } from './secret-value';

/** A whole number from zero to below `limit`, each as likely, from a source that nobody can guess. */
export type RandomNumber = (limit: number) => number;

/** A value with at least one character of each class, the rest from all of them, in an order that says nothing. */
export function generate({ length, characters }: GeneratedSource, random: RandomNumber): SecretValue {
  const pick = (from: string) => from[random(from.length)];
  const classes = characters.map((name) => CHARACTERS[name]);
  const every = classes.join('');
  const text = Array.from({ length }, (_, at) => pick(classes[at] ?? every));
  for (let last = text.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [text[last], text[other]] = [text[other], text[last]];
  }
  return new SecretValue(text.join(''));
}
