import { consoleDomain } from './console-link';
import { Report } from './report-model';
import { figures, ReportPlace, Section, sections } from './report-summary';
import { more, NOT_STORED } from './report-text';
import { periodText, scoreText, TITLE } from './report-words';
import { context, header, marked, section, SlackMessage } from './slack-blocks';
import { slackCharacter } from './text';

const HEADER = `📊 ${TITLE}`;
/** Slack takes 3,000 characters a section and 13,200 a message: these are what the escaped text of one section may have, and of all. */
const SECTION = 2_800;
const ALL_SECTIONS = 10_000;

/** The report as Slack shows it: at most eight blocks, whatever it holds. */
export function reportSlack(report: Report, topRules: number, place: ReportPlace | undefined): SlackMessage {
  const { period, hub } = report;
  const parts = sections(report, topRules);
  const room = Math.min(SECTION, Math.floor(ALL_SECTIONS / parts.length));
  return {
    text: escaped(`${TITLE} ${period.date}: ${scoreText(report)}, ${report.opened} new, ${report.resolved} resolved`),
    blocks: [
      header(HEADER),
      section(`*Period*: ${escaped(periodText(period))}\n*Hub*: ${escaped(hub)}`),
      { type: 'section', fields: figures(report).map(([name, value]) => marked(`*${name}*\n${escaped(value)}`)) },
      ...parts.map((part) => section(listed(part, room))),
      context([place ? placeText(place) : NOT_STORED]),
    ],
  };
}

/** As many lines as there is room for. */
function listed({ title, lines, rest, word, none }: Section, room: number): string {
  const shown: string[] = [];
  let left = room;
  for (const line of lines) {
    const item = `• ${escaped(line)}`;
    left -= item.length + 1;
    if (left < 0) break;
    shown.push(item);
  }
  const hidden = rest + lines.length - shown.length;
  return [`*${title}*`, ...(lines.length === 0 ? [none] : shown), ...(hidden > 0 ? [`and ${more(hidden, word)}`] : [])].join('\n');
}

const escaped = (content: string) => [...content].map(slackCharacter).join('');

function placeText({ bucket, folder, region }: ReportPlace): string {
  const key = `${folder}/report.html`;
  return `Full report: <https://${region}.${consoleDomain(region)}/s3/object/${bucket}?region=${region}&amp;prefix=${encodeURIComponent(key)}|${escaped(`s3://${bucket}/${key}`)}>, with CSV and JSON beside it`;
}
