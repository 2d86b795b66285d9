import { Fn, Token } from 'aws-cdk-lib';
import { RequiredTag } from './required-tag';
import { refuse } from '../private/validation';

/** The rule takes `tag1Key` to `tag6Key`. */
const MAX_TAGS = 6;

/** Parameters of the rule REQUIRED_TAGS. AWS's API knows no default: without `tag1Key` the rule fails. */
export function requiredTagParameters(tags: RequiredTag[]): { [name: string]: string } {
  if (tags.length > MAX_TAGS) {
    refuse('ConfigRuleSet.requiredTags', tags.map(({ key }) => key), `up to ${MAX_TAGS} tags`, 'leave some out, or watch them by a rule of your own');
  }
  const parameters: { [name: string]: string } = {};
  tags.forEach(({ key, values }, index) => {
    const prop = `ConfigRuleSet.requiredTags[${index}]`;
    requireTagKey(`${prop}.key`, key);
    if (!Token.isUnresolved(key) && tags.findIndex((tag) => tag.key === key) !== index) {
      refuse(`${prop}.key`, key, 'each key once', 'give all its values at one place');
    }
    parameters[`tag${index + 1}Key`] = key;
    if (values === undefined) { return; }
    parameters[`tag${index + 1}Value`] = joined(`${prop}.values`, values);
  });
  return parameters;
}

function joined(prop: string, values: string[]): string {
  if (Token.isUnresolved(values)) { return Fn.join(',', values); }
  if (values.length === 0) { refuse(prop, values, 'at least one value', 'leave values out to allow any'); }
  values.forEach((value, index) => requireValue(`${prop}[${index}]`, value));
  return [...new Set(values)].join(',');
}

function requireTagKey(prop: string, key: string): void {
  if (Token.isUnresolved(key)) { return; }
  if (typeof key !== 'string') { refuse(prop, key, 'a text', 'give each tag as { key, values }'); }
  if (/^aws:/i.test(key)) { refuse(prop, key, 'a key that does not start with aws:, which AWS reserves', 'choose another key'); }
  if (!/^[\p{L}\p{N} _.:/=+\-@]{1,128}$/u.test(key)) {
    refuse(prop, key, '1 to 128 letters, digits, spaces and the characters _ . : / = + - @', 'shorten it or leave the other characters out');
  }
}

/** The rule separates values by commas, so none may have one. */
function requireValue(prop: string, value: string): void {
  if (Token.isUnresolved(value)) { return; }
  if (!/^[\p{L}\p{N} _.:/=+\-@]{1,256}$/u.test(value)) {
    refuse(prop, value, '1 to 256 letters, digits, spaces and the characters _ . : / = + - @', 'shorten it or leave the other characters out');
  }
}
