import * as fc from 'fast-check';
import { SlackBlock, SlackMessage, SlackText } from '../../../../lambda-src/alerts/domain/slack-blocks';
import { SLACK_WORDS } from '../../../../lambda-src/alerts/domain/slack-message';
import { ComplianceStatus, StateChange } from '../../../../src/events/contract';
import { stateChange } from '../../../support/state-change';

const typesOf = ({ blocks }: SlackMessage) => blocks.map(({ type }) => type);
const fieldsOf = ({ blocks }: SlackMessage) => blocks[1].fields!.map(({ text }) => text);
const contextOf = ({ blocks }: SlackMessage) => (blocks.at(-1)!.elements as SlackText[]).map(({ text }) => text);
const buttonOf = ({ blocks }: SlackMessage) => blocks.find(({ type }) => type === 'actions')!.elements![0];
const textsOf = ({ text, fields = [], elements = [] }: SlackBlock) =>
  [...(text ? [text] : []), ...fields, ...(elements as SlackText[]).filter(({ type }) => type === 'mrkdwn')];

/** What Slack refuses: https://docs.slack.dev/reference/block-kit/blocks */
function expectTaken(message: SlackMessage): void {
  expect(message.blocks.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(message).length).toBeLessThanOrEqual(13_200);
  for (const block of message.blocks) {
    if (block.type === 'header') expect(block.text!.text.length).toBeLessThanOrEqual(150);
    if (block.type === 'section' && block.text) expect(block.text.text.length).toBeLessThanOrEqual(3_000);
    expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
    for (const { text } of block.fields ?? []) expect(text.length).toBeLessThanOrEqual(2_000);
    for (const element of (block.elements ?? []) as { url?: string; text: string | SlackText }[]) {
      expect(element.url?.length ?? 0).toBeLessThanOrEqual(3_000);
      if (typeof element.text !== 'string') expect(element.text.text.length).toBeLessThanOrEqual(75);
    }
    for (const { text } of textsOf(block)) expect(text.length).toBeGreaterThan(0);
  }
}

describe('a violation', () => {
  it('is told as the reference system draws it', () => {
    expect(SLACK_WORDS.violation(stateChange())).toEqual({
      text: 'AWS Config Compliance Violation: s3-bucket-public-read-prohibited, AWS::S3::Bucket ledger in 111111111111/eu-central-1',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '⚠️ AWS Config Compliance Violation', emoji: true } },
        {
          type: 'section',
          fields: [
            '*Account:*\n111111111111', '*Region:*\neu-central-1', '*Rule:*\ns3-bucket-public-read-prohibited', '*Resource:*\nledger',
            '*Type:*\nAWS::S3::Bucket', '*Status:*\n❌ NON_COMPLIANT',
          ].map((text) => ({ type: 'mrkdwn', text, verbatim: true })),
        },
        { type: 'section', text: { type: 'mrkdwn', text: '*Reason:*\n```The bucket policy lets everybody read.```', verbatim: true } },
        {
          type: 'actions',
          elements: [{
            type: 'button',
            text: { type: 'plain_text', text: 'View in Console 🔗', emoji: true },
            url: 'https://eu-central-1.console.aws.amazon.com/config/home?region=eu-central-1#/resources/timeline?resourceId=ledger&resourceType=AWS%3A%3AS3%3A%3ABucket',
            style: 'danger',
          }],
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: 'Severity CRITICAL, recorded 2026-11-22 10:00:00 UTC', verbatim: true }] },
      ],
    });
  });

  it.each([[undefined], [''], ['\n \n']])('with the annotation %j has no reason', (annotation) => {
    expect(SLACK_WORDS.violation(stateChange({ annotation })).blocks[2].text!.text).toBe('*Reason:*\n```No reason provided```');
  });

  it('begins its reason where it begins, and cannot leave the code block', () => {
    const { blocks } = SLACK_WORDS.violation(stateChange({ annotation: '\nfirst\nsecond```<!here>' }));
    expect(blocks[2].text!.text).toBe('*Reason:*\n```first\nsecondˋˋˋ&lt;!here&gt;```');
  });

  it('names the other rules that find the same, and says when it is late', () => {
    const rules = ['s3-bucket-public-read-prohibited', 'securityhub-x-1a2b3c4d'];
    expect(contextOf(SLACK_WORDS.violation(stateChange({ rules, late: true })))).toEqual([
      'Severity CRITICAL, recorded 2026-11-22 10:00:00 UTC', 'Also found by the rule: securityhub-x-1a2b3c4d',
      '⏰ *Late*: AWS Config sent no event of it; it was found by asking AWS Config',
    ]);
    expect(contextOf(SLACK_WORDS.violation(stateChange({ rules: [...rules, 'third'] })))[1]).toBe('Also found by 2 rules: securityhub-x-1a2b3c4d, third');
  });

  it('of no resource says so', () => {
    expect(fieldsOf(SLACK_WORDS.violation(stateChange({ resourceId: '' })))[3]).toBe('*Resource:*\n-');
  });
});

