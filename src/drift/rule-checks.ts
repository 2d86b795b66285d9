import { Token } from 'aws-cdk-lib';
import { MAX_PATTERN_LENGTH, patternProblem } from './pattern';
import { refuse, requireText } from '../private/validation';

/** SSM's longest value (advanced tier). */
const MAX_VALUE_LENGTH = 8192;

export function requirePattern(prop: string, pattern: string): void {
  if (Token.isUnresolved(pattern)) { return; }
  const problem = typeof pattern === 'string' ? patternProblem(pattern) : 'it is no text';
  if (problem) {
    refuse(prop, pattern, `a glob of up to ${MAX_PATTERN_LENGTH} characters on names relative to their environment`,
      `${problem}: write it like app/limits/* or app/**`);
  }
}

export function requireValues(prop: string, values: { [environment: string]: string }, environments: string[]): void {
  const given = Object.keys(values);
  const missing = environments.filter((environment) => !given.includes(environment));
  if (missing.length > 0) {
    refuse(prop, given, `a value for each environment (${environments.join(', ')})`, `add one for ${missing.join(', ')}`);
  }
  const unknown = given.filter((environment) => !environments.includes(environment));
  if (unknown.length > 0) {
    refuse(prop, given, `a value for each environment (${environments.join(', ')})`, `remove ${unknown.join(', ')}, or add it to environments`);
  }
  for (const environment of given) {
    requireText(`${prop}.${environment}`, values[environment], MAX_VALUE_LENGTH, 'give the value that the parameter must have there');
  }
}
