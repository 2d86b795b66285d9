import * as fc from 'fast-check';
import { AMAZON_Q_WORDS, TEXT_WORDS, TopicMessage } from '../../../../lambda-src/alerts/domain/topic-message';
import { stateChange } from '../../../support/state-change';

interface Notification {
  readonly version: string;
  readonly source: string;
  readonly id?: string;
  readonly content: { readonly textType: string; readonly title: string; readonly description: string; readonly keywords: string[] };
  readonly metadata: { readonly threadId: string; readonly summary: string };
}
const parsed = ({ body }: TopicMessage) => JSON.parse(body) as Notification;
const many = Array.from({ length: 30 }, (_, i) => stateChange({ eventId: `${i}`, resourceId: `bucket-${i}`, rule: i === 0 ? 'other' : 'usual' }));

describe('in text', () => {
  it('a violation is told line by line', () => {
    const rules = ['s3-bucket-public-read-prohibited', 'securityhub-x-1a2b3c4d'];
    expect(TEXT_WORDS.violation(stateChange({ rules, late: true, resourceId: 'led\nger' }))).toEqual({
      subject: 'Compliance violation: s3-bucket-public-read-prohibited',
      body: [
        'Compliance violation', '', 'Account: 111111111111', 'Region: eu-central-1', 'Rule: s3-bucket-public-read-prohibited', 'Resource: led␊ger',
        'Type: AWS::S3::Bucket', 'Status: NON_COMPLIANT', 'Severity: CRITICAL', '', 'Reason:', 'The bucket policy lets everybody read.', '',
        'Recorded 2026-11-22 10:00:00 UTC', 'Also found by: securityhub-x-1a2b3c4d', 'Late: AWS Config sent no event of it; it was found by asking AWS Config', '',
        'https://eu-central-1.console.aws.amazon.com/config/home?region=eu-central-1#/resources/timeline?resourceId=led%0Ager&resourceType=AWS%3A%3AS3%3A%3ABucket', '',
      ].join('\n'),
      attributes: { severity: 'CRITICAL', account: '111111111111', region: 'eu-central-1', status: 'NON_COMPLIANT' },
    });
    expect(TEXT_WORDS.violation(stateChange({ annotation: undefined })).body).toContain('Reason:\nNo reason provided\n');
  });

  it('what is well again has no reason', () => {
    const { subject, body } = TEXT_WORDS.resolved(stateChange({ status: 'COMPLIANT', brokenSince: '2026-11-20T08:30:00.000Z' }));
    expect(subject).toBe('Compliance violation resolved: s3-bucket-public-read-prohibited');
    expect(body).not.toContain('Reason');
    expect(body).toContain('Resolved 2026-11-22 10:00:00 UTC, was broken since 2026-11-20 08:30:00 UTC');
    expect(TEXT_WORDS.resolved(stateChange({ status: 'NOT_APPLICABLE' })).body).toContain('Recorded 2026-11-22 10:00:00 UTC');
  });

  it('a digest counts, names the first and says how many more there are', () => {
    const { subject, body, attributes } = TEXT_WORDS.digest(many, true);
    expect(subject).toBe('30 compliance violations');
    expect(body).toContain('By rule:\n29 x usual\n1 x other\n');
    expect(body).toContain('CRITICAL usual: AWS::S3::Bucket bucket-19 in 111111111111/eu-central-1\nand 10 more\n');
    expect(attributes).toEqual({ status: 'NON_COMPLIANT', digest: 'true' });
    expect(TEXT_WORDS.digest(many, false)).toMatchObject({ subject: '30 compliance violations resolved', attributes: { status: 'COMPLIANT' } });
  });
});

