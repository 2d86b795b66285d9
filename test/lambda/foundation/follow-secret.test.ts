import fc from 'fast-check';
import { readFollowed } from '../../../lambda-src/foundation/adapters/secure-string-document';
import { followSecret } from '../../../lambda-src/foundation/domain/follow-secret';
import { readOwnership } from '../../../lambda-src/foundation/domain/ownership';
import { handler } from '../../../lambda-src/foundation/follow-secret';
import { FOLLOW_SECRET_SETTINGS, SECURE_STRING_TAGS } from '../../../src/foundation/contract';
import { SecureStringWorld } from '../../support/in-memory-secure-strings';
import { fromSecret, generated, ONE_RESOURCE, OneResource, Properties } from '../../support/one-secure-string';
import { awsError, StubServer } from '../../support/stub-server';

const { NAME, OWNER, STACK } = ONE_RESOURCE;
const [ONE, TWO] = ['c4n4ry-one-91fe', 'c4n4ry-two-91fe'];
const eventFor = (properties: Properties) => ({ StackId: STACK, LogicalResourceId: 'Password', ResourceProperties: properties });

describe('a SecureString that follows a secret', () => {
  let world: SecureStringWorld;
  let resource: OneResource;
  beforeEach(async () => {
    world = new SecureStringWorld();
    hold(ONE);
    resource = new OneResource(world);
    await resource.deploy(fromSecret());
    world.store.calls.length = 0;
  });
  const hold = (password: string, more: object = {}) => world.secrets.contents.set('db', JSON.stringify({ password, ...more }));
  const follow = async (properties = fromSecret()) => {
    const { wanted, owner } = readFollowed(eventFor(properties));
    await followSecret(world, wanted, owner);
  };
  const now = () => world.store.now(NAME)!;
  const state = () => readOwnership(now().tags).state;
  const writes = () => world.store.calls.filter((call) => call.startsWith('overwrite')).length;
  const said = () => world.log.lines.at(-1)?.message;

  it('holds what the secret holds after a rotation, with the settings of its deployment', async () => {
    hold(TWO);
    await follow();
    expect(now()).toMatchObject({ value: TWO, version: 2, tier: 'Standard', keyArn: 'key-1' });
    expect(state()).toMatchObject({ version: 2 });
    expect(said()).toBe(`${NAME} follows its secret to another version`);
  });

  it('is compared once after a deployment, without another version, and then by the id of the secret\'s version only', async () => {
    await follow();
    expect([now().version, world.secrets.calls.filter((call) => call === 'read db').length]).toEqual([1, 2]);
    await follow();
    expect(world.secrets.calls.at(-1)).toBe('current db');
    expect(world.store.calls.filter((call) => call.startsWith('value'))).toHaveLength(1);
    expect(said()).toBe(`${NAME} holds what its secret holds`);
  });

  it('gets no other version when another part of the secret changes', async () => {
    await follow();
    hold(ONE, { note: 'changed' });
    await follow();
    await follow();
    expect([now().version, writes()]).toEqual([1, 0]);
  });

  it('gets its secret\'s value back when somebody wrote another by hand, whatever key that is encrypted with', async () => {
    await follow();
    world.store.put(NAME, 'by hand');
    world.store.failing = 'value';
    await follow();
    expect(now()).toMatchObject({ value: ONE, version: 3 });
    expect(state()).toMatchObject({ version: 3 });
  });

  it('gets its state back when somebody removed the tag', async () => {
    await world.store.untag(NAME, [SECURE_STRING_TAGS.state]);
    await follow();
    expect(now()).toMatchObject({ value: ONE, version: 2 });
    expect(state()).toMatchObject({ version: 2 });
  });

  it('is left to the deployment that is changing it', async () => {
    hold(TWO);
    await follow(fromSecret({ Description: 'not deployed yet' }));
    await world.store.tag(NAME, { [SECURE_STRING_TAGS.state]: 'changing' });
    await follow();
    expect(now()).toMatchObject({ value: ONE, version: 1 });
    expect(said()).toBe(`${NAME} is being changed by a deployment: the next check sees to it`);
  });

  it('is compared again when somebody wrote it at the same moment', async () => {
    hold(TWO);
    const overwrite = world.store.overwrite.bind(world.store);
    jest.spyOn(world.store, 'overwrite').mockImplementationOnce(async (...given) => {
      world.store.put(NAME, 'theirs');
      return overwrite(...given);
    });
    await expect(follow()).rejects.toThrow(`the parameter ${NAME} was written by somebody else at the same moment; it is compared again`);
    await follow();
    expect(now()).toMatchObject({ value: TWO, version: 4 });
    expect(state()).toMatchObject({ version: 4 });
  });

  it('ends the same when the function is stopped between value and tags', async () => {
    hold(TWO);
    world.store.failing = 'tag';
    await expect(follow()).rejects.toThrow('tag was made to fail');
    await follow();
    expect(now().value).toBe(TWO);
    expect(state()).toMatchObject({ version: now().version });
  });

  it.each<[string, () => unknown, Properties, string]>([
    ['gone', () => world.store.parameters.clear(), fromSecret(),
      `the parameter ${NAME} is gone, so that it cannot follow its secret; give its source another revision and deploy, which makes it again`],
    ['no longer marked', async () => world.store.untag(NAME, [SECURE_STRING_TAGS.owner]), fromSecret(),
      `the parameter ${NAME} is not marked as this stack's own, so that it is not overwritten; give its source another revision, set adopt: true and deploy`],
    ['somebody else\'s', async () => world.store.tag(NAME, { [SECURE_STRING_TAGS.owner]: 'Other/guid/X' }), fromSecret(),
      `the parameter ${NAME} belongs to Other/guid/X, so that it is not overwritten; give its source another revision, set adopt: true and deploy`],
    ['of another environment', () => undefined, fromSecret({ Name: '/acme/Prod/a' }),
      'the parameter /acme/Prod/a is not below /acme/Dev, where alone this function may write; deploy the stack again'],
    ['generated', () => undefined, generated(), `the parameter ${NAME} has no secret that it could follow; deploy the stack again`],
    ['above its tier', () => hold('x'.repeat(4097)), fromSecret(), `the value for ${NAME} is larger than the 4096 bytes of tier Standard`],
    ['from a secret without its key', () => world.secrets.contents.set('db', '{}'), fromSecret(), "the secret db has no key 'password'"],
    ['from a secret that is gone', () => world.secrets.contents.clear(), fromSecret(), 'reading the secret db failed: ResourceNotFoundException'],
  ])('fails loudly and writes nothing when it is %s', async (_, spoil, properties, message) => {
    await spoil();
    await expect(follow(properties)).rejects.toThrow(message);
    expect(writes()).toBe(0);
  });

  it('fits every deployment before and after: updates, roll-backs, renames and deletes end as without following', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('rotate' as const), password: fc.constantFrom(ONE, TWO, 'third') }),
      fc.record({ do: fc.constant('follow' as const) }),
      fc.record({ do: fc.constant('by hand' as const) }),
      fc.record({
        do: fc.constant('deploy' as const), secret: fc.boolean(), description: fc.constantFrom(undefined, 'a'), revision: fc.constantFrom(undefined, '2'), rolledBack: fc.boolean(),
      }),
    );
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      world = new SecureStringWorld();
      hold(ONE);
      const one = new OneResource(world);
      let deployed = fromSecret();
      await one.deploy(deployed);
      const followsNow = () => 'Secret' in (deployed.Source as object);
      for (const each of steps) {
        if (each.do === 'rotate') hold(each.password);
        if (each.do === 'by hand') world.store.put(NAME, 'by hand');
        if (each.do === 'follow' && followsNow()) await follow(deployed);
        if (each.do === 'deploy') {
          const next = (each.secret ? fromSecret : generated)({ Description: each.description }, { Revision: each.revision });
          await one.deploy(next, each.rolledBack);
          if (!each.rolledBack) deployed = next;
        }
      }
      if (followsNow()) {
        await follow(deployed);
        const { version, value } = now();
        expect(value).toBe((JSON.parse(world.secrets.contents.get('db')!) as { password: string }).password);
        // Nothing is left to do: not for the rule, and not for a deployment.
        await follow(deployed);
        await one.deploy(deployed);
        expect(now().version).toBe(version);
      }
      await one.delete();
      expect(world.store.parameters.size).toBe(0);
      expect(JSON.stringify(world.log.lines)).not.toContain('c4n4ry');
    }), { numRuns: 300 });
  });

  it('that was adopted goes back to nobody without a tag of ours', async () => {
    world.store.parameters.clear();
    world.store.put(NAME, 'theirs');
    const adopted = new OneResource(world);
    await adopted.deploy(fromSecret({ Adopt: 'true' }));
    hold(TWO);
    await follow(fromSecret({ Adopt: 'true' }));
    expect(now()).toMatchObject({ value: TWO, tags: { [SECURE_STRING_TAGS.owner]: OWNER, [SECURE_STRING_TAGS.adopted]: 'nobody' } });
    await adopted.delete();
    expect(Object.keys(now().tags).filter((key) => key.startsWith('cdk-compliance-monitoring'))).toEqual([]);
  });
});

