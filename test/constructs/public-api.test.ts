/** The public surface: what is exported, what its docs say, and that the pages about it are true. */
import * as fs from 'fs';
import * as path from 'path';
import { Duration } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { monitorIn, ofType, only, resourcesOf, stackOf, systemIn } from './support';
import * as library from '../../src';

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

test('index.ts is one export line a file', () => {
  for (const line of read('src/index.ts').trimEnd().split('\n')) { expect(line).toMatch(/^export \* from '\.\/[a-z/-]+';$/); }
});

/** Of values that AWS or the frameworks have settled; what may grow is a class. */
const ENUMS = ['FrameworkBasis', 'RuleTrigger'];

test('nothing but classes and enums is exported: helpers and contracts stay inside', () => {
  expect(Object.entries(library).filter(([name, value]) => (typeof value !== 'function' && !ENUMS.includes(name)) || !/^[A-Z]/.test(name))).toEqual([]);
  expect(Object.keys(library).sort()).toEqual([
    'AccountMonitoring', 'AccountServices', 'AlertSeverity', 'AlertTopics', 'AnnouncementTopic', 'ApiAuthorization', 'BucketsSource',
    'ComplianceAnnouncements', 'ComplianceApi', 'ComplianceDashboard', 'ComplianceDatabase', 'ComplianceEventHub', 'ComplianceFramework',
    'ComplianceKey', 'ComplianceMonitoringSystem', 'ConfigRecorder', 'ConfigRuleSet', 'CostEstimate', 'CrossAccountEventForwarder',
    'CustomConfigRule', 'DailyReport', 'DataClassification', 'DatabaseCapacity', 'DatabaseSource', 'DeploymentRecord', 'DriftMonitor',
    'EnvironmentProfile', 'EventRouting', 'FrameworkBasis', 'HubAccess', 'HubBackfill', 'KeyUse', 'ManagedRule', 'MessageDetail',
    'ParameterHierarchy', 'ParityBuckets', 'ParityPolicy', 'ParityRule', 'RecorderSource', 'RecordingFrequency', 'RuleDeployment', 'RuleTrigger',
    'SecureStringSource', 'SlackNotifier', 'TopicFormat',
  ]);
});

