/** How a text is written, and how long it may be. */
export interface Fitting {
  /** Most characters, as they are sent. */
  readonly limit: number;
  readonly write?: (character: string) => string;
}

/** Marks that show nothing, or turn what follows them round: a name may hold them to look like another. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
const CONTROL = /[\u0000-\u001f]/;

/** Shows a character that cannot be seen: control characters by Unicode's pictures of them, others by their number. */
function seen(character: string): string {
  const code = character.codePointAt(0)!;
  if (CONTROL.test(character)) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  const hidden = INVISIBLE.test(character) || (code >= 0x80 && code < 0xa0) || (code >= 0xd800 && code < 0xe000);
  return hidden ? `\\u{${code.toString(16)}}` : character;
}

/** Slack's own three: https://docs.slack.dev/messaging/formatting-message-text */
export const slackCharacter = (character: string) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character;
/** In a code block also what would end it, as a look-alike; lines stay lines. */
export const slackCodeCharacter = (character: string) => (character === '`' ? '\u02cb' : slackCharacter(character));

const asItIs = (character: string) => character;

/** A text on one line with everything in it visible, cut with `…` where it is too long, never within a character or what stands for one. */
export const oneLine = (text: string, fitting: Fitting) => fit(text, fitting, seen);
/** The same with its lines. */
export const someLines = (text: string, fitting: Fitting) => fit(text.replace(/\r\n?/g, '\n'), fitting, (character) => (character === '\n' ? '\n' : seen(character)));

function fit(text: string, { limit, write = asItIs }: Fitting, show: (character: string) => string): string {
  let fitted = '';
  // Where it is cut if the rest does not fit.
  let cut = 0;
  let length = 0;
  for (const character of text) {
    const written = [...show(character)].map(write).join('');
    // As long as it is in JSON, in which quotation marks and lines take two.
    length += JSON.stringify(written).length - 2;
    if (length > limit) return `${fitted.slice(0, cut)}…`;
    fitted += written;
    if (length <= limit - 1) cut = fitted.length;
  }
  return fitted;
}

/** `2026-11-22 10:00:00 UTC` of an instant in ISO 8601. */
export const atTime = (instant: string) => `${instant.slice(0, 19).replace('T', ' ')} UTC`;
