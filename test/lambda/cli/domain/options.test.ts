import { formed, given, moment, whole } from '../../../../lambda-src/cli/domain/options';
import { Misuse } from '../../../../lambda-src/cli/domain/outcome';

const OPTIONS = { stack: { value: 'name', help: '' }, json: { help: '' } };
const read = (...args: string[]) => given(args, OPTIONS, 'verify');

test('options with and without values are read', () => {
  expect(read('--stack', 'Hub', '--json')).toEqual({ stack: 'Hub', json: true });
  expect(read('--stack=Hub=1')).toEqual({ stack: 'Hub=1' });
  expect(read('--stack=-Hub', '--')).toEqual({ stack: '-Hub' });
  expect(read()).toEqual({});
});

test.each([
  [['Hub'], "verify takes no argument 'Hub'"],
  [['--', '--json'], "verify takes no argument '--json'"],
  [['--stak', 'Hub'], 'verify has no option --stak'],
  [['-s'], 'verify has no option -s'],
  [['--toString'], 'verify has no option --toString'],
  [['--__proto__', 'x'], 'verify has no option --__proto__'],
  [['--no-json'], 'verify has no option --no-json'],
  [['--stack', 'a', '--stack', 'b'], '--stack is given twice'],
  [['--json=yes'], '--json takes no value'],
  [['--stack'], '--stack needs a value: <name>'],
  [['--stack', '--json'], '--stack needs a value: <name>'],
  [['--stack='], '--stack needs a value: <name>'],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(new Misuse(message));
});

describe('a whole number', () => {
  test('is read within its bounds', () => {
    expect(whole({ n: '1' }, 'n', 1, 500)).toBe(1);
    expect(whole({ n: '500' }, 'n', 1, 500)).toBe(500);
    expect(whole({}, 'n', 1, 500)).toBeUndefined();
  });
  test.each(['0', '501', '1.5', '-1', '1e2', ' 1', 'ten', '1234567890'])('is not %j', (n) => {
    expect(() => whole({ n }, 'n', 1, 500)).toThrow(new Misuse(`--n must be a whole number from 1 to 500, and is '${n}'`));
  });
});

test('a text has a form', () => {
  expect(formed({ a: 'x' }, 'a', /^x$/, 'an x')).toBe('x');
  expect(formed({}, 'a', /^x$/, 'an x')).toBeUndefined();
  expect(() => formed({ a: 'y' }, 'a', /^x$/, 'an x')).toThrow(new Misuse("--a must be an x, and is 'y'"));
});

describe('a moment', () => {
  test.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T08:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00:00.5+02:00', '2026-03-01T06:00:00.500Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['1772352000', '2026-03-01T08:00:00.000Z'],
    ['0', '1970-01-01T00:00:00.000Z'],
  ])('%s is %s', (from, expected) => {
    expect(moment({ from }, 'from')).toEqual(new Date(expected));
  });
  test.each(['yesterday', '2026-02-30', '2026-02-29T10:00:00Z', '2026-13-01', '2026-03-01T08:00:00', '2026-03-01T25:00:00Z', '03/01/2026', '-1', '1e9', '123456789012'])('%s is none', (from) => {
    expect(() => moment({ from }, 'from')).toThrow(new Misuse(
      `--from must be a time such as 2026-03-01T08:00:00Z, a day such as 2026-03-01 (UTC) or seconds since 1970, and is '${from}'`));
  });
  test('may be left out', () => {
    expect(moment({}, 'from')).toBeUndefined();
  });
});
