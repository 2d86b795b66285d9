import fc from 'fast-check';
import { PatternIndex } from '../../../../lambda-src/drift/domain/pattern-index';
import { Policy } from '../../../../lambda-src/drift/domain/policy';
import { PolicyDocument, RuleDocument, WaiverDocument } from '../../../../src/drift/contract';
import { compilePattern } from '../../../../src/drift/pattern';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const policy = (document: Partial<PolicyDocument>) => new Policy(
  { version: '1', baseline: 'Prod', environments: ['Dev', 'Prod'], reportPlainSecrets: 'true', ...document },
  { environment: 'Dev', account: '111111111111', region: 'eu-west-1' }, NOW,
);
const rule = (kind: RuleDocument['kind'], pattern: string, values?: { [environment: string]: string }): RuleDocument => ({ kind, pattern, values });

describe('rules', () => {
  test('the first that matches wins, whatever its form', () => {
    const rules = [rule('ignored', '*/x'), rule('mayDiffer', 'app/*'), rule('same', 'app/y'), rule('ignored', 'app/y')];
    const kinds = ['app/x', 'app/y', 'app/z', 'web/x', 'web/y'].map((name) => policy({ rules }).ruleFor(name).kind);
    expect(kinds).toEqual(['ignored', 'mayDiffer', 'mayDiffer', 'ignored', 'same']);
    expect(policy({ rules: [...rules].reverse() }).ruleFor('app/y').kind).toBe('ignored');
  });

  test('where none matches, the environments must be the same', () => {
    expect(policy({}).ruleFor('anything')).toEqual({ kind: 'same', literal: false });
  });

  test('an expected value names its environment, account and region; other braces and dollars stay', () => {
    const value = '{environment}-{account}-{region}-{environment}-{other}-$&';
    const rules = [rule('expected', 'app/name', { Dev: value, Prod: 'x' })];
    expect(policy({ rules }).ruleFor('app/name')).toEqual({ kind: 'expected', literal: true, expected: 'Dev-111111111111-eu-west-1-Dev-{other}-$&' });
  });

  test('names that must exist are those whose own rule expects them', () => {
    const rules = [rule('ignored', 'a/*'), rule('expected', 'a/b', { Dev: '1' }), rule('expected', 'c', { Dev: '1' }), rule('expected', 'd/*', { Dev: '1' }), rule('same', 'e')];
    expect(policy({ rules }).expectedNames).toEqual(['c']);
  });
});

describe('waivers', () => {
  const waiver = (expiresOn: string, environment = 'Dev'): WaiverDocument => ({ pattern: 'app/**', environment, reason: 'r', owner: 'o', expiresOn });
  test.each([['2026-11-22', true], ['2026-11-21', false], ['2027-01-01', true], ['2026-13-01', false], ['tomorrow', false], ['2026-11-22T10:00', false], ['', false]])(
    'expiring on %s holds: %s', (expiresOn, holds) => {
      expect(policy({ waivers: [waiver(expiresOn)] }).waiverFor('app/a') !== undefined).toBe(holds);
    });
  test('an ended one does not hide a later one', () => {
    expect(policy({ waivers: [waiver('2026-01-01'), waiver('2026-12-01')] }).waiverFor('app/a')?.expiresOn).toBe('2026-12-01');
  });
  test('those of this environment that end within seven days are counted', () => {
    const waivers = [waiver('2026-11-28'), waiver('2026-11-29'), waiver('2026-11-22'), waiver('2026-11-21'), waiver('2026-11-25', 'Staging')];
    expect(policy({ waivers }).waiversEndingWithin(7, NOW)).toBe(2);
  });
});

test('the index keeps the order within a segment', () => {
  const index = new PatternIndex(['app/x/*', 'app/y/*', 'app/*/z', 'app/x/z'].map((pattern, order) => ({ pattern, item: () => order })));
  expect(['app/x/z', 'app/y/a', 'app/q/z', 'app/q/a'].map((name) => index.first(name))).toEqual([0, 1, 2, undefined]);
});

test('the index finds what trying each pattern in order finds', () => {
  const part = fc.constantFrom('a', 'b', 'ab', '.c');
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const glob = fc.array(fc.oneof(part, fc.constantFrom('*', '**', 'a*', '*b', '?', '{a,b}', '[ab]')), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  fc.assert(fc.property(fc.array(fc.oneof(name, glob), { maxLength: 8 }), fc.array(name, { minLength: 1, maxLength: 10 }), (patterns, names) => {
    const index = new PatternIndex(patterns.map((pattern, order) => ({ pattern, item: () => order })));
    for (const candidate of names) {
      const expected = patterns.findIndex((pattern) => compilePattern(pattern).matches(candidate));
      expect(index.first(candidate) ?? -1).toBe(expected);
    }
  }), { numRuns: 1000 });
});
