import { createHash } from 'node:crypto';

/** What the reference method needs of Parameter Store: a page of full names and values. */
export interface ReferencePage {
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly nextToken?: string;
}
export type ReadPage = (environment: string, token?: string) => Promise<ReferencePage>;

/** Its state: every name of an environment with its hash, in one item. */
export interface ReferenceItem {
  readonly environment: string;
  readonly stateHash: string;
  readonly parameters: { readonly [name: string]: string };
}

/**
 * The reference system's way to find drift, plainly written: page through everything of each environment compared, hash
 * full names and values, store the whole map as one item. Its alert is left out, though full names make every check one.
 * It knows no incremental check: after any change it does all of this again.
 */
export async function referenceCheck(
  environments: readonly [string, string], readPage: ReadPage, store: (item: ReferenceItem) => Promise<void>,
): Promise<{ driftDetected: boolean; itemBytes: number }> {
  const items: ReferenceItem[] = [];
  for (const environment of environments) items.push(await readState(environment, readPage));
  await store(items[0]);
  return { driftDetected: items[0].stateHash !== items[1].stateHash, itemBytes: Buffer.byteLength(JSON.stringify(items[0])) };
}

async function readState(environment: string, readPage: ReadPage): Promise<ReferenceItem> {
  const parameters: { [name: string]: string } = {};
  let token: string | undefined;
  do {
    const page: ReferencePage = await readPage(environment, token);
    for (const { name, value } of page.parameters) parameters[name] = sha256(`${name}=${value}`);
    token = page.nextToken;
  } while (token);
  return { environment, parameters, stateHash: sha256(JSON.stringify(parameters)) };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
