import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { SecretsManagerReader } from '../../../lambda-src/foundation/adapters/secrets-manager-reader';
import { readSecureString } from '../../../lambda-src/foundation/adapters/secure-string-document';
import { SsmParameterStore } from '../../../lambda-src/foundation/adapters/ssm-parameter-store';
import { SecretValue } from '../../../lambda-src/foundation/domain/secret-value';
import { Wanted } from '../../../lambda-src/foundation/ports';
import { described } from '../../../lambda-src/shared/aws-error';
import { RecordingLog } from '../../support/in-memory-drift';
import { awsError, StubServer } from '../../support/stub-server';

const NAME = '/acme/Dev/a';
const CANARY = 'c4n4ry-91fe';
const wanted: Wanted = {
  name: NAME, tier: 'Standard', keyArn: 'key-1', adopt: false, tags: {}, source: { kind: 'secret', secret: 'db', jsonKey: undefined, revision: undefined },
};

describe('on AWS', () => {
  let server: StubServer;
  let log: RecordingLog;
  let store: SsmParameterStore;
  let secrets: SecretsManagerReader;
  beforeEach(async () => {
    server = await StubServer.start(() => ({ body: {} }));
    log = new RecordingLog();
    const config = { region: 'eu-central-1', endpoint: server.url, credentials: { accessKeyId: '111111111111', secretAccessKey: 'test' }, maxAttempts: 1 };
    store = new SsmParameterStore(new SSMClient(config), log, { retryBase: 1 });
    secrets = new SecretsManagerReader(new SecretsManagerClient(config), { retryBase: 1 });
  });
  afterEach(() => server.stop());

  describe('parameters', () => {
    it('are found without decryption, with their tags', async () => {
      server.answer = ({ operation }) => ({
        body: operation === 'GetParameter'
          ? { Parameter: { Name: NAME, Type: 'SecureString', Version: 3, Value: 'AQICAH' } } : { TagList: [{ Key: 'a', Value: 'b' }] },
      });
      await expect(store.find(NAME)).resolves.toEqual({ type: 'SecureString', version: 3, tags: { a: 'b' } });
      expect(server.requests.map(({ json }) => json)).toEqual([{ Name: NAME }, { ResourceType: 'Parameter', ResourceId: NAME }]);
    });

    it('are not found when they are gone, before or while their tags are read', async () => {
      server.answer = () => awsError('ParameterNotFound');
      await expect(store.find(NAME)).resolves.toBeUndefined();
      server.answer = ({ operation }) => (operation === 'GetParameter' ? { body: { Parameter: { Type: 'String', Version: 1 } } } : awsError('InvalidResourceId'));
      await expect(store.find(NAME)).resolves.toBeUndefined();
    });

    it('have no tags when AWS names none, and are not believed when they are half there', async () => {
      server.answer = () => ({ body: { Parameter: { Type: 'String', Version: 1 } } });
      await expect(store.find(NAME)).resolves.toEqual({ type: 'String', version: 1, tags: {} });
      server.answer = () => ({ body: {} });
      await expect(store.find(NAME)).rejects.toThrow(`reading the parameter ${NAME} failed: Error: Parameter Store answered without type or version`);
      await expect(store.overwrite(wanted, new SecretValue('x'))).rejects.toThrow('Parameter Store answered without a version');
    });

    it('are decrypted, in the version asked for', async () => {
      server.answer = () => ({ body: { Parameter: { Value: CANARY } } });
      expect((await store.value(NAME))!.reveal()).toBe(CANARY);
      expect((await store.value(NAME, 2))!.reveal()).toBe(CANARY);
      expect(server.requests.map(({ json }) => json)).toEqual([{ Name: NAME, WithDecryption: true }, { Name: `${NAME}:2`, WithDecryption: true }]);
      server.answer = () => awsError('ParameterVersionNotFound');
      await expect(store.value(NAME, 2)).resolves.toBeUndefined();
    });

    it('are created with their tags, and overwritten without', async () => {
      server.answer = () => ({ body: { Version: 7 } });
      await store.create({ ...wanted, description: 'd' }, new SecretValue(CANARY), { a: 'b' });
      await expect(store.overwrite(wanted, new SecretValue(CANARY))).resolves.toBe(7);
      const common = { Name: NAME, Value: CANARY, Type: 'SecureString', Tier: 'Standard', KeyId: 'key-1' };
      expect(server.requests.map(({ json }) => json)).toEqual([
        { ...common, Description: 'd', Overwrite: false, Tags: [{ Key: 'a', Value: 'b' }] }, { ...common, Description: '', Overwrite: true },
      ]);
    });

    it('stay advanced, with a warning, where AWS knows no way back', async () => {
      server.answer = ({ json }) => (json.Tier === 'Standard'
        ? awsError('ValidationException', 'This parameter uses the advanced-parameter tier. You can\'t downgrade a parameter to the standard-parameter tier.')
        : { body: { Version: 2 } });
      await expect(store.overwrite(wanted, new SecretValue('x'))).resolves.toBe(2);
      expect(log.lines).toEqual([expect.objectContaining({ level: 'warn', message: expect.stringContaining(`${NAME} stays in tier Advanced`) })]);
      server.answer = () => awsError('ValidationException', 'You can\'t downgrade');
      await expect(store.overwrite({ ...wanted, tier: 'Advanced' }, new SecretValue('x'))).rejects.toThrow('ValidationException');
    });

    it('are tagged, untagged and deleted, and deleting what is gone is done', async () => {
      await store.tag(NAME, { a: 'b' });
      await store.untag(NAME, ['a']);
      await store.delete(NAME);
      expect(server.requests.map(({ operation, json }) => [operation, json])).toEqual([
        ['AddTagsToResource', { ResourceType: 'Parameter', ResourceId: NAME, Tags: [{ Key: 'a', Value: 'b' }] }],
        ['RemoveTagsFromResource', { ResourceType: 'Parameter', ResourceId: NAME, TagKeys: ['a'] }],
        ['DeleteParameter', { Name: NAME }],
      ]);
      server.answer = () => awsError('ParameterNotFound');
      await expect(store.delete(NAME)).resolves.toBeUndefined();
    });

    it('wait for a permission that was given a moment ago', async () => {
      server.answer = (_, call) => (call < 4 ? awsError('AccessDeniedException') : { body: { Version: 2 } });
      await expect(store.overwrite(wanted, new SecretValue('x'))).resolves.toBe(2);
    });

    it.each([
      ['AccessDeniedException', () => store.delete(NAME), `deleting the parameter ${NAME} failed: AccessDeniedException: planned AccessDeniedException. Look for a permission boundary`],
      ['AccessDeniedException', () => store.value(NAME), 'let the function decrypt with that key for this update (oldKey.grantDecrypt(parameters.secureStringFunction)), or set another revision'],
      ['ParameterAlreadyExists', () => store.create(wanted, new SecretValue('x'), {}), 'Somebody made it a moment ago: deploy again'],
      ['InternalServerError', () => store.tag(NAME, {}), `tagging the parameter ${NAME} failed: InternalServerError: planned InternalServerError`],
    ])('say why they could not be changed (%s)', async (type, act, message) => {
      server.answer = () => awsError(type);
      await expect(act()).rejects.toThrow(message);
    });

    it('never show the value, though AWS repeats it', async () => {
      server.answer = () => awsError('ValidationException', `Value '${CANARY}' failed`);
      for (const act of [() => store.create(wanted, new SecretValue(CANARY), {}), () => store.overwrite(wanted, new SecretValue(CANARY))]) {
        const failure = await act().catch((error: unknown) => error) as Error;
        expect(failure.message).toContain('ValidationException: (its text is withheld: it repeats the value)');
        expect(failure.stack).not.toContain(CANARY);
        expect(failure.cause).toBeUndefined();
      }
    });
  });

  describe('secrets', () => {
    it('are read as they are now', async () => {
      server.answer = () => ({ body: { SecretString: CANARY } });
      expect((await secrets.read('arn:db')).reveal()).toBe(CANARY);
      expect(server.requests[0].json).toEqual({ SecretId: 'arn:db' });
    });

    it.each([
      ['ResourceNotFoundException', 'Make the secret, and give it a value, before this deployment'],
      ['AccessDeniedException', 'Look at the policies of the secret and of its key'],
      ['DecryptionFailure', 'Look at the policies of the secret and of its key'],
      ['InvalidRequestException', 'planned InvalidRequestException'],
    ])('that cannot be read say why (%s)', async (type, message) => {
      server.answer = () => awsError(type);
      const failure = await secrets.read('arn:db').catch((error: Error) => error.message);
      expect(failure).toContain(`reading the secret arn:db failed: ${type}: planned ${type}`);
      expect(failure).toContain(message);
    });

    it('have one current version, or say that they have none', async () => {
      server.answer = () => ({ body: { VersionIdsToStages: { 'id-2': ['AWSPENDING'], 'id-1': ['AWSCURRENT', 'mine'] } } });
      await expect(secrets.current('arn:db')).resolves.toBe('id-1');
      server.answer = () => ({ body: {} });
      await expect(secrets.current('arn:db')).rejects.toThrow('the secret arn:db has no current version; put a value into it');
      server.answer = () => awsError('AccessDeniedException');
      await expect(secrets.current('arn:db')).rejects.toThrow('describing the secret arn:db failed: AccessDeniedException');
    });

    it('take no binary data', async () => {
      server.answer = () => ({ body: { SecretBinary: 'AAAA' } });
      await expect(secrets.read('arn:db')).rejects.toThrow('the secret arn:db holds binary data or nothing; a parameter takes text only');
    });
  });
});

