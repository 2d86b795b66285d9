import { CfnOutput, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { nameInStack } from './naming';

export interface Output {
  /** Its name, as the reference system has it. */
  readonly name: string;
  /** What stands behind the stack's name in its export's name; without it, it is never exported. */
  readonly exportSuffix?: string;
  readonly description: string;
  readonly value: string;
}

/** Outputs under plain names for the first construct of a stack that has any; further ones put their own id before each. */
export function addOutputs(owner: IConstruct, outputs: Output[], exported: boolean): void {
  const stack = Stack.of(owner);
  const taken = stack.node.findAll().some((other) =>
    other !== owner && Stack.of(other) === stack && outputs.some(({ name }) => other.node.tryFindChild(name) instanceof CfnOutput));
  const outputPrefix = taken ? nameInStack(owner) : '';
  const exportPrefix = taken ? `${stack.stackName}-${outputPrefix}` : stack.stackName;
  for (const { name, exportSuffix, description, value } of outputs) {
    new CfnOutput(owner, name, { value, description, exportName: exported && exportSuffix ? `${exportPrefix}-${exportSuffix}` : undefined })
      .overrideLogicalId(`${outputPrefix}${name}`);
  }
}
