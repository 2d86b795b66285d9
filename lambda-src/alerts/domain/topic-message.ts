import { counted, Words } from './batch';
import { consoleHome, consoleLink } from './console-link';
import { named } from './slack-digest';
import { atTime, oneLine, someLines } from './text';
import { hashOf, StateChange } from '../../../src/events/contract';

/** What a topic takes. Attributes serve filter policies of subscriptions. */
export interface TopicMessage {
  readonly subject: string;
  readonly body: string;
  readonly attributes: { readonly [name: string]: string };
}

const NAMED = 20;
const LONGEST = { value: 2_000, reason: 4_000, line: 300 } as const;
const said = (text: string, limit: number = LONGEST.value) => oneLine(text, { limit });
const CAPTIONS = { NON_COMPLIANT: 'Compliance violation', COMPLIANT: 'Compliance violation resolved', NOT_APPLICABLE: 'Compliance violation resolved', INSUFFICIENT_DATA: 'Compliance unknown' } as const;
const attributesOf = ({ severity, account, region, status }: StateChange) => ({ severity, account, region, status });
const digestAttributes = (violations: boolean) => ({ status: violations ? 'NON_COMPLIANT' : 'COMPLIANT', digest: 'true' });
const digestTitle = (changes: readonly StateChange[], violations: boolean) =>
  `${changes.length} compliance violations${violations ? '' : ' resolved'}`;
const lineOf = ({ rule, resourceType, resourceId, account, region, severity }: StateChange) =>
  said(`${severity} ${rule}: ${resourceType} ${resourceId} in ${account}/${region}`, LONGEST.line);
const countLines = (names: readonly string[]) => named(counted(names).map(([name, count]) => `${count} x ${said(name, LONGEST.line)}`), NAMED);

/** What to know of a change beside its resource, line by line. */
function remarks({ rule, rules, late, brokenSince, recordedAt, status }: StateChange): string[] {
  const others = rules.filter((other) => other !== rule);
  return [
    status === 'NON_COMPLIANT' || brokenSince === undefined ? `Recorded ${atTime(recordedAt)}` : `Resolved ${atTime(recordedAt)}, was broken since ${atTime(brokenSince)}`,
    ...(status === 'NON_COMPLIANT' && others.length > 0 ? [`Also found by: ${said(others.join(', '))}`] : []),
    ...(late ? ['Late: AWS Config sent no event of it; it was found by asking AWS Config'] : []),
  ];
}
const reasonOf = ({ annotation = '' }: StateChange, limit: number) => someLines(annotation.trim() || 'No reason provided', { limit });

function textOf(change: StateChange): TopicMessage {
  const lines = [
    ['Account', change.account], ['Region', change.region], ['Rule', change.rule], ['Resource', change.resourceId], ['Type', change.resourceType],
    ['Status', change.status], ['Severity', change.severity],
  ].map(([name, value]) => `${name}: ${said(value)}`);
  const reason = change.status === 'NON_COMPLIANT' ? ['', 'Reason:', reasonOf(change, LONGEST.reason)] : [];
  return {
    subject: `${CAPTIONS[change.status]}: ${said(change.rule)}`,
    body: [CAPTIONS[change.status], '', ...lines, ...reason, '', ...remarks(change), '', consoleLink(change), ''].join('\n'),
    attributes: attributesOf(change),
  };
}

/** Text for people and mailboxes. */
export const TEXT_WORDS: Words<TopicMessage> = {
  violation: textOf,
  resolved: textOf,
  digest: (changes, violations) => ({
    subject: digestTitle(changes, violations),
    body: [
      digestTitle(changes, violations), '', 'By rule:', ...countLines(changes.map(({ rule }) => rule)), '', 'By account:',
      ...countLines(changes.map(({ account }) => account)), '', ...named(changes.map(lineOf), NAMED), '', consoleHome(changes[0]), '',
    ].join('\n'),
    attributes: digestAttributes(violations),
  }),
};

