import { awscdk, javascript, typescript } from 'projen';

/** Versions that were built and tested together: docs/decisions/0002-toolchain.md says why each is what it is. */
const CDK_VERSION = '2.257.0';
const SDK_CLIENTS = [
  'apigatewayv2', 'cloudformation', 'cloudwatch', 'cloudwatch-logs', 'dynamodb', 'eventbridge', 'iam', 'kms', 'lambda', 'rds', 's3', 'secrets-manager',
  'sns', 'sqs', 'ssm', 'sts',
];
const SDK_VERSION = '3.1162.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-compliance-monitoring',
  description: 'AWS CDK constructs that keep environments the same and resources compliant',
  keywords: ['aws-cdk', 'awscdk', 'compliance', 'config-rules', 'drift', 'parameter-store', 'parity', 'pci-dss', 'soc2'],
  author: 'cdk-compliance-monitoring contributors',
  authorAddress: 'contributors@cdk-compliance-monitoring.example',
  authorOrganization: true,
  license: 'Apache-2.0',
  repositoryUrl: 'https://github.com/cdk-compliance-monitoring/cdk-compliance-monitoring.git',
  defaultReleaseBranch: 'main',
  majorVersion: 0,

  cdkVersion: CDK_VERSION,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.3',
  minNodeVersion: '20.19.0',
  workflowNodeVersion: '22',
  packageManager: javascript.NodePackageManager.NPM,
  bumpPackage: 'commit-and-tag-version@^12',
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx(), projenCodeDir: '.projen' },
  sampleCode: false,
  githubOptions: { mergify: false },
  pullRequestTemplate: false,

  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: { include: ['lambda-src/**/*.ts', 'examples/typescript/**/*.ts'], compilerOptions: { skipLibCheck: true } },
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'lambda-src', 'examples/typescript'], projectService: false, tsconfigPath: './tsconfig.dev.json' },
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    coverageText: false,
    junitReporting: false,
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testSequencer: '<rootDir>/test/support/longest-first.cjs',
      // A file of types alone is never loaded, and would count as uncovered.
      collectCoverageFrom: ['src/**/*.ts', 'lambda-src/**/*.ts', '!lambda-src/*/domain/dependencies.ts', '!lambda-src/*/ports.ts', '!lambda-src/cli/command.ts'],
      coverageReporters: ['text-summary', 'lcovonly'],
      // Reading lib/ and assets/ as sources would count each file twice.
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.local/', '<rootDir>/examples/.*/cdk.out'],
      testTimeout: 30_000,
    },
  },

  // The only runtime dependency: bundled, so that a consumer installs nothing beside the two peers.
  bundledDeps: ['picomatch@^4.0.3'],
  devDeps: [
    ...SDK_CLIENTS.map((client) => `@aws-sdk/client-${client}@${SDK_VERSION}`),
    // Its newest release that registry mirrors serve.
    '@aws-sdk/client-config-service@3.1124.0',
    `@aws-sdk/lib-dynamodb@${SDK_VERSION}`,
    '@aws-sdk/core@3.981.0',
    '@aws-sdk/credential-provider-env@^3.972.84',
    // What the clients are made of: S3 requests are signed and sent with it.
    '@smithy/core@3.41.0',
    '@smithy/node-http-handler@4.14.2',
    '@smithy/signature-v4@5.7.5',
    '@smithy/types@4.20.0',
    '@aws-lambda-powertools/event-handler@^2.35.0',
    '@aws-lambda-powertools/logger@^2.35.0',
    '@types/aws-lambda',
    '@types/papaparse',
    '@types/picomatch',
    'aws-cdk@2.1148.1',
    'aws-sdk-client-mock@^4.1.0',
    'cdk-nag@^3.0.2',
    'esbuild@0.28.2',
    'fast-check@^4.10.0',
    'fflate@^0.8.2',
    'microdiff@^1.6.0',
    // Reads our CSV in tests, as somebody else's program does.
    'papaparse@^5.7.1',
    'preact@^10.27.0',
    'preact-render-to-string@^6.8.2',
    'tsx@^4',
    'valibot@^1.5.0',
  ],

  gitignore: ['/assets/', '/.local/', '.jsii.tabl.json', 'cdk.out', '__pycache__', '*.egg-info', '/examples/typescript/*.js', '/examples/typescript/*.d.ts'],

  publishToPypi: { distName: 'cdk-compliance-monitoring', module: 'cdk_compliance_monitoring' },
  publishToMaven: {
    javaPackage: 'io.github.cdkcompliancemonitoring',
    mavenGroupId: 'io.github.cdkcompliancemonitoring',
    mavenArtifactId: 'cdk-compliance-monitoring',
  },
  publishToNuget: { dotNetNamespace: 'CdkComplianceMonitoring', packageId: 'CdkComplianceMonitoring' },
  publishToGo: { moduleName: 'github.com/cdk-compliance-monitoring/cdk-compliance-monitoring-go' },
});

