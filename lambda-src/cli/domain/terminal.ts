/**
 * Characters that do something to a terminal or to whoever reads it: control characters, changes of the writing direction, and what is
 * not seen at all. Names and annotations come from many accounts.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const codeOf = (character: string) => character.codePointAt(0)!.toString(16);

/** A text from outside on one line, with everything in it visible. */
export const visible = (text: string) => text.replace(UNSEEN, (character) => `\\u{${codeOf(character)}}`);

/** JSON for programs that is harmless on a terminal as well. */
export const json = (value: unknown) =>
  // Line feeds are those of the layout: JSON itself escapes them in texts.
  JSON.stringify(value, undefined, 2).replace(UNSEEN, (character) => (character === '\n' ? '\n'
    : [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')));

export type Colour = 'green' | 'red' | 'yellow' | 'dim';
const CODES: { readonly [colour in Colour]: number } = { green: 32, red: 31, yellow: 33, dim: 2 };
export type Paint = (colour: Colour, text: string) => string;
/** Colours are for people who look at a terminal. */
export const painter = (colours: boolean): Paint => (colour, text) => (colours ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);

/** Rows in columns; numbers stand on the right. */
export function columns(rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? String(cell) : visible(cell))));
  const widths = texts.reduce<number[]>((sums, row) => row.map((cell, i) => Math.max(sums[i] ?? 0, cell.length)), []);
  return texts.map((row, r) => row.map((cell, i) => (typeof rows[r][i] === 'number' ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ').trimEnd());
}
