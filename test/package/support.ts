import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

export const ROOT = path.join(__dirname, '..', '..');

/** What is published is built by `npm test`'s set-up; a test never builds it, so that it looks at what would ship. */
export function built(language: 'js' | 'python', extension: string): string {
  const folder = path.join(ROOT, 'dist', language);
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith(extension)) : [];
  if (files.length !== 1) {
    throw new Error(`dist/${language} holds ${files.length} files ending in ${extension}, but one is needed: run \`npm test\`, which packs, or \`npx projen package:${language}\``);
  }
  return path.join(folder, files[0]);
}

/** Runs a command and returns what it wrote; its output is shown when it fails. */
export function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): string {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, ...options });
  if (result.status !== 0) {
    throw new Error(`${[command, ...args].join(' ')} failed (${result.error?.message ?? `exit code ${result.status}`})\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

export type Templates = { [file: string]: unknown };

export function templatesIn(folder: string): Templates {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.template.json')).sort();
  return Object.fromEntries(files.map((file) => [file, JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as unknown]));
}

/** An app's cloud assembly, made by the app itself as the CDK CLI would start it. */
export function synthesised(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Templates {
  const outdir = fs.mkdtempSync(path.join(cwd, 'cdk.out-'));
  run(command, args, { cwd, env: { ...process.env, ...env, CDK_OUTDIR: outdir } });
  return templatesIn(outdir);
}
