import { isSecret, isSecretKey, secretSign } from '../../../../lambda-src/drift/domain/secrets';

describe('a name that says it holds a secret', () => {
  test.each([
    'db/password', 'db-password', 'app/DB_PASSWORD', 'app/dbPassword', 'payments/api-token', 'secret', 'secrets/app/one', 'app/client.secret',
    'app/private-key', 'app/PRIVATE_KEY', 'app/apiKey', 'apikey', 'app/api_keys', 'app/aws-access-key', 'credentials/main', 'app/passphrase', 'ssh-key/deploy',
    'sec/DBPassword', 'APIToken', 'JWTSecret', 'SSHKey', 'password1', 'dbPassword2', 'dbpassword', 'privatekey', 'secretkey', 'accesskey', 'clientsecret',
    'authtoken', 'db_pass', 'app/credential', 'main-pwd', 'secrets/42',
  ])('%s', (name) => {
    expect(secretSign(name, 'value')).toMatch(/^its name says "/);
  });

  test.each([
    'app/timeout', 'app/tokens', 'app/max-tokens', 'app/keyboard', 'app/monkey', 'app/primary-key', 'app/compass', 'app/secretary', 'app/key',
    'app/password-length', 'password/rotation/max-age', 'auth/token-ttl', 'auth/token-url', 'database/secret-arn', 'app/secret-name', 'app/passwordPolicy', 'boarding/pass-count', 'app/passage', 'app/bypass', '123', 'app/tokenizer',
  ])('%s does not', (name) => {
    expect(secretSign(name, 'value')).toBeUndefined();
  });

  test('the segment that says it is named', () => {
    expect(secretSign('secrets/app/one', 'x')).toBe('its name says "secrets"');
  });

  test('an ARN of no AWS partition is no reference', () => {
    expect(secretSign('app/secret', 'arn:my:own:hunter3')).toBe('its name says "secret"');
  });

  test('a reference to a secret is none', () => {
    expect(secretSign('app/password', 'arn:aws-cn:secretsmanager:cn-north-1:111111111111:secret:x')).toBeUndefined();
  });
});

describe('a value that is a secret by its form', () => {
  test.each([
    '-----BEGIN PRIVATE KEY-----\nMIIE', '-----BEGIN RSA PRIVATE KEY-----', '-----BEGIN OPENSSH PRIVATE KEY-----', '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    'AKIAIOSFODNN7EXAMPLE', 'key=ASIAIOSFODNN7EXAMPLE;', `ghp_${'a'.repeat(36)}`, 'xoxb-123456789012-abc', 'https://hooks.slack.com/services/T0/B0/x',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghij', 'mysql://user:hunter2@db.example:3306/x', 'redis://:hunter2@cache.example',
  ])('%s', (value) => {
    expect(secretSign('app/anything', value)).toBe('its value has the form of a credential');
  });

  test.each([
    '-----BEGIN CERTIFICATE-----', '-----BEGIN PUBLIC KEY-----', '-----BEGIN RSA PUBLIC KEY-----', '-----BEGIN PGP PUBLIC KEY BLOCK-----', '-----BEGIN EC PARAMETERS-----', '-----BEGIN X509 CRL-----', 'XAKIAIOSFODNN7EXAMPLEX', 'AKIA', 'https://user@host/x', 'http://host:80/a@b', '',
  ])('%s is not', (value) => {
    expect(secretSign('app/anything', value)).toBeUndefined();
  });
});

describe('JSON', () => {
  test.each(['{"password":7}', '{"db":{"password":{"v":"x"}}}', '{"password":["x"]}', '{"name":"DB_PASSWORD","value":"x"}', '[{"Key":"apiToken","Value":"x"}]', '{"id":"AKIAIOSFODNN7EXAMPLE"}', '{"password":"x"}', '{"a":[{"b":{"apiToken":"x"}}]}', '[{"secret":"x"}]'])('%s must not be shown whole', (value) => {
    expect(isSecret('app/config', value)).toBe(true);
  });
  test.each(['{"password":null}', '{"tokenTtl":5}', '{"secret":true}', '{"password":{}}', '{"name":"size","value":"x"}', '{"name":"DB_PASSWORD","required":true}', '{"maxTokens":4096}', '{"a":"password"}', '[1,2]', '{not json', '"password"', 'null'])('%s may', (value) => {
    expect(isSecret('app/config', value)).toBe(false);
  });
  test.each(['Server=x;Password=Hunter3!;', 'https://x/?password=a', 'user: x\npassword: y', 'export TOKEN=abc', '--api-key="x"', 'secret = z'])('%s must not be shown', (value) => {
    expect(isSecret('app/config', value)).toBe(true);
    expect(secretSign('app/config', value)).toBeUndefined();
  });
  test.each(['password', 'token;', 'the secret is out', 'tokens=5'])('%s may', (value) => {
    expect(isSecret('app/config', value)).toBe(false);
  });
  test('a key', () => {
    expect([isSecretKey('dbPassword'), isSecretKey('size')]).toEqual([true, false]);
  });
});
