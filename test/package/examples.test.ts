/** The examples, synthesised from what would be published, as a consumer has it. */
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { built, ROOT, run, synthesised, Templates } from './support';

// The Python environment takes about a minute to make, once.
jest.setTimeout(600_000);

const STACKS = ['Compliance-Dev.template.json', 'Compliance-Prod.template.json', 'Compliance-Staging.template.json'];
const TSX = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');

/** A folder with the example and the published package, whose peers are this repository's. */
function typescriptProject(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'compliance-example-'));
  const modules = path.join(folder, 'node_modules');
  const library = path.join(modules, 'cdk-compliance-monitoring');
  fs.mkdirSync(library, { recursive: true });
  run('tar', ['-xzf', built('js', '.tgz'), '-C', library, '--strip-components=1']);
  for (const peer of ['aws-cdk-lib', 'constructs']) { fs.symlinkSync(path.join(ROOT, 'node_modules', peer), path.join(modules, peer), 'dir'); }
  fs.cpSync(path.join(ROOT, 'examples', 'typescript'), folder, { recursive: true, filter: (file) => !file.includes('cdk.out') });
  return folder;
}

/** A virtual environment with the built wheel and the CDK that the library was built with. */
function pythonWithWheel(): string {
  const wheel = built('python', '.whl');
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8')) as { version: string };
  const folder = path.join(ROOT, '.local', 'python-example');
  const python = path.join(folder, 'bin', 'python');
  const stamp = path.join(folder, '.stamp');
  const wanted = createHash('sha256').update(fs.readFileSync(wheel)).update(version).digest('hex');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) { return python; }
  if (!fs.existsSync(python)) { run('python3', ['-m', 'venv', folder]); }
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `aws-cdk-lib==${version}`]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--force-reinstall', '--no-deps', wheel]);
  fs.writeFileSync(stamp, wanted);
  return python;
}

function synthesisedByPython(app: string): Templates {
  const python = pythonWithWheel();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'compliance-python-'));
  try {
    fs.writeFileSync(path.join(folder, 'app.py'), app);
    return synthesised(python, ['app.py'], folder, { JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The README's first block of code in this language. */
function firstBlock(language: string): string {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  return readme.split(`\`\`\`${language}\n`)[1].split('```')[0];
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly Name: string; readonly Value: unknown; readonly Policy: { readonly rules: { readonly pattern: string }[] } };
}

let project: string;
let typescript: Templates;

beforeAll(() => {
  project = typescriptProject();
  typescript = synthesised(process.execPath, [TSX, 'three-environments.ts'], project, { NODE_OPTIONS: `--require ${path.join(__dirname, 'no-network.cjs')}` });
});

afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

test('the TypeScript example synthesises from the tarball, without network, to three stacks', () => {
  expect(Object.keys(typescript)).toEqual(STACKS);
});

test('twice gives the same', () => {
  expect(synthesised(process.execPath, [TSX, 'three-environments.ts'], project)).toEqual(typescript);
});

test('the app that brings everything along synthesises from the tarball', () => {
  expect(Object.keys(synthesised(process.execPath, [TSX, 'bring-your-own.ts'], project))).toEqual(['Compliance-Live.template.json']);
});

test('the organization synthesises from the tarball, and from the wheel to the same templates', () => {
  const organization = synthesised(process.execPath, [TSX, 'organization.ts'], project, { NODE_OPTIONS: `--require ${path.join(__dirname, 'no-network.cjs')}` });
  expect(Object.keys(organization)).toEqual(['Hub', 'Member-222222222222', 'Member-333333333333'].map((name) => `Compliance-${name}.template.json`));
  expect(synthesisedByPython(fs.readFileSync(path.join(ROOT, 'examples', 'python', 'organization.py'), 'utf8'))).toEqual(organization);
});

test('every parameter of the example is what its own policy asks for', () => {
  const [dev, prod, staging] = Object.values(typescript)
    .map((template) => Object.values((template as { Resources: { [id: string]: Resource } }).Resources));
  const parametersOf = (resources: Resource[]) => new Map(resources.filter(({ Type }) => Type === 'AWS::SSM::Parameter')
    .map(({ Properties }) => [Properties.Name.split('/').slice(3).join('/'), JSON.stringify(Properties.Value)]));
  const baseline = parametersOf(prod);
  const { rules } = prod.find(({ Type }) => Type === 'Custom::ParityPolicy')!.Properties.Policy;
  const free = rules.map(({ pattern }) => pattern.replace('**', ''));
  for (const [environment, resources] of [['Dev', dev], ['Staging', staging]] as const) {
    const parameters = parametersOf(resources);
    expect([environment, [...parameters.keys()]]).toEqual([environment, [...baseline.keys()]]);
    for (const [name, value] of parameters) {
      if (!free.some((pattern) => name.startsWith(pattern))) { expect([environment, name, value]).toEqual([environment, name, baseline.get(name)]); }
    }
  }
});

test('the Python example gives the same templates from the wheel', () => {
  expect(synthesisedByPython(fs.readFileSync(path.join(ROOT, 'examples', 'python', 'app.py'), 'utf8'))).toEqual(typescript);
});

test('the README\'s first lines of TypeScript and of Python synthesise as they stand, to the same templates', () => {
  fs.writeFileSync(path.join(project, 'readme.ts'), firstBlock('ts nofixture'));
  const templates = synthesised(process.execPath, [TSX, 'readme.ts'], project);
  expect(Object.keys(templates)).toEqual(STACKS);
  expect(synthesisedByPython(firstBlock('python'))).toEqual(templates);
});
