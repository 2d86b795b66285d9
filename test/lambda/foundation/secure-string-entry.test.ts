import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import fc from 'fast-check';
import { ownerOf, readOwnership } from '../../../lambda-src/foundation/domain/ownership';
import { handler } from '../../../lambda-src/foundation/secure-string';
import { NothingChanged } from '../../../lambda-src/shared/nothing-changed';
import { SECURE_STRING_TAGS } from '../../../src/foundation/contract';
import { SecureStringWorld } from '../../support/in-memory-secure-strings';
import { fromSecret, generated, ONE_RESOURCE, OneResource } from '../../support/one-secure-string';
import { lambdaContext } from '../../support/stub-aws';
import { awsError, StubServer } from '../../support/stub-server';

const { NAME, OWNER, STACK } = ONE_RESOURCE;
const CANARY = 'c4n4ry-91fe';

describe('a SecureString', () => {
  let world: SecureStringWorld;
  let resource: OneResource;
  beforeEach(() => {
    world = new SecureStringWorld();
    world.secrets.contents.set('db', JSON.stringify({ password: CANARY }));
    resource = new OneResource(world);
  });
  const now = (name = NAME) => world.store.now(name);
  const writes = () => world.store.calls.filter((call) => /^(create|overwrite|delete)/.test(call));

  describe('is created', () => {
    it('from a secret, with its tags and its owner in one step', async () => {
      expect(await resource.deploy(fromSecret({ Description: 'the password' }))).toBeUndefined();
      expect(resource.id).toBe(NAME);
      expect(now()).toMatchObject({ value: CANARY, type: 'SecureString', tier: 'Standard', keyArn: 'key-1', description: 'the password', version: 1 });
      expect(now()!.tags).toMatchObject({ Environment: 'Dev', [SECURE_STRING_TAGS.owner]: OWNER });
      expect(world.store.calls).toEqual([`find ${NAME}`, `create ${NAME}`]);
    });

    it('with a value of its own', async () => {
      await resource.deploy(generated());
      expect(now()!.value).toMatch(/^[a-z0-9]{20}$/);
    });

    it('not twice when the event comes twice', async () => {
      await resource.deploy(generated());
      await resource.send('Create', generated());
      expect(writes()).toHaveLength(1);
    });

    it.each([
      ['a secret that is not there', fromSecret({}, { Secret: 'none' }), 'reading the secret none failed: ResourceNotFoundException'],
      ['a key that is not there', fromSecret({}, { JsonKey: 'pin' }), "the secret db has no key 'pin'; correct jsonKey, or put the key into the secret"],
      ['a name of another environment', fromSecret({ Name: '/acme/Prod/a' }), 'the parameter /acme/Prod/a is not below /acme/Dev, where alone this function may write; deploy the stack again'],
      ['properties that say nothing', { Name: NAME }, 'the properties of the SecureString are not readable (Tier, KeyArn, Adopt, Source); deploy the stack again'],
    ])('not from %s', async (_, properties, message) => {
      expect(await resource.deploy(properties)).toBe(message);
      expect(world.store.parameters.size).toBe(0);
    });

    it('not above its tier', async () => {
      world.secrets.contents.set('db', 'x'.repeat(4097));
      expect(await resource.deploy(fromSecret({}, { JsonKey: undefined }))).toContain('is larger than the 4096 bytes of tier Standard');
      expect(await resource.deploy(fromSecret({ Tier: 'Advanced' }, { JsonKey: undefined }))).toBeUndefined();
      expect(now()).toMatchObject({ tier: 'Advanced' });
    });

    it('and leaves nothing when it is rolled back, even if its answer was lost', async () => {
      await resource.deploy(generated(), true);
      expect(world.store.parameters.size).toBe(0);
      await resource.send('Create', generated());
      await resource.send('Delete', generated(), 'failed-request');
      expect(world.store.parameters.size).toBe(0);
    });
  });

  describe('is updated', () => {
    it('to what the secret holds now, when another revision asks for it', async () => {
      await resource.deploy(fromSecret());
      world.secrets.contents.set('db', '{"password":"second"}');
      await resource.deploy(fromSecret({}, { Revision: '2' }));
      expect(now()).toMatchObject({ value: 'second', version: 2 });
    });

    it.each([
      ['description', { Description: 'another' }], ['tier', { Tier: 'Advanced' }], ['key', { KeyArn: 'key-2' }],
    ])('in its %s without another value', async (_, change) => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated(change));
      expect(now()).toMatchObject({ value, version: 2, ...('KeyArn' in change ? { keyArn: 'key-2' } : {}) });
    });

    it('in its tags alone, without a new version, and leaves those of others', async () => {
      await resource.deploy(generated({ Tags: { Environment: 'Dev', Old: '1' } }));
      await world.store.tag(NAME, { Theirs: 'x' });
      await resource.deploy(generated({ Tags: { Environment: 'Test' } }));
      expect(now()).toMatchObject({ version: 1, tags: { Environment: 'Test', Theirs: 'x' } });
      expect(now()!.tags).not.toHaveProperty('Old');
      await resource.deploy(generated({ Tags: undefined }));
      expect(now()!.tags).not.toHaveProperty('Environment');
    });

    it.each([[{ Revision: '2' }], [{ Length: '30' }], [{ Characters: ['digits'] }]])('to another generated value when %j asks for it', async (change) => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({}, change));
      expect(now()!.value).not.toBe(value);
    });

    it('without losing a value that somebody set by hand', async () => {
      await resource.deploy(generated());
      world.store.put(NAME, 'by hand');
      await resource.deploy(generated({ Description: 'another' }));
      expect(now()).toMatchObject({ value: 'by hand', version: 3 });
    });

    it('without losing the value when somebody removed its state', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      await world.store.untag(NAME, [SECURE_STRING_TAGS.state]);
      await resource.deploy(generated({ Description: 'another' }));
      expect(now()!.value).toBe(value);
    });

    it('to a new one, with a warning, when it goes while it is read', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      jest.spyOn(world.store, 'value').mockResolvedValueOnce(undefined);
      await resource.deploy(generated({ Description: 'another' }));
      expect(now()!.value).not.toBe(value);
      expect(world.log.lines.map(({ message }) => message)).toContain(`the value of ${NAME} is gone, so that a new value is made`);
    });

    it('to a new one when it was deleted by hand', async () => {
      await resource.deploy(generated());
      world.store.parameters.clear();
      await resource.deploy(generated({ Description: 'another' }));
      expect(now()).toMatchObject({ version: 1, description: 'another' });
    });

    it('from a secret to a generated value and back', async () => {
      await resource.deploy(fromSecret());
      await resource.deploy(generated());
      expect(now()!.value).toMatch(/^[a-z0-9]{20}$/);
      await resource.deploy(fromSecret());
      expect(now()!.value).toBe(CANARY);
    });
  });

  describe('fails to be updated', () => {
    const failure = (operation: string, properties: { [name: string]: unknown }) => {
      world.store.failing = operation;
      return resource.send('Update', properties, NAME, generated()).then(() => undefined, (error: unknown) => error);
    };

    it.each(['find', 'value'])('and says that nothing was changed when %s fails', async (operation) => {
      await resource.deploy(generated());
      const error = await failure(operation, generated({ Description: 'another' }));
      expect(error).toBeInstanceOf(NothingChanged);
      expect(error).toHaveProperty('message', `${operation} was made to fail`);
    });

    it.each(['tag', 'overwrite'])('and does not say so when %s fails', async (operation) => {
      await resource.deploy(generated());
      expect(await failure(operation, generated({ Description: 'another' }))).not.toBeInstanceOf(NothingChanged);
    });

    it.each(['create', 'untag'])('and does not say so when %s fails either', async (operation) => {
      if (operation === 'untag') await resource.deploy(generated({ Tags: { Old: '1' } }));
      world.store.failing = operation;
      const before = generated({ Tags: { Old: '1' } });
      const error = await resource.send('Update', generated({ Tags: {} }), NAME, before).catch((caught: unknown) => caught);
      expect(error).not.toBeInstanceOf(NothingChanged);
    });
  });

  describe('is rolled back', () => {
    it('with the value of before, though another was generated meanwhile', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({ Description: 'another' }, { Revision: '2' }), true);
      expect(now()).toMatchObject({ value, description: undefined });
      await resource.deploy(generated({}, { Revision: '2' }));
      expect(now()!.value).not.toBe(value);
    });

    it.each(['tag', 'overwrite'])('when its %s fails in the middle', async (operation) => {
      await resource.deploy(generated());
      const { value } = now()!;
      world.store.failing = operation;
      expect(await resource.deploy(generated({}, { Revision: '2' }))).toBe(`${operation} was made to fail`);
      expect(now()!.value).toBe(value);
      expect(readOwnership(now()!.tags).state).toMatchObject({ version: now()!.version });
    });

    it('when the value was written and its state was not', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      const overwrite = world.store.overwrite.bind(world.store);
      jest.spyOn(world.store, 'overwrite').mockImplementationOnce(async (...given) => {
        world.store.failing = 'tag';
        return overwrite(...given);
      });
      expect(await resource.deploy(generated({}, { Revision: '2' }))).toBe('tag was made to fail');
      expect(now()).toMatchObject({ value, version: 3 });
    });

    it('without asking for the old secret, when the new one could not be read', async () => {
      await resource.deploy(fromSecret());
      world.secrets.contents.clear();
      expect(await resource.deploy(fromSecret({}, { Secret: 'other' }))).toContain('reading the secret other failed');
      expect(now()).toMatchObject({ value: CANARY, version: 1 });
    });

    it('to a new value, with a warning, when the version of before is gone', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({}, { Revision: '2' }));
      world.store.parameters.get(NAME)!.versions[0] = undefined;
      await resource.deploy(generated());
      expect(now()!.value).not.toBe(value);
      expect(world.log.lines).toContainEqual({ level: 'warn', message: `version 1 of ${NAME} is gone, so that a new value is made`, fields: undefined });
    });
  });

  describe('is renamed', () => {
    const OTHER = '/acme/Dev/db/pass';

    it('with its value, and the old name goes', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({ Name: OTHER }));
      expect(now(OTHER)!.value).toBe(value);
      expect(now()).toBeUndefined();
    });

    it('with another value, when that is asked for as well', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({ Name: OTHER }, { Revision: '2' }));
      expect(now(OTHER)!.value).not.toBe(value);
    });

    it('and back again, when the deployment is rolled back', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({ Name: OTHER }), true);
      expect(now()).toMatchObject({ value, version: 1 });
      expect(now(OTHER)).toBeUndefined();
      expect(resource.id).toBe(NAME);
    });

    it('and a secret is read again', async () => {
      await resource.deploy(fromSecret());
      await resource.deploy(fromSecret({ Name: OTHER }));
      expect(now(OTHER)!.value).toBe(CANARY);
    });

    it('not over somebody else\'s', async () => {
      await resource.deploy(generated());
      world.store.put(OTHER, 'theirs');
      expect(await resource.deploy(generated({ Name: OTHER }))).toContain(`the parameter ${OTHER} exists and was not made by this resource`);
      expect([now()!.version, now(OTHER)!.value]).toEqual([1, 'theirs']);
    });

    it('with a new value when the old one is gone, somebody else\'s or of another environment', async () => {
      await resource.deploy(generated());
      const { value } = now()!;
      for (const spoil of [() => world.store.parameters.delete(NAME), () => world.store.put(NAME, value, 'SecureString')]) {
        spoil();
        await resource.send('Update', generated({ Name: OTHER }), NAME, generated());
        expect(now(OTHER)!.value).not.toBe(value);
        world.store.parameters.delete(OTHER);
      }
      await resource.send('Update', generated({ Name: OTHER }), '/acme/Test/db/password', generated());
      expect(world.store.calls).not.toContain('find /acme/Test/db/password');
    });
  });

  describe('of somebody else', () => {
    it.each([
      [{}, 'was not made by this resource'],
      [{ [SECURE_STRING_TAGS.owner]: 'Other/guid/Password' }, 'belongs to Other/guid/Password'],
    ])('is not overwritten (%j)', async (tags, whose) => {
      world.store.put(NAME, 'theirs', 'SecureString', tags);
      expect(await resource.deploy(fromSecret())).toBe(
        `the parameter ${NAME} exists and ${whose}, so it is not overwritten; delete it, choose another name, or set adopt: true to take it over`);
      expect(now()).toMatchObject({ value: 'theirs', version: 1, tags });
    });

    it('is not turned into another type', async () => {
      world.store.put(NAME, 'plain', 'String');
      expect(await resource.deploy(fromSecret({ Adopt: 'true' }))).toBe(
        `the parameter ${NAME} exists as a String, which Parameter Store cannot turn into a SecureString; delete it, or choose another name`);
    });

    it('is adopted on request: a secret\'s value replaces its own, and it is never deleted', async () => {
      world.store.put(NAME, 'theirs', 'SecureString', { Theirs: 'x' });
      expect(await resource.deploy(fromSecret({ Adopt: 'true' }))).toBeUndefined();
      expect(now()).toMatchObject({ value: CANARY, tags: { Theirs: 'x', Environment: 'Dev', [SECURE_STRING_TAGS.owner]: OWNER, [SECURE_STRING_TAGS.adopted]: 'nobody' } });
      await resource.deploy(fromSecret({ Adopt: 'true', Description: 'later' }));
      await resource.delete();
      expect(now()).toMatchObject({ value: CANARY });
      expect(Object.keys(now()!.tags).filter((key) => key.startsWith('cdk-compliance-monitoring'))).toEqual([]);
    });

    it('keeps its value when one would be generated', async () => {
      world.store.put(NAME, 'theirs');
      await resource.deploy(generated({ Adopt: 'true' }));
      expect(now()!.value).toBe('theirs');
      await resource.deploy(generated({ Adopt: 'true', Description: 'later' }));
      expect(now()!.value).toBe('theirs');
      await resource.deploy(generated({ Adopt: 'true' }, { Revision: '2' }));
      expect(now()!.value).not.toBe('theirs');
    });

    it('goes back to the stack that had it, when its adoption is rolled back', async () => {
      const first = new OneResource(world, 'Password', STACK.replace('guid-1', 'guid-0'));
      await first.deploy(generated());
      const { value } = now()!;
      await resource.deploy(generated({ Adopt: 'true' }), true);
      expect(now()!.tags[SECURE_STRING_TAGS.owner]).toBe('App/guid-0/Password');
      await first.deploy(generated({ Description: 'still mine' }));
      expect(now()).toMatchObject({ value, description: 'still mine' });
      await first.delete();
      expect(now()).toBeUndefined();
    });
  });

  describe('is deleted', () => {
    it('when it is this resource\'s own', async () => {
      await resource.deploy(fromSecret());
      await resource.delete();
      expect(now()).toBeUndefined();
    });

    it('without a word when it is gone, not when it became somebody else\'s, and never outside its environment', async () => {
      await resource.send('Delete', fromSecret(), NAME);
      world.store.put(NAME, 'theirs', 'SecureString', { [SECURE_STRING_TAGS.owner]: 'Other/guid/Password' });
      await resource.send('Delete', fromSecret(), NAME);
      await resource.send('Delete', { Name: NAME }, 'failed-request');
      await resource.send('Delete', fromSecret(), '/acme/Prod/db/password');
      await resource.send('Delete', {}, 'failed-request');
      expect(writes()).toEqual([]);
      expect(world.log.lines.map(({ message }) => message)).toEqual([
        `${NAME} is gone already`, `${NAME} is left: it is not this resource's own`, `${NAME} is left: it is not this resource's own`,
        '/acme/Prod/db/password is not below /acme/Dev: nothing is deleted', 'undefined is not below /acme/Dev: nothing is deleted',
      ]);
    });
  });

  it('whatever is deployed, a roll-back brings back what was there', async () => {
    const variants = fc.record({
      name: fc.constantFrom(NAME, '/acme/Dev/db/pass'), secret: fc.boolean(), revision: fc.constantFrom(undefined, '1', '2'), description: fc.constantFrom(undefined, 'a'),
      tier: fc.constantFrom('Standard', 'Advanced'),
    });
    const properties = ({ name, secret, revision, description, tier }: typeof variants extends fc.Arbitrary<infer T> ? T : never) =>
      (secret ? fromSecret : generated)({ Name: name, Description: description, Tier: tier }, { Revision: revision });
    await fc.assert(fc.asyncProperty(
      fc.array(variants, { minLength: 1, maxLength: 4 }), variants, fc.constantFrom(undefined, 'tag', 'overwrite', 'create', 'value', 'find'), async (before, next, failing) => {
        const place = new SecureStringWorld();
        place.secrets.contents.set('db', JSON.stringify({ password: CANARY }));
        const one = new OneResource(place);
        for (const each of before) expect(await one.deploy(properties(each))).toBeUndefined();
        const shown = () => [...place.store.parameters.keys()].map((name) => {
          const { value, description, tier } = place.store.now(name)!;
          return { name, value, description, tier };
        });
        const expected = shown();
        place.store.failing = failing;
        await one.deploy(properties(next), true);
        expect(shown()).toEqual(expected);
        await one.delete();
        expect(shown()).toEqual([]);
        expect(JSON.stringify(place.log.lines)).not.toContain(CANARY);
      }), { numRuns: 300 });
  });

  it('has an owner that fits a tag, and no two have the same', () => {
    expect(ownerOf(STACK, 'Password')).toBe(OWNER);
    const long = [`${'a'.repeat(254)}b`, `${'a'.repeat(254)}c`].map((id) => ownerOf(STACK, id));
    expect(long.map((owner) => owner.length)).toEqual([256, 256]);
    expect(long[0]).not.toBe(long[1]);
  });
});

