import * as fc from 'fast-check';
import picomatch from 'picomatch';
import { compilePattern, patternProblem } from '../../../src/drift/pattern';

const options = { dot: true, strictBrackets: true, windows: false };
const segment = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '-', '_'), minLength: 1, maxLength: 4 }).filter((text) => !/^\.+$/.test(text));
const name = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
const glob = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', '.', '-', '/', '*', '**', '**/', '/**', '?', '[ab]', '[!a]', '[^a]', '[a-b]', '{a,b}', '{a/,}', '+(a)', '@(a|b)', '!(a)',
    '!', '*(a|b)', '?(a)', '|', '(a|b)', '+', '^', '@', ',', '{a', 'a]'),
  maxLength: 7,
});

test('matches exactly what picomatch matches, whatever the short cuts', () => {
  fc.assert(fc.property(glob, fc.array(name, { minLength: 10, maxLength: 10 }), (source, names) => {
    if (patternProblem(source)) { return; }
    const compiled = compilePattern(source);
    const reference = picomatch(source, options);
    for (const candidate of names) { expect([source, candidate, compiled.matches(candidate)]).toEqual([source, candidate, reference(candidate)]); }
  }), { numRuns: 3000 });
});

test('what it says for an index holds for every name that matches', () => {
  fc.assert(fc.property(glob, name, (source, candidate) => {
    if (patternProblem(source)) { return; }
    const compiled = compilePattern(source);
    if (!compiled.matches(candidate)) { return; }
    expect(candidate.startsWith(compiled.prefix) && candidate.endsWith(compiled.suffix)).toBe(true);
    if (compiled.literal !== undefined) { expect(candidate).toBe(compiled.literal); }
  }), { numRuns: 3000 });
});

test.each([
  ['app/timeout', ['app/timeout'], ['app/timeouts', 'App/timeout', 'x/app/timeout']],
  ['app/*', ['app/a', 'app/.a'], ['app/a/b', 'app']],
  ['app/**', ['app/a', 'app/a/b', 'app/.a/b', 'app'], ['apple/a', 'App/a']],
  ['**', ['a', 'a/b'], []],
  ['**/url', ['url', 'a/url', 'a/b/url'], ['a/urls', 'curl']],
  ['app/{a,b}/[0-9]?', ['app/a/1x', 'app/b/0-'], ['app/c/1x', 'app/a/x1']],
])('%s', (source, yes, no) => {
  const { matches } = compilePattern(source);
  expect([...yes, ...no].filter((candidate) => matches(candidate))).toEqual(yes);
});

const OUT_OF_PLACE = 'it holds a sign of a glob out of its place (`,` belongs into braces, `@` and `+` before parentheses, `^` into brackets)';

test.each(['{a,b}/*', '@(a|b)', '+(a)', '[^a]b', 'a{1,2}{x,y}', '**', 'a/**/b'])('%s is a glob', (source) => {
  expect(patternProblem(source)).toBeUndefined();
});

test.each([
  ['', 'it is empty'],
  ['a'.repeat(1012), 'it has 1012 characters'],
  ['/app/*', 'it starts with a slash or a dot and a slash, but names are relative to their environment'],
  ['./app', 'it starts with a slash or a dot and a slash, but names are relative to their environment'],
  ['!/app', 'it starts with a slash or a dot and a slash, but names are relative to their environment'],
  ['app config', 'it holds characters that are neither of a parameter name nor of a glob'],
  ['app\\*', 'it holds characters that are neither of a parameter name nor of a glob'],
  ['app/[ab', 'it is not a readable glob (unbalanced brackets or a reversed range)'],
  ['app/a]', 'it is not a readable glob (unbalanced brackets or a reversed range)'],
  ['app/(a', 'it is not a readable glob (unbalanced brackets or a reversed range)'],
  ['app/{a,b', OUT_OF_PLACE], ['app/a}', OUT_OF_PLACE], ['a,b', OUT_OF_PLACE], ['a@b', OUT_OF_PLACE], ['a+b', OUT_OF_PLACE], ['a^b', OUT_OF_PLACE],
  ['app/', 'it has an empty level, which no name has'], ['**/', 'it has an empty level, which no name has'], ['a//b', 'it has an empty level, which no name has'],
  ['app/[z-a]', 'it is not a readable glob (unbalanced brackets or a reversed range)'],
])('%# a bad glob says what is wrong', (source, problem) => {
  expect(patternProblem(source)).toBe(problem);
});

test('every character of a parameter name, and the longest one, are accepted', () => {
  expect(patternProblem('AZaz09_.-/x')).toBeUndefined();
  expect(patternProblem('a'.repeat(1011))).toBeUndefined();
});
