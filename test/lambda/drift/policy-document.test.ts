import { readPolicyDocument } from '../../../lambda-src/drift/adapters/policy-document';
import { RecordingLog } from '../../support/in-memory-drift';
import { policyDocument } from '../../support/state-objects-contract';

describe('the policy document', () => {
  const waiver = { pattern: 'a/*', environment: 'Dev', reason: 'r', owner: 'o', expiresOn: '2028-02-29' };

  it('is read with every kind of rule', () => {
    const document = policyDocument({
      rules: [
        { kind: 'same', pattern: 'a' },
        { kind: 'mayDiffer', pattern: 'b/**', reason: 'its own' },
        { kind: 'expected', pattern: 'c', values: { Dev: 'debug', Prod: '' } },
        { kind: 'ignored', pattern: 'd', reason: 'r' },
      ],
      waivers: [{ ...waiver, ticket: 'T-1' }],
    });
    expect(readPolicyDocument(document, new RecordingLog())).toEqual(document);
  });

  it('may lack the lists that CDK leaves out when they are empty', () => {
    const { rules: _, waivers: __, ...rest } = policyDocument();
    expect(readPolicyDocument(rest, new RecordingLog())).toEqual({ ...rest, waivers: [] });
  });

  it.each([
    ['no object', 'text', 'document'],
    ['another version', { ...policyDocument(), version: '2' }, 'version'],
    ['no baseline', { ...policyDocument(), baseline: '' }, 'baseline'],
    ['no environments', { ...policyDocument(), environments: [] }, 'environments'],
    ['a rule of an unknown kind', { ...policyDocument(), rules: [{ kind: 'same', pattern: 'a' }, { kind: 'other', pattern: 'b' }] }, 'rules.1.kind'],
    ['a rule with a pattern that is no glob', { ...policyDocument(), rules: [{ kind: 'same', pattern: 'a/[' }] }, 'rules.0.pattern'],
    ['a rule without a pattern', { ...policyDocument(), rules: [{ kind: 'same' }] }, 'rules.0.pattern'],
    ['an expected rule without values', { ...policyDocument(), rules: [{ kind: 'expected', pattern: 'b' }] }, 'rules.0.values'],
    ['a flag that is neither', { ...policyDocument(), reportPlainSecrets: 'yes' }, 'reportPlainSecrets'],
  ])('with %s is not readable at all', (_, content, where) => {
    expect(() => readPolicyDocument(content, new RecordingLog())).toThrow(new RegExp(`^the parity policy is not readable: ${where}: .*; correct it in the code and deploy$`));
  });

  it('shows the first problems only', () => {
    const rules = Array.from({ length: 9 }, () => ({ kind: 'same' }));
    expect(() => readPolicyDocument({ ...policyDocument(), rules }, new RecordingLog())).toThrow('and 6 more');
  });

  it.each([
    ['no object', 7], ['no reason', { ...waiver, reason: '' }], ['no owner', { ...waiver, owner: undefined }], ['no environment', { ...waiver, environment: 1 }], ['a pattern that is no glob', { ...waiver, pattern: 'a/[' }],
    ['no date', { ...waiver, expiresOn: 'never' }], ['a day that does not exist', { ...waiver, expiresOn: '2027-02-29' }],
    ['a month that does not exist', { ...waiver, expiresOn: '2027-13-01' }], ['a time', { ...waiver, expiresOn: '2027-01-01T00:00:00Z' }],
  ])('drops a waiver with %s, keeps the others and warns', (_, broken) => {
    const log = new RecordingLog();
    const content = { ...policyDocument(), waivers: [broken, waiver] };
    expect(readPolicyDocument(content, log).waivers).toEqual([waiver]);
    expect(log.lines).toEqual([{ level: 'warn', message: expect.stringContaining('holds nothing'), fields: { waiver: 1, problems: expect.any(String) } }]);
  });
});