describe('for Amazon Q', () => {
  it('a violation and its end are one thread', () => {
    const violation = parsed(AMAZON_Q_WORDS.violation(stateChange()));
    expect(violation).toMatchObject({
      version: '1.0',
      source: 'custom',
      id: '00112233445566778899aabbccddeeff',
      content: { textType: 'client-markdown', title: '⚠️ AWS Config Compliance Violation', keywords: ['CRITICAL', '111111111111', 'eu-central-1'] },
      metadata: { summary: 'Compliance violation: s3-bucket-public-read-prohibited', additionalContext: { severity: 'CRITICAL' } },
    });
    expect(violation.content.description.split('\n')).toEqual([
      '*Account:* 111111111111', '*Region:* eu-central-1', '*Rule:* s3-bucket-public-read-prohibited', '*Resource:* ledger', '*Type:* AWS::S3::Bucket',
      '*Status:* ❌ NON\\_COMPLIANT', '*Reason:* The bucket policy lets everybody read.', 'Recorded 2026-11-22 10:00:00 UTC',
      '[View in Console](https://eu-central-1.console.aws.amazon.com/config/home?region=eu-central-1#/resources/timeline?resourceId=ledger&resourceType=AWS%3A%3AS3%3A%3ABucket)',
    ]);
    const resolved = parsed(AMAZON_Q_WORDS.resolved(stateChange({ status: 'COMPLIANT', eventId: 'e2' })));
    expect(resolved.content.title).toBe('✅ AWS Config Compliance Violation resolved');
    expect(resolved.metadata.threadId).toBe(violation.metadata.threadId);
    expect(parsed(AMAZON_Q_WORDS.violation(stateChange({ resourceId: 'other' }))).metadata.threadId).not.toBe(violation.metadata.threadId);
    expect(parsed(AMAZON_Q_WORDS.violation(stateChange({ annotation: undefined }))).content.description).toContain('*Reason:* No reason provided');
  });

  it('a digest counts and names', () => {
    const { content, id } = parsed(AMAZON_Q_WORDS.digest(many, true));
    expect(content.title).toBe('⚠️ 30 compliance violations');
    expect(content.description).toContain('*By rule:*\n- 29 × usual\n- 1 × other\n*Resources:*\n');
    expect(content.description).toContain('and 20 more');
    expect(id).toBeUndefined();
    expect(parsed(AMAZON_Q_WORDS.digest(many, false)).content.title).toBe('✅ 30 compliance violations resolved');
  });

  it('takes every notification, and no mark of somebody else\'s', () => {
    const text = (maxLength: number) => fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength }), fc.constantFrom('*'.repeat(maxLength), '"\n'.repeat(maxLength / 2)),
    );
    const anyChange = fc.record({
      rule: text(256), resourceId: text(2_048), resourceType: text(256), annotation: text(4_096),
      rules: fc.array(text(256), { maxLength: 50 }), late: fc.boolean(),
    }).map((more) => stateChange(more));
    fc.assert(fc.property(fc.array(anyChange, { minLength: 1, maxLength: 30 }), fc.boolean(), (all, violations) => {
      for (const message of [AMAZON_Q_WORDS.violation(all[0]), AMAZON_Q_WORDS.digest(all, violations)]) {
        const { content, metadata } = parsed(message);
        expect(content.title.length).toBeLessThanOrEqual(250);
        expect(content.description.length).toBeLessThanOrEqual(8_000);
        expect(content.keywords.every(({ length }) => length <= 75)).toBe(true);
        expect(metadata.summary.length).toBeLessThanOrEqual(250);
        expect(Buffer.byteLength(message.body)).toBeLessThan(256 * 1024);
      }
      expect(Buffer.byteLength(TEXT_WORDS.violation(all[0]).body)).toBeLessThan(256 * 1024);
    }), { numRuns: 60 });
    const { description } = parsed(AMAZON_Q_WORDS.violation(stateChange({ resourceId: '[click](https://evil.example) *x* @all' }))).content;
    expect(description).toContain('*Resource:* \\[click\\]\\(https://evil.example\\) \\*x\\* \\@all');
  });
});
