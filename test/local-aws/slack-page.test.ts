import { slackPage } from './slack-page';
import { SLACK_WORDS } from '../../lambda-src/alerts/domain/slack-message';
import { stateChange } from '../support/state-change';

const page = (body: object) => slackPage([body])
  .replace(/<svg role="img" aria-label="([^"]*)"[^>]*>.*?<\/svg>/g, '$1');

test('a violation looks as in Slack', () => {
  const html = page(SLACK_WORDS.violation(stateChange({ annotation: 'lets <everybody> in & out' })));
  for (const part of [
    '<h2>⚠️ AWS Config Compliance Violation</h2>', '<div><b>Account:</b><br>111111111111</div>', '<div><b>Status:</b><br>❌ NON_COMPLIANT</div>',
    '<section><b>Reason:</b><br><pre>lets &lt;everybody&gt; in &amp; out</pre></section>', 'class="button danger" href="https://eu-central-1.console.aws.amazon.com/config/home?region=eu-central-1#/resources',
    'View in Console 🔗', '<div class="context">Severity CRITICAL',
  ]) expect(html).toContain(part);
});

test('nothing of a message becomes markup', () => {
  const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'';
  const html = page(SLACK_WORDS.violation(stateChange({ rule: hostile, resourceId: hostile, annotation: hostile, region: hostile })));
  expect(html).not.toMatch(/<script|<img/);
  expect(page({ blocks: [{ type: 'actions', elements: [{ type: 'button', text: 'x', url: 'javascript:alert(1)' }] }] })).not.toContain('javascript:');
});

test('plain text, code, links, dividers and unknown blocks are shown as well', () => {
  expect(page({ text: 'a `b*c*` <https://x.example|there> <https://y.example>' })).toContain('<section>a <code>b*c*</code> there https://y.example</section>');
  expect(page({})).toContain('<section></section>');
  const html = page({ blocks: [{ type: 'divider' }, { type: 'header' }, { type: 'section' }, { type: 'context', elements: [{ type: 'plain_text', text: 'a\nb' }, { type: 'x' }] }] });
  expect(html).toContain('<hr>\n<h2></h2>\n\n<div class="context">a<br>b</div><div class="context"></div>');
});