describe('what is well again', () => {
  it('is told with since when it was broken', () => {
    const message = SLACK_WORDS.resolved(stateChange({ status: 'COMPLIANT', brokenSince: '2026-11-20T08:30:00.000Z', late: true }));
    expect(message.blocks[0].text!.text).toBe('✅ AWS Config Compliance Violation resolved');
    expect(typesOf(message)).toEqual(['header', 'section', 'actions', 'context']);
    expect(fieldsOf(message)[5]).toBe('*Status:*\n✅ COMPLIANT');
    expect(buttonOf(message)).not.toHaveProperty('style');
    expect(contextOf(message)).toEqual([
      'Resolved 2026-11-22 10:00:00 UTC, was broken since 2026-11-20 08:30:00 UTC',
      '⏰ *Late*: AWS Config sent no event of it; it was found by asking AWS Config',
    ]);
  });

  it('may be gone, and may not be known since when', () => {
    const message = SLACK_WORDS.resolved(stateChange({ status: 'NOT_APPLICABLE' }));
    expect(contextOf(message)).toEqual(['No longer applies, as of a deleted resource 2026-11-22 10:00:00 UTC']);
  });
});

describe('a digest', () => {
  const changes = (count: number, more: (index: number) => Partial<StateChange> = () => ({})) =>
    Array.from({ length: count }, (_, i) => stateChange({ eventId: `${i}`, resourceId: `bucket-${i}`, account: `00000000000${i % 3}`, ...more(i) }));

  it('counts by rule and account, names the first and says how many more there are', () => {
    const message = SLACK_WORDS.digest(changes(47, (i) => ({ rule: i === 0 ? 'other' : 'usual', late: i < 2 })), true);
    expect(typesOf(message)).toEqual(['header', 'section', 'section', 'section', 'actions', 'context']);
    expect(message.blocks[0].text!.text).toBe('⚠️ 47 AWS Config Compliance Violations');
    expect(message.blocks[1].text!.text).toBe('*By rule:*\n46 × usual\n1 × other');
    expect(message.blocks[2].text!.text).toBe('*By account:*\n16 × 000000000000\n16 × 000000000001\n15 × 000000000002');
    const lines = message.blocks[3].text!.text.split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('• AWS::S3::Bucket bucket-0 in 000000000000/eu-central-1: other');
    expect(lines[10]).toBe('and 37 more');
    expect(buttonOf(message)).toMatchObject({ style: 'danger', url: 'https://eu-central-1.console.aws.amazon.com/config/home?region=eu-central-1#/dashboard' });
    expect(contextOf(message)[1]).toBe('⏰ *Late*: AWS Config sent no event of 2 of them; they were found by asking AWS Config');
  });

  it('of what is well again names all when they are few', () => {
    const message = SLACK_WORDS.digest(changes(6), false);
    expect(message.blocks[0].text!.text).toBe('✅ 6 AWS Config Compliance Violations resolved');
    expect(message.blocks[3].text!.text.split('\n')).toHaveLength(6);
    expect(buttonOf(message)).not.toHaveProperty('style');
  });
});

const anyChange = fc.record({
  region: fc.string({ maxLength: 64, minLength: 1 }),
  rule: fc.string({ unit: 'binary', maxLength: 256, minLength: 1 }),
  resourceType: fc.string({ unit: 'binary', maxLength: 256 }),
  resourceId: fc.oneof(fc.string({ unit: 'binary', maxLength: 2_048 }), fc.constantFrom('&'.repeat(2_048), '"'.repeat(2_048), '\u0000'.repeat(2_048))),
  annotation: fc.oneof(fc.string({ unit: 'binary', maxLength: 4_096 }), fc.constantFrom('>'.repeat(4_096), 'x\n'.repeat(2_048), '`'.repeat(4_096))),
  rules: fc.array(fc.string({ unit: 'binary', maxLength: 256 }), { maxLength: 50 }),
  status: fc.constantFrom<ComplianceStatus>('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA'),
  late: fc.boolean(),
}).map((more) => stateChange(more));

it('Slack takes every message, whatever stands in it', () => {
  fc.assert(fc.property(anyChange, (change) => {
    expectTaken(SLACK_WORDS.violation(change));
    expectTaken(SLACK_WORDS.resolved({ ...change, brokenSince: change.recordedAt }));
  }));
  fc.assert(fc.property(fc.array(anyChange, { minLength: 1, maxLength: 60 }), fc.boolean(), (all, violations) => {
    expectTaken(SLACK_WORDS.digest(all, violations));
  }), { numRuns: 50 });
});

it('nobody mentions anybody, or links elsewhere, by a name', () => {
  const hostile = '<!channel> <@U024BE7LH> <https://evil.example|click here>';
  const change = stateChange({ rule: hostile, resourceId: hostile, resourceType: hostile, annotation: hostile, rules: [hostile, `x${hostile}`], region: hostile });
  for (const message of [SLACK_WORDS.violation(change), SLACK_WORDS.resolved(change), SLACK_WORDS.digest([change], true)]) {
    expect(message.text).not.toContain('<');
    expect(message.blocks.flatMap(textsOf).map(({ text }) => text).join('\n')).not.toContain('<');
  }
});
