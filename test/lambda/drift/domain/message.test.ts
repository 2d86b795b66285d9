import { compose, MessageContext } from '../../../../lambda-src/drift/domain/message';
import { addToOutbox } from '../../../../lambda-src/drift/domain/outbox';
import { Finding, Outbox, Transition, TransitionKind } from '../../../../lambda-src/drift/ports';

const AT = '2026-11-22T10:00:00.000Z';
const finding = (name: string, over: Partial<Finding> = {}): Finding => ({
  id: name, environment: 'Dev', baseline: 'Prod', subject: 'parameter', name, difference: 'VALUE_DIFFERS', status: 'open',
  explanation: `${name} differs.`, firstSeen: AT, lastSeen: AT, reopened: 0, ...over,
});
const transition = (kind: TransitionKind, name: string, told = true): Transition => ({ kind, finding: finding(name), at: AT, told });
const context: MessageContext = {
  organization: 'acme', environment: 'Dev', baseline: 'Prod', detail: 'NAMES', functionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:detect',
  region: 'eu-west-1', open: 2, pending: 1, waived: 0,
};
const nothing = { count: 0, entries: [] };

describe('the outbox', () => {
  test('stays as it is while there is nothing to tell', () => {
    expect(addToOutbox(undefined, 'id', AT, [transition('opened', 'a', false), transition('updated', 'b', false)], [])).toBeUndefined();
  });
  test('keeps its id and start, and adds', () => {
    const first = addToOutbox(undefined, 'one', AT, [transition('opened', 'a')], []);
    const second = addToOutbox(first, 'two', 'later', [transition('resolved', 'a'), transition('reopened', 'b')], [finding('w', { waivedUntil: '2026-12-01' })])!;
    expect(second).toMatchObject({ id: 'one', since: AT, opened: { count: 1 }, reopened: { count: 1 }, resolved: { count: 1 } });
    expect(second.expiring.entries).toEqual([{ name: 'w', difference: 'VALUE_DIFFERS', explanation: 'w differs.', waivedUntil: '2026-12-01' }]);
  });
  test('fits into an item of 400 KB however long names and sentences are', () => {
    const long = (kind: TransitionKind) => Array.from({ length: 25 }, (_, i): Transition => {
      const name = `${kind}${i}/`.padEnd(1011, 'x');
      return { kind, at: AT, told: true, finding: finding(name, { explanation: '\u{20ac}'.repeat(9_000) }) };
    });
    const kinds = ['opened', 'reopened', 'changed', 'resolved'] as const;
    const outbox = addToOutbox(undefined, 'id', AT, kinds.flatMap(long), long('waived').map(({ finding: one }) => one))!;
    expect(Buffer.byteLength(JSON.stringify(outbox))).toBeLessThan(390 * 1024);
  });
  test('keeps the first twenty names of a kind and counts the others: it does not grow with the number of parameters', () => {
    const many = (prefix: string) => Array.from({ length: 15 }, (_, i) => transition('opened', `${prefix}${i}`));
    const outbox = addToOutbox(addToOutbox(addToOutbox(undefined, 'id', AT, many('a'), []), 'x', AT, many('b'), []), 'x', AT, many('c'), [])!;
    expect(outbox.opened.count).toBe(45);
    expect(outbox.opened.entries).toHaveLength(20);
    expect(outbox.opened.entries.at(-1)!.name).toBe('b4');
  });
});

describe('the message', () => {
  const outbox: Outbox = {
    id: 'run-1', since: AT,
    opened: { count: 2, entries: [{ name: 'app/timeout', difference: 'VALUE_DIFFERS', explanation: 'e1.' }, { name: 'app/flag', difference: 'MISSING', explanation: 'e2.' }] },
    reopened: { count: 1, entries: [{ name: 'app/back', difference: 'EXTRA', explanation: 'e3.' }] },
    changed: { count: 1, entries: [{ name: 'app/worse', difference: 'MISSING', explanation: 'e6.' }] },
    resolved: { count: 22, entries: [{ name: 'app/fixed', difference: 'TYPE_DIFFERS', explanation: 'e4.' }] },
    expiring: { count: 1, entries: [{ name: 'app/waived', difference: 'NOT_EXPECTED', explanation: 'e5.', waivedUntil: '2026-11-25' }] },
  };

  test('by default tells names and kinds, and where the rest is', () => {
    expect(compose(outbox, context)).toEqual({
      id: 'run-1',
      subject: '[acme/Dev] Drift: 2 new, 1 re-opened, 1 changed, 22 resolved, 1 waived finding about to re-open',
      opened: 2, reopened: 1, resolved: 22,
      body: [
        'Dev has drifted from Prod.', '',
        'New (2)', '  VALUE_DIFFERS  app/timeout', '  MISSING        app/flag', '',
        'Re-opened (1)', '  EXTRA          app/back', '',
        'Changed (1)', '  MISSING        app/worse', '',
        'Resolved (22)', '  TYPE_DIFFERS   app/fixed', '  and 21 more', '',
        'Waiver ends within 7 days (1)', '  NOT_EXPECTED   app/waived  (waived until 2026-11-25)', '',
        'Now in Dev: 2 open, 1 pending promotion, 0 waived.',
        'What was expected, what was found, since when and by whom:',
        'aws lambda invoke --cli-read-timeout 200 --region eu-west-1 --function-name arn:aws:lambda:eu-west-1:111111111111:function:detect /dev/stdout', '',
        `Organization acme, environment Dev, baseline Prod, message run-1, since ${AT}.`,
      ].join('\n'),
    });
  });

  test('with explanations when the consumer asks for them', () => {
    const { body } = compose(outbox, { ...context, detail: 'EXPLANATIONS' });
    expect(body).toContain('  VALUE_DIFFERS  app/timeout\n                 e1.');
    expect(body).toContain('The findings as they stand:');
  });

  test.each<[Partial<MessageContext>, Partial<Outbox>, string]>([
    [{ open: 0 }, { opened: nothing, reopened: nothing }, 'Dev matches Prod again.'],
    [{ open: 1 }, { opened: nothing, reopened: nothing }, 'Dev still differs from Prod.'],
    [{ open: 0 }, { opened: nothing, reopened: nothing, changed: nothing, resolved: nothing }, 'A waiver in Dev is about to end.'],
    [{ open: 1, environment: 'Prod' }, {}, 'Prod is not as its policy expects.'],
    [{ open: 0, environment: 'Prod' }, {}, 'Prod is as its policy expects.'],
  ])('begins with what it means (%#)', (over, part, line) => {
    expect(compose({ ...outbox, ...part }, { ...context, ...over }).body.split('\n')[0]).toBe(line);
  });

  test('the subject leaves out what there is none of', () => {
    expect(compose({ ...outbox, opened: nothing, reopened: nothing, changed: nothing, expiring: nothing }, context).subject).toBe('[acme/Dev] Drift: 22 resolved');
  });
});
