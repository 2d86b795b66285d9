/**
 * Draws messages as Slack would show them, as one static page that a person can look at: no script, no network. `slackPage` is given bodies
 * of messages, as the receiver of the local AWS lists them (`GET /`).
 */
interface Text {
  readonly type: string;
  readonly text: string;
}
interface Element {
  readonly type: string;
  readonly text?: string | Text;
  readonly url?: string;
  readonly style?: string;
}
interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly Element[];
}
/** Of blocks Slack knows more kinds than are drawn here. */
export interface MessageBody {
  readonly text?: string;
  readonly blocks?: readonly object[];
}

const STYLE = `
body { margin: 0; padding: 24px; background: #fff; color: #1d1c1d; font: 15px/1.46 Lato, "Noto Sans", "Noto Color Emoji", sans-serif; }
article { display: grid; grid-template-columns: 36px 1fr; gap: 8px; max-width: 720px; margin-bottom: 24px; }
.icon { width: 36px; height: 36px; border-radius: 4px; background: #611f69; color: #fff; text-align: center; line-height: 36px; }
.who { font-weight: 900; } .app { background: #e8e8e8; border-radius: 2px; font-size: 10px; padding: 1px 3px; }
h2 { font-size: 18px; font-weight: 900; margin: 8px 0; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin: 8px 0; overflow-wrap: anywhere; }
section { margin: 8px 0; overflow-wrap: anywhere; }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; font: 12px/1.5 monospace; white-space: pre-wrap; }
svg { vertical-align: -2px; }
code { background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; color: #e01e5a; font-size: 12px; padding: 2px 3px; }
.button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 4px 12px; font-weight: 900; font-size: 13px; color: #1d1c1d; text-decoration: none; }
.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; } .primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.context { color: #616061; font-size: 13px; margin: 8px 0; } hr { border: 0; border-top: 1px solid #ddd; }
`;

/** Drawn here: a machine without a font for them would show empty boxes, and Slack brings its own pictures too. */
const PICTURES: { readonly [emoji: string]: string } = {
  '❌': '<path d="M3 3l10 10M13 3L3 13" stroke="#e01e5a" stroke-width="3"/>',
  '✅': '<rect x="1" y="1" width="14" height="14" rx="2" fill="#2eb67d"/><path d="M4 8l3 3 5-6" stroke="#fff" stroke-width="2" fill="none"/>',
  '⚠️': '<path d="M8 1l7 14H1z" fill="#ecb22e"/><path d="M8 6v5M8 12v2" stroke="#1d1c1d" stroke-width="1.6"/>',
  '🔗': '<rect x="1" y="6" width="8" height="5" rx="2.5" fill="none" stroke="#8aa" stroke-width="2"/><rect x="7" y="6" width="8" height="5" rx="2.5" fill="none" stroke="#8aa" stroke-width="2"/>',
  '⏰': '<circle cx="8" cy="8" r="6" fill="#fff" stroke="#e01e5a" stroke-width="2"/><path d="M8 5v3l2 2" stroke="#1d1c1d" stroke-width="1.5" fill="none"/>',
  '📊': '<rect x="1" y="8" width="4" height="7" fill="#2eb67d"/><rect x="6" y="3" width="4" height="12" fill="#e01e5a"/><rect x="11" y="6" width="4" height="9" fill="#36c5f0"/>',
};
const ANY_PICTURE = new RegExp(Object.keys(PICTURES).join('|'), 'gu');
const pictured = (html: string) =>
  html.replace(ANY_PICTURE, (emoji) => `<svg role="img" aria-label="${emoji}" width="16" height="16" viewBox="0 0 16 16">${PICTURES[emoji]}</svg>`);

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
/** Slack's three entities, as it reads them. */
const read = (text: string) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** Slack's marks outside of code: `*bold*`, `` `code` `` and lines. A link shows its label. */
function line(text: string): string {
  return text.split(/(`[^`\n]+`)/).map((part, index) => (index % 2 === 1
    ? `<code>${escaped(read(part.slice(1, -1)))}</code>`
    : escaped(read(part.replace(/<(https:[^|>]+)(?:\|([^>]*))?>/g, (_link, url: string, label?: string) => label ?? url)))
      .replace(/\*([^*\n]+)\*/g, '<b>$1</b>').replace(/\n/g, '<br>'))).join('');
}

function marked({ type, text }: Text): string {
  if (type !== 'mrkdwn') return escaped(text).replace(/\n/g, '<br>');
  return text.split('```').map((part, index) => (index % 2 === 1 ? `<pre>${escaped(read(part))}</pre>` : line(part))).join('');
}

const textOf = ({ type, text = '' }: Element): Text => (typeof text === 'string' ? { type, text } : text);

function button(element: Element): string {
  const href = element.url?.startsWith('https://') ? ` href="${escaped(element.url)}"` : '';
  return `<a class="button ${escaped(element.style ?? '')}"${href}>${marked(textOf(element))}</a>`;
}

function drawn({ type, text, fields = [], elements = [] }: Block): string {
  switch (type) {
    case 'header': return `<h2>${text ? marked(text) : ''}</h2>`;
    case 'divider': return '<hr>';
    case 'actions': return `<section>${elements.map(button).join(' ')}</section>`;
    case 'context': return elements.map((element) => `<div class="context">${marked(textOf(element))}</div>`).join('');
    default: return (text ? `<section>${marked(text)}</section>` : '')
      + (fields.length === 0 ? '' : `<div class="fields">${fields.map((field) => `<div>${marked(field)}</div>`).join('')}</div>`);
  }
}

/** The page of these messages, in their order. */
export function slackPage(messages: readonly MessageBody[], title = 'Slack'): string {
  const articles = messages.map(({ text = '', blocks = [] }) => `<article><div class="icon">C</div><div>
<span class="who">Compliance</span> <span class="app">APP</span>
${blocks.length === 0 ? `<section>${line(text)}</section>` : (blocks as readonly Block[]).map(drawn).join('\n')}
</div></article>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><style>${STYLE}</style></head>
<body>
${pictured(articles.join('\n'))}
</body></html>
`;
}
