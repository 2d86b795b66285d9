import { EXIT } from '../../../lambda-src/cli/domain/outcome';
import { QueuedMessage } from '../../../lambda-src/cli/ports';
import { arnOf, FakeWorld, HUB } from '../../support/command-line';

const sentAt = new Date('2026-11-24T10:00:00Z');
const QUEUE = HUB.EventsQueueUrl;
const DEAD = HUB.EventsDeadLetterQueueUrl;
const broken: QueuedMessage = { id: 'm1', body: '{"id":', attributes: {}, sentAt };
const undelivered: QueuedMessage = {
  id: 'm2', body: '{}', sentAt, attributes: { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'may\u001b[31m not', RETRY_ATTEMPTS: '2', RULE_ARN: 'arn:rule' },
};

const worldWith = (...messages: QueuedMessage[]) => {
  const world = new FakeWorld();
  world.hub.messages = messages;
  world.hub.queues = { [DEAD]: [{ waiting: messages.length, inFlight: 0 }], [QUEUE]: [{ waiting: 0, inFlight: 0 }] };
  return world;
};

test('an empty dead-letter queue is well, and nothing is moved', async () => {
  const world = worldWith();
  expect(await world.run('redrive', '--stack', 'Hub')).toEqual({ code: EXIT.well, out: ['0 messages are in the dead-letter queue'], problems: [] });
  world.hub.queues[DEAD] = [{ waiting: 0, inFlight: 3 }];
  expect(await world.run('redrive', '--stack', 'Hub')).toEqual({
    code: EXIT.wrong, out: ['0 messages are in the dead-letter queue, and 3 are being looked at by somebody'], problems: [],
  });
  world.hub.queues[DEAD] = [{ waiting: 1, inFlight: 1 }];
  expect((await world.run('redrive', '--stack', 'Hub', '--dry-run')).out[0]).toBe('1 message is in the dead-letter queue, and 1 is being looked at by somebody');
  expect(world.hub.started).toEqual([]);
});

test('a dry run tells the reasons and moves nothing', async () => {
  const world = worldWith(broken, undelivered, { ...broken, id: 'm3' });
  const { code, out } = await world.run('redrive', '--stack', 'Hub', '--dry-run');
  expect(code).toBe(EXIT.wrong);
  expect(out.join('\n')).not.toContain('\u001b');
  expect(out[0]).toBe('3 messages are in the dead-letter queue');
  expect(out.join('\n')).toContain('NO_PERMISSIONS after 2 retries: may\\u{1b}[31m not');
  expect(world.hub.started).toEqual([]);
});

test('without waiting it only begins', async () => {
  const world = worldWith(undelivered);
  const { code, out } = await world.run('redrive', '--stack', 'Hub', '--max-per-second', '10');
  expect(code).toBe(EXIT.well);
  expect(out.at(-1)).toMatch(/^Moving them to the queue has begun/);
  expect(world.hub.started).toEqual([{ from: arnOf(DEAD), to: arnOf(QUEUE), mostPerSecond: 10 }]);
});

test('waits until all is moved and taken', async () => {
  const world = worldWith(broken, undelivered);
  world.hub.moves = [{ status: 'RUNNING', moved: 0 }, { status: 'RUNNING', moved: 1 }, { status: 'COMPLETED', moved: 2 }];
  world.hub.queues = {
    [DEAD]: [{ waiting: 2, inFlight: 0 }, { waiting: 0, inFlight: 0 }],
    [QUEUE]: [{ waiting: 0, inFlight: 0 }, { waiting: 1, inFlight: 1 }, { waiting: 0, inFlight: 0 }],
  };
  const { code, out, problems } = await world.run('redrive', '--stack', 'Hub', '--wait');
  expect(out.at(-1)).toBe('✓ 2 moved (COMPLETED); 0 in the dead-letter queue now');
  expect({ code, problems }).toEqual({ code: EXIT.well, problems: ['1 moved', '2 moved'] });
});

test('what came back, what was not taken in time and a failed move are told', async () => {
  const world = worldWith(undelivered);
  world.hub.queues[DEAD] = [{ waiting: 1, inFlight: 0 }, { waiting: 1, inFlight: 0 }];
  world.hub.moves = [{ status: 'COMPLETED', moved: 1 }];
  expect((await world.run('redrive', '--stack', 'Hub', '--wait')).out.at(-1)).toBe('✗ 1 moved (COMPLETED); 1 in the dead-letter queue now');

  world.hub.queues = { [DEAD]: [{ waiting: 1, inFlight: 0 }, { waiting: 0, inFlight: 0 }], [QUEUE]: [{ waiting: 5, inFlight: 0 }] };
  const slow = await world.run('redrive', '--stack', 'Hub', '--wait', '--timeout', '10');
  expect(slow.code).toBe(EXIT.wrong);
  expect(slow.out.at(-1)).toBe('Not all was taken from the queue within 10 seconds. What fails comes back to the dead-letter queue later: look again');

  world.hub.queues = { [DEAD]: [{ waiting: 1, inFlight: 0 }] };
  world.hub.moves = [{ status: 'FAILED', moved: 0, reason: 'AccessDenied' }];
  const failed = await world.run('redrive', '--stack', 'Hub', '--wait', '--json');
  expect(failed.code).toBe(EXIT.wrong);
  expect(JSON.parse(failed.out.join('\n'))).toMatchObject({
    command: 'redrive', well: false, before: { waiting: 1, inFlight: 0 }, moved: 0, status: 'FAILED', after: { waiting: 1, inFlight: 0 }, queueEmpty: true,
    messages: [{ id: 'm2', from: 'EventBridge', sentAt: '2026-11-24T10:00:00.000Z' }],
  });
});

test('a move that is not listed yet is waited for, and the end of the time is the end', async () => {
  const world = worldWith(undelivered);
  world.hub.moves = [];
  const { code, out } = await world.run('redrive', '--stack', 'Hub', '--wait', '--timeout', '10');
  expect(code).toBe(EXIT.wrong);
  expect(out.at(-2)).toBe('✗ 0 moved (RUNNING); 1 in the dead-letter queue now');
});

test.each([['0'], ['501'], ['many']])('--max-per-second %s is refused', async (value) => {
  expect(await worldWith(broken).run('redrive', '--stack', 'Hub', '--max-per-second', value)).toEqual({
    code: EXIT.misused, out: [],
    problems: [`cdk-compliance-monitoring redrive: --max-per-second must be a whole number from 1 to 500, and is '${value}'`, 'See cdk-compliance-monitoring redrive --help'],
  });
});
