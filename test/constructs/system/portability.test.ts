/** What a consumer's app may do to the system: other partitions, flags, boundaries, roles of its own, no network. */
import childProcess from 'child_process';
import dns from 'dns';
import * as fs from 'fs';
import net from 'net';
import * as path from 'path';
import { App, Aspects, CfnParameter, CfnResource, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnManagedPolicy, ManagedPolicy, PermissionsBoundary, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { AccountServices, EnvironmentProfile, RecorderSource } from '../../../src';
import { everythingIn, ofType, organizationIn, parityOf, resourcesOf, stackOf, statementsOf, systemIn } from '../support';

const RECOMMENDED = JSON.parse(fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), 'recommended-feature-flags.json'), 'utf8')) as
  { [flag: string]: unknown };

/** Resources that hold nothing but statements: some flags move those from one to another. */
const GRANTS = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];
/** What a resource is named by where CloudFormation does not name it. */
const PHYSICAL_NAMES: [string, string][] = [
  ['AWS::RDS::DBCluster', 'DBClusterIdentifier'], ['AWS::RDS::DBInstance', 'DBInstanceIdentifier'], ['AWS::Logs::LogGroup', 'LogGroupName'],
  ['AWS::SSM::Parameter', 'Name'], ['AWS::KMS::Alias', 'AliasName'], ['AWS::Lambda::Function', 'FunctionName'], ['AWS::SQS::Queue', 'QueueName'],
  ['AWS::SNS::Topic', 'TopicName'], ['AWS::S3::Bucket', 'BucketName'], ['AWS::DynamoDB::Table', 'TableName'], ['AWS::Config::ConfigRule', 'ConfigRuleName'],
  ['AWS::CloudWatch::Alarm', 'AlarmName'], ['AWS::CloudWatch::Dashboard', 'DashboardName'], ['AWS::Events::Rule', 'Name'], ['AWS::IAM::Role', 'RoleName'],
  ['AWS::Events::EventBus', 'Name'], ['AWS::Events::Archive', 'ArchiveName'], ['AWS::Scheduler::Schedule', 'Name'],
];
const REGIONS = ['cn-north-1', 'us-gov-west-1', 'eu-central-1', undefined];
const envOf = (region?: string) => (region ? { env: { account: '111111111111', region } } : {});

test.each(REGIONS)('in %s no ARN names a partition', (region) => {
  const stack = stackOf(envOf(region));
  everythingIn(stack);
  organizationIn(stack);
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('arn:aws');
});

test("China's service names are asked for by suffix", () => {
  const stack = stackOf(envOf('cn-north-1'));
  systemIn(stack);
  expect(JSON.stringify(resourcesOf(stack))).toContain('["",["logs.cn-north-1.",{"Ref":"AWS::URLSuffix"}]]');
});

test.each([
  ['all on', RECOMMENDED],
  ['all off', Object.fromEntries(Object.keys(RECOMMENDED).map((flag) => [flag, false]))],
])('recommended feature flags %s', (_title, context) => {
  const [stack, plain] = [stackOf({}, { context }), stackOf()];
  const built = [stack, plain].map((each) => {
    everythingIn(each);
    organizationIn(each);
    resourcesOf(each);
    return each;
  });
  const ours = (system: IConstruct) => system.node.findAll().filter((child): child is CfnResource =>
    CfnResource.isCfnResource(child) && !/Vpc/.test(child.node.path));
  const types = (system: IConstruct) => ours(system).map(({ cfnResourceType }) => cfnResourceType).filter((type) => !GRANTS.includes(type)).sort();
  expect(types(built[0])).toEqual(types(built[1]));
  // What the roles may do depends on no flag, beyond the order, the joining of statements and the resource that they stand in.
  const policiesOf = (each: Stack) => ofType(resourcesOf(each), 'AWS::IAM::Policy').filter(([id]) => !/Vpc/.test(id));
  const actions = (each: Stack) => [...new Set(policiesOf(each)
    .flatMap(([, policy]) => statementsOf(policy).flatMap(({ Action }) => Action)))].sort();
  expect(actions(stack)).toEqual(actions(plain));
});

