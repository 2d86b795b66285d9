import { Comparison } from '../../../../lambda-src/drift/domain/compare';
import { explain, principal, shown } from '../../../../lambda-src/drift/domain/explain';
import { Parameter } from '../../../../lambda-src/drift/ports';

const names = { environment: 'Dev', baseline: 'Prod' };
const parameter = (value: string | undefined, over: Partial<Parameter> = {}): Parameter =>
  ({ name: 'app/x', type: 'String', version: 1, modifiedAt: '2026-11-20T08:15:30.000Z', ...(value === undefined ? {} : { value }), ...over });
const newer = { version: 4, modifiedAt: '2026-11-22T10:41:00.000Z' };
const said = (comparison: Partial<Comparison>, changedBy?: string) =>
  explain({ name: 'app/x', difference: 'VALUE_DIFFERS', masked: false, ...comparison }, names, changedBy);
const values = (expected: string, found: string, masked = false) => said({ target: parameter(found), baseline: parameter(expected, newer), masked });

describe('a sentence for each difference', () => {
  test.each<[string, Partial<Comparison>, string | undefined, string]>([
    ['MISSING', { difference: 'MISSING', baseline: parameter('1', newer) }, 'user/ann',
      'app/x is missing in Dev: Prod has it as String; since version 4 in Prod, 2026-11-22 10:41 UTC, written by user/ann.'],
    ['MISSING everywhere', { difference: 'MISSING' }, undefined, 'app/x is missing in Dev: the policy expects it there.'],
    ['EXTRA', { difference: 'EXTRA', target: parameter('1') }, undefined,
      'app/x exists only in Dev, as String: Prod has no such parameter; since version 1 in Dev, 2026-11-20 08:15 UTC.'],
    ['TYPE_DIFFERS', { difference: 'TYPE_DIFFERS', target: parameter(undefined, { type: 'SecureString', ...newer }), baseline: parameter('1') }, undefined,
      'app/x has another type in Dev: expected String as in Prod, found SecureString; since version 4 in Dev, 2026-11-22 10:41 UTC.'],
    ['VALUE_DIFFERS', { target: parameter('30'), baseline: parameter('60', newer) }, 'root',
      'app/x differs in Dev: expected "60" as in Prod, found "30"; since version 4 in Prod, 2026-11-22 10:41 UTC, written by root.'],
    ['NOT_EXPECTED', { difference: 'NOT_EXPECTED', target: parameter('info'), expected: 'debug' }, undefined,
      'app/x is not what the policy expects in Dev: expected "debug", found "info"; since version 1 in Dev, 2026-11-20 08:15 UTC.'],
    ['NOT_EXPECTED without a value', { difference: 'NOT_EXPECTED', target: parameter('info') }, undefined,
      'app/x is not what the policy expects in Dev: expected another value, found "info"; since version 1 in Dev, 2026-11-20 08:15 UTC.'],
    ['NOT_EXPECTED, masked', { difference: 'NOT_EXPECTED', target: parameter('info'), expected: 'debug', masked: true }, undefined,
      'app/x is not what the policy expects in Dev: its value is another one (not shown: it is a secret, or looks like one); since version 1 in Dev, 2026-11-20 08:15 UTC.'],
    ['NOT_EXPECTED, secure', { difference: 'NOT_EXPECTED', target: parameter(undefined, { type: 'SecureString' }), expected: 'debug', masked: true }, undefined,
      'app/x is not what the policy expects in Dev: a SecureString is never read, so a value that the policy spells out belongs in a String; '
      + 'since version 1 in Dev, 2026-11-20 08:15 UTC.'],
    ['LOOKS_SECRET', { difference: 'LOOKS_SECRET', target: parameter('x'), sign: 'its name says "token"', masked: true }, undefined,
      'app/x looks like a secret in Dev but is a plain String (its name says "token"); store it as a SecureString; since version 1 in Dev, 2026-11-20 08:15 UTC.'],
  ])('%s', (_, comparison, changedBy, sentence) => {
    expect(said(comparison, changedBy)).toBe(sentence);
  });
});

