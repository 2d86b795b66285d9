import { randomInt } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { generate } from '../../../../lambda-src/foundation/domain/generate';
import { SecretValue } from '../../../../lambda-src/foundation/domain/secret-value';
import { requireFitting, takeValue } from '../../../../lambda-src/foundation/domain/take-value';
import { SecretSource, Wanted } from '../../../../lambda-src/foundation/ports';
import { CharacterClass, CHARACTERS } from '../../../../src/foundation/contract';

const CANARY = 'c4n4ry-"91fe';

describe('a secret value', () => {
  const value = new SecretValue(CANARY);

  it('shows itself to nobody who does not ask', () => {
    for (const shown of [String(value), `${value}`, JSON.stringify({ value }), inspect(value, { depth: 5, showHidden: true })]) expect(shown).not.toContain('c4n4ry');
    expect(value.reveal()).toBe(CANARY);
    expect(value.bytes).toBe(12);
    expect(new SecretValue('é').bytes).toBe(2);
  });

  it('is kept out of messages, however it is written there', () => {
    const withheld = '(its text is withheld: it repeats the value)';
    for (const form of [CANARY, JSON.stringify(CANARY), encodeURIComponent(CANARY), Buffer.from(CANARY).toString('base64')]) {
      expect(value.keptOutOf(`Value '${form}' failed`)).toBe(withheld);
    }
    expect(value.keptOutOf('access denied')).toBe('access denied');
    expect(new SecretValue('').keptOutOf('access denied')).toBe('access denied');
  });
});

describe('a generated value', () => {
  const classes = fc.uniqueArray(fc.constantFrom(...(Object.keys(CHARACTERS) as CharacterClass[])), { minLength: 1 });

  it('has its length, every class and nothing else', () => {
    fc.assert(fc.property(fc.integer({ min: 8, max: 200 }), classes, (length, characters) => {
      const text = generate({ kind: 'generated', length, characters }, randomInt).reveal();
      expect(text).toHaveLength(length);
      for (const name of characters) expect([...text].some((one) => CHARACTERS[name].includes(one))).toBe(true);
      const every = characters.map((name) => CHARACTERS[name]).join('');
      expect([...text].filter((one) => !every.includes(one))).toEqual([]);
    }));
  });

  it('uses every character, and each class at every place', () => {
    const all = Object.keys(CHARACTERS) as CharacterClass[];
    const texts = Array.from({ length: 400 }, () => generate({ kind: 'generated', length: 12, characters: all }, randomInt).reveal());
    expect(new Set(texts).size).toBe(400);
    expect(new Set(texts.join(''))).toEqual(new Set(Object.values(CHARACTERS).join('')));
    for (let at = 0; at < 12; at++) {
      for (const name of all) expect(texts.some((text) => CHARACTERS[name].includes(text[at]))).toBe(true);
    }
  });

  it('has no character that Parameter Store, a quote or a URL would read', () => {
    expect(CHARACTERS.symbols).not.toMatch(/[{}@/\\"'` ]/);
  });
});

describe('the value in a secret', () => {
  const source = (jsonKey?: string): SecretSource => ({ kind: 'secret', secret: 'arn:db', jsonKey });
  const take = (content: string, jsonKey?: string) => takeValue(new SecretValue(content), source(jsonKey)).reveal();

  it('is the whole, or what a key holds', () => {
    expect(take('{"a":1}')).toBe('{"a":1}');
    expect(take('{"password":"p","port":3306,"tls":true}', 'password')).toBe('p');
    expect(take('{"port":3306}', 'port')).toBe('3306');
    expect(take('{"tls":false}', 'tls')).toBe('false');
  });

  it.each([
    [`not json ${CANARY}`, 'password', "the secret arn:db holds no JSON object, so that it has no key 'password'; correct the secret, or leave jsonKey out to take it whole"],
    [`["${'c4n4ry'}"]`, 'password', "the secret arn:db holds no JSON object, so that it has no key 'password'; correct the secret, or leave jsonKey out to take it whole"],
    ['null', 'password', "the secret arn:db holds no JSON object, so that it has no key 'password'; correct the secret, or leave jsonKey out to take it whole"],
    ['{"c4n4ry":"c4n4ry"}', 'password', "the secret arn:db has no key 'password'; correct jsonKey, or put the key into the secret"],
    ['{"c4n4ry":"c4n4ry"}', 'toString', "the secret arn:db has no key 'toString'; correct jsonKey, or put the key into the secret"],
    ['{"password":{"c4n4ry":1}}', 'password', "the key 'password' of the secret arn:db holds no text, number or boolean; correct jsonKey, or the secret"],
    ['{"password":null}', 'password', "the key 'password' of the secret arn:db holds no text, number or boolean; correct jsonKey, or the secret"],
  ])('is not guessed, and no message shows the secret (%#)', (content, key, message) => {
    expect(() => take(content, key)).toThrow(new Error(message));
    expect(message).not.toContain('c4n4ry');
  });
});

describe('the size', () => {
  const fits = (text: string, tier: Wanted['tier']) => () => requireFitting(new SecretValue(text), { name: '/acme/Dev/a', tier } as Wanted);

  it('is counted in bytes, by tier', () => {
    expect(fits('x'.repeat(4096), 'Standard')).not.toThrow();
    expect(fits('é'.repeat(4096), 'Advanced')).not.toThrow();
    expect(fits('é'.repeat(2049), 'Standard')).toThrow(new Error(
      'the value for /acme/Dev/a is larger than the 4096 bytes of tier Standard; use ParameterTier.ADVANCED, which takes 8192 bytes, or shorten the secret'));
    expect(fits('x'.repeat(8193), 'Advanced')).toThrow(new Error('the value for /acme/Dev/a is larger than the 8192 bytes of tier Advanced; shorten the secret'));
    expect(fits('', 'Standard')).toThrow(new Error('the value for /acme/Dev/a is empty, which Parameter Store does not take; put a value into the secret'));
  });
});
