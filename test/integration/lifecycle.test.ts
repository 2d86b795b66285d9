/**
 * Every part is deployed, updated, broken in mid-update, and deleted after its protection is lifted; and once more while every function is denied
 * everything. Each operation ends by itself, and what is taken back is as it was. A new part is one more entry in `PARTS`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Duration, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AccountMonitoring, ComplianceDatabase, ComplianceMonitoringSystem, EnvironmentProfile, ParameterHierarchy, ParityPolicy, ParityRule,
  SecureStringSource,
} from '../../src';
import { Build, Ended, Holdings, IMPATIENT_FUNCTIONS, Life, LifeOptions, Variant } from '../local-aws/lifecycle';
import { LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(120_000);

interface Part {
  readonly build: Build;
  readonly prepare?: LifeOptions['prepare'];
  /** Kinds that stay when the stacks are gone, and how many of each. */
  readonly stays?: { readonly [kind: string]: number };
  /** Whether a change asks functions for something, so that it cannot be made while they are denied everything. */
  readonly changedByFunctions: boolean;
}

const organizationName = 'acme';
const profileFor = (profile: EnvironmentProfile, { unprotected }: Variant) =>
  unprotected ? profile.withOverrides({ deletionProtection: false }) : profile;

const PARTS: { readonly [name: string]: Part } = {
  'parameters and SecureStrings': {
    changedByFunctions: true,
    stays: { secrets: 1 },
    prepare: async config => {
      await new SecretsManagerClient(config).send(new CreateSecretCommand({ Name: 'app/db', SecretString: '{"password":"one","other":"two"}' }));
    },
    build: (app, { changed }) => {
      const stack = new Stack(app, 'Parameters');
      const parameters = new ParameterHierarchy(stack, 'Parameters', { organizationName, profile: EnvironmentProfile.EPHEMERAL });
      const secret = Secret.fromSecretNameV2(stack, 'Secret', 'app/db');
      parameters.addString('log-level', changed ? 'debug' : 'info');
      parameters.addSecureString('db/password', { source: SecureStringSource.fromSecret(secret, { jsonKey: changed ? 'other' : 'password' }) });
      parameters.addSecureString(changed ? 'code' : 'pin', { source: SecureStringSource.generate({ length: 24 }), id: 'pin' });
    },
  },
  'systems of three environments': {
    changedByFunctions: true,
    stays: { buckets: 9, tables: 3, keys: 3, logGroups: 11, recorders: 1 },
    build: (app, variant) => {
      const parity = ParityPolicy.of({
        baseline: 'Prod', environments: ['Dev', 'Staging', 'Prod'], rules: variant.changed ? [ParityRule.ignored('build/**', 'written by pipelines')] : [],
      });
      for (const profile of [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD]) {
        new ComplianceMonitoringSystem(new Stack(app, `Compliance-${profile.name}`), 'System', {
          organizationName, parity, profile: profileFor(profile, variant), driftCheckInterval: Duration.minutes(variant.changed ? 30 : 60),
        });
      }
    },
  },
  'a database with its password': {
    changedByFunctions: false,
    stays: { snapshots: 1, keys: 1, logGroups: 6 },
    build: (app, variant) => {
      const stack = new Stack(app, 'Database');
      new ComplianceDatabase(stack, 'Database', {
        organizationName, profile: profileFor(EnvironmentProfile.DEV, variant),
        vpc: new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 }), passwordParameter: true, backupWindow: variant.changed ? '02:00-03:00' : '01:00-02:00',
      });
    },
  },
  'the account': {
    changedByFunctions: false,
    stays: { buckets: 2, keys: 1, logGroups: 2, recorders: 1 },
    build: (app, { changed }) => {
      new AccountMonitoring(new Stack(app, 'Account'), 'Account', {
        organizationName, profile: EnvironmentProfile.DEV, healthCheckInterval: Duration.minutes(changed ? 30 : 15),
      });
    },
  },
};

const scratch = mkdtempSync(join(tmpdir(), 'lifecycle-'));
let aws: LocalAws;
beforeAll(async () => { aws = await startLocalAws({ stateDir: join(scratch, 'server'), env: IMPATIENT_FUNCTIONS }); });
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

