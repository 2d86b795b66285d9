/** The templates of the subjects as files, for the tools that read nothing else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Resources } from '../support';

export interface Template {
  /** Name of the subject, and of its file without its ending. */
  readonly name: string;
  readonly resources: Resources;
  /** What the other stacks of the app export, by its name. */
  readonly imports: { readonly [exportName: string]: { readonly value: unknown; readonly resources: Resources } };
}

interface Document {
  readonly Resources?: Resources;
  readonly Outputs?: { readonly [name: string]: { readonly Value: unknown; readonly Export?: { readonly Name: string } } };
}

/** Synthesises a stack and writes its template into a folder. */
export function writeTemplate(directory: string, name: string, stack: Stack): Template {
  const assembly = (stack.node.root as Stage).synth();
  const documents = assembly.stacks.map(({ id, template }) => ({ id, template: template as Document }));
  const own = documents.find(({ id }) => id === stack.artifactId)!.template;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), JSON.stringify(own, undefined, 1));
  const imports = documents.flatMap(({ template }) => Object.values(template.Outputs ?? {}).flatMap(({ Value, Export }) =>
    (Export ? [[Export.Name, { value: Value, resources: template.Resources ?? {} }] as const] : [])));
  return { name, resources: own.Resources ?? {}, imports: Object.fromEntries(imports) };
}