/** Longest parts of a custom notification. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
const Q = { title: 250, keyword: 75 } as const;
/** With a link of 3,000 characters they stay below the 8,000 that a description may have. */
const CHAT = { account: 50, region: 100, rule: 500, resource: 900, type: 500, status: 50, reason: 1_200, remark: 400 } as const;
/** What its Markdown would take for marks, as it stands. */
const markdownCharacter = (character: string) => (/[\\`*_{}[\]()#+!|~<>&@]/.test(character) ? `\\${character}` : character);
const markdown = (text: string, limit: number) => oneLine(text, { limit, write: markdownCharacter });

interface CustomNotification {
  readonly id?: string;
  readonly title: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly threadId: string;
  readonly summary: string;
  readonly context?: { readonly [name: string]: string };
}
const notification = ({ id, title, description, keywords, threadId, summary, context }: CustomNotification) => JSON.stringify({
  version: '1.0',
  source: 'custom',
  ...(id !== undefined && { id }),
  content: {
    textType: 'client-markdown',
    title: oneLine(title, { limit: Q.title }),
    description,
    keywords: keywords.map((keyword) => oneLine(keyword, { limit: Q.keyword })),
  },
  metadata: { threadId, summary: oneLine(summary, { limit: Q.title }), eventType: 'ComplianceStateChanged', ...(context && { additionalContext: context }) },
});

function chatOf(change: StateChange): TopicMessage {
  const violated = change.status === 'NON_COMPLIANT';
  const field = (name: string, value: string, limit: number) => `*${name}:* ${markdown(value, limit)}`;
  const description = [
    field('Account', change.account, CHAT.account),
    field('Region', change.region, CHAT.region),
    field('Rule', change.rule, CHAT.rule),
    field('Resource', change.resourceId, CHAT.resource),
    field('Type', change.resourceType, CHAT.type),
    field('Status', `${violated ? '❌' : '✅'} ${change.status}`, CHAT.status),
    ...(violated ? [field('Reason', change.annotation?.trim() || 'No reason provided', CHAT.reason)] : []),
    ...remarks(change).map((remark) => markdown(remark, CHAT.remark)),
    `[View in Console](${consoleLink(change)})`,
  ].join('\n');
  return {
    subject: CAPTIONS[change.status],
    body: notification({
      id: change.eventId,
      title: violated ? '⚠️ AWS Config Compliance Violation' : '✅ AWS Config Compliance Violation resolved',
      description,
      keywords: [change.severity, change.account, change.region],
      // One thread for a resource and cause: what is well again is told where it was told to be broken.
      threadId: hashOf([change.account, change.region, change.resourceType, change.resourceId, change.cause]),
      summary: `${CAPTIONS[change.status]}: ${change.rule}`,
      context: { account: change.account, region: change.region, severity: change.severity },
    }),
    attributes: attributesOf(change),
  };
}

/** The schema of Amazon Q Developer in chat applications. */
export const AMAZON_Q_WORDS: Words<TopicMessage> = {
  violation: chatOf,
  resolved: chatOf,
  digest: (changes, violations) => {
    const title = `${violations ? '⚠️' : '✅'} ${digestTitle(changes, violations)}`;
    const lines = named(changes.map((change) => `- ${markdown(lineOf(change), LONGEST.line)}`), 10);
    const counts = named(counted(changes.map(({ rule }) => rule)).map(([rule, count]) => `- ${count} × ${markdown(rule, LONGEST.line)}`), 10);
    return {
      subject: digestTitle(changes, violations),
      body: notification({
        title, description: ['*By rule:*', ...counts, '*Resources:*', ...lines].join('\n'), keywords: [], summary: title,
        threadId: hashOf(changes.map(({ eventId }) => eventId)),
      }),
      attributes: digestAttributes(violations),
    };
  },
};