test('no source imports a function, and the contracts import nothing but other contracts and what Node brings', () => {
  const sources = (fs.readdirSync(path.join(ROOT, 'src'), { recursive: true }) as string[]).filter((file) => file.endsWith('.ts')).map((file) => `src/${file}`);
  expect(sources.length).toBeGreaterThan(20);
  for (const source of sources) { expect([source, /from '.*lambda-src/.test(read(source))]).toEqual([source, false]); }
  for (const contract of sources.filter((file) => file.endsWith('/contract.ts'))) {
    const imported = [...read(contract).matchAll(/^import .* from '(.*)';$/gm)].map(([, from]) => from);
    expect([contract, imported.filter((from) => !/^(crypto|zlib|\.\.\/[a-z]+\/contract)$/.test(from))]).toEqual([contract, []]);
  }
  expect([...read('src/drift/pattern.ts').matchAll(/from '(.*)'/g)].map(([, from]) => from)).toEqual(['picomatch']);
});

test('only one file makes a Lambda', () => {
  const makers = (fs.readdirSync(path.join(ROOT, 'src'), { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'))
    .filter((file) => /new (lambda\.)?Function\(/.test(read(`src/${file}`)));
  expect(makers).toEqual([path.join('private', 'packaged-function.ts')]);
});

describe('documented defaults are true', () => {
  /** The `@default` of a prop, as written. */
  const documented = (file: string, prop: string) => {
    const [, text] = new RegExp(`@default ([^\\n]*)\\n   \\*/\\n  readonly ${prop}\\?`).exec(read(file)) ?? [];
    return text;
  };
  const MONITOR = 'src/drift/drift-monitor-props.ts';
  const BUCKETS = 'src/foundation/parity-buckets-props.ts';
  const stack = stackOf();
  const monitor = monitorIn(stack);
  const settings = (only(resourcesOf(stack), 'AWS::Lambda::Function', /Detect/).Properties.Environment as { Variables: { [name: string]: string } }).Variables;
  const foundation = stackOf();
  new library.ParityBuckets(foundation, 'Buckets', { profile: library.EnvironmentProfile.DEV, evidence: { retention: Duration.days(1) } });
  const bucketOf = (id: RegExp) => JSON.stringify(only(resourcesOf(foundation), 'AWS::S3::Bucket', id).Properties);
  const alarms = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm');

  test.each<[string, string, string, unknown, unknown]>([
    [MONITOR, 'fullWalkInterval', 'Duration.hours(6)', settings.FULL_WALK_MINUTES, String(Duration.hours(6).toMinutes())],
    [MONITOR, 'interval', 'Duration.minutes(60)', only(resourcesOf(stack), 'AWS::Events::Rule', /Schedule/).Properties.ScheduleExpression, 'rate(1 hour)'],
    [MONITOR, 'messageDetail', 'MessageDetail.NAMES', settings.MESSAGE_DETAIL, library.MessageDetail.NAMES.value],
    [MONITOR, 'driftAlarmAction', 'false', alarms.find(([id]) => /DriftAlarm/.test(id))?.[1].Properties.AlarmActions, undefined],
    [MONITOR, 'alarms', 'true', alarms.length > 0, true],
    [MONITOR, 'runtime', 'lambda.Runtime.NODEJS_22_X', monitor.detectFunction.runtime, Runtime.NODEJS_22_X],
    ['src/drift/parity-policy.ts', 'baseline', "'Prod'", library.ParityPolicy.of({ environments: ['Prod'] }).baseline, 'Prod'],
    ['src/drift/parity-policy.ts', 'reportPlainSecrets', 'true', library.ParityPolicy.of({ environments: ['Prod'] })._render().reportPlainSecrets, 'true'],
    ['src/drift/parity-policy.ts', 'readRate', '20', library.ParityPolicy.of({ environments: ['Prod'] }).readRate, 20],
    [BUCKETS, 'configDelivery', 'true', JSON.stringify(resourcesOf(foundation)).includes('AWSConfigBucketDelivery'), true],
    [BUCKETS, 'accessLogRetention', 'Duration.days(365)', bucketOf(/AccessLog/).includes('"ExpirationInDays":365,'), true],
    [BUCKETS, 'mode', 's3.ObjectLockMode.GOVERNANCE', bucketOf(/Evidence/).includes('"Mode":"GOVERNANCE"'), true],
  ])('%s: %s is %s', (file, prop, text, actual, expected) => {
    expect(documented(file, prop)).toBe(text);
    expect(actual).toEqual(expected);
  });

  test('the system documents the defaults of its parts', () => {
    expect(documented('src/compliance-monitoring-system-props.ts', 'driftCheckInterval')).toBe(documented(MONITOR, 'interval'));
    expect(documented('src/compliance-monitoring-system-props.ts', 'buckets')).toBe('BucketsSource.create()');
    expect(documented('src/compliance-monitoring-system-props.ts', 'outputs')).toBe('true');
    expect(documented('src/compliance-monitoring-system-props.ts', 'exportOutputs')).toBe('false');
    expect(documented('src/foundation/governance-tags.ts', 'costCenter')).toBe("'infrastructure'");
    expect(documented('src/foundation/governance-tags.ts', 'dataClassification')).toBe('DataClassification.CONFIDENTIAL');
    const system = stackOf();
    systemIn(system);
    expect(only(resourcesOf(system), 'AWS::Events::Rule', /Schedule/).Properties.ScheduleExpression).toBe('rate(1 hour)');
  });

  test('every optional prop has one', () => {
    const files = [...read('src/index.ts').matchAll(/'\.\/(.*)'/g)].map(([, file]) => `src/${file}.ts`);
    // Of structs; a behavioural interface says in its docs when a member is absent.
    const structs = files.flatMap((file) => [...read(file).matchAll(/^export interface (?!I[A-Z])\w+ [^{]*\{\n([^]*?)^\}/gm)].map(([, body]) => ({ file, body })));
    expect(structs.length).toBeGreaterThan(30);
    for (const { file, body } of structs) {
      for (const [, prop] of body.matchAll(/^ {2}readonly (\w+)\?/gm)) { expect([file, prop, documented(file, prop)]).toEqual([file, prop, expect.any(String)]); }
    }
  });
});

test('code in decisions that names a file is that file', () => {
  const page = read('docs/decisions/0001-public-api.md');
  const blocks = [...page.matchAll(/<!-- (examples\/\S+) -->\n```\w+\n([\s\S]*?)\n```/g)];
  expect(blocks.map(([, file]) => file)).toEqual([
    'examples/typescript/three-environments.ts', 'examples/python/app.py', 'examples/typescript/organization.ts', 'examples/python/organization.py',
    'examples/typescript/bring-your-own.ts',
  ]);
  for (const [, file, code] of blocks) { expect(code).toBe(read(file).trimEnd()); }
});
