import { columns, json, painter, visible } from '../../../../lambda-src/cli/domain/terminal';

test('what a terminal would obey is shown instead', () => {
  expect(visible('a\u001b[31mred\u0007\r\nb\u009b2J\u007f')).toBe('a\\u{1b}[31mred\\u{7}\\u{d}\\u{a}b\\u{9b}2J\\u{7f}');
  expect(visible('gnp\u202Etxt.exe\u2066\u200b\u2028\ufeff')).toBe('gnp\\u{202e}txt.exe\\u{2066}\\u{200b}\\u{2028}\\u{feff}');
  expect(visible('\ud800 \u{e0041}')).toBe('\\u{d800} \\u{e0041}');
  expect(visible('Größe 東京 🔥 <b>`$(x)`')).toBe('Größe 東京 🔥 <b>`$(x)`');
});

test('JSON for programs is the same data, and harmless', () => {
  const value = { name: 'a\u001b[2J\n\u009b\u202e', far: '\u{e0041}', list: ['é🔥'] };
  const text = json(value);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\u{e0041}/u);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('é🔥');
});

test('colours are for terminals', () => {
  expect(painter(true)('red', 'x')).toBe('\u001b[31mx\u001b[0m');
  expect(painter(false)('red', 'x')).toBe('x');
});

test('columns are as wide as their widest cell, and numbers stand on the right', () => {
  expect(columns([['rule', 'n'], ['long\tname', 5], ['a', 1000]])).toEqual(['rule           n', 'long\\u{9}name     5', 'a              1000']);
  expect(columns([])).toEqual([]);
});
