import { Token } from 'aws-cdk-lib';
import { refuse } from '../private/validation';

/** AWS Config's longest parameters of a rule, as JSON. */
const MAX_PARAMETERS_LENGTH = 1024;
/** AWS Config's longest scope of a rule. */
const MAX_RESOURCE_TYPES = 100;
/** Rules in an account and region; AWS does not raise it. */
export const MAX_RULES = 1000;

export function requireParameterSize(prop: string, parameters: { [name: string]: string }): void {
  const known = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, Token.isUnresolved(value) ? '' : value]));
  const { length } = JSON.stringify(known);
  if (length > MAX_PARAMETERS_LENGTH) {
    refuse(prop, `${length} characters of JSON`, `up to ${MAX_PARAMETERS_LENGTH} characters of JSON`, 'give fewer or shorter values');
  }
}

export function requireResourceTypes(prop: string, types: string[]): void {
  if (Token.isUnresolved(types)) { return; }
  if (types.length === 0 || types.length > MAX_RESOURCE_TYPES) {
    refuse(prop, `${types.length} resource types`, `1 to ${MAX_RESOURCE_TYPES} resource types`, 'name what the rule evaluates, in several rules if need be');
  }
  types.forEach((type, index) => {
    if (!Token.isUnresolved(type) && !/^[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+$/.test(type)) {
      refuse(`${prop}[${index}]`, type, 'a resource type such as AWS::S3::Bucket', 'write it as AWS Config does');
    }
  });
}
