/** The TypeScript example as it ships, and what a later version of it might say instead: no copy of it, so that the two cannot part. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import * as library from '../../src';

const EXAMPLE = join(__dirname, '..', '..', 'examples', 'typescript', 'three-environments.ts');
const ENVIRONMENTS = ['Dev', 'Staging', 'Prod'] as const;
const PASSWORD = 'database/password';
/** A secret of the application's own, which has to be there before. */
export const APPLICATION_SECRET = 'app/db';

/** Where `database/password` comes from: the secret that RDS rotates, as in the example; another secret; a function; or it is not there. */
export type PasswordSource = 'followed' | 'secret' | 'generated' | 'generated anew' | 'none';

/** What is said otherwise, in all three environments. */
export interface ExampleVariant {
  readonly profile?: library.EnvironmentProfileOptions;
  /** Value of the application's parameters by their names relative to the environment. */
  readonly parameters?: { readonly [name: string]: string };
  readonly password?: PasswordSource;
}

/** Runs the example against the library's sources, within this app instead of one of its own. */
export function buildExample(app: cdk.App, { profile, parameters = {}, password = 'followed' }: ExampleVariant): void {
  const modules: { readonly [name: string]: unknown } = {
    'aws-cdk-lib/aws-ec2': ec2,
    'aws-cdk-lib/aws-ssm': ssm,
    // What it makes instead of an app is this one, which is synthesised when all is said.
    'aws-cdk-lib': replaced(cdk, { App: function () { return app; } }),
    'cdk-compliance-monitoring': replaced(library, {
      EnvironmentProfile: Object.fromEntries(ENVIRONMENTS.map((name) => [name.toUpperCase(), profileOf(name, profile)])),
      DatabaseSource: {
        create: (options: library.DatabaseOptions) => library.DatabaseSource.create({ ...options, passwordParameter: options.passwordParameter && password === 'followed' }),
      },
    }),
  };
  const { outputText } = transpileModule(readFileSync(EXAMPLE, 'utf8'), { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 } });
  const evaluate = new Function('require', 'exports', 'console', outputText) as (...given: unknown[]) => void;
  const { synth } = app;
  app.synth = () => undefined as never;
  evaluate((id: string) => modules[id], {}, { error: () => undefined });
  app.synth = synth;

  for (const stack of app.node.children.filter(cdk.Stack.isStack)) {
    setParameters(stack, parameters);
    addPassword(stack, password);
  }
}

const replaced = (module: object, parts: { readonly [name: string]: unknown }): object =>
  Object.create(module, Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, { value }])));

function profileOf(name: typeof ENVIRONMENTS[number], options: library.EnvironmentProfileOptions = {}): library.EnvironmentProfile {
  const profiles = { Dev: library.EnvironmentProfile.DEV, Staging: library.EnvironmentProfile.STAGING, Prod: library.EnvironmentProfile.PROD };
  return profiles[name].withOverrides(options);
}

function setParameters(stack: cdk.Stack, parameters: { readonly [name: string]: string }): void {
  const ofStack = stack.node.findAll().filter((child): child is ssm.CfnParameter => child instanceof ssm.CfnParameter);
  for (const [name, value] of Object.entries(parameters)) {
    const parameter = ofStack.find((child) => child.name?.endsWith(`/${name}`));
    if (!parameter) throw new Error(`The example has no parameter ${name}.`);
    parameter.value = value;
  }
}

/** Under the name that the database's own would have: for CloudFormation it is the same resource, whose source changes. */
function addPassword(stack: cdk.Stack, password: PasswordSource): void {
  const { parameters } = stack.node.findChild('System') as library.ComplianceMonitoringSystem;
  const { SecureStringSource } = library;
  if (password === 'secret') {
    const source = SecureStringSource.fromSecret(Secret.fromSecretNameV2(stack, 'ApplicationSecret', APPLICATION_SECRET), { jsonKey: 'password' });
    parameters.addSecureString(PASSWORD, { source });
  } else if (password === 'generated' || password === 'generated anew') {
    const source = SecureStringSource.generate({ length: 24, revision: password });
    parameters.addSecureString(PASSWORD, { source, removalPolicy: cdk.RemovalPolicy.DESTROY });
  }
}
