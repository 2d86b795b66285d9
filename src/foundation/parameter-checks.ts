import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { SecureStringTier, TIER_BYTES } from './contract';
import { refuse, requireText } from '../private/validation';

const LEVEL = /^[A-Za-z0-9_.-]+$/;
/** Parameter Store's own limits, of a name in full. */
const LONGEST_NAME = 1011;
const DEEPEST = 15;

/** A name relative to its environment. Organization and environment are two levels more. */
export function requireRelativeName(prop: string, name: string, prefix: string): void {
  if (Token.isUnresolved(name)) {
    refuse(prop, Token.asString(name), 'a name that is known at synth, because the construct is named after it', 'put the part that is not known into the value');
  }
  const levels = name.split('/');
  if (!levels.every((level) => LEVEL.test(level))) {
    refuse(prop, name, 'levels of letters, digits and the characters _ . - with single slashes between them, none at the ends',
      'give the name relative to its environment, such as database/password');
  }
  if (levels.length > DEEPEST - 2) { refuse(prop, name, `${DEEPEST - 2} levels below the environment`, 'choose fewer levels'); }
  const room = LONGEST_NAME - (Token.isUnresolved(prefix) ? 0 : prefix.length + 1);
  if (name.length > room) { refuse(prop, name, `up to ${room} characters, ${LONGEST_NAME} with organization and environment`, 'choose a shorter name'); }
}

export function requireDescription(prop: string, description?: string): void {
  if (description !== undefined) { requireText(prop, description, 1024, 'shorten it, or leave it out'); }
}

export function requireTier(prop: string, tier: ssm.ParameterTier = ssm.ParameterTier.STANDARD): SecureStringTier {
  if (tier !== ssm.ParameterTier.STANDARD && tier !== ssm.ParameterTier.ADVANCED) {
    refuse(prop, tier, 'STANDARD or ADVANCED', 'choose ADVANCED for values over 4096 bytes');
  }
  return tier;
}

export function requireValue(prop: string, value: string, tier: SecureStringTier): void {
  if (Token.isUnresolved(value)) { return; }
  if (value === '') { refuse(prop, value, 'a text of at least one character', 'leave the parameter out, or give it a value that means "none"'); }
  if (Buffer.byteLength(value) > TIER_BYTES[tier]) { refuseSize(prop, `a value of ${Buffer.byteLength(value)} bytes`, tier); }
}

export function refuseSize(prop: string, size: string, tier: SecureStringTier): never {
  refuse(prop, size, `${TIER_BYTES[tier]} bytes in tier ${tier}`,
    tier === 'Standard' ? `use tier ParameterTier.ADVANCED, which takes ${TIER_BYTES.Advanced} bytes` : 'split it into several parameters');
}

export function requireItems(prop: string, values: string[], tier: SecureStringTier): void {
  if (Token.isUnresolved(values)) { return; }
  if (values.length === 0) { refuse(prop, values, 'at least one value', 'leave the parameter out, or give it a value that means "none"'); }
  for (const value of values) {
    if (!Token.isUnresolved(value) && (value === '' || value.includes(','))) {
      refuse(prop, value, 'texts without a comma, none of them empty', 'use addString, for example with JSON');
    }
  }
  requireValue(prop, values.join(','), tier);
}

export function requireRemovalPolicy(prop: string, policy: RemovalPolicy): RemovalPolicy {
  if (policy !== RemovalPolicy.DESTROY && policy !== RemovalPolicy.RETAIN) {
    refuse(prop, policy, 'DESTROY or RETAIN', 'a parameter has no snapshots; RETAIN keeps it, except when its creation is rolled back');
  }
  return policy;
}
