/** What a consumer's app may do to the system: other partitions, flags, boundaries, roles of its own, no network. */
import childProcess from 'child_process';
import dns from 'dns';
import * as fs from 'fs';
import net from 'net';
import * as path from 'path';
import { App, Aspects, Stack, Tags } from 'aws-cdk-lib';
import { CfnManagedPolicy, ManagedPolicy, PermissionsBoundary, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { EnvironmentProfile } from '../../../src';
import { ofType, parityOf, resourcesOf, stackOf, systemIn } from '../support';

const RECOMMENDED = JSON.parse(fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), 'recommended-feature-flags.json'), 'utf8')) as
  { [flag: string]: unknown };

test.each(['cn-north-1', 'us-gov-west-1', 'eu-central-1', undefined])('in %s no ARN names a partition', (region) => {
  const stack = stackOf(region ? { env: { account: '111111111111', region } } : {});
  systemIn(stack);
  expect(JSON.stringify(resourcesOf(stack))).not.toContain('arn:aws');
});

test("China's service names are asked for by suffix", () => {
  const stack = stackOf({ env: { account: '111111111111', region: 'cn-north-1' } });
  systemIn(stack);
  expect(JSON.stringify(resourcesOf(stack))).toContain('["",["logs.cn-north-1.",{"Ref":"AWS::URLSuffix"}]]');
});

test.each([
  ['all on', RECOMMENDED],
  ['all off', Object.fromEntries(Object.keys(RECOMMENDED).map((flag) => [flag, false]))],
])('recommended feature flags %s', (_title, context) => {
  const stack = stackOf({}, { context });
  systemIn(stack);
  const plain = stackOf();
  systemIn(plain);
  const types = (resources: object) => Object.values(resources).map(({ Type }: { Type: string }) => Type).sort();
  expect(types(resourcesOf(stack))).toEqual(types(resourcesOf(plain)));
  // What the roles may do depends on no flag, beyond the order and the joining of statements.
  const actions = (resources: ReturnType<typeof resourcesOf>) => [...new Set(ofType(resources, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    (Properties.PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement.flatMap(({ Action }) => Action)))].sort();
  expect(actions(resourcesOf(stack))).toEqual(actions(resourcesOf(plain)));
});

test('a permission boundary and tags reach every role and function', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
  Tags.of(app).add('Owner', 'platform');
  systemIn(stack, { profile: EnvironmentProfile.PROD });
  const resources = resourcesOf(stack);
  const roles = ofType(resources, 'AWS::IAM::Role');
  const functions = ofType(resources, 'AWS::Lambda::Function');
  expect([roles.length, functions.length]).toEqual([2, 2]);
  for (const [, role] of roles) { expect(role.Properties.PermissionsBoundary).toBeDefined(); }
  for (const [, resource] of [...roles, ...functions]) { expect(resource.Properties.Tags).toContainEqual({ Key: 'Owner', Value: 'platform' }); }
});

test('customized roles replace ours', () => {
  const stack = stackOf();
  Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/System/Drift/Detect/Role': 'detect', 'Stack/System/Drift/Policy/Handler/Role': 'policy' } });
  systemIn(stack);
  const resources = resourcesOf(stack);
  expect(ofType(resources, 'AWS::IAM::Role')).toEqual([]);
  expect(ofType(resources, 'AWS::IAM::Policy')).toEqual([]);
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
    for (const profile of [EnvironmentProfile.DEV, EnvironmentProfile.PROD]) { systemIn(new Stack(app, profile.name), { profile, parity }); }
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
