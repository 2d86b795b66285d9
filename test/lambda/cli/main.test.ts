import { COMMANDS, realWorld } from '../../../lambda-src/cli';
import { AwsFailure, EXIT } from '../../../lambda-src/cli/domain/outcome';
import { FakeWorld, HUB } from '../../support/command-line';

const EMPTY = { by_rule: {}, by_resource_type: {}, period: {}, current: { score: null, unknown: [], by_rule: {}, by_resource_type: {} } };
const PROGRAM = 'cdk-compliance-monitoring';

test('help and version', async () => {
  const world = new FakeWorld();
  for (const asked of ['--help', 'help']) {
    const { code, out, problems } = await world.run(asked);
    expect({ code, problems }).toEqual({ code: EXIT.well, problems: [] });
    for (const { name, does } of COMMANDS) expect(out).toContainEqual(expect.stringMatching(new RegExp(`^  ${name} +${does.slice(0, 20)}`)));
    expect(out).toContain('Exit codes:');
  }
  expect(await world.run('--version')).toEqual({ code: EXIT.well, out: ['1.2.3'], problems: [] });
  for (const { name, options } of COMMANDS) {
    const { code, out } = await world.run(name, '--nonsense', '--help');
    expect(code).toBe(EXIT.well);
    expect(out[0]).toBe(`${PROGRAM} ${name} [options]`);
    for (const option of [...Object.keys(options), 'json', 'help']) expect(out).toContainEqual(expect.stringMatching(new RegExp(`^  --${option} `)));
  }
});

test('wrong use ends with 2, says what is wrong, and calls nobody', async () => {
  const world = new FakeWorld();
  const none = await world.run();
  expect(none).toMatchObject({ code: EXIT.misused, out: [] });
  expect(none.problems[0]).toBe(`${PROGRAM} <command> [options]`);
  expect(await world.run('verfy\u001b[2J')).toEqual({
    code: EXIT.misused, out: [],
    problems: [`${PROGRAM}: there is no command 'verfy\\u{1b}[2J': it is one of verify, replay, redrive, summary`, `See ${PROGRAM} --help`],
  });
  expect(await world.run('verify', '--stak', 'Hub')).toEqual({
    code: EXIT.misused, out: [], problems: [`${PROGRAM} verify: verify has no option --stak`, `See ${PROGRAM} verify --help`],
  });
  expect(world.identities).toEqual([]);
});

