import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DeploymentRecordOptions } from './deployment-record-props';
import { refuse } from '../private/validation';

/** A pattern has 2,048 characters at the most. A stack's prefix has up to 230, and the statuses need 300. */
const STACKS_A_RULE = 7;
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** The stack that is deployed by itself: for a nested one the outermost, which its deployments begin and end with. */
export function deployedStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) { stack = stack.nestedStackParent; }
  return stack;
}

/** What each rule looks for: beginnings of stack ids, so that a stack that is made again is found under its name. */
export function stackIdPrefixes(scope: IConstruct, { stacks, stackNames }: DeploymentRecordOptions): string[][] {
  const own = deployedStack(scope);
  const named = stackNames ?? [];
  const given = stacks ?? (stackNames ? [] : [own]);
  if (given.length + named.length === 0) {
    refuse('DeploymentRecord.stacks', stacks ?? stackNames, 'at least one stack', 'name one, or leave stacks and stackNames out to record the own stack');
  }
  given.forEach((stack, index) => requireNeighbour(`DeploymentRecord.stacks[${index}]`, stack, own));
  named.forEach((name, index) => requireStackName(`DeploymentRecord.stackNames[${index}]`, name));
  const names = [...new Set([...given.map(({ stackName }) => stackName), ...named])];
  const prefixes = names.map((name) => `${Stack.of(scope).formatArn({ service: 'cloudformation', resource: 'stack', resourceName: name })}/`);
  const rules: string[][] = [];
  for (let at = 0; at < prefixes.length; at += STACKS_A_RULE) { rules.push(prefixes.slice(at, at + STACKS_A_RULE)); }
  return rules;
}

/** CloudFormation sends a stack's events to the default bus of its own account and region. */
function requireNeighbour(prop: string, stack: Stack, own: Stack): void {
  for (const place of ['account', 'region'] as const) {
    if (Token.isUnresolved(stack[place]) || Token.isUnresolved(own[place]) || stack[place] === own[place]) { continue; }
    refuse(prop, `${stack.stackName} in ${stack[place]}`, `a stack in the ${place} of the record's own stack (${own[place]})`,
      'put another DeploymentRecord beside that stack');
  }
}

function requireStackName(prop: string, name: string): void {
  if (Token.isUnresolved(name) || STACK_NAME.test(name)) { return; }
  refuse(prop, name, 'a stack\'s name: letters, digits and hyphens, up to 128, the first a letter', 'give the name, not the ARN');
}
