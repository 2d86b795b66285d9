/**
 * Least privilege, proved: with policies enforced, every function does its whole job under its own role, and not without any part of it.
 *
 * A unit is one action of a statement on one of its resources. While a scenario runs, the local AWS writes down which units allowed each
 * call; a unit that was the only one for some call is needed. That this record is true shows in the other test, which removes each
 * statement for real and sees the scenario fail.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectDrift, storePolicy } from './least-privilege/drift-scenarios';
import { followRotation, makeSecureStrings, recordDeployment } from './least-privilege/foundation-scenarios';
import { HUB_FUNCTIONS } from './least-privilege/hub-functions';
import { Lane } from './least-privilege/lane';
import { Part, synthesise } from './least-privilege/parts';
import { ensureRecorder, lookAtRecorder } from './least-privilege/rules-scenarios';
import { described, NOT_ENFORCED, reasonNotEnforced, unitsOf } from './least-privilege/units';
import { LocalAws, startLocalAws } from '../local-aws/local-aws';

jest.setTimeout(180_000);

interface Subject {
  readonly name: string;
  /** What has to be deployed. */
  readonly part: Part;
  /** Logical ids of the construct that makes it: its function and its role begin with this. */
  readonly construct: string;
  /** Makes the function do all that it can do, and throws when it did not. */
  readonly scenario: (lane: Lane) => Promise<void>;
}

const SUBJECTS: Subject[] = [
  { name: 'drift/detect', part: 'drift', construct: 'DriftDetect', scenario: detectDrift },
  { name: 'drift/policy', part: 'drift', construct: 'DriftPolicyHandler', scenario: storePolicy },
  { name: 'foundation/follow-secret', part: 'parameters', construct: 'ParametersFollowerHandler', scenario: followRotation },
  { name: 'foundation/record-deployment', part: 'deployments', construct: 'DeploymentsRecord', scenario: recordDeployment },
  { name: 'foundation/secure-string', part: 'parameters', construct: 'ParametersSecureStringsHandler', scenario: makeSecureStrings },
  { name: 'rules/ensure-recorder', part: 'recorder', construct: 'RecorderHandler', scenario: ensureRecorder },
  { name: 'rules/recorder-health', part: 'recorder', construct: 'RecorderHealthCheck', scenario: lookAtRecorder },
];

/** Scenarios mostly wait, so that several run beside each other. */
const LANES = 5;
const scratch = mkdtempSync(join(tmpdir(), 'least-privilege-'));
let aws: LocalAws;
let accounts = 200_000_000_000;
const notEnforcedSeen = new Set<string>();

beforeAll(async () => {
  aws = await startLocalAws({
    stateDir: join(scratch, 'server'), auth: true, longestWaits: { batchingWindowSeconds: 1 }, env: { LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.1' },
  });
});
afterAll(async () => {
  await aws?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('every function of the library is here', () => {
  const shipped = readdirSync(join(__dirname, '..', '..', 'assets'), { recursive: true, encoding: 'utf8' })
    .flatMap((file) => /^(.+)[\\/]index\.mjs$/.exec(file)?.[1].replaceAll('\\', '/') ?? [])
    // The command line works with its caller's own credentials.
    .filter((name) => name !== 'cli');
  // Those of a hub do their work together: see `least-privilege-hub.test.ts`.
  expect([...SUBJECTS.map(({ name }) => name), ...Object.keys(HUB_FUNCTIONS)].sort()).toEqual(shipped.sort());
});

describe.each(SUBJECTS)('$name', ({ part, construct, scenario }) => {
  let assemblyDir: string;
  beforeAll(() => { assemblyDir = synthesise(part, join(scratch, construct), aws.region); });
  const newLane = async () => Lane.deploy(aws, String(accounts++), assemblyDir);
  const roleIn = (lane: Lane) => lane.resource(new RegExp(`^${construct}Role[0-9A-F]{8}$`));
  const doWholeJob = async (lane: Lane) => {
    const handler = lane.resource(new RegExp(`^${construct}Function[0-9A-F]{8}$`));
    const before = (await lane.log(handler)).length;
    await scenario(lane);
    await lane.eventually('its log has new lines', async () => (await lane.log(handler)).length > before);
  };

  test('does its whole job under its own role, and needs each action on each resource', async () => {
    const lane = await newLane();
    const roleName = roleIn(lane);
    await doWholeJob(lane);

    const asked = await lane.authorizations(roleName);
    expect(asked.filter(({ allowed }) => !allowed)).toEqual([]);
    const needed = new Set(asked.filter(({ units }) => units.length === 1).map(({ units }) => described(units[0])));
    const units = (await lane.statements(roleName)).flatMap(unitsOf);
    await lane.end();
    for (const unit of units) if (reasonNotEnforced(unit)) notEnforcedSeen.add(described({ ...unit, resource: '' }));
    expect(units.filter((unit) => !needed.has(described(unit)) && !reasonNotEnforced(unit)).map(described)).toEqual([]);
    // What is needed here is no longer something that cannot be enforced.
    expect(units.filter((unit) => needed.has(described(unit)) && reasonNotEnforced(unit)).map(described)).toEqual([]);
  });

  test('does not do it without any one of its statements', async () => {
    const untouched = await newLane();
    const statements = await untouched.statements(roleIn(untouched));
    await untouched.end();
    const enforced = [...statements.keys()].filter((index) => unitsOf(statements[index]).some((unit) => !reasonNotEnforced(unit)));
    const survived: object[] = [];
    const waiting = [...enforced];
    const work = async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        const lane = await newLane();
        await lane.removeStatement(roleIn(lane), index);
        const brokenBy = await doWholeJob(lane).then(() => 'nothing', (error: Error) => error.message);
        const denied = (await lane.authorizations(roleIn(lane))).filter(({ allowed }) => !allowed);
        await lane.end();
        if (brokenBy === 'nothing' || denied.length === 0) survived.push({ statement: statements[index], brokenBy, denied });
      }
    };
    await Promise.all(Array.from({ length: LANES }, work));
    expect(survived).toEqual([]);
    expect(enforced.length).toBeGreaterThan(1);
  });
});

test('what is listed as not enforced is in some role, and has a page that asks for it', () => {
  const listed = NOT_ENFORCED.flatMap(({ actions, through }) => actions.map((action) => [action, through].join(' ').trim()));
  const seen = [...notEnforcedSeen].map((unit) => [unit.split(' ')[0], /kms:ViaService=([a-z]+)\./.exec(unit)?.[1]].join(' ').trim());
  expect(listed.sort()).toEqual([...new Set(seen)].sort());
  for (const { page, why } of NOT_ENFORCED) expect([page, why]).toEqual([expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html/), expect.stringMatching(/.{20}/)]);
});
