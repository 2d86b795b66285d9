import { readFileSync } from 'node:fs';
import { answer } from '../../../lambda-src/events/domain/api';
import { AS_OF_PARAMETERS } from '../../../lambda-src/events/domain/as-of';
import { EVENT_PARAMETERS } from '../../../lambda-src/events/domain/event-filter';
import { MOST_BYTES } from '../../../lambda-src/events/domain/event-view';
import { MOST_QUERIES } from '../../../lambda-src/events/domain/list-events';
import { DEFAULT_LIMIT, MOST_ITEMS } from '../../../lambda-src/events/domain/parameters';
import { Problem, ProblemKind } from '../../../lambda-src/events/domain/problem';
import { FEW_READS, MOST_READS, SUMMARY_PARAMETERS } from '../../../lambda-src/events/domain/summary';
import { API_ROUTES } from '../../../src/events/contract';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { account, heard, store } from '../../support/stored-events';

const PAGE = readFileSync('docs/api.md', 'utf8');
const NOW = new Date('2026-11-24T12:00:00.000Z');
const sections = new Map(PAGE.split(/^## /m).slice(1).map((part) => [part.split('\n')[0], part]));
const routeSections = [...sections.keys()].filter((heading) => heading.startsWith('GET '));

const examplesIn = (section: string) => [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text) as object);

test('has a section for each route, and one for nothing else', () => {
  expect(routeSections.sort()).toEqual(Object.values(API_ROUTES).map((path) => `GET ${path}`).sort());
  for (const path of Object.values(API_ROUTES)) expect(PAGE).toContain(`[\`GET ${path}\`]`);
});

test.each([[API_ROUTES.events, EVENT_PARAMETERS], [API_ROUTES.summary, SUMMARY_PARAMETERS], [API_ROUTES.asOf, AS_OF_PARAMETERS]])('names each parameter of %s', (path, names) => {
  const rows = [...sections.get(`GET ${path}`)!.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(rows.sort()).toEqual([...names].sort());
});

test('shows for each route an answer as it is', async () => {
  const table = new InMemoryEventTable();
  await store(table, { at: '2026-11-20T10:00:00.000Z', detail: { messageType: 'x' } });
  await store(table, { at: '2026-11-20T10:00:01.000Z', account: account(2) });
  await heard(table, account(1), 'eu-central-1', NOW, { firstHeardAt: '2026-11-01T00:00:00.000Z' });
  const resource = `/compliance/resources/${account(1)}/eu-central-1/AWS::S3::Bucket/bucket`;
  const asked: { readonly [heading: string]: [path: string, query: string] } = {
    [API_ROUTES.events]: [API_ROUTES.events, 'limit=1'],
    [API_ROUTES.summary]: [API_ROUTES.summary, ''],
    [API_ROUTES.asOf]: [API_ROUTES.asOf, `time=2026-11-21&account=${account(1)}`],
    [API_ROUTES.resource]: [resource, ''],
    [API_ROUTES.health]: [API_ROUTES.health, ''],
  };
  for (const [heading, [path, query]] of Object.entries(asked)) {
    const real = await answer({ method: 'GET', path, query }, { table, hub: 'compliance', now: NOW }).answer;
    const [shown] = examplesIn(sections.get(`GET ${heading}`)!);
    expect([heading, Object.keys(shown)]).toEqual([heading, Object.keys(real)]);
    for (const list of ['items', 'states'] as const) {
      const [ours, theirs] = [shown, real].map((one) => ((one as { [name: string]: object[] | undefined })[list] ?? [])[0]);
      if (ours && theirs) expect([heading, Object.keys(ours)]).toEqual([heading, Object.keys(theirs)]);
    }
    if (heading === API_ROUTES.summary) {
      const current = (one: object) => Object.keys((one as { current: object }).current);
      expect(current(shown)).toEqual(current(real));
    }
  }
});

test('has a heading for each kind of refusal', () => {
  const kinds: { [kind in ProblemKind]: true } = {
    'invalid-parameter': true, 'invalid-cursor': true, 'unknown-parameter': true, 'before-retention': true, 'too-much-to-add-up': true, 'not-found': true, 'method-not-allowed': true, 'internal-error': true,
  };
  const headings = [...PAGE.matchAll(/^### (.+)\n(\d+)\./gm)].map(([, heading, status]) => [heading.toLowerCase().replace(/ /g, '-'), Number(status)]);
  expect(headings.sort()).toEqual(Object.keys(kinds).map((kind) => [kind, new Problem(kind as ProblemKind, '').body.status]).sort());
  for (const kind of Object.keys(kinds)) expect(new Problem(kind as ProblemKind, '').body.type.endsWith(`docs/api.md#${kind}`)).toBe(true);
});

test('shows a refusal as it is', () => {
  let body: object = {};
  try {
    answer({ method: 'GET', path: API_ROUTES.events, query: 'limit=0' }, { table: new InMemoryEventTable(), hub: 'h', now: NOW });
  } catch (error) {
    ({ body } = error as Problem);
  }
  expect(examplesIn(sections.get('Errors')!)).toEqual([body]);
});

test('tells the limits as they are', () => {
  for (const text of [
    `from 1 to ${MOST_ITEMS}, ${DEFAULT_LIMIT} by default`, `larger than ${MOST_BYTES / 1e6} MB`, `about ${MOST_QUERIES} reads`, `more than ${FEW_READS} reads`, `Over ${MOST_READS.toLocaleString('en')} reads`,
  ]) expect(PAGE).toContain(text);
});
