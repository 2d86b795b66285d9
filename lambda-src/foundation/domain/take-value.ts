import { TIER_BYTES } from '../../../src/foundation/contract';
import { SecretSource, Wanted } from '../ports';
import { SecretValue } from './secret-value';

/** The value in a secret. No message repeats anything of its content: a parser's own message would. */
export function takeValue(content: SecretValue, { secret, jsonKey }: SecretSource): SecretValue {
  if (jsonKey === undefined) return content;
  const document = parsed(content);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new Error(`the secret ${secret} holds no JSON object, so that it has no key '${jsonKey}'; correct the secret, or leave jsonKey out to take it whole`);
  }
  const value = Object.hasOwn(document, jsonKey) ? (document as { [key: string]: unknown })[jsonKey] : undefined;
  if (typeof value === 'string') return new SecretValue(value);
  if (typeof value === 'number' || typeof value === 'boolean') return new SecretValue(String(value));
  throw new Error(value === undefined
    ? `the secret ${secret} has no key '${jsonKey}'; correct jsonKey, or put the key into the secret`
    : `the key '${jsonKey}' of the secret ${secret} holds no text, number or boolean; correct jsonKey, or the secret`);
}

function parsed(content: SecretValue): unknown {
  try {
    return JSON.parse(content.reveal());
  } catch {
    return undefined;
  }
}

/** Refuses what Parameter Store would refuse. Not even the length is told. */
export function requireFitting(value: SecretValue, { name, tier }: Wanted): void {
  if (value.bytes === 0) throw new Error(`the value for ${name} is empty, which Parameter Store does not take; put a value into the secret`);
  if (value.bytes > TIER_BYTES[tier]) {
    throw new Error(`the value for ${name} is larger than the ${TIER_BYTES[tier]} bytes of tier ${tier}; ${
      tier === 'Standard' ? 'use ParameterTier.ADVANCED, which takes 8192 bytes, or shorten the secret' : 'shorten the secret'}`);
  }
}
