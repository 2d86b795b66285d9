// Bundles every function and the command line that the library ships: node lambda-src/bundle.mjs [--check] [--outdir <folder>]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const STAMP = '.stamp';
const LICENSES = 'THIRD-PARTY-LICENSES';
const KIB = 1024;

/** What each bundle may weigh, in KiB: a cold start pays for every one of them. */
const BUDGETS = {
  'alerts/daily-report': 520,
  'alerts/slack': 260,
  'alerts/topic': 280,
  'cli': 540,
  'drift/detect': 450,
  'drift/policy': 120,
  'events/announce': 300,
  'events/audit': 260,
  'events/backfill': 380,
  'events/export': 260,
  'events/ingest': 400,
  'events/query': 300,
  'events/watch': 260,
  'foundation/follow-secret': 320,
  'foundation/record-deployment': 260,
  'foundation/secure-string': 320,
  'rules/ensure-recorder': 300,
  'rules/recorder-health': 240,
};

/** What people run: not a function, and not in its list. */
const COMMAND_LINE = 'cli';

const entryPoints = (names) => Object.fromEntries(names.map((name) => [`${name}/index`, `lambda-src/${name}/index.ts`]));

/** SDK clients import their whole package.json for one field. */
const onlyVersions = {
  name: 'only-versions',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*[\\/]package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8'));
      return { loader: 'json', contents: JSON.stringify({ name, version }) };
    });
  },
};

/** Of everything that is bundled. */
const OPTIONS = {
  absWorkingDir: ROOT,
  outdir: 'assets',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  // Not the default on this platform, and worth a third of the size.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // Some packages are CommonJS and call require() for Node's own modules.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  tsconfig: 'tsconfig.dev.json',
  plugins: [onlyVersions],
  metafile: true,
  write: false,
  logLevel: 'warning',
};

/** Bundles the functions and the command line. The same sources give the same bytes, because an asset's hash decides whether a stack changes. */
export async function bundle(outdir = join(ROOT, 'assets')) {
  const entries = functions();
  const known = [...entries, COMMAND_LINE];
  const unknown = [...known.filter((name) => !(name in BUDGETS)), ...Object.keys(BUDGETS).filter((name) => !known.includes(name))];
  if (unknown.length > 0) throw new Error(`functions and budgets do not match: ${unknown.join(', ')}. Correct BUDGETS in lambda-src/bundle.mjs`);
  const stamp = digest();
  const made = [
    await build({ ...OPTIONS, entryPoints: entryPoints(entries), target: 'node22', alias: { '@aws-sdk/credential-provider-node': './lambda-src/shared/credentials.ts' } }),
    // People have profiles and single sign-on, and the Node that the package asks for.
    await build({ ...OPTIONS, entryPoints: entryPoints([COMMAND_LINE]), target: 'node20' }),
  ];

  const sizes = new Map();
  for (const { path, contents } of made.flatMap(({ outputFiles }) => outputFiles)) {
    const inside = relative(join(ROOT, 'assets'), path);
    const name = dirname(inside).split(sep).join('/');
    sizes.set(name, contents.length);
    replace(join(outdir, inside), contents);
  }
  for (const name of shipped(outdir)) if (!sizes.has(name)) rmSync(join(outdir, name), { recursive: true });
  const metafile = { inputs: Object.assign({}, ...made.map((one) => one.metafile.inputs)), outputs: Object.assign({}, ...made.map((one) => one.metafile.outputs)) };
  replace(join(outdir, LICENSES), licenses(Object.keys(metafile.inputs)));

  const tooLarge = [...sizes].filter(([name, size]) => size > BUDGETS[name] * KIB);
  // The stamp comes last: an interrupted or refused run must not look fresh.
  if (tooLarge.length === 0) replace(join(outdir, STAMP), stamp);
  return { sizes, tooLarge, metafile };
}

/** Whether the bundles in a folder were made from other sources than these. */
export function isStale(outdir = join(ROOT, 'assets')) {
  const missing = [...functions(), COMMAND_LINE].some((name) => !existsSync(join(outdir, name, 'index.mjs')));
  return missing || !existsSync(join(outdir, STAMP)) || readFileSync(join(outdir, STAMP), 'utf8') !== digest();
}

/** Names such as drift/detect. */
function functions() {
  return folders(join(ROOT, 'lambda-src')).filter((name) => existsSync(join(ROOT, 'lambda-src', name, 'index.ts')));
}

function shipped(outdir) {
  return existsSync(outdir) ? folders(outdir) : [];
}

/** Folders two levels down. */
function folders(path) {
  const inside = (folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return inside(path).flatMap((room) => inside(join(path, room)).map((name) => `${room}/${name}`)).sort();
}

/** A hash of everything that a bundle depends on: the sources, what they share with the constructs, and the versions of the packages. */
function digest() {
  const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const sources = [
    ...files(join(ROOT, 'lambda-src')),
    ...files(join(ROOT, 'src')).filter((file) => /[\\/](contract|pattern)\.ts$/.test(file)),
    join(ROOT, 'package-lock.json'),
  ].filter(existsSync).map((file) => relative(ROOT, file).split(sep).join('/')).sort();
  const hash = createHash('sha256');
  for (const file of sources) hash.update(`${file}\0`).update(readFileSync(join(ROOT, file))).update('\0');
  return hash.digest('hex') + '\n';
}

/** The licences of every package that is in a bundle, each text once. */
function licenses(inputs) {
  const homes = new Set(inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []));
  const texts = new Map();
  for (const home of [...homes].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, home, 'package.json'), 'utf8'));
    const file = readdirSync(join(ROOT, home)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    const text = (file ? readFileSync(join(ROOT, home, file), 'utf8') : `Licensed under ${license}.`).replace(/\r\n/g, '\n').trim();
    texts.set(text, [...texts.get(text) ?? [], `${name} ${version} (${license})`]);
  }
  const rule = '-'.repeat(80);
  return ['The functions in this folder contain these packages.', ...[...texts].map(([text, names]) => `${rule}\n${names.join('\n')}\n\n${text}`)].join('\n\n') + '\n';
}

/** Whole or not at all: another process may be reading. */
function replace(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const option = process.argv.indexOf('--outdir');
  const outdir = option < 0 ? undefined : resolve(process.argv[option + 1]);
  if (process.argv.includes('--check')) {
    const stale = isStale(outdir);
    console.log(stale ? 'The bundles are stale: run `node lambda-src/bundle.mjs`.' : 'The bundles are fresh.');
    process.exitCode = stale ? 1 : 0;
  } else {
    const { sizes, tooLarge } = await bundle(outdir);
    for (const [name, size] of sizes) console.log(`${name.padEnd(30)} ${(size / KIB).toFixed(1).padStart(7)} KiB of ${BUDGETS[name]}`);
    for (const [name] of tooLarge) console.error(`${name} is over its budget: find what it imports with esbuild's metafile, or raise BUDGETS and say why`);
    process.exitCode = tooLarge.length > 0 ? 1 : 0;
  }
}
