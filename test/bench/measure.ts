import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Measured } from './children/child';

export const ROOT = join(__dirname, '..', '..');
export const OUT = join(ROOT, '.local', 'bench');
const CHILDREN = join(__dirname, 'children');

export type ChildName =
  'compare-names' | 'import-module' | 'incremental-calls' | 'ingest-events' | 'invoke-bundle' | 'largest-item' | 'our-check' | 'read-events' | 'store-events' | 'reference-check' | 'reference-on-aws';

/** Bundles the children as the functions are bundled, so that both methods run the same kind of code. */
export async function bundleChildren(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: readdirSync(CHILDREN).filter((file) => file !== 'child.ts').map((file) => join(CHILDREN, file)),
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    alias: { '@aws-sdk/credential-provider-node': './lambda-src/shared/credentials.ts' },
    tsconfig: 'tsconfig.dev.json',
    logLevel: 'warning',
  });
}

/** Runs one measurement in a process of its own, which sees nothing of this one's environment but the path. */
export function measure<Input, Output>(name: ChildName, input: Input, env: { readonly [name: string]: string } = {}): Promise<Measured<Output>> {
  return new Promise((resolve, reject) => {
    const child = fork(join(OUT, `${name}.mjs`), [JSON.stringify(input)], {
      // Not this process's loader and heap options: the functions run in plain Node.
      execArgv: [],
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let result: Measured<Output> | undefined;
    let problem = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      problem += text;
    });
    child.once('message', (message) => {
      result = message as Measured<Output>;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 && result) resolve(result); else reject(new Error(`${name} ${JSON.stringify(input)} ended with code ${code}:\n${problem}`));
    });
  });
}

/** The middle one; of an even number the lower of the two in the middle. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}