describe('the properties', () => {
  const properties = {
    ServiceToken: 'f', Name: NAME, Tier: 'Advanced', KeyArn: 'key-1', Description: 'd', Adopt: 'true', Tags: { a: 'b' }, Source: { Length: '12', Characters: ['digits'], Revision: '1' },
  };

  it('are read as CloudFormation sends them', () => {
    expect(readSecureString(properties)).toEqual({
      name: NAME, tier: 'Advanced', keyArn: 'key-1', description: 'd', adopt: true, tags: { a: 'b' }, source: { kind: 'generated', length: 12, characters: ['digits'], revision: '1' },
    });
    expect(readSecureString({ ...properties, Tags: undefined, Adopt: 'false', Source: { Secret: 'db', JsonKey: 'k' } })).toMatchObject({
      adopt: false, tags: {}, source: { kind: 'secret', secret: 'db', jsonKey: 'k' },
    });
  });

  it.each([
    [{ Tier: 'Intelligent-Tiering' }, 'Tier'], [{ Name: '' }, 'Name'], [{ Source: {} }, 'Source'], [{ Source: { Length: '0', Characters: ['digits'] } }, 'Source'],
    [undefined, 'document'],
  ])('that cannot be read are named, not shown (%j)', (change, place) => {
    expect(() => readSecureString(change && { ...properties, ...change })).toThrow(/the properties of the SecureString are not readable \(.*\); deploy the stack again/);
    expect(() => readSecureString(change && { ...properties, ...change })).toThrow(place);
  });
});

test('what is thrown need not be an error', () => {
  expect(described('broken')).toEqual({ name: 'Error', text: 'broken' });
});