describe('foundation/follow-secret', () => {
  const before = { ...process.env };
  let server: StubServer;
  let lines: string[];
  let refusal: string | undefined;
  beforeEach(async () => {
    lines = [];
    refusal = undefined;
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation((...line: unknown[]) => { lines.push(line.join(' ')); });
    server = await StubServer.start(({ operation }) => {
      switch (operation) {
        case 'GetParameter': return { body: { Parameter: { Name: NAME, Type: 'SecureString', Version: 4 } } };
        case 'ListTagsForResource': return { body: { TagList: [{ Key: SECURE_STRING_TAGS.owner, Value: OWNER }] } };
        case 'DescribeSecret': return { body: { VersionIdsToStages: { 'id-old': ['AWSPREVIOUS'], 'id-new': ['AWSCURRENT'] } } };
        case 'GetSecretValue': return { body: { SecretString: JSON.stringify({ password: ONE }) } };
        case 'PutParameter': return refusal === undefined ? { body: { Version: 5 } } : awsError('ValidationException', refusal);
        default: return { body: {} };
      }
    });
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url, POWERTOOLS_DEV: 'true',
      [FOLLOW_SECRET_SETTINGS.prefix]: '/acme/Dev',
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await server.stop();
  });
  const invoke = async (event: unknown = eventFor(fromSecret())) => handler(event, { awsRequestId: 'request-1' });

  it('writes the current version and marks it, and says nothing of the value', async () => {
    await invoke();
    expect(server.operations).toEqual(['GetParameter', 'ListTagsForResource', 'DescribeSecret', 'GetSecretValue', 'PutParameter', 'AddTagsToResource']);
    expect(server.requests[3].json).toEqual({ SecretId: 'db', VersionId: 'id-new' });
    expect((server.requests[5].json.Tags as { Key: string; Value: string }[]).map(({ Value }) => Value)).toEqual([expect.stringMatching(/^5\/\w+\/\w+$/), '5/id-new']);
    expect(server.requests.filter(({ body }) => body.includes(ONE)).map(({ operation }) => operation)).toEqual(['PutParameter']);
    expect(lines.join()).toContain('follows its secret');
    expect(lines.join()).not.toContain(ONE);
  });

  it('throws what fails, without the value that AWS repeats', async () => {
    refusal = `Value '${ONE}' at 'value' failed`;
    const error = await invoke().catch((thrown: Error) => thrown);
    expect(error).toEqual(new Error(`writing the parameter ${NAME} failed: ValidationException: (its text is withheld: it repeats the value)`));
    expect(lines.join()).not.toContain(ONE);
  });

  it.each([[{}], [{ ...eventFor({}), StackId: '' }], ['text']])('takes no other event (%j)', async (event) => {
    await expect(invoke(event)).rejects.toThrow('the event is not one of this function\'s rules; it is invoked by them only');
  });

  it('says when its setting is missing', async () => {
    delete process.env[FOLLOW_SECRET_SETTINGS.prefix];
    await expect(invoke()).rejects.toThrow('the setting PARAMETER_PREFIX is missing');
  });
});
