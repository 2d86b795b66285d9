import * as fc from 'fast-check';
import { atTime, oneLine, slackCharacter, slackCodeCharacter, someLines } from '../../../../lambda-src/alerts/domain/text';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.constantFrom('&', '<', '>', '`', '"', '\\', '\n', '\r', '\u202e', '\u0000', '🦀', 'é', '\ud800', 'x'), { maxLength: 600 }).map((parts) => parts.join('')),
);

describe('a text that somebody else wrote', () => {
  it.each([
    ['a&b<c>d', 'a&amp;b&lt;c&gt;d'],
    ['<!channel> <@U1> <https://evil.example|click>', '&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|click&gt;'],
    ['line\nbreak\ttab\u0000nul\u007fdel', 'line␊break␉tab␀nul␡del'],
    ['left\u202eright\u200bzero\u0085next\ud800half', 'left\\u{202e}right\\u{200b}zero\\u{85}next\\u{d800}half'],
    ['naïve 🦀 名前', 'naïve 🦀 名前'],
  ])('%j is shown as %s', (text, shown) => {
    expect(oneLine(text, { limit: 200, write: slackCharacter })).toBe(shown);
  });

  it('keeps its lines where there are some, and cannot end a code block', () => {
    expect(someLines('one\r\ntwo\rthree\n```four\u0007', { limit: 200, write: slackCodeCharacter })).toBe('one\ntwo\nthree\nˋˋˋfour␇');
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['a&b', 6, 'a…'],
    ['a&b', 7, 'a&amp;b'],
    ['🦀🦀🦀', 4, '🦀…'],
    ['"""', 4, '"…'],
  ])('%j in %i characters is %s', (text, limit, cut) => {
    expect(oneLine(text, { limit, write: slackCharacter })).toBe(cut);
  });

  it('is never too long, never marked up, and whole where it fits', () => {
    fc.assert(fc.property(HOSTILE, fc.integer({ min: 1, max: 300 }), (text, limit) => {
      for (const shown of [oneLine(text, { limit, write: slackCharacter }), someLines(text, { limit, write: slackCodeCharacter })]) {
        expect(JSON.stringify(shown).length - 2).toBeLessThanOrEqual(limit);
        expect(shown.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
        expect([...shown].every((character) => character === '\n' || character >= ' ')).toBe(true);
        expect(Buffer.from(shown).toString()).toBe(shown);
      }
      const whole = oneLine(text, { limit: 100_000, write: slackCharacter });
      expect(oneLine(text, { limit: JSON.stringify(whole).length - 2 || 1, write: slackCharacter })).toBe(whole);
    }));
  });
});

it('an instant is told to the second', () => {
  expect(atTime('2026-11-22T10:00:00.123Z')).toBe('2026-11-22 10:00:00 UTC');
});
