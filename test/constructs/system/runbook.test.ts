import { readFileSync } from 'node:fs';
import { everythingIn, ofType, organizationIn, resourcesOf, stackOf } from '../support';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');
const headings = [...RUNBOOK.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
const anchorOf = (heading: string) => heading.toLowerCase().replace(/ /g, '-');
const sectionOf = (anchor: string) => RUNBOOK.split(/^(?=## )/m).find((part) => anchorOf(/^## (.+)$/m.exec(part)?.[1] ?? '') === anchor) ?? '';

/** Every alarm that the library can make; one that is told by event and has no alarm is named here. */
function everything() {
  const stack = stackOf();
  everythingIn(stack);
  organizationIn(stack);
  return stack;
}
const told = ofType(resourcesOf(everything()), 'AWS::CloudWatch::Alarm')
  .map(([, { Properties }]) => /runbook\.md#([a-z-]+)/.exec(String(Properties.AlarmDescription))?.[1]);
const BY_EVENT = ['database-down'];

test('every alarm says where its runbook is', () => {
  expect(told).not.toContain(undefined);
  expect(told.length).toBeGreaterThan(10);
});

test.each([...new Set([...told, ...BY_EVENT])])('%s says what it means, where to look and what to do', (anchor) => {
  expect(sectionOf(anchor!)).toMatch(/\*What it means\.\*[\s\S]*- \*Look at\*[\s\S]*- \*Do\*/);
});

test('a heading that says what an alarm means has an alarm or an event that leads to it', () => {
  const explained = headings.map(anchorOf).filter((anchor) => sectionOf(anchor).includes('*What it means.*'));
  expect(explained.sort()).toEqual([...new Set([...told, ...BY_EVENT])].sort());
});

test('links inside the runbook lead somewhere', () => {
  const links = [...RUNBOOK.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter((anchor) => !headings.map(anchorOf).includes(anchor))).toEqual([]);
});
