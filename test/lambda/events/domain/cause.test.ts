import * as fc from 'fast-check';
import { causeOf } from '../../../../lambda-src/events/domain/cause';
import { severityOf } from '../../../../lambda-src/events/domain/severity';

const RULE = 's3-bucket-ssl-requests-only';

describe('the cause of a rule', () => {
  it.each([
    [RULE, RULE],
    [`securityhub-${RULE}-1a2b3c4d`, RULE],
    [`securityhub-${RULE}-5pftha`, RULE],
    [`${RULE}-conformance-pack-tqmxcyyyr`, RULE],
    [`OrgConfigRule-${RULE}-ab12cd34`, RULE],
    [`OrgConfigRule-${RULE}-abcdefgh`, RULE],
    // Nothing that was added: these are names as somebody chose them.
    ['securityhub-enabled', 'securityhub-enabled'],
    ['securityhub-check-backup', 'securityhub-check-backup'],
    [`${RULE}-1a2b3c4d`, `${RULE}-1a2b3c4d`],
    ['-conformance-pack-abc', '-conformance-pack-abc'],
    ['OrgConfigRule-ab12cd34', 'OrgConfigRule-ab12cd34'],
    ['', ''],
  ])('of %s is %s', (rule, cause) => {
    expect(causeOf(rule)).toBe(cause);
  });

  it('is the same however a rule was deployed', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{8}$/);
    const name = fc.stringMatching(/^[a-z][a-z0-9]{2,12}(-[a-z]{3,9}){1,5}$/).filter((rule) => causeOf(rule) === rule);
    fc.assert(fc.property(name, hex, fc.stringMatching(/^[a-z0-9]{6,13}$/), (rule, suffix, random) => {
      expect(causeOf(`securityhub-${rule}-${suffix}`)).toBe(rule);
      expect(causeOf(`${rule}-conformance-pack-${random}`)).toBe(rule);
      expect(causeOf(`OrgConfigRule-${rule}-${suffix}`)).toBe(rule);
    }));
  });

  it('is never empty and never longer than the rule', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 128 }), (rule) => {
      const cause = causeOf(rule);
      expect(cause.length).toBeGreaterThan(0);
      expect(rule).toContain(cause);
    }));
  });
});

describe('the severity of a rule', () => {
  const severity = (rule: string, own: Parameters<typeof severityOf>[2] = []) => severityOf(rule, causeOf(rule), own);

  it.each([
    ['a*', 'A-rule', true], ['*rule', 'a-rule', true], ['a*rule', 'a-rule', true], ['a*c*e', 'abcde', true], ['*', '', true], ['rule', 'RULE', true], ['*b*', 'abc', true],
    ['rule', 'rules', false], ['ab*ba', 'aba', false], ['b*', 'ab', false], ['a*c*e', 'aecf', false], ['*x*', 'abc', false], ['a.c*', 'abc', false],
  ])('a pattern %s and a rule %s: %s', (pattern, rule, fits) => {
    expect(severityOf(rule, rule, [{ pattern, severity: 'LOW' }])).toBe(fits ? 'LOW' : 'MEDIUM');
  });

  it('is found at once, whatever the pattern', () => {
    const began = Date.now();
    severity('a'.repeat(256), [{ pattern: '*a*a*a*a*b', severity: 'LOW' }]);
    expect(Date.now() - began).toBeLessThan(1_000);
  });

  it.each([
    ['s3-bucket-public-read-prohibited', 'CRITICAL'],
    ['securityhub-iam-root-access-key-check-1a2b3c4d', 'CRITICAL'],
    ['Compliance-Prod-RestrictedSsh1B2C3D-ABCDEFGHIJKL', 'HIGH'],
    ['required-tags-conformance-pack-abcdefghi', 'LOW'],
    ['encrypted-volumes', 'MEDIUM'],
    ['our-own-rule', 'MEDIUM'],
  ])('%s is %s', (rule, expected) => {
    expect(severity(rule)).toBe(expected);
  });

  it('is what the consumer says first, by the name or the cause, whatever its letters\' case', () => {
    const own = [{ pattern: 'S3-bucket-public-*', severity: 'LOW' }, { pattern: '*public*', severity: 'HIGH' }, { pattern: 'our.rule', severity: 'CRITICAL' }] as const;
    expect(severity('s3-bucket-public-read-prohibited', own)).toBe('LOW');
    expect(severity('securityhub-s3-bucket-public-read-prohibited-1a2b3c4d', own)).toBe('LOW');
    expect(severity('ec2-instance-no-public-ip', own)).toBe('HIGH');
    expect(severity('ourxrule', own)).toBe('MEDIUM');
    expect(severity('our.rule', own)).toBe('CRITICAL');
  });
});
