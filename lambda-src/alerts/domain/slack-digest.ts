import { counted } from './batch';
import { consoleHome } from './console-link';
import { button, context, header, said, section, SlackMessage } from './slack-blocks';
import { StateChange } from '../../../src/events/contract';

/** How many of each kind are named; how many more there are is always said. */
const COUNTS_NAMED = 10;
const CHANGES_NAMED = 10;
const LONGEST = { count: 140, change: 240 } as const;

/** What is not named is counted. */
export function named(lines: readonly string[], most: number): string[] {
  const left = lines.length - most;
  return left > 0 ? [...lines.slice(0, most), `and ${left} more`] : [...lines];
}

const counts = (title: string, names: readonly string[]) =>
  section(`*${title}:*\n${named(counted(names).map(([name, count]) => `${count} × ${said(name, LONGEST.count)}`), COUNTS_NAMED).join('\n')}`);

/** One message for many changes. */
export function slackDigest(changes: readonly StateChange[], violations: boolean): SlackMessage {
  const title = violations ? `⚠️ ${changes.length} AWS Config Compliance Violations` : `✅ ${changes.length} AWS Config Compliance Violations resolved`;
  const regions = counted(changes.map(({ region }) => region));
  const late = changes.filter((change) => change.late).length;
  const lines = changes.map(({ rule, resourceType, resourceId, account, region }) =>
    `• ${said(`${resourceType} ${resourceId} in ${account}/${region}: ${rule}`, LONGEST.change)}`);
  return {
    text: title,
    blocks: [
      header(title),
      counts('By rule', changes.map(({ rule }) => rule)),
      counts('By account', changes.map(({ account }) => account)),
      section(named(lines, CHANGES_NAMED).join('\n')),
      button('View in Console 🔗', consoleHome({ region: regions[0][0] }), violations ? 'danger' : undefined),
      context([
        'Many at once, told in one message; the hub\'s API lists all of them',
        ...(late === 0 ? [] : [`⏰ *Late*: AWS Config sent no event of ${late} of them; they were found by asking AWS Config`]),
      ]),
    ],
  };
}
