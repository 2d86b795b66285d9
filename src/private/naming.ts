import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const RUNBOOK = 'https://github.com/cdk-compliance-monitoring/cdk-compliance-monitoring/blob/main/docs/runbook.md';

/** Every alarm's description ends with the heading that says what to do. */
export function withRunbook(description: string, heading: string): string {
  return `${description} ${RUNBOOK}#${heading}`;
}

/** Where a construct stands in its stack, in letters and digits: `System`, or `TeamASystem` for `TeamA/System`. */
export function nameInStack(construct: IConstruct): string {
  const stack = Stack.of(construct);
  const path = construct.node.scopes.slice(stack.node.scopes.length);
  return path.map((scope) => scope.node.id).join('').replace(/[^A-Za-z0-9]/g, '');
}