describe.each(Object.entries(PARTS))('%s', (name, { build, prepare, stays = {}, changedByFunctions }) => {
  const accountOf = (life: number) => String(100_000_000_000 + 10 * Object.keys(PARTS).indexOf(name) + life);
  const begin = (life: number) => Life.begin({ aws, scratch, build, prepare, account: accountOf(life) });
  const stateOf = async (life: Life) => ({ resources: await life.resources(), holdings: await life.holdings() });

  test('is deployed, taken back as it was, updated, opened and deleted', async () => {
    const life = await begin(1);
    ended(await life.deploy({}), 'CREATE_COMPLETE');
    const first = await stateOf(life);
    ended(await life.deployBroken({ changed: true }), 'UPDATE_ROLLBACK_COMPLETE');
    expect(await stateOf(life)).toEqual(first);

    ended(await life.deploy({ changed: true }), 'UPDATE_COMPLETE');
    const second = await stateOf(life);
    ended(await life.deployBroken({}), 'UPDATE_ROLLBACK_COMPLETE');
    expect(await stateOf(life)).toEqual(second);

    await open(life, { changed: true });
    expect(numbers(await life.holdings())).toEqual(stays);
  });

  test('is not created, and leaves nothing that blocks it, while every function is denied everything', async () => {
    const life = await begin(2);
    await life.denyFunctions(true);
    // A database of its own has nothing that fails before it: its password does so after it, and protection would block the rollback (docs/limits.md).
    ended(await life.deploy({ unprotected: true }), 'ROLLBACK_COMPLETE');
    await life.delete();
    await life.denyFunctions(false);
    ended(await life.deploy({}), 'CREATE_COMPLETE');
  });

  test('is left as it was, and deleted, while every function is denied everything', async () => {
    const life = await begin(3);
    ended(await life.deploy({}), 'CREATE_COMPLETE');
    const first = await stateOf(life);
    await life.denyFunctions(true);
    ended(await life.deploy({ changed: true }), changedByFunctions ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE');
    if (changedByFunctions) expect(await stateOf(life)).toEqual(first);
    await open(life, {});
  });
});

/** Its buckets are emptied by a function of CDK's, which fails when it is refused. Nobody deletes what is in a bucket without a permission. */
test('a system that is made to be destroyed is neither taken back nor deleted while that function is denied everything, and is afterwards', async () => {
  const build: Build = app => {
    new ComplianceMonitoringSystem(new Stack(app, 'Ephemeral'), 'System', {
      organizationName, profile: EnvironmentProfile.EPHEMERAL, parity: ParityPolicy.of({ baseline: 'Prod', environments: ['Ephemeral', 'Prod'] }),
    });
  };
  const life = await Life.begin({ aws, scratch, build, account: '100000000099' });
  await life.denyFunctions(true);
  const creation = await life.deploy({});
  ended(creation, 'ROLLBACK_FAILED');
  expect(failedToDelete(creation.why)).toEqual(['Custom::S3AutoDeleteObjects']);
  expect((await life.holdings()).buckets).toHaveLength(3);
  await life.denyFunctions(false);
  await life.delete();
  expect(await life.holdings()).toEqual({});

  ended(await life.deploy({}), 'CREATE_COMPLETE');
  await life.denyFunctions(true);
  const deletion = await life.delete().catch(({ message }: Error) => message);
  expect(failedToDelete(deletion!)).toEqual(['Custom::S3AutoDeleteObjects']);
  expect((await life.holdings()).buckets).toHaveLength(3);
  await life.denyFunctions(false);
  await life.delete();
  expect(await life.holdings()).toEqual({});
});

/** Types of what could not be deleted. */
const failedToDelete = (why: string) =>
  [...new Set([...why.matchAll(/\((\S+)\) DELETE_FAILED/g)].map(([, type]) => type))].filter(type => type !== 'AWS::CloudFormation::Stack');

/** Lifts what protects the stacks, where something does, and deletes them. */
async function open(life: Life, variant: Variant): Promise<void> {
  const { why } = await life.deploy({ ...variant, unprotected: true });
  expect(why).toBe('');
  await life.delete();
}

/** All stacks in this status; else the reasons are shown. */
function ended({ statuses, why }: Ended, wanted: string): void {
  if (statuses.join() !== wanted) throw new Error(`expected ${wanted} of all stacks, but they ended in ${statuses.join(', ')}:\n${why}`);
}

const numbers = (holdings: Holdings) => Object.fromEntries(Object.entries(holdings).map(([kind, names]) => [kind, names.length]));