test('a permission boundary and tags reach every role and function', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
  Tags.of(app).add('Owner', 'platform');
  everythingIn(stack);
  organizationIn(stack);
  const resources = resourcesOf(stack);
  const roles = ofType(resources, 'AWS::IAM::Role');
  const functions = ofType(resources, 'AWS::Lambda::Function');
  expect(functions.length).toBeGreaterThanOrEqual(6);
  expect(roles.length).toBeGreaterThanOrEqual(functions.length);
  for (const [id, role] of roles) { expect([id, role.Properties.PermissionsBoundary]).toEqual([id, expect.anything()]); }
  for (const [, resource] of [...roles, ...functions]) { expect(resource.Properties.Tags).toContainEqual({ Key: 'Owner', Value: 'platform' }); }
});

test('customized roles replace ours', () => {
  const build = (stack: Stack) => {
    const system = everythingIn(stack);
    organizationIn(stack);
    return system;
  };
  const plain = build(stackOf());
  const paths = plain.node.scope!.node.findAll().filter((child) => child instanceof Role && !child.node.path.includes('SystemVpc')).map(({ node }) => node.path);
  expect(paths.length).toBeGreaterThanOrEqual(20);
  const stack = stackOf();
  Role.customizeRoles(stack, { usePrecreatedRoles: Object.fromEntries(paths.map((rolePath, index) => [rolePath, `role-${index}`])) });
  build(stack);
  const ours = (type: string) => ofType(resourcesOf(stack), type).map(([id]) => id).filter((id) => !id.startsWith('SystemVpc'));
  expect([ours('AWS::IAM::Role'), ours('AWS::IAM::Policy')]).toEqual([[], []]);
});

test.each<[string, (stack: Stack) => void]>([
  ['systems', (stack) => {
    everythingIn(stack, { account: AccountServices.create() }, 'One');
    everythingIn(stack, { organizationName: 'other', account: AccountServices.shared(), outputs: false }, 'Two');
  }],
  ['hubs with all that is attached to them', (stack) => {
    organizationIn(new Construct(stack, 'One'));
    organizationIn(new Construct(stack, 'Two'), EnvironmentProfile.STAGING, 'other');
  }],
])('two %s stand side by side in a stack', (_title, build) => {
  const stack = stackOf();
  build(stack);
  const resources = Object.values(resourcesOf(stack));
  for (const [type, name] of PHYSICAL_NAMES) {
    const named = resources.filter(({ Type, Properties }) => Type === type && name in Properties);
    const names = named.map(({ Properties }) => JSON.stringify(Properties[name]));
    expect([type, new Set(names).size]).toEqual([type, names.length]);
  }
});

test('the same tree deploys in two Stages of one account, given another organization and shared account services', () => {
  const app = new App();
  const names = ['finserv-corp', 'other-corp'].map((organizationName, index) => {
    const stage = new Stage(app, `Stage${index}`, { env: { account: '111111111111', region: 'eu-central-1' } });
    const stack = new Stack(stage, 'Compliance');
    everythingIn(stack, { organizationName, ...(index ? { account: AccountServices.shared() } : {}) });
    organizationIn(stack, EnvironmentProfile.PROD, `hub-of-${organizationName}`);
    const physical = Object.values(resourcesOf(stack)).flatMap(({ Type, Properties }) =>
      PHYSICAL_NAMES.filter(([type]) => type === Type).map(([, name]) => Properties[name]).filter((value) => value !== undefined));
    const exported = Object.values(Template.fromStack(stack).findOutputs('*')).map((output) => (output as { Export?: unknown }).Export).filter(Boolean);
    return [...physical, ...exported].map((value) => JSON.stringify(value));
  });
  expect(names[0].length).toBeGreaterThan(5);
  expect(names[0].filter((name) => names[1].includes(name))).toEqual([]);
});