describe('the hub', () => {
  test('is a stack, whose outputs single options replace', async () => {
    const world = new FakeWorld();
    world.hub.answers['/compliance/summary'] = EMPTY;
    await world.run('summary', '--stack', 'Hub', '--profile', 'audit', '--region', 'eu-west-1');
    await world.run('summary', '--stack', 'Hub', '--api-url', 'http://127.0.0.1:1');
    expect(world.identities).toEqual([{ profile: 'audit', region: 'eu-west-1' }, { profile: undefined, region: undefined }]);
    expect(world.hub.asked.map(({ apiUrl }) => apiUrl)).toEqual([HUB.ApiUrl, 'http://127.0.0.1:1']);
  });

  test('whose output is no URL that anybody can call is told of, and what to give instead', async () => {
    const world = new FakeWorld();
    world.hub.stacks.set('Local', { ApiUrl: 'http://a1b2.execute-api.127.0.0.1:4566' });
    expect(await world.run('summary', '--stack', 'Local')).toMatchObject({
      code: EXIT.misused,
      problems: [`${PROGRAM} summary: the output ApiUrl of the stack is no URL that can be called (http://a1b2.execute-api.127.0.0.1:4566): give --api-url`, expect.anything()],
    });
  });

  test('may be the second one of its stack', async () => {
    const world = new FakeWorld();
    world.hub.stacks.set('Two', { SecondApiUrl: 'https://second' });
    world.hub.answers['/compliance/summary'] = EMPTY;
    expect((await world.run('summary', '--stack', 'Two')).code).toBe(EXIT.well);
    world.hub.stacks.set('Three', { SecondApiUrl: 'https://second', ThirdApiUrl: 'https://third' });
    expect((await world.run('summary', '--stack', 'Three')).problems[0]).toBe(
      `${PROGRAM} summary: the stack has several hubs (SecondApiUrl, ThirdApiUrl): give --api-url`);
  });

  test.each([
    [['redrive'], 'redrive does not know the hub: give --stack, a stack with these outputs, or --queue-url (output EventsQueueUrl) and --dead-letter-queue-url (output EventsDeadLetterQueueUrl)'],
    [['redrive', '--stack', 'Empty', '--queue-url', 'https://q'], 'redrive does not know the hub: give --stack, a stack with these outputs, or --dead-letter-queue-url (output EventsDeadLetterQueueUrl)'],
    [['redrive', '--stack', 'None'], 'there is no stack None in eu-central-1 of account 111111111111'],
    [['redrive', '--stack', '../x'], "--stack must be a stack's name, and is '../x'"],
    [['redrive', '--region', 'Frankfurt'], "--region must be a region such as eu-central-1, and is 'Frankfurt'"],
    [['redrive', '--queue-url', 'ftp://q'], "--queue-url must be an http(s) URL, and is 'ftp://q'"],
    [['replay', '--from', '1', '--to', '2', '--event-bus-arn', 'hub'], "--event-bus-arn must be an event bus's ARN, and is 'hub'"],
    [['verify', '--table', '!'], "--table must be a name or ARN of a table, and is '!'"],
  ])('%j is refused', async (args, message) => {
    const world = new FakeWorld();
    world.hub.stacks.set('Empty', {});
    expect(await world.run(...args)).toMatchObject({ code: EXIT.misused, out: [], problems: [`${PROGRAM} ${args[0]}: ${message}`, `See ${PROGRAM} ${args[0]} --help`] });
  });
});

describe('what AWS refuses', () => {
  test.each([
    ['AccessDenied', 'docs/cli.md lists what each command must be allowed'],
    ['CredentialsProviderError', 'check AWS_PROFILE or --profile, and sign in again if the session has ended'],
    ['HTTP401', 'the API does not take IAM signatures (it asks for a token): give --table, and the table is read'],
  ])('%s ends with 3, and with advice', async (name, advice) => {
    const world = new FakeWorld();
    world.hub.stackOutputs = () => Promise.reject(new AwsFailure('cloudformation:DescribeStacks', name, 'no\u0007'));
    expect(await world.run('redrive', '--stack', 'Hub', '--json')).toEqual({
      code: EXIT.refused, out: [], problems: [`${PROGRAM} redrive: cloudformation:DescribeStacks failed with ${name}: no\\u{7}`, advice],
    });
  });
});

test('a fault of ours ends with 4, and shows where', async () => {
  const world = new FakeWorld();
  world.hub.stackOutputs = () => Promise.reject(new TypeError('x is not a function'));
  const { code, problems } = await world.run('redrive', '--stack', 'Hub');
  expect(code).toBe(EXIT.unexpected);
  expect(problems[0]).toBe(`${PROGRAM} redrive: TypeError: x is not a function`);
  expect(problems[1]).toMatch(/^ {4}at /);
  world.hub.stackOutputs = () => Promise.reject('a text');
  expect((await world.run('redrive', '--stack', 'Hub')).problems).toEqual([`${PROGRAM} redrive: a text`]);
});

test('the real world has a clock, ids and two streams', async () => {
  const world = realWorld();
  const started = Date.now();
  await world.sleep(5);
  expect(world.now().getTime()).toBeGreaterThanOrEqual(started + 4);
  expect(world.newId()).toMatch(/^[0-9a-f-]{36}$/);
  expect(world.colours).toBe(false);
  const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const problem = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  world.out('a');
  world.problem('b');
  expect([out.mock.calls, problem.mock.calls]).toEqual([[['a\n']], [['b\n']]]);
  jest.restoreAllMocks();
});
