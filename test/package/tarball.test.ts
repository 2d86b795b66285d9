/** What npm would publish: the bundles in, everything that is ours alone out. */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { built, ROOT, run } from './support';

const tarball = built('js', '.tgz');
const files = run('tar', ['-tzf', tarball]).trim().split('\n').map((file) => file.replace(/^package\//, ''));

test('holds the bundles as they are in assets/', () => {
  const bundles = (fs.readdirSync(path.join(ROOT, 'assets'), { recursive: true }) as string[]).filter((file) => file.endsWith('.mjs')).map((file) => `assets/${file}`);
  expect(bundles.length).toBeGreaterThanOrEqual(7);
  for (const bundle of bundles) {
    expect(files).toContain(bundle);
    expect(run('tar', ['-xzOf', tarball, `package/${bundle}`])).toBe(fs.readFileSync(path.join(ROOT, bundle), 'utf8'));
  }
});

test('holds what jsii, npm and a lawyer need', () => {
  expect(files).toEqual(expect.arrayContaining([
    '.jsii', 'LICENSE', 'README.md', 'package.json', 'lib/index.js', 'lib/index.d.ts', 'node_modules/picomatch/package.json', 'assets/THIRD-PARTY-LICENSES',
  ]));
});

test('holds the command line, which runs where nothing else is', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
  try {
    run('tar', ['-xzf', tarball, '-C', folder]);
    const { bin, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package', 'package.json'), 'utf8')) as { bin: { [name: string]: string }; version: string };
    expect(bin).toEqual({ 'cdk-compliance-monitoring': 'bin/cdk-compliance-monitoring' });
    const program = path.join(folder, 'package', bin['cdk-compliance-monitoring']);
    expect(run(process.execPath, [program, '--version'])).toBe(`${version}\n`);
    expect(run(process.execPath, [program, 'verify', '--help'])).toContain('--member-profile');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('holds nothing else', () => {
  // The frameworks' controls are data, which lies beside the sources and is read at synth.
  const allowed = /^(lib|assets|node_modules\/picomatch)\/|^(bin\/cdk-compliance-monitoring|\.jsii|LICENSE|README\.md|package\.json|src\/rules\/framework-rules\.json)$/;
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  expect(files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file))).toEqual([]);
  expect(files.filter((file) => /\.test\./.test(file))).toEqual([]);
});

test('is small', () => {
  // About 85 KiB for each of its functions, of which the SDK is the most: each one has only what it needs, so that it starts fast.
  expect(fs.statSync(tarball).size).toBeLessThan(3 * 1024 * 1024);
});

test('needs nothing but its peers', () => {
  const manifest = JSON.parse(run('tar', ['-xzOf', tarball, 'package/package.json'])) as { [name: string]: object };
  expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.keys(manifest.dependencies)).toEqual(manifest.bundledDependencies);
});