test('three environments share an account whose recorder exists', () => {
  const app = new App();
  const stacks = [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD].map((profile) => {
    const stack = new Stack(app, profile.name, { env: { account: '111111111111', region: 'eu-central-1' } });
    const account = profile.name === 'Prod' ? AccountServices.create({ recorder: RecorderSource.existing('default') }) : AccountServices.shared();
    systemIn(stack, { profile, account });
    return stack;
  });
  const made = stacks.map((stack) => Object.values(resourcesOf(stack)).filter(({ Type }) => /EnsuredConfigRecorder|ConfigurationRecorder|DeliveryChannel/.test(Type)).length);
  expect(made).toEqual([0, 0, 0]);
  expect(stacks.map((stack) => ofType(resourcesOf(stack), 'AWS::Config::ConfigRule').length > 0)).toEqual([false, false, true]);
});

test('what is known at deployment only passes through', () => {
  const stack = stackOf();
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  const environment = text('Environment');
  const system = systemIn(stack, {
    organizationName: text('Organization'),
    profile: EnvironmentProfile.custom(environment, { basedOn: EnvironmentProfile.STAGING }),
    alertEmails: [text('Email')],
    account: AccountServices.create(),
    deployments: { deploymentVersion: text('Version') },
    tags: { costCenter: text('CostCenter') },
  });
  expect(stack.resolve(system.parameterPrefix)).toEqual({ 'Fn::Join': ['', ['/', { Ref: 'Organization' }, '/', { Ref: 'Environment' }]] });
  expect(ofType(resourcesOf(stack), 'AWS::Lambda::Function').length).toBeGreaterThan(4);
});

test('a system stays small: at most 200 resources by default, 400 with everything on', () => {
  const count = (build: (stack: Stack) => unknown) => {
    const stack = stackOf();
    build(stack);
    return Object.keys(resourcesOf(stack)).length;
  };
  for (const profile of [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD]) {
    expect(count((stack) => systemIn(stack, { profile }))).toBeLessThanOrEqual(200);
  }
  expect(count((stack) => everythingIn(stack))).toBeLessThanOrEqual(400);
});

test("a consumer's aspect sees every resource under the system", () => {
  const stack = stackOf();
  const system = systemIn(stack);
  let seen = 0;
  Aspects.of(system).add({ visit: () => { seen += 1; } });
  new CfnManagedPolicy(stack, 'Other', { policyDocument: new PolicyDocument({ statements: [new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })] }) });
  const resources = Object.keys(resourcesOf(stack)).filter((id) => !id.startsWith('System'));
  expect(resources).toEqual(['Other']);
  expect(seen).toBeGreaterThan(40);
});

describe('synth', () => {
  const assembly = () => {
    const app = new App();
    const parity = parityOf();
    for (const profile of [EnvironmentProfile.DEV, EnvironmentProfile.PROD]) {
      everythingIn(new Stack(app, profile.name), { profile, parity, ...(profile.production ? {} : { account: AccountServices.shared() }) });
    }
    const directory = app.synth().directory;
    return Object.fromEntries(fs.readdirSync(directory).filter((name) => name.endsWith('.template.json') || name.endsWith('.assets.json'))
      .map((name) => [name, fs.readFileSync(path.join(directory, name), 'utf8')]));
  };

  test('gives the same bytes twice', () => {
    expect(assembly()).toEqual(assembly());
  });

  test('starts no process and opens no connection', () => {
    const forbidden = [
      jest.spyOn(childProcess, 'spawnSync'), jest.spyOn(childProcess, 'execSync'), jest.spyOn(childProcess, 'spawn'), jest.spyOn(childProcess, 'execFileSync'),
      jest.spyOn(net.Socket.prototype, 'connect'), jest.spyOn(dns, 'lookup'),
    ];
    assembly();
    for (const spy of forbidden) { expect(spy).not.toHaveBeenCalled(); }
    jest.restoreAllMocks();
  });
});
