import { EXIT } from '../../../lambda-src/cli/domain/outcome';
import { FakeWorld, HUB, NOW } from '../../support/command-line';

const FROM_TO = ['--from', '2026-11-23', '--to', '2026-11-24'];

test('starts a replay into the ingest rule only, and says what it does not do', async () => {
  const world = new FakeWorld();
  world.hub.states = [{ state: 'STARTING' }];
  const { code, out, problems } = await world.run('replay', '--stack', 'Hub', ...FROM_TO);
  expect(out).toEqual([
    'Replay compliance-20261124T120000Z-11112222 of the archive archive has started: 2026-11-23T00:00:00.000Z to 2026-11-24T00:00:00.000Z',
    'It changes no counter of what the hub already has, and pages nobody.',
    '✓ STARTING',
    'How far it is: aws events describe-replay --replay-name compliance-20261124T120000Z-11112222',
  ]);
  expect({ code, problems }).toEqual({ code: EXIT.well, problems: [] });
  expect(world.hub.orders).toEqual([{
    name: 'compliance-20261124T120000Z-11112222', archiveArn: 'arn:aws:events:eu-central-1:111111111111:archive/archive', busArn: HUB.EventBusArn,
    ruleArns: ['arn:aws:events:eu-central-1:111111111111:rule/hub/ingest'], from: new Date('2026-11-23'), to: new Date('2026-11-24'),
  }]);
});

test('waits, tells how far it is, and answers programs once', async () => {
  const world = new FakeWorld();
  world.hub.states = [
    { state: 'STARTING' }, { state: 'RUNNING', lastEventAt: new Date('2026-11-23T06:00:00Z') }, { state: 'RUNNING', lastEventAt: new Date('2026-11-23T06:00:00Z') }, { state: 'COMPLETED' },
  ];
  const waited = await world.run('replay', '--stack', 'Hub', ...FROM_TO, '--wait', '--name', 'again');
  expect(waited).toMatchObject({ code: EXIT.well, problems: ['STARTING 0 %', 'RUNNING 25 %', 'COMPLETED 100 %'] });
  expect(waited.out.at(-1)).toBe('✓ COMPLETED');

  world.hub.states = [{ state: 'FAILED', reason: 'no\u0007 access' }];
  const failed = await world.run('replay', '--stack', 'Hub', ...FROM_TO, '--wait', '--name', 'again', '--json');
  expect(failed).toMatchObject({ code: EXIT.wrong, problems: [] });
  expect(JSON.parse(failed.out.join('\n'))).toEqual({
    command: 'replay', well: false, name: 'again', archive: 'archive', rules: ['arn:aws:events:eu-central-1:111111111111:rule/hub/ingest'],
    from: '2026-11-23T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z', state: 'FAILED', percent: 0, reason: 'no\u0007 access',
  });
});

test('one that goes on for longer than it waits is not done', async () => {
  const world = new FakeWorld();
  world.hub.states = [{ state: 'RUNNING' }];
  const { code, out } = await world.run('replay', '--stack', 'Hub', ...FROM_TO, '--wait', '--timeout', '10');
  expect(code).toBe(EXIT.wrong);
  expect(out.at(-1)).toBe('✗ RUNNING: not done within 10 seconds; it goes on');
  expect(world.now().getTime() - NOW.getTime()).toBe(10_000);
});

test('one that is over before it is looked at without waiting tells so', async () => {
  const world = new FakeWorld();
  world.hub.states = [{ state: 'CANCELLED', reason: 'by somebody' }];
  const { code, out } = await world.run('replay', '--stack', 'Hub', ...FROM_TO);
  expect(code).toBe(EXIT.wrong);
  expect(out.at(-1)).toBe('✗ CANCELLED: by somebody');
});

describe('is refused', () => {
  test.each([
    ['no times', [], 'replay needs --from and --to'],
    ['one time', ['--from', '2026-11-23'], 'replay needs --from and --to'],
    ['reversed times', ['--from', '2026-11-24', '--to', '2026-11-23'], '--from must be before --to, and is 2026-11-24T00:00:00.000Z, with --to 2026-11-23T00:00:00.000Z'],
    ['the same time', ['--from', '2026-11-23', '--to', '2026-11-23'], '--from must be before --to, and is 2026-11-23T00:00:00.000Z, with --to 2026-11-23T00:00:00.000Z'],
    ['what may not be in the archive yet', ['--from', '2026-11-24', '--to', '2026-11-24T11:50:01Z'],
      '--to must be ten minutes ago at the least, since events reach the archive late: at the most 2026-11-24T11:50:00.000Z, and is 2026-11-24T11:50:01.000Z'],
    ['what is not in the archive any more', ['--from', '2026-08-26T11:59:59Z', '--to', '2026-11-24'],
      '--from must be 2026-08-26T12:00:00.000Z at the earliest, since the archive keeps 90 days, and is 2026-08-26T11:59:59.000Z'],
    ['another archive', [...FROM_TO, '--archive', 'other'], "the hub's bus has no archive other: it has archive"],
    ['a bad name', [...FROM_TO, '--name', 'a b'], "--name must be 1 to 64 letters, digits, dots, hyphens and underscores, and is 'a b'"],
    ['a bad archive', [...FROM_TO, '--archive', 'a/b'], "--archive must be a name of an archive, and is 'a/b'"],
  ])('with %s', async (_what, args, message) => {
    const world = new FakeWorld();
    expect(await world.run('replay', '--stack', 'Hub', ...args)).toEqual({
      code: EXIT.misused, out: [], problems: [`cdk-compliance-monitoring replay: ${message}`, 'See cdk-compliance-monitoring replay --help'],
    });
    expect(world.hub.orders).toEqual([]);
  });

  test('without an archive, with two, and without a rule', async () => {
    const world = new FakeWorld();
    const [archive] = world.hub.archiveList;
    const problem = async () => (await world.run('replay', '--stack', 'Hub', ...FROM_TO)).problems[0];
    world.hub.archiveList = [archive, { ...archive, name: 'Another' }];
    expect(await problem()).toBe("cdk-compliance-monitoring replay: the hub's bus has several archives (Another, archive): give --archive");
    world.hub.archiveList = [];
    expect(await problem()).toBe("cdk-compliance-monitoring replay: the hub's bus has no archive: nothing is there to replay");
    world.hub.archiveList = [archive];
    world.hub.rules = [];
    expect(await problem()).toBe("cdk-compliance-monitoring replay: no rule of the hub's bus sends to the hub's queue: deploy the hub's stack again");
  });
});

test('an archive that is named is taken, and one that keeps for ever has no earliest time', async () => {
  const world = new FakeWorld();
  world.hub.archiveList = [...world.hub.archiveList, { name: 'old', arn: 'arn:old' }];
  const { code } = await world.run('replay', '--stack', 'Hub', '--from', '2020-01-01', '--to', '2026-11-24T11:50:00Z', '--archive', 'old');
  expect(code).toBe(EXIT.well);
  expect(world.hub.orders[0].archiveArn).toBe('arn:old');
});
