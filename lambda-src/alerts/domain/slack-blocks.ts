import { oneLine, slackCharacter } from './text';

export interface SlackText {
  readonly type: 'mrkdwn' | 'plain_text';
  readonly text: string;
  readonly emoji?: boolean;
  /** Slack makes no links and no mentions of what looks like them. */
  readonly verbatim?: boolean;
}
export interface SlackBlock {
  readonly type: 'header' | 'section' | 'actions' | 'context';
  readonly text?: SlackText;
  readonly fields?: readonly SlackText[];
  readonly elements?: readonly object[];
}
/** What an incoming webhook takes. */
export interface SlackMessage {
  /** For notifications, and for whoever cannot see blocks. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export const plain = (text: string): SlackText => ({ type: 'plain_text', text, emoji: true });
export const marked = (text: string): SlackText => ({ type: 'mrkdwn', text, verbatim: true });
/** Somebody's text in ours. */
export const said = (text: string, limit: number) => oneLine(text, { limit, write: slackCharacter });
export const header = (text: string): SlackBlock => ({ type: 'header', text: plain(text) });
export const section = (text: string): SlackBlock => ({ type: 'section', text: marked(text) });
export const context = (lines: readonly string[]): SlackBlock => ({ type: 'context', elements: lines.map(marked) });
export const button = (text: string, url: string, style?: 'danger' | 'primary'): SlackBlock => ({
  type: 'actions', elements: [{ type: 'button', text: plain(text), url, ...(style && { style }) }],
});