describe('JSON values', () => {
  test('as the keys that differ', () => {
    expect(values('{"retry":{"max":5},"a":1}', '{"retry":{"max":3},"a":1}')).toContain('1 JSON key differs from Prod: retry.max expected 5, found 3;');
    expect(values('{"a":1}', '{"b":"x"}')).toContain('2 JSON keys differ from Prod: a is missing, expected 1; b is extra with "x";');
    expect(values('[1,2]', '[1,3]')).toContain('1 JSON key differs from Prod: 1 expected 2, found 3;');
  });
  test('a secret key is named and not shown', () => {
    expect(values('{"db":{"password":"a"}}', '{"db":{"password":"b"}}')).toContain('db.password (not shown);');
    expect(values('{"a":1}', '{"a":2}', true)).toContain('a (not shown);');
  });
  test('a value that holds a secret is not shown, nor is a key that is one, nor a control character', () => {
    expect(values('{"db":{"password":{"v":"hunter2"}}}', '{}')).toContain('1 JSON key differs from Prod: db (not shown);');
    expect(values('{}', '{"AKIAIOSFODNN7EXAMPLE":1}')).toContain('a key that looks like a secret is extra with 1;');
    expect(values('{"x\\n\\nResolved (12)":1}', '{}')).toContain('x\\n\\nResolved (12) is missing, expected 1;');
  });
  test('numbers that JavaScript cannot hold are shown as they stand', () => {
    expect(values('{"id":12345678901234567890}', '{"id":12345678901234567891}'))
      .toContain('expected "{\\"id\\":12345678901234567890}" as in Prod, found "{\\"id\\":12345678901234567891}";');
  });
  test('the first five keys, and how many more', () => {
    const all = (value: number) => JSON.stringify(Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`k${i}`, value])));
    expect(values(all(1), all(2))).toMatch(/7 JSON keys differ from Prod: k0 expected 1, found 2; .*k4 expected 1, found 2; and 2 more;/);
  });
  test('the same JSON in another order', () => {
    expect(values('{"a":1,"b":2}', '{"b":2,"a":1}')).toContain('the same JSON as in Prod, written differently;');
  });
  test('a list against an object, and what is no JSON, as whole values', () => {
    expect(values('[1]', '{"a":1}')).toContain('expected "[1]" as in Prod, found "{\\"a\\":1}";');
    expect(values('{oops', '{}')).toContain('expected "{oops" as in Prod, found "{}";');
  });
  test('a long inner value is cut and says so', () => {
    expect(values('{"a":1}', JSON.stringify({ a: Array(200).fill(7) }))).toMatch(/a expected 1, found \[7,7,.*… \(401 characters\);/);
  });
});

describe('values', () => {
  test('are quoted, so that blanks and control characters are seen', () => {
    expect(values('a b ', 'a\tb\n')).toContain('expected "a b " as in Prod, found "a\\tb\\n";');
  });
  test('are not shown when masked', () => {
    expect(values('one', 'two', true)).toContain('its value is not Prod\'s (not shown: it is a secret, or looks like one);');
  });
  test('that begin alike say where they differ', () => {
    expect(values('a'.repeat(300), `${'a'.repeat(200)}b`)).toContain('… (201 characters), different from character 201 on;');
    expect(values('a'.repeat(300), 'a'.repeat(200))).toContain(', different from character 201 on;');
    expect(values('a'.repeat(200), 'a'.repeat(300))).toContain(', different from character 201 on;');
    expect(values('abc', 'abd')).not.toContain('different from character');
  });
  test('are cut at 120 characters, never inside one, and say how long they are', () => {
    expect(shown('x'.repeat(120))).toBe(`"${'x'.repeat(120)}"`);
    expect(shown('😀'.repeat(121))).toBe(`"${'😀'.repeat(120)}"… (121 characters)`);
  });
});

test('who: the part of an ARN that a reader knows', () => {
  expect(principal('arn:aws:sts::111111111111:assumed-role/Deploy/alice')).toBe('assumed-role/Deploy/alice');
  expect(principal('arn:aws:iam::111111111111:root')).toBe('root');
  expect(principal('somebody')).toBe('somebody');
});