describe('foundation/secure-string', () => {
  const before = { ...process.env };
  let server: StubServer;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation((...line: unknown[]) => { lines.push(line.join(' ')); });
    server = await StubServer.start(({ operation }) => {
      switch (operation) {
        case 'GetParameter': return awsError('ParameterNotFound');
        case 'GetSecretValue': return { body: { SecretString: JSON.stringify({ password: CANARY }) } };
        default: return { body: { Version: 1 } };
      }
    });
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url, POWERTOOLS_DEV: 'true',
      PARAMETER_PREFIX: '/acme/Dev',
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await server.stop();
  });
  const send = async () => {
    await handler({
      RequestType: 'Create', ResponseURL: `${server.url}/answer`, StackId: STACK, RequestId: 'id-1', LogicalResourceId: 'Password', ResourceType: 'Custom::SecureString',
      ServiceToken: 'f', ResourceProperties: fromSecret(),
    } as unknown as CloudFormationCustomResourceEvent, lambdaContext());
    return server.requests.at(-1)!;
  };

  it('answers with the name, and says nothing of the value', async () => {
    const answer = await send();
    expect(answer.json).toEqual({ Status: 'SUCCESS', PhysicalResourceId: NAME, StackId: STACK, RequestId: 'id-1', LogicalResourceId: 'Password' });
    expect(server.operations.slice(0, -1)).toEqual(['GetParameter', 'GetSecretValue', 'PutParameter']);
    expect(server.requests.filter(({ body }) => body.includes(CANARY)).map(({ operation }) => operation)).toEqual(['PutParameter']);
    expect(lines.join()).toContain('read from the secret');
    expect(lines.join()).not.toContain(CANARY);
  });

  it('keeps the value out of the answer and the log when AWS repeats it', async () => {
    const { answer } = server;
    server.answer = (request, call) => (request.operation === 'PutParameter' ? awsError('ValidationException', `Value '${CANARY}' at 'value' failed`) : answer(request, call));
    const { json } = await send();
    expect(json).toMatchObject({
      Status: 'FAILED', Reason: expect.stringContaining(`creating the parameter ${NAME} failed: ValidationException: (its text is withheld: it repeats the value)`),
    });
    expect(JSON.stringify(json) + lines.join()).not.toContain(CANARY);
  });

  it('says when its setting is missing', async () => {
    delete process.env.PARAMETER_PREFIX;
    expect((await send()).json).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('the setting PARAMETER_PREFIX is missing') });
  });
});