// Set here, because projen's option knows only one threshold for everything.
project.jest!.config.coverageThreshold = {
  './lambda-src/alerts/domain/': { lines: 100, branches: 100 },
  './lambda-src/alerts/adapters/': { lines: 90, branches: 90 },
  './lambda-src/alerts/daily-report/': { lines: 85, branches: 85 },
  './lambda-src/alerts/slack/': { lines: 85, branches: 85 },
  './lambda-src/alerts/topic/': { lines: 85, branches: 85 },
  './lambda-src/cli/domain/': { lines: 100, branches: 100 },
  './lambda-src/cli/adapters/': { lines: 90, branches: 90 },
  './lambda-src/cli/*.ts': { lines: 85, branches: 85 },
  './lambda-src/drift/domain/': { lines: 100, branches: 100 },
  './lambda-src/drift/adapters/': { lines: 90, branches: 90 },
  './lambda-src/drift/detect/': { lines: 85, branches: 85 },
  './lambda-src/drift/policy/': { lines: 85, branches: 85 },
  './lambda-src/events/domain/': { lines: 100, branches: 100 },
  './lambda-src/events/adapters/': { lines: 90, branches: 90 },
  './lambda-src/events/announce/': { lines: 85, branches: 85 },
  './lambda-src/events/audit/': { lines: 85, branches: 85 },
  './lambda-src/events/backfill/': { lines: 85, branches: 85 },
  './lambda-src/events/export/': { lines: 85, branches: 85 },
  './lambda-src/events/ingest/': { lines: 85, branches: 85 },
  './lambda-src/events/query/': { lines: 85, branches: 85 },
  './lambda-src/events/watch/': { lines: 85, branches: 85 },
  './lambda-src/foundation/domain/': { lines: 100, branches: 100 },
  './lambda-src/foundation/adapters/': { lines: 90, branches: 90 },
  './lambda-src/foundation/follow-secret/': { lines: 85, branches: 85 },
  './lambda-src/foundation/record-deployment/': { lines: 85, branches: 85 },
  './lambda-src/foundation/secure-string/': { lines: 85, branches: 85 },
  './lambda-src/rules/domain/': { lines: 100, branches: 100 },
  './lambda-src/rules/adapters/': { lines: 90, branches: 90 },
  './lambda-src/rules/ensure-recorder/': { lines: 85, branches: 85 },
  './lambda-src/rules/recorder-health/': { lines: 85, branches: 85 },
  './lambda-src/shared/': { lines: 90, branches: 90 },
  './src/': { lines: 95, branches: 90 },
};

// The tarball holds what a consumer needs: constructs, bundles, and nothing of how they are made and tested.
project.npmignore!.exclude('/lambda-src/', '/examples/', '/rosetta/', '/docs/', '/.ci/', '/.local/', '/API.md', 'cdk.out', '.jsii.tabl.json');
project.npmignore!.include('/assets/');
project.npmignore!.exclude('/assets/.stamp');
// The frameworks' controls are data, read at synth.
project.npmignore!.exclude('/src/**');
project.npmignore!.include('/src/rules/framework-rules.json');

// Several short properties of one thing on a line read better than one each.
project.eslint!.addRules({ '@stylistic/object-property-newline': 'off' });
// The domain decides, adapters only carry: it knows no SDK, no adapter and no environment.
project.eslint!.addOverride({
  files: ['lambda-src/*/domain/**/*.ts'],
  rules: {
    'no-restricted-imports': ['error', { patterns: ['@aws-sdk/*', '@smithy/*', '**/adapters/*', '@aws-lambda-powertools/*'] }],
    'no-restricted-globals': ['error', 'process', 'fetch'],
  },
});
// An example imports the package by its name, as a consumer does.
project.eslint!.addOverride({ files: ['examples/**/*.ts'], rules: { 'import/no-extraneous-dependencies': 'off' } });
// src never reaches into what runs outside synth.
project.eslint!.addOverride({ files: ['src/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: ['**/lambda-src/**', '**/test/**'] }] } });

// The functions' bundles are part of the package: no compile without them.
const bundle = project.addTask('bundle', { description: 'Bundle the Lambda functions into assets/', exec: 'node lambda-src/bundle.mjs' });
project.preCompileTask.spawn(bundle);

// Everything that users and CI run starts from a fresh clone, where projen is not installed yet: plain Node scripts.
const everything = 'node test/support/everything.mjs';
project.testTask.reset(everything);
project.package.setScript('test', everything);
project.package.setScript('check:security', 'node test/support/ready.mjs test/constructs/security/check-security.ts');
project.package.setScript('bench', 'node test/support/ready.mjs test/bench/bench.ts');
project.package.setScript('demo', 'node test/support/ready.mjs test/local-aws/demo.ts');
project.package.setScript('local:up', 'node test/support/ready.mjs test/local-aws/up.ts');
project.package.setScript('local:down', 'node test/support/ready.mjs test/local-aws/down.ts');

// 1.13.0's platform packages are not served by every registry mirror, and then `npm ci` fails.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

project.synth();
