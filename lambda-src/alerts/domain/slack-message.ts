import { Words } from './batch';
import { consoleLink } from './console-link';
import { button, context, header, marked, said, section, SlackBlock, SlackMessage } from './slack-blocks';
import { slackDigest } from './slack-digest';
import { atTime, slackCodeCharacter, someLines } from './text';
import { StateChange } from '../../../src/events/contract';

/** Together they stay below the 13,200 characters that Slack takes at the most, whatever stands in them. */
const LONGEST = { account: 100, region: 100, rule: 700, resource: 1_900, type: 500, reason: 2_900, rules: 1_000, summary: 1_000 } as const;

const field = (name: string, value: string, limit: number) => marked(`*${name}:*\n${said(value, limit) || '-'}`);
const NAMES = { COMPLIANT: '✅ COMPLIANT', NON_COMPLIANT: '❌ NON_COMPLIANT', NOT_APPLICABLE: '✅ NOT_APPLICABLE', INSUFFICIENT_DATA: '❔ INSUFFICIENT_DATA' } as const;

const fieldsOf = (change: StateChange): SlackBlock => ({
  type: 'section',
  fields: [
    field('Account', change.account, LONGEST.account),
    field('Region', change.region, LONGEST.region),
    field('Rule', change.rule, LONGEST.rule),
    field('Resource', change.resourceId, LONGEST.resource),
    field('Type', change.resourceType, LONGEST.type),
    marked(`*Status:*\n${NAMES[change.status]}`),
  ],
});

const summary = (begin: string, { rule, resourceId, resourceType, account, region }: StateChange) =>
  `${begin}: ${said(`${rule}, ${resourceType} ${resourceId} in ${account}/${region}`, LONGEST.summary)}`;

function alsoBy({ rule, rules }: StateChange): string[] {
  const others = rules.filter((other) => other !== rule);
  return others.length === 0 ? [] : [`Also found by ${others.length === 1 ? 'the rule' : `${others.length} rules`}: ${said(others.join(', '), LONGEST.rules)}`];
}
const lateMark = ({ late }: StateChange) => (late ? ['⏰ *Late*: AWS Config sent no event of it; it was found by asking AWS Config'] : []);

export const SLACK_WORDS: Words<SlackMessage> = {
  violation: (change) => ({
    text: summary('AWS Config Compliance Violation', change),
    blocks: [
      header('⚠️ AWS Config Compliance Violation'),
      fieldsOf(change),
      section(`*Reason:*\n\`\`\`${reasonOf(change)}\`\`\``),
      button('View in Console 🔗', consoleLink(change), 'danger'),
      context([`Severity ${change.severity}, recorded ${atTime(change.recordedAt)}`, ...alsoBy(change), ...lateMark(change)]),
    ],
  }),
  resolved: (change) => ({
    text: summary('AWS Config Compliance Violation resolved', change),
    blocks: [
      header('✅ AWS Config Compliance Violation resolved'),
      fieldsOf(change),
      button('View in Console 🔗', consoleLink(change)),
      context([
        `${change.status === 'NOT_APPLICABLE' ? 'No longer applies, as of a deleted resource' : 'Resolved'} ${atTime(change.recordedAt)}`
        + (change.brokenSince === undefined ? '' : `, was broken since ${atTime(change.brokenSince)}`),
        ...lateMark(change),
      ]),
    ],
  }),
  digest: slackDigest,
};

/** AWS Config's annotations may begin with an empty line, or be nothing else. */
function reasonOf({ annotation = '' }: StateChange): string {
  return someLines(annotation.trim() || 'No reason provided', { limit: LONGEST.reason, write: slackCodeCharacter });
}
